"""Adapter for the printer spooler: claims jobs, reports outcomes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import printer.ports
from printer.transport.address import parse_address
from queue_app.adapters.printer_tools import roll_length_mm, slip_of, ticket_mm
from queue_app.domain.print_job import PrintJobState
from queue_app.domain.print_outcome import parse_outcome
from queue_app.domain.printer import Health
from queue_app.services.printing import print_jobs, printer_health
from queue_app.store.unit_of_work import NotReadyError, Store


class PrintJobSource:
    """The hall's print jobs, as a job source of the spooler. `is_dead` says whether a process has died."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], is_dead: Callable[[str], bool] = print_jobs.never_dead
    ) -> None:
        self._store = store
        self._clock = clock
        self._is_dead = is_dead
        self._changed = threading.Event()
        store.on_commit(self._changed.set)

    def printers(self) -> Sequence[printer.ports.PrinterConfig]:
        """Return all printers of the hall; none while there is no hall yet."""
        try:
            return [config_of(row) for row in print_jobs.printers(self._store)]
        except NotReadyError:
            return []

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> printer.ports.Job | None:
        """Claim the oldest queued job of a printer, unless another process serves the printer."""
        claimed = print_jobs.claim(self._store, printer_id, owner, lease_seconds, self._clock(), self._is_dead)
        if claimed is None:
            return None
        config = next(row for row in self.printers() if row.id == printer_id)
        return job_of(claimed, config)

    def report(self, job_id: int, owner: str, state: printer.ports.JobState, detail: str) -> bool:
        """Record the outcome of a job."""
        ended, outcome = PrintJobState(state.value), parse_outcome(detail)
        return print_jobs.report_outcome(self._store, job_id, owner, ended, outcome, self._clock())

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        """Queue a job at another working printer within the visitor's reach."""
        return print_jobs.requeue_elsewhere(self._store, job_id, owner, parse_outcome(detail), self._clock())

    def may_poll(self, printer_id: int, owner: str) -> bool:
        """Take the lease of a printer for `owner`. Return whether no other process holds it."""
        return print_jobs.may_poll(self._store, printer_id, owner, self._clock(), self._is_dead)

    def report_health(self, printer_id: int, health: printer.ports.PrinterHealth) -> None:
        """Record the health that a status check or a print job reported."""
        config = next((row for row in print_jobs.printers(self._store) if row.id == printer_id), None)
        if config is not None:
            printer_health.report_health(self._store, printer_id, status_report_of(health, config), self._clock())

    def report_capabilities(self, printer_id: int, capabilities: printer.ports.Capabilities) -> None:
        """Store the result of probing, for the next start."""
        printer_health.report_capabilities(self._store, printer_id, capabilities.to_json())

    def wait(self, timeout: float) -> None:
        """Sleep until something is committed, at most `timeout` seconds."""
        self._changed.wait(timeout)
        self._changed.clear()


def config_of(row: print_jobs.ConfiguredPrinter) -> printer.ports.PrinterConfig:
    """Convert a printer to the printer package's type."""
    capabilities = None if row.capabilities is None else printer.ports.Capabilities.from_json(row.capabilities)
    return printer.ports.PrinterConfig(row.id, row.code, row.url, row.paper_mm, capabilities)


def job_of(claimed: print_jobs.ClaimedJob, config: printer.ports.PrinterConfig) -> printer.ports.Job:
    """Convert a claimed job to the printer package's type."""
    options = printer.ports.TemplateOptions.from_json(dict(claimed.template))
    return printer.ports.Job(
        claimed.id, claimed.copy_no, slip_of(claimed.slip), config, options, clean_first=claimed.clean_first
    )


def status_report_of(
    health: printer.ports.PrinterHealth, row: print_jobs.ConfiguredPrinter
) -> printer_health.StatusReport:
    """Convert a status report, with what is needed to estimate the tickets left on the roll."""
    return printer_health.StatusReport(
        Health(health.state.value),
        parse_outcome(health.detail),
        health.used_mm,
        health.new_roll,
        roll_length_mm(row.url),
        ticket_mm(row.paper_mm, _dpi(row.url)),
    )


def _dpi(url: str) -> int:
    try:
        return parse_address(url).model.dpi
    except ValueError:
        return 203
