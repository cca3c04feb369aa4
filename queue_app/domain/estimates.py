"""Wait estimates and the predicted cut-off; `scheduling` simulates the line.

Instants and durations are in milliseconds, ranges in minutes. The mean of a service is the counter time that one of its
tickets takes, from the call until the counter is free; so a no-show counts with the little time it takes. The mean is
an exponential moving average (weight `MEMORY`). A wait behind n visits of similar length has a relative deviation of
1/√(n+1), to which the deviation of the mean itself is added in quadrature; the range shown covers 80 % of a normal
distribution. Issuing stops before closing time when the late end of that range would pass it: a visitor who cannot be
served today learns so before waiting.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import NamedTuple

from queue_app.domain.discipline import Discipline, Rule, Rules, WaitingTicket
from queue_app.domain.scheduling import (
    DEFAULT_RULE,
    Job,
    LineSimulation,
    OpenCounter,
    available_at,
    available_counters,
    competing_services,
    pools_of,
)
from queue_app.domain.ticket import TicketClass

MINUTE_MS = 60_000
MEAN_WEIGHT = 0.06  # weight of the newest service time in the rolling mean
Z_80 = 1.28  # 80 % of a normal distribution lies within this many deviations
MEAN_DEVIATION = 0.18  # relative deviation of the rolling mean itself
STOP_CAUTION = Z_80  # deviations: issuing stops when the late end of the range, not its middle, passes closing time
STEP_MINUTES = 5
NEW_TICKET_ID = 2**62  # id of a ticket that does not exist yet: sorts behind all others


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait estimate: people ahead, expected wait and end of the visit in ms, and the range to show in minutes."""

    ahead: int
    wait_ms: float
    ends_at: float
    low: int
    high: int

    def is_kept(self, waited_ms: float) -> bool:
        """Whether a wait of `waited_ms` lies within the promised range."""
        return self.low * MINUTE_MS <= waited_ms <= self.high * MINUTE_MS


class ExpectedTurn(NamedTuple):
    """Position of a waiting ticket in its pool's simulated order: people ahead, expected start and end of the visit."""

    ahead: int
    starts_at: float
    ends_at: float


def rolling_mean(old: float, last: float) -> float:
    """Return the rolling mean of a service time after one more measurement: old + MEMORY × (last − old)."""
    return old + MEAN_WEIGHT * (last - old)


def residual(mean: float, elapsed: float) -> float:
    """Return the expected remaining time of a running visit: mean − elapsed, but at least half the mean.

    The lower bound keeps a visit that overruns from being expected to end at once.
    """
    return max(mean - elapsed, mean / 2)


def deviation(wait_ms: float, ahead: int) -> float:
    """Return the standard deviation of an expected wait behind `ahead` tickets: wait × √(1/(ahead+1) + MEAN_DOUBT²)."""
    return wait_ms * math.sqrt(1 / (ahead + 1) + MEAN_DEVIATION**2)


def spread(wait_ms: float, ahead: int) -> tuple[float, float]:
    """Return the 80 % range around an expected wait, in minutes, not rounded."""
    minutes, doubt = wait_ms / MINUTE_MS, Z_80 * deviation(wait_ms, ahead) / MINUTE_MS
    return max(0.0, minutes - doubt), minutes + doubt


def outward(low: float, high: float) -> tuple[int, int]:
    """Round a range of minutes outward to full steps of STEP_MINUTES; the result is never empty."""
    first = math.floor(low / STEP_MINUTES)
    last = max(first + 1, math.ceil(high / STEP_MINUTES))
    return first * STEP_MINUTES, last * STEP_MINUTES


# --- wait estimates


def estimate(
    job: Job,
    line: Iterable[Job],
    counters: Sequence[OpenCounter],
    now_ms: float,
    rules: Rule | Rules = DEFAULT_RULE,
    regular_streak: int = 0,
) -> Estimate | None:
    """Estimate the wait of `job`, whether it is in `line` already or not; None if no open counter serves it."""
    pool = competing_services(job.service, counters)
    jobs = [other for other in line if other.service in pool and other.ticket.id != job.ticket.id]
    walk = LineSimulation([*jobs, job], counters, now_ms, rules, regular_streak)
    ahead = 0
    while slot := walk.next():
        if slot.job is job:
            return promised(ExpectedTurn(ahead, slot.starts_at, slot.ends_at), now_ms)
        ahead += 1
    return None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One simulation of the whole line: `turns` by ticket id (tickets that no open counter serves are left out).

    By counter: `free_after`, when it has served all who wait; `idle_from`, from when it has nobody left to call; and
    `starts`, the starts of all visits of its pool, in order, each with the counter.
    """

    turns: dict[int, ExpectedTurn]
    free_after: dict[int, float]
    idle_from: dict[int, float]
    starts: dict[int, list[tuple[float, int]]]


def forecast(
    line: Collection[Job],
    counters: Sequence[OpenCounter],
    now_ms: float,
    rules: Rule | Rules = DEFAULT_RULE,
    regular_streak: int = 0,
) -> Forecast:
    """Simulate every pool of the line."""
    result = Forecast({}, {counter.id: max(now_ms, counter.free_at) for counter in counters}, {}, {})
    for pool in pools_of(counters):
        serving = [counter for counter in counters if counter.services & pool]
        walk = LineSimulation((job for job in line if job.service in pool), serving, now_ms, rules, regular_streak)
        starts: list[tuple[float, int]] = []
        while slot := walk.next():
            result.turns[slot.job.ticket.id] = ExpectedTurn(len(starts), slot.starts_at, slot.ends_at)
            result.free_after[slot.counter_id] = slot.ends_at
            starts.append((slot.starts_at, slot.counter_id))
        result.idle_from.update(walk.idle_from)
        result.starts.update(dict.fromkeys((counter.id for counter in serving), starts))
    return result


def newcomers(
    expected: Mapping[int, float],
    line: Collection[Job],
    counters: Sequence[OpenCounter],
    now_ms: int,
    rules: Rule | Rules = DEFAULT_RULE,
    regular_streak: int = 0,
    simulated: Forecast | None = None,
) -> dict[int, Estimate]:
    """Estimate the wait of a regular visitor who takes a number now, by service; each takes `expected` ms.

    Services that no open counter serves are left out. As a rule the newcomer is the last of the pool, so one simulation
    of the line (`simulated`, if there is one already) serves all services of the pool; where newcomers overtake, each
    service has a simulation of its own.
    """
    estimates: dict[int, Estimate] = {}
    for pool in pools_of(counters):
        requested = {service: ms for service, ms in expected.items() if service in pool}
        if not requested:
            continue
        jobs = [job for job in line if job.service in pool]
        serving = [counter for counter in counters if counter.services & pool]
        if _comes_last(jobs, serving, now_ms, rules):
            estimates |= _behind_all(
                requested, simulated or forecast(jobs, serving, now_ms, rules, regular_streak), serving, now_ms
            )
            continue
        for service, ms in requested.items():
            job = Job(WaitingTicket(NEW_TICKET_ID, TicketClass.REGULAR, now_ms, service), service, ms)
            own = estimate(job, jobs, serving, now_ms, rules, regular_streak)
            if own is not None:
                estimates[service] = own
    return estimates


def _comes_last(line: Collection[Job], counters: Collection[OpenCounter], now_ms: int, rules: Rule | Rules) -> bool:
    """Whether each counter calls a regular newcomer only when it has nobody else left to call."""
    all_rules = [rules] if isinstance(rules, Rule) else list(rules.rules.values())
    weights = [rule.weights[TicketClass.REGULAR] for rule in all_rules]
    return (
        all(len(counter.tiers) < 2 for counter in counters)
        and all(rule.discipline is not Discipline.RATIO for rule in all_rules)
        and max(weights) <= min(weight for rule in all_rules for weight in rule.weights.values())
        and all(job.ticket.start_at <= now_ms for job in line)
    )


def _behind_all(
    expected: Mapping[int, float], simulated: Forecast, counters: Sequence[OpenCounter], now_ms: float
) -> dict[int, Estimate]:
    estimates = {}
    for service, ms in expected.items():
        serving = [
            counter.id for counter in counters if service in counter.services and counter.id in simulated.idle_from
        ]
        if serving:
            at, counter_id = min((simulated.idle_from[counter_id], counter_id) for counter_id in serving)
            ahead = bisect_left(simulated.starts[counter_id], (at, counter_id))
            estimates[service] = promised(ExpectedTurn(ahead, at, at + ms), now_ms)
    return estimates


def promised(turn: ExpectedTurn, now_ms: float) -> Estimate:
    """Return the estimate for a ticket at this position."""
    wait_ms = turn.starts_at - now_ms
    return Estimate(turn.ahead, wait_ms, turn.ends_at, *outward(*spread(wait_ms, turn.ahead)))


# --- the predicted cut-off


def last_finish(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    counters: Sequence[OpenCounter],
    now_ms: float,
    rules: Rule | Rules = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
) -> float | None:
    """Return when one more ticket of this service would be finished, served after all who wait now; None if never.

    `caution` is in deviations: 0 is the expected end, 1.28 the end if its wait reached the upper end of its range.
    """
    return next(_further(service, expected_ms, line, counters, now_ms, rules, caution), None)


def numbers_left(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    counters: Sequence[OpenCounter],
    now_ms: float,
    closes_at: float,
    rules: Rule | Rules = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
    free: Mapping[int, float] | None = None,
) -> int:
    """Estimate how many more tickets of this service would be finished by closing time, if all came now.

    A caller that asks for many services of one line passes `free`, the `free_after` of its forecast.
    """
    ends = _further(service, expected_ms, line, counters, now_ms, rules, caution, free)
    return sum(1 for _ in takewhile(lambda end: end <= closes_at, ends))


def _further(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    counters: Sequence[OpenCounter],
    now_ms: float,
    rules: Rule | Rules,
    caution: float,
    free: Mapping[int, float] | None = None,
) -> Iterator[float]:
    """Yield when further tickets behind the line would be finished, one after the other, without end."""
    pool = competing_services(service, counters)
    pool_counters = [counter for counter in counters if counter.services & pool]
    jobs = [job for job in line if job.service in pool]
    if free is None:
        free = _free_after(jobs, pool_counters, now_ms, rules)
    visits = _alike([counter for counter in pool_counters if service in counter.services], free, expected_ms)
    for ahead, (at, _counter) in enumerate(visits, len(jobs)):
        yield at + expected_ms + caution * deviation(at - now_ms, ahead)


def _free_after(
    jobs: Collection[Job], counters: Sequence[OpenCounter], now_ms: float, rules: Rule | Rules
) -> Mapping[int, float]:
    """Return when each counter of a pool has served all who wait, as `forecast` has it."""
    kinds = {(job.service, job.expected_ms, job.ticket.counter_id, job.ticket.staff_id) for job in jobs}
    if len(kinds) > 1 or any(kind[2:] != (None, None) for kind in kinds):
        return forecast(jobs, counters, now_ms, rules).free_after
    # All waiting tickets are the same work for the same counters: their order changes nothing and is not simulated.
    free = {counter.id: max(now_ms, counter.free_at) for counter in counters}
    for service, expected_ms, *_ in kinds:
        serving = [counter for counter in counters if counter.tier_of(service) is not None]
        for at, counter_id in islice(_alike(serving, dict(free), expected_ms), len(jobs)):
            free[counter_id] = at + expected_ms
    return free


def _alike(counters: Sequence[OpenCounter], free: Mapping[int, float], takes_ms: float) -> Iterator[tuple[float, int]]:
    """Yield when visits that take equally long would begin, and at which counter, one after the other without end."""
    by_id = {counter.id: counter for counter in counters}
    heap = available_counters(counters, free)
    while heap:
        at, counter_id = heapq.heappop(heap)
        yield at, counter_id
        back_at = available_at(by_id[counter_id], at + takes_ms)
        if back_at is not None:
            heapq.heappush(heap, (back_at, counter_id))


# --- estimators of other systems, for comparison


def head_of_line(line: Iterable[WaitingTicket], now_ms: float) -> float:
    """Return the wait so far of the ticket that waits longest (head-of-line delay)."""
    return max((now_ms - ticket.start_at for ticket in line), default=0.0)


def last_to_enter(waits: Sequence[float]) -> float:
    """Return the wait of the ticket called last (last-to-enter-service delay); `waits` of today in order of calls."""
    return waits[-1] if waits else 0.0


def average_today(waits: Sequence[float]) -> float:
    """Return the average wait of the tickets called today."""
    return sum(waits) / len(waits) if waits else 0.0


def queue_times_mean(waiting: int, mean: float, counters: int) -> float | None:
    """Return people waiting × mean ÷ open counters; None if no counter is open."""
    return waiting * mean / counters if counters else None
