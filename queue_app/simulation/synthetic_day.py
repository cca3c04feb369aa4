"""One synthetic day: visitors arrive, the real discipline calls them, the real estimates predict their waits.

Time is in milliseconds since opening. The same seed and day number give the same visitors under every rule, so rules
are compared on the same days.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from queue_app.domain import discipline, estimates
from queue_app.domain.discipline import Discipline, Rule, WaitingTicket
from queue_app.domain.estimates import MINUTE_MS, Estimate
from queue_app.domain.scheduling import Job, OpenCounter
from queue_app.domain.ticket import TicketClass

HOUR_MS = 60 * MINUTE_MS
# Arrivals by the hour from 08:00 to 15:00, relative.
PROFILE = (1.3, 1.0, 1.0, 0.9, 0.6, 0.7, 0.7)
CLOSES_AT = len(PROFILE) * HOUR_MS
LUNCH = (4 * HOUR_MS, 5 * HOUR_MS)
NO_SHOW_MS = MINUTE_MS  # two calls, then the next ticket
VARIATION = 0.9
SERVICE = 1


class StopRule(StrEnum):
    """When no more numbers are issued."""

    CLOCK = "clock"
    PREDICTED = "predicted"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Parameters of a day; `load` is the expected work divided by the time that counters are staffed."""

    counters: int = 4
    load: float = 0.97
    day_variation: float = 0.0  # of the number of visitors from day to day, as a coefficient of variation
    priority_share: float = 0.12
    no_show_share: float = 0.06
    mean_minutes: float = 8.0
    discipline: Discipline = Discipline.ACCUMULATING
    stop: StopRule = StopRule.PREDICTED
    early_minutes: int = 0  # a clock stop's distance from closing time
    lunch: bool = True  # half of the counters leave for an hour
    promises: bool = True  # False saves the time of estimates that are not used

    def __post_init__(self) -> None:
        for name, least, greatest in (
            ("counters", 1, 60),
            ("load", 0.01, 3),
            ("day_variation", 0, 1),
            ("priority_share", 0, 1),
            ("no_show_share", 0, 0.9),
            ("mean_minutes", 0.5, 120),
            ("early_minutes", 0, 420),
        ):
            if not least <= getattr(self, name) <= greatest:
                raise ValueError(f"{name.replace('_', ' ')} must be from {least} to {greatest}.")

    @property
    def mean_ms(self) -> float:
        """Mean time of a counter for one number in milliseconds, no-shows included."""
        return (1 - self.no_show_share) * self.mean_minutes * MINUTE_MS + self.no_show_share * NO_SHOW_MS

    @property
    def away(self) -> int:
        """Number of counters that close for lunch."""
        return self.counters // 2 if self.lunch else 0

    @property
    def visitors(self) -> float:
        """Expected number of visitors in a day."""
        capacity = self.counters * CLOSES_AT - self.away * (LUNCH[1] - LUNCH[0])
        return self.load * capacity / self.mean_ms


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor: time of arrival, ticket class, and service time (both times in milliseconds)."""

    at: int
    ticket_class: TicketClass
    takes_ms: int


@dataclass(frozen=True, slots=True)
class Promise:
    """Estimates at the time the number was taken: ours, and those of other methods in use (milliseconds)."""

    ours: Estimate
    head_of_line: float
    last_to_enter: float
    average_today: float
    queue_times_mean: float


@dataclass(slots=True)
class Outcome:
    """Outcome of one number."""

    visitor: Visitor
    promise: Promise | None
    waited_ms: int = 0


@dataclass(slots=True)
class DayResult:
    """Result of a day; `mean_ms` is the rolling mean service time at its end, with which the next day begins."""

    mean_ms: float
    outcomes: list[Outcome] = field(default_factory=list)
    refused: int = 0
    ended_at: int = 0

    @property
    def overtime_ms(self) -> int:
        """Time from closing until the last visitor left, in milliseconds."""
        return max(0, self.ended_at - CLOSES_AT)


def generate_visitors(scenario: Scenario, seed: int, number: int) -> list[Visitor]:
    """Generate the visitors of day `number`, in the order of arrival."""
    random = Random(f"{seed}/{number}")
    sigma = math.sqrt(math.log(1 + VARIATION**2))
    mu = math.log(scenario.mean_minutes * MINUTE_MS) - sigma**2 / 2
    spread = math.sqrt(math.log(1 + scenario.day_variation**2))
    expected = scenario.visitors * random.lognormvariate(-(spread**2) / 2, spread)
    arrivals = []
    for hour, weight in enumerate(PROFILE):
        gap_ms = HOUR_MS / (expected * weight / sum(PROFILE))
        at = random.expovariate(1 / gap_ms)
        while at < HOUR_MS:
            takes = random.lognormvariate(mu, sigma)
            comes = random.random() >= scenario.no_show_share
            kind = TicketClass.PRIORITY if random.random() < scenario.priority_share else TicketClass.REGULAR
            arrivals.append(Visitor(hour * HOUR_MS + round(at), kind, round(takes) if comes else NO_SHOW_MS))
            at += random.expovariate(1 / gap_ms)
    return arrivals


def run_day(scenario: Scenario, seed: int, number: int, mean_ms: float | None = None) -> DayResult:
    """Simulate one day from the first visitor to the last; `mean_ms` is the service time first assumed by estimates."""
    hall = _Hall(scenario, scenario.mean_ms if mean_ms is None else mean_ms)
    events: list[tuple[int, int]] = [(LUNCH[1], counter) for counter in range(scenario.away)]
    heapq.heapify(events)
    for visitor in generate_visitors(scenario, seed, number):
        while events and events[0][0] <= visitor.at:
            hall.released(*heapq.heappop(events), events)
        hall.arrived(visitor, events)
    while events:
        hall.released(*heapq.heappop(events), events)
    return hall.day


class _Hall:
    """The counters and the line of one day."""

    def __init__(self, scenario: Scenario, mean_ms: float) -> None:
        self.scenario = scenario
        self.rule = Rule(scenario.discipline)
        self.day = DayResult(mean_ms)
        self.line: dict[int, WaitingTicket] = {}
        self.serving: dict[int, tuple[int, int]] = {}  # counter → since when, until when
        self.regulars_since_preferred = 0
        self.waits: list[float] = []

    def arrived(self, visitor: Visitor, events: list[tuple[int, int]]) -> None:
        """Handle a visitor who requests a number."""
        needs_estimates = self.scenario.promises or self.scenario.stop is StopRule.PREDICTED
        jobs, counters = (self._jobs(), self._open_counters(visitor.at)) if needs_estimates else ([], [])
        if self._stopped(visitor.at, jobs, counters):
            self.day.refused += 1
            return
        ticket = WaitingTicket(len(self.day.outcomes), visitor.ticket_class, visitor.at)
        promise = self._promise(ticket, visitor.at, jobs, counters) if self.scenario.promises else None
        self.day.outcomes.append(Outcome(visitor, promise))
        self.line[ticket.id] = ticket
        for counter in range(self.scenario.counters):
            if counter not in self.serving and self.line:
                self._call(counter, visitor.at, events)

    def released(self, at: int, counter: int, events: list[tuple[int, int]]) -> None:
        """Handle a counter that finished a visit, or comes back from lunch."""
        if counter in self.serving and self.serving[counter][1] > at:
            return  # back from lunch in the middle of a long visit that began before it
        if counter in self.serving:
            since, _ = self.serving.pop(counter)
            self.day.mean_ms = estimates.rolling_mean(self.day.mean_ms, at - since)
        if self.line:
            self._call(counter, at, events)

    def _call(self, counter: int, at: int, events: list[tuple[int, int]]) -> None:
        if self._at_lunch(counter, at):
            return
        ticket = discipline.first(self.rule, self.line.values(), at, self.regulars_since_preferred)
        self.regulars_since_preferred = discipline.regular_streak_after(
            ticket, self.regulars_since_preferred, self.rule.weights
        )
        del self.line[ticket.id]
        outcome = self.day.outcomes[ticket.id]
        outcome.waited_ms = at - ticket.start_at
        self.waits.append(outcome.waited_ms)
        until = at + outcome.visitor.takes_ms
        self.serving[counter] = (at, until)
        self.day.ended_at = max(self.day.ended_at, until)
        heapq.heappush(events, (until, counter))

    def _at_lunch(self, counter: int, at: int) -> bool:
        return counter < self.scenario.away and LUNCH[0] <= at < LUNCH[1]

    def _stopped(self, now: int, jobs: list[Job], counters: list[OpenCounter]) -> bool:
        if self.scenario.stop is StopRule.CLOCK:
            return now >= CLOSES_AT - self.scenario.early_minutes * MINUTE_MS
        finish = estimates.last_finish(SERVICE, self.day.mean_ms, jobs, counters, now, self.rule)
        return finish is None or finish > CLOSES_AT

    def _jobs(self) -> list[Job]:
        return [Job(ticket, SERVICE, self.day.mean_ms) for ticket in self.line.values()]

    def _open_counters(self, now: int) -> list[OpenCounter]:
        return [self._open_counter(counter, now) for counter in range(self.scenario.counters)]

    def _open_counter(self, counter: int, now: int) -> OpenCounter:
        busy = self.serving.get(counter)
        free_at = now + estimates.residual(self.day.mean_ms, now - busy[0]) if busy else now
        return OpenCounter(counter, frozenset({SERVICE}), free_at, (LUNCH,) if counter < self.scenario.away else ())

    def _promise(self, ticket: WaitingTicket, now: int, jobs: list[Job], counters: list[OpenCounter]) -> Promise | None:
        job = Job(ticket, SERVICE, self.day.mean_ms)
        ours = estimates.estimate(job, jobs, counters, now, self.rule, self.regulars_since_preferred)
        if ours is None:
            return None
        return Promise(
            ours,
            estimates.head_of_line(self.line.values(), now),
            estimates.last_to_enter(self.waits),
            estimates.average_today(self.waits),
            estimates.queue_times_mean(len(self.line), self.day.mean_ms, self._count_staffed(counters, now)) or 0.0,
        )

    def _count_staffed(self, counters: Sequence[OpenCounter], now: int) -> int:
        return sum(not self._at_lunch(counter.id, now) for counter in counters)
