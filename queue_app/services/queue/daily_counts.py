"""Daily counts of each service, updated in the transaction of the event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Executable, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from queue_app.store import tables as t
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Unit

MINUTE_MS = 60_000
_COUNT_COLUMNS = ("issued", "preferred", "promised", "kept")


def _adding(insert: Callable[[Table], Any]) -> Executable:
    statement = insert(t.service_day).values(
        business_date=bindparam("day"),
        service_id=bindparam("service"),
        **{name: bindparam(name) for name in _COUNT_COLUMNS},
    )
    adding: Executable = statement.on_conflict_do_update(
        index_elements=[t.service_day.c.business_date, t.service_day.c.service_id],
        set_={name: t.service_day.c[name] + statement.excluded[name] for name in _COUNT_COLUMNS},
    ).returning(t.service_day.c.issued)
    return adding


_ADD = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}


def count_issue(unit: Unit, service_id: int, *, preferred: bool) -> int:
    """Count one more ticket of this service; return how many it has issued today, this one included."""
    return _add(unit, service_id, issued=1, preferred=int(preferred))


def count_call(unit: Unit, row: TicketRow) -> None:
    """Count whether the range promised at issue was kept, if there was one, when a ticket is called.

    Only the first call counts: nothing was promised about the wait after a transfer or a late return.
    """
    if row.promise_low is None or row.promise_high is None or row.last_call_seq is not None:
        return
    kept = row.promise_low * MINUTE_MS <= unit.now_ms - row.issued_at <= row.promise_high * MINUTE_MS
    _add(unit, row.service_id, promised=1, kept=int(kept))


def _add(unit: Unit, service_id: int, **counts: int) -> int:
    values = {**dict.fromkeys(_COUNT_COLUMNS, 0), **counts, "day": unit.business_date, "service": service_id}
    return int(unit.connection.execute(_ADD[unit.connection.dialect.name], values).scalar_one())
