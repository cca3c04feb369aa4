"""Who is next: accumulating priority and its named alternatives (field guide §5).

Accumulating: score = weight(class) × milliseconds since the effective start; the highest is called, ties in issue
order. The alternatives are chosen by a `Rule`; the score is kept with each choice whatever the rule, so that any two
calls can be compared. A class is *preferred* when its weight is above the regular one's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the discipline has to know of a waiting ticket; `start_at` is in milliseconds since the epoch."""

    id: int
    ticket_class: TicketClass
    start_at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The ticket chosen, its score, and the oldest ticket passed over with its score (None if it is the oldest)."""

    chosen: Waiting
    score: int
    passed: Waiting | None
    passed_score: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A discipline with its weights; `ratio` is the k of "k regular : 1 preferred", which only that one reads."""

    discipline: Discipline = Discipline.ACCUMULATING
    weights: Weights = field(default_factory=lambda: DEFAULT_WEIGHTS)
    ratio: int = DEFAULT_RATIO


Key = tuple[int, int, int]
"""Sorts tickets: the smallest is called first. Two keys compare only within one instant and one state."""


def score(ticket: Waiting, now_ms: int, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """Weight × milliseconds waited; never negative, also when a clock was set back."""
    return weights[ticket.ticket_class] * max(0, now_ms - ticket.start_at)


def preferred(ticket: Waiting, weights: Weights = DEFAULT_WEIGHTS) -> bool:
    """Does its class weigh more than the regular one?"""
    return weights[ticket.ticket_class] > weights[TicketClass.REGULAR]


def accumulating(ticket: Waiting, now_ms: int, rule: Rule, _regulars: int = 0) -> Key:
    """Highest score first, ties in issue order."""
    return (-rule.weights[ticket.ticket_class] * max(0, now_ms - ticket.start_at), ticket.id, 0)


def fifo(ticket: Waiting, _now_ms: int, _rule: Rule, _regulars: int = 0) -> Key:
    """Earliest effective start first, whatever the class."""
    return (ticket.start_at, ticket.id, 0)


def strict(ticket: Waiting, _now_ms: int, rule: Rule, _regulars: int = 0) -> Key:
    """Heaviest class first, within it the earliest start."""
    return (-rule.weights[ticket.ticket_class], ticket.start_at, ticket.id)


def ratio(ticket: Waiting, _now_ms: int, rule: Rule, regulars: int = 0) -> Key:
    """A preferred ticket after every k regular ones, else a regular one; either kind alone is simply called."""
    turn_of_preferred = regulars >= rule.ratio
    return (int(preferred(ticket, rule.weights) != turn_of_preferred), ticket.start_at, ticket.id)


KEYS: Mapping[Discipline, Callable[[Waiting, int, Rule, int], Key]] = {
    Discipline.ACCUMULATING: accumulating,
    Discipline.FIFO: fifo,
    Discipline.STRICT: strict,
    Discipline.RATIO: ratio,
}


def regulars_after(called: Waiting, regulars: int, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """The ratio's state after a call: how many regular tickets were called since the last preferred one."""
    return 0 if preferred(called, weights) else regulars + 1


def ratio_inverts(share: float, k: int) -> bool:
    """Do preferred visitors wait longer than the others under k : 1? Share of the preferred, 0 to 1."""
    return share > 1 / (k + 1)


def pick(rule: Rule, tickets: Iterable[Waiting], now_ms: int, regulars: int = 0) -> Choice:
    """The ticket to call now by this rule; `regulars` is the ratio's state. Raises Refusal nobody_waiting."""
    line = list(tickets)
    if not line:
        raise Refusal("nobody_waiting")
    key = KEYS[rule.discipline]
    chosen = min(line, key=lambda t: key(t, now_ms, rule, regulars))
    oldest = min(line, key=lambda t: (t.start_at, t.id))
    passed = None if oldest.id == chosen.id else oldest
    return Choice(
        chosen,
        score(chosen, now_ms, rule.weights),
        passed,
        None if passed is None else score(passed, now_ms, rule.weights),
    )


def arrange(rule: Rule, tickets: Iterable[Waiting], now_ms: int, regulars: int = 0) -> list[Waiting]:
    """All waiting tickets in the order in which this rule would call them, if all were called at `now_ms`."""
    key = KEYS[rule.discipline]
    line = sorted(tickets, key=lambda t: key(t, now_ms, rule, regulars))
    return _interleaved(line, rule, regulars) if rule.discipline is Discipline.RATIO else line


def _interleaved(line: list[Waiting], rule: Rule, regulars: int) -> list[Waiting]:
    """Both kinds keep their own order; the state decides which of them is next."""
    kinds = {kind: [t for t in reversed(line) if preferred(t, rule.weights) is kind] for kind in (False, True)}
    order: list[Waiting] = []
    while kinds[False] or kinds[True]:
        turn = regulars >= rule.ratio
        order.append((kinds[turn] or kinds[not turn]).pop())
        regulars = regulars_after(order[-1], regulars, rule.weights)
    return order


def in_order(tickets: Iterable[Waiting], now_ms: int, weights: Weights = DEFAULT_WEIGHTS) -> list[Waiting]:
    """All waiting tickets in the order in which accumulating priority would call them at `now_ms`."""
    return sorted(tickets, key=lambda t: (-score(t, now_ms, weights), t.id))


def ahead_of(ticket: Waiting, line: Iterable[Waiting], now_ms: int, weights: Weights = DEFAULT_WEIGHTS) -> int:
    """How many of `line` would be called before `ticket` at `now_ms` by accumulating priority."""
    mine = (-score(ticket, now_ms, weights), ticket.id)
    return sum((-score(other, now_ms, weights), other.id) < mine for other in line)


def choose(tickets: Iterable[Waiting], now_ms: int, weights: Weights = DEFAULT_WEIGHTS) -> Choice:
    """The ticket to call now by accumulating priority. Raises Refusal nobody_waiting if there is none."""
    return pick(Rule(weights=weights), tickets, now_ms)
