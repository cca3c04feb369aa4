"""Contract of the explanations of calls out of turn, for visitors and officers."""

from __future__ import annotations

from tests.conftest import Clock
from tests.web.callers import Caller

Json = dict[str, object]


def why(visitor: Caller, ticket: Json) -> list[Json]:
    response = visitor.get(f"/tickets/{ticket['token']}/why")
    assert response.status_code == 200
    calls: list[Json] = response.get_json()["calls"]
    return calls


def waiting(officer: Caller, label: object) -> int:
    rows = officer.get("/counters/1").get_json()["waiting"]
    return int(next(row["id"] for row in rows if row["label"] == label))


def test_a_priority_number_is_explained(visitor: Caller, officer: Caller, clock: Clock) -> None:
    own = visitor.take()
    clock.forward(minutes=1)
    priority = visitor.take(**{"class": "priority"})
    assert why(visitor, own) == []
    clock.forward(minutes=2)
    officer.done("/counters/1/call-next")
    (call,) = why(visitor, own)
    assert (call["label"], call["code"]) == (priority["label"], "class")
    assert call["counter"] == {"code": "1", "name": "Loket 1"}
    text = call["text"]
    assert isinstance(text, dict)
    assert text["id"] == "A-002 bergolongan prioritas: waktu tunggunya berbobot 4, waktu Anda 1."
    assert text["en"] == "A-002 has class “priority”: its waiting time has weight 4, yours 1."
    assert set(text) == {"id", "en", "ban"}
    at_desk = officer.get(f"/counters/1/why?ticket={waiting(officer, own['label'])}").get_json()
    assert at_desk == call


def test_who_came_before_me_needs_no_reason(visitor: Caller, officer: Caller) -> None:
    visitor.take()
    own = visitor.take()
    officer.done("/counters/1/call-next")
    assert why(visitor, own) == []


def test_other_pools_and_my_own_call_are_not_listed(visitor: Caller, officer: Caller) -> None:
    own = visitor.take()
    officer.done("/counters/1/call-next")
    assert why(visitor, own) == []


def test_at_most_five_newest_first(visitor: Caller, officer: Caller, clock: Clock) -> None:
    own = visitor.take()
    clock.forward(seconds=1)
    for _ in range(7):
        visitor.take(**{"class": "priority"})
    clock.forward(minutes=1)
    labels = []
    for _ in range(7):
        state = officer.done("/counters/1/call-next")
        labels.append(state["ticket"]["label"])
        officer.done("/counters/1/start", {"ticket": state["ticket"]["id"]})
    assert [call["label"] for call in why(visitor, own)] == labels[::-1][:5]


def test_who_may_ask_what(visitor: Caller, officer: Caller) -> None:
    own = waiting(officer, visitor.take()["label"])

    def refused(who: Caller, status: int, code: str, path: str) -> None:
        response = who.get(path)
        assert (response.status_code, response.get_json()["code"]) == (status, code)

    refused(visitor, 404, "unknown_ticket", "/tickets/234567892345/why")
    refused(visitor, 401, "sign_in_needed", "/counters/1/why?ticket=1")
    refused(officer, 404, "unknown_ticket", f"/counters/1/why?ticket={own}")  # none is in hand
    officer.done("/counters/1/call-next")
    refused(officer, 404, "unknown_ticket", "/counters/1/why?ticket=999")
    refused(officer, 404, "unknown_ticket", f"/counters/1/why?ticket={own}")  # it does not wait any more
    refused(officer, 400, "bad_request", "/counters/1/why")
    refused(officer, 404, "unknown_counter", "/counters/999/why?ticket=1")
    refused(officer, 403, "not_allowed", "/counters/5/why?ticket=1")
