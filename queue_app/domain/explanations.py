"""Explain why one ticket was called before another, from the call in the log and the ticket that still waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import Discipline, Rule, Rules, WaitingTicket
from queue_app.domain.eligibility import may_be_called_at
from queue_app.domain.facts import Fact
from queue_app.domain.ticket import TicketClass
from queue_app.domain.ticket_facts import TicketCalled, TicketResumed


class OvertakeCode(StrEnum):
    """The reasons; the text of each is in the locale files as `why.<code>`."""

    GIVEN = "given"  # staff called this number out of turn
    RESUMED = "resumed"  # it had been called before, and was on hold
    DIRECT = "direct"  # served at the counter without having waited
    OTHER_COUNTER = "other_counter"  # its counter does not serve the waiting ticket's service
    ELSEWHERE = "elsewhere"  # the waiting ticket is reserved for another counter or officer
    FRONT = "front"  # put first in line by a transfer
    RESERVED = "reserved"  # transferred to this counter or officer alone
    PREFERENCE = "preference"  # its counter serves that service before the waiting ticket's
    EARLIER = "earlier"  # it has waited longer
    CLASS = "class"  # its class weighs more
    TURNS = "turns"  # regular and preferred tickets are called in turns, and it was the other kind's turn
    SCORE = "score"  # by the rule; there is no simpler reason


@dataclass(frozen=True, slots=True)
class PastCall:
    """A ticket as it was when it was called. `start_at` of None: the log does not have it."""

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
class OvertakeReason:
    """The reason, and the facts that its text names besides label and counter."""

    code: OvertakeCode
    facts: Mapping[str, object] = field(default_factory=dict)


def call_of_fact(fact: Fact) -> PastCall | None:
    """Return the call of a fact; None for a fact of another kind."""
    call = fact.details
    if not isinstance(call, TicketCalled | TicketResumed) or fact.ticket_id is None or fact.counter_id is None:
        return None
    return PastCall(
        fact.ticket_id,
        call.label,
        fact.service_id or 0,
        fact.counter_id,
        fact.staff_id,
        fact.at,
        call.how,
        call.ticket_class,
        call.start_at,
    )


def has_overtaken(call: PastCall, own: WaitingTicket) -> bool:
    """Whether the called ticket was issued, or counts its waiting time, later than the waiting one."""
    return call.ticket_id != own.id and (call.ticket_id > own.id or (call.start_at or 0) > own.start_at)


def explain_call(call: PastCall, own: WaitingTicket, counter: Counter | None, rules: Rules) -> OvertakeReason:
    """Return why `call` came before `own`, at the counter that called; `rules` have both services where offered."""
    if call.how in (OvertakeCode.GIVEN, OvertakeCode.RESUMED, OvertakeCode.DIRECT):
        return OvertakeReason(OvertakeCode(call.how))
    if counter is not None and own.service_id not in counter.service_ids:
        return OvertakeReason(OvertakeCode.OTHER_COUNTER)
    if not may_be_called_at(own, call.counter_id, call.staff_id):
        return OvertakeReason(OvertakeCode.ELSEWHERE)
    if call.how in (OvertakeCode.FRONT, OvertakeCode.RESERVED):
        return OvertakeReason(OvertakeCode(call.how))
    if counter is not None and _prefers(counter, call.service_id, own.service_id):
        return OvertakeReason(OvertakeCode.PREFERENCE)
    return _by_rule(call, own, rules)


def _prefers(counter: Counter, called_service: int, own_service: int) -> bool:
    """Whether the called service is in an earlier tier of the counter than the own service."""
    tiers = {service_id: number for number, tier in enumerate(counter.tiers) for service_id in tier}
    return len(counter.tiers) > 1 and tiers.get(called_service, len(tiers)) < tiers.get(own_service, len(tiers))


def _by_rule(call: PastCall, own: WaitingTicket, rules: Rules) -> OvertakeReason:
    if call.start_at is None or call.ticket_class is None:
        return OvertakeReason(OvertakeCode.SCORE)
    if call.start_at <= own.start_at:
        return OvertakeReason(OvertakeCode.EARLIER, {"start_at": call.start_at})
    called_rule, own_rule = _rule(rules, call.service_id), _rule(rules, own.service_id)
    if called_rule is None or own_rule is None:
        return OvertakeReason(OvertakeCode.SCORE)
    if called_rule is own_rule and own_rule.discipline is Discipline.RATIO:
        return OvertakeReason(OvertakeCode.TURNS)
    weight, own_weight = called_rule.weights[call.ticket_class], own_rule.weights[own.ticket_class]
    if weight > own_weight:
        return OvertakeReason(
            OvertakeCode.CLASS, {"class": call.ticket_class, "weight": weight, "my_weight": own_weight}
        )
    return OvertakeReason(OvertakeCode.SCORE)


def _rule(rules: Rules, service_id: int) -> Rule | None:
    return rules.rule_of(service_id) if service_id in rules.group_of else None
