"""A worker serves one printer: one job and one connection at a time, and status queries while it is idle."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from printer.ports import Ending, Health, Job, JobSource, JobState, Outcome, PrinterConfig, PrinterHealth, Reason
from printer.transport.delivery import DEFAULT_INTERRUPTED_BYTES, HEALTH_BY_REASON
from printer.transport.payload import RenderedJob
from printer.transport.transports import Transport, open_transport

if TYPE_CHECKING:
    from printer.executor import Executor

_log = logging.getLogger("printer.spooler")
_LONGEST_DETAIL = 200
_USES_PAPER = (JobState.PRINTED, JobState.SENT, JobState.HELD, JobState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class WorkerTimings:
    """Intervals of a worker in seconds, and numbers of tries."""

    poll: float = 2.0
    """Interval of polling for jobs and new printers when no notification comes."""
    debounce: float = 0.01
    """Shortest time between two notifications: a busy hall notifies about many things."""
    status_poll: float = 20.0
    """Interval of status queries to an idle printer."""
    presenter_poll: float = 1.0
    """Interval of status queries while the presenter holds a slip."""
    longest_presenter_wait: float = 60.0
    """Longest wait for a slip to be taken from the presenter; the next slip pushes it out."""
    lease: int = 60
    """Longer than any delivery takes, whatever the printer does."""
    first_retry: float = 1.0
    longest_retry: float = 15.0
    hand_over_after: int = 2
    """Tries in a row that produced no output, before the job is handed to another printer."""
    report_retry: float = 0.5
    """Pause after a report that failed; three attempts."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """Context shared by all workers of a spooler."""

    source: JobSource
    owner: str
    offload: Executor
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    timing: WorkerTimings


class Worker:
    """Serves one printer."""

    def __init__(self, config: PrinterConfig, context: WorkerContext) -> None:
        self._config = config
        self._context = context
        self._source = context.source
        self._timing = context.timing
        self._clock = context.clock
        self._wake_up = threading.Event()
        self._stopping = False
        self._retry_at: float | None = None
        self._retry = context.timing.first_retry
        self._failures = 0
        self._status_due_at = self._presenter_until = float("-inf")
        self._address: str | None = None
        self._transport: Transport | None = None
        self._reported_capabilities = config.capabilities
        self._used_mm = 0
        self._was_out = self._was_low = self._was_opened = False
        self._new_roll = False

    def update(self, config: PrinterConfig) -> None:
        """Replace the printer's settings."""
        self._config = config

    def wake(self) -> None:
        """Wake the worker: there may be a job."""
        self._wake_up.set()

    def stop(self) -> None:
        """Stop after the job being printed."""
        self._stopping = True
        self._wake_up.set()

    def work(self) -> None:
        """Print jobs as they come, until stopped."""
        while not self._stopping:
            if self._retry_at is not None and self._clock() < self._retry_at:
                self._wake_up.wait(self._retry_at - self._clock())
                # Woken or not: a printer that failed is not tried before its pause is over.
                self._wake_up.clear()
                continue
            self._wake_up.clear()
            try:
                busy = self._next() or self._check_status()
            except Exception:
                _log.exception("printer %s: the print jobs cannot be reached", self._config.code)
                self._back_off()
                continue
            if not busy and not self._stopping:
                self._wake_up.wait(max(0.0, min(self._timing.poll, self._status_due_at - self._clock())))

    def _next(self) -> bool:
        """Print the next job; False if there is none."""
        job = self._source.claim(self._config.id, self._context.owner, self._timing.lease)
        if job is None:
            return False
        outcome = self._print(job)
        if outcome.state is JobState.QUEUED:
            self._failures += 1
            if not self._try_hand_over(job, outcome):
                self._report(job, outcome)
            self._back_off()
        else:
            self._report(job, outcome)
            self._retry_at, self._retry, self._failures = None, self._timing.first_retry, 0
        self._report_outcome_health(outcome)
        return True

    def _print(self, job: Job) -> Outcome:
        try:
            transport = self._transport_for(job.printer.url)
        except ValueError as error:
            return Outcome(JobState.FAILED, Reason.BAD_ADDRESS, str(error))
        try:
            rendered = RenderedJob(job, transport.model, self._context.offload)
            if job.clean_first:
                # The interrupted command may have been a logo, which takes as many of the next bytes as it lacks.
                logo = job.options.logo
                transport.mark_interrupted(DEFAULT_INTERRUPTED_BYTES + (0 if logo is None else len(logo.bits)))
            outcome = transport.deliver(rendered)
        except Exception as error:
            _log.exception("printer %s: job %s failed", self._config.code, job.id)
            return Outcome(JobState.FAILED, Reason.FAULT, f"{type(error).__name__}: {error}")
        if outcome.state in _USES_PAPER:
            self._used_mm += rendered.length_mm
        return outcome

    def _transport_for(self, url: str) -> Transport:
        if self._transport is None or url != self._address:
            capabilities = self._config.capabilities if url == self._config.url else None
            self._transport = open_transport(url, self._context.offload, capabilities)
            self._address, self._reported_capabilities = url, capabilities
        return self._transport

    def _report(self, job: Job, outcome: Outcome) -> None:
        """Report the outcome to the source; if that fails, the lease expires there and the job becomes uncertain."""
        detail = outcome.detail[:_LONGEST_DETAIL]
        for attempt in range(3):
            try:
                if not self._source.report(job.id, self._context.owner, outcome.state, detail):
                    _log.warning("printer %s: lease of job %s lost (%s)", self._config.code, job.id, outcome.state)
                return
            except Exception:
                _log.exception("printer %s: job %s is %s, not reported", self._config.code, job.id, outcome.state)
                self._context.sleep(self._timing.report_retry * (attempt + 1))

    def _try_hand_over(self, job: Job, outcome: Outcome) -> bool:
        """Hand a job that failed repeatedly to another printer; False if the job stays here."""
        if self._failures < self._timing.hand_over_after:
            return False
        try:
            done = self._source.hand_over(job.id, self._context.owner, outcome.detail[:_LONGEST_DETAIL])
        except Exception:
            _log.exception("printer %s: job %s cannot be handed over", self._config.code, job.id)
            return False
        if done:
            self._retry = self._timing.first_retry  # the jobs behind need not wait long either
        return done

    def _back_off(self) -> None:
        self._retry_at = self._clock() + self._retry
        self._retry = min(self._retry * 2, self._timing.longest_retry)

    # --- health

    def _check_status(self) -> bool:
        """Query and report the printer's health if that is due; return False: no job was printed."""
        if self._clock() < self._status_due_at or self._stopping:
            return False
        self._status_due_at = self._clock() + self._timing.status_poll
        try:
            transport = self._transport_for(self._config.url)
        except ValueError as error:
            self._report_health(PrinterHealth(Health.ERROR, f"{Reason.BAD_ADDRESS}: {error}"))
            return False
        if (
            self._source.may_poll(self._config.id, self._context.owner)
            and (health := transport.check_status()) is not None
        ):
            self._report_health(health)
            self._watch_presenter(slip_waiting=health.slip_waiting)
        return False

    def _watch_presenter(self, *, slip_waiting: bool) -> None:
        """Query again soon while the presenter holds a slip: the kiosk waits until it is taken."""
        if slip_waiting and self._clock() < self._presenter_until:
            self._status_due_at = self._clock() + self._timing.presenter_poll

    def _report_outcome_health(self, outcome: Outcome) -> None:
        """Report the printer's health as shown by the outcome of a job."""
        self._status_due_at = self._clock() + self._timing.status_poll
        self._presenter_until = self._clock() + self._timing.longest_presenter_wait
        self._watch_presenter(slip_waiting=outcome.ending is Ending.NOT_TAKEN)
        reason = outcome.reason
        if reason is Reason.FAULT:  # an error of this program says nothing about the printer
            return
        good = outcome.state in (JobState.PRINTED, JobState.SENT)
        other = Health.OK if good and reason is None else Health.OFFLINE
        state = other if reason is None else HEALTH_BY_REASON.get(reason, other)
        if outcome.state is JobState.UNCERTAIN and state is Health.OFFLINE:
            state = Health.ERROR
        self._report_health(PrinterHealth(state, outcome.detail[:_LONGEST_DETAIL]))

    def _watch_roll(self, state: Health) -> None:
        """Detect a new roll: paper was out and is there again, or was low and is not after the cover was open."""
        if state is Health.PAPER_OUT:
            self._was_out = True
        elif state is Health.COVER_OPEN:
            self._was_opened = self._was_low
        elif state in (Health.OK, Health.NEAR_END):
            changed = self._was_low and self._was_opened and state is Health.OK
            self._new_roll = self._new_roll or self._was_out or changed
            self._was_low, self._was_out, self._was_opened = state is Health.NEAR_END, False, False

    def _report_health(self, health: PrinterHealth) -> None:
        """Report health with the paper used, and newly probed capabilities."""
        self._watch_roll(health.state)
        whole = PrinterHealth(health.state, health.detail, self._used_mm, self._new_roll)
        try:
            self._source.report_health(self._config.id, whole)
            self._used_mm, self._new_roll = 0, False
            capabilities = None if self._transport is None else self._transport.capabilities
            if (
                capabilities is not None
                and capabilities != self._reported_capabilities
                and self._address == self._config.url
            ):
                self._source.report_capabilities(self._config.id, capabilities)
                self._reported_capabilities = capabilities
        except Exception:
            _log.exception("printer %s: its state cannot be reported", self._config.code)
