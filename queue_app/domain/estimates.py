"""How long will it take, and the honest stop (field guide §6 and §7); the line is walked by `scheduling`.

Instants and durations are in milliseconds, ranges in minutes. The mean of a service is what one of its tickets takes of
a counter's time, from the call until the counter is free; so a no-show counts with the little time it takes.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import NamedTuple

from queue_app.domain.discipline import Discipline, Rule, Rules, Waiting
from queue_app.domain.scheduling import (
    DEFAULT_RULE,
    Desk,
    Job,
    Walk,
    free_desks,
    pool_of,
    pools_of,
    present,
)
from queue_app.domain.ticket import TicketClass

MINUTE_MS = 60_000
MEMORY = 0.06  # how much the last service weighs in the rolling mean
Z_80 = 1.28  # 80 % of a normal distribution lies within this many deviations
MEAN_DOUBT = 0.18  # relative deviation of the rolling mean itself
STOP_CAUTION = Z_80  # issuing stops when the late end of the range, not its middle, passes closing time
STEP_MINUTES = 5
NEWCOMER = 2**62  # the id of a ticket that does not exist yet: behind all others


@dataclass(frozen=True, slots=True)
class Estimate:
    """What may be promised: people ahead, expected wait, end of the visit, and the range to show in minutes."""

    ahead: int
    wait_ms: float
    ends_at: float
    low: int
    high: int

    def kept(self, waited_ms: float) -> bool:
        """Was the promise kept by a ticket that waited so long?"""
        return self.low * MINUTE_MS <= waited_ms <= self.high * MINUTE_MS


class Place(NamedTuple):
    """Where one who waits stands in the walk of its pool: people ahead, expected beginning and end of the visit."""

    ahead: int
    starts_at: float
    ends_at: float


def rolling_mean(old: float, last: float) -> float:
    """The mean of a service after one more of its tickets."""
    return old + MEMORY * (last - old)


def residual(mean: float, elapsed: float) -> float:
    """How much longer a running service is expected to take: the longer it runs, the less is known."""
    return max(mean - elapsed, mean / 2)


def deviation(wait_ms: float, ahead: int) -> float:
    """One standard deviation of an expected wait behind so many tickets."""
    return wait_ms * math.sqrt(1 / (ahead + 1) + MEAN_DOUBT**2)


def spread(wait_ms: float, ahead: int) -> tuple[float, float]:
    """The 80 % range around an expected wait, in minutes, not rounded."""
    minutes, doubt = wait_ms / MINUTE_MS, Z_80 * deviation(wait_ms, ahead) / MINUTE_MS
    return max(0.0, minutes - doubt), minutes + doubt


def outward(low: float, high: float) -> tuple[int, int]:
    """A range of minutes rounded outward to full steps, never empty."""
    first = math.floor(low / STEP_MINUTES)
    last = max(first + 1, math.ceil(high / STEP_MINUTES))
    return first * STEP_MINUTES, last * STEP_MINUTES


# --- what may be promised


def estimate(
    job: Job,
    line: Iterable[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rules: Rule | Rules = DEFAULT_RULE,
    regulars: int = 0,
) -> Estimate | None:
    """What may be promised to `job`, whether it stands in `line` already or not; None if no open counter serves it."""
    pool = pool_of(job.service, desks)
    jobs = [other for other in line if other.service in pool and other.ticket.id != job.ticket.id]
    walk = Walk([*jobs, job], desks, now_ms, rules, regulars)
    ahead = 0
    while slot := walk.next():
        if slot.job is job:
            return promised(Place(ahead, slot.starts_at, slot.ends_at), now_ms)
        ahead += 1
    return None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One walk of the whole line: the place of each who waits, by ticket id (whom nobody serves is left out).

    By desk: when it is through with all who wait, from when it has nobody left to call, and the beginnings of all
    visits of its pool, in order, with their desks.
    """

    places: dict[int, Place]
    free_after: dict[int, float]
    idle_from: dict[int, float]
    begun: dict[int, list[tuple[float, int]]]


def forecast(
    line: Collection[Job], desks: Sequence[Desk], now_ms: float, rules: Rule | Rules = DEFAULT_RULE, regulars: int = 0
) -> Forecast:
    """Walk every pool of the line."""
    found = Forecast({}, {desk.id: max(now_ms, desk.free_at) for desk in desks}, {}, {})
    for pool in pools_of(desks):
        near = [desk for desk in desks if desk.services & pool]
        walk = Walk((job for job in line if job.service in pool), near, now_ms, rules, regulars)
        begun: list[tuple[float, int]] = []
        while slot := walk.next():
            found.places[slot.job.ticket.id] = Place(len(begun), slot.starts_at, slot.ends_at)
            found.free_after[slot.desk] = slot.ends_at
            begun.append((slot.starts_at, slot.desk))
        found.idle_from.update(walk.idle_from)
        found.begun.update(dict.fromkeys((desk.id for desk in near), begun))
    return found


def newcomers(
    expected: Mapping[int, float],
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: int,
    rules: Rule | Rules = DEFAULT_RULE,
    regulars: int = 0,
    walked: Forecast | None = None,
) -> dict[int, Estimate]:
    """What may be promised to a regular visitor who takes a number now, by service; each takes `expected` ms.

    Services that no open counter serves are left out. As a rule the newcomer is the last of the pool, so one walk of
    the line (`walked`, if there is one already) serves all its services; where newcomers overtake somebody, each
    service has a walk of its own.
    """
    found: dict[int, Estimate] = {}
    for pool in pools_of(desks):
        wanted = {service: ms for service, ms in expected.items() if service in pool}
        if not wanted:
            continue
        jobs = [job for job in line if job.service in pool]
        near = [desk for desk in desks if desk.services & pool]
        if _comes_last(jobs, near, now_ms, rules):
            found |= _behind_all(wanted, walked or forecast(jobs, near, now_ms, rules, regulars), near, now_ms)
            continue
        for service, ms in wanted.items():
            job = Job(Waiting(NEWCOMER, TicketClass.REGULAR, now_ms, service), service, ms)
            mine = estimate(job, jobs, near, now_ms, rules, regulars)
            if mine is not None:
                found[service] = mine
    return found


def _comes_last(line: Collection[Job], desks: Collection[Desk], now_ms: int, rules: Rule | Rules) -> bool:
    """Whether a regular newcomer is called by a desk only when nobody else is left for it."""
    every = [rules] if isinstance(rules, Rule) else list(rules.rules.values())
    weights = [rule.weights[TicketClass.REGULAR] for rule in every]
    return (
        all(len(desk.tiers) < 2 for desk in desks)
        and all(rule.discipline is not Discipline.RATIO for rule in every)
        and max(weights) <= min(weight for rule in every for weight in rule.weights.values())
        and all(job.ticket.start_at <= now_ms for job in line)
    )


def _behind_all(
    expected: Mapping[int, float], walked: Forecast, desks: Sequence[Desk], now_ms: float
) -> dict[int, Estimate]:
    found = {}
    for service, ms in expected.items():
        serving = [desk.id for desk in desks if service in desk.services and desk.id in walked.idle_from]
        if serving:
            at, desk_id = min((walked.idle_from[desk_id], desk_id) for desk_id in serving)
            ahead = bisect_left(walked.begun[desk_id], (at, desk_id))
            found[service] = promised(Place(ahead, at, at + ms), now_ms)
    return found


def promised(place: Place, now_ms: float) -> Estimate:
    """What may be promised to one who stands there."""
    wait_ms = place.starts_at - now_ms
    return Estimate(place.ahead, wait_ms, place.ends_at, *outward(*spread(wait_ms, place.ahead)))


# --- the honest stop


def last_finish(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rules: Rule | Rules = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
) -> float | None:
    """When one more ticket of this service would be finished, all who wait now going before it; None if never.

    `caution` is in deviations: 0 is the expected end, 1.28 the end if its wait reached the upper end of its range.
    """
    return next(_further(service, expected_ms, line, desks, now_ms, rules, caution), None)


def numbers_left(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    closes_at: float,
    rules: Rule | Rules = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
    free: Mapping[int, float] | None = None,
) -> int:
    """About how many more tickets of this service would be finished by closing time, if all came now.

    Who asks for many services of one line has walked it before: `free` is then the forecast's `free_after`.
    """
    ends = _further(service, expected_ms, line, desks, now_ms, rules, caution, free)
    return sum(1 for _ in takewhile(lambda end: end <= closes_at, ends))


def _further(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rules: Rule | Rules,
    caution: float,
    free: Mapping[int, float] | None = None,
) -> Iterator[float]:
    """When further tickets behind the line would be finished, one after the other, without end."""
    pool = pool_of(service, desks)
    mine = [desk for desk in desks if desk.services & pool]
    jobs = [job for job in line if job.service in pool]
    if free is None:
        free = _free_after(jobs, mine, now_ms, rules)
    visits = _alike([desk for desk in mine if service in desk.services], free, expected_ms)
    for ahead, (at, _desk) in enumerate(visits, len(jobs)):
        yield at + expected_ms + caution * deviation(at - now_ms, ahead)


def _free_after(
    jobs: Collection[Job], desks: Sequence[Desk], now_ms: float, rules: Rule | Rules
) -> Mapping[int, float]:
    """When each desk of a pool is through with all who wait, as `forecast` has it."""
    kinds = {(job.service, job.expected_ms, job.ticket.counter_id, job.ticket.staff_id) for job in jobs}
    if len(kinds) > 1 or any(kind[2:] != (None, None) for kind in kinds):
        return forecast(jobs, desks, now_ms, rules).free_after
    # All who wait are the same work for the same desks: who is called first changes nothing, so nobody is looked for.
    free = {desk.id: max(now_ms, desk.free_at) for desk in desks}
    for service, expected_ms, *_ in kinds:
        serving = [desk for desk in desks if desk.tier_of(service) is not None]
        for at, desk_id in islice(_alike(serving, dict(free), expected_ms), len(jobs)):
            free[desk_id] = at + expected_ms
    return free


def _alike(desks: Sequence[Desk], free: Mapping[int, float], takes_ms: float) -> Iterator[tuple[float, int]]:
    """When visits that take equally long would begin, and at which desk, one after the other without end."""
    by_id = {desk.id: desk for desk in desks}
    heap = free_desks(desks, free)
    while heap:
        at, desk_id = heapq.heappop(heap)
        yield at, desk_id
        back_at = present(by_id[desk_id], at + takes_ms)
        if back_at is not None:
            heapq.heappush(heap, (back_at, desk_id))


# --- what others promise, for comparison


def head_of_line(line: Iterable[Waiting], now_ms: float) -> float:
    """The wait so far of the one who waits longest."""
    return max((now_ms - ticket.start_at for ticket in line), default=0.0)


def last_to_enter(waits: Sequence[float]) -> float:
    """The wait of the one called last; `waits` of today in the order of calls."""
    return waits[-1] if waits else 0.0


def average_today(waits: Sequence[float]) -> float:
    """The average wait of those called today."""
    return sum(waits) / len(waits) if waits else 0.0


def queue_times_mean(waiting: int, mean: float, counters: int) -> float | None:
    """People waiting × mean ÷ open counters; None if none is open."""
    return waiting * mean / counters if counters else None
