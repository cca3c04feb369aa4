"""Adapter behind web/api/agents.py, in the printer package's types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import printer.ports
from printer.transport.address import parse_address
from queue_app.adapters.print_jobs import job_of, status_report_of
from queue_app.domain.clock import to_ms
from queue_app.domain.print_job import PrintJobState
from queue_app.domain.print_outcome import parse_outcome
from queue_app.services.printing import print_jobs, printer_health
from queue_app.store.printers import print_job
from queue_app.store.unit_of_work import Store
from queue_app.web.ports import Json


class PrintAgentGateway:
    """Gateway through which print agents fetch jobs and report. An agent has the printers whose address begins with
    its code.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, code: str, have: Collection[int], now: datetime) -> Json:
        """Return the agent's printers and one job for it, or null."""
        own = self._printers(code)
        claimed = print_jobs.claim_for_agent(self._store, _owner(code), list(own), have, now)
        job = None if claimed is None else _job_json(claimed, own[claimed.printer_id], now)
        return {"printers": [_printer_json(row) for row in own.values()], "job": job}

    def report(self, code: str, job_id: int, state: PrintJobState, detail: str, now: datetime) -> bool:
        """Record the outcome of a job. Return False if the job is not the agent's, or not any more. Idempotent."""
        store, owner, outcome = self._store, _owner(code), parse_outcome(detail)
        if state is PrintJobState.QUEUED and print_jobs.requeue_elsewhere(store, job_id, owner, outcome, now):
            return True
        if print_jobs.report_outcome(store, job_id, owner, state, outcome, now):
            return True
        with store.read() as connection:
            job = print_job(connection, job_id)
        return job is not None and job.state is state and job.printer_id in self._printers(code)

    def health(self, code: str, printer_id: int, details: Mapping[str, Any], now: datetime) -> None:
        """Record the health of one of the agent's printers; ignore other printers."""
        row = self._printers(code).get(printer_id)
        if row is None:
            return
        health = printer.ports.PrinterHealth(
            printer.ports.Health(details["state"]), details["detail"], details["used_mm"], details["new_roll"]
        )
        printer_health.report_health(self._store, printer_id, status_report_of(health, row), now)
        able = details["capabilities"]
        if able is not None and able != row.capabilities:
            printer_health.report_capabilities(self._store, printer_id, able)

    def _printers(self, code: str) -> dict[int, print_jobs.ConfiguredPrinter]:
        return {row.id: row for row in print_jobs.printers(self._store) if printer_health.agent_of(row.url) == code}


def _owner(code: str) -> str:
    return f"agent:{code}"[:60]


def _printer_json(row: print_jobs.ConfiguredPrinter) -> Json:
    return {
        "id": row.id,
        "code": row.code,
        "url": parse_address(row.url).agent[1],
        "paper_mm": row.paper_mm,
        "capabilities": row.capabilities,
    }


def _job_json(claimed: print_jobs.ClaimedJob, row: print_jobs.ConfiguredPrinter, now: datetime) -> Json:
    config = printer.ports.PrinterConfig(row.id, row.code, row.url, row.paper_mm)
    job = job_of(claimed, config)
    expires_at = claimed.created_at + round(print_jobs.EXPIRES_AFTER.total_seconds() * 1000)
    return {
        "id": job.id,
        "copy_no": job.copy_no,
        "printer": row.id,
        "clean_first": job.clean_first,
        "expires_in": max(1, (expires_at - to_ms(now)) // 1000),
        "options": job.options.to_json(),
        "slip": printer.ports.slip_to_json(job.slip),
    }
