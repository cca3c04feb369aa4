"""Write facts to the log, and convert its rows to facts. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from queue_app.domain.events import VERSION, FactKind
from queue_app.domain.facts import Fact, decode_details, encode_details
from queue_app.store import tables as t

_APPEND = insert(t.log)
_NEWEST_OF = select(t.log).where(t.log.c.ticket_id == bindparam("ticket_id")).order_by(t.log.c.seq.desc()).limit(1)


def newest_fact_of(connection: Connection, ticket_id: int) -> Fact | None:
    """Return the newest fact of a ticket; None if the log has none."""
    row = connection.execute(_NEWEST_OF, {"ticket_id": ticket_id}).one_or_none()
    return None if row is None else fact_of_row(row)


def append_facts(connection: Connection, facts: Sequence[Fact]) -> None:
    """Append facts to the log."""
    connection.execute(_APPEND, [_row(fact) for fact in facts])


def fact_of_row(row: Any) -> Fact:
    """Convert a row of the log to a fact."""
    details = decode_details(FactKind(row.kind), row.payload)
    return Fact(row.seq, row.at, details, row.ticket_id, row.service_id, row.counter_id, row.staff_id)


def _row(fact: Fact) -> dict[str, object]:
    return {
        "seq": fact.seq,
        "kind": fact.kind.value,
        "version": VERSION,
        "at": fact.at,
        "ticket_id": fact.ticket_id,
        "service_id": fact.service_id,
        "counter_id": fact.counter_id,
        "staff_id": fact.staff_id,
        "payload": encode_details(fact.details),
    }
