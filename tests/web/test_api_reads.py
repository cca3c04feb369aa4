"""Contract of what everybody may read, of papers, and of the session."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app import __version__
from queue_app.background import Runtime
from tests.conftest import Clock
from tests.web.callers import Caller, Stop, everything

PASSWORD = "antrean-tabanan"


def test_health(visitor: Caller, runtime: Runtime) -> None:
    first = visitor.get("/health").get_json()
    assert (first["status"], first["version"], first["day"]) == ("ok", __version__, "2026-11-24")
    visitor.take()
    assert visitor.get("/health").get_json()["seq"] == first["seq"] + 1


def test_catalogue(visitor: Caller) -> None:
    catalogue = visitor.get("/catalogue").get_json()
    assert catalogue["hall"]["name"] == "MPP Tabanan"
    assert catalogue["hall"]["languages"] == ["id", "en", "ban"]
    assert [zone["code"] for zone in catalogue["zones"]] == ["utara", "tengah", "selatan"]
    first = catalogue["agencies"][0]
    assert (first["short"], first["services"][0]["series"]) == ("Disdukcapil", "A")
    assert all(service["name"]["id"] for agency in catalogue["agencies"] for service in agency["services"])


def test_a_closed_service_is_closed_everywhere(visitor: Caller, stop_issuing: Stop) -> None:
    stop_issuing(1)
    services = visitor.get("/catalogue").get_json()["agencies"][0]["services"]
    assert [service["open"] for service in services[:2]] == [False, True]
    kiosk = visitor.get("/kiosks/utama").get_json()["state"]["services"]
    assert (kiosk["1"]["open"], kiosk["2"]["open"]) == (False, True)


def test_board(visitor: Caller, officer: Caller, clock: Clock) -> None:
    for _ in range(3):
        visitor.take(language="en")
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    officer.done("/counters/1/no-show", {"ticket": ticket})
    officer.done("/counters/1/call-next")
    answer = visitor.get("/zones/utara/board").get_json()
    state = answer["state"]
    assert (state["waiting"], state["missed"], state["day"]) == (1, ["A-001"], "2026-11-24")
    (call,) = state["calls"]
    assert call.pop("service")["id"] == "KTP-el hilang atau rusak"
    assert call == {
        "seq": answer["seq"],
        "label": "A-002",
        "counter": {"code": "1", "name": "Loket 1"},
        "agency": "Disdukcapil",
        "language": "en",
        "priority": False,
        "at": round(clock.now.timestamp() * 1000),
        "state": "called",
        "times": 1,
    }
    assert visitor.get("/zones/tengah/board").get_json()["state"]["calls"] == []


def test_kiosk(visitor: Caller) -> None:
    visitor.take()
    state = visitor.get("/kiosks/lobi").get_json()["state"]
    opening = {"open": True, "why": None, "until": None, "occasion": None}
    nobody_sits_there = {"ahead": 1, "range": None}
    assert state["services"]["1"] == {"waiting": 1, **nobody_sits_there, **opening, "numbers_left": None}
    assert state["opening"] == opening
    assert state["printer"] == "ready"


def test_a_kiosk_says_how_long_it_takes(visitor: Caller, officer: Caller) -> None:
    """Before a number is taken: the same for all services of a pool, ahead of whom all wait."""
    visitor.take()
    visitor.take(2)
    services = visitor.get("/kiosks/lobi").get_json()["state"]["services"]
    low, high = services["1"]["range"]
    assert 0 <= low < high
    assert services["1"]["ahead"] == services["2"]["ahead"] == 2
    ticket = visitor.take()
    assert (ticket["ahead"], ticket["range"], ticket["promised"]) == (2, [low, high], [low, high])


def test_line(visitor: Caller, officer: Caller, clock: Clock) -> None:
    labels = [visitor.take()["label"], visitor.take(2)["label"]]
    clock.forward(minutes=1)
    labels.insert(1, visitor.take(**{"class": "priority"})["label"])
    clock.forward(minutes=1)
    for service in (1, 2):
        assert visitor.get(f"/services/{service}/line").get_json()["state"]["order"] == [
            labels[1],
            labels[0],
            labels[2],
        ]
    officer.done("/counters/1/call-next")
    state = visitor.get("/services/1/line").get_json()["state"]
    assert state["order"] == [labels[0], labels[2]]
    assert len(state["ranges"]) == 2
    assert all(low < high for low, high in state["ranges"])
    assert state["called"][labels[1]]["counter"] == {"code": "1", "name": "Loket 1"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/zones/barat/board", "unknown_zone"),
        ("/zones/%00/board", "unknown_zone"),
        ("/zones/UTARA/board", "unknown_zone"),
        ("/kiosks/nowhere", "unknown_kiosk"),
        ("/services/9999/line", "unknown_service"),
        ("/services/0/line", "unknown_service"),
        (f"/services/{2**70}/line", "unknown_service"),
    ],
)
def test_unknown_rooms(visitor: Caller, path: str, code: str) -> None:
    before = everything(visitor.runtime.store)
    response = visitor.get(path)
    assert (response.status_code, response.get_json()["code"]) == (404, code)
    assert everything(visitor.runtime.store) == before


@pytest.mark.parametrize(
    "path", ["/services/-1/line", "/services/x/line", "/services/1.5/line", "/services/%D9%A1/line"]
)
def test_what_is_no_id(runtime: Runtime, path: str) -> None:
    response = runtime.app.test_client().get(f"/api/v1{path}")
    # The last one is an Arabic one: a digit, and so service 1.
    assert response.status_code == (200 if "%D9" in path else 404)


def test_reading_changes_nothing(runtime: Runtime, visitor: Caller) -> None:
    visitor.take()
    before = everything(runtime.store)
    for path in ("/health", "/catalogue", "/zones/utara/board", "/kiosks/utama", "/services/1/line"):
        assert visitor.get(path).status_code == 200
    assert everything(runtime.store) == before


# --- papers, for staff


def test_a_paper(visitor: Caller, officer: Caller) -> None:
    job = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()["print_job"]
    answer = officer.get(f"/print-jobs/{job['id']}")
    assert answer.get_json() == {
        "id": job["id"],
        "kind": "ticket",
        "copy": 1,
        "state": "queued",
        "detail": "",
        "reason": None,
        "ending": None,
    }
    assert visitor.get(f"/print-jobs/{job['id']}").status_code == 401


@pytest.mark.parametrize("job", [0, 9999, 2**53, 2**63, 2**200])
def test_unknown_papers(officer: Caller, job: int) -> None:
    response = officer.get(f"/print-jobs/{job}")
    assert (response.status_code, response.get_json()["code"]) == (404, "unknown_print_job")


# --- the session


def test_signing_in(visitor: Caller) -> None:
    answer = visitor.done("/session", {"username": " Dukcapil1 ", "password": PASSWORD})
    assert answer["officer"] == {"name": "Ni Luh Putu Sari", "role": "officer"}
    visitor.token = answer["token"]
    assert visitor.get("/counters").status_code == 200
    assert visitor.call("DELETE", "/api/v1/session").status_code == 204


WRONG_SIGN_INS: list[Any] = [
    {},
    [],
    {"username": "dukcapil1"},
    {"password": PASSWORD},
    {"username": "", "password": PASSWORD},
    {"username": "dukcapil1", "password": ""},
    {"username": "x" * 41, "password": PASSWORD},
    {"username": "dukcapil1", "password": "x" * 201},
    {"username": 1, "password": PASSWORD},
    {"username": ["dukcapil1"], "password": PASSWORD},
    {"username": "dukcapil1", "password": None},
    {"username": "dukcapil1", "password": PASSWORD, "role": "admin"},
]


def test_sign_ins_of_the_wrong_shape(visitor: Caller) -> None:
    for body in WRONG_SIGN_INS:
        visitor.refused(400, "bad_request", "/session", body)


def test_sign_ins_that_cannot_be_read(visitor: Caller) -> None:
    visitor.refused(400, "bad_request", "/session", data=b"{", content_type="application/json")
    visitor.refused(413, "too_large", "/session", data=b" " * 20_000, content_type="application/json")
    visitor.refused(415, "unsupported_media", "/session", data=b"username=a&password=b")
