"""Read calls from the log, to explain why a ticket was called. Every function reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from queue_app.domain.events import Fact, FactKind
from queue_app.store import tables as t

_IS_CALL = t.log.c.kind.in_([FactKind.CALLED.value, FactKind.RESUMED.value])
_ISSUED_SEQ = select(func.min(t.log.c.seq)).where(t.log.c.ticket_id == bindparam("ticket_id"))
_SINCE = (
    select(t.log)
    .where(
        t.log.c.seq > bindparam("after"),
        _IS_CALL,
        t.log.c.service_id.in_(bindparam("services", expanding=True)),
    )
    .order_by(t.log.c.seq.desc())
    .limit(bindparam("limit"))
)
_LAST_OF = (
    select(t.log).where(t.log.c.ticket_id == bindparam("ticket_id"), _IS_CALL).order_by(t.log.c.seq.desc()).limit(1)
)


def issued_seq(connection: Connection, ticket_id: int) -> int:
    """Return the log position of a ticket's first fact; 0 if the log has none."""
    return int(connection.execute(_ISSUED_SEQ, {"ticket_id": ticket_id}).scalar_one() or 0)


def newest_calls_after(connection: Connection, after: int, services: Collection[int], limit: int) -> Sequence[Fact]:
    """Return the newest calls for `services` after log position `after`, newest first, at most `limit`."""
    rows = connection.execute(_SINCE, {"after": after, "services": list(services), "limit": limit})
    return [
        Fact(r.seq, FactKind(r.kind), r.at, r.ticket_id, r.service_id, r.counter_id, r.staff_id, r.payload)
        for r in rows
    ]


def last_call_of(connection: Connection, ticket_id: int) -> Fact | None:
    """Return the newest call of a ticket; None if it was never called."""
    row = connection.execute(_LAST_OF, {"ticket_id": ticket_id}).one_or_none()
    return None if row is None else _fact(row)


def _fact(row: Any) -> Fact:
    return Fact(
        row.seq, FactKind(row.kind), row.at, row.ticket_id, row.service_id, row.counter_id, row.staff_id, row.payload
    )
