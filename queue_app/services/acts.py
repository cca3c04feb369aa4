"""Shared parts of counter actions: authorisation, idempotency, and the one function that moves a ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import bindparam, insert, select, update

from queue_app.domain.catalogue import Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.events import Kind
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import IN_HAND, Actor, State, Verb, target_of
from queue_app.services.counters import require_holder, the_counter
from queue_app.store import tables as t
from queue_app.store import views
from queue_app.store.unit import Unit
from queue_app.store.views import TicketRow

KINDS: Mapping[Verb, Kind] = {
    Verb.CALL: Kind.CALLED,
    Verb.RECALL: Kind.RECALLED,
    Verb.START: Kind.STARTED,
    Verb.COMPLETE: Kind.COMPLETED,
    Verb.NO_SHOW: Kind.NO_SHOW,
    Verb.RETURN: Kind.RETURNED,
    Verb.HOLD: Kind.HELD,
    Verb.RESUME: Kind.RESUMED,
    Verb.TRANSFER: Kind.TRANSFERRED,
    Verb.CHANGE: Kind.CHANGED,
    Verb.CANCEL: Kind.CANCELLED,
    Verb.UNDO: Kind.UNDONE,
    Verb.EXPIRE: Kind.EXPIRED,
    Verb.CLOSE: Kind.CLOSED,
}
# Built once: building a statement takes longer than executing it. An update sets the columns that the parameters name.
_MOVE = update(t.ticket).where(t.ticket.c.id == bindparam("of"), t.ticket.c.state == bindparam("from"))
_REQUEST = select(t.idempotency.c.request).where(t.idempotency.c.key == bindparam("key"))
_KEEP_REQUEST = insert(t.idempotency)


def at_counter(unit: Unit, officer: Officer, counter_id: int, *, working: bool = False) -> Counter:
    """Return the counter that this session has open; with `working`, it must not be paused.

    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, counter_paused.
    """
    counter = the_counter(unit.catalogue, officer, counter_id)
    holder = require_holder(unit, officer, counter)
    if working and holder.paused_at is not None:
        raise Refusal("counter_paused", counter=counter.name)
    return counter


def seen(unit: Unit, key: str | None, request: str) -> bool:
    """Whether a request with this key was processed before; if not, record it. Raises Refusal key_reused."""
    if key is None:
        return False
    digest = hashlib.sha256(request.encode()).hexdigest()
    earlier = unit.connection.execute(_REQUEST, {"key": key}).scalar_one_or_none()
    if earlier is None:
        unit.connection.execute(_KEEP_REQUEST, {"key": key, "request": digest, "at": unit.now_ms})
        return False
    if earlier != digest:
        raise Refusal("key_reused")
    return True


def within_reach(unit: Unit, counter: Counter, ticket_id: int) -> TicketRow:
    """Return a ticket that this counter may act on: it is at this counter, or its service is served here.

    Raises Refusal unknown_ticket.
    """
    row = views.ticket_by_id(unit.connection, ticket_id)
    if row is None or (row.counter_id != counter.id and row.service_id not in counter.service_ids):
        raise Refusal("unknown_ticket")
    return row


def own_or_free(row: TicketRow, counter: Counter, unit: Unit, officer: Officer) -> None:
    """Raise Refusal wrong_state, with the conflict's details, for a ticket being served at another counter."""
    if row.state in IN_HAND and row.counter_id != counter.id:
        raise what_happened(unit, row, officer)


def require_free_hand(unit: Unit, counter: Counter) -> None:
    """Raise Refusal hand_full while this counter has a current ticket."""
    in_hand = views.tickets_in_hand(unit.connection, [counter.id]).get(counter.id)
    if in_hand is not None:
        raise Refusal("hand_full", label=in_hand.label)


def move(
    unit: Unit,
    row: TicketRow,
    verb: Verb,
    officer: Officer | None,
    counter_id: int | None,
    values: Mapping[str, object],
    *,
    details: Mapping[str, object] | None = None,
    actor: Actor | None = None,
) -> int:
    """Move a ticket by the table of moves, log the fact and return the log position.

    `values` are set besides the state, `details` is added to the payload of the fact. Without an officer, the actor is
    the visitor, or the given `actor`.
    Raises Refusal wrong_state (with the conflict's details), not_allowed, lost_race.
    """
    by = actor or (Actor.VISITOR if officer is None else Actor.OFFICER)
    try:
        target = target_of(verb, row.state, by)
    except Refusal as refusal:
        raise (what_happened(unit, row, officer) if refusal.code == "wrong_state" else refusal) from None
    seq = unit.record(
        KINDS[verb],
        ticket_id=row.id,
        service_id=row.service_id,
        counter_id=counter_id,
        staff_id=None if officer is None else officer.id,
        payload={"from": row.state.value, "to": target.value, "label": row.label, **(details or {})},
    )
    if verb in (Verb.CALL, Verb.RECALL, Verb.RESUME):
        values = {**values, "last_call_seq": seq, "last_called_at": unit.now_ms}
    # Compare-and-set: the hall is locked, so this can only fail if someone bypasses the lock.
    change = {"of": row.id, "from": row.state.value, "state": target.value, **values}
    done = unit.connection.execute(_MOVE, change)
    if done.rowcount != 1:
        raise Refusal("lost_race", label=row.label)
    return seq


def what_happened(unit: Unit, row: TicketRow, officer: Officer | None) -> Refusal:
    """Return the refusal of a late action: the ticket's current state, and where and by whom it was changed.

    The officer's name is left out for a visitor and for officers of another agency.
    """
    facts: dict[str, object] = {"label": row.label, "state": row.state.value, "at": row.ended_at or row.last_called_at}
    counter = unit.catalogue.counters.get(row.counter_id or 0)
    if counter is not None and row.state is not State.WAITING:
        facts["counter"] = counter.name
        if officer is not None and row.staff_id is not None:
            name, agency_id = views.staff_name(unit.connection, row.staff_id)
            if officer.role is not Role.OFFICER or officer.agency_id == agency_id:
                facts["officer"] = name
    return Refusal("wrong_state", **facts)


def spoken(row: TicketRow, times: int) -> dict[str, object]:
    """Return the fact's details for the announcement, stored so that every later reading gives the same."""
    priority = row.ticket_class.value == "priority"
    return {"language": row.language, "priority": priority, "times": times}
