"""Explanations why a ticket was called before another: one reason each, and a text for each reason."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import Discipline, Rule, Rules, WaitingTicket
from queue_app.domain.events import FactKind
from queue_app.domain.explanations import OvertakeCode, PastCall, call_of_fact, explain_call, has_overtaken
from queue_app.domain.facts import Fact, decode_details
from queue_app.domain.ticket import TicketClass
from queue_app.domain.ticket_facts import TicketRecalled
from tests.repository.tree import ROOT

NOW = 1_800_000_000_000
MINUTE = 60_000

MINE = WaitingTicket(10, TicketClass.REGULAR, NOW - 20 * MINUTE, 1)
CALL = PastCall(12, "A-012", 1, 3, 7, NOW, "turn", TicketClass.REGULAR, NOW - 10 * MINUTE)
PRIORITY = replace(CALL, ticket_class=TicketClass.PRIORITY)
COUNTER = Counter(3, "3", "Loket 3", 1, None, (1, 2))
RULES = Rules.single(Rule(), [1, 2, 9])


@pytest.mark.parametrize(
    ("call", "own", "counter", "code"),
    [
        (replace(PRIORITY, how="given"), MINE, COUNTER, OvertakeCode.GIVEN),
        (replace(PRIORITY, how="resumed"), MINE, COUNTER, OvertakeCode.RESUMED),
        (replace(PRIORITY, how="direct"), MINE, COUNTER, OvertakeCode.DIRECT),
        (PRIORITY, MINE._replace(service_id=9), COUNTER, OvertakeCode.OTHER_COUNTER),
        (PRIORITY, MINE._replace(counter_id=4), COUNTER, OvertakeCode.ELSEWHERE),
        (PRIORITY, MINE._replace(staff_id=8), COUNTER, OvertakeCode.ELSEWHERE),
        (PRIORITY, MINE._replace(staff_id=7), COUNTER, OvertakeCode.CLASS),
        (replace(PRIORITY, how="front"), MINE, COUNTER, OvertakeCode.FRONT),
        (replace(PRIORITY, how="reserved"), MINE, COUNTER, OvertakeCode.RESERVED),
        (
            replace(CALL, service_id=2),
            MINE,
            replace(COUNTER, tiers=(frozenset({2}), frozenset({1}))),
            OvertakeCode.PREFERENCE,
        ),
        (PRIORITY, MINE, replace(COUNTER, tiers=(frozenset({1}), frozenset({2}))), OvertakeCode.CLASS),
        (replace(CALL, start_at=NOW - 21 * MINUTE), MINE, COUNTER, OvertakeCode.EARLIER),
        (PRIORITY, MINE, COUNTER, OvertakeCode.CLASS),
        (PRIORITY, MINE, None, OvertakeCode.CLASS),
        (CALL, MINE, COUNTER, OvertakeCode.SCORE),
        (replace(PRIORITY, ticket_class=None), MINE, COUNTER, OvertakeCode.SCORE),
        (replace(PRIORITY, service_id=99), MINE, COUNTER, OvertakeCode.SCORE),
    ],
)
def test_each_reason(call: PastCall, own: WaitingTicket, counter: Counter | None, code: OvertakeCode) -> None:
    assert explain_call(call, own, counter, RULES).code is code


def test_a_ratio_calls_in_turns() -> None:
    assert (
        explain_call(PRIORITY, MINE, COUNTER, Rules.single(Rule(Discipline.RATIO), [1, 2])).code is OvertakeCode.TURNS
    )


def test_the_weights_are_those_of_the_groups() -> None:
    weights = dict.fromkeys(TicketClass, 2) | {TicketClass.PRIORITY: 7}
    rules = Rules({1: 0, 2: 1}, {0: Rule(), 1: Rule(weights=weights)})
    result = explain_call(replace(PRIORITY, service_id=2), MINE, COUNTER, rules)
    assert result.facts == {"class": TicketClass.PRIORITY, "weight": 7, "my_weight": 1}


@pytest.mark.parametrize(
    ("ticket_id", "waited", "before"), [(12, 10, True), (9, 30, False), (9, 10, True), (12, 30, True), (10, 20, False)]
)
def test_who_overtakes(ticket_id: int, waited: int, before: bool) -> None:
    """A ticket is overtaken by one issued later, or counting from a later time; never by itself."""
    assert has_overtaken(replace(CALL, ticket_id=ticket_id, start_at=NOW - waited * MINUTE), MINE) is before


def test_what_the_log_says() -> None:
    payload = {"label": "A-012", "how": "front", "class": "priority", "start_at": 5, "score": 9, "passed": None}
    fact = Fact(8, NOW, decode_details(FactKind.CALLED, payload), 12, 1, 3, 7)
    assert call_of_fact(fact) == PastCall(12, "A-012", 1, 3, 7, NOW, "front", TicketClass.PRIORITY, 5)
    resumed = call_of_fact(replace(fact, details=decode_details(FactKind.RESUMED, {**payload, "how": "resumed"})))
    assert resumed is not None
    assert resumed.how == "resumed"
    old = call_of_fact(replace(fact, details=decode_details(FactKind.CALLED, {"label": "A-012", "score": 9})))
    assert old == PastCall(12, "A-012", 1, 3, 7, NOW, "turn")
    assert call_of_fact(replace(fact, details=TicketRecalled())) is None


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_every_reason_has_its_sentence(language: str) -> None:
    words = json.loads((ROOT / "queue_app" / "locale" / f"{language}.json").read_text("utf-8"))
    assert {key for key in words if key.startswith("why.")} == {f"why.{code}" for code in OvertakeCode}
