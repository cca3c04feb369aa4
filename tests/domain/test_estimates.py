"""Wait estimates: exact where they can be, and against a slow simulation of the line."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_app.domain import estimates
from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import (
    Discipline,
    Rule,
    Rules,
    WaitingTicket,
    choose_across_groups,
    regular_streak_after,
)
from queue_app.domain.eligibility import candidates
from queue_app.domain.estimates import MINUTE_MS, estimate, forecast, last_finish, newcomers, numbers_left, promised
from queue_app.domain.scheduling import Job, LineSimulation, OpenCounter, Slot
from queue_app.domain.ticket import TicketClass

NOW = 1_800_000_000_000
HOUR_MS = 60 * MINUTE_MS

SERVICES = range(1, 5)

rules = st.builds(
    Rule,
    discipline=st.sampled_from(Discipline),
    weights=st.fixed_dictionaries({kind: st.integers(1, 5) for kind in TicketClass}),
    ratio=st.integers(1, 5),
)
one_rule = st.builds(Rule, discipline=st.sampled_from(Discipline), ratio=st.integers(1, 5))
# Two service groups: even and odd services, or all in one.
several_rules = st.builds(
    lambda even, odd, split, counts: Rules(
        {s: s % split for s in SERVICES}, {0: even, 1: odd}, dict(enumerate(counts))
    ),
    rules,
    rules,
    st.integers(1, 2),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
minutes = st.integers(1, 30)


def lines(*, special: bool) -> st.SearchStrategy[list[Job]]:
    """Generate waiting tickets; `special` ones were put first, or are reserved for a counter or an officer."""
    rarely = st.sampled_from([None, None, None, 1, 2]) if special else st.none()
    return st.lists(
        st.builds(
            lambda id, kind, waited, service, takes, front, counter, staff: Job(
                WaitingTicket(
                    id,
                    kind,
                    NOW - waited * MINUTE_MS,
                    service,
                    None if front is None else NOW - front * MINUTE_MS,
                    counter,
                    None if staff is None else 100 + staff,
                ),
                service,
                takes * MINUTE_MS,
            ),
            st.integers(1, 999),
            st.sampled_from(TicketClass),
            st.integers(-20, 180),
            st.sampled_from(SERVICES),
            minutes,
            *[rarely] * 3,
        ),
        max_size=15,
        unique_by=lambda job: job.ticket.id,
    )


def offices(*, special: bool) -> st.SearchStrategy[list[OpenCounter]]:
    """Generate open counters, each unavailable for an hour; `special` ones may have an order of preference."""
    orders = st.lists(st.frozensets(st.sampled_from(SERVICES), min_size=1), min_size=1, max_size=3).map(disjoint)
    return st.lists(
        st.builds(
            lambda id, tiers, free, away, staff, helps: OpenCounter(
                id,
                frozenset().union(*tiers),
                NOW + free * MINUTE_MS,
                ((NOW + away * MINUTE_MS, NOW + HOUR_MS + away * MINUTE_MS),),
                staff,
                tiers if special and len(tiers) > 1 else (),
                helps,
            ),
            st.integers(1, 3) if special else st.integers(1, 99),
            orders,
            st.integers(-5, 40),
            st.integers(-90, 90),
            st.sampled_from([101, 102, 103]),
            st.none() | st.integers(0, 60),
        ),
        max_size=5,
        unique_by=lambda open_counter: open_counter.id,
    )


def disjoint(tiers: list[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Keep each service in its first tier only."""
    result: list[frozenset[int]] = []
    for tier in tiers:
        rest = tier.difference(*result)
        result += [rest] if rest else []
    return tuple(result)


jobs, some_counters = lines(special=False), offices(special=False)


def pooled(*free: int) -> list[OpenCounter]:
    """Build counters of service 1, each free after so many minutes."""
    return [OpenCounter(n, frozenset({1}), NOW + minutes * MINUTE_MS) for n, minutes in enumerate(free)]


def regulars(*takes: int) -> list[Job]:
    """Build a line of regular tickets of service 1, each taking so many minutes."""
    return [
        Job(WaitingTicket(n, TicketClass.REGULAR, NOW - 60 * MINUTE_MS + n), 1, took * MINUTE_MS)
        for n, took in enumerate(takes)
    ]


def newcomer(takes: int = 8, service: int = 1) -> Job:
    """Build the job of a ticket issued now."""
    return Job(WaitingTicket(1_000, TicketClass.REGULAR, NOW, service), service, takes * MINUTE_MS)


def schedule(line: list[Job], open_counters: list[OpenCounter], rules: Rule | Rules) -> list[Slot]:
    """The whole walk, in the order of calls."""
    walk = LineSimulation(line, open_counters, NOW, rules)
    return list(iter(walk.next, None))


def simulate_slowly(line: list[Job], open_counters: list[OpenCounter], rules: Rules) -> list[tuple[int, int, float]]:
    """Simulate minute by minute, over all counters and the line, by the domain's own rules (the oracle)."""
    left, slots, counts = list(line), [], dict(rules.regular_streak)
    free = {open_counter.id: max(NOW, open_counter.free_at) for open_counter in open_counters}
    for at in range(NOW, NOW + 40 * HOUR_MS, MINUTE_MS):
        for open_counter in sorted(open_counters, key=lambda open_counter: open_counter.id):
            if free[open_counter.id] > at or any(
                start <= at < (end or at + 1) for start, end in open_counter.unavailable
            ):
                continue
            counter = Counter(
                open_counter.id,
                "",
                "",
                0,
                None,
                tuple(open_counter.services),
                open_counter.tiers,
                open_counter.help_after_minutes,
            )
            eligible = candidates(counter, open_counter.staff_id, [job.ticket for job in left], at)
            if eligible:
                ticket = choose_across_groups(replace(rules, regular_streak=counts), eligible, at).chosen
                group = rules.group_of[ticket.service_id]
                counts[group] = regular_streak_after(ticket, counts.get(group, 0), rules.rules[group].weights)
                job = next(job for job in left if job.ticket == ticket)
                left.remove(job)
                slots.append((ticket.id, open_counter.id, float(at)))
                free[open_counter.id] = at + job.expected_ms
        if not left:
            break
    return slots


def as_oracle(slots: list[Slot]) -> list[tuple[int, int, float]]:
    """Return slots in the form of the oracle."""
    return [(slot.job.ticket.id, slot.counter_id, slot.starts_at) for slot in slots]


@settings(deadline=None)
@given(jobs, some_counters, one_rule)
def test_the_schedule_is_that_of_the_slow_simulation(
    line: list[Job], open_counters: list[OpenCounter], rule: Rule
) -> None:
    simulated = schedule(line, open_counters, rule)
    assert as_oracle(simulated) == simulate_slowly(line, open_counters, Rules.single(rule, SERVICES))
    assert all(slot.ends_at == slot.starts_at + slot.job.expected_ms for slot in simulated)


@settings(max_examples=300, deadline=None)  # the slow walk is slow, the more so on a busy machine
@given(lines(special=True), offices(special=True), several_rules)
def test_so_it_is_with_groups_preferences_and_reservations(
    line: list[Job], open_counters: list[OpenCounter], rules: Rules
) -> None:
    assert as_oracle(schedule(line, open_counters, rules)) == simulate_slowly(line, open_counters, rules)


@given(lines(special=True), offices(special=True), several_rules, st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    line: list[Job], open_counters: list[OpenCounter], rules: Rules, random: Random
) -> None:
    mixed = random.sample(line, len(line)), random.sample(open_counters, len(open_counters))
    assert schedule(*mixed, rules) == schedule(line, open_counters, rules)


@given(lines(special=True), offices(special=True), several_rules)
def test_an_estimate_is_the_position_in_the_schedule(
    line: list[Job], open_counters: list[OpenCounter], rules: Rules
) -> None:
    job = newcomer()
    result = estimate(job, line, open_counters, NOW, rules)
    slots = {slot.job.ticket.id: slot for slot in schedule([*line, job], open_counters, rules)}
    if not any(1 in open_counter.services for open_counter in open_counters):
        assert result is None
        return
    # The ratio's state is shared by all waiting tickets; only those that compete for the same counters count here.
    if result is not None and all(rule.discipline is not Discipline.RATIO for rule in rules.rules.values()):
        assert result.wait_ms == slots[1_000].starts_at - NOW
        assert result.ends_at == slots[1_000].ends_at
    if result is not None:
        assert result.low * MINUTE_MS <= result.wait_ms <= result.high * MINUTE_MS
        assert result.low % 5 == result.high % 5 == 0
        assert 0 <= result.low < result.high


@given(lines(special=True), offices(special=True), several_rules)
def test_a_forecast_is_everybodys_estimate(line: list[Job], open_counters: list[OpenCounter], rules: Rules) -> None:
    estimates = {id: promised(place, NOW) for id, place in forecast(line, open_counters, NOW, rules).turns.items()}
    alone = {job.ticket.id: estimate(job, line, open_counters, NOW, rules) for job in line}
    assert estimates == {id: own for id, own in alone.items() if own is not None}


@pytest.mark.parametrize("special", [False, True])
@given(data=st.data(), rules=several_rules)
def test_newcomers_are_promised_what_they_will_be_promised(data: st.DataObject, rules: Rules, special: bool) -> None:
    """One simulation for all services of a pool gives the same estimates as one for each service."""
    line, open_counters = data.draw(lines(special=special)), data.draw(offices(special=special))
    takes = {service: service * 5.0 * MINUTE_MS for service in SERVICES}
    each = {s: estimate(newcomer(service=s, takes=5 * s), line, open_counters, NOW, rules) for s in SERVICES}
    assert newcomers(takes, line, open_counters, NOW, rules) == {s: own for s, own in each.items() if own is not None}


@given(jobs, some_counters, rules)
def test_newcomers_under_one_rule(line: list[Job], open_counters: list[OpenCounter], rule: Rule) -> None:
    line = [job for job in line if job.ticket.start_at <= NOW]
    takes = dict.fromkeys(SERVICES, 5.0 * MINUTE_MS)
    each = {s: estimate(newcomer(service=s, takes=5), line, open_counters, NOW, rule) for s in SERVICES}
    assert newcomers(takes, line, open_counters, NOW, rule) == {s: own for s, own in each.items() if own is not None}


@given(st.lists(minutes, max_size=20), st.integers(0, 30))
def test_one_counter_is_exact(takes: list[int], busy: int) -> None:
    result = estimate(newcomer(), regulars(*takes), pooled(busy), NOW)
    assert result is not None
    assert result.wait_ms == (busy + sum(takes)) * MINUTE_MS
    assert result.ahead == len(takes)


@given(st.lists(minutes, max_size=20), st.lists(st.integers(0, 30), min_size=1, max_size=6), minutes)
def test_one_more_ahead_never_shortens_it(takes: list[int], busy: list[int], more: int) -> None:
    before = estimate(newcomer(), regulars(*takes), pooled(*busy), NOW)
    after = estimate(newcomer(), regulars(*takes, more), pooled(*busy), NOW)
    assert before is not None
    assert after is not None
    assert after.wait_ms >= before.wait_ms
    assert after.ahead == before.ahead + 1


@given(st.lists(minutes, max_size=20), st.lists(st.integers(0, 30), min_size=1, max_size=6), st.integers(0, 30))
def test_one_more_counter_never_lengthens_it(takes: list[int], busy: list[int], more: int) -> None:
    """In one pool and one class; with several, list scheduling has exceptions."""
    before = estimate(newcomer(), regulars(*takes), pooled(*busy), NOW)
    after = estimate(newcomer(), regulars(*takes), pooled(*busy, more), NOW)
    assert before is not None
    assert after is not None
    assert after.wait_ms <= before.wait_ms


def test_priority_overtakes_while_the_line_is_served() -> None:
    """After 20 minutes a new ticket of weight 4 has overtaken those that waited 60 minutes: 4 × 20 = 60 + 20."""
    visitor = newcomer()._replace(ticket=WaitingTicket(1_000, TicketClass.PRIORITY, NOW))
    result = estimate(visitor, regulars(*[10] * 20), pooled(0), NOW)
    assert result is not None
    assert result.ahead == 2


def test_no_open_counter_no_estimate() -> None:
    assert estimate(newcomer(), [], [], NOW) is None
    assert estimate(newcomer(), [], [OpenCounter(1, frozenset({2}), NOW)], NOW) is None
    assert estimate(newcomer(), [], [OpenCounter(1, frozenset({1}), NOW, ((NOW, None),))], NOW) is None


def test_lunch_is_waited_for() -> None:
    lunch = ((NOW + 5 * MINUTE_MS, NOW + 65 * MINUTE_MS),)
    open_counter = OpenCounter(1, frozenset({1}), NOW, lunch)
    result = estimate(newcomer(), regulars(8), [open_counter], NOW)
    assert result is not None
    assert result.wait_ms == 65 * MINUTE_MS


def test_other_pools_are_not_ahead() -> None:
    other = [job._replace(service=2) for job in regulars(5, 5, 5)]
    result = estimate(newcomer(), other, [*pooled(0), OpenCounter(9, frozenset({2}), NOW)], NOW)
    assert result is not None
    assert (result.ahead, result.wait_ms, result.low, result.high) == (0, 0, 0, 5)


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(21, 33, (20, 35)), (0, 0, (0, 5)), (20, 20, (20, 25)), (4.9, 5.1, (0, 10))]
)
def test_ranges_are_rounded_outward(low: float, high: float, shown: tuple[int, int]) -> None:
    assert estimates.outward(low, high) == shown


def test_the_range_is_the_guide_s() -> None:
    low, high = estimates.spread(30 * MINUTE_MS, 5)
    assert (round(low, 2), round(high, 2)) == (12.87, 47.13)


@given(st.floats(0, 1e8), st.integers(0, 500))
def test_a_range_contains_its_estimate(wait_ms: float, ahead: int) -> None:
    low, high = estimates.spread(wait_ms, ahead)
    assert 0 <= low <= wait_ms / MINUTE_MS <= high
    first, last = estimates.outward(low, high)
    assert first <= low
    assert last >= high


def test_rolling_mean_and_residual() -> None:
    assert estimates.rolling_mean(10, 20) == pytest.approx(10.6)
    assert estimates.residual(8, 1) == 7
    assert estimates.residual(8, 7) == 4
    assert estimates.residual(8, 100) == 4


# --- the predicted cut-off


@given(
    st.lists(minutes, max_size=20),
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.integers(0, 240),
    st.sampled_from([0.0, 1.28]),
)
def test_numbers_left_are_those_that_still_finish(
    takes: list[int], busy: list[int], closes_in: int, caution: float
) -> None:
    line, closes_at = regulars(*takes), NOW + closes_in * MINUTE_MS
    left = numbers_left(1, 8 * MINUTE_MS, line, pooled(*busy), NOW, closes_at, caution=caution)
    coming = 0
    while True:
        finish = last_finish(1, 8 * MINUTE_MS, line, pooled(*busy), NOW, caution=caution)
        assert finish is not None
        if finish > closes_at:
            break
        coming += 1
        line.append(Job(WaitingTicket(1_000 + coming, TicketClass.REGULAR, NOW + coming), 1, 8 * MINUTE_MS))
    assert left == coming


def test_the_cutoff_uses_the_late_end() -> None:
    """30 minutes of waiting behind 6 tickets and 8 of service, plus the deviation of the range."""
    line, open_counter = regulars(5, 5, 5, 5, 5, 5), pooled(0)
    expected = last_finish(1, 8 * MINUTE_MS, line, open_counter, NOW, caution=0)
    late = last_finish(1, 8 * MINUTE_MS, line, open_counter, NOW)
    assert expected == NOW + 38 * MINUTE_MS
    _, high = estimates.spread(30 * MINUTE_MS, 6)
    assert late == pytest.approx(NOW + (high + 8) * MINUTE_MS)


@given(lines(special=False), offices(special=True), st.sampled_from(SERVICES), minutes, st.one_of(one_rule, rules))
def test_identical_jobs_need_no_simulation(
    line: list[Job], open_counters: list[OpenCounter], service: int, takes: int, rule: Rule
) -> None:
    """Whatever the order of calls, the counters are free at the same times as in the simulation."""
    alike = [job._replace(service=service, expected_ms=takes * MINUTE_MS) for job in line]
    quick = estimates._free_after(alike, open_counters, NOW, rule)
    assert quick == forecast(alike, open_counters, NOW, rule).free_after


def test_nothing_is_left_where_nobody_serves() -> None:
    assert last_finish(1, MINUTE_MS, [], [], NOW) is None
    assert numbers_left(1, MINUTE_MS, [], [], NOW, NOW + HOUR_MS) == 0


# --- estimators of other systems


def test_the_alternatives() -> None:
    line = [job.ticket for job in regulars(1, 1)]
    assert estimates.head_of_line(line, NOW) == 60 * MINUTE_MS
    assert estimates.head_of_line([], NOW) == 0
    assert estimates.last_to_enter([3, 5]) == 5
    assert estimates.last_to_enter([]) == 0
    assert estimates.average_today([3, 5]) == 4
    assert estimates.average_today([]) == 0
    assert estimates.queue_times_mean(6, 8, 3) == 16
    assert estimates.queue_times_mean(6, 8, 0) is None


def test_five_hundred_waiting_at_eight_counters_are_quick() -> None:
    """The goal is 5 ms; the best of several tries counts, so that a busy machine does not decide."""
    random = Random(1)
    line = [
        Job(WaitingTicket(n, random.choice(list(TicketClass)), NOW - n * 9_000), random.randint(1, 6), 8.0 * MINUTE_MS)
        for n in range(500)
    ]
    open_counters = [OpenCounter(n, frozenset({1 + n % 6, 1 + (n + 1) % 6}), NOW + n * MINUTE_MS) for n in range(8)]
    best = 1.0
    for _ in range(20):
        begun = time.perf_counter()
        estimate(newcomer(), line, open_counters, NOW)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.005
