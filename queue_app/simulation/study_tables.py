"""Studies as tables of a Markdown page, with a progress bar while they run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from queue_app.domain.discipline import Discipline
from queue_app.domain.ticket import TicketClass
from queue_app.simulation.study import (
    STOP_ROUNDS,
    PromiseAccuracy,
    StopComparison,
    StopResult,
    study_closing,
    study_promises,
    study_stops,
)
from queue_app.simulation.synthetic_day import Scenario, StopRule

DAYS, SEED = 30, 2026
CLOSING = 4  # factor of days for overtime, which has one value a day
MARKS = ("<!-- simulated: begin -->", "<!-- simulated: end -->")
# Each table with one thing changed at a time; alike days (a variation of 0) beside those of a real week.
BASE = Scenario()
PUBLISHED = (
    replace(BASE, counters=1),
    BASE,
    replace(BASE, counters=8),
    replace(BASE, day_variation=0.2),
    replace(BASE, discipline=Discipline.FIFO),
    replace(BASE, discipline=Discipline.FIFO, lunch=False),
    replace(BASE, discipline=Discipline.STRICT),
    replace(BASE, discipline=Discipline.RATIO, priority_share=0.3),
    replace(BASE, priority_share=0.3),
)
PUBLISHED_STOPS = tuple(
    Scenario(counters=counters, load=load, day_variation=variation)
    for variation in (0.2, 0.0)
    for counters, load in ((2, 0.9), (4, 0.97))
)


@dataclass
class ProgressBar:
    """Progress bar on a terminal; prints nothing elsewhere."""

    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    done: int = 0

    def tick(self) -> None:
        """Count one day, and redraw the bar."""
        self.done += 1
        if self.stream.isatty():
            filled = 30 * self.done // self.total
            end = "\r" + " " * 60 + "\r" if self.done >= self.total else ""
            self.stream.write(f"\r[{'#' * filled:<30}] day {self.done:,} of {self.total:,}{end}")
            self.stream.flush()


@dataclass(frozen=True, slots=True)
class Figures:
    """Results: waits and promises of some scenarios, overtime of others."""

    days: int
    seed: int
    promises: list[PromiseAccuracy]
    stops: list[StopComparison]


def published_figures(days: int = DAYS, seed: int = SEED) -> Figures:
    """Compute the figures of `docs/queue-discipline.md`."""
    return run_studies(PUBLISHED, PUBLISHED_STOPS, days, seed)


def run_studies(scenarios: Sequence[Scenario], closings: Sequence[Scenario], days: int, seed: int) -> Figures:
    """Compute waits and promises of `scenarios`, overtime of `closings`."""
    bar = ProgressBar(days * (len(scenarios) + CLOSING * STOP_ROUNDS * len(closings)))
    return Figures(
        days,
        seed,
        [study_promises(scenario, days, seed, bar.tick) for scenario in scenarios],
        [study_stops(scenario, CLOSING * days, seed, bar.tick) for scenario in closings],
    )


def format_tables(figures: Figures) -> str:
    """Format the figures as Markdown."""
    parts = [
        f"{figures.days:,} days each, {CLOSING * figures.days:,} for the overtime; seed {figures.seed}; "
        "all times in minutes.",
        *("### Waits", _aligned(_waits(figures.promises))),
        *("### Promises", _aligned(_promises(figures.promises))),
        *("### Overtime", _aligned(_overtime(figures.stops))),
    ]
    return "\n\n".join(parts) + "\n"


def clock_stop_tables(scenario: Scenario, days: int, seed: int) -> str:
    """Compute waits, promises and overtime of one scenario that stops by the clock, as Markdown."""
    bar = ProgressBar(days * (1 + CLOSING))
    promises = study_promises(scenario, days, seed, bar.tick)
    closing = study_closing(scenario, CLOSING * days, seed, bar.tick)
    rows = [["stop", "served a day", "overtime mean", "p95"], _closing(closing)]
    return "\n\n".join([_aligned(_waits([promises])), _aligned(_promises([promises])), _aligned(rows)]) + "\n"


def write(path: Path, text: str) -> None:
    """Put the tables between the marks of a page. Raises ValueError if the page has no marks."""
    page = path.read_text("utf-8")
    before, begin, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise ValueError(f"“{path}” has no lines {MARKS[0]} and {MARKS[1]} to write between.")
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", "utf-8")


# --- rows

_HEAD = ["counters", "load", "discipline", "priority", "days vary", "lunch"]


def _scene(scenario: Scenario) -> list[str]:
    return [
        str(scenario.counters),
        f"{scenario.load:g}",
        scenario.discipline.value,
        f"{scenario.priority_share:.0%}",
        f"{scenario.day_variation:.0%}",
        "half" if scenario.lunch else "none",
    ]


def _waits(studies: Sequence[PromiseAccuracy]) -> Iterator[list[str]]:
    yield [*_HEAD, "numbers a day", "regular median", "p90", "priority median", "p90"]
    for promises in studies:
        waits = [promises.waits[kind] for kind in (TicketClass.REGULAR, TicketClass.PRIORITY)]
        figures = [f"{figure:.1f}" for wait in waits for figure in (wait.median, wait.p90)]
        yield [*_scene(promises.scenario), f"{promises.a_day:.0f}", *figures]


def _promises(studies: Sequence[PromiseAccuracy]) -> Iterator[list[str]]:
    yield [
        *_HEAD,
        "range held",
        "as shown",
        "ours off by",
        "queue × mean ÷ counters",
        "head of line",
        "last to enter",
        "average today",
    ]
    for promises in studies:
        off = (
            promises.ours,
            promises.queue_times_mean,
            promises.head_of_line,
            promises.last_to_enter,
            promises.average_today,
        )
        figures = [f"{minutes:.1f}" for minutes in off]
        yield [*_scene(promises.scenario), f"{promises.coverage:.1%}", f"{promises.shown:.1%}", *figures]


def _overtime(studies: Sequence[StopComparison]) -> Iterator[list[str]]:
    yield ["counters", "load", "days vary", "stop", "served a day", "overtime mean", "p95", "predicted ÷ clock"]
    for stops in studies:
        scene = [_scene(stops.clock.scenario)[column] for column in (0, 1, 4)]
        yield [*scene, *_closing(stops.clock), ""]
        yield [*scene, *_closing(stops.predicted), f"{stops.ratio:.2f}"]


def _closing(closing: StopResult) -> list[str]:
    scenario = closing.scenario
    how = "predicted" if scenario.stop is StopRule.PREDICTED else f"clock, {scenario.early_minutes} min early"
    return [how, f"{closing.served:.1f}", f"{closing.mean:.1f}", f"{closing.p95:.0f}"]


def _aligned(rows: Iterator[list[str]] | list[list[str]]) -> str:
    cells = list(rows)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    )
