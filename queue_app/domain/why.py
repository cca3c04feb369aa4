"""Why was that number called before mine? From what the log kept of the call, and the one who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import Discipline, Rule, Rules, Waiting
from queue_app.domain.eligibility import reserved_for
from queue_app.domain.events import Fact, Kind
from queue_app.domain.ticket import TicketClass


class Code(StrEnum):
    """The reasons; each has its sentence in the locale files as `why.<code>`."""

    GIVEN = "given"  # staff called this number out of turn
    RESUMED = "resumed"  # it had been called before, and was on hold
    DIRECT = "direct"  # served at the desk without having waited
    OTHER_COUNTER = "other_counter"  # its counter does not serve the asker's service
    ELSEWHERE = "elsewhere"  # the asker waits for another counter or officer alone
    FRONT = "front"  # put first in line by a transfer
    RESERVED = "reserved"  # transferred to this counter or officer alone
    PREFERENCE = "preference"  # its counter serves that service before the asker's
    EARLIER = "earlier"  # it has waited longer
    CLASS = "class"  # its class weighs more
    TURNS = "turns"  # both kinds are called in turns, and it was theirs
    SCORE = "score"  # by the rule; nothing simpler can be said


@dataclass(frozen=True, slots=True)
class Called:
    """A number that was called: what it was at that moment. `start_at` of None: the log does not say."""

    ticket_id: int
    label: str
    service_id: int
    counter_id: int
    staff_id: int | None
    at: int
    how: str
    ticket_class: TicketClass | None = None
    start_at: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and the facts that its sentence names besides label and counter."""

    code: Code
    facts: Mapping[str, object] = field(default_factory=dict)


def called(fact: Fact) -> Called | None:
    """The number that a fact called; None for a fact of another kind."""
    if fact.kind not in (Kind.CALLED, Kind.RESUMED) or fact.ticket_id is None or fact.counter_id is None:
        return None
    said = fact.payload
    kind, start_at = said.get("class"), said.get("start_at")
    return Called(
        fact.ticket_id,
        str(said.get("label", "")),
        fact.service_id or 0,
        fact.counter_id,
        fact.staff_id,
        fact.at,
        "resumed" if fact.kind is Kind.RESUMED else str(said.get("how", "turn")),
        TicketClass(kind) if isinstance(kind, str) else None,
        start_at if isinstance(start_at, int) else None,
    )


def overtook(call: Called, mine: Waiting) -> bool:
    """Whether whoever was called had come after the one who asks."""
    return call.ticket_id != mine.id and (call.ticket_id > mine.id or (call.start_at or 0) > mine.start_at)


def reason(call: Called, mine: Waiting, counter: Counter | None, rules: Rules) -> Reason:
    """Why `call` came before `mine`, at the counter that called; `rules` know both services where they are offered."""
    if call.how in (Code.GIVEN, Code.RESUMED, Code.DIRECT):
        return Reason(Code(call.how))
    if counter is not None and mine.service_id not in counter.service_ids:
        return Reason(Code.OTHER_COUNTER)
    if not reserved_for(mine, call.counter_id, call.staff_id):
        return Reason(Code.ELSEWHERE)
    if call.how in (Code.FRONT, Code.RESERVED):
        return Reason(Code(call.how))
    if counter is not None and _prefers(counter, call.service_id, mine.service_id):
        return Reason(Code.PREFERENCE)
    return _by_rule(call, mine, rules)


def _prefers(counter: Counter, theirs: int, mine: int) -> bool:
    """Whether one service stands in an earlier tier of the counter than the other."""
    tiers = {service_id: number for number, tier in enumerate(counter.tiers) for service_id in tier}
    return len(counter.tiers) > 1 and tiers.get(theirs, len(tiers)) < tiers.get(mine, len(tiers))


def _by_rule(call: Called, mine: Waiting, rules: Rules) -> Reason:
    if call.start_at is None or call.ticket_class is None:
        return Reason(Code.SCORE)
    if call.start_at <= mine.start_at:
        return Reason(Code.EARLIER, {"start_at": call.start_at})
    their_rule, my_rule = _rule(rules, call.service_id), _rule(rules, mine.service_id)
    if their_rule is None or my_rule is None:
        return Reason(Code.SCORE)
    if their_rule is my_rule and my_rule.discipline is Discipline.RATIO:
        return Reason(Code.TURNS)
    weight, my_weight = their_rule.weights[call.ticket_class], my_rule.weights[mine.ticket_class]
    if weight > my_weight:
        return Reason(Code.CLASS, {"class": call.ticket_class, "weight": weight, "my_weight": my_weight})
    return Reason(Code.SCORE)


def _rule(rules: Rules, service_id: int) -> Rule | None:
    return rules.of(service_id) if service_id in rules.group_of else None
