"""Print requests: tickets, copies, lists of documents, summaries, test pages; and confirming an uncertain print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from queue_app.domain.catalogue import Catalogue, localised_name
from queue_app.domain.errors import Refusal
from queue_app.domain.facts import PrintRequested
from queue_app.domain.permissions import Permission, require_in
from queue_app.domain.print_job import PrintJobKind, PrintJobState
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import Printer, ReprintReason
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass
from queue_app.domain.ticket_facts import TicketReprinted
from queue_app.services.conflicts import conflict_details
from queue_app.services.day import begin_today
from queue_app.services.idempotency import already_processed
from queue_app.services.printing.print_jobs import EXPIRES_AFTER
from queue_app.services.throttle import Limit
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.printers import PrintJobRow, kiosk_printer_of, print_jobs_of, printers
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store, Unit, new_id

CHECKLISTS_A_MINUTE = 10
"""At one printer; anybody may request one, and the paper roll is meant for tickets."""
_INSERT_JOB = insert(t.print_job)

Slip = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PrintJobRef:
    """Reference to a print job, returned to the requester."""

    id: int
    state: PrintJobState


def ticket_slip(catalogue: Catalogue, row: TicketRow, url: str, ahead: int | None) -> dict[str, object]:
    """Return the content of a ticket's slip; `ahead` is the number ahead at issue, None if it is no longer known."""
    zone, language = catalogue.zone_of(row.service_id), row.language
    return {
        "label": row.label,
        "hall": catalogue.hall_name,
        "agency": localised_name(catalogue.agency_of(row.service_id).name, language),
        "service": localised_name(catalogue.services[row.service_id].name, language),
        "zone": None if zone is None else localised_name(zone.name, language),
        "issued_at": row.issued_at,
        "time_zone": catalogue.time_zone,
        "ahead": ahead,
        "range": row.promised,
        "url": url,
        "language": language,
        "priority": row.ticket_class is TicketClass.PRIORITY,
        "documents": [localised_name(name, language) for name in catalogue.services[row.service_id].documents],
        "footer": localised_name(catalogue.footer, language),
    }


def enqueue_print_job(
    unit: Unit,
    kind: PrintJobKind,
    printer_id: int,
    slip: Slip,
    *,
    ticket_id: int | None = None,
    copy_no: int = 1,
    reason: ReprintReason | None = None,
    staff_id: int | None = None,
) -> PrintJobRef:
    """Enqueue a print job at a printer, in the caller's transaction."""
    result = unit.connection.execute(
        _INSERT_JOB,
        {
            "kind": kind,
            "ticket_id": ticket_id,
            "copy_no": copy_no,
            "reason": None if reason is None else reason.value,
            "staff_id": staff_id,
            "printer_id": printer_id,
            "state": PrintJobState.QUEUED,
            "outcome": None,
            "slip": slip,
            "attempts": 0,
            "created_at": unit.now_ms,
        },
    )
    return PrintJobRef(new_id(result), PrintJobState.QUEUED)


@dataclass(frozen=True, slots=True)
class ReprintRequest:
    """A request to reprint a ticket, by id or by today's label, at a printer (None: where it was printed)."""

    reason: ReprintReason
    ticket_id: int | None = None
    label: str | None = None
    printer_code: str | None = None
    key: str | None = None


def print_copy(store: Store, officer: Officer, request: ReprintRequest, now: datetime, public_url: str) -> PrintJobRef:
    """Print a copy, marked SALINAN, of a ticket that is still in the line or at a counter.

    A repeat with the same key returns the newest copy. Raises Refusal unknown_ticket, not_allowed (of another
    agency), wrong_state (its visit is over), unknown_printer (none given and none known), key_reused.
    """
    with begin_today(store, now) as unit:
        row = _requested_ticket(unit, request)
        require_in(officer, Permission.REPRINT_TICKETS, unit.catalogue.services[row.service_id].agency_id)
        jobs = print_jobs_of(unit.connection, row.id)
        if already_processed(unit, request.key, f"reprint|{row.id}|{request.reason}|{request.printer_code}") and jobs:
            return PrintJobRef(jobs[-1].id, jobs[-1].state)
        if row.ended_at is not None:
            raise conflict_details(unit, row, officer)
        printer_id = _printer_of(unit, row, jobs, request.printer_code)
        return _copy(unit, row, jobs, request.reason, printer_id, officer.id, f"{public_url}/t/{row.token}")


def _requested_ticket(unit: Unit, request: ReprintRequest) -> TicketRow:
    row = None
    if request.ticket_id is not None:
        row = queries.ticket_by_id(unit.connection, request.ticket_id)
    elif request.label is not None:
        series, _, number = request.label.strip().upper().rpartition("-")
        if number.isdecimal() and len(number) <= 4:
            row = queries.ticket_by_number(unit.connection, unit.business_date, series, int(number))
    if row is None or row.service_id not in unit.catalogue.services:
        raise Refusal("unknown_ticket")
    return row


def _printer_of(unit: Unit, row: TicketRow, jobs: Sequence[PrintJobRow], code: str | None) -> int:
    all_printers = printers(unit.connection)
    if code is not None:
        return require_printer(all_printers, code).id
    printer_id = jobs[-1].printer_id if jobs else kiosk_printer_of(unit.connection, row.id)
    if printer_id not in all_printers:
        raise Refusal("unknown_printer")
    return printer_id


def require_printer(printers_by_id: Mapping[int, Printer], code: str) -> Printer:
    """Return the printer with this code. Raises Refusal unknown_printer."""
    match = next((printer for printer in printers_by_id.values() if printer.code == code), None)
    if match is None:
        raise Refusal("unknown_printer")
    return match


def _copy(
    unit: Unit,
    row: TicketRow,
    jobs: Sequence[PrintJobRow],
    reason: ReprintReason,
    printer_id: int,
    staff_id: int | None,
    url: str,
) -> PrintJobRef:
    # A copy has the content of the first slip; a ticket that had none gets a copy number all the same.
    copy_no = (jobs[-1].copy_no if jobs else 1) + 1
    slip = ticket_slip(unit.catalogue, row, url, None)
    if jobs:
        slip = unit.connection.execute(select(t.print_job.c.slip).where(t.print_job.c.id == jobs[0].id)).scalar_one()
    paper = enqueue_print_job(
        unit, PrintJobKind.COPY, printer_id, slip, ticket_id=row.id, copy_no=copy_no, reason=reason, staff_id=staff_id
    )
    unit.record(
        TicketReprinted(label=row.label, copy_no=copy_no, why=reason, printer_id=printer_id, job_id=paper.id),
        ticket_id=row.id,
        staff_id=staff_id,
    )
    return paper


def confirm_print(store: Store, token: str, now: datetime, *, printed: bool) -> PrintJobRef:
    """Confirm an `uncertain` print for its visitor: it came out, or the ticket is printed once more.

    Allowed once, and only while the visitor can still be at the kiosk: otherwise anybody could get a second slip for
    one place in the line. Raises Refusal unknown_ticket, no_print_to_confirm.
    """
    with begin_today(store, now) as unit:
        row = queries.ticket_by_token(unit.connection, token)
        if row is None:
            raise Refusal("unknown_ticket")
        jobs = print_jobs_of(unit.connection, row.id)
        newest = jobs[-1] if jobs else None
        oldest = unit.now_ms - round(EXPIRES_AFTER.total_seconds() * 1000)
        if (
            newest is None
            or newest.state is not PrintJobState.UNCERTAIN
            or newest.copy_no != 1
            or (newest.ended_at or 0) < oldest
        ):
            raise Refusal("no_print_to_confirm")
        if printed:
            values = {"state": PrintJobState.PRINTED, "outcome": Outcome("has_it")}
            unit.connection.execute(update(t.print_job).where(t.print_job.c.id == newest.id).values(**values))
            return PrintJobRef(newest.id, PrintJobState.PRINTED)
        return _copy(unit, row, jobs, ReprintReason.VISITOR, newest.printer_id, None, "")


def print_checklist(store: Store, kiosk_code: str, service_id: int, language: str, now: datetime) -> PrintJobRef:
    """Print the list of documents that a service requires, for somebody who takes no number yet.

    Raises Refusal unknown_kiosk, unknown_service, unknown_printer (the kiosk has none), too_many_checklists.
    """
    with begin_today(store, now) as unit:
        catalogue = unit.catalogue
        kiosk, service = catalogue.kiosks.get(kiosk_code), catalogue.services.get(service_id)
        if kiosk is None:
            raise Refusal("unknown_kiosk")
        if service is None:
            raise Refusal("unknown_service")
        if kiosk.printer_id is None:
            raise Refusal("unknown_printer")
        _limit_checklists(unit, kiosk.printer_id)
        slip = {
            **_head(unit, language),
            "kind": "checklist",
            "agency": localised_name(catalogue.agency_of(service_id).name, language),
            "service": localised_name(service.name, language),
            "documents": [localised_name(name, language) for name in service.documents],
            "footer": localised_name(catalogue.footer, language),
        }
        paper = enqueue_print_job(unit, PrintJobKind.CHECKLIST, kiosk.printer_id, slip)
        _record_request(unit, paper, PrintJobKind.CHECKLIST, kiosk.printer_id, None)
        return paper


def _limit_checklists(unit: Unit, printer_id: int) -> None:
    job, limit = t.print_job.c, Limit(CHECKLISTS_A_MINUTE, timedelta(minutes=1))
    # The table has no index by time: a minute is well within the newest thousand jobs.
    recent = job.id > select(func.coalesce(func.max(job.id), 0)).scalar_subquery() - 1000
    same = (job.printer_id == printer_id, job.kind == PrintJobKind.CHECKLIST, recent)
    if limit.is_reached(unit.connection, job.created_at, unit.now_ms, *same):
        raise Refusal("too_many_checklists")


def print_test_page(
    store: Store, officer: Officer | None, printer_code: str, language: str, now: datetime
) -> PrintJobRef:
    """Print a test page; `officer` is None from the command line. Raises Refusal unknown_printer."""
    with begin_today(store, now) as unit:
        printer = require_printer(printers(unit.connection), printer_code)
        slip = {**_head(unit, language), "kind": "test", "printer": printer.code}
        return _for_staff(unit, PrintJobKind.TEST, printer, slip, officer)


def print_summary(
    store: Store,
    officer: Officer,
    printer_code: str,
    language: str,
    title: str,
    rows: Sequence[tuple[str, str]],
    now: datetime,
) -> PrintJobRef:
    """Print the summary of a day; `rows` are formatted names and figures. Raises Refusal unknown_printer."""
    with begin_today(store, now) as unit:
        printer = require_printer(printers(unit.connection), printer_code)
        slip = {**_head(unit, language), "kind": "summary", "title": title, "rows": [list(row) for row in rows]}
        return _for_staff(unit, PrintJobKind.SUMMARY, printer, slip, officer)


def _head(unit: Unit, language: str) -> dict[str, object]:
    catalogue = unit.catalogue
    return {
        "hall": catalogue.hall_name,
        "issued_at": unit.now_ms,
        "time_zone": catalogue.time_zone,
        "language": language,
    }


def _for_staff(unit: Unit, kind: PrintJobKind, printer: Printer, slip: Slip, officer: Officer | None) -> PrintJobRef:
    staff_id = None if officer is None else officer.id
    paper = enqueue_print_job(unit, kind, printer.id, slip, staff_id=staff_id)
    _record_request(unit, paper, kind, printer.id, staff_id)
    return paper


def _record_request(unit: Unit, paper: PrintJobRef, kind: PrintJobKind, printer_id: int, staff_id: int | None) -> None:
    unit.record(PrintRequested(what=kind, printer_id=printer_id, job_id=paper.id), staff_id=staff_id)
