"""Read printers, print jobs and print agents. Every function reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select

from queue_app.domain.device import DeviceKind
from queue_app.domain.print_job import PrintJobKind, PrintJobState
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import Health, Printer
from queue_app.store import tables as t

_PRINTERS = (
    select(
        t.printer.c.id,
        t.printer.c.code,
        t.printer.c.paper_mm,
        t.printer.c.url,
        t.printer.c.health,
        t.printer.c.outcome,
        t.printer.c.health_since,
        t.printer.c.checked_at,
        t.printer.c.tickets_left,
        t.printer.c.fallback_id,
        t.printer.c.place,
        t.printer.c.zone_id,
        t.kiosk.c.zone_id.label("kiosk_zone_id"),
        t.kiosk.c.name.label("kiosk"),
    )
    .select_from(t.printer.outerjoin(t.kiosk, t.kiosk.c.printer_id == t.printer.c.id))
    .where(t.printer.c.removed_at.is_(None))
    .order_by(t.printer.c.id, t.kiosk.c.id)
)


def printers(connection: Connection) -> dict[int, Printer]:
    """Read all printers of the hall, by id."""
    rows: dict[int, list[Any]] = {}
    for row in connection.execute(_PRINTERS):
        rows.setdefault(row.id, []).append(row)
    return {printer_id: _printer(printer_rows) for printer_id, printer_rows in rows.items()}


def _printer(rows: list[Any]) -> Printer:
    row = rows[0]
    zones = {row.zone_id} if row.zone_id is not None else {each.kiosk_zone_id for each in rows}
    return Printer(
        row.id,
        row.code,
        row.paper_mm,
        Health(row.health),
        row.outcome,
        row.health_since,
        row.checked_at,
        row.tickets_left,
        row.fallback_id,
        row.place,
        frozenset(zones - {None}),
        tuple(each.kiosk for each in rows if each.kiosk is not None),
        row.url,
    )


@dataclass(frozen=True, slots=True)
class PrintJobRow:
    """A print job as stored, without its content; times in milliseconds since the epoch."""

    id: int
    kind: PrintJobKind
    ticket_id: int | None
    copy_no: int
    printer_id: int
    state: PrintJobState
    outcome: Outcome | None
    attempts: int
    created_at: int
    ended_at: int | None


_JOB: tuple[ColumnElement[Any], ...] = (
    t.print_job.c.id,
    t.print_job.c.kind,
    t.print_job.c.ticket_id,
    t.print_job.c.copy_no,
    t.print_job.c.printer_id,
    t.print_job.c.state,
    t.print_job.c.outcome,
    t.print_job.c.attempts,
    t.print_job.c.created_at,
    t.print_job.c.ended_at,
)


def _job(row: Row[Any]) -> PrintJobRow:
    values: list[Any] = list(row)
    values[1], values[5] = PrintJobKind(values[1]), PrintJobState(values[5])
    return PrintJobRow(*values)


def print_jobs_of(connection: Connection, ticket_id: int) -> list[PrintJobRow]:
    """Read the print jobs of a ticket, by copy number."""
    rows = connection.execute(select(*_JOB).where(t.print_job.c.ticket_id == ticket_id).order_by(t.print_job.c.copy_no))
    return [_job(row) for row in rows]


def print_job(connection: Connection, job_id: int) -> PrintJobRow | None:
    """Read one print job; None if there is none with this id."""
    row = connection.execute(select(*_JOB).where(t.print_job.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def printed_labels(connection: Connection, job_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Read label and issue time of the tickets of some print jobs, by job id; jobs without a ticket are left out."""
    rows = connection.execute(
        select(t.print_job.c.id, t.ticket.c.label, t.ticket.c.issued_at)
        .join(t.ticket, t.ticket.c.id == t.print_job.c.ticket_id)
        .where(t.print_job.c.id.in_(list(job_ids)))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


_KIOSK_PRINTER = (
    select(t.kiosk.c.printer_id)
    .join(t.ticket, t.ticket.c.kiosk_id == t.kiosk.c.id)
    .where(t.ticket.c.id == bindparam("ticket"))
)


def kiosk_printer_of(connection: Connection, ticket_id: int) -> int | None:
    """Return the printer of the kiosk at which a ticket was issued; None if it was not issued at a kiosk."""
    return connection.execute(_KIOSK_PRINTER, {"ticket": ticket_id}).scalar_one_or_none()


_TEMPLATES = select(t.hall.c.template, t.agency.c.template).select_from(
    t.hall.outerjoin(t.agency, t.agency.c.id == bindparam("agency"))
)


def template(connection: Connection, agency_id: int | None) -> Mapping[str, object]:
    """Return the ticket template of an agency: the hall's template, overridden by the agency's own."""
    hall, own = connection.execute(_TEMPLATES, {"agency": agency_id}).one()
    return {**hall, **(own or {})}


_AGENTS = select(t.device.c.code, t.device.c.last_seen_at, t.device.c.trouble).where(
    t.device.c.kind == DeviceKind.AGENT, t.device.c.revoked_at.is_(None)
)


def agent_statuses(connection: Connection) -> dict[str, tuple[int | None, str | None]]:
    """Read the paired print agents by code: last seen (ms), and the trouble that an agent reports of its PC."""
    return {row[0]: (row[1], row[2]) for row in connection.execute(_AGENTS)}
