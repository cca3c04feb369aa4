"""A worker serves one printer: one job and one connection at a time, and a look at it when there is nothing to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from printer.delivery import HEALTH, TICKET_BYTES
from printer.face import Health, Job, JobSource, JobState, Outcome, PrinterConfig, PrinterHealth, Reason
from printer.payload import Paperwork
from printer.transports import Transport, open_transport

if TYPE_CHECKING:
    from printer.offload import Offload

_log = logging.getLogger("printer.spooler")
_LONGEST_DETAIL = 200
_USES_PAPER = (JobState.PRINTED, JobState.SENT, JobState.HELD, JobState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, and a number of tries."""

    poll: float = 2.0
    """Without a ring of the bell, look for jobs and for new printers so often."""
    calm: float = 0.01
    """Between two rings: a busy hall rings for many things."""
    look: float = 20.0
    """Ask an idle printer how it is so often."""
    mouth: float = 1.0
    """Ask so often whether the paper in its mouth is still there."""
    longest_mouth: float = 60.0
    """After that nobody waits for it to be taken; the next paper pushes it out."""
    lease: int = 60
    """A delivery takes less, whatever the printer does."""
    first_retry: float = 1.0
    longest_retry: float = 15.0
    hand_over_after: int = 2
    """Tries in a row of which nothing came, before another printer may have the job."""
    report_retry: float = 0.5
    """After a report that the source could not take; three attempts."""


@dataclass(frozen=True, slots=True)
class House:
    """What all workers of a spooler share."""

    source: JobSource
    owner: str
    offload: Offload
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    timing: Timing


class Worker:
    """Serves one printer."""

    def __init__(self, config: PrinterConfig, house: House) -> None:
        self._config = config
        self._house = house
        self._source = house.source
        self._timing = house.timing
        self._clock = house.clock
        self._bell = threading.Event()
        self._stopping = False
        self._retry_at: float | None = None
        self._retry = house.timing.first_retry
        self._failures = 0
        self._look_at = self._mouth_until = float("-inf")
        self._address: str | None = None
        self._transport: Transport | None = None
        self._known = config.capabilities
        self._used_mm = 0
        self._was_out = self._was_low = self._was_opened = False
        self._new_roll = False

    def update(self, config: PrinterConfig) -> None:
        """The printer's settings may have changed."""
        self._config = config

    def wake(self) -> None:
        """There may be a job."""
        self._bell.set()

    def stop(self) -> None:
        """End after the job in hand."""
        self._stopping = True
        self._bell.set()

    def work(self) -> None:
        """Print jobs as they come, until stopped."""
        while not self._stopping:
            if self._retry_at is not None and self._clock() < self._retry_at:
                self._bell.wait(self._retry_at - self._clock())
                # Rung or not: the printer is left alone for the time being.
                self._bell.clear()
                continue
            self._bell.clear()
            try:
                busy = self._next() or self._look_around()
            except Exception:
                _log.exception("printer %s: the print jobs cannot be reached", self._config.code)
                self._put_off()
                continue
            if not busy and not self._stopping:
                self._bell.wait(max(0.0, min(self._timing.poll, self._look_at - self._clock())))

    def _next(self) -> bool:
        """Print the next job; False if there is none."""
        job = self._source.claim(self._config.id, self._house.owner, self._timing.lease)
        if job is None:
            return False
        outcome = self._print(job)
        if outcome.state is JobState.QUEUED:
            self._failures += 1
            if not self._handed_over(job, outcome):
                self._report(job, outcome)
            self._put_off()
        else:
            self._report(job, outcome)
            self._retry_at, self._retry, self._failures = None, self._timing.first_retry, 0
        self._tell_outcome(outcome)
        return True

    def _print(self, job: Job) -> Outcome:
        try:
            transport = self._transport_for(job.printer.url)
        except ValueError as error:
            return Outcome(JobState.FAILED, f"{Reason.BAD_ADDRESS}: {error}")
        try:
            paperwork = Paperwork(job, transport.model, self._house.offload)
            if job.clean_first:
                # The torn command may have been a logo, which takes as many of the next bytes as it lacks.
                logo = job.options.logo
                transport.may_be_torn(TICKET_BYTES + (0 if logo is None else len(logo.bits)))
            outcome = transport.deliver(paperwork)
        except Exception as error:
            _log.exception("printer %s: job %s failed", self._config.code, job.id)
            return Outcome(JobState.FAILED, f"{Reason.FAULT}: {type(error).__name__}: {error}")
        if outcome.state in _USES_PAPER:
            self._used_mm += paperwork.length_mm
        return outcome

    def _transport_for(self, url: str) -> Transport:
        if self._transport is None or url != self._address:
            known = self._config.capabilities if url == self._config.url else None
            self._transport = open_transport(url, self._house.offload, known)
            self._address, self._known = url, known
        return self._transport

    def _report(self, job: Job, outcome: Outcome) -> None:
        """Tell the source; if it cannot be told, the lease runs out and the job is called uncertain there."""
        detail = outcome.detail[:_LONGEST_DETAIL]
        for attempt in range(3):
            try:
                if not self._source.report(job.id, self._house.owner, outcome.state, detail):
                    _log.warning("printer %s: lease of job %s lost (%s)", self._config.code, job.id, outcome.state)
                return
            except Exception:
                _log.exception("printer %s: job %s is %s, not reported", self._config.code, job.id, outcome.state)
                self._house.sleep(self._timing.report_retry * (attempt + 1))

    def _handed_over(self, job: Job, outcome: Outcome) -> bool:
        """Whether another printer has the job now."""
        if self._failures < self._timing.hand_over_after:
            return False
        try:
            done = self._source.hand_over(job.id, self._house.owner, outcome.detail[:_LONGEST_DETAIL])
        except Exception:
            _log.exception("printer %s: job %s cannot be handed over", self._config.code, job.id)
            return False
        if done:
            self._retry = self._timing.first_retry  # those behind it need not wait long either
        return done

    def _put_off(self) -> None:
        self._retry_at = self._clock() + self._retry
        self._retry = min(self._retry * 2, self._timing.longest_retry)

    # --- health

    def _look_around(self) -> bool:
        """Ask the printer how it is, if it is time to; always False: it was no job."""
        if self._clock() < self._look_at or self._stopping:
            return False
        self._look_at = self._clock() + self._timing.look
        try:
            transport = self._transport_for(self._config.url)
        except ValueError as error:
            self._tell(PrinterHealth(Health.ERROR, f"{Reason.BAD_ADDRESS}: {error}"))
            return False
        if self._source.may_look(self._config.id, self._house.owner) and (health := transport.look()) is not None:
            self._tell(health)
            self._watch_mouth(health.detail)
        return False

    def _watch_mouth(self, detail: str) -> None:
        """The kiosk waits until the paper is taken: look again soon."""
        if Reason.NOT_TAKEN in detail and self._clock() < self._mouth_until:
            self._look_at = self._clock() + self._timing.mouth

    def _tell_outcome(self, outcome: Outcome) -> None:
        """What a job showed of the printer's health."""
        self._look_at = self._clock() + self._timing.look
        self._mouth_until = self._clock() + self._timing.longest_mouth
        self._watch_mouth(outcome.detail)
        reason = outcome.detail.partition(":")[0]
        if reason == Reason.FAULT:  # ours, which tells nothing about the printer
            return
        good = outcome.state in (JobState.PRINTED, JobState.SENT)
        other = Health.OK if good and not reason else Health.OFFLINE
        state = HEALTH.get(Reason(reason), other) if reason in list(Reason) else other
        if outcome.state is JobState.UNCERTAIN and state is Health.OFFLINE:
            state = Health.ERROR
        self._tell(PrinterHealth(state, outcome.detail[:_LONGEST_DETAIL]))

    def _watch_roll(self, state: Health) -> None:
        """A new roll is in when paper was out and is there again, or was low and is not after the cover was open."""
        if state is Health.PAPER_OUT:
            self._was_out = True
        elif state is Health.COVER_OPEN:
            self._was_opened = self._was_low
        elif state in (Health.OK, Health.NEAR_END):
            changed = self._was_low and self._was_opened and state is Health.OK
            self._new_roll = self._new_roll or self._was_out or changed
            self._was_low, self._was_out, self._was_opened = state is Health.NEAR_END, False, False

    def _tell(self, health: PrinterHealth) -> None:
        """Report health with the paper used, and newly found capabilities."""
        self._watch_roll(health.state)
        whole = PrinterHealth(health.state, health.detail, self._used_mm, self._new_roll)
        try:
            self._source.report_health(self._config.id, whole)
            self._used_mm, self._new_roll = 0, False
            able = None if self._transport is None else self._transport.capabilities
            if able is not None and able != self._known and self._address == self._config.url:
                self._source.report_capabilities(self._config.id, able)
                self._known = able
        except Exception:
            _log.exception("printer %s: its state cannot be reported", self._config.code)
