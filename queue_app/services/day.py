"""The business day: the first action of a new day closes the day before; nobody has to do it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import select, update

from queue_app.domain.clock import business_date
from queue_app.domain.facts import CounterClosed, DayOpened
from queue_app.domain.ticket import Actor, State, Verb, target_of
from queue_app.domain.ticket_facts import TicketClosed, TicketExpired
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit


@contextmanager
def begin_today(store: Store, now: datetime) -> Iterator[Unit]:
    """Begin a unit of work on today's business day: on a new local date, open the day first."""
    with store.write(now) as unit:
        _open_today(unit)
        yield unit


def open_day(store: Store, now: datetime) -> bool:
    """Open the local date of `now` if it is not open yet; return whether this call opened it."""
    with store.write(now) as unit:
        return _open_today(unit)


def _open_today(unit: Unit) -> bool:
    today = business_date(unit.now, unit.catalogue.time_zone)
    # A clock that was set back must never open an old day again: its numbers are taken.
    if today <= unit.business_date:
        return False
    unit.connection.execute(update(t.hall).values(business_date=today))
    _end_tickets(unit, before=today)
    _close_counters(unit)
    unit.record(DayOpened(from_day=unit.business_date, to_day=today))
    unit.business_date = today
    return True


def _end_tickets(unit: Unit, before: date) -> None:
    unacknowledged_ids = unit.connection.execute(
        select(t.ticket.c.id, t.ticket.c.state, t.ticket.c.service_id, t.ticket.c.counter_id)
        .where(t.ticket.c.business_date < before, t.ticket.c.ended_at.is_(None))
        .order_by(t.ticket.c.id)
    ).all()
    for row in unacknowledged_ids:
        state = State(row.state)
        is_served = state is State.SERVING
        target = target_of(Verb.CLOSE if is_served else Verb.EXPIRE, state, Actor.SYSTEM)
        ended = TicketClosed if is_served else TicketExpired
        unit.connection.execute(
            update(t.ticket)
            .where(t.ticket.c.id == row.id, t.ticket.c.state == row.state)
            .values(state=target.value, ended_at=unit.now_ms, ended_why="day_end")
        )
        unit.record(
            ended(from_state=state, to=target, why="day_end"),
            ticket_id=row.id,
            service_id=row.service_id,
            counter_id=row.counter_id,
        )


def _close_counters(unit: Unit) -> None:
    open_counters = unit.connection.execute(
        select(t.counter.c.id, t.counter.c.staff_id).where(t.counter.c.staff_id.is_not(None))
    ).all()
    closed = {"staff_id": None, "session_id": None, "opened_at": None, "paused_at": None, "pause_why": None}
    unit.connection.execute(update(t.counter).values(**closed))
    unit.connection.execute(update(t.service_group).values(regular_streak=0))
    for row in open_counters:
        unit.record(CounterClosed(why="day_end"), counter_id=row.id, staff_id=row.staff_id)
