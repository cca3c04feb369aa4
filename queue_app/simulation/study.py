"""Figures of many days under one scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from queue_app.domain import estimates
from queue_app.domain.estimates import MINUTE_MS
from queue_app.domain.ticket import TicketClass
from queue_app.simulation.synthetic_day import Outcome, Promise, Scenario, StopRule, run_day

ProgressCallback = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes waited by one class."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class PromiseAccuracy:
    """Accuracy of the promises: mean error in minutes, and the share of waits within the range.

    `coverage` is that of the 80 % range itself, `shown` that of the range on the ticket, rounded outward.
    """

    scenario: Scenario
    a_day: float
    waits: dict[TicketClass, Waits]
    coverage: float
    shown: float
    ours: float
    queue_times_mean: float
    head_of_line: float
    last_to_enter: float
    average_today: float


@dataclass(frozen=True, slots=True)
class StopResult:
    """Numbers served in a day, and minutes of overtime, under one rule of stopping."""

    scenario: Scenario
    served: float
    mean: float
    p95: float


@dataclass(frozen=True, slots=True)
class StopComparison:
    """The predicted stop beside the clock stop that serves as many."""

    predicted: StopResult
    clock: StopResult

    @property
    def ratio(self) -> float:
        """The predicted stop's p95 overtime as a share of the clock stop's."""
        return self.predicted.p95 / self.clock.p95 if self.clock.p95 else 1.0


def quantile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed; 0 if there are none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0.0


def study_promises(scenario: Scenario, days: int, seed: int, tick: ProgressCallback) -> PromiseAccuracy:
    """Compute waits and promises of `days` days."""
    outcomes: list[Outcome] = []
    mean_ms = scenario.mean_ms
    for number in range(days):
        day = run_day(scenario, seed, number, mean_ms)
        mean_ms = day.mean_ms
        outcomes += day.outcomes
        tick()
    promised = [(outcome.promise, outcome.waited_ms) for outcome in outcomes if outcome.promise]

    def off(predicted: Callable[[Promise], float]) -> float:
        return fmean(abs(predicted(promise) - waited) for promise, waited in promised) / MINUTE_MS

    return PromiseAccuracy(
        scenario,
        len(outcomes) / days,
        {kind: _waits(outcomes, kind) for kind in (TicketClass.REGULAR, TicketClass.PRIORITY)},
        fmean(_covered(promise, waited) for promise, waited in promised),
        fmean(promise.ours.is_kept(waited) for promise, waited in promised),
        off(lambda promise: promise.ours.wait_ms),
        off(lambda promise: promise.queue_times_mean),
        off(lambda promise: promise.head_of_line),
        off(lambda promise: promise.last_to_enter),
        off(lambda promise: promise.average_today),
    )


def _covered(promise: Promise, waited_ms: float) -> bool:
    low, high = estimates.spread(promise.ours.wait_ms, promise.ours.ahead)
    return low <= waited_ms / MINUTE_MS <= high


def _waits(outcomes: Sequence[Outcome], kind: TicketClass) -> Waits:
    minutes = [outcome.waited_ms / MINUTE_MS for outcome in outcomes if outcome.visitor.ticket_class is kind]
    return Waits(quantile(minutes, 0.5), quantile(minutes, 0.9))


def study_closing(scenario: Scenario, days: int, seed: int, tick: ProgressCallback) -> StopResult:
    """Compute numbers served and overtime of `days` days."""
    overtime, served, mean_ms = [], 0, scenario.mean_ms
    for number in range(days):
        day = run_day(replace(scenario, promises=False), seed, number, mean_ms)
        mean_ms = day.mean_ms
        overtime.append(day.overtime_ms / MINUTE_MS)
        served += len(day.outcomes)
        tick()
    return StopResult(scenario, served / days, fmean(overtime), quantile(overtime, 0.95))


STOP_ROUNDS = 5  # studies that `study_stops` makes: the predicted stop, and four tries of the clock
LONGEST_EARLY = 300


def study_stops(scenario: Scenario, days: int, seed: int, tick: ProgressCallback) -> StopComparison:
    """Compare the predicted stop with the clock stop that serves as many: the nearest of four tries, to the minute.

    Numbers served fall almost linearly with the minutes, so each try is extrapolated from the two before it.
    """
    predicted = study_closing(replace(scenario, stop=StopRule.PREDICTED), days, seed, tick)

    def clock(minutes: int) -> StopResult:
        return study_closing(replace(scenario, stop=StopRule.CLOCK, early_minutes=minutes), days, seed, tick)

    tries = [clock(0), clock(45)]
    while len(tries) < STOP_ROUNDS - 1:
        (x0, y0), (x1, y1) = ((closing.scenario.early_minutes, closing.served) for closing in tries[-2:])
        slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
        step = round((predicted.served - y1) / slope) if slope else 0
        tries.append(clock(min(LONGEST_EARLY, max(0, x1 + step))))
    return StopComparison(predicted, min(tries, key=lambda closing: abs(closing.served - predicted.served)))
