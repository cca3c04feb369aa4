"""Slips that can be printed, as pure data: a ticket, a list of documents, a daily summary, a printer test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from printer.paper.fields import Fields, Language, moment_json

_SlipT = TypeVar("_SlipT", bound="_SlipCodec")


class _SlipCodec:
    """Reads and writes a slip as JSON. A field of one name has one type in all slips."""

    __slots__ = ()
    issued_at: datetime

    def __post_init__(self) -> None:
        if self.issued_at.utcoffset() is None:
            raise ValueError("issued_at needs a time zone")

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON; the time as milliseconds since the epoch and minutes east of UTC."""
        plain: dict[str, object] = {}
        for name in _field_names(type(self)):
            value = getattr(self, name)
            plain |= moment_json(value) if name == "issued_at" else {name: _plain(value)}
        return plain

    @classmethod
    def from_json(cls: type[_SlipT], data: object) -> _SlipT:
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        taken = Fields(data)
        slip = cls(**{name: _READERS[name](taken) for name in _field_names(cls)})
        taken.finish()
        return slip


@dataclass(frozen=True, slots=True)
class Slip(_SlipCodec):
    """Content of a printed ticket, in the visitor's language.

    `issued_at` is aware and already in the hall's time zone, `wait_range` is in minutes. Raises ValueError if
    `issued_at` is naive.
    """

    label: str
    hall: str
    agency: str
    service: str
    zone: str | None
    issued_at: datetime
    zone_name: str
    """Short name of the time zone, such as WITA."""
    ahead: int | None
    wait_range: tuple[int, int] | None
    url: str
    language: Language
    priority: bool
    documents: tuple[str, ...]
    footer: str


@dataclass(frozen=True, slots=True)
class ChecklistSlip(_SlipCodec):
    """The documents of a service, with boxes to tick, for a visitor who took no number yet."""

    hall: str
    agency: str
    service: str
    documents: tuple[str, ...]
    issued_at: datetime
    zone_name: str
    language: Language
    footer: str


@dataclass(frozen=True, slots=True)
class SummarySlip(_SlipCodec):
    """The daily summary for staff: each row is a name and a figure, both formatted."""

    hall: str
    title: str
    rows: tuple[tuple[str, str], ...]
    issued_at: datetime
    zone_name: str
    language: Language


@dataclass(frozen=True, slots=True)
class TestSlip(_SlipCodec):
    """A test of a printer: rulers for the width, a QR code, the name of the printer."""

    __test__ = False  # not a test for pytest

    hall: str
    printer: str
    issued_at: datetime
    zone_name: str
    language: Language


AnySlip = Slip | ChecklistSlip | SummarySlip | TestSlip
_KINDS: Mapping[str, type[AnySlip]] = {
    "ticket": Slip,
    "checklist": ChecklistSlip,
    "summary": SummarySlip,
    "test": TestSlip,
}


def slip_to_json(slip: AnySlip) -> dict[str, object]:
    """Return plain data for JSON with a field `kind`: ticket, checklist, summary or test."""
    kind = next(name for name, kind in _KINDS.items() if isinstance(slip, kind))
    return {"kind": kind, **slip.to_json()}


def slip_from_json(data: object) -> AnySlip:
    """Parse what `slip_to_json` returned; without `kind` it is a ticket. Raises ValueError for an invalid field."""
    if not isinstance(data, Mapping):
        raise ValueError("a slip is an object")
    slip_fields = dict(data)
    kind = slip_fields.pop("kind", "ticket")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"kind is not one of {', '.join(_KINDS)}")
    return _KINDS[kind].from_json(slip_fields)


def _field_names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _plain(value: object) -> object:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _text(name: str) -> Callable[[Fields], object]:
    return lambda taken: taken.text(name)


def _rows(taken: Fields) -> tuple[tuple[str, str], ...]:
    value = taken.take("rows")
    if not isinstance(value, list | tuple):
        raise ValueError("rows is not a list")
    rows = []
    for row in value:
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(cell, str) for cell in row):
            raise ValueError("rows has something that is not a pair of texts")
        rows.append((str(row[0]), str(row[1])))
    return tuple(rows)


_READERS: Mapping[str, Callable[[Fields], object]] = {
    **{name: _text(name) for name in ("hall", "agency", "service", "title", "printer", "zone_name", "footer")},
    "label": lambda taken: taken.text("label", empty=False),
    "zone": lambda taken: taken.optional_text("zone"),
    "issued_at": Fields.moment,
    "ahead": lambda taken: taken.optional_count("ahead"),
    "wait_range": lambda taken: taken.pair("wait_range"),
    "url": Fields.url,
    "language": Fields.language,
    "priority": lambda taken: taken.flag("priority"),
    "documents": lambda taken: taken.texts("documents"),
    "rows": _rows,
}
