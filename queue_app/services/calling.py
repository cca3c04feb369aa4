"""What an officer does with the line: call next, recall, start, complete, no-show. And cancelling a ticket."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from queue_app.domain import discipline
from queue_app.domain.catalogue import Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.events import Kind
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import Actor, State, TicketClass, Verb, target_of
from queue_app.services.counters import require_holder, the_counter
from queue_app.services.day import acting
from queue_app.store import tables as t
from queue_app.store import views
from queue_app.store.unit import Store, Unit
from queue_app.store.views import TicketRow

_KINDS = {
    Verb.RECALL: Kind.RECALLED,
    Verb.START: Kind.STARTED,
    Verb.COMPLETE: Kind.COMPLETED,
    Verb.NO_SHOW: Kind.NO_SHOW,
    Verb.CANCEL: Kind.CANCELLED,
}


def call_next(store: Store, officer: Officer, counter_id: int, now: datetime, key: str | None = None) -> None:
    """Complete the visit in hand, if it was started, and call whoever is next for this counter.

    A repeat with the same `key` changes nothing. Raises Refusal unknown_counter, not_allowed, counter_closed,
    not_your_counter, ticket_not_started, nobody_waiting, key_reused.
    """
    with acting(store, now) as unit:
        counter = _at_counter(unit, officer, counter_id)
        if _seen(unit, key, f"call-next|{officer.id}|{counter.id}"):
            return
        in_hand = views.tickets_in_hand(unit.connection, [counter.id]).get(counter.id)
        if in_hand is not None and in_hand.state is State.CALLED:
            raise Refusal("ticket_not_started", label=in_hand.label)
        waiting = views.waiting(unit.connection, counter.service_ids)
        choice = discipline.choose(waiting, unit.now_ms)
        if in_hand is not None:
            _move(unit, in_hand, Verb.COMPLETE, officer, counter)
        _call(unit, choice, officer, counter)


def act_on_ticket(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, verb: Verb, now: datetime, key: str | None = None
) -> None:
    """Do `verb` to the ticket that this counter has in hand. A repeat with the same `key` changes nothing.

    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, unknown_ticket, wrong_state,
    key_reused.
    """
    with acting(store, now) as unit:
        counter = _at_counter(unit, officer, counter_id)
        if _seen(unit, key, f"{verb.value}|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = views.ticket_by_id(unit.connection, ticket_id)
        if row is None or row.counter_id != counter.id:
            raise Refusal("unknown_ticket")
        _move(unit, row, verb, officer, counter)


def cancel(store: Store, token: str, now: datetime) -> None:
    """The visitor gives the place up. Raises Refusal unknown_ticket, wrong_state."""
    with acting(store, now) as unit:
        row = views.ticket_by_token(unit.connection, token)
        if row is None:
            raise Refusal("unknown_ticket")
        _move(unit, row, Verb.CANCEL, None, None)


def _at_counter(unit: Unit, officer: Officer, counter_id: int) -> Counter:
    counter = the_counter(unit.catalogue, officer, counter_id)
    require_holder(unit, officer, counter)
    return counter


def _seen(unit: Unit, key: str | None, request: str) -> bool:
    if key is None:
        return False
    earlier = unit.connection.execute(
        select(t.idempotency.c.request).where(t.idempotency.c.key == key)
    ).scalar_one_or_none()
    if earlier is None:
        unit.connection.execute(insert(t.idempotency), {"key": key, "request": request, "at": unit.now_ms})
        return False
    if earlier != request:
        raise Refusal("key_reused")
    return True


def _call(unit: Unit, choice: discipline.Choice, officer: Officer, counter: Counter) -> None:
    row = views.ticket_by_id(unit.connection, choice.chosen.id)
    assert row is not None
    passed = None
    if choice.passed is not None:
        oldest = views.ticket_by_id(unit.connection, choice.passed.id)
        assert oldest is not None
        passed = {"label": oldest.label, "score": choice.passed_score}
    seq = unit.record(
        Kind.CALLED,
        ticket_id=row.id,
        service_id=row.service_id,
        counter_id=counter.id,
        staff_id=officer.id,
        payload={
            "from": row.state.value,
            "to": State.CALLED.value,
            **_spoken(row, times=1),
            "score": choice.score,
            "passed": passed,
        },
    )
    _update(
        unit,
        row,
        state=target_of(Verb.CALL, row.state, Actor.OFFICER).value,
        called_at=unit.now_ms,
        counter_id=counter.id,
        staff_id=officer.id,
        times_called=1,
        last_call_seq=seq,
    )


def _spoken(row: TicketRow, times: int) -> dict[str, object]:
    """What an announcement has to know, kept in the fact so that it is the same whenever it is read."""
    priority = row.ticket_class is TicketClass.PRIORITY
    return {"label": row.label, "language": row.language, "priority": priority, "times": times}


def _move(unit: Unit, row: TicketRow, verb: Verb, officer: Officer | None, counter: Counter | None) -> None:
    target = target_of(verb, row.state, Actor.VISITOR if officer is None else Actor.OFFICER)
    payload: dict[str, object] = {"from": row.state.value, "to": target.value, "label": row.label}
    values: dict[str, object] = {"state": target.value}
    if verb is Verb.RECALL:
        values["times_called"] = row.times_called + 1
        payload |= _spoken(row, times=row.times_called + 1)
    elif verb is Verb.START:
        values["serving_at"] = unit.now_ms
    else:
        values["ended_at"] = unit.now_ms
    seq = unit.record(
        _KINDS[verb],
        ticket_id=row.id,
        service_id=row.service_id,
        counter_id=row.counter_id if counter is None else counter.id,
        staff_id=None if officer is None else officer.id,
        payload=payload,
    )
    if verb is Verb.RECALL:
        values["last_call_seq"] = seq
    _update(unit, row, **values)


def _update(unit: Unit, row: TicketRow, **values: object) -> None:
    # Compare-and-set: the hall is locked, so this can only fail if someone bypasses the lock.
    done = unit.connection.execute(
        update(t.ticket).where(t.ticket.c.id == row.id, t.ticket.c.state == row.state.value).values(**values)
    )
    if done.rowcount != 1:
        raise Refusal("lost_race", label=row.label)
