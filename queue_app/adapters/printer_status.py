"""Printer status for the CLI: probed directly, or else last reported by its agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import printer.ports
from printer.diagnosis import Advice, ProbeResult
from queue_app.adapters.printer_tools import advice_on_status, probe_with_advice
from queue_app.adapters.processes import is_dead, process_name
from queue_app.domain.clock import to_ms
from queue_app.services.printing import print_jobs
from queue_app.services.printing.printer_health import AGENT_TIMEOUT_SECONDS, agent_of
from queue_app.store.printers import agent_statuses
from queue_app.store.printers import printers as read_printers
from queue_app.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """Status of a printer and what to do about it (None: nothing); `seen_at` is None if it was probed just now."""

    report: ProbeResult
    advice: Advice | None
    seen_at: int | None
    tickets_left: int | None

    @property
    def usable(self) -> bool:
        """Whether a slip would be printed now; a printer that is nearly empty or reports no status still prints."""
        return self.advice is None or self.advice.is_hint


def check_printer_status(store: Store, printer_row: print_jobs.ConfiguredPrinter, now: datetime) -> PrinterStatus:
    """Check the status of a printer; one that a server or an agent serves is not probed: it takes one connection."""
    agent = agent_of(printer_row.url)
    if agent is not None:
        return _by_agent(store, printer_row, agent, now)
    owner = process_name()
    if not print_jobs.may_poll(store, printer_row.id, owner, now, is_dead):
        return _last_reported(store, printer_row)
    try:
        return _probe(store, printer_row)
    finally:
        print_jobs.release_printers(store, owner)


def _probe(store: Store, printer_row: print_jobs.ConfiguredPrinter) -> PrinterStatus:
    status, advice = probe_with_advice(printer_row.url, printer_row.capabilities)
    with store.read() as connection:
        left = read_printers(connection)[printer_row.id].tickets_left
    return PrinterStatus(status, advice, None, left)


def _last_reported(store: Store, printer_row: print_jobs.ConfiguredPrinter) -> PrinterStatus:
    with store.read() as connection:
        row = read_printers(connection)[printer_row.id]
    capabilities = {} if printer_row.capabilities is None else printer_row.capabilities
    counts = capabilities.get("counts_cuts")
    proof = capabilities.get("proof")
    status = ProbeResult(
        printer.ports.Health(row.health.value),
        proof=None if proof is None else str(proof),
        counts_cuts=None if counts is None else bool(counts),
    )
    return PrinterStatus(
        status, advice_on_status(status.health, row.outcome, printer_row.url), row.checked_at, row.tickets_left
    )


def _by_agent(store: Store, printer_row: print_jobs.ConfiguredPrinter, agent: str, now: datetime) -> PrinterStatus:
    with store.read() as connection:
        agents_by_code = agent_statuses(connection)
    state = _last_reported(store, printer_row)
    if agent not in agents_by_code:
        return replace(state, advice=Advice("agent_unknown", {"agent": agent}))
    if (agents_by_code[agent][0] or 0) < to_ms(now) - AGENT_TIMEOUT_SECONDS * 1000:
        return replace(state, advice=Advice("agent_away"))
    return state
