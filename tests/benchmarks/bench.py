"""Shared by the benchmarks: the scale of a run, the client programs, and rounds that take turns."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from tests.benchmarks.environment import ROOT, Grounds, Server
from tests.benchmarks.report import percentile

KIOSKS = ("utama", "lobi")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Scale:
    """Scale of a run."""

    rounds: int = 5
    seconds: float = 1.0  # of issuing, a round
    clients: Sequence[int] = (1, 8, 32)
    display_rounds: int = 5
    calls: int = 16  # of a display round
    kills: int = 3
    audiences: Sequence[int] = (10, 200, 1000)
    compared: Sequence[int] = (10, 1000)  # audiences at which the stock transport and Node are measured too
    crowd: int = 5_000
    starts: int = 3
    old_tickets: int = 1_000_000


QUICK = Scale(
    rounds=2,
    seconds=0.5,
    clients=(8,),
    display_rounds=1,
    calls=8,
    kills=1,
    audiences=(10, 1000),
    compared=(),
    crowd=2_000,
    starts=1,
    old_tickets=100_000,
)


@dataclass
class Bench:
    """One run of the benchmarks."""

    grounds: Grounds
    scale: Scale
    node_modules: Path | None
    say: Callable[[str], None]
    offsets: Callable[[], int] = field(default_factory=lambda: itertools.count(0, 7919).__next__)


@dataclass
class Load:
    """Results of the load program, of one round or of several."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Successes a second."""
        return len(self.latencies) / self.seconds

    @property
    def p50(self) -> float:
        """Seconds."""
        return percentile(self.latencies, 0.50)

    @property
    def p99(self) -> float:
        """Seconds."""
        return percentile(self.latencies, 0.99)


def run_load(server: Server, clients: Sequence[Mapping[str, Any]], seconds: float = 0.0) -> Load:
    """Run the load program. Raises RuntimeError when it fails."""
    orders = json.dumps({"port": server.port, "seconds": seconds, "clients": list(clients)})
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    result = subprocess.run(command, cwd=ROOT, input=orders, capture_output=True, text=True, check=False, timeout=120)
    if result.returncode:
        raise RuntimeError(f"the load program failed: {result.stderr[-1000:]}")
    return Load(**json.loads(result.stdout))


def issue(bench: Bench, server: Server, clients: int, services: Sequence[int], *, seconds: float = 0.0) -> Load:
    """Issue tickets with slips for a while, from an empty line."""
    server.clear_lines()
    key = secrets.token_hex(6)
    orders = [
        {"services": list(services), "kiosks": KIOSKS, "key": f"{key}-{number}", "offset": bench.offsets()}
        for number in range(clients)
    ]
    return run_load(server, orders, seconds or bench.scale.seconds)


def in_turns(rounds: int, works: Mapping[str, Callable[[], _T]]) -> dict[str, list[_T]]:
    """Repeat each work `rounds` times, taking turns: A B, B A, A B …"""
    results: dict[str, list[_T]] = {name: [] for name in works}
    for number in range(rounds):
        names = list(works) if number % 2 == 0 else list(works)[::-1]
        for name in names:
            results[name].append(works[name]())
    return results


def middle(loads: Sequence[Load]) -> tuple[float, float, float]:
    """Return the medians of the rounds: rate, p50, p99."""
    return (
        median(load.rate for load in loads),
        median(load.p50 for load in loads),
        median(load.p99 for load in loads),
    )


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: a disturbance affects both halves of its round."""
    return median(own / other for own, other in zip(ours, theirs, strict=True))


def errors_of(loads: Sequence[Load]) -> dict[str, int]:
    """List all responses that were not successes."""
    result: dict[str, int] = {}
    for load in loads:
        for name, count in load.errors.items():
            result[name] = result.get(name, 0) + count
    return result


class Listeners:
    """The listeners program: many displays in one room."""

    def __init__(self, bench: Bench, port: int, count: int, mode: str = "socketio", room: str = "board:utara") -> None:
        self.count = count
        command = [sys.executable, "-m", "tests.benchmarks.listeners", str(port), str(count), mode, room]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        bench.grounds.leaving(self.close)
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the listeners program ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def keep_to(self, processors: set[int]) -> None:
        """Pin the listeners to these processors."""
        os.sched_setaffinity(self._process.pid, processors)

    def ask(self, **order: object) -> dict[str, Any]:
        """Send an order and wait for its response."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Close all listeners."""
        if self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
