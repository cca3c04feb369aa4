"""The spooler: a worker for each printer claims jobs, delivers them and reports what became of them.

Works with threads and with greenlets; `spawn` decides. A printer in trouble holds up no other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from printer import escpos
from printer.address import is_for_agent
from printer.face import JobSource, PrinterConfig
from printer.offload import Offload, in_place
from printer.raster import shaping_trouble
from printer.worker import House, Timing, Worker

__all__ = ["Offload", "Spooler", "Task", "Timing", "in_place", "start_thread"]

_log = logging.getLogger(__name__)


class Task(Protocol):
    """What `spawn` returns: a thread, a greenlet."""

    def join(self, timeout: float | None = None) -> object:
        """Wait for the end, at most `timeout` seconds."""
        ...


def start_thread(work: Callable[[], None]) -> Task:
    """Run a worker in a thread that does not keep the process alive."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


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
        self._spawn = spawn
        self._sleep = sleep
        self._clock = clock
        self._timing = timing or Timing()
        self._house = House(source, owner, offload, clock, sleep, self._timing)
        self._workers: dict[int, Worker] = {}
        self._stopping = False
        self._tasks: list[Task] = []

    def start(self) -> None:
        """Begin to print, in the background. Loads the printer library first, so that no ticket waits for it."""
        escpos.warm_up()
        if (trouble := shaping_trouble()) is not None:
            _log.warning("%s", trouble)
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
        printers = {config.id: config for config in self._source.printers() if not is_for_agent(config.url)}
        for gone in self._workers.keys() - printers.keys():
            self._workers.pop(gone).stop()
        for config in printers.values():
            if config.id in self._workers:
                self._workers[config.id].update(config)
            else:
                self._workers[config.id] = self._hire(config)
        if self._stopping:  # meanwhile; `stop` may not have seen the newest
            self._dismiss()

    def _hire(self, config: PrinterConfig) -> Worker:
        worker = Worker(config, self._house)
        self._tasks.append(self._spawn(worker.work))
        return worker
