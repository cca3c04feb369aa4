"""Counter sessions: opening, taking over, pausing, handing over and closing a counter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.facts import CounterClosed, CounterOpened, CounterPaused, CounterResumed
from queue_app.domain.permissions import Permission, allows_in, require_in
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import State
from queue_app.domain.ticket_facts import TicketTransferred
from queue_app.services.day import begin_today
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit


def counters_for(catalogue: Catalogue, officer: Officer) -> list[Counter]:
    """Return the counters that this officer may open."""
    counters = catalogue.counters.values()
    return [c for c in counters if allows_in(officer, Permission.OPERATE_COUNTERS, c.agency_id)]


def require_counter(catalogue: Catalogue, officer: Officer, counter_id: int) -> Counter:
    """Return the counter, if this officer may open it. Raises Refusal unknown_counter, not_allowed."""
    counter = catalogue.counters.get(counter_id)
    if counter is None:
        raise Refusal("unknown_counter")
    require_in(officer, Permission.OPERATE_COUNTERS, counter.agency_id)
    return counter


def open_counter(store: Store, officer: Officer, counter_id: int, now: datetime, *, take_over: bool) -> None:
    """Open a counter; an officer can hold one counter at a time.

    Raises Refusal unknown_counter, not_allowed, counter_taken (unless `take_over`), counter_busy (this officer
    still has a current ticket at another counter).
    """
    with begin_today(store, now) as unit:
        counter = require_counter(unit.catalogue, officer, counter_id)
        holder = queries.counter_holders(unit.connection, [counter.id]).get(counter.id)
        if holder is not None and holder.staff_id == officer.id and holder.session_id == officer.session_id:
            return
        if holder is not None and holder.staff_id != officer.id and not take_over:
            raise Refusal("counter_taken", officer=holder.name, counter=counter.name)
        _close_others(unit, officer, counter.id)
        unit.connection.execute(
            update(t.counter)
            .where(t.counter.c.id == counter.id)
            .values(
                staff_id=officer.id,
                session_id=officer.session_id,
                opened_at=unit.now_ms,
                paused_at=None,
                pause_why=None,
            )
        )
        unit.record(
            CounterOpened(taken_from=None if holder is None else holder.staff_id),
            counter_id=counter.id,
            staff_id=officer.id,
        )


def close_counter(
    store: Store,
    officer: Officer,
    counter_id: int,
    now: datetime,
    *,
    leave_waiting: bool = False,
    hand_over: bool = False,
) -> None:
    """Close a counter. With `hand_over`, a current ticket stays at the counter for the next officer who opens it.

    Raises Refusal unknown_counter, not_allowed, not_your_counter, counter_busy, and would_strand if tickets wait
    that no other open counter serves, unless `leave_waiting`.
    """
    with begin_today(store, now) as unit:
        counter = require_counter(unit.catalogue, officer, counter_id)
        require_holder(unit, officer, counter)
        if not hand_over and queries.current_tickets(unit.connection, [counter.id]):
            raise Refusal("counter_busy", counter=counter.name)
        if not leave_waiting and not hand_over:
            _require_none_stranded(unit, counter)
        _close(unit, officer, counter.id, "handed_over" if hand_over else "closed")


def pause(
    store: Store, officer: Officer, counter_id: int, why: str, now: datetime, *, leave_waiting: bool = False
) -> None:
    """Pause a counter: it stays with this officer and calls nobody. Does nothing if it is paused already.

    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, counter_busy, would_strand.
    """
    with begin_today(store, now) as unit:
        counter = require_counter(unit.catalogue, officer, counter_id)
        holder = require_holder(unit, officer, counter)
        if holder.paused_at is not None:
            return
        if queries.current_tickets(unit.connection, [counter.id]):
            raise Refusal("counter_busy", counter=counter.name)
        if not leave_waiting:
            _require_none_stranded(unit, counter)
        unit.connection.execute(
            update(t.counter).where(t.counter.c.id == counter.id).values(paused_at=unit.now_ms, pause_why=why[:60])
        )
        unit.record(CounterPaused(why=why[:60]), counter_id=counter.id, staff_id=officer.id)


def end_pause(store: Store, officer: Officer, counter_id: int, now: datetime) -> None:
    """End the pause. Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter."""
    with begin_today(store, now) as unit:
        counter = require_counter(unit.catalogue, officer, counter_id)
        holder = require_holder(unit, officer, counter)
        if holder.paused_at is None:
            return
        unit.connection.execute(
            update(t.counter).where(t.counter.c.id == counter.id).values(paused_at=None, pause_why=None)
        )
        unit.record(
            CounterResumed(why=holder.pause_why, ms=unit.now_ms - holder.paused_at),
            counter_id=counter.id,
            staff_id=officer.id,
        )


def _require_none_stranded(unit: Unit, counter: Counter) -> None:
    """Raise Refusal would_strand if tickets wait that no other counter at work serves."""
    waiting = queries.waiting_counts(unit.connection)
    affected = [service_id for service_id in counter.service_ids if waiting.get(service_id)]
    others = {c.id for s in affected for c in unit.catalogue.counters_of_service[s] if c.id != counter.id}
    at_work = {c for c, holder in queries.counter_holders(unit.connection, others).items() if holder.paused_at is None}
    stranded = [
        s
        for s in affected
        if not any(c.id in at_work for c in unit.catalogue.counters_of_service[s] if c.id != counter.id)
    ]
    if stranded:
        raise Refusal("would_strand", counter=counter.name, count=sum(waiting[s] for s in stranded))


def close_all_counters(unit: Unit, officer: Officer) -> None:
    """Close every counter of this session; a current ticket stays at its counter for the next officer."""
    rows = unit.connection.execute(
        select(t.counter.c.id).where(t.counter.c.staff_id == officer.id, t.counter.c.session_id == officer.session_id)
    )
    for counter_id in rows.scalars().all():
        _close(unit, officer, counter_id, "signed_out")


def require_holder(unit: Unit, officer: Officer, counter: Counter) -> queries.CounterHolder:
    """Return the counter's holder, which must be this session. Raises Refusal counter_closed, not_your_counter."""
    holder = queries.counter_holders(unit.connection, [counter.id]).get(counter.id)
    if holder is None:
        raise Refusal("counter_closed", counter=counter.name)
    if holder.staff_id != officer.id or holder.session_id != officer.session_id:
        raise Refusal("not_your_counter", counter=counter.name, officer=holder.name)
    return holder


def _close_others(unit: Unit, officer: Officer, counter_id: int) -> None:
    rows = unit.connection.execute(
        select(t.counter.c.id, t.counter.c.name).where(t.counter.c.staff_id == officer.id, t.counter.c.id != counter_id)
    ).all()
    for row in rows:
        if queries.current_tickets(unit.connection, [row.id]):
            raise Refusal("counter_busy", counter=row.name)
        _close(unit, officer, row.id, "moved")


def _close(unit: Unit, officer: Officer, counter_id: int, why: str) -> None:
    unit.connection.execute(
        update(t.counter)
        .where(t.counter.c.id == counter_id)
        .values(staff_id=None, session_id=None, opened_at=None, paused_at=None, pause_why=None)
    )
    unit.record(CounterClosed(why=why), counter_id=counter_id, staff_id=officer.id)
    _release(unit, officer, counter_id)


def _release(unit: Unit, officer: Officer, counter_id: int) -> None:
    """End the reservations for this counter or officer; the tickets keep their place in the line."""
    reserved = (t.ticket.c.for_counter_id == counter_id) | (t.ticket.c.for_staff_id == officer.id)
    rows = unit.connection.execute(
        select(t.ticket.c.id, t.ticket.c.service_id, t.ticket.c.label).where(t.IS_WAITING, reserved)
    ).all()
    for row in rows:
        unit.connection.execute(
            update(t.ticket).where(t.ticket.c.id == row.id).values(for_counter_id=None, for_staff_id=None)
        )
        unit.record(
            TicketTransferred(from_state=State.WAITING, to=State.WAITING, label=row.label, why="released"),
            ticket_id=row.id,
            service_id=row.service_id,
            staff_id=officer.id,
        )
