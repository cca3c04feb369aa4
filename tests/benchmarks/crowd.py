"""More displays than a building has, and all of them reconnecting at once."""

from __future__ import annotations

import os
import signal
import time
from statistics import median

from tests.benchmarks.bench import Bench, Listeners
from tests.benchmarks.call_latency import Officer, fill, product
from tests.benchmarks.report import Row, Section, ms

_CALLS_BEFORE, _CALLS_AFTER = 2, 2
_DOWN_SECONDS = 2.0
_PATIENCE_SECONDS = 20.0


def crowd(bench: Bench) -> Section:
    """Measure a call to five times the displays, and a thousand that reconnect after the server was killed."""
    many, audience = bench.scale.crowd, bench.scale.audiences[-1]
    section = Section(
        f"{many:,} displays, and {audience:,} that come back",
        f"A call on its way to {many:,} displays, measured as above. Then `kill -9` under {audience:,} displays: of "
        f"the worker, which gunicorn starts anew, and of the whole service, started again after {_DOWN_SECONDS:.0f} s. "
        "Displays wait as those of the product do before they try again (0.5 s, twice as long each time up to 2 s, "
        "half of it by chance). The seconds run from the kill to the moment in which the last display is in its room "
        "again, with all that was called meanwhile; a call of which one of them never heard would be a gap.",
    )
    _far(bench, section, many)
    for what, down, limit in (("the worker", 0.0, 3.0), ("the service", _DOWN_SECONDS, None)):
        backs, calls, gaps = [], 0, 0
        for _ in range(bench.scale.kills):
            back, called, missing = _killed(bench, audience, down)
            backs.append(back)
            calls, gaps = calls + called, gaps + missing
        seconds = median(backs)
        section.rows.append(
            Row(
                f"{audience:,} displays back after kill -9 of {what}",
                f"{seconds:.2f} s ({min(backs):.2f}–{max(backs):.2f})",
                f"{calls} calls around it",
                f"{gaps} gaps",
                f"≤ {limit:.0f} s, 0 gaps" if limit else "0 gaps",
                gaps == 0 and (limit is None or seconds <= limit),
            )
        )
        if gaps:
            section.problems.append(f"{gaps} times a display never heard of a call around the kill of {what}")
    return section


def _far(bench: Bench, section: Section, many: int) -> None:
    contender = product(bench, "lean", many)
    contender.warm_up(2)
    for _ in range(bench.scale.display_rounds):
        contender.round(bench.scale.calls)
    p50, p99 = contender.figures()
    section.rows.append(Row(f"{many:,} displays", f"p50 {ms(p50)}, p99 {ms(p99)}", "", "", "p99 ≤ 100 ms", p99 <= 0.1))
    if contender.lost:
        section.problems.append(f"{many:,} displays: {contender.lost} calls were never heard")
    contender.listeners.close()
    contender.program.stop()


def _killed(bench: Bench, audience: int, down: float) -> tuple[float, int, int]:
    """Kill the server under so many displays. Return seconds until all are back, calls made meanwhile, missed calls."""
    url = bench.grounds.hall()
    server = bench.grounds.serve(url)
    fill(url, server.services_at_first_counter(), _CALLS_BEFORE + _CALLS_AFTER)
    officer = Officer(server)
    listeners = Listeners(bench, server.port, audience, "returning")
    labels = [_one(officer) for _ in range(_CALLS_BEFORE)]
    killed = time.monotonic()
    if down:
        server.kill()
        time.sleep(down)
        server = bench.grounds.serve(url, port=server.port)
    else:
        os.kill(server.pids()[-1], signal.SIGKILL)
        time.sleep(0.05)  # else the socket of the dead worker still takes the request
    server.await_answer(server.is_healthy)
    officer.reconnect()
    labels += [_one(officer) for _ in range(_CALLS_AFTER)]
    back, missing = _until_back(listeners, labels, killed)
    listeners.close()
    server.stop()
    return back, len(labels), missing


def _one(officer: Officer) -> str:
    label, _ = officer.call()
    officer.start()
    return label


def _until_back(listeners: Listeners, labels: list[str], killed: float) -> tuple[float, int]:
    until = time.monotonic() + _PATIENCE_SECONDS
    back: list[float] = []
    heard: dict[str, int] = dict.fromkeys(labels, 0)
    while True:
        time.sleep(0.25)  # asked seldom: an answer costs the listeners time
        received = listeners.ask(do="take")
        back += received["back"]
        for label in labels:
            heard[label] += len(received["calls"].get(label, ()))
        all_heard = min(heard.values()) >= listeners.count
        if (len(back) >= listeners.count and all_heard) or time.monotonic() > until:
            break
    missing = sum(max(0, listeners.count - count) for count in heard.values())
    missing += max(0, listeners.count - len(back))
    return max(back, default=until) - killed, missing
