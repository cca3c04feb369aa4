"""Figures, verdicts and the written report."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

PACKAGES = (
    *("queue-app", "Flask", "APIFlask", "Flask-SocketIO", "python-socketio", "python-engineio"),
    *("SQLAlchemy", "gunicorn", "gevent", "psycopg", "websockets"),
)
_MARKS = {True: "met", False: "**not met**", None: ""}


@dataclass(frozen=True)
class Row:
    """One line of a table: what was measured, the ceiling beside it, and the target it is held to."""

    what: str
    figure: str
    beside: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None

    def cells(self) -> Sequence[str]:
        """The columns."""
        return (self.what, self.figure, self.beside, self.ratio, self.target, _MARKS[self.met])


@dataclass
class Section:
    """One benchmark: its title, the meaning of its rows, and its rows. `problems` is what must never occur."""

    title: str
    meaning: str
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


HEAD = ("what", "figure", "beside it, same run", "ratio", "target", "")


def table(rows: Sequence[Row]) -> str:
    """Format the rows as a Markdown table, aligned to be readable as text too."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:]])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies; nan when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def ms(seconds: float) -> str:
    """Format seconds as milliseconds, with three digits."""
    value = seconds * 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms"


def rate(value: float) -> str:
    """Per second."""
    return f"{value:,.0f} /s" if value >= 100 else f"{value:.1f} /s"


def rates(values: Sequence[float]) -> str:
    """Format the median of the rounds, and their range: a wide one says that the machine was not quiet."""
    return f"{rate(median(values))} ({min(values):,.0f}–{max(values):,.0f})"


def machine(folder: Path) -> Mapping[str, str]:
    """Describe the machine that the figures depend on."""
    processor = "unknown"
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    disk = subprocess.run(
        ["stat", "--file-system", "--format=%T", str(folder)], capture_output=True, text=True, check=True
    )
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor}, {os.cpu_count()} cores, clients and server on the same ones",
        "memory": f"{memory:.0f} GB",
        "file system of the database": disk.stdout.strip(),
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "packages": ", ".join(versions),
        "load average at the start": f"{os.getloadavg()[0]:.2f}",
    }


INTRODUCTION = """\
# Performance, measured

Written by `python3 -m tests.benchmarks`; do not edit by hand. `--quick` and single benchmarks by name print their
figures and leave this file alone.

The server is started as a user starts it (`queue-app serve`, one process, the demo hall); clients are as light as
they can be (raw sockets, one process for all of them). Every figure is the median of several rounds after a warm-up,
and the rounds alternate with the program it is compared with, so the ratio holds although the machine is shared.
p50 and p99 are medians of the rounds' own; a ratio of rates is the median of the rounds' ratios. The printers are
network printers that take 0.3 s a slip. A high load average says that others used the machine meanwhile: then trust
the ratios only, and the tails (p99) not at all.
"""


def document(facts: Mapping[str, str], sections: Sequence[Section], aside: str) -> str:
    """Format the whole report."""
    parts = [INTRODUCTION, "| machine | |\n|---|---|\n" + "\n".join(f"| {k} | {v} |" for k, v in facts.items())]
    for section in sections:
        parts += [f"\n## {section.title}\n", section.meaning + "\n", table(section.rows)]
        parts += [f"\n**Must never be:** {problem}" for problem in section.problems]
    parts.append(f"\n## Not measured here\n\n{aside}")
    total = sum(section.seconds for section in sections)
    parts.append(f"\n## Run it yourself\n\n{HOW_TO.format(minutes=max(1, round(total / 60)))}")
    return "\n".join(parts)


HOW_TO = """\
```
python3 -m tests.benchmarks              # all, about {minutes} minutes; writes this file
python3 -m tests.benchmarks --quick      # all, shorter; prints only
python3 -m tests.benchmarks issue calls  # some of: issue calls displays hearing paper server history
python3 -m tests.benchmarks --node-modules DIR displays  # with Node socket.io beside it (npm install socket.io)
```

All of it stays on the loopback address and is stopped at the end. Let the machine be quiet; a figure alone means little
on a shared machine, a ratio means more.
"""
