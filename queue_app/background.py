"""Background tasks beside the requests: tailer, spooler, housekeeping."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

import flask_socketio
from apiflask import APIFlask
from sqlalchemy.exc import SQLAlchemyError

from printer.spooler import Spooler
from queue_app.adapters.processes import is_dead
from queue_app.live.display_presence import DisplayPresence
from queue_app.live.log_listener import listen_for_commits
from queue_app.live.tailer import Tailer
from queue_app.live.transport import close_all
from queue_app.services.accounts.sessions import purge_old_sessions
from queue_app.services.day import open_day
from queue_app.services.devices.display_presence import purge_old_display_reports
from queue_app.services.printing.print_jobs import expire_stale_jobs, release_printers
from queue_app.services.printing.printer_health import detect_silent_agents
from queue_app.services.queue.calling import start_overdue
from queue_app.services.queue.opening import publish_opening_change
from queue_app.store.database import is_sqlite
from queue_app.store.unit_of_work import Store
from queue_app.web.change_signal import ChangeSignal

logger = logging.getLogger(__name__)


_T = TypeVar("_T")
_OFTEN = 5.0
_HOURLY = 3600.0


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the housekeeping: it runs once at the start, then every `seconds`."""

    name: str
    seconds: float
    run: Callable[[], object]


class Housekeeping:
    """Runs jobs in their order, each when it is due; one that fails does not stop the others."""

    def __init__(self, jobs: Sequence[Job], clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self._clock = clock
        self._due = {job.name: clock() for job in jobs}

    def run_until(self, stopping: threading.Event) -> None:
        """Run the jobs until `stopping` is set."""
        pause = 0.0
        while not stopping.wait(pause):
            self.run_due()
            pause = min(job.seconds for job in self._jobs)

    def run_due(self) -> None:
        """Run each job that is due, once."""
        now = self._clock()
        for job in self._jobs:
            if self._due[job.name] > now:
                continue
            self._due[job.name] = now + job.seconds
            try:
                job.run()
            except Exception:
                logger.exception("housekeeping: %s failed; trying again in %.0f s", job.name, job.seconds)


class _OpeningWatch:
    """Logs that an opening or closing time has passed; keeps the last one, so that most rounds only read."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._last: int | None = None

    def __call__(self) -> None:
        self._last = publish_opening_change(self._store, self._clock(), self._last)


def _jobs(store: Store, clock: Callable[[], datetime], presence: DisplayPresence) -> Sequence[Job]:
    return (
        # First, and at once after a start: a job that a killed process left half-sent holds up its printer.
        Job("expire stale print jobs", _OFTEN, lambda: expire_stale_jobs(store, clock(), is_dead)),
        Job("detect silent print agents", _OFTEN, lambda: detect_silent_agents(store, clock())),
        Job("open the day", _OFTEN, lambda: open_day(store, clock())),
        Job("start overdue visits", _OFTEN, lambda: start_overdue(store, clock())),
        Job("publish opening changes", _OFTEN, _OpeningWatch(store, clock)),
        Job("store display reports", _OFTEN, presence.flush),
        Job("purge old sessions", _HOURLY, lambda: purge_old_sessions(store, clock())),
        Job("purge old display reports", _HOURLY, lambda: purge_old_display_reports(store, clock())),
    )


@dataclass
class Runtime:
    """The running application, and what runs beside its requests."""

    app: APIFlask
    sio: flask_socketio.SocketIO
    store: Store
    clock: Callable[[], datetime]
    tailer: Tailer
    spooler: Spooler
    owner: str
    change_signal: ChangeSignal
    display_presence: DisplayPresence
    _stopping: threading.Event

    def start(self) -> None:
        """Start the log tailer, the spooler and the housekeeping. Call once, in the process that serves."""
        _spawn(self.tailer.run, "tailer")
        if not is_sqlite(self.store.engine):
            url = self.store.engine.url
            _spawn(lambda: listen_for_commits(url, self.store.notify_listeners, self._stopping), "log-listener")
        housekeeping = Housekeeping(_jobs(self.store, self.clock, self.display_presence))
        _spawn(lambda: housekeeping.run_until(self._stopping), "housekeeping")
        self.spooler.start()

    def stop(self) -> None:
        """Stop the background tasks and close all sockets, so that the process can end at once."""
        self._stopping.set()
        self.change_signal.close()
        self.tailer.stop()
        close_all(self.sio)
        self.spooler.stop(timeout=3)
        try:
            release_printers(self.store, self.owner)
        except SQLAlchemyError:
            logger.exception("could not release the printers; their leases end within a minute")


def _spawn(target: Callable[[], object], name: str = "worker") -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


def _in_native_thread(work: Callable[[], _T]) -> _T:
    """Run CPU-bound or C-blocking `work` outside the greenlets, so that requests go on meanwhile."""
    import gevent  # not needed, and so not loaded, in the threading mode

    def caught() -> tuple[_T | None, Exception | None]:
        # Otherwise gevent's thread pool logs each exception as unhandled.
        try:
            return work(), None
        except Exception as error:
            return None, error

    result, failure = gevent.get_hub().threadpool.apply(caught)
    if failure is not None:
        raise failure
    return cast(_T, result)
