"""Calling: the next ticket, a specific ticket, recalls; starting and ending visits, and undoing the last action."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from queue_app.domain import estimates
from queue_app.domain.catalogue import Counter
from queue_app.domain.clock import to_ms
from queue_app.domain.discipline import Choice, Discipline, choose_across_groups, regular_streak_after, score
from queue_app.domain.eligibility import candidates
from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import parse_label
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import MOVES, Actor, State, Verb
from queue_app.domain.ticket_facts import (
    PassedTicket,
    TicketCalled,
    TicketCompleted,
    TicketMove,
    TicketNoShow,
    TicketRecalled,
)
from queue_app.services.conflicts import conflict_details
from queue_app.services.day import begin_today
from queue_app.services.idempotency import already_processed
from queue_app.services.queue.counter_actions import (
    announcement_of,
    move,
    require_no_current_ticket,
    require_open_counter,
    require_ticket_access,
)
from queue_app.services.queue.daily_counts import count_call
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.log import newest_fact_of
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store, Unit

SECOND_MS = 1000
# Built once: building a statement takes longer than executing it.
_MEAN = select(t.service.c.mean_ms).where(t.service.c.id == bindparam("of"))
_SET_MEAN = update(t.service).where(t.service.c.id == bindparam("of"))


def call_next(store: Store, officer: Officer, counter_id: int, now: datetime, key: str | None = None) -> None:
    """Complete the current visit, if it was started, and call the next ticket for this counter.

    A repeat with the same `key` changes nothing. Raises Refusal unknown_counter, not_allowed, counter_closed,
    not_your_counter, counter_paused, ticket_not_started, nobody_waiting, key_reused.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id, working=True)
        if already_processed(unit, key, f"call-next|{officer.id}|{counter.id}"):
            return
        in_hand = _current_ticket_to_end(unit, counter)
        choice = _choose(unit, officer, counter)
        if in_hand is not None:
            _end(unit, in_hand, Verb.COMPLETE, officer, counter)
        _call(unit, choice, _how(choice), officer, counter)


def call_specific(
    store: Store, officer: Officer, counter_id: int, requested: int | str, now: datetime, key: str | None = None
) -> None:
    """Call a specific waiting ticket out of turn, by its id or label.

    Raises Refusal as `call_next`, and not_allowed (by the hall's policy), unknown_ticket, wrong_state.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id, working=True)
        if already_processed(unit, key, f"call|{officer.id}|{counter.id}|{requested}"):
            return
        if not unit.catalogue.policy.may_call_any(officer.role):
            raise Refusal("not_allowed")
        in_hand = _current_ticket_to_end(unit, counter)
        row = _requested_ticket(unit, counter, requested)
        if row.state is not State.WAITING:
            raise conflict_details(unit, row, officer)
        waiting = row.as_waiting()
        weights = unit.catalogue.rules([row.service_id], {}).rule_of(row.service_id).weights
        if in_hand is not None:
            _end(unit, in_hand, Verb.COMPLETE, officer, counter)
        _call(unit, Choice(waiting, score(waiting, unit.now_ms, weights), None, None), "given", officer, counter)


def act_on_ticket(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, verb: Verb, now: datetime, key: str | None = None
) -> None:
    """Recall, start, complete or no-show the current ticket of this counter (start: also a ticket on hold).

    A repeat with the same `key` changes nothing. Raises Refusal unknown_counter, not_allowed, counter_closed,
    not_your_counter, unknown_ticket, wrong_state, too_soon, too_few_calls, counter_occupied, key_reused.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"{verb.value}|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        if row.counter_id != counter.id:
            raise conflict_details(unit, row, officer)
        _ACTS[verb](unit, row, officer, counter)


def _recall(unit: Unit, row: TicketRow, officer: Officer, counter: Counter) -> None:
    since = unit.now_ms - (row.last_called_at or 0)
    minimum_ms = unit.catalogue.policy.recall_interval_s * SECOND_MS
    if row.state is State.CALLED and since < minimum_ms:
        raise Refusal("too_soon", label=row.label, seconds=-(-(minimum_ms - since) // SECOND_MS))
    times = row.times_called + 1
    move(
        unit,
        row,
        Verb.RECALL,
        officer,
        counter.id,
        {"times_called": times},
        details=TicketRecalled(**announcement_of(row, times)),
    )


def _start(unit: Unit, row: TicketRow, officer: Officer, counter: Counter) -> None:
    if row.state is State.HELD:
        require_no_current_ticket(unit, counter)
    move(unit, row, Verb.START, officer, counter.id, {"serving_at": unit.now_ms, "staff_id": officer.id})


def _complete(unit: Unit, row: TicketRow, officer: Officer, counter: Counter) -> None:
    _end(unit, row, Verb.COMPLETE, officer, counter)


def _no_show(unit: Unit, row: TicketRow, officer: Officer, counter: Counter) -> None:
    minimum = unit.catalogue.policy.calls_before_no_show
    if row.state is State.CALLED and row.times_called < minimum:
        raise Refusal("too_few_calls", label=row.label, calls=minimum, times=row.times_called)
    _end(unit, row, Verb.NO_SHOW, officer, counter)


_ACTS = {Verb.RECALL: _recall, Verb.START: _start, Verb.COMPLETE: _complete, Verb.NO_SHOW: _no_show}


def _end(unit: Unit, row: TicketRow, verb: Verb, officer: Officer, counter: Counter) -> None:
    """End the current visit, or give up waiting for the visitor, and record the service time."""
    move(
        unit,
        row,
        verb,
        officer,
        counter.id,
        {"ended_at": unit.now_ms, "staff_id": officer.id},
        details=(TicketCompleted if verb is Verb.COMPLETE else TicketNoShow)(mean=record_service_time(unit, row)),
    )


def record_service_time(unit: Unit, row: TicketRow) -> tuple[int, int] | None:
    """Update the rolling mean of the service with this ticket; return the mean before and after, for the log.

    A ticket that was on hold is not counted: its time at the counter was interrupted.
    """
    if row.called_at is None or row.held_at is not None:
        return None
    service = unit.catalogue.services.get(row.service_id)
    if service is None:
        return None
    stored = unit.connection.execute(_MEAN, {"of": service.id}).scalar_one()
    before = service.minutes * estimates.MINUTE_MS if stored is None else stored
    after = round(estimates.rolling_mean(before, (unit.now_ms - row.called_at) / row.files))
    unit.connection.execute(_SET_MEAN, {"of": service.id, "mean_ms": after})
    return before, after


def undo(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Undo a no-show or completion of this officer, within the policy's seconds, while there is no current ticket.

    Raises Refusal as `act_on_ticket`, and undo_too_late, counter_occupied.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"undo|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = queries.ticket_by_id(unit.connection, ticket_id)
        if row is None or row.counter_id != counter.id or row.staff_id != officer.id:
            raise Refusal("unknown_ticket")
        if row.state not in MOVES[Verb.UNDO].leads or row.ended_at is None:
            raise conflict_details(unit, row, officer)
        require_no_current_ticket(unit, counter)
        if unit.now_ms - row.ended_at > unit.catalogue.policy.undo_s * SECOND_MS:
            raise Refusal("undo_too_late", label=row.label)
        _revert_service_time(unit, row)
        move(unit, row, Verb.UNDO, officer, counter.id, {"ended_at": None})


def _revert_service_time(unit: Unit, row: TicketRow) -> None:
    last = newest_fact_of(unit.connection, row.id)
    if last is not None and isinstance(last.details, TicketMove) and last.details.mean is not None:
        before, after = last.details.mean
        # If other visits have ended meanwhile, the mean keeps this one visit; that does not matter.
        unit.connection.execute(
            update(t.service)
            .where(t.service.c.id == row.service_id, t.service.c.mean_ms == after)
            .values(mean_ms=before)
        )


def start_overdue(store: Store, now: datetime) -> int:
    """Start the visits called longer ago than the policy's `auto_start_s` seconds; return their number."""
    with store.read() as connection:
        catalogue = store.catalogue(connection)
        overdue = _overdue(connection, catalogue.policy.auto_start_s, now)
    if not overdue:
        return 0
    with begin_today(store, now) as unit:
        rows = _overdue(unit.connection, unit.catalogue.policy.auto_start_s, now)
        for row in rows:
            move(unit, row, Verb.START, None, row.counter_id, {"serving_at": unit.now_ms}, actor=Actor.SYSTEM)
        return len(rows)


def _overdue(connection: Connection, seconds: int, now: datetime) -> list[TicketRow]:
    return queries.called_tickets_before(connection, to_ms(now) - seconds * SECOND_MS) if seconds else []


def _current_ticket_to_end(unit: Unit, counter: Counter) -> TicketRow | None:
    in_hand = queries.current_tickets(unit.connection, [counter.id]).get(counter.id)
    if in_hand is not None and in_hand.state is State.CALLED:
        raise Refusal("ticket_not_started", label=in_hand.label)
    return in_hand


def _choose(unit: Unit, officer: Officer, counter: Counter) -> Choice:
    line = queries.waiting(unit.connection, counter.service_ids)
    eligible = candidates(counter, officer.id, line, unit.now_ms)
    catalogue = unit.catalogue
    regular_streak = queries.regular_streaks(unit.connection) if catalogue.has_ratio else {}
    choice = choose_across_groups(catalogue.rules(counter.service_ids, regular_streak), eligible, unit.now_ms)
    group = catalogue.groups[catalogue.services[choice.chosen.service_id].group_id]
    if group.rule.discipline is Discipline.RATIO:
        after = regular_streak_after(choice.chosen, regular_streak[group.id], group.rule.weights)
        unit.connection.execute(
            update(t.service_group).where(t.service_group.c.id == group.id).values(regular_streak=after)
        )
    return choice


def _requested_ticket(unit: Unit, counter: Counter, requested: int | str) -> TicketRow:
    if isinstance(requested, int):
        row = queries.ticket_by_id(unit.connection, requested)
    else:
        label = parse_label(requested)
        row = None if label is None else queries.ticket_by_number(unit.connection, unit.business_date, *label)
    if row is None or row.service_id not in unit.catalogue.services:
        raise Refusal("unknown_ticket")
    if row.service_id not in counter.service_ids:
        raise Refusal("not_served_here", label=row.label, counter=counter.name)
    return row


def _how(choice: Choice) -> str:
    """Return why the ticket is called: by its turn, put first in line, or reserved for this counter or officer."""
    if choice.chosen.front_at is not None:
        return "front"
    return "reserved" if choice.chosen.counter_id or choice.chosen.staff_id else "turn"


def _call(unit: Unit, choice: Choice, how: str, officer: Officer, counter: Counter) -> None:
    row = queries.ticket_by_id(unit.connection, choice.chosen.id)
    assert row is not None
    passed = None
    if choice.passed is not None:
        oldest = queries.ticket_by_id(unit.connection, choice.passed.id)
        assert oldest is not None
        passed = PassedTicket(
            id=oldest.id,
            label=oldest.label,
            ticket_class=oldest.ticket_class,
            score=choice.passed_score,
            start_at=oldest.start_at,
        )
    count_call(unit, row)
    move(
        unit,
        row,
        Verb.CALL,
        officer,
        counter.id,
        {
            "called_at": unit.now_ms,
            "counter_id": counter.id,
            "staff_id": officer.id,
            "times_called": 1,
            "front_at": None,
            "for_counter_id": None,
            "for_staff_id": None,
        },
        details=TicketCalled(
            **announcement_of(row, times=1),
            how=how,
            ticket_class=row.ticket_class,
            score=choice.score,
            start_at=row.start_at,
            passed=passed,
        ),
    )
