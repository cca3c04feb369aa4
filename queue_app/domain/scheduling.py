"""List scheduling: simulates the open counters calling the line, in the order in which they would call it.

Instants and durations are in milliseconds. `eligibility.candidates` defines which tickets a counter may call, and
`discipline.pick_across` which of them it calls; here both are updated step by step, so that a long line is quick.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from queue_app.domain.discipline import (
    KEYS,
    Discipline,
    Rule,
    Rules,
    WaitingTicket,
    front_key,
    group_key,
    regular_streak_after,
)
from queue_app.domain.eligibility import may_be_called_at, needs_help

DEFAULT_RULE = Rule()


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """An open counter: its services, when it is expected to be free, and its `unavailable` intervals (lunch, closing).

    `unavailable` is in order; an end of None means that the counter does not come back today. `staff_id` is its
    officer; `tiers` and `help_after_minutes` are those of its `Counter`.
    """

    id: int
    services: frozenset[int]
    free_at: float
    unavailable: tuple[tuple[float, float | None], ...] = ()
    staff_id: int | None = None
    tiers: tuple[frozenset[int], ...] = ()
    help_after_minutes: int | None = None

    def tier_of(self, service: int) -> int | None:
        """Return the tier in which the counter serves a service, 0 for a pool; None if it does not serve it."""
        if service not in self.services:
            return None
        if len(self.tiers) < 2:
            return 0
        return next((number for number, tier in enumerate(self.tiers) if service in tier), None)


class Job(NamedTuple):
    """A waiting ticket with its service and the time it is expected to take (mean × companion files)."""

    ticket: WaitingTicket
    service: int
    expected_ms: float


class Slot(NamedTuple):
    """The counter at which a job is expected to be served, and when."""

    job: Job
    counter_id: int
    starts_at: float
    ends_at: float


def competing_services(service: int, counters: Iterable[OpenCounter]) -> frozenset[int]:
    """Return the services that compete with this one for a counter, directly or through others; itself included."""
    pool, remaining = {service}, [counter.services for counter in counters]
    while overlapping := [services for services in remaining if services & pool]:
        remaining = [services for services in remaining if not services & pool]
        pool.update(*overlapping)
    return frozenset(pool)


def pools_of(counters: Sequence[OpenCounter]) -> list[frozenset[int]]:
    """Return all pools of some counters; services that no counter serves are in none."""
    pools: list[frozenset[int]] = []
    for counter in counters:
        if counter.services and not any(counter.services <= pool for pool in pools):
            pools.append(competing_services(next(iter(counter.services)), counters))
    return pools


class _Row:
    """Jobs that differ for every counter and rule only in their time, latest first: only the last can be next."""

    __slots__ = ("front", "group", "jobs", "key", "rule", "scored", "weight")

    def __init__(self, group: int, rule: Rule, first: WaitingTicket) -> None:
        self.group, self.rule = group, rule
        self.key = KEYS[rule.discipline]
        self.scored = rule.discipline is Discipline.ACCUMULATING
        self.weight = rule.weights[first.ticket_class]
        self.front = front_key(first)
        self.jobs: list[Job] = []

    def take(self, job: Job) -> None:
        """Remove the job that is called."""
        if job is self.jobs[-1]:
            self.jobs.pop()
        else:
            self.jobs.remove(job)


_Next = tuple[Job, _Row]


class LineSimulation:
    """The simulation of the line and the counters.

    Whichever counter is free first takes the ticket that the rules would choose at that moment among those it may
    call. Jobs that no counter will serve are left out. The order of jobs and counters does not matter.
    `regular_streak` is the ratio's state of one `Rule`; `Rules` bring their own.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        counters: Iterable[OpenCounter],
        now_ms: float,
        rules: Rule | Rules = DEFAULT_RULE,
        regular_streak: int = 0,
    ) -> None:
        line = list(jobs)
        if isinstance(rules, Rule):
            rules = Rules.single(rules, {job.service for job in line}, regular_streak)
        self.regular_streak = dict(rules.regular_streak)
        self.counters = {counter.id: counter for counter in counters}
        rows = _rows(line, self.counters.values(), rules)
        self.one_group = len({row.group for _, row in rows}) < 2
        self.tiers = _tiers(rows, self.counters)
        self.free = available_counters(
            self.counters.values(), {id: max(now_ms, counter.free_at) for id, counter in self.counters.items()}
        )
        self.idle_from: dict[int, float] = {}  # when a counter has nobody left to call

    def next(self) -> Slot | None:
        """Return the next call; None when no open counter can serve anyone waiting."""
        while self.free:
            at, counter_id = heapq.heappop(self.free)
            counter = self.counters[counter_id]
            choice = self._find(counter, int(at))
            if choice is None:
                self.idle_from[counter_id] = at
                continue
            job, row = choice
            row.take(job)
            if row.rule.discipline is Discipline.RATIO:  # no other discipline reads it, and this loop is hot
                before = self.regular_streak.get(row.group, 0)
                self.regular_streak[row.group] = regular_streak_after(job.ticket, before, row.rule.weights)
            ends_at = at + job.expected_ms
            back_at = available_at(counter, ends_at)
            if back_at is not None:
                heapq.heappush(self.free, (back_at, counter_id))
            return Slot(job, counter_id, at, ends_at)
        return None

    def _find(self, counter: OpenCounter, now_ms: int) -> _Next | None:
        """Return the job that a counter would call now."""
        tiers = self.tiers[counter.id]
        rows = tiers[0] if len(tiers) == 1 else _within_reach(tiers, counter.help_after_minutes, now_ms)
        if self.one_group:
            return self._first(rows, now_ms)
        groups: dict[int, list[_Row]] = {}
        for row in rows:
            groups.setdefault(row.group, []).append(row)
        firsts = [first for rows in groups.values() if (first := self._first(rows, now_ms)) is not None]
        return min(firsts, key=lambda choice: group_key(choice[0].ticket, choice[1].rule, now_ms), default=None)

    def _first(self, rows: list[_Row], now_ms: int) -> _Next | None:
        """Return the next job of some rows of one group."""
        best: Job | None = None
        best_row, best_key = None, None
        regular_streak = self.regular_streak.get(rows[0].group, 0) if rows else 0
        for row in rows:
            if not row.jobs:
                continue
            head = row.jobs[-1]
            if row.scored:  # as `discipline.accumulating` computes it, but quicker: this is the innermost loop
                waited = now_ms - head.ticket.start_at
                if waited <= 0:  # no job of this row has a score yet: the number decides
                    head = min(row.jobs, key=lambda job: job.ticket.id)
                key = (row.front, -row.weight * max(0, waited), head.ticket.id, 0)
            else:
                key = row.key(head.ticket, now_ms, row.rule, regular_streak)
            if best_key is None or key < best_key:
                best, best_row, best_key = head, row, key
        return None if best is None or best_row is None else (best, best_row)


def _within_reach(tiers: list[list[_Row]], help_after_minutes: int | None, now_ms: int) -> list[_Row]:
    """Return the rows from which a counter with an order of preference may call, as `eligibility.candidates` does."""
    reachable: list[_Row] = []
    for tier in tiers:
        waiting = [row for row in tier if row.jobs]
        # The last job of a row waits longest: if not even that one waits too long, none of the row does.
        reachable += [
            row for row in waiting if not reachable or needs_help(row.jobs[-1].ticket, help_after_minutes, now_ms)
        ]
    return reachable


_Reach = frozenset[tuple[int, int]]  # counter and tier


def _rows(line: Iterable[Job], counters: Collection[OpenCounter], rules: Rules) -> list[tuple[_Reach, _Row]]:
    """Group the line into rows, each with the counters that may call it and the tier in which they do."""
    reaches: dict[tuple[int, int | None, int | None], _Reach] = {}
    rows: dict[tuple[_Reach, int, object, int | None], _Row] = {}
    for job in line:
        ticket = job.ticket
        target = (job.service, ticket.counter_id, ticket.staff_id)
        reach = reaches.get(target)
        if reach is None:
            reach = reaches[target] = frozenset(
                (counter.id, tier)
                for counter in counters
                if (tier := counter.tier_of(job.service)) is not None
                and may_be_called_at(ticket, counter.id, counter.staff_id)
            )
        group = rules.group_of[job.service]
        key = (reach, group, ticket.ticket_class, ticket.front_at)
        row = rows.get(key)
        if row is None:
            row = rows[key] = _Row(group, rules.rules[group], ticket)
        row.jobs.append(job)
    for row in rows.values():
        row.jobs.sort(key=lambda job: (job.ticket.start_at, job.ticket.id), reverse=True)
    return [(key[0], row) for key, row in rows.items()]


def _tiers(rows: Iterable[tuple[_Reach, _Row]], counters: Iterable[int]) -> dict[int, list[list[_Row]]]:
    """Return the rows that each counter may call, tier by tier; tiers in which nobody waits are left out."""
    by_counter: dict[int, dict[int, list[_Row]]] = {counter: {} for counter in counters}
    for reach, row in rows:
        for counter, tier in reach:
            by_counter[counter].setdefault(tier, []).append(row)
    return {
        counter: [rows for _, rows in sorted(tiers.items(), key=lambda item: item[0])]
        for counter, tiers in by_counter.items()
    }


def available_counters(counters: Iterable[OpenCounter], at: Mapping[int, float]) -> list[tuple[float, int]]:
    """Return a heap of (when available, id) of the counters that come back today; `at` is when each is free."""
    heap = [
        (back_at, counter.id) for counter in counters if (back_at := available_at(counter, at[counter.id])) is not None
    ]
    heapq.heapify(heap)
    return heap


def available_at(counter: OpenCounter, at: float) -> float | None:
    """Return when a counter that is free at `at` is available for its next call; None if not today."""
    for start, end in counter.unavailable:
        if start <= at and (end is None or at < end):
            if end is None:
                return None
            at = end
    return at
