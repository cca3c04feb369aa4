"""Read calls from the log, to explain why a ticket was called. Every function reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, func, select

from queue_app.domain.events import FactKind
from queue_app.domain.facts import Fact
from queue_app.store import tables as t
from queue_app.store.log import fact_of_row

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
    return [fact_of_row(row) for row in rows]


def last_call_of(connection: Connection, ticket_id: int) -> Fact | None:
    """Return the newest call of a ticket; None if it was never called."""
    row = connection.execute(_LAST_OF, {"ticket_id": ticket_id}).one_or_none()
    return None if row is None else fact_of_row(row)
