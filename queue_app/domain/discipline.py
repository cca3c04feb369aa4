"""Queue disciplines: accumulating priority and its named alternatives choose the ticket to call next.

Accumulating priority (Kleinrock 1964): score = weight(class) × milliseconds since the effective start; the highest
score is called, ties in issue order. Every class gains score while it waits, so that no class starves, as the regular
class does under strict priority. Tickets put first in line come before all others. The alternatives are chosen by a
`Rule`; the score is kept with each choice whatever the rule, so that any two calls can be compared. A class is
*preferred* when its weight is above the weight of the regular class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import TicketClass

Weights = Mapping[TicketClass, int]

DEFAULT_WEIGHTS: Weights = {
    TicketClass.REGULAR: 1,
    TicketClass.PRIORITY: 4,
    TicketClass.APPOINTMENT: 3,
    TicketClass.TRANSFERRED: 2,
}
DEFAULT_RATIO = 4


class Discipline(StrEnum):
    """The orders that a hall may choose from."""

    ACCUMULATING = "accumulating"
    FIFO = "fifo"
    STRICT = "strict"
    RATIO = "ratio"


class WaitingTicket(NamedTuple):
    """The fields of a waiting ticket that the discipline needs; times are in milliseconds since the epoch.

    `front_at` is when the ticket was put first in line (by a transfer); `counter_id` and `staff_id` are the counter or
    officer for whom alone it waits. A named tuple, since hundreds are made for each call and each issued number.
    """

    id: int
    ticket_class: TicketClass
    start_at: int
    service_id: int = 0
    front_at: int | None = None
    counter_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The ticket chosen, its score, and the oldest ticket passed over with its score (None if it is the oldest)."""

    chosen: WaitingTicket
    score: int
    passed: WaitingTicket | None
    passed_score: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A discipline with its weights; `ratio` is the k of "k regular : 1 preferred", used by `Discipline.RATIO` only."""

    discipline: Discipline = Discipline.ACCUMULATING
    weights: Weights = field(default_factory=lambda: DEFAULT_WEIGHTS)
    ratio: int = DEFAULT_RATIO


Key = tuple[int, int, int, int]
"""Sorts tickets: the smallest is called first. Two keys compare only within one instant and one state."""

NOT_IN_FRONT = 2**62


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of several service groups, and the ratio's state of each.

    Within a group the group's own rule decides; between groups, the highest score.
    """

    group_of: Mapping[int, int]  # service → group
    rules: Mapping[int, Rule]
    regular_streak: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def single(cls, rule: Rule, services: Iterable[int], regular_streak: int = 0) -> Rules:
        """Build rules in which all `services` share one rule."""
        return cls(dict.fromkeys(services, 0), {0: rule}, {0: regular_streak})

    def rule_of(self, service_id: int) -> Rule:
        """Return the rule of a service."""
        return self.rules[self.group_of[service_id]]


def front_key(ticket: WaitingTicket) -> int:
    """Return when a ticket was put first in line; `NOT_IN_FRONT`, larger than any time, if it was not."""
    return NOT_IN_FRONT if ticket.front_at is None else ticket.front_at


def score(ticket: WaitingTicket, now_ms: int, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """Return weight × milliseconds waited; never negative, also when a clock was set back."""
    return weights[ticket.ticket_class] * max(0, now_ms - ticket.start_at)


def is_preferred(ticket: WaitingTicket, weights: Weights = DEFAULT_WEIGHTS) -> bool:
    """Whether the ticket's class weighs more than the regular class."""
    return weights[ticket.ticket_class] > weights[TicketClass.REGULAR]


def accumulating(ticket: WaitingTicket, now_ms: int, rule: Rule, _regular_streak: int = 0) -> Key:
    """Return the sort key for highest score first, ties in issue order."""
    return (front_key(ticket), -rule.weights[ticket.ticket_class] * max(0, now_ms - ticket.start_at), ticket.id, 0)


def fifo(ticket: WaitingTicket, _now_ms: int, _rule: Rule, _regular_streak: int = 0) -> Key:
    """Return the sort key for earliest effective start first, whatever the class."""
    return (front_key(ticket), ticket.start_at, ticket.id, 0)


def strict(ticket: WaitingTicket, _now_ms: int, rule: Rule, _regular_streak: int = 0) -> Key:
    """Return the sort key for heaviest class first, within a class the earliest start."""
    return (front_key(ticket), -rule.weights[ticket.ticket_class], ticket.start_at, ticket.id)


def ratio(ticket: WaitingTicket, _now_ms: int, rule: Rule, regular_streak: int = 0) -> Key:
    """Return the sort key for one preferred ticket after every k regular ones; either kind alone is simply called."""
    turn_of_preferred = regular_streak >= rule.ratio
    out_of_turn = int(is_preferred(ticket, rule.weights) != turn_of_preferred)
    return (front_key(ticket), out_of_turn, ticket.start_at, ticket.id)


KEYS: Mapping[Discipline, Callable[[WaitingTicket, int, Rule, int], Key]] = {
    Discipline.ACCUMULATING: accumulating,
    Discipline.FIFO: fifo,
    Discipline.STRICT: strict,
    Discipline.RATIO: ratio,
}


def regular_streak_after(called: WaitingTicket, regular_streak: int, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """Return the ratio's state after a call: the number of regular tickets called since the last preferred one."""
    return 0 if is_preferred(called, weights) else regular_streak + 1


def preferred_share_limit(k: int) -> float:
    """Return the largest share of preferred visitors, 0 to 1, that k : 1 does not yet make wait longer: 1 / (k + 1)."""
    return 1 / (k + 1)


def ratio_inverts(share: float, k: int) -> bool:
    """Whether preferred visitors wait longer than the others under k : 1; `share` is that of the preferred, 0 to 1."""
    return share > preferred_share_limit(k)


def first(rule: Rule, line: Iterable[WaitingTicket], now_ms: int, regular_streak: int = 0) -> WaitingTicket:
    """Return the ticket that a rule calls first from a line that is not empty; the streak is the ratio's state."""
    key = KEYS[rule.discipline]
    return min(line, key=lambda t: key(t, now_ms, rule, regular_streak))


def choose_by_rule(rule: Rule, tickets: Iterable[WaitingTicket], now_ms: int, regular_streak: int = 0) -> Choice:
    """Choose the ticket to call now by this rule; the streak is the ratio's state. Raises Refusal nobody_waiting."""
    line = list(tickets)
    if not line:
        raise Refusal("nobody_waiting")
    chosen = first(rule, line, now_ms, regular_streak)
    oldest = min(line, key=lambda t: (t.start_at, t.id))
    passed = None if oldest.id == chosen.id else oldest
    return Choice(
        chosen,
        score(chosen, now_ms, rule.weights),
        passed,
        None if passed is None else score(passed, now_ms, rule.weights),
    )


def choose_across_groups(rules: Rules, tickets: Iterable[WaitingTicket], now_ms: int) -> Choice:
    """Choose the ticket to call now among those of several service groups. Raises Refusal nobody_waiting."""
    lines: dict[int, list[WaitingTicket]] = {}
    for ticket in tickets:
        lines.setdefault(rules.group_of[ticket.service_id], []).append(ticket)
    streaks = rules.regular_streak
    choices = [choose_by_rule(rules.rules[g], line, now_ms, streaks.get(g, 0)) for g, line in lines.items()]
    if not choices:
        raise Refusal("nobody_waiting")
    if len(choices) == 1:
        return choices[0]
    best = min(choices, key=lambda c: (front_key(c.chosen), -c.score, c.chosen.id))
    oldest = min((t for line in lines.values() for t in line), key=lambda t: (t.start_at, t.id))
    if oldest.id == best.chosen.id:
        return Choice(best.chosen, best.score, None, None)
    return Choice(best.chosen, best.score, oldest, score(oldest, now_ms, rules.rule_of(oldest.service_id).weights))


def order_across_groups(rules: Rules, tickets: Iterable[WaitingTicket], now_ms: int) -> list[WaitingTicket]:
    """Sort waiting tickets of several groups into the order in which they would be called if all were called now."""
    lines: dict[int, list[WaitingTicket]] = {}
    for ticket in tickets:
        lines.setdefault(rules.group_of[ticket.service_id], []).append(ticket)
    streaks = rules.regular_streak
    arranged = [(g, order_by_rule(rules.rules[g], line, now_ms, streaks.get(g, 0))[::-1]) for g, line in lines.items()]
    if len(arranged) == 1:
        return arranged[0][1][::-1]
    order: list[WaitingTicket] = []
    while arranged:
        _, line = min(arranged, key=lambda pair: group_key(pair[1][-1], rules.rules[pair[0]], now_ms))
        order.append(line.pop())
        arranged = [pair for pair in arranged if pair[1]]
    return order


def group_key(head: WaitingTicket, rule: Rule, now_ms: int) -> tuple[int, int, int]:
    """Return the sort key of a group's first ticket among those of other groups: the smallest is called first."""
    return (front_key(head), -score(head, now_ms, rule.weights), head.id)


def order_by_rule(
    rule: Rule, tickets: Iterable[WaitingTicket], now_ms: int, regular_streak: int = 0
) -> list[WaitingTicket]:
    """Sort waiting tickets into the order in which this rule would call them, if all were called at `now_ms`."""
    key = KEYS[rule.discipline]
    line = sorted(tickets, key=lambda t: key(t, now_ms, rule, regular_streak))
    return _interleaved(line, rule, regular_streak) if rule.discipline is Discipline.RATIO else line


def _interleaved(line: list[WaitingTicket], rule: Rule, regular_streak: int) -> list[WaitingTicket]:
    """Put tickets at the front first, then interleave regular and preferred ones, each kind in its own order."""
    order = [t for t in line if t.front_at is not None]
    for ticket in order:
        regular_streak = regular_streak_after(ticket, regular_streak, rule.weights)
    rest = [t for t in reversed(line) if t.front_at is None]
    kinds = {kind: [t for t in rest if is_preferred(t, rule.weights) is kind] for kind in (False, True)}
    while kinds[False] or kinds[True]:
        turn = regular_streak >= rule.ratio
        order.append((kinds[turn] or kinds[not turn]).pop())
        regular_streak = regular_streak_after(order[-1], regular_streak, rule.weights)
    return order
