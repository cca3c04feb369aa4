"""How long will it take: list scheduling over the open counters, and the honest stop (field guide §6 and §7).

Instants and durations are in milliseconds, ranges in minutes. The mean of a service is what one of its tickets takes of
a counter's time, from the call until the counter is free; so a no-show counts with the little time it takes.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from queue_app.domain.discipline import KEYS, Discipline, Rule, Waiting, regulars_after
from queue_app.domain.ticket import TicketClass

MINUTE_MS = 60_000
MEMORY = 0.06  # how much the last service weighs in the rolling mean
Z_80 = 1.28  # 80 % of a normal distribution lies within this many deviations
MEAN_DOUBT = 0.18  # relative deviation of the rolling mean itself
STOP_CAUTION = Z_80  # issuing stops when the late end of the range, not its middle, passes closing time
STEP_MINUTES = 5
DEFAULT_RULE = Rule()


@dataclass(frozen=True, slots=True)
class Desk:
    """An open counter: what it serves, when it is expected to be free, and when it takes nobody (lunch, closing).

    `away` is in order; an end of None means that it does not come back today.
    """

    id: int
    services: frozenset[int]
    free_at: float
    away: tuple[tuple[float, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A waiting ticket with its service and the time it is expected to take (mean × companion files)."""

    ticket: Waiting
    service: int
    expected_ms: float


class Slot(NamedTuple):
    """Where a job is expected to be served, and when."""

    job: Job
    desk: int
    starts_at: float
    ends_at: float


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


# --- list scheduling


def schedule(
    jobs: Iterable[Job], desks: Iterable[Desk], now_ms: float, rule: Rule = DEFAULT_RULE, regulars: int = 0
) -> list[Slot]:
    """Every job at the desk and time it is expected to get, in the order of calls.

    Whichever desk is free first takes the ticket that `rule` would choose at that moment among the desk's services.
    Jobs that no desk will serve are left out. Neither order of input matters.
    """
    walk = _Walk(jobs, desks, now_ms, rule, regulars)
    slots = []
    while slot := walk.next():
        slots.append(slot)
    return slots


class _Walk:
    """The line and the desks while time is walked forward."""

    def __init__(self, jobs: Iterable[Job], desks: Iterable[Desk], now_ms: float, rule: Rule, regulars: int) -> None:
        self.rule, self.regulars = rule, regulars
        self.key = KEYS[rule.discipline]
        self.scored = rule.discipline is Discipline.ACCUMULATING
        self.desks = {desk.id: desk for desk in desks}
        groups = _grouped(jobs, self.desks.values())
        self.groups = {
            desk.id: [group for servers, group in groups if desk.id in servers] for desk in self.desks.values()
        }
        self.free = _free(self.desks.values(), {desk.id: max(now_ms, desk.free_at) for desk in self.desks.values()})

    def next(self) -> Slot | None:
        """The next call; None when nobody is left whom a desk could serve."""
        while self.free:
            at, desk_id = heapq.heappop(self.free)
            job = self._take(self.groups[desk_id], int(at))
            if job is None:
                continue  # nobody comes any more whom this desk serves
            if self.rule.discipline is Discipline.RATIO:  # nobody else reads it, and the walk is hot
                self.regulars = regulars_after(job.ticket, self.regulars, self.rule.weights)
            ends_at = at + job.expected_ms
            back_at = _present(self.desks[desk_id], ends_at)
            if back_at is not None:
                heapq.heappush(self.free, (back_at, desk_id))
            return Slot(job, desk_id, at, ends_at)
        return None

    def _take(self, groups: list[list[Job]], now_ms: int) -> Job | None:
        best, best_group, best_key = None, None, None
        for group in groups:
            if not group:
                continue
            head = group[-1]
            if self.scored and now_ms <= head.ticket.start_at:  # nobody here has a score yet: the number decides
                head = min(group, key=lambda job: job.ticket.id)
            key = self.key(head.ticket, now_ms, self.rule, self.regulars)
            if best_key is None or key < best_key:
                best, best_group, best_key = head, group, key
        if best is not None and best_group is not None:
            if best is best_group[-1]:
                best_group.pop()
            else:
                best_group.remove(best)
        return best


def _grouped(jobs: Iterable[Job], desks: Collection[Desk]) -> list[tuple[frozenset[int], list[Job]]]:
    """Jobs of one class that the same desks serve, latest first: of each such group only the last can be next."""
    servers: dict[int, frozenset[int]] = {}
    groups: dict[tuple[frozenset[int], TicketClass], list[Job]] = defaultdict(list)
    for job in jobs:
        if job.service not in servers:
            servers[job.service] = frozenset(desk.id for desk in desks if job.service in desk.services)
        groups[servers[job.service], job.ticket.ticket_class].append(job)
    for group in groups.values():
        group.sort(key=lambda job: (job.ticket.start_at, job.ticket.id), reverse=True)
    return [(key[0], group) for key, group in groups.items()]


def _free(desks: Iterable[Desk], at: Mapping[int, float]) -> list[tuple[float, int]]:
    """The desks that still take somebody today with the time they do so, as a heap."""
    heap = [(back_at, desk.id) for desk in desks if (back_at := _present(desk, at[desk.id])) is not None]
    heapq.heapify(heap)
    return heap


def _present(desk: Desk, at: float) -> float | None:
    """When the desk takes the next one, if it is free at `at`; None if not today."""
    for start, end in desk.away:
        if start <= at and (end is None or at < end):
            if end is None:
                return None
            at = end
    return at


def pool_of(service: int, desks: Iterable[Desk]) -> frozenset[int]:
    """The services that compete with this one for a desk, directly or by way of others; itself included."""
    pool, left = {service}, [desk.services for desk in desks]
    while near := [services for services in left if services & pool]:
        left = [services for services in left if not services & pool]
        pool.update(*near)
    return frozenset(pool)


def estimate(
    job: Job,
    line: Iterable[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rule: Rule = DEFAULT_RULE,
    regulars: int = 0,
) -> Estimate | None:
    """What may be promised to `job`, whether it stands in `line` already or not; None if no open counter serves it."""
    pool = pool_of(job.service, desks)
    jobs = [other for other in line if other.service in pool and other.ticket.id != job.ticket.id]
    walk = _Walk([*jobs, job], desks, now_ms, rule, regulars)
    ahead = 0
    while slot := walk.next():
        if slot.job is job:
            wait_ms = slot.starts_at - now_ms
            return Estimate(ahead, wait_ms, slot.ends_at, *outward(*spread(wait_ms, ahead)))
        ahead += 1
    return None


# --- the honest stop


def last_finish(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rule: Rule = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
) -> float | None:
    """When one more ticket of this service would be finished, all who wait now going before it; None if never.

    `caution` is in deviations: 0 is the expected end, 1.28 the end if its wait reached the upper end of its range.
    """
    return next(_further(service, expected_ms, line, desks, now_ms, rule, caution), None)


def numbers_left(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    closes_at: float,
    rule: Rule = DEFAULT_RULE,
    caution: float = STOP_CAUTION,
) -> int:
    """About how many more tickets of this service would be finished by closing time, if all came now."""
    ends = _further(service, expected_ms, line, desks, now_ms, rule, caution)
    return sum(1 for _ in takewhile(lambda end: end <= closes_at, ends))


def _further(
    service: int,
    expected_ms: float,
    line: Collection[Job],
    desks: Sequence[Desk],
    now_ms: float,
    rule: Rule,
    caution: float,
) -> Iterator[float]:
    """When further tickets behind the line would be finished, one after the other, without end."""
    pool = pool_of(service, desks)
    ahead = sum(job.service in pool for job in line)
    by_id = {desk.id: desk for desk in desks}
    free = {desk.id: max(now_ms, desk.free_at) for desk in desks}
    for slot in schedule(line, desks, now_ms, rule):
        free[slot.desk] = slot.ends_at
    heap = _free((desk for desk in desks if service in desk.services), free)
    while heap:
        at, desk_id = heapq.heappop(heap)
        yield at + expected_ms + caution * deviation(at - now_ms, ahead)
        ahead += 1
        back_at = _present(by_id[desk_id], at + expected_ms)
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
