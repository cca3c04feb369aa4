"""Explain from the log why other tickets were called first."""

from __future__ import annotations

from sqlalchemy import Connection

from queue_app.domain import why
from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State
from queue_app.domain.why import Called, Reason
from queue_app.store import calls, views
from queue_app.store.views import TicketRow

MOST = 5
_LOOKED_AT = 200


def overtakers(connection: Connection, catalogue: Catalogue, row: TicketRow) -> list[tuple[Called, Reason]]:
    """Return the newest calls of tickets that were issued after a waiting ticket but called first, newest first."""
    if row.state is not State.WAITING:
        return []
    own = row.as_waiting()
    after = calls.issued_seq(connection, row.id)
    facts = calls.newest(connection, after, catalogue.wide_pools[row.service_id], _LOOKED_AT)
    overtaking = [call for fact in facts if (call := why.called(fact)) is not None and why.overtook(call, own)]
    return [(call, _reason(catalogue, call, row)) for call in overtaking[:MOST]]


def in_hand_before(
    connection: Connection, catalogue: Catalogue, counter: Counter, ticket_id: int
) -> tuple[Called, Reason]:
    """Explain why a counter's current ticket was called before a waiting one. Raises Refusal unknown_ticket."""
    waiting = views.ticket_by_id(connection, ticket_id)
    in_hand = views.tickets_in_hand(connection, [counter.id]).get(counter.id)
    if waiting is None or in_hand is None or waiting.state is not State.WAITING:
        raise Refusal("unknown_ticket")
    if waiting.service_id not in counter.service_ids:
        raise Refusal("unknown_ticket")
    fact = calls.last_of(connection, in_hand.id)
    call = None if fact is None else why.called(fact)
    if call is None:
        at = in_hand.serving_at or in_hand.issued_at
        call = Called(in_hand.id, in_hand.label, in_hand.service_id, counter.id, in_hand.staff_id, at, "direct")
    return call, _reason(catalogue, call, waiting)


def _reason(catalogue: Catalogue, call: Called, row: TicketRow) -> Reason:
    services = [s for s in (call.service_id, row.service_id) if s in catalogue.services]
    counter = catalogue.counters.get(call.counter_id)
    return why.reason(call, row.as_waiting(), counter, catalogue.rules(services, {}))
