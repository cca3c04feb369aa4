"""The one way to change a setting: compare, write, raise the version of the catalogue, log one fact.

The fact is of the kind `catalogue_changed`, by the officer (nobody: from the command line), with the payload

    {"setting": name, "of": id or code, "before": …, "after": …}

`of` is None for a setting of the whole hall; `before` is None for what is added, `after` for what is removed. Of two
objects the fact keeps only the entries that differ, at any depth. A value larger than 2 KB as JSON (the picture in a
ticket template) is logged as its digest, {"sha256": …, "bytes": …}: the log is kept, and read by each process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, update

from queue_app.domain.errors import BadSetting
from queue_app.domain.facts import CatalogueChanged
from queue_app.domain.staff import Officer
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Unit

MOST_BYTES_LOGGED = 2_048
_HALL_ID = 1
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Setting:
    """The name of a setting, and the id or code of what it belongs to; None: it belongs to the hall."""

    name: str
    of: int | str | None = None
    service_id: int | None = None
    counter_id: int | None = None


def parsed(parse: Callable[[], _T]) -> _T:
    """Return what `parse` returns. Raises Refusal bad_setting where it raises BadSetting."""
    try:
        return parse()
    except BadSetting as error:
        raise error.refusal() from error


def set_columns(
    unit: Unit,
    by: Officer | None,
    setting: Setting,
    table: Table,
    values: Mapping[str, object],
    row_id: int = _HALL_ID,
) -> bool:
    """Change columns of one row as `change` does; the default row is the hall."""
    same_row = table.c.id == row_id
    row = unit.connection.execute(select(*(table.c[name] for name in values)).where(same_row)).one()
    return change(
        unit, by, setting, row._asdict(), values, lambda: unit.connection.execute(update(table).where(same_row), values)
    )


def change(
    unit: Unit, by: Officer | None, setting: Setting, before: object, after: object, write: Callable[[], object]
) -> bool:
    """Call `write` and log the change; do nothing where `before` equals `after`. Return whether it changed."""
    if _plain(before) == _plain(after):
        return False
    write()
    log_change(unit, by, setting, before, after)
    return True


def log_change(unit: Unit, by: Officer | None, setting: Setting, before: object, after: object) -> None:
    """Raise the version of the catalogue and log the fact, for a change that is written already."""
    raise_catalogue_version(unit.connection)
    old, new = _differing(_plain(before), _plain(after))
    unit.record(
        CatalogueChanged(setting=setting.name, of=setting.of, before=_brief(old), after=_brief(new)),
        service_id=setting.service_id,
        counter_id=setting.counter_id,
        staff_id=None if by is None else by.id,
    )


def raise_catalogue_version(connection: Connection) -> None:
    """Make every process read the catalogue again."""
    connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))


def _plain(value: object) -> Any:
    """Return the value as JSON gives it back, so that tuples and lists compare equal."""
    return json.loads(json.dumps(value))


def _differing(before: object, after: object) -> tuple[object, object]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    for key in before | after:
        if key not in after:
            old[key] = before[key]
        elif key not in before:
            new[key] = after[key]
        elif before[key] != after[key]:
            old[key], new[key] = _differing(before[key], after[key])
    return old, new


def _brief(value: object) -> object:
    if isinstance(value, dict):
        value = {key: _brief(entry) for key, entry in value.items()}
    elif isinstance(value, list):
        value = [_brief(entry) for entry in value]
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    if len(text) <= MOST_BYTES_LOGGED:
        return value
    return {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}
