"""Moves of tickets other than calling: hold, resume, return, transfer, change, cancel; and notes on tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from queue_app.domain.catalogue import Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.events import Kind
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import MOVES, State, TicketClass, Verb
from queue_app.services.acts import at_counter, move, own_or_free, require_free_hand, seen, spoken, within_reach
from queue_app.services.calling import learn
from queue_app.services.day import acting
from queue_app.store import tables as t
from queue_app.store import views
from queue_app.store.unit import Store, Unit
from queue_app.store.views import TicketRow

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
class Target:
    """The destination of a transfer: a service, a counter or an officer; first in line, or by its original time."""

    service_id: int | None = None
    counter_id: int | None = None
    staff_id: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Change:
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
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"hold|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = within_reach(unit, counter, ticket_id)
        own_or_free(row, counter, unit, officer)
        move(unit, row, Verb.HOLD, officer, counter.id, {"held_at": unit.now_ms})


def resume(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Call a ticket on hold to this counter. (`calling.act_on_ticket` with start serves the ticket without a call.)

    Raises Refusal as `hold`, and counter_paused, hand_full.
    """
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id, working=True)
        if seen(unit, key, f"resume|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = within_reach(unit, counter, ticket_id)
        if row.state is State.HELD:
            require_free_hand(unit, counter)
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
            details={**spoken(row, times), "how": "resumed", "class": row.ticket_class.value, "start_at": row.start_at},
        )


def return_no_show(
    store: Store, officer: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None = None
) -> None:
    """Return a no-show to the line, with its original time.

    Raises Refusal as `hold`, and return_too_late when the grace period of the policy is over.
    """
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"return|{officer.id}|{counter.id}|{ticket_id}"):
            return
        row = within_reach(unit, counter, ticket_id)
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
    called = views.calls_after(unit.connection, unit.business_date, counters, row.last_call_seq or 0)
    return called <= policy.return_calls


def transfer(
    store: Store,
    officer: Officer,
    counter_id: int,
    ticket_id: int,
    target: Target,
    now: datetime,
    key: str | None = None,
) -> None:
    """Transfer a ticket to another service, counter or officer. The ticket keeps its effective start.

    A regular ticket becomes one of class transferred. Raises Refusal as `hold`, and bad_request (not exactly one
    target), unknown_service, unknown_counter, unknown_officer, not_served_here, nobody_there.
    """
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"transfer|{officer.id}|{counter.id}|{ticket_id}|{target}"):
            return
        row = within_reach(unit, counter, ticket_id)
        own_or_free(row, counter, unit, officer)
        values, details = _destination(unit, row, target)
        kind = TicketClass.TRANSFERRED if row.ticket_class is TicketClass.REGULAR else row.ticket_class
        mean = learn(unit, row) if row.state is State.SERVING else {}
        front = {"front_at": unit.now_ms if target.first else None}
        move(
            unit,
            row,
            Verb.TRANSFER,
            officer,
            counter.id,
            {**_BACK_IN_LINE, **values, **front, "ticket_class": kind.value},
            details={**details, **mean, "first": target.first},
        )


def _destination(unit: Unit, row: TicketRow, target: Target) -> tuple[dict[str, object], dict[str, object]]:
    """Return the values that a transfer sets, and the details for the log."""
    if sum(value is not None for value in (target.service_id, target.counter_id, target.staff_id)) != 1:
        raise Refusal("bad_request")
    catalogue = unit.catalogue
    if target.service_id is not None:
        if not catalogue.counters_of_service.get(target.service_id):
            raise Refusal("unknown_service")
        values: dict[str, object] = {"service_id": target.service_id, "for_counter_id": None, "for_staff_id": None}
        return values, {"to_service": target.service_id}
    if target.counter_id is not None:
        counter = catalogue.counters.get(target.counter_id)
        if counter is None:
            raise Refusal("unknown_counter")
        if counter.id not in views.holders(unit.connection, [counter.id]):
            raise Refusal("nobody_there", counter=counter.name)
        values = {"service_id": _service_at(row, counter), "for_counter_id": counter.id, "for_staff_id": None}
        return values, {"to_counter": counter.id, "to_service": values["service_id"]}
    held = views.holders(unit.connection, list(catalogue.counters))
    where = next((c for c, holder in held.items() if holder.staff_id == target.staff_id), None)
    if where is None:
        raise Refusal("unknown_officer")
    service_id = _service_at(row, catalogue.counters[where])
    values = {"service_id": service_id, "for_counter_id": None, "for_staff_id": target.staff_id}
    return values, {"to_officer": target.staff_id, "to_service": service_id}


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
    to: Change,
    now: datetime,
    key: str | None = None,
) -> None:
    """Correct service, class or number of files; the ticket keeps its state and its original time.

    Raises Refusal as `hold`, and bad_request (nothing to change), unknown_service.
    """
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"change|{officer.id}|{counter.id}|{ticket_id}|{to}"):
            return
        row = within_reach(unit, counter, ticket_id)
        own_or_free(row, counter, unit, officer)
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
        if to == Change():
            raise Refusal("bad_request")
        if not values and row.state in MOVES[Verb.CHANGE].leads:
            return  # the ticket has these values already
        details = {name: [getattr(row, name), value] for name, value in values.items() if not name.startswith("for_")}
        move(unit, row, Verb.CHANGE, officer, counter.id, values, details={"changed": details})


def cancel(store: Store, token: str, now: datetime) -> None:
    """Cancel a ticket for its visitor. Raises Refusal unknown_ticket, wrong_state."""
    with acting(store, now) as unit:
        row = views.ticket_by_token(unit.connection, token)
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
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"cancel|{officer.id}|{counter.id}|{ticket_id}"):
            return
        if why not in CANCEL_REASONS:
            raise Refusal("bad_request")
        row = within_reach(unit, counter, ticket_id)
        own_or_free(row, counter, unit, officer)
        values = {"ended_at": unit.now_ms, "ended_why": why}
        move(unit, row, Verb.CANCEL, officer, counter.id, values, details={"why": why})


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
    with acting(store, now) as unit:
        counter = at_counter(unit, officer, counter_id)
        if seen(unit, key, f"note|{officer.id}|{counter.id}|{ticket_id}|{text}"):
            return
        if not unit.catalogue.policy.notes:
            raise Refusal("notes_off")
        text = " ".join(text.split())[:500]
        if not text:
            raise Refusal("bad_request")
        row = within_reach(unit, counter, ticket_id)
        agency_id = unit.catalogue.services[row.service_id].agency_id
        if officer.role is Role.OFFICER and officer.agency_id != agency_id:
            raise Refusal("not_allowed")
        unit.connection.execute(
            insert(t.ticket_note),
            {"ticket_id": row.id, "agency_id": agency_id, "staff_id": officer.id, "at": unit.now_ms, "text": text},
        )
        unit.record(Kind.NOTED, ticket_id=row.id, service_id=row.service_id, counter_id=counter.id, staff_id=officer.id)
