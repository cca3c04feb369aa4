"""Queue disciplines against a slow and obvious oracle."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.discipline import (
    DEFAULT_WEIGHTS,
    Discipline,
    Rule,
    WaitingTicket,
    choose_by_rule,
    is_preferred,
    order_by_rule,
    ratio_inverts,
    regular_streak_after,
    score,
)
from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import TicketClass

NOW = 1_800_000_000_000
MINUTE = 60_000

lines = st.lists(
    st.builds(
        lambda id, ticket_class, start_at: WaitingTicket(id, ticket_class, start_at),  # the rest would be filled in
        id=st.integers(1, 10_000),
        ticket_class=st.sampled_from(TicketClass),
        start_at=st.integers(NOW - 8 * 60 * MINUTE, NOW + MINUTE),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda ticket: ticket.id,
)


def called_before(a: WaitingTicket, b: WaitingTicket) -> bool:
    """Whether accumulating priority calls `a` before `b`: the higher weight × waiting time, ties in issue order."""
    worth_a = DEFAULT_WEIGHTS[a.ticket_class] * max(NOW - a.start_at, 0)
    worth_b = DEFAULT_WEIGHTS[b.ticket_class] * max(NOW - b.start_at, 0)
    return worth_a > worth_b or (worth_a == worth_b and a.id < b.id)


@given(lines)
def test_the_chosen_one_beats_everybody(line: list[WaitingTicket]) -> None:
    chosen = choose_by_rule(Rule(), line, NOW).chosen
    assert all(called_before(chosen, other) for other in line if other != chosen)


@given(lines)
def test_the_order_is_the_order_of_repeated_choosing(line: list[WaitingTicket]) -> None:
    left, order = list(line), []
    while left:
        order.append(choose_by_rule(Rule(), left, NOW).chosen)
        left.remove(order[-1])
    assert order_by_rule(Rule(), line, NOW) == order


@given(lines)
def test_a_choice_can_be_explained(line: list[WaitingTicket]) -> None:
    choice = choose_by_rule(Rule(), line, NOW)
    oldest = min(line, key=lambda ticket: (ticket.start_at, ticket.id))
    assert choice.score == score(choice.chosen, NOW)
    if choice.chosen == oldest:
        assert choice.passed is None
    else:
        assert choice.passed == oldest
        assert choice.passed_score == score(oldest, NOW)
        assert choice.passed_score <= choice.score


@given(lines)
def test_within_a_class_the_line_is_first_come_first_served(line: list[WaitingTicket]) -> None:
    regular = [ticket for ticket in order_by_rule(Rule(), line, NOW) if ticket.ticket_class is TicketClass.REGULAR]
    waited = [ticket for ticket in regular if ticket.start_at < NOW]
    assert waited == sorted(waited, key=lambda ticket: (ticket.start_at, ticket.id))


def test_priority_overtakes_those_who_waited_less_than_four_times_as_long() -> None:
    priority = WaitingTicket(9, TicketClass.PRIORITY, NOW - 5 * MINUTE)
    patient = WaitingTicket(1, TicketClass.REGULAR, NOW - 21 * MINUTE)
    recent = WaitingTicket(2, TicketClass.REGULAR, NOW - 19 * MINUTE)
    assert order_by_rule(Rule(), [recent, priority, patient], NOW) == [patient, priority, recent]


def test_nobody_waiting_is_a_refusal() -> None:
    with pytest.raises(Refusal) as refused:
        choose_by_rule(Rule(), [], NOW)
    assert refused.value.code == "nobody_waiting"


# --- the alternatives, each against an oracle


rules = st.builds(
    Rule,
    discipline=st.sampled_from(Discipline),
    weights=st.fixed_dictionaries({kind: st.integers(1, 9) for kind in TicketClass}),
    ratio=st.integers(1, 6),
)


def first_come(line: list[WaitingTicket]) -> WaitingTicket:
    """Find the ticket that waits longest, one by one."""
    oldest = line[0]
    for ticket in line:
        if ticket.start_at < oldest.start_at or (ticket.start_at == oldest.start_at and ticket.id < oldest.id):
            oldest = ticket
    return oldest


def next_by_oracle(rule: Rule, line: list[WaitingTicket], regular_streak: int) -> WaitingTicket:
    """Find the next ticket with an obvious algorithm (the oracle)."""
    if rule.discipline is Discipline.FIFO:
        return first_come(line)
    if rule.discipline is Discipline.STRICT:
        heaviest = max(rule.weights[ticket.ticket_class] for ticket in line)
        return first_come([ticket for ticket in line if rule.weights[ticket.ticket_class] == heaviest])
    if rule.discipline is Discipline.RATIO:
        heavy = [t for t in line if rule.weights[t.ticket_class] > rule.weights[TicketClass.REGULAR]]
        light = [t for t in line if t not in heavy]
        turn = heavy if regular_streak >= rule.ratio else light
        return first_come(turn or heavy or light)
    worth = {t.id: rule.weights[t.ticket_class] * max(NOW - t.start_at, 0) for t in line}
    best = max(worth.values())
    return min((t for t in line if worth[t.id] == best), key=lambda t: t.id)


@given(rules, lines, st.integers(0, 8))
def test_each_discipline_is_what_it_says(rule: Rule, line: list[WaitingTicket], regular_streak: int) -> None:
    choice = choose_by_rule(rule, line, NOW, regular_streak)
    assert choice.chosen == next_by_oracle(rule, line, regular_streak)
    assert choice.score == score(choice.chosen, NOW, rule.weights)


@given(rules, lines, st.integers(0, 8))
def test_the_arrangement_is_repeated_picking(rule: Rule, line: list[WaitingTicket], regular_streak: int) -> None:
    left, order, state = list(line), [], regular_streak
    while left:
        order.append(next_by_oracle(rule, left, state))
        left.remove(order[-1])
        state = regular_streak_after(order[-1], state, rule.weights)
    assert order_by_rule(rule, line, NOW, regular_streak) == order


@given(lines, st.randoms())
def test_the_order_of_the_rows_does_not_matter(line: list[WaitingTicket], random: Random) -> None:
    shuffled = random.sample(line, len(line))
    for discipline in Discipline:
        rule = Rule(discipline)
        assert choose_by_rule(rule, shuffled, NOW) == choose_by_rule(rule, line, NOW)
        assert order_by_rule(rule, shuffled, NOW) == order_by_rule(rule, line, NOW)


@given(lines)
def test_accumulating_is_the_default(line: list[WaitingTicket]) -> None:
    assert Rule().discipline is Discipline.ACCUMULATING
    assert order_by_rule(Rule(), line, NOW) == sorted(line, key=lambda ticket: (-score(ticket, NOW), ticket.id))


def test_a_ratio_counts_the_regular_ones() -> None:
    line = [
        WaitingTicket(n, TicketClass.PRIORITY if n > 6 else TicketClass.REGULAR, NOW - MINUTE + n) for n in range(1, 9)
    ]
    assert [t.id for t in order_by_rule(Rule(Discipline.RATIO, ratio=2), line, NOW)] == [1, 2, 7, 3, 4, 8, 5, 6]
    assert [t.id for t in order_by_rule(Rule(Discipline.RATIO, ratio=2), line, NOW, 2)] == [7, 1, 2, 8, 3, 4, 5, 6]


def test_who_is_preferred_is_a_matter_of_weight() -> None:
    assert {kind for kind in TicketClass if is_preferred(WaitingTicket(1, kind, NOW))} == set(TicketClass) - {
        TicketClass.REGULAR
    }


@pytest.mark.parametrize(("share", "k", "inverts"), [(0.2, 4, False), (0.21, 4, True), (0.3, 4, True), (0.5, 1, False)])
def test_a_ratio_inverts_when_the_preferred_are_too_many(share: float, k: int, inverts: bool) -> None:
    assert ratio_inverts(share, k) is inverts
