"""Issuing a ticket: number, ticket, print job and fact in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from queue_app.domain import numbering
from queue_app.domain.catalogue import Catalogue, Kiosk, Service, localised_name
from queue_app.domain.errors import Refusal
from queue_app.domain.estimates import Estimate
from queue_app.domain.opening import ClosedReason, Opening
from queue_app.domain.print_job import PrintJobKind
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import State, TicketClass
from queue_app.domain.ticket_facts import TicketIssued
from queue_app.services.day import begin_today
from queue_app.services.printing.print_requests import PrintJobRef, enqueue_print_job, ticket_slip
from queue_app.services.queue.counter_actions import require_no_current_ticket, require_open_counter
from queue_app.services.queue.cutoff import is_cut_off
from queue_app.services.queue.daily_counts import count_issue
from queue_app.services.queue.opening import closed_for_today, opening_by_hours
from queue_app.services.queue.outlook import estimate_newcomer, read_outlook
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store, Unit, new_id

_FIND_KEY = select(t.idempotency.c.request, t.idempotency.c.ticket_id).where(t.idempotency.c.key == bindparam("key"))
_FIND_JOB = select(t.print_job.c.id, t.print_job.c.state).where(t.print_job.c.ticket_id == bindparam("ticket_id"))
# Upsert and RETURNING in one statement; each dialect has its own spelling of the conflict clause.
_BUMP_NUMBER = {
    name: dialect.insert(t.number_counter)
    .values(business_date=bindparam("day"), series=bindparam("name"), last=1)
    .on_conflict_do_update(
        index_elements=[t.number_counter.c.business_date, t.number_counter.c.series],
        set_={"last": t.number_counter.c.last + 1},
    )
    .returning(t.number_counter.c.last)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_INSERT_TICKET = insert(t.ticket)
_INSERT_KEY = insert(t.idempotency)


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """A request for a ticket; its `key` makes a repeated request return the same ticket."""

    service_id: int
    ticket_class: TicketClass
    language: str
    kiosk_code: str | None
    key: str
    files: int = 1  # documents of one visitor to be handled in this visit
    printer_code: str | None = None  # instead of a kiosk's printer, for staff who issue
    known: bool = True  # false: the request comes from a screen that staff have not approved

    def digest(self) -> str:
        """Return a fingerprint of the request without its key."""
        text = f"issue|{self.service_id}|{self.ticket_class.value}|{self.language}|{self.kiosk_code}"
        if self.files != 1 or self.printer_code is not None:
            text += f"|{self.files}|{self.printer_code}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Issued:
    """The issued ticket, the number of people ahead, the estimate (None: no open counter), and the print job.

    `repeated` is true if an earlier request with the same key had issued it.
    """

    ticket: TicketRow
    catalogue: Catalogue
    ahead: int | None
    promised: Estimate | None
    print_job: PrintJobRef | None
    repeated: bool


def issue(
    store: Store, request: IssueRequest, now: datetime, public_url: str, officer: Officer | None = None
) -> Issued:
    """Issue one ticket; with an `officer`, on behalf of a visitor, at the requested printer.

    Raises Refusal unknown_service, service_closed, quota_reached, unknown_kiosk, unknown_printer, key_reused,
    no_number_left, not_allowed.
    """
    with begin_today(store, now) as unit:
        if unit.catalogue.display_settings.pairing and not request.known:
            raise Refusal("not_allowed")
        earlier = _earlier(unit, request)
        if earlier is not None:
            return earlier
        service, kiosk = _check(unit, request)
        printer_id = _printer(unit, request, kiosk)
        ahead, promised, current = estimate_newcomer(
            unit.connection, unit.catalogue, service.id, request.ticket_class, request.files, unit.now_ms
        )
        if current is not None and is_cut_off(current, service.id):
            opening = closed_for_today(unit.catalogue, service, unit.now_ms, ClosedReason.PREDICTED_STOP)
            raise closed(unit, service, request.language, opening)
        low, high = (None, None) if promised is None else (promised.low, promised.high)
        row = _insert_ticket(unit, request, service, kiosk, promise_low=low, promise_high=high)
        _count(unit, row, service)
        paper = None
        if printer_id is not None:
            slip = ticket_slip(unit.catalogue, row, f"{public_url}/t/{row.token}", ahead)
            paper = enqueue_print_job(unit, PrintJobKind.TICKET, printer_id, slip, ticket_id=row.id)
        unit.record(
            _issued(row, ahead),
            ticket_id=row.id,
            service_id=service.id,
            staff_id=None if officer is None else officer.id,
        )
        unit.connection.execute(
            _INSERT_KEY,
            {"key": request.key, "request": request.digest(), "ticket_id": row.id, "at": unit.now_ms},
        )
        return Issued(row, unit.catalogue, ahead, promised, paper, repeated=False)


def serve_direct(store: Store, officer: Officer, counter_id: int, request: IssueRequest, now: datetime) -> TicketRow:
    """Issue a ticket and start serving a walk-up visitor.

    Hours and quota do not refuse a visitor whom an officer serves. A repeat with the same key changes nothing.
    Raises Refusal unknown_counter, not_allowed, counter_closed, not_your_counter, counter_paused, counter_occupied,
    unknown_service, not_served_here, key_reused, no_number_left.
    """
    with begin_today(store, now) as unit:
        counter = require_open_counter(unit, officer, counter_id, working=True)
        earlier = _earlier(unit, request)
        if earlier is not None:
            return earlier.ticket
        require_no_current_ticket(unit, counter)
        service = unit.catalogue.services.get(request.service_id)
        if service is None:
            raise Refusal("unknown_service")
        if service.id not in counter.service_ids:
            raise Refusal("not_served_here", label=localised_name(service.name, request.language), counter=counter.name)
        row = _insert_ticket(
            unit,
            request,
            service,
            None,
            state=State.SERVING,
            called_at=unit.now_ms,
            serving_at=unit.now_ms,
            counter_id=counter.id,
            staff_id=officer.id,
        )
        _count(unit, row, service)
        unit.record(
            _issued(row, 0),
            ticket_id=row.id,
            service_id=service.id,
            counter_id=counter.id,
            staff_id=officer.id,
        )
        unit.connection.execute(
            _INSERT_KEY, {"key": request.key, "request": request.digest(), "ticket_id": row.id, "at": unit.now_ms}
        )
        return row


def _issued(row: TicketRow, ahead: int | None) -> TicketIssued:
    return TicketIssued(
        to=row.state,
        label=row.label,
        ticket_class=row.ticket_class,
        ahead=ahead,
        promised=None if row.promised is None else (row.promised[0], row.promised[1]),
    )


def _count(unit: Unit, row: TicketRow, service: Service) -> None:
    preferred = row.ticket_class is not TicketClass.REGULAR
    issued = count_issue(unit, service.id, preferred=preferred)
    if service.quota is not None and issued > service.quota and row.state is State.WAITING:
        opening = closed_for_today(unit.catalogue, service, unit.now_ms, ClosedReason.QUOTA)
        raise closed(unit, service, row.language, opening)


def _printer(unit: Unit, request: IssueRequest, kiosk: Kiosk | None) -> int | None:
    if request.printer_code is None:
        return None if kiosk is None else kiosk.printer_id
    printer_id = unit.connection.execute(
        select(t.printer.c.id).where(t.printer.c.code == request.printer_code, t.printer.c.removed_at.is_(None))
    ).scalar_one_or_none()
    if printer_id is None:
        raise Refusal("unknown_printer")
    return int(printer_id)


def _earlier(unit: Unit, request: IssueRequest) -> Issued | None:
    request_row = unit.connection.execute(_FIND_KEY, {"key": request.key}).one_or_none()
    if request_row is None:
        return None
    # A key of another verb (without a ticket) is refused like one of another request.
    row = (
        None
        if request_row.request != request.digest()
        else queries.ticket_by_id(unit.connection, request_row.ticket_id)
    )
    if row is None:
        raise Refusal("key_reused")
    if row.service_id not in unit.catalogue.services:
        raise Refusal("unknown_service")
    job = unit.connection.execute(_FIND_JOB, {"ticket_id": row.id}).first()
    ahead, promised = None, None
    if row.state is State.WAITING:
        services = unit.catalogue.wide_pools[row.service_id]
        ahead, promised = read_outlook(unit.connection, unit.catalogue, services, unit.now_ms).position(
            row.id, row.service_id
        )
    paper = None if job is None else PrintJobRef(job.id, job.state)
    return Issued(row, unit.catalogue, ahead, promised, paper, repeated=True)


def _check(unit: Unit, request: IssueRequest) -> tuple[Service, Kiosk | None]:
    service = unit.catalogue.services.get(request.service_id)
    if service is None:
        raise Refusal("unknown_service")
    opening = opening_by_hours(unit.catalogue, service, unit.now_ms)
    if not opening.open:
        raise closed(unit, service, request.language, opening)
    if request.kiosk_code is None:
        return service, None
    kiosk = unit.catalogue.kiosks.get(request.kiosk_code)
    if kiosk is None:
        raise Refusal("unknown_kiosk")
    return service, kiosk


def closed(unit: Unit, service: Service, language: str, opening: Opening) -> Refusal:
    """Return the refusal of a service that issues no number now, with the reason and until when."""
    code = "quota_reached" if opening.why is ClosedReason.QUOTA else "service_closed"
    facts = {"service": localised_name(service.name, language), "quota": service.quota}
    return Refusal(code, **facts, opening=opening, at=unit.now_ms, time_zone=unit.catalogue.time_zone)


def _next_number(unit: Unit, series: str) -> int:
    statement = _BUMP_NUMBER[unit.connection.dialect.name]
    number = unit.connection.execute(statement, {"day": unit.business_date, "name": series}).scalar_one()
    if number > numbering.LARGEST_NUMBER:
        raise Refusal("no_number_left")
    return int(number)


def _insert_ticket(
    unit: Unit,
    request: IssueRequest,
    service: Service,
    kiosk: Kiosk | None,
    *,
    state: State = State.WAITING,
    **columns: int | None,
) -> TicketRow:
    number = _next_number(unit, service.series)
    values: dict[str, Any] = {
        "business_date": unit.business_date,
        "label": numbering.label(service.series, number),
        "token": numbering.new_token(),
        "service_id": service.id,
        "language": request.language,
        "issued_at": unit.now_ms,
        "start_at": unit.now_ms,
        "times_called": 0,
        "files": request.files,
        **columns,
    }
    result = unit.connection.execute(
        _INSERT_TICKET,
        {
            **values,
            "series": service.series,
            "number": number,
            "ticket_class": request.ticket_class.value,
            "state": state.value,
            "kiosk_id": None if kiosk is None else kiosk.id,
        },
    )
    absent = dict.fromkeys(("called_at", "serving_at", "ended_at", "counter_id", "last_call_seq"))
    return TicketRow(**{**absent, **values}, id=new_id(result), ticket_class=request.ticket_class, state=state)
