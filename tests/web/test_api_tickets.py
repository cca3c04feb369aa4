"""Contract of /tickets: taking a number, looking at it, giving it up, its papers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select, update

from queue_app.background import Runtime
from queue_app.domain.numbering import LARGEST_NUMBER
from queue_app.store import tables as t
from tests.conftest import Clock
from tests.web.callers import Caller, Stop, everything

KEY = "kunci-kiosk_0001"
GONE = "bcdfghjkmnpq"  # has the shape of a token, and is none


def tickets(runtime: Runtime) -> int:
    with runtime.store.read() as connection:
        return connection.execute(select(func.count()).select_from(t.ticket)).scalar_one()


def test_a_number(visitor: Caller, clock: Clock) -> None:
    response = visitor.post("/tickets", {"service": 1, "class": "priority", "language": "ban", "kiosk": "utama"})
    assert response.status_code == 201
    answer = response.get_json()
    ticket = answer["ticket"]
    assert answer["print_job"]["state"] == "queued"
    assert ticket == {
        "label": "A-001",
        "state": "waiting",
        "service": {"id": 1, "name": ticket["service"]["name"]},
        "agency": {"short": "Disdukcapil", "name": ticket["agency"]["name"]},
        "zone": {"code": "utara", "name": {"id": "Zona Utara", "en": "North Zone", "ban": "Zona Kaler"}},
        "priority": True,
        "language": "ban",
        "issued_at": round(clock.now.timestamp() * 1000),
        "called_at": None,
        "ahead": 0,
        "range": None,
        "promised": None,
        "counter": None,
        "token": ticket["token"],
        "url": f"http://localhost/t/{ticket['token']}",
        "day": "2026-11-24",
    }
    assert response.headers["Cache-Control"] == "no-store"


def test_what_may_be_left_out(visitor: Caller) -> None:
    answer = visitor.post("/tickets", {"service": 1}).get_json()
    assert (answer["ticket"]["priority"], answer["ticket"]["language"], answer["print_job"]) == (False, "id", None)


def test_numbers_rise_and_each_token_is_its_own(visitor: Caller) -> None:
    taken = [visitor.take() for _ in range(3)]
    assert [ticket["label"] for ticket in taken] == ["A-001", "A-002", "A-003"]
    assert [ticket["ahead"] for ticket in taken] == [0, 1, 2]
    assert len({ticket["token"] for ticket in taken}) == 3


def test_the_same_key_gets_the_same_ticket(runtime: Runtime, visitor: Caller) -> None:
    body = {"service": 1, "kiosk": "utama"}
    first = visitor.post("/tickets", body, key=KEY)
    after = everything(runtime.store)
    again = [visitor.post("/tickets", body, key=KEY) for _ in range(3)]
    assert (first.status_code, [a.status_code for a in again]) == (201, [200, 200, 200])
    assert all(answer.get_json() == first.get_json() for answer in again)
    assert everything(runtime.store) == after
    assert tickets(runtime) == 1


def test_a_repeat_shows_the_ticket_as_it_is_now(visitor: Caller) -> None:
    token = visitor.post("/tickets", {"service": 1}, key=KEY).get_json()["ticket"]["token"]
    visitor.done(f"/tickets/{token}/cancel")
    again = visitor.done("/tickets", {"service": 1}, key=KEY)["ticket"]
    assert (again["token"], again["state"]) == (token, "cancelled")


@pytest.mark.parametrize(
    "other",
    [
        {"service": 2},
        {"service": 1, "class": "priority"},
        {"service": 1, "language": "en"},
        {"service": 1, "kiosk": "utama"},
    ],
)
def test_a_key_is_for_one_request(visitor: Caller, other: dict[str, Any]) -> None:
    assert visitor.post("/tickets", {"service": 1}, key=KEY).status_code == 201
    visitor.refused(409, "key_reused", "/tickets", other, key=KEY)


def test_malformed_keys(visitor: Caller) -> None:
    for key in ("", "short", "x" * 65, "with space", "semi;colon!", "héhéhéhé", "12345678\u2009"):
        visitor.refused(400, "bad_request", "/tickets", {"service": 1}, key=key)


def test_good_keys(visitor: Caller) -> None:
    for key in ("x" * 8, "x" * 64, "-_-_-_-_", "0123456789abcdefABCDEF"):
        assert visitor.post("/tickets", {"service": 1}, key=key).status_code == 201


WRONG_SHAPES: list[Any] = [
    {},
    [],
    [{"service": 1}],
    "service",
    1,
    True,
    {"service": None},
    {"service": "1"},
    {"service": 1.5},
    {"service": 1.0},
    {"service": True},
    {"service": [1]},
    {"service": {"id": 1}},
    {"service": 0},
    {"service": -1},
    {"service": 2**53},
    {"service": 10**400},
    {"service": 1, "class": "vip"},
    {"service": 1, "class": "appointment"},
    {"service": 1, "class": "transferred"},
    {"service": 1, "class": None},
    {"service": 1, "class": 1},
    {"service": 1, "language": "de"},
    {"service": 1, "language": ""},
    {"service": 1, "kiosk": 7},
    {"service": 1, "kiosk": "x" * 41},
    {"service": 1, "extra": 1},
    {"service": 1, "ticket_class": "priority"},
    {"service": 1, "number": 500},
    {"service": 1, "state": "called"},
]


def test_bodies_of_the_wrong_shape(visitor: Caller) -> None:
    for body in WRONG_SHAPES:
        visitor.refused(400, "bad_request", "/tickets", data=json.dumps(body), content_type="application/json")


MALFORMED = (
    *(b"", b"{", b'{"service": 1', b"{'service': 1}", b"service=1", b"null", b"\xff\xfe\x00", b'{"service": NaN}'),
    b"[" * 12_000,
    b'{"a":' * 3_000,
    b'{"service": 1' + b"0" * 5_000 + b"}",
    b'{"service": 1, "kiosk": "\\ud800"}',
)


def test_malformed_json(visitor: Caller) -> None:
    for raw in MALFORMED:
        visitor.refused(400, "bad_request", "/tickets", data=raw, content_type="application/json")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_other_content_types(visitor: Caller, kind: str) -> None:
    """A page of another site can send these without asking the browser's leave."""
    visitor.refused(415, "unsupported_media", "/tickets", data=b'{"service": 1}', content_type=kind)


def test_no_content_type(visitor: Caller) -> None:
    visitor.refused(415, "unsupported_media", "/tickets", data=b'{"service": 1}')


def test_json_with_a_charset_is_json(visitor: Caller) -> None:
    kind = "application/json; charset=utf-8"
    assert visitor.post("/tickets", data=b'{"service": 1}', content_type=kind).status_code == 201


def test_huge_bodies(visitor: Caller) -> None:
    raw = b'{"service": 1, "kiosk": "' + b"x" * 20_000 + b'"}'
    visitor.refused(413, "too_large", "/tickets", data=raw, content_type="application/json")


def test_unknown_things(visitor: Caller, stop_issuing: Stop) -> None:
    visitor.refused(404, "unknown_service", "/tickets", {"service": 9999})
    visitor.refused(404, "unknown_service", "/tickets", {"service": 2**53 - 1})
    for kiosk in ("", "nowhere", "UTAMA", "utama\x00", "../utama"):
        visitor.refused(404, "unknown_kiosk", "/tickets", {"service": 1, "kiosk": kiosk})


def test_closed_services(visitor: Caller, stop_issuing: Stop) -> None:
    before = visitor.take()
    stop_issuing(1)
    visitor.refused(409, "service_closed", "/tickets", {"service": 1})
    visitor.refused(409, "service_closed", "/tickets", {"service": 1}, key=KEY)
    assert visitor.take(2)["ahead"] == 1
    assert visitor.get(f"/tickets/{before['token']}").get_json()["state"] == "waiting"


def test_services_of_an_agency_that_left(runtime: Runtime, visitor: Caller) -> None:
    token = visitor.take()["token"]
    with runtime.store.transaction() as connection:
        connection.execute(update(t.agency).where(t.agency.c.code == "disdukcapil").values(active=False))
        connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    visitor.refused(404, "unknown_service", "/tickets", {"service": 1})
    for path in (f"/tickets/{token}", f"/tickets/{token}/print-jobs"):
        response = visitor.get(path)
        assert (response.status_code, response.get_json()["code"]) == (404, "unknown_ticket")
    assert runtime.app.test_client().get(f"/t/{token}").status_code == 404


def test_no_number_left(runtime: Runtime, visitor: Caller) -> None:
    visitor.take()
    with runtime.store.transaction() as connection:
        connection.execute(update(t.number_counter).values(last=LARGEST_NUMBER - 1))
    assert visitor.take()["label"] == f"A-{LARGEST_NUMBER}"
    visitor.refused(409, "no_number_left", "/tickets", {"service": 1})


# --- looking at a ticket


def test_a_ticket_through_its_life(visitor: Caller, officer: Caller, clock: Clock) -> None:
    token = visitor.take()["token"]
    ahead = visitor.take()["token"]
    in_hand = officer.done("/counters/1/call-next")["ticket"]
    called = visitor.get(f"/tickets/{token}").get_json()
    assert (called["state"], called["counter"]) == ("called", {"code": "1", "name": "Loket 1"})
    assert (called["ahead"], called["called_at"]) == (None, round(clock.now.timestamp() * 1000))
    assert visitor.get(f"/tickets/{ahead}").get_json()["ahead"] == 0
    officer.done("/counters/1/start", {"ticket": in_hand["id"]})
    assert visitor.get(f"/tickets/{token}").get_json()["state"] == "serving"
    officer.done("/counters/1/complete", {"ticket": in_hand["id"]})
    served = visitor.get(f"/tickets/{token}").get_json()
    assert (served["state"], served["counter"], served["ahead"]) == ("served", None, None)


def test_yesterdays_ticket_has_expired(visitor: Caller, officer: Caller, clock: Clock) -> None:
    token = visitor.take()["token"]
    clock.forward(hours=20)
    assert visitor.take()["label"] == "A-001"
    ticket = visitor.get(f"/tickets/{token}").get_json()
    assert (ticket["state"], ticket["ahead"], ticket["day"]) == ("expired", None, "2026-11-24")


BAD_TOKENS = [GONE, "x", "BCDFGHJKMNPQ", "bcdfghjkmnp%00", "' or 1=1 --", "bcdfghjkmnpqr", "é" * 12, "9" * 3000]


def test_wrong_tokens(visitor: Caller) -> None:
    for token in BAD_TOKENS:
        for path in (f"/tickets/{token}", f"/tickets/{token}/print-jobs"):
            response = visitor.get(path)
            assert (response.status_code, response.get_json()["code"]) == (404, "unknown_ticket")
        visitor.refused(404, "unknown_ticket", f"/tickets/{token}/cancel")


def test_ids_are_no_tokens(visitor: Caller) -> None:
    visitor.take()
    assert visitor.get("/tickets/1").status_code == 404


# --- giving it up


def test_giving_up(visitor: Caller) -> None:
    token = visitor.take()["token"]
    ticket = visitor.done(f"/tickets/{token}/cancel")
    assert (ticket["state"], ticket["ahead"], ticket["token"]) == ("cancelled", None, token)
    visitor.refused(409, "wrong_state", f"/tickets/{token}/cancel")


def test_giving_up_when_called(visitor: Caller, officer: Caller) -> None:
    token = visitor.take()["token"]
    officer.done("/counters/1/call-next")
    assert visitor.done(f"/tickets/{token}/cancel")["state"] == "cancelled"
    assert officer.get("/counters/1").get_json()["ticket"] is None


def test_not_while_or_after_being_served(visitor: Caller, officer: Caller) -> None:
    token = visitor.take()["token"]
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    officer.done("/counters/1/start", {"ticket": ticket})
    visitor.refused(409, "wrong_state", f"/tickets/{token}/cancel")
    officer.done("/counters/1/complete", {"ticket": ticket})
    visitor.refused(409, "wrong_state", f"/tickets/{token}/cancel")


@pytest.mark.parametrize("body", [{"ticket": 1}, [], "x", 1])
def test_giving_up_takes_no_arguments(visitor: Caller, body: Any) -> None:
    token = visitor.take()["token"]
    visitor.refused(400, "bad_request", f"/tickets/{token}/cancel", body)


# --- papers


def test_papers(visitor: Caller) -> None:
    answer = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()
    token, job = answer["ticket"]["token"], answer["print_job"]
    jobs = visitor.get(f"/tickets/{token}/print-jobs").get_json()["print_jobs"]
    paper = {
        "id": job["id"],
        "kind": "ticket",
        "copy": 1,
        "state": "queued",
        "detail": "",
        "reason": None,
        "ending": None,
    }
    assert jobs == [{**paper, "place": None, "taken": None}]


def test_no_papers_without_a_kiosk(visitor: Caller) -> None:
    token = visitor.take()["token"]
    assert visitor.get(f"/tickets/{token}/print-jobs").get_json() == {"print_jobs": []}


def test_addresses_on_paper_use_the_configured_site(visitor: Caller) -> None:
    """A configured address wins over any Host header; without one, the visitor's own address is used."""
    elsewhere = visitor.post("/tickets", {"service": 1}, headers={"Host": "antrean.test:8000"})
    assert elsewhere.get_json()["ticket"]["url"].startswith("http://antrean.test:8000/t/")
