"""Runs the benchmarks in their order and writes their figures."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import call_latency, crowd, issue_rate, print_latency, serving
from tests.benchmarks.bench import QUICK, Bench, Scale
from tests.benchmarks.environment import ROOT, Grounds
from tests.benchmarks.report import Section, document, machine, table

REPORT = ROOT / "docs" / "performance.md"
BENCHMARKS: Mapping[str, Callable[[Bench], Section]] = {
    "issue": issue_rate.issuing,
    "calls": call_latency.calls,
    "displays": call_latency.displays,
    "hearing": issue_rate.hearing,
    "crowd": crowd.crowd,
    "paper": print_latency.paper,
    "server": serving.server,
    "history": serving.history,
}
# A listener is a file on both sides.
_FILES = 16_384
_ASIDE = """\
- The closest Flask peer (target: ten times its rate) is not installed here; on a machine like this it issued 40–45
  tickets a second in one process and called 10–12.
- In a real browser (call → painted, touch → number): the browser tests measure these.
- A day's soak: a test of the display winds a clock through it."""


def main(arguments: Sequence[str]) -> int:
    """Measure. Return 1 if something happened that must never be: a duplicate number, a missed call, an error."""
    chosen = _parser().parse_args(arguments)
    names = chosen.names or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    _raise_file_limit()
    sections = []
    with Grounds() as grounds:
        facts = machine(grounds.folder)
        bench = Bench(grounds, QUICK if chosen.quick else Scale(), chosen.node_modules, _say)
        for name in names:
            sections.append(_measure(name, bench))
    if not chosen.quick and set(names) == set(BENCHMARKS):
        facts = {**facts, "load average at the end": f"{os.getloadavg()[0]:.2f}"}
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(document(facts, sections, _ASIDE), "utf-8")
        _say(f"\nwritten to {REPORT.relative_to(ROOT)}")
    return 1 if any(section.problems for section in sections) else 0


def _measure(name: str, bench: Bench) -> Section:
    _say(f"\n{name} …")
    started = time.monotonic()
    section = BENCHMARKS[name](bench)
    section.seconds = time.monotonic() - started
    _say(f"{section.title} ({section.seconds:.0f} s)\n{table(section.rows)}")
    for problem in section.problems:
        _say(f"MUST NEVER BE: {problem}")
    return section


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m tests.benchmarks", description="Measure the product.")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a shorter history; writes no file")
    parser.add_argument(
        "--node-modules", type=Path, metavar="DIR", help="a node_modules with socket.io, to compare with"
    )
    return parser


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(_FILES, hard), hard))


def _say(line: str) -> None:
    print(line, flush=True)
