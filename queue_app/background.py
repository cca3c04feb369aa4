"""What runs beside the requests: tailer, spooler, housekeeping."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
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


_HOUSEKEEPING_SECONDS = 5.0


_PURGE_EVERY = 720  # rounds of housekeeping: an hour


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
        _spawn(self._run_housekeeping, "housekeeping")
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

    def _run_housekeeping(self) -> None:
        rounds, was_open = 0, None
        while not self._stopping.wait(_HOUSEKEEPING_SECONDS if rounds else 0):
            rounds += 1
            try:
                # First, and at once after a start: a job that a killed process left half-sent holds up its printer.
                expire_stale_jobs(self.store, self.clock(), is_dead)
                detect_silent_agents(self.store, self.clock())
                open_day(self.store, self.clock())
                start_overdue(self.store, self.clock())
                was_open = publish_opening_change(self.store, self.clock(), was_open)
                self.display_presence.flush()
                if rounds % _PURGE_EVERY == 1:
                    purge_old_sessions(self.store, self.clock())
                    purge_old_display_reports(self.store, self.clock())
            except SQLAlchemyError:
                logger.exception("housekeeping failed; trying again")


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
