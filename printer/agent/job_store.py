"""The print agent's jobs in a small SQLite file: jobs survive a power cut, and the same job twice is printed once."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from printer.agent.server_client import job_from_json, printer_from_json, printer_to_json
from printer.ports import Capabilities, Job, JobState, PrinterConfig, PrinterHealth, Reason

_log = logging.getLogger("printer.agent")
RETURNED = "returned"
"""Not printed here: the server may give the job to another printer, or to this one again. Reported as `queued`."""
KEPT_SECONDS = 24 * 3600
"""How long a finished job is kept, so that a repeated delivery is recognised."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS printer (id INTEGER PRIMARY KEY, body TEXT NOT NULL, torn INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY, printer INTEGER NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '', expires_at REAL NOT NULL, taken_at REAL NOT NULL,
    news INTEGER NOT NULL DEFAULT 1, told INTEGER NOT NULL DEFAULT 0
);
"""
_TAKE = """
INSERT INTO job (id, printer, digest, body, state, expires_at, taken_at) VALUES (?, ?, ?, ?, 'queued', ?, ?)
ON CONFLICT (id) DO UPDATE SET printer = excluded.printer, digest = excluded.digest, body = excluded.body,
    state = 'queued', detail = '', expires_at = excluded.expires_at, taken_at = excluded.taken_at, news = news + 1
"""
_EXPIRE = "UPDATE job SET state = 'expired', news = news + 1 WHERE state = 'queued' AND expires_at < ?"
_REPORT = """
UPDATE job SET state = ?, detail = ?, news = news + 1 WHERE id = ? AND state = 'sending' RETURNING printer
"""
# `news` counts the changes of a job, `told` is the number of the last change that the server acknowledged.
_PENDING = "told < news AND state NOT IN ('queued', 'sending')"


@dataclass(frozen=True, slots=True)
class PendingReport:
    """A job's state that the server has not acknowledged."""

    job_id: int
    state: JobState
    detail: str
    change: int


class AgentJobStore:
    """The jobs of an agent; a `JobSource` for its spooler. `names` maps printers' names to addresses on this PC.

    `clock` is the wall clock in seconds, because times must stay valid after a restart.
    """

    def __init__(self, path: Path, names: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        self._names = dict(names)
        self._clock = clock
        self._lock = threading.RLock()
        self._job_arrived = threading.Event()
        self.report_pending = threading.Event()
        """Set when a report to the server is pending."""
        self._health: dict[int, PrinterHealth] = {}
        self._capabilities: dict[int, Capabilities] = {}
        # Each statement is a transaction of its own, on the disk before it returns.
        self._sql = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute("PRAGMA synchronous = FULL")
        self._sql.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sql.close()

    def recover(self) -> int:
        """Mark jobs that were being sent when the agent died `uncertain`, and their printers as interrupted.

        A printer may hold a part of such a job. Returns the number of jobs."""
        with self._lock:
            self._sql.execute(
                "UPDATE printer SET torn = 1 WHERE id IN (SELECT printer FROM job WHERE state = 'sending')"
            )
            done = self._sql.execute(
                "UPDATE job SET state = 'uncertain', detail = ?, news = news + 1 WHERE state = 'sending'",
                (f"{Reason.FAULT}: stopped",),
            )
            return done.rowcount

    # --- from and to the server

    def set_printers(self, printers: Sequence[PrinterConfig]) -> None:
        """Replace this agent's printers by those that the server named."""
        with self._lock:
            ids = [str(config.id) for config in printers]
            for config in printers:
                self._sql.execute(
                    "INSERT INTO printer (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                    (config.id, json.dumps(printer_to_json(config))),
                )
            self._sql.execute(f"DELETE FROM printer WHERE id NOT IN ({', '.join(ids) or 'NULL'})")

    def accept(self, body: Mapping[str, object]) -> None:
        """Store a job from the server. A job stored before is not printed again; its outcome is reported again.

        Raises ValueError if the job cannot be parsed.
        """
        job = job_from_json(body, {config.id: config for config in self._configs()})
        digest = _digest(body)
        now, expires = self._clock(), int(str(body["expires_in"]))
        with self._lock:
            existing = self._sql.execute("SELECT digest, state FROM job WHERE id = ?", (job.id,)).fetchone()
            if existing is not None and existing[0] == digest and existing[1] != RETURNED:
                self._sql.execute("UPDATE job SET news = news + 1 WHERE id = ?", (job.id,))
                self.report_pending.set()
                return
            self._sql.execute(_TAKE, (job.id, job.printer.id, digest, json.dumps(body), now + expires, now))
        self._job_arrived.set()

    def pending_reports(self) -> list[PendingReport]:
        """Return the states not yet acknowledged by the server, the oldest first."""
        query = f"SELECT id, state, detail, news FROM job WHERE {_PENDING} ORDER BY taken_at"
        with self._lock:
            rows = self._sql.execute(query).fetchall()
        return [
            PendingReport(job_id, JobState.QUEUED if state == RETURNED else JobState(state), *rest)
            for job_id, state, *rest in rows
        ]

    def unacknowledged_ids(self) -> list[int]:
        """Return the ids of jobs whose outcome the server has not acknowledged."""
        with self._lock:
            return [row[0] for row in self._sql.execute("SELECT id FROM job WHERE told < news ORDER BY id")]

    def acknowledge(self, report: PendingReport) -> None:
        """Mark a report as acknowledged; later changes of the job stay pending. Deletes old finished jobs."""
        with self._lock:
            self._sql.execute("UPDATE job SET told = ?1 WHERE id = ?2 AND told < ?1", (report.change, report.job_id))
            too_old = self._clock() - KEPT_SECONDS
            self._sql.execute("DELETE FROM job WHERE told = news AND taken_at < ?", (too_old,))

    def take_health_reports(self) -> dict[int, tuple[PrinterHealth, Capabilities | None]]:
        """Return the printers' health with the paper used since the last call, and reset that count."""
        with self._lock:
            reports = {number: (health, self._capabilities.get(number)) for number, health in self._health.items()}
            for number, (health, _) in reports.items():
                self._health[number] = replace(health, used_mm=0, new_roll=False)
            return reports

    def restore_health_reports(self, reports: Mapping[int, tuple[PrinterHealth, Capabilities | None]]) -> None:
        """Put back health that could not be reported: the paper used is added to the next report."""
        with self._lock:
            for number, (health, _) in reports.items():
                self._health[number] = _merge_health(health, self._health.get(number, health))

    # --- for the spooler

    def printers(self) -> Sequence[PrinterConfig]:
        """Return this agent's printers, with their addresses on this PC."""
        return [self._resolved(config) for config in self._configs()]

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> Job | None:
        """Take the oldest queued job that has not expired (queued → sending), or None."""
        with self._lock:
            expired = self._sql.execute(
                "UPDATE job SET state = 'expired', news = news + 1 WHERE state = 'queued' AND expires_at < ?",
                (self._clock(),),
            )
            if expired.rowcount:
                self.report_pending.set()
            row = self._sql.execute(
                "UPDATE job SET state = 'sending' WHERE id = (SELECT id FROM job WHERE printer = ? AND state = 'queued'"
                " ORDER BY taken_at, id LIMIT 1) RETURNING body",
                (printer_id,),
            ).fetchone()
            if row is None:
                return None
            interrupted = self._sql.execute("SELECT torn FROM printer WHERE id = ?", (printer_id,)).fetchone()
        job = job_from_json(json.loads(row[0]), {config.id: config for config in self._configs()})
        clean_first = job.clean_first or bool(interrupted and interrupted[0])
        return replace(job, printer=self._resolved(job.printer), clean_first=clean_first)

    def report(self, job_id: int, owner: str, state: JobState, detail: str) -> bool:
        """Store the outcome of a job; a job that produced no output stays queued for another try here."""
        with self._lock:
            done = self._sql.execute(_REPORT, (state.value, detail, job_id)).fetchone()
            if done is not None and state in (JobState.PRINTED, JobState.SENT):
                self._sql.execute("UPDATE printer SET torn = 0 WHERE id = ?", done)
        self.report_pending.set()
        return done is not None

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        """Return the job to the server, which knows the other printers."""
        with self._lock:
            done = self._sql.execute(_REPORT, (RETURNED, detail, job_id)).fetchone()
        self.report_pending.set()
        return done is not None

    def may_poll(self, printer_id: int, owner: str) -> bool:
        """True: no other process serves an agent's printers."""
        return True

    def report_health(self, printer_id: int, health: PrinterHealth) -> None:
        """Keep the health until it is reported to the server."""
        with self._lock:
            old = self._health.get(printer_id)
            self._health[printer_id] = health if old is None else _merge_health(old, health)
        if old is None or (old.state, old.detail) != (health.state, health.detail):
            self.report_pending.set()

    def report_capabilities(self, printer_id: int, capabilities: Capabilities) -> None:
        """Keep the capabilities; they are reported to the server with the printer's health."""
        with self._lock:
            self._capabilities[printer_id] = capabilities
        self.report_pending.set()

    def wait(self, timeout: float) -> None:
        """Return when a job arrives, at the latest after `timeout` seconds."""
        self._job_arrived.wait(timeout)
        self._job_arrived.clear()

    # --- inside

    def _configs(self) -> list[PrinterConfig]:
        with self._lock:
            rows = self._sql.execute("SELECT body FROM printer ORDER BY id").fetchall()
        return [printer_from_json(json.loads(row[0])) for row in rows]

    def _resolved(self, config: PrinterConfig) -> PrinterConfig:
        return replace(config, url=self._names.get(config.url, config.url))


def _digest(body: Mapping[str, object]) -> str:
    """Return a hash that distinguishes a job from one of the same id on a server restored from a backup."""
    same = json.dumps([body.get("copy_no"), body.get("printer"), body.get("slip")], sort_keys=True)
    return hashlib.sha256(same.encode()).hexdigest()


def _merge_health(old: PrinterHealth, new: PrinterHealth) -> PrinterHealth:
    """Return the newer state with the paper of both; paper used before a new roll does not count."""
    used = new.used_mm if new.new_roll else old.used_mm + new.used_mm
    return replace(new, used_mm=used, new_roll=old.new_roll or new.new_roll)
