"""Contract of the forecast of one more counter, and of the report on promised waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Clock
from tests.web.callers import Caller

Json = dict[str, Any]


@pytest.fixture
def supervisor(sign_in: Any) -> Caller:
    """Somebody who supervises the hall."""
    caller: Caller = sign_in("penyelia")
    return caller


def what_if(caller: Caller, counters: int = 1, service: int = 1) -> Json:
    response = caller.get(f"/services/{service}/what-if?counters={counters}")
    assert response.status_code == 200
    answer: Json = response.get_json()
    return answer


def test_one_more_counter_shortens_the_wait(visitor: Caller, officer: Caller, supervisor: Caller) -> None:
    for _ in range(12):
        visitor.take()
    answer = what_if(supervisor)
    assert answer["opened"] == [{"code": "2", "name": "Loket 2"}]
    assert (answer["now"]["counters"], answer["then"]["counters"]) == (1, 2)
    assert answer["now"]["range"] == visitor.get("/kiosks/utama").get_json()["state"]["services"]["1"]["range"]
    assert answer["then"]["range"] < answer["now"]["range"]
    assert answer["then"]["last_finish"] < answer["now"]["last_finish"]
    assert answer["now"]["ahead"] == answer["then"]["ahead"] == 12
    assert [row["code"] for row in what_if(supervisor, 20)["opened"]] == ["2", "3"]


def test_the_first_counter_makes_an_estimate(visitor: Caller, supervisor: Caller) -> None:
    visitor.take()
    answer = what_if(supervisor)
    assert answer["now"] == {"counters": 0, "ahead": 1, "range": None, "last_finish": None}
    assert answer["then"]["range"] is not None
    assert answer["then"]["last_finish"] is not None


def test_supervisors_only(visitor: Caller, officer: Caller, supervisor: Caller) -> None:
    for caller, path, status, code in (
        (visitor, "/services/1/what-if", 401, "sign_in_needed"),
        (officer, "/services/1/what-if", 403, "not_allowed"),
        (supervisor, "/services/999/what-if", 404, "unknown_service"),
        (supervisor, "/services/1/what-if?counters=0", 400, "bad_request"),
        (visitor, "/reports/promises", 401, "sign_in_needed"),
        (supervisor, "/reports/promises?day=yesterday", 400, "bad_request"),
    ):
        response = caller.get(path)
        assert (response.status_code, response.get_json()["code"]) == (status, code), path


def test_how_often_promises_were_kept(visitor: Caller, officer: Caller, supervisor: Caller, clock: Clock) -> None:
    for _ in range(2):
        visitor.take()
    for minutes in (0, 90):
        clock.forward(minutes=minutes)
        ticket = officer.done("/counters/1/call-next")["ticket"]
        officer.done("/counters/1/start", {"ticket": ticket["id"]})
    report = supervisor.get("/reports/promises").get_json()
    assert report["day"] == "2026-11-24"
    assert len({row["agency"]["short"] for row in report["services"]}) > 10
    own = officer.get("/reports/promises?day=2026-11-24").get_json()["services"]
    assert {row["agency"]["short"] for row in own} == {"Disdukcapil"}
    counted = {row["id"]: row for row in own}[1]
    assert (counted["issued"], counted["promised"], counted["kept"], counted["share"]) == (2, 2, 1, 0.5)
    empty = officer.get("/reports/promises?day=2026-11-23").get_json()["services"][0]
    assert (empty["issued"], empty["share"]) == (0, None)
