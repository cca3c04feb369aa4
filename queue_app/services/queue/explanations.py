"""Explain from the log why other tickets were called first."""

from __future__ import annotations

from sqlalchemy import Connection

from queue_app.domain import explanations
from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.explanations import OvertakeReason, PastCall
from queue_app.domain.ticket import State
from queue_app.store import calls, queries
from queue_app.store.queries import TicketRow

LARGEST_RESULT = 5
_CALLS_CHECKED = 200


def overtaking_calls(
    connection: Connection, catalogue: Catalogue, row: TicketRow
) -> list[tuple[PastCall, OvertakeReason]]:
    """Return the newest calls of tickets that were issued after a waiting ticket but called first, newest first."""
    if row.state is not State.WAITING:
        return []
    own = row.as_waiting()
    after = calls.issued_seq(connection, row.id)
    facts = calls.newest_calls_after(connection, after, catalogue.wide_pools[row.service_id], _CALLS_CHECKED)
    overtaking = [
        call
        for fact in facts
        if (call := explanations.call_of_fact(fact)) is not None and explanations.has_overtaken(call, own)
    ]
    return [(call, _reason(catalogue, call, row)) for call in overtaking[:LARGEST_RESULT]]


def explain_current_ticket(
    connection: Connection, catalogue: Catalogue, counter: Counter, ticket_id: int
) -> tuple[PastCall, OvertakeReason]:
    """Explain why a counter's current ticket was called before a waiting one. Raises Refusal unknown_ticket."""
    waiting = queries.ticket_by_id(connection, ticket_id)
    in_hand = queries.current_tickets(connection, [counter.id]).get(counter.id)
    if waiting is None or in_hand is None or waiting.state is not State.WAITING:
        raise Refusal("unknown_ticket")
    if waiting.service_id not in counter.service_ids:
        raise Refusal("unknown_ticket")
    fact = calls.last_call_of(connection, in_hand.id)
    call = None if fact is None else explanations.call_of_fact(fact)
    if call is None:
        at = in_hand.serving_at or in_hand.issued_at
        call = PastCall(in_hand.id, in_hand.label, in_hand.service_id, counter.id, in_hand.staff_id, at, "direct")
    return call, _reason(catalogue, call, waiting)


def _reason(catalogue: Catalogue, call: PastCall, row: TicketRow) -> OvertakeReason:
    services = [s for s in (call.service_id, row.service_id) if s in catalogue.services]
    counter = catalogue.counters.get(call.counter_id)
    return explanations.explain_call(call, row.as_waiting(), counter, catalogue.rules(services, {}))
