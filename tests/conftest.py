"""Shared fixtures: real databases, a real browser, and the rule that CI skips nothing.

One file, because pytest finds here what tests of every folder share.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import psycopg
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import update
from werkzeug.security import generate_password_hash

from queue_app.app import create_runtime
from queue_app.background import Runtime
from queue_app.cli.database import demo_plan
from queue_app.config import Settings
from queue_app.services.settings import hall_file
from queue_app.store import migrate
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from tests.order import LONG
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples each time and no clock: a busy machine fails no rule. `--hypothesis-profile=default` explores.
hypothesis.settings.load_profile("ci")

# Chromium without its own windows: each of those costs as much as the page in it.
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
CHROMIUM_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
INITDB_OPTIONS = ("--username=queue", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
NOT_DURABLE = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off")
POSTGRES_OPTIONS = ("--listen_addresses=127.0.0.1", *NOT_DURABLE)
HOW_TO_GET_THEM = "type `python3 -m tests` as root, it installs them"
TRIED_TWICE = tuple(Path(__file__).parent / room for room in ("e2e", "live"))
NOT_RUN: list[str] = []
FIRST_TRIES: list[pytest.TestReport] = []


# --- free ports and databases


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """Find a TCP port on the loopback address that nobody listens on."""
    return _free_port()


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server of this test run; its superuser is `queue` and needs no password."""

    port: int
    folder: Path

    def url(self, database: str) -> str:
        """Return SQLAlchemy's URL of one of its databases."""
        return f"postgresql+psycopg://queue@127.0.0.1:{self.port}/{database}"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection that can create and drop databases."""
        return psycopg.connect(f"postgresql://queue@127.0.0.1:{self.port}/postgres", autocommit=True)


def _postgres_program(name: str) -> str:
    result = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not result:
        pytest.fail(f"PostgreSQL's `{name}` is not installed: {HOW_TO_GET_THEM}.")
    return str(result[-1])


def _postgres_user() -> str | None:
    """Return the user to run PostgreSQL as, which refuses to run as root; None for the present user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _await_postgres(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    def said() -> str:
        return f"PostgreSQL, which said:\n{(server.folder / 'log').read_text('utf-8')[-2000:]}"

    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError), server.connect():
            return True
        if process.poll() is not None:
            pytest.fail(said())
        return False

    wait_until(answers, said)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server for this test run, not durable, stopped at its end."""
    user = _postgres_user()
    folder = Path(tempfile.mkdtemp(prefix="queue-app-postgres-"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    server = PostgresServer(_free_port(), folder)
    data = str(folder / "data")
    result = subprocess.run(
        [_postgres_program("initdb"), *INITDB_OPTIONS, data],
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        pytest.fail(f"PostgreSQL's initdb failed:\n{result.stderr}")
    where = [f"--port={server.port}", f"--unix_socket_directories={folder}", "-D", data]
    serve = [_postgres_program("postgres"), *POSTGRES_OPTIONS, *where]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serve, user=user, cwd=folder, stdout=log, stderr=log)
    try:
        _await_postgres(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # "fast": it does not wait for clients
        process.wait(30)
        shutil.rmtree(folder)


# A copy of the files takes a fifth of the time of a copy through the log.
DATABASE_NUMBERS = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of a new, empty PostgreSQL database."""
    name = f"test_{next(DATABASE_NUMBERS)}"
    with postgres_server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY")
        yield postgres_server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the URL of a new, empty SQLite file."""
    return f"sqlite:///{tmp_path / 'hall.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a new, empty database; the test is run with SQLite and with PostgreSQL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


# --- a hall in a database, the application around it, and the server as a user starts it

DEMO_PASSWORD = "antrean-tabanan"
# Tests that are about something else need not wait between calls; those about the policy set their own.
PATIENT = {"recall_interval_s": 0, "calls_before_no_show": 1}
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # Tuesday, 12:00 in Tabanan


class Clock:
    """A clock that stands still until `forward`."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now

    def forward(self, **step: float) -> datetime:
        """Advance by timedelta(**step)."""
        self.now += timedelta(**step)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock at noon of a Tuesday in the hall."""
    return Clock()


def _load_demo_hall(url: str, now: datetime) -> None:
    engine = open_engine(url)
    # A hash names its own cost. This one is checked by the same code as any other, in a hundredth of the time: tests
    # sign in thousands of times. What a hall's own hashes cost, tests/services/test_sessions.py says.
    cheap = generate_password_hash(DEMO_PASSWORD, "scrypt:256:8:1")
    try:
        migrate.upgrade(engine)
        plan = {**demo_plan(), "hall": {**demo_plan()["hall"], "policy": PATIENT}}
        hall_file.load_hall(Store(engine), plan, now, password=DEMO_PASSWORD, printer_url="file:///dev/null")
        with engine.begin() as connection:
            connection.execute(update(t.staff).values(password_hash=cheap))
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def sqlite_hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with the demo hall, to be copied."""
    path = tmp_path_factory.mktemp("hall") / "hall.db"
    _load_demo_hall(f"sqlite:///{path}", NOON)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_hall(postgres_server: PostgresServer) -> str:
    """Make a PostgreSQL database with the demo hall, to be copied; return its name."""
    with postgres_server.connect() as connection:
        connection.execute("CREATE DATABASE hall TEMPLATE template0")
    _load_demo_hall(postgres_server.url("hall"), NOON)
    return "hall"


@pytest.fixture
def sqlite_hall_url(sqlite_hall: Path, tmp_path: Path) -> str:
    """Return the URL of a SQLite database with the demo hall."""
    return f"sqlite:///{shutil.copy(sqlite_hall, tmp_path / 'queue.db')}"


@pytest.fixture
def postgres_hall_url(postgres_server: PostgresServer, postgres_hall: str) -> Iterator[str]:
    """Return the URL of a PostgreSQL database with the demo hall."""
    name = f"hall_{next(DATABASE_NUMBERS)}"
    with postgres_server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_hall} STRATEGY FILE_COPY")
        yield postgres_server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def hall_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database with the demo hall; the test is run with SQLite and with PostgreSQL."""
    fixture = {"sqlite": "sqlite_hall_url", "postgresql": "postgres_hall_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def store(hall_url: str) -> Iterator[Store]:
    """Open the demo hall's store, on SQLite and on PostgreSQL."""
    engine = open_engine(hall_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def sqlite_store(sqlite_hall_url: str) -> Iterator[Store]:
    """Open the demo hall's store on SQLite, for tests in which the database does not matter."""
    engine = open_engine(sqlite_hall_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def runtime(sqlite_hall_url: str, clock: Clock, tmp_path: Path) -> Iterator[Runtime]:
    """Compose the whole application in this process, on threads, with nothing running beside the requests."""
    settings = Settings(database_url=sqlite_hall_url, data_dir=tmp_path)
    runtime = create_runtime(settings, clock=clock, async_mode="threading", demo=True)
    yield runtime
    runtime.store.engine.dispose()


class RunningServer:
    """`queue-app serve` in a process of its own, as a user starts it."""

    def __init__(self, url: str, folder: Path, *options: str, port: int | None = None) -> None:
        self.port = port or _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"server-{self.port}.log"
        self._options = [
            "--database-url",
            url,
            "--data-dir",
            str(folder),
            "--port",
            str(self.port),
            "--voice",
            "off",
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of gunicorn's master."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended yet."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> RunningServer:
        """Start the server and wait until it responds."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("QUEUE_APP_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "queue_app.cli", "serve", *self._options],
                cwd=Path(__file__).parent.parent,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_ready()
        return self

    def wait_ready(self, seconds: float = 30) -> None:
        """Wait until the health address responds."""

        def said() -> str:
            return f"the server, which said:\n{self.log.read_text('utf-8')[-3000:]}"

        def responds() -> bool:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.base}/api/v1/health", timeout=2):
                return True
            if not self.running:
                pytest.fail(said())
            return False

        wait_until(responds, said, seconds=seconds)

    def kill(self) -> None:
        """Send SIGKILL to the master and its workers: no close frame to any client."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self, seconds: float = 15) -> float:
        """Send SIGTERM, as a service manager does. Return the seconds it took."""
        assert self._process is not None
        started = time.monotonic()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return time.monotonic() - started


class StartServer(Protocol):
    """Starts a server; it is stopped when the test is over."""

    def __call__(self, url: str, *options: str, port: int | None = None) -> RunningServer:
        """Start one on a database that holds a hall."""


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start real servers on loopback ports; all are stopped at the end."""
    started: list[RunningServer] = []

    def start(url: str, *options: str, port: int | None = None) -> RunningServer:
        server = RunningServer(url, tmp_path, *options, port=port)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        if server.running:
            server.kill()  # nobody is left to say goodbye to


# --- the browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's headless Chromium, driven by Playwright.

    Make a `browser.new_context()` for each test and close it.
    """
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is not installed: {HOW_TO_GET_THEM}.")
    # Chromium's sandbox does not work for root.
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    # A wait costs nothing when all is well, and a busy machine may take its time.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


# --- order, marks, and nothing skipped in CI


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and run those with a browser last, long files before short ones.

    Playwright keeps an event loop running to the end of the session, in which no test can start another.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "browser" in fixtures:
            item.add_marker("browser")
        if "postgres_server" in fixtures or parameters.get("database_url") == "postgresql":
            item.add_marker("postgres")
        if "browser" in fixtures or any(map(item.path.is_relative_to, TRIED_TWICE)):
            # See docs/decisions/015-a-second-try-for-browsers.md; each second try is named in the summary.
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, item.path not in LONG))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Record a module that skips itself."""
    if report.skipped:
        NOT_RUN.append(report.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Record a test that is skipped or expected to fail, and one that is to be retried."""
    if report.skipped:
        NOT_RUN.append(report.nodeid)
    if str(report.outcome) == "rerun":
        FIRST_TRIES.append(report)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session in CI if a test did not run."""
    if NOT_RUN and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List tests not run, tests retried and why, and the steps of `python3 -m tests` that failed before."""
    for report in FIRST_TRIES:
        terminalreporter.write_sep("-", f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-3000:])
    if NOT_RUN and os.environ.get("CI"):
        terminalreporter.section("not run, which CI takes for a failure")
        terminalreporter.line("\n".join(NOT_RUN))
    if os.environ.get("FAILED_STEPS"):
        terminalreporter.section("failed before the tests")
        terminalreporter.line(os.environ["FAILED_STEPS"])
