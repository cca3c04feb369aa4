"""Who sits where: opening, taking over and closing a counter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.events import Kind
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.store import tables as t
from queue_app.store import views
from queue_app.store.unit import Store, Unit


def counters_for(catalogue: Catalogue, officer: Officer) -> list[Counter]:
    """The counters this officer may open."""
    return [counter for counter in catalogue.counters.values() if officer.may_open(counter)]


def the_counter(catalogue: Catalogue, officer: Officer, counter_id: int) -> Counter:
    """The counter, if this officer may see it. Raises Refusal unknown_counter, not_allowed."""
    counter = catalogue.counters.get(counter_id)
    if counter is None:
        raise Refusal("unknown_counter")
    if not officer.may_open(counter):
        raise Refusal("not_allowed")
    return counter


def open_counter(store: Store, officer: Officer, counter_id: int, now: datetime, *, take_over: bool) -> None:
    """Sit down at a counter; an officer sits at one only.

    Raises Refusal unknown_counter, not_allowed, counter_taken (unless `take_over`), counter_busy (this officer
    still has a visitor at another counter).
    """
    with acting(store, now) as unit:
        counter = the_counter(unit.catalogue, officer, counter_id)
        holder = views.holders(unit.connection, [counter.id]).get(counter.id)
        if holder is not None and holder.staff_id == officer.id and holder.session_id == officer.session_id:
            return
        if holder is not None and holder.staff_id != officer.id and not take_over:
            raise Refusal("counter_taken", officer=holder.name, counter=counter.name)
        _leave_others(unit, officer, counter.id)
        unit.connection.execute(
            update(t.counter)
            .where(t.counter.c.id == counter.id)
            .values(staff_id=officer.id, session_id=officer.session_id, opened_at=unit.now_ms)
        )
        unit.record(
            Kind.COUNTER_OPENED,
            counter_id=counter.id,
            staff_id=officer.id,
            payload={"taken_from": None if holder is None else holder.staff_id},
        )


def close_counter(store: Store, officer: Officer, counter_id: int, now: datetime) -> None:
    """Leave a counter. Raises Refusal unknown_counter, not_allowed, not_your_counter, counter_busy."""
    with acting(store, now) as unit:
        counter = the_counter(unit.catalogue, officer, counter_id)
        require_holder(unit, officer, counter)
        if views.tickets_in_hand(unit.connection, [counter.id]):
            raise Refusal("counter_busy", counter=counter.name)
        _leave(unit, officer, counter.id, "closed")


def leave_all(unit: Unit, officer: Officer) -> None:
    """Leave every counter this session holds; a ticket in hand stays there for whoever sits down next."""
    rows = unit.connection.execute(
        select(t.counter.c.id).where(t.counter.c.staff_id == officer.id, t.counter.c.session_id == officer.session_id)
    )
    for counter_id in rows.scalars().all():
        _leave(unit, officer, counter_id, "signed_out")


def require_holder(unit: Unit, officer: Officer, counter: Counter) -> None:
    """Raises Refusal counter_closed or not_your_counter unless this very session sits at the counter."""
    holder = views.holders(unit.connection, [counter.id]).get(counter.id)
    if holder is None:
        raise Refusal("counter_closed", counter=counter.name)
    if holder.staff_id != officer.id or holder.session_id != officer.session_id:
        raise Refusal("not_your_counter", counter=counter.name, officer=holder.name)


def _leave_others(unit: Unit, officer: Officer, counter_id: int) -> None:
    rows = unit.connection.execute(
        select(t.counter.c.id, t.counter.c.name).where(t.counter.c.staff_id == officer.id, t.counter.c.id != counter_id)
    ).all()
    for row in rows:
        if views.tickets_in_hand(unit.connection, [row.id]):
            raise Refusal("counter_busy", counter=row.name)
        _leave(unit, officer, row.id, "moved")


def _leave(unit: Unit, officer: Officer, counter_id: int, why: str) -> None:
    unit.connection.execute(
        update(t.counter).where(t.counter.c.id == counter_id).values(staff_id=None, session_id=None, opened_at=None)
    )
    unit.record(Kind.COUNTER_CLOSED, counter_id=counter_id, staff_id=officer.id, payload={"why": why})
