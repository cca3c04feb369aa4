"""Contract of /counters: who sits where, and the acts on the ticket in hand."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app.domain.ticket import Verb
from queue_app.web.api import counter_actions
from tests.conftest import Clock
from tests.web.callers import Caller, SignIn, everything

ACTS = tuple(counter_actions.SIMPLE_ACTIONS)
IN_HAND = (Verb.RECALL, Verb.START, Verb.COMPLETE, Verb.NO_SHOW)
PATHS = {verb: verb.value.replace("_", "-") for verb in ACTS}
SIMPLE = ("open", "close", "call-next")
KEY = "kunci-loket_0001"


def test_the_counters_one_may_open(officer: Caller) -> None:
    counters = officer.get("/counters").get_json()["counters"]
    assert [counter["code"] for counter in counters] == ["1", "2", "3", "4"]
    first = counters[0]
    assert (first["status"], first["officer"], first["mine"]) == ("open", "Ni Luh Putu Sari", True)
    assert (counters[1]["status"], counters[1]["officer"], counters[1]["mine"]) == ("closed", None, False)


def test_the_state_of_a_counter(officer: Caller, visitor: Caller, clock: Clock) -> None:
    labels = [visitor.take()["label"], visitor.take(2, **{"class": "priority"})["label"]]
    clock.forward(minutes=1)
    state = officer.get("/counters/1").get_json()
    assert (state["status"], state["mine"], state["officer"]) == ("open", True, {"name": "Ni Luh Putu Sari"})
    assert (state["counter"]["code"], state["ticket"], state["my_day"]["served"]) == ("1", None, 0)
    assert [row["label"] for row in state["waiting"]] == labels[::-1]
    assert (state["waiting_count"], state["longest_since"]) == (2, round(clock.now.timestamp() * 1000) - 60_000)
    assert "token" not in str(state)


def test_a_visit(officer: Caller, visitor: Caller, clock: Clock) -> None:
    visitor.take(language="en")
    now = round(clock.now.timestamp() * 1000)
    ticket = officer.done("/counters/1/call-next")["ticket"]
    assert (ticket["label"], ticket["state"], ticket["times"], ticket["language"]) == ("A-001", "called", 1, "en")
    assert (ticket["called_at"], ticket["serving_at"]) == (now, None)
    assert ticket["documents"][0]["name"]["id"] == "Formulir F-1.02"
    act = {"ticket": ticket["id"]}
    assert officer.done("/counters/1/recall", act)["ticket"]["times"] == 2
    assert officer.done("/counters/1/start", act)["ticket"]["serving_at"] == now
    state = officer.done("/counters/1/complete", act)
    assert (state["ticket"], state["my_day"]["served"]) == (None, 1)
    assert officer.done("/counters/1/close")["status"] == "closed"


def test_calling_next_completes_the_visit_in_hand(officer: Caller, visitor: Caller) -> None:
    first, second = visitor.take(), visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]
    officer.refused(409, "ticket_not_started", "/counters/1/call-next")
    officer.done("/counters/1/start", {"ticket": ticket["id"]})
    state = officer.done("/counters/1/call-next")
    assert (state["ticket"]["label"], state["my_day"]["served"]) == (second["label"], 1)
    assert visitor.get(f"/tickets/{first['token']}").get_json()["state"] == "served"


def test_nobody_waiting_keeps_the_visit_in_hand(officer: Caller, visitor: Caller) -> None:
    officer.refused(409, "nobody_waiting", "/counters/1/call-next")
    visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    officer.done("/counters/1/start", {"ticket": ticket})
    officer.refused(409, "nobody_waiting", "/counters/1/call-next")
    assert officer.get("/counters/1").get_json()["ticket"]["id"] == ticket


def test_the_same_key_calls_once(officer: Caller, visitor: Caller) -> None:
    visitor.take()
    visitor.take()
    first = officer.done("/counters/1/call-next", key=KEY)
    officer.done("/counters/1/start", {"ticket": first["ticket"]["id"]})
    again = officer.done("/counters/1/call-next", key=KEY)
    assert again["ticket"]["id"] == first["ticket"]["id"]
    assert again["waiting_count"] == 1


def test_a_key_is_for_one_request(officer: Caller, visitor: Caller, sign_in: SignIn) -> None:
    visitor.post("/tickets", {"service": 1}, key=KEY)
    visitor.take()
    officer.refused(409, "key_reused", "/counters/1/call-next", key=KEY)
    officer.done("/counters/1/call-next", key="kunci-loket_0002")
    colleague = sign_in("dukcapil2")
    colleague.done("/counters/2/open")
    colleague.refused(409, "key_reused", "/counters/2/call-next", key="kunci-loket_0002")
    visitor.refused(409, "key_reused", "/tickets", {"service": 1}, key="kunci-loket_0002")


def test_malformed_keys(officer: Caller, visitor: Caller) -> None:
    visitor.take()
    for key in ("", "short", "x" * 65, "with space"):
        officer.refused(400, "bad_request", "/counters/1/call-next", key=key)


# --- sitting down and standing up


def test_opening_again_changes_nothing(officer: Caller) -> None:
    before = everything(officer.runtime.store)
    assert officer.done("/counters/1/open")["mine"] is True
    assert everything(officer.runtime.store) == before


def test_a_counter_somebody_holds(officer: Caller, sign_in: SignIn) -> None:
    colleague = sign_in("dukcapil2")
    colleague.refused(409, "counter_taken", "/counters/1/open")
    colleague.refused(409, "counter_taken", "/counters/1/open", {"take_over": False})
    state = colleague.done("/counters/1/open", {"take_over": True})
    assert (state["mine"], state["officer"]) == (True, {"name": "I Wayan Sudiarta"})
    for act in ("close", "call-next"):
        officer.refused(409, "not_your_counter", f"/counters/1/{act}")
    assert officer.get("/counters/1").get_json()["mine"] is False


def test_the_same_officer_on_another_screen(officer: Caller, visitor: Caller, sign_in: SignIn) -> None:
    elsewhere = sign_in("dukcapil1")
    elsewhere.refused(409, "not_your_counter", "/counters/1/call-next")
    assert elsewhere.done("/counters/1/open")["mine"] is True
    officer.refused(409, "not_your_counter", "/counters/1/call-next")


def test_one_seat_per_officer(officer: Caller, visitor: Caller) -> None:
    officer.done("/counters/2/open")
    assert officer.get("/counters/1").get_json()["status"] == "closed"
    visitor.take()
    officer.done("/counters/2/call-next")
    problem = officer.refused(409, "counter_busy", "/counters/1/open")
    assert "Loket 2" in problem["title"] + problem["detail"]
    officer.refused(409, "counter_busy", "/counters/2/close")


@pytest.mark.parametrize("act", ["close", "call-next"])
def test_a_closed_counter(sign_in: SignIn, act: str) -> None:
    sign_in("dukcapil1").refused(409, "counter_closed", f"/counters/1/{act}")


def test_a_ticket_in_hand_is_taken_over_with_the_counter(officer: Caller, visitor: Caller, sign_in: SignIn) -> None:
    visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    colleague = sign_in("dukcapil2")
    assert colleague.done("/counters/1/open", {"take_over": True})["ticket"]["id"] == ticket
    officer.refused(409, "not_your_counter", "/counters/1/start", {"ticket": ticket})
    assert colleague.done("/counters/1/start", {"ticket": ticket})["ticket"]["state"] == "serving"


# --- acts on the ticket in hand


@pytest.mark.parametrize("verb", IN_HAND)
def test_acts_in_every_wrong_state(officer: Caller, visitor: Caller, verb: Verb) -> None:
    """Each act is refused in each state that the table of moves does not name, and changes nothing."""
    path = f"/counters/1/{PATHS[verb]}"
    visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    act = {"ticket": ticket}
    if verb is Verb.COMPLETE:
        officer.refused(409, "wrong_state", path, act)  # called
    officer.done("/counters/1/start", act)
    if verb is not Verb.COMPLETE:
        officer.refused(409, "wrong_state", path, act)  # serving
    officer.done("/counters/1/complete", act)
    officer.refused(409, "wrong_state", path, act)  # served


def test_a_no_show_is_over(officer: Caller, visitor: Caller) -> None:
    token = visitor.take()["token"]
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    assert officer.done("/counters/1/no-show", {"ticket": ticket})["ticket"] is None
    assert visitor.get(f"/tickets/{token}").get_json()["state"] == "no_show"
    for verb in IN_HAND:
        officer.refused(409, "wrong_state", f"/counters/1/{PATHS[verb]}", {"ticket": ticket})


@pytest.mark.parametrize("verb", ACTS)
def test_acts_on_tickets_that_are_not_in_hand(officer: Caller, visitor: Caller, sign_in: SignIn, verb: Verb) -> None:
    visitor.take()
    visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    colleague = sign_in("dukcapil2")
    colleague.done("/counters/2/open")
    path = PATHS[verb]
    if verb is Verb.UNDO:
        colleague.refused(404, "unknown_ticket", f"/counters/2/{path}", {"ticket": ticket})
    else:
        received = colleague.refused(409, "wrong_state", f"/counters/2/{path}", {"ticket": ticket})
        assert received["detail"].startswith("A-001 sudah dipanggil di Loket 1 oleh Ni Luh Putu Sari")
    colleague.refused(409, "not_your_counter", f"/counters/1/{path}", {"ticket": ticket})
    for other in (9999, 2**53 - 1):
        officer.refused(404, "unknown_ticket", f"/counters/1/{path}", {"ticket": other})


@pytest.mark.parametrize("verb", ACTS)
def test_acts_at_closed_and_unknown_counters(sign_in: SignIn, verb: Verb) -> None:
    officer = sign_in("dukcapil1")
    officer.refused(409, "counter_closed", f"/counters/1/{PATHS[verb]}", {"ticket": 1})
    for counter in (0, 9999, 2**70):
        officer.refused(404, "unknown_counter", f"/counters/{counter}/{PATHS[verb]}", {"ticket": 1})


@pytest.mark.parametrize("act", SIMPLE)
def test_unknown_counters(sign_in: SignIn, act: str) -> None:
    officer = sign_in("dukcapil1")
    for counter in (0, 9999, 2**70):
        officer.refused(404, "unknown_counter", f"/counters/{counter}/{act}")
        assert officer.get(f"/counters/{counter}").status_code == 404


# --- bad input


WRONG_ACTS: tuple[Any, ...] = (
    *({}, [], "x", 1, {"ticket": None}, {"ticket": "1"}, {"ticket": 1.0}, {"ticket": True}, {"ticket": 0}),
    *({"ticket": -1}, {"ticket": 2**53}, {"ticket": [1]}, {"ticket": 1, "force": True}),
)


@pytest.mark.parametrize("verb", ACTS)
def test_acts_with_bad_bodies(officer: Caller, visitor: Caller, verb: Verb) -> None:
    visitor.take()
    officer.done("/counters/1/call-next")
    for body in WRONG_ACTS:
        officer.refused(400, "bad_request", f"/counters/1/{PATHS[verb]}", body)


@pytest.mark.parametrize("act", SIMPLE)
def test_simple_acts_with_bad_bodies(officer: Caller, visitor: Caller, act: str) -> None:
    visitor.take()
    for body in ({"x": 1}, [], "x", 0, {"take_over": "yes"}, {"take_over": 1}):
        officer.refused(400, "bad_request", f"/counters/1/{act}", body)


@pytest.mark.parametrize("act", [*SIMPLE, *PATHS.values()])
def test_bodies_that_cannot_be_read(officer: Caller, visitor: Caller, act: str) -> None:
    visitor.take()
    path, json = f"/counters/1/{act}", "application/json"
    officer.refused(400, "bad_request", path, data=b"{", content_type=json)
    officer.refused(400, "bad_request", path, data=b"", content_type=json)
    officer.refused(400, "bad_request", path, data=b"[" * 9_000, content_type=json)
    officer.refused(413, "too_large", path, data=b" " * 20_000, content_type=json)
    officer.refused(415, "unsupported_media", path, data=b"{}", content_type="text/plain")
