"""Speed of calling: the officer's click, and the time from a call to the displays."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from queue_app.domain.ticket import TicketClass
from queue_app.services.queue.issuing import IssueRequest
from queue_app.services.queue.issuing import issue as issue_ticket
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from tests.benchmarks.bench import Bench, Listeners, errors_of, in_turns, middle, run_load
from tests.benchmarks.environment import BUSY_COUNTERS, Program, Server, free_port
from tests.benchmarks.report import Row, Section, ms, percentile, rate
from tests.benchmarks.wire import HOST, Http, client_frame, opening

WAITING = 500
_CALLS_ALONE, _CALLS_TOGETHER = 100, 20
_BOARD_CALLS = 12  # a full board


def fill(url: str, services: Sequence[int], waiting: int) -> None:
    """Issue tickets until so many wait, by the product's own service; the server learns of them from the log."""
    engine = open_engine(url)
    store = Store(engine)
    with engine.connect() as connection:
        there = connection.exec_driver_sql("SELECT count(*) FROM ticket WHERE state = 'waiting'").scalar_one()
    for number in range(waiting - there):
        kind = TicketClass.PRIORITY if number % 8 == 0 else TicketClass.REGULAR
        request = IssueRequest(services[number % len(services)], kind, "id", None, os.urandom(12).hex())
        issue_ticket(store, request, datetime.now(UTC), "")
    engine.dispose()
    time.sleep(0.3)  # the server's tick finds the news


def calls(bench: Bench) -> Section:
    """Measure call-next with 500 people in one line, from one counter and from eight at a time."""
    section = Section(
        "Calling the next visitor",
        f"`POST …/call-next` with {WAITING} people waiting in one line in front of {BUSY_COUNTERS} counters, and the "
        "answer with the officer's whole page. After each call the visit is started, so the next call also completes "
        "it. The rate counts calls, with a start between them.",
    )
    url = bench.grounds.hall("busy")
    server = bench.grounds.serve(url)
    seats = [server.take_seat(f"bench{n}", str(n + 1)) for n in range(BUSY_COUNTERS)]
    services = server.services_at_first_counter()
    called: list[str] = []

    def run(counters: int, each: int) -> Any:
        fill(url, services, WAITING)
        load = run_load(server, [{**seat, "calls": each} for seat in seats[:counters]])
        called.extend(load.labels)
        return load

    run(BUSY_COUNTERS, 5)
    loads = in_turns(
        bench.scale.rounds,
        {"1": lambda: run(1, _CALLS_ALONE), "8": lambda: run(BUSY_COUNTERS, _CALLS_TOGETHER)},
    )
    for name, what in (("1", "1 counter"), ("8", f"{BUSY_COUNTERS} counters")):
        speed, p50, p99 = middle(loads[name])
        fine = p50 <= 0.005 and p99 <= 0.020 if name == "1" else None
        target = "p50 ≤ 5 ms, p99 ≤ 20 ms" if name == "1" else ""
        section.rows.append(Row(what, f"p50 {ms(p50)}, p99 {ms(p99)}", rate(speed), "", target, fine))
    _check_calls(section, called, errors_of(loads["1"] + loads["8"]))
    server.stop()
    return section


def _check_calls(section: Section, called: list[str], errors: dict[str, int]) -> None:
    twice = len(called) - len(set(called))
    fine = not (twice or errors)
    count = f"{len(called):,} called: {twice} twice"
    section.rows.append(Row("all calls", count, "", f"{sum(errors.values())} errors", "0 twice, 0 errors", fine))
    if not fine:
        section.problems.append(f"{twice} tickets were called twice, errors {errors}")


# --- call → displays


@dataclass
class Contender:
    """A sender of calls to many displays. `call` makes one: its label and when it was requested."""

    name: str
    program: Program
    listeners: Listeners
    call: Callable[[], tuple[str, float]]
    after: Callable[[], None] | None = None  # what is done with the visitor then
    latencies: list[list[float]] = field(default_factory=list)
    lost: int = 0
    messages: int = 0
    bytes: int = 0
    cpu: float = 0.0
    sample: str = ""

    def __post_init__(self) -> None:
        """Pin the listeners: displays are other computers and must not take the server's processor."""
        *others, last = sorted(os.sched_getaffinity(0))
        if others:
            self.listeners.keep_to({last})
            self.program.keep_to(set(others))

    def round(self, calls: int) -> None:
        """Make so many calls, each after all displays have received the one before."""
        self.listeners.ask(do="take")
        before = self.program.cpu_seconds()
        asked = {}
        for _ in range(calls):
            label, at = self.call()
            asked[label] = at
            self._await(label)
            if self.after is not None:
                self.after()
            time.sleep(0.06)
        self.cpu += self.program.cpu_seconds() - before
        received = self.listeners.ask(do="take")
        arrivals = [[t - at for t in received["calls"].get(label, ())] for label, at in asked.items()]
        self.lost += sum(self.listeners.count - len(times) for times in arrivals)
        self.messages += received["messages"]
        self.bytes += received["bytes"]
        self.latencies.append([t for times in arrivals for t in times])
        self.sample = received["sample"]

    def warm_up(self, calls: int) -> str:
        """Make calls that do not count; return the largest message."""
        self.round(calls)
        self.latencies, self.lost, self.messages, self.bytes, self.cpu = [], 0, 0, 0, 0.0
        return self.sample

    def _await(self, label: str) -> None:
        # Asked seldom: an answer costs the listeners time in which they hear nothing.
        until = time.monotonic() + 5
        time.sleep(0.05)
        while time.monotonic() < until and self.listeners.ask(do="heard", label=label)["heard"] < self.listeners.count:
            time.sleep(0.05)

    def figures(self) -> tuple[float, float]:
        """Return the medians of the rounds: p50, p99."""
        return (
            median(percentile(times, 0.5) for times in self.latencies),
            median(percentile(times, 0.99) for times in self.latencies),
        )


class Officer:
    """The officer at counter 1, who calls and starts."""

    def __init__(self, server: Server) -> None:
        seat = server.take_seat("dukcapil1", "1")
        self._port = server.port
        self.reconnect()
        self._base = f"/api/v1/counters/{seat['counter']}"
        self._bearer = {"Authorization": f"Bearer {seat['token']}"}
        self._ticket = 0

    def reconnect(self) -> None:
        """Open a new connection, after the server was restarted."""
        self._http = Http(self._port)

    def call(self) -> tuple[str, float]:
        """Call the next ticket; return its label and when the call was requested."""
        reply = self._http.ask("POST", f"{self._base}/call-next", {}, self._bearer)
        ticket = reply.json()["ticket"]
        self._ticket = ticket["id"]
        return ticket["label"], reply.sent

    def start(self) -> None:
        """Start the visit."""
        time.sleep(0.04)
        self._http.ask("POST", f"{self._base}/start", {"ticket": self._ticket}, self._bearer).json()


def product(bench: Bench, transport: str, audience: int) -> Contender:
    server = bench.grounds.serve(bench.grounds.hall(), "--transport", transport)
    calls = bench.scale.calls * bench.scale.display_rounds + _BOARD_CALLS
    fill(server.url, server.services_at_first_counter(), calls)
    officer = Officer(server)
    listeners = Listeners(bench, server.port, audience)
    return Contender(f"the product, {transport} transport", server, listeners, officer.call, officer.start)


def _labelled(sample: str) -> Callable[[], tuple[str, str]]:
    """Make copies of a product's message with labels of their own: (label, the state as JSON)."""
    _, message = json.loads(sample.removeprefix("42"))
    numbers = itertools.count(1)

    def next_one() -> tuple[str, str]:
        label = f"X-{next(numbers):03d}"
        message["news"][0]["label"] = label
        return label, json.dumps(message, separators=(",", ":"), ensure_ascii=False)

    return next_one


def _websockets(bench: Bench, audience: int, sample: str) -> Contender:
    port = free_port()
    program = bench.grounds.program(sys.executable, "-m", "tests.benchmarks.ceiling_websockets", str(port))
    program.await_answer(lambda: socket.create_connection((HOST, port), 1).close())
    control = socket.create_connection((HOST, port), 5)
    control.sendall(opening("/control"))
    control.recv(4096)
    listeners = Listeners(bench, port, audience, "bare")
    labelled = _labelled(sample)

    def call() -> tuple[str, float]:
        label, state = labelled()
        frame = client_frame(f'42["state",{state}]')
        at = time.monotonic()
        control.sendall(frame)
        return label, at

    return Contender("asyncio websockets, bare", program, listeners, call)


def _node(bench: Bench, audience: int, sample: str) -> Contender | None:
    node, modules = shutil.which("node"), bench.node_modules
    if node is None or modules is None:
        return None
    port = free_port()
    script = str(Path(__file__).with_name("ceiling_socketio.cjs"))
    program = bench.grounds.program(node, script, str(port), environment={"NODE_PATH": str(modules.resolve())})
    program.await_answer(lambda: socket.create_connection((HOST, port), 1).close())
    http = Http(port)
    listeners = Listeners(bench, port, audience, room="room")
    labelled = _labelled(sample)

    def call() -> tuple[str, float]:
        label, state = labelled()
        reply = http.ask("POST", "/call", json.loads(state))
        return label, reply.sent

    return Contender("Node socket.io, bare", program, listeners, call)


def displays(bench: Bench) -> Section:
    """Measure the time from a call to every display of its zone."""
    section = Section(
        "A call on its way to the displays",
        "From sending `call-next` (so with sign-in check, transaction and durable commit) to the arrival of the whole "
        "new board at each raw websocket of the zone. Beside it, without any database: asyncio `websockets` "
        "broadcasting the same bytes, and Node socket.io emitting the same state if it is there. Displays are other "
        "computers, so here their program has one processor for itself, and each server the rest. CPU a delivery is "
        f"what the server used beyond its use with {bench.scale.audiences[0]} displays, for each message more.",
    )
    base: dict[str, float] = {}
    for audience in bench.scale.audiences:
        largest = audience == bench.scale.audiences[-1]
        contenders = _contenders(bench, audience, everyone=audience in bench.scale.compared)
        in_turns(bench.scale.display_rounds, {c.name: lambda c=c: c.round(bench.scale.calls) for c in contenders})
        section.rows += _display_rows(section, audience, contenders, base, held=largest)
        for contender in contenders:
            contender.listeners.close()
            contender.program.stop()
    return section


def _contenders(bench: Bench, audience: int, *, everyone: bool) -> list[Contender]:
    lean = product(bench, "lean", audience)
    sample = lean.warm_up(_BOARD_CALLS)
    result = [lean, _websockets(bench, audience, sample)]
    if everyone:
        result.append(product(bench, "stock", audience))
        node = _node(bench, audience, sample)
        if node is not None:
            result.append(node)
    for contender in result[1:]:
        contender.warm_up(_BOARD_CALLS if contender.after is not None else 3)
    return result


def _display_rows(
    section: Section, audience: int, contenders: Sequence[Contender], base: dict[str, float], *, held: bool
) -> list[Row]:
    rows = []
    _, bare = contenders[1].figures()
    peer = next((c.figures()[1] for c in contenders if c.name.startswith("Node")), None)
    for contender in contenders:
        p50, p99 = contender.figures()
        ours = held and contender is contenders[0]
        met = p99 <= 1.5 * bare and (peer is None or p99 <= peer) if ours else None
        ratio = "" if contender is contenders[1] else f"p99 {p99 / bare:.2f} × websockets"
        if peer is not None and contender is contenders[0]:
            ratio += f", {p99 / peer:.2f} × Node"
        per_call = contender.bytes / max(1, contender.messages)
        cost = _cost(contender, audience, base)
        rows.append(
            Row(
                f"{audience:,} displays: {contender.name}",
                f"p50 {ms(p50)}, p99 {ms(p99)}",
                f"{per_call:,.0f} bytes a message{cost}",
                ratio,
                _target(peer) if ours else "",
                met,
            )
        )
        if contender.lost:
            section.problems.append(f"{audience} displays, {contender.name}: {contender.lost} calls were never heard")
    return rows


def _target(peer: float | None) -> str:
    return "p99 ≤ 1.5 × websockets" + (" (≤ Node: not measured)" if peer is None else ", ≤ Node")


def _cost(contender: Contender, audience: int, base: dict[str, float]) -> str:
    """Return the CPU time of a delivery, from the second size on."""
    rounds = sum(map(len, contender.latencies)) / audience
    a_call = contender.cpu / max(1.0, rounds)
    if contender.name not in base:
        base[contender.name] = a_call
        return ""
    more = contender.messages / max(1.0, rounds) * (1 - 1 / audience)
    return f", {max(0.0, a_call - base[contender.name]) / more * 1e6:.1f} µs CPU"
