"""The spooler: a worker for each printer claims jobs, delivers them and reports what became of them.

Works with threads and with greenlets; `spawn` decides. A printer in trouble holds up no other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from printer import escpos, preview
from printer.document import paper_of
from printer.face import Job, JobSource, JobState, Outcome, PrinterConfig, Reason
from printer.layout import lay_out
from printer.transports import Transport, open_transport

_log = logging.getLogger(__name__)
_LONGEST_DETAIL = 200
_T = TypeVar("_T")


class Task(Protocol):
    """What `spawn` returns: a thread, a greenlet."""

    def join(self, timeout: float | None = None) -> object:
        """Wait for the end, at most `timeout` seconds."""
        ...


class Offload(Protocol):
    """Runs a function that uses the processor for long, and waits for it without holding up others."""

    def __call__(self, work: Callable[[], _T], /) -> _T:
        """Return what `work` returns."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    poll: float = 2.0
    """Without a ring of the bell, look for jobs and for new printers so often."""
    calm: float = 0.01
    """Between two rings: a busy hall rings for many things."""
    lease: int = 60
    """A delivery takes less, whatever the printer does."""
    first_retry: float = 1.0
    longest_retry: float = 15.0
    report_retry: float = 0.5
    """After a report that the source could not take; three attempts."""


def start_thread(work: Callable[[], None]) -> Task:
    """Run a worker in a thread that does not keep the process alive."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def in_place(work: Callable[[], _T], /) -> _T:
    """Run it here and now."""
    return work()


class Spooler:
    """Prints the jobs of a source. `owner` names this process in its leases, different from any other's."""

    def __init__(
        self,
        source: JobSource,
        owner: str,
        spawn: Callable[[Callable[[], None]], Task] = start_thread,
        offload: Offload = in_place,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timing: Timing | None = None,
    ) -> None:
        self._source = source
        self._owner = owner
        self._spawn = spawn
        self._offload = offload
        self._sleep = sleep
        self._clock = clock
        self._timing = timing or Timing()
        self._workers: dict[int, _Worker] = {}
        self._stopping = False
        self._tasks: list[Task] = []

    def start(self) -> None:
        """Begin to print, in the background. Loads the printer library first, so that no ticket waits for it."""
        escpos.warm_up()
        self._spawn(self._watch)

    def stop(self, timeout: float = 15.0) -> None:
        """Claim no more jobs and wait, at most `timeout` seconds, for those being printed.

        Who waits for the bell is not waited for: he finds out at its next ring, and does nothing more.
        """
        self._stopping = True
        self._dismiss()
        until = self._clock() + timeout
        for task in self._tasks:
            task.join(max(0.0, until - self._clock()))

    def _dismiss(self) -> None:
        for worker in list(self._workers.values()):
            worker.stop()

    def _watch(self) -> None:
        """Wake the workers whenever the bell rings, and in any case from time to time."""
        read_at = float("-inf")
        while not self._stopping:
            try:
                for worker in self._workers.values():
                    worker.wake()
                if self._clock() - read_at >= self._timing.poll / 2:
                    read_at = self._clock()
                    self._read_printers()
                self._sleep(self._timing.calm)
                self._source.wait(self._timing.poll)
            except Exception:
                _log.exception("the print jobs cannot be reached, trying again")
                self._sleep(self._timing.first_retry)

    def _read_printers(self) -> None:
        printers = {config.id: config for config in self._source.printers()}
        for gone in self._workers.keys() - printers.keys():
            self._workers.pop(gone).stop()
        for config in printers.values():
            if config.id not in self._workers:
                self._workers[config.id] = self._hire(config)
        if self._stopping:  # meanwhile; `stop` may not have seen the newest
            self._dismiss()

    def _hire(self, config: PrinterConfig) -> _Worker:
        worker = _Worker(config, self._source, self._owner, self._offload, self._clock, self._sleep, self._timing)
        self._tasks.append(self._spawn(worker.work))
        return worker


class _Worker:
    """Serves one printer: one job and one connection at a time."""

    def __init__(
        self,
        config: PrinterConfig,
        source: JobSource,
        owner: str,
        offload: Offload,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        timing: Timing,
    ) -> None:
        self._config = config
        self._source = source
        self._owner = owner
        self._offload = offload
        self._clock = clock
        self._sleep = sleep
        self._timing = timing
        self._bell = threading.Event()
        self._stopping = False
        self._retry_at: float | None = None
        self._retry = timing.first_retry
        self._address = ""
        self._transport: Transport | None = None

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
                idle = not self._next()
            except Exception:
                _log.exception("printer %s: the print jobs cannot be reached", self._config.code)
                self._put_off()
                continue
            if idle and not self._stopping:
                self._bell.wait(self._timing.poll)

    def _next(self) -> bool:
        """Print the next job; False if there is none."""
        job = self._source.claim(self._config.id, self._owner, self._timing.lease)
        if job is None:
            return False
        outcome = self._print(job)
        self._report(job, outcome)
        if outcome.state is JobState.QUEUED:
            self._put_off()
        else:
            self._retry_at, self._retry = None, self._timing.first_retry
        return True

    def _print(self, job: Job) -> Outcome:
        try:
            transport = self._transport_for(job.printer.url)
        except ValueError as error:
            return Outcome(JobState.FAILED, f"{Reason.BAD_ADDRESS}: {error}")
        try:
            return transport.deliver(_Paperwork(job, self._offload))
        except Exception as error:
            _log.exception("printer %s: job %s failed", self._config.code, job.id)
            return Outcome(JobState.FAILED, f"{Reason.FAULT}: {type(error).__name__}: {error}")

    def _transport_for(self, url: str) -> Transport:
        if self._transport is None or url != self._address:
            self._transport = open_transport(url)
            self._address = url
        return self._transport

    def _report(self, job: Job, outcome: Outcome) -> None:
        """Tell the source; if it cannot be told, the lease runs out and the job is called uncertain there."""
        detail = outcome.detail[:_LONGEST_DETAIL]
        for attempt in range(3):
            try:
                if not self._source.report(job.id, self._owner, outcome.state, detail):
                    _log.warning("printer %s: lease of job %s lost (%s)", self._config.code, job.id, outcome.state)
                return
            except Exception:
                _log.exception("printer %s: job %s is %s, not reported", self._config.code, job.id, outcome.state)
                self._sleep(self._timing.report_retry * (attempt + 1))

    def _put_off(self) -> None:
        self._retry_at = self._clock() + self._retry
        self._retry = min(self._retry * 2, self._timing.longest_retry)


class _Paperwork:
    """A job, rendered when the transport asks."""

    def __init__(self, job: Job, offload: Offload) -> None:
        self.job_id = job.id
        self._paper = paper_of(job.printer.paper_mm)
        self._document = lay_out(job.slip, self._paper, job.copy_no)
        self._offload = offload

    def png(self) -> bytes:
        return self._offload(lambda: preview.render(self._document, self._paper))

    def bytes(self) -> bytes:
        return escpos.encode(self._document, self._paper)
