"""Moves of tickets other than calling: hold, resume, return, transfer, change, cancel; and notes on tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from queue_app.domain.catalogue import Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission, require_in
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import MOVES, State, TicketClass, Verb
from queue_app.domain.ticket_facts import (
    TicketCancelled,
    TicketChanged,
    TicketChanges,
    TicketNoted,
    TicketResumed,
    TicketTransferred,
)
from queue_app.services.day import begin_today
from queue_app.services.idempotency import already_processed
from queue_app.services.queue.calling import record_service_time
from queue_app.services.queue.counter_actions import (
    announcement_of,
    move,
    require_no_current_ticket,
    require_open_counter,
    require_own_or_unclaimed,
    require_ticket_access,
)
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store, Unit

CANCEL_REASONS = ("left", "duplicate", "wrong_service", "incomplete", "other")
_MINUTE_MS = 60_000
# The columns that are reset when a ticket goes back into the line.
_BACK_IN_LINE: dict[str, object] = {
    "counter_id": None,
    "staff_id": None,
    "called_at": None,
    "serving_at": None,
    "ended_at": None,
    "held_at": None,
    "ended_why": None,
    "times_called": 0,
}


@dataclass(frozen=True, slots=True)
class TransferTarget:
    """The destination of a transfer: a service, a counter or an officer; first in line, or by its original time."""

    service_id: int | None = None
    counter_id: int | None = None
    staff_id: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class TicketChange:
    """The corrections to a ticket; None leaves a value as it is."""

    service_id: int | None = None
    ticket_class: TicketClass | None = None
    files: int | None = None


def hold(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Put the current ticket on hold: the visitor fetches a document and keeps the place.

    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, unknown_ticket, wrong_state,
    key_reused.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"hold|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        require_own_or_unclaimed(row, counter, unit, officer)
        move(unit, row, Verb.HOLD, officer, counter.id, {"held_at": unit.now_ms})


def resume(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Call a ticket on hold to this counter. (`calling.act_on_ticket` with start serves the ticket without a call.)

    Raises Refusal as `hold`, and counter_paused, counter_occupied.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id, working=True)
        if already_processed(unit, key, f"resume|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        if row.state is State.HELD:
            require_no_current_ticket(unit, counter)
        times = row.times_called + 1
        move(
            unit,
            row,
            Verb.RESUME,
            officer,
            counter.id,
            {
                "counter_id": counter.id,
                "staff_id": officer.id,
                "called_at": unit.now_ms,
                "serving_at": None,
                "times_called": times,
            },
            details=TicketResumed(**announcement_of(row, times), ticket_class=row.ticket_class, start_at=row.start_at),
        )


def return_no_show(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Return a no-show to the line, with its original time.

    Raises Refusal as `hold`, and return_too_late when the grace period of the policy is over.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"return|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        if row.state is State.NO_SHOW and not may_return(unit, row):
            raise Refusal("return_too_late", label=row.label, minutes=unit.catalogue.policy.return_minutes)
        move(unit, row, Verb.RETURN, officer, counter.id, _BACK_IN_LINE)


def may_return(unit: Unit, row: TicketRow) -> bool:
    """Whether a no-show is within the policy's grace period: minutes or further calls, whichever lasts longer."""
    policy = unit.catalogue.policy
    if row.business_date != unit.business_date or row.ended_at is None:
        return False
    if unit.now_ms - row.ended_at <= policy.return_minutes * _MINUTE_MS:
        return True
    counters = [c.id for c in unit.catalogue.counters_of_service.get(row.service_id, ())]
    called = queries.calls_after(unit.connection, unit.business_date, counters, row.last_call_seq or 0)
    return called <= policy.return_calls


def transfer(
    store: Store,
    officer: Officer,
    counter_id: int,
    ticket_id: int,
    target: TransferTarget,
    now: datetime,
    key: str | None = None,
) -> None:
    """Transfer a ticket to another service, counter or officer. The ticket keeps its effective start.

    A regular ticket becomes one of class transferred. Raises Refusal as `hold`, and bad_request (not exactly one
    target), unknown_service, unknown_counter, unknown_officer, not_served_here, counter_not_open.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"transfer|{officer.id}|{counter.id}|{ticket_id}|{target}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        require_own_or_unclaimed(row, counter, unit, officer)
        values, details = _destination(unit, row, target)
        kind = TicketClass.TRANSFERRED if row.ticket_class is TicketClass.REGULAR else row.ticket_class
        mean = record_service_time(unit, row) if row.state is State.SERVING else None
        front = {"front_at": unit.now_ms if target.first else None}
        move(
            unit,
            row,
            Verb.TRANSFER,
            officer,
            counter.id,
            {**_BACK_IN_LINE, **values, **front, "ticket_class": kind.value},
            details=replace(details, mean=mean, first=target.first),
        )


def _destination(unit: Unit, row: TicketRow, target: TransferTarget) -> tuple[dict[str, object], TicketTransferred]:
    """Return the values that a transfer sets, and the details for the log."""
    if sum(value is not None for value in (target.service_id, target.counter_id, target.staff_id)) != 1:
        raise Refusal("bad_request")
    catalogue = unit.catalogue
    if target.service_id is not None:
        if not catalogue.counters_of_service.get(target.service_id):
            raise Refusal("unknown_service")
        values: dict[str, object] = {"service_id": target.service_id, "for_counter_id": None, "for_staff_id": None}
        return values, TicketTransferred(to_service=target.service_id)
    if target.counter_id is not None:
        counter = catalogue.counters.get(target.counter_id)
        if counter is None:
            raise Refusal("unknown_counter")
        if counter.id not in queries.counter_holders(unit.connection, [counter.id]):
            raise Refusal("counter_not_open", counter=counter.name)
        service_id = _service_at(row, counter)
        values = {"service_id": service_id, "for_counter_id": counter.id, "for_staff_id": None}
        return values, TicketTransferred(to_counter=counter.id, to_service=service_id)
    held = queries.counter_holders(unit.connection, list(catalogue.counters))
    where = next((c for c, holder in held.items() if holder.staff_id == target.staff_id), None)
    if where is None:
        raise Refusal("unknown_officer")
    service_id = _service_at(row, catalogue.counters[where])
    values = {"service_id": service_id, "for_counter_id": None, "for_staff_id": target.staff_id}
    return values, TicketTransferred(to_officer=target.staff_id, to_service=service_id)


def _service_at(row: TicketRow, counter: Counter) -> int:
    """Return the ticket's own service if the counter serves it, else the first service of the counter."""
    if not counter.service_ids:
        raise Refusal("not_served_here", label=row.label, counter=counter.name)
    return row.service_id if row.service_id in counter.service_ids else counter.service_ids[0]


def change(
    store: Store,
    officer: Officer,
    counter_id: int,
    ticket_id: int,
    to: TicketChange,
    now: datetime,
    key: str | None = None,
) -> None:
    """Correct service, class or number of files; the ticket keeps its state and its original time.

    Raises Refusal as `hold`, and bad_request (nothing to change), unknown_service.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"change|{officer.id}|{counter.id}|{ticket_id}|{to}"):
            return
        row = require_ticket_access(unit, counter, ticket_id)
        require_own_or_unclaimed(row, counter, unit, officer)
        values: dict[str, object] = {}
        if to.service_id is not None and to.service_id != row.service_id:
            if not unit.catalogue.counters_of_service.get(to.service_id):
                raise Refusal("unknown_service")
            values["service_id"] = to.service_id
            values |= {"for_counter_id": None, "for_staff_id": None}
        if to.ticket_class is not None and to.ticket_class is not row.ticket_class:
            values["ticket_class"] = to.ticket_class.value
        if to.files is not None and to.files != row.files:
            values["files"] = to.files
        if to == TicketChange():
            raise Refusal("bad_request")
        if not values and row.state in MOVES[Verb.CHANGE].leads:
            return  # the ticket has these values already
        changed: dict[str, Any] = {
            name: (getattr(row, name), value) for name, value in values.items() if not name.startswith("for_")
        }
        move(
            unit, row, Verb.CHANGE, officer, counter.id, values, details=TicketChanged(changed=TicketChanges(**changed))
        )


def cancel(store: Store, token: str, now: datetime) -> None:
    """Cancel a ticket for its visitor. Raises Refusal unknown_ticket, wrong_state."""
    with begin_today(store, now) as unit:
        row = queries.ticket_by_token(unit.connection, token)
        if row is None:
            raise Refusal("unknown_ticket")
        move(unit, row, Verb.CANCEL, None, row.counter_id, {"ended_at": unit.now_ms, "ended_why": "visitor"})


def cancel_by_staff(
    store: Store,
    officer: Officer,
    counter_id: int,
    ticket_id: int,
    why: str,
    now: datetime,
    key: str | None = None,
) -> None:
    """Cancel a ticket for staff, with one of `CANCEL_REASONS`. Raises Refusal as `hold`, and bad_request."""
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"cancel|{officer.id}|{counter.id}|{ticket_id}"):
            return
        if why not in CANCEL_REASONS:
            raise Refusal("bad_request")
        row = require_ticket_access(unit, counter, ticket_id)
        require_own_or_unclaimed(row, counter, unit, officer)
        values = {"ended_at": unit.now_ms, "ended_why": why}
        move(unit, row, Verb.CANCEL, officer, counter.id, values, details=TicketCancelled(why=why))


def add_note(
    store: Store,
    officer: Officer,
    counter_id: int,
    ticket_id: int,
    text: str,
    now: datetime,
    key: str | None = None,
) -> None:
    """Add a note to a ticket, which only the service's agency may read. The log records that, but not the text.

    Raises Refusal as `hold`, and notes_off, bad_request (empty text), not_allowed (another agency's ticket).
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id)
        if already_processed(unit, key, f"note|{officer.id}|{counter.id}|{ticket_id}|{text}"):
            return
        if not unit.catalogue.policy.notes:
            raise Refusal("notes_off")
        text = " ".join(text.split())[:500]
        if not text:
            raise Refusal("bad_request")
        row = require_ticket_access(unit, counter, ticket_id)
        agency_id = unit.catalogue.services[row.service_id].agency_id
        require_in(officer, Permission.CHANGE_NOTES, agency_id)
        unit.connection.execute(
            insert(t.ticket_note),
            {"ticket_id": row.id, "agency_id": agency_id, "staff_id": officer.id, "at": unit.now_ms, "text": text},
        )
        unit.record(
            TicketNoted(), ticket_id=row.id, service_id=row.service_id, counter_id=counter.id, staff_id=officer.id
        )
