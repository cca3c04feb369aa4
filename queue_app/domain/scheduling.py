"""List scheduling: the line walked over the open counters in the order in which they would call it.

Instants and durations are in milliseconds. What a desk may call is what `eligibility.candidates` says, whom it calls
what `discipline.pick_across` says; here both are kept up to date while time goes on, so that a long line is quick.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from queue_app.domain.discipline import KEYS, Discipline, Rule, Rules, Waiting, between, front, regulars_after
from queue_app.domain.eligibility import reserved_for, waits_too_long

DEFAULT_RULE = Rule()


@dataclass(frozen=True, slots=True)
class Desk:
    """An open counter: what it serves, when it is expected to be free, and when it takes nobody (lunch, closing).

    `away` is in order; an end of None means that it does not come back today. `staff_id` is who sits there; `tiers`
    and `help_after_minutes` are those of its `Counter`.
    """

    id: int
    services: frozenset[int]
    free_at: float
    away: tuple[tuple[float, float | None], ...] = ()
    staff_id: int | None = None
    tiers: tuple[frozenset[int], ...] = ()
    help_after_minutes: int | None = None

    def tier_of(self, service: int) -> int | None:
        """The tier in which it serves a service, 0 for a pool; None if it does not."""
        if service not in self.services:
            return None
        if len(self.tiers) < 2:
            return 0
        return next((number for number, tier in enumerate(self.tiers) if service in tier), None)


class Job(NamedTuple):
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


def pool_of(service: int, desks: Iterable[Desk]) -> frozenset[int]:
    """The services that compete with this one for a desk, directly or by way of others; itself included."""
    pool, left = {service}, [desk.services for desk in desks]
    while near := [services for services in left if services & pool]:
        left = [services for services in left if not services & pool]
        pool.update(*near)
    return frozenset(pool)


def pools_of(desks: Sequence[Desk]) -> list[frozenset[int]]:
    """All pools of some desks; services that no desk serves are in none."""
    pools: list[frozenset[int]] = []
    for desk in desks:
        if desk.services and not any(desk.services <= pool for pool in pools):
            pools.append(pool_of(next(iter(desk.services)), desks))
    return pools


class _Row:
    """Jobs that are alike to every desk and rule but for their time, latest first: only the last can be next."""

    __slots__ = ("front", "group", "jobs", "key", "rule", "scored", "weight")

    def __init__(self, group: int, rule: Rule, first: Waiting) -> None:
        self.group, self.rule = group, rule
        self.key = KEYS[rule.discipline]
        self.scored = rule.discipline is Discipline.ACCUMULATING
        self.weight = rule.weights[first.ticket_class]
        self.front = front(first)
        self.jobs: list[Job] = []

    def take(self, job: Job) -> None:
        """It is called."""
        if job is self.jobs[-1]:
            self.jobs.pop()
        else:
            self.jobs.remove(job)


_Next = tuple[Job, _Row]


class Walk:
    """The line and the desks while time goes on.

    Whichever desk is free first takes the ticket that the rules would choose at that moment among those it may call.
    Jobs that no desk will serve are left out. Neither order of input matters. `regulars` is the ratio's state of one
    `Rule`; `Rules` bring their own.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        desks: Iterable[Desk],
        now_ms: float,
        rules: Rule | Rules = DEFAULT_RULE,
        regulars: int = 0,
    ) -> None:
        line = list(jobs)
        if isinstance(rules, Rule):
            rules = Rules.single(rules, {job.service for job in line}, regulars)
        self.regulars = dict(rules.regulars)
        self.desks = {desk.id: desk for desk in desks}
        rows = _rows(line, self.desks.values(), rules)
        self.one_group = len({row.group for _, row in rows}) < 2
        self.tiers = _tiers(rows, self.desks)
        self.free = free_desks(self.desks.values(), {id: max(now_ms, desk.free_at) for id, desk in self.desks.items()})
        self.idle_from: dict[int, float] = {}  # when a desk has nobody left to call

    def next(self) -> Slot | None:
        """The next call; None when nobody is left whom a desk could serve."""
        while self.free:
            at, desk_id = heapq.heappop(self.free)
            desk = self.desks[desk_id]
            found = self._find(desk, int(at))
            if found is None:
                self.idle_from[desk_id] = at
                continue
            job, row = found
            row.take(job)
            if row.rule.discipline is Discipline.RATIO:  # nobody else reads it, and the walk is hot
                before = self.regulars.get(row.group, 0)
                self.regulars[row.group] = regulars_after(job.ticket, before, row.rule.weights)
            ends_at = at + job.expected_ms
            back_at = present(desk, ends_at)
            if back_at is not None:
                heapq.heappush(self.free, (back_at, desk_id))
            return Slot(job, desk_id, at, ends_at)
        return None

    def _find(self, desk: Desk, now_ms: int) -> _Next | None:
        """Whom a desk would call now."""
        tiers = self.tiers[desk.id]
        rows = tiers[0] if len(tiers) == 1 else _within_reach(tiers, desk.help_after_minutes, now_ms)
        if self.one_group:
            return self._first(rows, now_ms)
        groups: dict[int, list[_Row]] = {}
        for row in rows:
            groups.setdefault(row.group, []).append(row)
        firsts = [first for rows in groups.values() if (first := self._first(rows, now_ms)) is not None]
        return min(firsts, key=lambda one: between(one[0].ticket, one[1].rule, now_ms), default=None)

    def _first(self, rows: list[_Row], now_ms: int) -> _Next | None:
        """Who is next of some rows of one group."""
        best: Job | None = None
        best_row, best_key = None, None
        regulars = self.regulars.get(rows[0].group, 0) if rows else 0
        for row in rows:
            if not row.jobs:
                continue
            head = row.jobs[-1]
            if row.scored:  # as `discipline.accumulating` has it, but quicker: this is the innermost loop
                waited = now_ms - head.ticket.start_at
                if waited <= 0:  # nobody here has a score yet: the number decides
                    head = min(row.jobs, key=lambda job: job.ticket.id)
                key = (row.front, -row.weight * max(0, waited), head.ticket.id, 0)
            else:
                key = row.key(head.ticket, now_ms, row.rule, regulars)
            if best_key is None or key < best_key:
                best, best_row, best_key = head, row, key
        return None if best is None or best_row is None else (best, best_row)


def _within_reach(tiers: list[list[_Row]], help_after_minutes: int | None, now_ms: int) -> list[_Row]:
    """The rows from which a desk with an order of preference may call, as `eligibility.candidates` has it."""
    found: list[_Row] = []
    for tier in tiers:
        here = [row for row in tier if row.jobs]
        # The last of a row waits longest: if not even that one waits too long, nobody in the row does.
        found += [row for row in here if not found or waits_too_long(row.jobs[-1].ticket, help_after_minutes, now_ms)]
    return found


_Reach = frozenset[tuple[int, int]]  # desk and tier


def _rows(line: Iterable[Job], desks: Collection[Desk], rules: Rules) -> list[tuple[_Reach, _Row]]:
    """The line in rows, each with the desks that may call it and the tier in which they do."""
    reaches: dict[tuple[int, int | None, int | None], _Reach] = {}
    rows: dict[tuple[_Reach, int, object, int | None], _Row] = {}
    for job in line:
        ticket = job.ticket
        who = (job.service, ticket.counter_id, ticket.staff_id)
        reach = reaches.get(who)
        if reach is None:
            reach = reaches[who] = frozenset(
                (desk.id, tier)
                for desk in desks
                if (tier := desk.tier_of(job.service)) is not None and reserved_for(ticket, desk.id, desk.staff_id)
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


def _tiers(rows: Iterable[tuple[_Reach, _Row]], desks: Iterable[int]) -> dict[int, list[list[_Row]]]:
    """The rows that each desk may call, tier by tier; tiers in which nobody waits are left out."""
    found: dict[int, dict[int, list[_Row]]] = {desk: {} for desk in desks}
    for reach, row in rows:
        for desk, tier in reach:
            found[desk].setdefault(tier, []).append(row)
    return {desk: [rows for _, rows in sorted(tiers.items(), key=lambda one: one[0])] for desk, tiers in found.items()}


def free_desks(desks: Iterable[Desk], at: Mapping[int, float]) -> list[tuple[float, int]]:
    """The desks that still take somebody today with the time they do so, as a heap; `at` is when each is done."""
    heap = [(back_at, desk.id) for desk in desks if (back_at := present(desk, at[desk.id])) is not None]
    heapq.heapify(heap)
    return heap


def present(desk: Desk, at: float) -> float | None:
    """When the desk takes the next one, if it is free at `at`; None if not today."""
    for start, end in desk.away:
        if start <= at and (end is None or at < end):
            if end is None:
                return None
            at = end
    return at
