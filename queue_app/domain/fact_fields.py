"""Base of all details of facts: the class, and how their fields are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from typing import Any, ClassVar

from queue_app.domain.events import FactKind

Payload = Mapping[str, object]


def stored(key: str | None = None, read: Callable[[Any], object] | None = None) -> dict[str, object]:
    """Return the metadata of a field that is stored under `key` (None: its own name) and parsed by `read`."""
    return {"key": key, "read": read}


def pair(value: Any) -> tuple[Any, Any]:
    """Parse a list of two."""
    first, second = value
    return first, second


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPart:
    """A value of several fields in a fact's details, stored as an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDetails(FactPart):
    """What is particular to one kind of fact."""

    KIND: ClassVar[FactKind]

    @classmethod
    def upgrade(cls, payload: Payload) -> Payload:
        """Convert a payload that an earlier version stored under other keys."""
        return payload


def write_fields(part: FactPart) -> dict[str, object]:
    """Return the fields as they are stored; what is None is left out."""
    payload: dict[str, object] = {}
    for each, key in _keys(type(part)):
        value = getattr(part, each.name)
        if isinstance(value, FactPart):
            payload[key] = write_fields(value)
        elif isinstance(value, date):
            payload[key] = value.isoformat()
        elif value is not None:
            payload[key] = value
    return payload


def read_fields(cls: type[Any], payload: Payload) -> dict[str, Any]:
    """Parse the stored fields of a class; those missing or without a meaning are left out."""
    read: dict[str, Any] = {}
    for each, key in _keys(cls):
        value, parse = payload.get(key), each.metadata.get("read")
        if value is None:
            continue
        try:
            read[each.name] = value if parse is None else parse(value)
        except (TypeError, ValueError):
            continue
    return read


_KEYS_OF: dict[type[Any], list[tuple[Field[Any], str]]] = {}


def _keys(cls: type[Any]) -> list[tuple[Field[Any], str]]:
    """Return the fields of a class with the keys under which they are stored."""
    if cls not in _KEYS_OF:
        _KEYS_OF[cls] = [(each, each.metadata.get("key") or each.name) for each in fields(cls)]
    return _KEYS_OF[cls]
