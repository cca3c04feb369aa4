"""LISTEN and NOTIFY between processes."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from queue_app.domain.ticket import TicketClass
from queue_app.live import log_listener
from queue_app.services.queue import issuing
from queue_app.store.database import open_engine, parse_url
from queue_app.store.unit_of_work import Store
from tests.conftest import Clock

pytestmark = pytest.mark.postgres
SOON = 20.0  # seconds; a notification comes at once, but a busy machine may take its time
WRITER = """
import sys
from datetime import UTC, datetime
from queue_app.services.day import open_day
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
store = Store(open_engine(sys.argv[1]))
sys.stdin.readline()
open_day(store, datetime(2026, 11, 25, 4, tzinfo=UTC))
"""


class NotificationCounter:
    """Counts notifications."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def notify(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, times: int, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= times, seconds)


@contextlib.contextmanager
def listening(url: str) -> Iterator[NotificationCounter]:
    """Listen in a thread until the block ends."""
    counter, stopping = NotificationCounter(), threading.Event()
    thread = threading.Thread(target=log_listener.listen_for_commits, args=(parse_url(url), counter.notify, stopping))
    thread.start()
    try:
        assert counter.wait(1, SOON), "it did not begin to listen"
        yield counter
    finally:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


def issue(url: str, clock: Clock, key: str) -> None:
    engine = open_engine(url)
    try:
        request = issuing.IssueRequest(1, TicketClass.REGULAR, "id", None, key)
        issuing.issue(Store(engine), request, clock(), "http://hall.test")
    finally:
        engine.dispose()


@pytest.fixture(autouse=True)
def _short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_listener, "_ROUND_SECONDS", 0.2)
    monkeypatch.setattr(log_listener, "_RETRY_SECONDS", 0.1)


def test_it_notifies_when_another_engine_commits(postgres_hall_url: str, clock: Clock) -> None:
    with listening(postgres_hall_url) as counter:
        issue(postgres_hall_url, clock, "listen-0001")
        assert counter.wait(2, SOON)


def test_it_notifies_when_another_process_commits(postgres_hall_url: str) -> None:
    command = [sys.executable, "-c", WRITER, postgres_hall_url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root) as writer, listening(postgres_hall_url) as counter:
        writer.communicate(b"go\n", timeout=30)
        assert writer.returncode == 0
        assert counter.wait(2, SOON)


def test_it_stays_silent_when_nothing_is_logged(postgres_hall_url: str, clock: Clock) -> None:
    engine = open_engine(postgres_hall_url)
    with listening(postgres_hall_url) as counter:
        with Store(engine).transaction() as connection:
            connection.exec_driver_sql("update printer set outcome = null")
        issue(postgres_hall_url, clock, "listen-0001")  # whose notification comes after that of a commit before it
        assert counter.wait(2, SOON)
        assert counter.count == 2
    engine.dispose()


def test_it_listens_again_after_it_was_cut_off(postgres_hall_url: str, clock: Clock) -> None:
    """It notifies at once after reconnecting, because facts may have been logged meanwhile."""
    with listening(postgres_hall_url) as counter:
        address = parse_url(postgres_hall_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert counter.wait(2, SOON)
        issue(postgres_hall_url, clock, "listen-0002")
        assert counter.wait(3, SOON)
