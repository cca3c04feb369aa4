"""Contract of the calling settings, and their effect on the next call."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app.background import Runtime
from tests.web.callers import Caller, SignIn

WEIGHTS = {"regular": 1, "priority": 4, "appointment": 3, "transferred": 2}
GROUP: dict[str, Any] = {
    "name": {"id": "Kependudukan"},
    "discipline": "fifo",
    "weights": WEIGHTS,
    "ratio": 4,
    "services": [1, 2],
}


@pytest.fixture
def admin(sign_in: SignIn) -> Caller:
    return sign_in("pengelola")


def put(caller: Caller, path: str, body: Any) -> Any:
    return caller.call("PUT", f"/api/v1/settings{path}", json=body)


def test_a_new_hall_has_one_group_and_the_default_policy(admin: Caller) -> None:
    calling = admin.get("/settings/calling").get_json()
    (group,) = calling["groups"]
    assert (group["discipline"], group["weights"], group["ratio"], group["warning"]) == (
        "accumulating",
        WEIGHTS,
        4,
        None,
    )
    assert group["today"] == {"issued": 0, "preferred": 0, "share": None}
    assert calling["policy"]["undo_s"] == 10


def test_only_administrators_set(sign_in: SignIn) -> None:
    for caller in (sign_in("dukcapil1"), sign_in("penyelia")):
        assert caller.get("/settings/calling").get_json()["code"] == "not_allowed"
        assert put(caller, "/policy", {"policy": {}}).get_json()["code"] == "not_allowed"
        assert put(caller, "/groups/umum", GROUP).get_json()["code"] == "not_allowed"
        tiers = {"tiers": [[1]], "help_after_minutes": None}
        assert put(caller, "/counters/1/preference", tiers).get_json()["code"] == "not_allowed"


def test_the_policy_is_what_the_officers_page_obeys(admin: Caller, officer: Caller, visitor: Caller) -> None:
    put(admin, "/policy", {"policy": {"calls_before_no_show": 3, "call_any": "admin"}})
    visitor.take()
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    officer.refused(409, "too_few_calls", "/counters/1/no-show", {"ticket": ticket})
    officer.done("/counters/1/start", {"ticket": ticket})
    visitor.take()
    officer.refused(403, "not_allowed", "/counters/1/call", {"label": "A-002"})


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ({"undo_s": 61}, "undo_s"),
        ({"undo_s": "10"}, "undo_s"),
        ({"recall_interval_s": -1}, "recall_interval_s"),
        ({"notes": 1}, "notes"),
        ({"call_any": "visitor"}, "call_any"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_wrong_policy_is_named(admin: Caller, policy: dict[str, Any], named: str) -> None:
    answer = put(admin, "/policy", {"policy": policy})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_setting")
    assert named in answer.get_json()["detail"]


def test_a_group_gets_its_own_rule(admin: Caller, officer: Caller, visitor: Caller) -> None:
    assert put(admin, "/groups/kependudukan", GROUP).status_code == 200
    regular = visitor.take()
    visitor.take(**{"class": "priority"})
    assert officer.done("/counters/1/call-next")["ticket"]["label"] == regular["label"], "first come, first served"


def test_a_ratio_warns_when_todays_share_inverts_it(admin: Caller, visitor: Caller) -> None:
    put(admin, "/groups/kependudukan", {**GROUP, "discipline": "ratio", "ratio": 4})
    for kind in ("regular", "regular", "regular", "priority"):
        visitor.take(**{"class": kind})
    groups = {g["code"]: g for g in admin.get("/settings/calling").get_json()["groups"]}
    assert groups["umum"]["warning"] is None
    assert groups["kependudukan"]["today"]["share"] == 0.25
    assert groups["kependudukan"]["warning"]["code"] == "ratio_inverts"
    assert "25%" in groups["kependudukan"]["warning"]["text"]


def test_a_ratio_is_kept_over_calls(admin: Caller, officer: Caller, visitor: Caller) -> None:
    put(admin, "/groups/kependudukan", {**GROUP, "discipline": "ratio", "ratio": 2, "services": [1]})
    regular_labels = [visitor.take()["label"] for _ in range(4)]
    preferred = [visitor.take(**{"class": "priority"})["label"] for _ in range(2)]
    called = []
    for _ in range(6):
        ticket = officer.done("/counters/1/call-next")["ticket"]
        called.append(ticket["label"])
        officer.done("/counters/1/start", {"ticket": ticket["id"]})
    assert called == [
        regular_labels[0],
        regular_labels[1],
        preferred[0],
        regular_labels[2],
        regular_labels[3],
        preferred[1],
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weights": {**WEIGHTS, "priority": 0}}, "bad_setting"),
        ({"weights": {**WEIGHTS, "priority": 101}}, "bad_setting"),
        ({"ratio": 0}, "bad_setting"),
        ({"services": [9999]}, "unknown_service"),
        ({"discipline": "lifo"}, "bad_request"),
        ({"weights": {"regular": 1}}, "bad_request"),
        ({"name": {}}, "bad_request"),
    ],
)
def test_a_wrong_group_changes_nothing(admin: Caller, change: dict[str, Any], code: str) -> None:
    before = admin.get("/settings/calling").get_json()
    assert put(admin, "/groups/kependudukan", {**GROUP, **change}).get_json()["code"] == code
    assert put(admin, "/groups/no%20such", GROUP).get_json()["code"] == "bad_setting"
    assert admin.get("/settings/calling").get_json() == before


def test_a_counter_prefers_and_helps(admin: Caller, officer: Caller, visitor: Caller, runtime: Runtime) -> None:
    answer = put(admin, "/counters/1/preference", {"tiers": [[1], [2, 3]], "help_after_minutes": 20})
    assert answer.get_json() == {"tiers": [[1], [2, 3]], "help_after_minutes": 20}
    theirs = visitor.take(2)["label"]
    own = [visitor.take(1)["label"] for _ in range(2)]

    def call() -> str:
        ticket = officer.done("/counters/1/call-next")["ticket"]
        officer.done("/counters/1/start", {"ticket": ticket["id"]})
        return str(ticket["label"])

    assert call() == own[0], "its own first, although the other came before"
    runtime.clock.forward(minutes=21)
    assert call() == theirs, "theirs has waited longer than 20 minutes"
    assert call() == own[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"tiers": 1}, "bad_request"),
        ({"tiers": []}, "bad_setting"),
        ({"tiers": [[]]}, "bad_setting"),
        ({"tiers": [[1], [1]]}, "bad_setting"),
        ({"tiers": [[1, 1]]}, "bad_setting"),
        ({"tiers": [[9999]]}, "unknown_service"),
        ({"tiers": [[1]], "help_after_minutes": -1}, "bad_setting"),
    ],
)
def test_a_wrong_preference_changes_nothing(admin: Caller, body: dict[str, Any], code: str) -> None:
    before = admin.get("/settings/counters/1/preference").get_json()
    assert put(admin, "/counters/1/preference", body).get_json()["code"] == code
    assert put(admin, "/counters/9999/preference", {"tiers": [[1]]}).get_json()["code"] == "unknown_counter"
    assert admin.get("/settings/counters/1/preference").get_json() == before


@pytest.mark.parametrize(
    ("tiers", "field", "said"),
    [
        ([[1], []], "tiers[1]", "“tiers[1]” harus berisi paling sedikit satu layanan."),
        ([[1], [2], [1, 3]], "tiers[2]", "“tiers[2]”: satu layanan hanya boleh berada di satu tingkat."),
    ],
)
def test_a_wrong_tier_is_named(admin: Caller, tiers: list[list[int]], field: str, said: str) -> None:
    answer = put(admin, "/counters/1/preference", {"tiers": tiers}).get_json()
    assert (answer["field"], said in answer["detail"]) == (field, True), answer
