"""Environment of the benchmarks: halls' databases, servers as a user starts them, a printer, PostgreSQL.

All on loopback. Everything started here is stopped by its own process id when the `Grounds` are left.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from queue_app.cli.database import demo_plan
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from tests.benchmarks.wire import HOST, Http, WireError

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a-benchmark-password"
BUSY_COUNTERS = 8
_PRINTING_SECONDS = 0.3  # what a thermal printer needs for a slip
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Find a TCP port on the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def busy_plan() -> dict[str, Any]:
    """Return the demo hall with the one line of Disdukcapil in front of eight counters."""
    plan = deepcopy(dict(demo_plan()))
    first = plan["counters"][0]
    officers = [
        {"username": f"bench{n}", "name": f"Bench {n}", "agency": first["agency"]} for n in range(BUSY_COUNTERS)
    ]
    for counter in plan["counters"][:BUSY_COUNTERS]:
        counter.update(agency=first["agency"], services=first["services"])
    # Services whose counters were taken here have nobody to serve them, which the hall allows.
    return {**plan, "officers": plan["officers"] + officers}


class Program:
    """A child process and its children, ended by its own id."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QUEUE_APP_")}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**clean, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._log = log

    def await_answer(self, ask: Callable[[], object], seconds: float = 60) -> None:
        """Wait until `ask` raises no OSError and no WireError any more."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError, WireError):
                ask()
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self._log.name}: it did not start:\n{self._log.read_text('utf-8')[-2000:]}")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """End the process; kill it if it does not end."""
        if self._process.poll() is None:
            self._process.send_signal(sign)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)

    def kill(self) -> None:
        """Kill the process and its children at once, as when the power fails."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def pids(self) -> list[int]:
        """List this process and its children."""
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text("ascii").split()
        return [own, *map(int, children)]

    def keep_to(self, processors: set[int]) -> None:
        """Pin the process with all present and future threads to these processors."""
        for pid in self.pids():
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), processors)

    def cpu_seconds(self) -> float:
        """Return the processor time used so far, in steps of 10 ms."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def memory_mb(self, kind: str = "Pss") -> float:
        """Return the memory in MB: `Pss` divides shared pages among the processes, `Rss` counts them for each."""
        kilobytes = 0
        for pid in self.pids():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
            kilobytes += next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
        return kilobytes / 1024


class Server(Program):
    """`queue-app serve` on a database that holds a hall, ready to answer."""

    def __init__(self, url: str, folder: Path, *options: str, port: int | None = None) -> None:
        self.url = url
        self.port = port or free_port()
        command = [
            sys.executable,
            "-m",
            "queue_app.cli.parser",
            "serve",
            "--database-url",
            url,
            "--port",
            str(self.port),
        ]
        started = time.monotonic()
        super().__init__(
            [*command, "--data-dir", str(folder), "--log-level", "warning", *options],
            log=folder / f"server-{self.port}.log",
        )
        try:
            self.await_answer(self.is_healthy)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - started

    def is_healthy(self) -> None:
        """Check the server's health. Raises OSError, WireError while it does not respond."""
        http = Http(self.port)
        http.ask("GET", "/api/v1/health").json()
        http.close()

    @cached_property
    def services(self) -> list[dict[str, Any]]:
        """List the open services, from the public catalogue."""
        http = Http(self.port)
        catalogue = http.ask("GET", "/api/v1/catalogue").json()
        http.close()
        return [service for agency in catalogue["agencies"] for service in agency["services"] if service["open"]]

    def services_in(self, zone: str) -> list[int]:
        """List the services of one zone."""
        return [service["id"] for service in self.services if service["zone"]["code"] == zone]

    def services_at_first_counter(self) -> list[int]:
        """List the services of counter 1: one line, in the demo hall at three counters, in the busy one at eight."""
        codes = demo_plan()["counters"][0]["services"]
        return [service["id"] for service in self.services if service["code"] in codes]

    def take_seat(self, username: str, counter_code: str) -> dict[str, Any]:
        """Sign in and open a counter: {"token", "counter"} for the load program."""
        http = Http(self.port)
        credentials = {"username": username, "password": PASSWORD}
        token = http.ask("POST", "/api/v1/session", credentials).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        counters = http.ask("GET", "/api/v1/counters", None, bearer).json()["counters"]
        number = next(counter["id"] for counter in counters if counter["code"] == counter_code)
        http.ask("POST", f"/api/v1/counters/{number}/open", {}, bearer).json()
        http.close()
        return {"token": token, "counter": number}

    def clear_lines(self) -> None:
        """Cancel all tickets and their print jobs, so that the next round begins as this one did."""
        engine = open_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE ticket SET state = 'expired' WHERE state = 'waiting'"))
            connection.execute(text("UPDATE print_job SET state = 'expired' WHERE state = 'queued'"))
        engine.dispose()


class Printer:
    """A network printer: takes a slip, is busy for as long as printing takes, closes; one slip after the other."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.url = f"tcp://{HOST}:{self._listener.getsockname()[1]}?proof=none"
        threading.Thread(target=self._print, daemon=True).start()

    def _print(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                connection, _ = self._listener.accept()
                with connection, contextlib.suppress(OSError):
                    while connection.recv(1 << 14):
                        pass
                    time.sleep(_PRINTING_SECONDS)

    def close(self) -> None:
        """Accept no more slips."""
        self._listener.close()


class Grounds:
    """The environment of a run: a folder, its databases, and all processes; all of them end with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="queue-app-benchmark-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as another user
        self._leaving = contextlib.ExitStack()
        self._leaving.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.printer = Printer()
        self._leaving.callback(self.printer.close)
        self._numbers = itertools.count(1)
        self._templates: dict[str, Path] = {}

    def __enter__(self) -> Grounds:
        return self

    def __exit__(self, *_error: object) -> None:
        self._leaving.close()

    def leaving(self, stop: Callable[[], object]) -> None:
        """Call `stop` at the end of the run."""
        self._leaving.callback(stop)

    def new_folder(self, name: str) -> Path:
        """Make a folder for a server or a database."""
        folder = self.folder / f"{name}-{next(self._numbers)}"
        folder.mkdir()
        return folder

    def hall(self, plan: str = "demo") -> str:
        """Return the URL of a new SQLite database with the demo hall, or the busy one."""
        if plan not in self._templates:
            template = self.new_folder("template") / "queue.db"
            self.load_hall(f"sqlite:///{template}", plan)
            self._templates[plan] = template
        copy = self.new_folder("hall") / "queue.db"
        shutil.copyfile(self._templates[plan], copy)
        return f"sqlite:///{copy}"

    def load_hall(self, url: str, plan: str = "demo") -> None:
        """Migrate a database and load a hall, by the product's own command."""
        description = self.folder / f"{plan}.json"
        content = busy_plan() if plan == "busy" else dict(demo_plan())
        description.write_text(json.dumps(content), "utf-8")
        command = [sys.executable, "-m", "queue_app.cli", "hall", "load", str(description), "--password-stdin"]
        options = ["--database-url", url, "--data-dir", str(self.folder), "--printer-url", self.printer.url]
        result = subprocess.run(
            [*command, *options], cwd=ROOT, input=PASSWORD, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise RuntimeError(f"the hall cannot be loaded: {result.stderr[-1000:]}")

    def serve(self, url: str, *options: str, port: int | None = None) -> Server:
        """Start a server; it ends with the run, or when it is stopped before."""
        server = Server(url, self.new_folder("server"), *options, port=port)
        self.leaving(server.stop)
        return server

    def program(self, *command: str, environment: Mapping[str, str] | None = None) -> Program:
        """Start another program of the benchmarks."""
        program = Program(command, log=self.folder / "programs.log", environment=environment)
        self.leaving(program.stop)
        return program

    @cached_property
    def postgres(self) -> Postgres | None:
        """Start a durable PostgreSQL server for this run; return None if its programs are not installed."""
        result = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not result:
            return None
        server = Postgres(result[-1].parent, self.new_folder("postgres"))
        self.leaving(server.stop)
        return server


class Postgres:
    """PostgreSQL with its own settings: every commit is on the disk before its response."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._user = self._other_user()
        self._port = free_port()
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        data = str(folder / "data")
        make = [str(programs / "initdb"), "--username=queue", "--auth=trust", "--encoding=UTF8", "--locale=C", data]
        subprocess.run(make, user=self._user, cwd=folder, capture_output=True, check=True)
        where = [f"--port={self._port}", f"--unix_socket_directories={folder}", "-D", data]
        self._process = subprocess.Popen(
            [str(programs / "postgres"), "--listen_addresses=127.0.0.1", *where],
            user=self._user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await()

    @staticmethod
    def _other_user() -> str | None:
        # PostgreSQL refuses to run as root.
        if os.geteuid() != 0:
            return None
        return "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"

    def _await(self) -> None:
        import psycopg  # only needed with PostgreSQL

        for _ in range(400):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres")).close()
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError("PostgreSQL did not start")

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://queue@{HOST}:{self._port}/{database}"

    def new_database(self, name: str) -> str:
        """Create an empty database and return its address."""
        import psycopg  # only needed with PostgreSQL

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)

    def stop(self) -> None:
        """Stop the server at once, without waiting for clients."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)


def numbers_of(url: str) -> dict[str, Any]:
    """Check the database's numbers: how many tickets, which labels, and which series have a gap."""
    engine = open_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            select(t.ticket.c.business_date, t.ticket.c.series, t.ticket.c.number, t.ticket.c.label)
        )
        series: dict[tuple[Any, str], list[int]] = {}
        labels = set()
        for day, name, number, label in rows:
            series.setdefault((day, name), []).append(number)
            labels.add(f"{day.isoformat()} {label}")
    engine.dispose()
    gaps = [str(name) for name, numbers in series.items() if sorted(numbers) != list(range(1, len(numbers) + 1))]
    return {"tickets": sum(map(len, series.values())), "labels": labels, "gaps": gaps}
