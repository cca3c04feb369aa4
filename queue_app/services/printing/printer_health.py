"""Health of printers: status reports of spoolers and agents, the paper left, and the facts logged about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.facts import PrinterChanged
from queue_app.domain.print_job import PrintJobState
from queue_app.domain.print_outcome import Outcome, outcome_text
from queue_app.domain.printer import FAULTY, Health, tickets_left
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.printing.print_jobs import move_queued
from queue_app.services.printing.print_requests import require_printer
from queue_app.store import tables as t
from queue_app.store.printers import agent_statuses
from queue_app.store.printers import printers as read_printers
from queue_app.store.unit_of_work import Store, Unit

AGENT_TIMEOUT_SECONDS = 60
"""An agent that has not been seen for so long is offline."""
AGENT_OFFLINE = Outcome("agent_away", {"reason": "unreachable", "message": "agent_away"})


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A status report of a printer. `used_mm` since the report before; `new_roll`: reset the paper counter.

    `roll_mm` is the length of a new roll as given in the address, `ticket_mm` that of a usual ticket.
    """

    health: Health
    outcome: Outcome | None = None
    used_mm: int = 0
    new_roll: bool = False
    roll_mm: int | None = None
    ticket_mm: int | None = None


def report_health(store: Store, printer_id: int, report: StatusReport, now: datetime) -> None:
    """Store a status report. A printer that begins or ceases to raise an alarm is a fact of the log."""
    now_ms = to_ms(now)
    same_printer = t.printer.c.id == printer_id
    with store.read() as connection:
        before = read_printers(connection).get(printer_id)
        paper = connection.execute(select(t.printer.c.used_mm, t.printer.c.roll_mm).where(same_printer)).one_or_none()
    if before is None or paper is None:
        return
    # Only the process that serves the printer reports, so no other process changes the counter meanwhile.
    used = (0 if report.new_roll else paper.used_mm) + report.used_mm
    left = before.tickets_left
    if report.ticket_mm is not None:
        left = tickets_left(paper.roll_mm or report.roll_mm, used, report.ticket_mm)
    values: dict[str, object] = {
        "health": report.health.value,
        "outcome": report.outcome,
        "checked_at": now_ms,
    }
    values |= {"used_mm": used, "tickets_left": left}
    if report.health is not before.health:
        values["health_since"] = now_ms
    statement = update(t.printer).where(same_printer).values(**values)
    if replace(before, health=report.health, tickets_left=left).alarm is before.alarm:
        with store.transaction() as connection:
            connection.execute(statement)
        return
    with store.write(now) as unit:
        unit.connection.execute(statement)
        if before.is_faulty and report.health not in FAULTY:
            _mark_held_uncertain(unit, printer_id)
        trouble = (
            (outcome_text(report.outcome) or report.health.value)
            if report.health not in (Health.OK, Health.UNKNOWN)
            else None
        )
        unit.record(PrinterChanged(printer_id=printer_id, state=report.health, trouble=trouble))


def _mark_held_uncertain(unit: Unit, printer_id: int) -> None:
    """Mark `held` jobs `uncertain`: after a fault ends, a job the printer buffered may print.

    Unless the printer was switched off meanwhile; so the visitor or staff are asked.
    """
    held = (t.print_job.c.printer_id == printer_id) & (t.print_job.c.state == PrintJobState.HELD)
    for job_id, outcome in unit.connection.execute(select(t.print_job.c.id, t.print_job.c.outcome).where(held)).all():
        mended = None if outcome is None else replace(outcome, ending="mended")
        values = {"state": PrintJobState.UNCERTAIN, "outcome": mended}
        unit.connection.execute(update(t.print_job).where(t.print_job.c.id == job_id).values(**values))


def reset_paper_counter(store: Store, officer: Officer, code: str, now: datetime) -> None:
    """Reset the paper counter after a new roll was inserted. Raises Refusal unknown_printer."""
    with begin_today(store, now) as unit:
        printer = require_printer(read_printers(unit.connection), code)
        values = {"used_mm": 0, "tickets_left": None}
        unit.connection.execute(update(t.printer).where(t.printer.c.id == printer.id).values(**values))
        changed = PrinterChanged(printer_id=printer.id, state=printer.health, new_roll=True)
        unit.record(changed, staff_id=officer.id)


def report_capabilities(store: Store, printer_id: int, capabilities: Mapping[str, object]) -> None:
    """Store the capabilities that probing detected at a printer."""
    with store.transaction() as connection:
        connection.execute(
            update(t.printer).where(t.printer.c.id == printer_id).values(capabilities=dict(capabilities))
        )


def detect_silent_agents(store: Store, now: datetime) -> None:
    """Mark the printers of silent agents offline, and move their queued jobs to other printers within reach."""
    with store.read() as connection:
        last_seen = agent_statuses(connection)
        rows = connection.execute(select(t.printer).where(t.printer.c.removed_at.is_(None))).all()
    since = to_ms(now) - AGENT_TIMEOUT_SECONDS * 1000
    for row in rows:
        code = agent_of(row.url)
        if code is None or (last_seen.get(code, (None, None))[0] or 0) >= since:
            continue
        if row.health != Health.OFFLINE.value:
            report_health(store, row.id, StatusReport(Health.OFFLINE, AGENT_OFFLINE), now)
        move_queued(store, row.id, AGENT_OFFLINE, now)


def agent_of(url: str) -> str | None:
    """Return the code of the agent that serves a printer's address; None if the server itself does."""
    scheme, _, rest = url.partition("://")
    return rest.partition("/")[0] if scheme == "agent" else None
