"""Shared parts of counter actions: authorisation, idempotency, and the one function that moves a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from sqlalchemy import bindparam, update

from queue_app.domain.catalogue import Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import CURRENT_STATES, Actor, TicketClass, Verb, target_of
from queue_app.domain.ticket_facts import (
    TicketCalled,
    TicketCancelled,
    TicketChanged,
    TicketClosed,
    TicketCompleted,
    TicketExpired,
    TicketHeld,
    TicketMove,
    TicketNoShow,
    TicketRecalled,
    TicketResumed,
    TicketReturned,
    TicketStarted,
    TicketTransferred,
    TicketUndone,
)
from queue_app.services.conflicts import conflict_details
from queue_app.services.queue.counters import require_counter, require_holder
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Unit

MOVE_FACTS: Mapping[Verb, type[TicketMove]] = {
    Verb.CALL: TicketCalled,
    Verb.RECALL: TicketRecalled,
    Verb.START: TicketStarted,
    Verb.COMPLETE: TicketCompleted,
    Verb.NO_SHOW: TicketNoShow,
    Verb.RETURN: TicketReturned,
    Verb.HOLD: TicketHeld,
    Verb.RESUME: TicketResumed,
    Verb.TRANSFER: TicketTransferred,
    Verb.CHANGE: TicketChanged,
    Verb.CANCEL: TicketCancelled,
    Verb.UNDO: TicketUndone,
    Verb.EXPIRE: TicketExpired,
    Verb.CLOSE: TicketClosed,
}


class Announcement(TypedDict):
    """What is announced with a call."""

    language: str
    priority: bool
    times: int


# Built once: building a statement takes longer than executing it. An update sets the columns that the parameters name.
_MOVE = update(t.ticket).where(t.ticket.c.id == bindparam("of"), t.ticket.c.state == bindparam("from"))


def require_open_counter(unit: Unit, officer: Officer, counter_id: int, *, working: bool = False) -> Counter:
    """Return the counter that this session has open; with `working`, it must not be paused.

    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, counter_paused.
    """
    counter = require_counter(unit.catalogue, officer, counter_id)
    holder = require_holder(unit, officer, counter)
    if working and holder.paused_at is not None:
        raise Refusal("counter_paused", counter=counter.name)
    return counter


def require_ticket_access(unit: Unit, counter: Counter, ticket_id: int) -> TicketRow:
    """Return a ticket that this counter may act on: it is at this counter, or its service is served here.

    Raises Refusal unknown_ticket.
    """
    row = queries.ticket_by_id(unit.connection, ticket_id)
    if row is None or (row.counter_id != counter.id and row.service_id not in counter.service_ids):
        raise Refusal("unknown_ticket")
    return row


def require_own_or_unclaimed(row: TicketRow, counter: Counter, unit: Unit, officer: Officer) -> None:
    """Raise Refusal wrong_state, with the conflict's details, for a ticket being served at another counter."""
    if row.state in CURRENT_STATES and row.counter_id != counter.id:
        raise conflict_details(unit, row, officer)


def require_no_current_ticket(unit: Unit, counter: Counter) -> None:
    """Raise Refusal counter_occupied while this counter has a current ticket."""
    in_hand = queries.current_tickets(unit.connection, [counter.id]).get(counter.id)
    if in_hand is not None:
        raise Refusal("counter_occupied", label=in_hand.label)


def move(
    unit: Unit,
    row: TicketRow,
    verb: Verb,
    officer: Officer | None,
    counter_id: int | None,
    values: Mapping[str, object],
    *,
    details: TicketMove | None = None,
    actor: Actor | None = None,
) -> int:
    """Move a ticket by the table of moves, log the fact and return the log position.

    `values` are set besides the state, `details` are those of the fact besides states and label. Without an officer,
    the actor is the visitor, or the given `actor`.
    Raises Refusal wrong_state (with the conflict's details), not_allowed, lost_race.
    """
    by = actor or (Actor.VISITOR if officer is None else Actor.OFFICER)
    try:
        target = target_of(verb, row.state, by)
    except Refusal as refusal:
        raise (conflict_details(unit, row, officer) if refusal.code == "wrong_state" else refusal) from None
    seq = unit.record(
        replace(details or MOVE_FACTS[verb](), from_state=row.state, to=target, label=row.label),
        ticket_id=row.id,
        service_id=row.service_id,
        counter_id=counter_id,
        staff_id=None if officer is None else officer.id,
    )
    if verb in (Verb.CALL, Verb.RECALL, Verb.RESUME):
        values = {**values, "last_call_seq": seq, "last_called_at": unit.now_ms}
    # Compare-and-set: the hall is locked, so this can only fail if someone bypasses the lock.
    change = {"of": row.id, "from": row.state.value, "state": target.value, **values}
    done = unit.connection.execute(_MOVE, change)
    if done.rowcount != 1:
        raise Refusal("lost_race", label=row.label)
    return seq


def announcement_of(row: TicketRow, times: int) -> Announcement:
    """Return what the fact of a call says for its announcement."""
    return {"language": row.language, "priority": row.ticket_class is TicketClass.PRIORITY, "times": times}
