"""Every error in one shape, in the caller's language, and nothing of the runtime's inside in it."""

from __future__ import annotations

import json
import logging
from importlib.resources import files
from typing import Any

import pytest

from queue_app.background import Runtime
from queue_app.domain.errors import REFUSALS
from queue_app.services.queue import issuing
from queue_app.web.api import tickets
from queue_app.web.errors import STATUS
from tests.web.callers import Caller, everything

MEMBERS = {"type", "title", "status", "code", "detail", "request_id"}
JSON = "application/problem+json"


def words(language: str) -> dict[str, str]:
    text = files("queue_app").joinpath("locale", f"{language}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("id", "id"),
        ("en", "en"),
        ("ban", "ban"),
        ("en-US,en;q=0.9,id;q=0.8", "en"),
        ("de,fr;q=0.9", "id"),
        ("", "id"),
        ("*", "id"),
        ("q=;;,,=\x7f", "id"),
    ],
)
def test_errors_are_in_the_callers_language(visitor: Caller, header: str, language: str) -> None:
    problem = visitor.refused(
        404, "unknown_service", "/tickets", {"service": 9999}, headers={"Accept-Language": header}
    )
    assert set(problem) == MEMBERS
    assert problem["status"] == 404
    assert problem["type"] == "urn:queue-app:problem:unknown_service"
    assert problem["title"] == words(language)["refusal.unknown_service.title"]
    assert problem["detail"] == words(language)["refusal.unknown_service.detail"]


def test_the_address_and_the_remembered_language_come_first(visitor: Caller) -> None:
    visitor.client.set_cookie("queue_language", "ban")
    english = {"Accept-Language": "en"}
    assert (
        visitor.get("/tickets/x", headers=english).get_json()["title"] == words("ban")["refusal.unknown_ticket.title"]
    )
    asked = visitor.get("/tickets/x?language=id", headers=english)
    assert asked.get_json()["title"] == words("id")["refusal.unknown_ticket.title"]
    nonsense = visitor.get("/tickets/x?language=../../etc", headers=english)
    assert nonsense.get_json()["title"] == words("ban")["refusal.unknown_ticket.title"]


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_every_refusal_has_words(language: str) -> None:
    have = words(language)
    assert [c for c in [*STATUS, "internal"] if not have.get(f"refusal.{c}.title")] == []
    assert [c for c in [*STATUS, "internal"] if not have.get(f"refusal.{c}.detail")] == []


def test_every_refusal_has_a_status() -> None:
    assert set(STATUS) == REFUSALS


def test_facts_of_a_refusal_stand_in_its_sentence(officer: Caller, sign_in: Any) -> None:
    problem = sign_in("dukcapil2").refused(409, "counter_taken", "/counters/1/open", headers={"Accept-Language": "en"})
    assert "Ni Luh Putu Sari" in problem["detail"]
    assert "Loket 1" in problem["title"]


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/nothing", "/api/v2/tickets", "/api/v1/counters/x"])
def test_unknown_api_addresses(runtime: Runtime, path: str) -> None:
    for accept in ("application/json", "text/html", ""):
        response = runtime.app.test_client().get(path, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (404, JSON)
        assert response.get_json()["code"] == "not_found"


def test_wrong_methods_name_the_right_ones(runtime: Runtime) -> None:
    for method, path, allowed in (
        ("GET", "/api/v1/tickets", {"POST", "OPTIONS"}),
        ("DELETE", "/api/v1/catalogue", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/api/v1/session", {"POST", "DELETE", "OPTIONS"}),
    ):
        response = runtime.app.test_client().open(path, method=method, json={})
        assert (response.status_code, response.get_json()["code"]) == (405, "method_not_allowed")
        assert set(response.headers["Allow"].split(", ")) == allowed


def test_people_get_a_page(runtime: Runtime) -> None:
    response = runtime.app.test_client().get("/nothing", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert words("en")["refusal.not_found.title"] in response.text
    assert "Content-Security-Policy" in response.headers


def test_every_answer_carries_a_request_id(visitor: Caller) -> None:
    answers = [visitor.get("/health"), visitor.get("/tickets/x"), visitor.get("/tickets/x")]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(ids)) == 3
    assert answers[1].get_json()["request_id"] == ids[1]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_fault_tells_nothing_and_is_logged_once(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    secret = "select * from staff where /srv/queue/secret.py"

    def broken(*_: object) -> None:
        raise RuntimeError(secret)

    before = everything(runtime.store)
    monkeypatch.setattr(issuing, "issue", broken)
    monkeypatch.setattr("queue_app.web.api.tickets.public_ticket", broken)
    monkeypatch.setattr(tickets, "public_ticket", broken)
    with caplog.at_level(logging.ERROR):
        response = runtime.app.test_client().post("/api/v1/tickets", json={"service": 1}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (500, JSON)
    assert set(response.get_json()) == MEMBERS
    assert response.get_json()["code"] == "internal"
    for inside in (secret, "RuntimeError", "Traceback", ".py"):
        assert inside not in response.text
    assert len(caplog.records) == 1
    assert response.headers["X-Request-Id"] in caplog.text
    assert secret in caplog.text
    assert everything(runtime.store) == before


def test_a_fault_behind_a_page_is_a_page(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("queue_app.web.pages.visitor.is_token", broken)
    response = runtime.app.test_client().get("/t/bcdfghjkmnpq", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (500, "text/html")
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text
