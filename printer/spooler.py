"""The spooler: a worker for each printer claims jobs, delivers them and reports their outcomes.

Works with threads and with greenlets; `spawn` decides. A printer with a fault delays no other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from printer.executor import Executor, run_inline
from printer.paper.raster import shaping_advice
from printer.ports import JobSource, PrinterConfig
from printer.transport import escpos
from printer.transport.address import is_for_agent
from printer.worker import Worker, WorkerContext, WorkerTimings

__all__ = ["Executor", "Spooler", "Task", "WorkerTimings", "run_inline", "start_thread"]

_log = logging.getLogger(__name__)


class Task(Protocol):
    """A running task that `spawn` returned: a thread or greenlet."""

    def join(self, timeout: float | None = None) -> object:
        """Wait for the end, at most `timeout` seconds."""
        ...


def start_thread(work: Callable[[], None]) -> Task:
    """Run a worker in a thread that does not keep the process alive."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Spooler:
    """Prints the jobs of a source. `owner` identifies this process in its leases and must be unique."""

    def __init__(
        self,
        source: JobSource,
        owner: str,
        spawn: Callable[[Callable[[], None]], Task] = start_thread,
        offload: Executor = run_inline,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timing: WorkerTimings | None = None,
    ) -> None:
        self._source = source
        self._spawn = spawn
        self._sleep = sleep
        self._clock = clock
        self._timing = timing or WorkerTimings()
        self._context = WorkerContext(source, owner, offload, clock, sleep, self._timing)
        self._workers: dict[int, Worker] = {}
        self._stopping = False
        self._tasks: list[Task] = []

    def start(self) -> None:
        """Start printing in the background. Loads the printer library first, so that no ticket waits for it."""
        escpos.warm_up()
        if (problem := shaping_advice()) is not None:
            _log.warning("%s", problem)
        self._spawn(self._watch)

    def stop(self, timeout: float = 15.0) -> None:
        """Claim no more jobs and wait, at most `timeout` seconds, for those being printed.

        The watching task is not joined: it ends at its next notification or poll.
        """
        self._stopping = True
        self._stop_workers()
        deadline = self._clock() + timeout
        for task in self._tasks:
            task.join(max(0.0, deadline - self._clock()))

    def _stop_workers(self) -> None:
        for worker in list(self._workers.values()):
            worker.stop()

    def _watch(self) -> None:
        """Wake the workers at every notification of the source, and every `poll` seconds in any case."""
        read_at = float("-inf")
        while not self._stopping:
            try:
                for worker in self._workers.values():
                    worker.wake()
                if self._clock() - read_at >= self._timing.poll / 2:
                    read_at = self._clock()
                    self._read_printers()
                self._sleep(self._timing.debounce)
                self._source.wait(self._timing.poll)
            except Exception:
                _log.exception("the print jobs cannot be reached, trying again")
                self._sleep(self._timing.first_retry)

    def _read_printers(self) -> None:
        printers = {config.id: config for config in self._source.printers() if not is_for_agent(config.url)}
        for removed_id in self._workers.keys() - printers.keys():
            self._workers.pop(removed_id).stop()
        for config in printers.values():
            if config.id in self._workers:
                self._workers[config.id].update(config)
            else:
                self._workers[config.id] = self._start_worker(config)
        if self._stopping:  # set meanwhile: `stop` may have missed the newest workers
            self._stop_workers()

    def _start_worker(self, config: PrinterConfig) -> Worker:
        worker = Worker(config, self._context)
        self._tasks.append(self._spawn(worker.work))
        return worker
