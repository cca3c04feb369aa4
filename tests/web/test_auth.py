"""Authentication of every route, with every way of being signed in or not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.background import Runtime
from queue_app.services.accounts.sessions import ATTEMPT_WINDOW, SESSION_LENGTH, WRONG_PER_ACCOUNT, WRONG_PER_ADDRESS
from queue_app.store import tables as t
from queue_app.web.auth import SESSION_COOKIE
from queue_app.web.permissions import access_of
from tests.conftest import Clock
from tests.web.callers import Caller, OpenBrowser, SignIn, everything

PASSWORD = "antrean-tabanan"
WRONG = "salah-sekali-lho"
JSON = "application/problem+json"


def staff_calls(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """Method and address of every API route for staff."""
    address = runtime.app.url_map.bind("localhost")
    for rule in runtime.app.url_map.iter_rules():
        access = access_of(runtime.app.view_functions[rule.endpoint])
        if access is not None and access.permission is not None and rule.rule.startswith("/api/"):
            path = address.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, path


def test_what_acts_for_an_officer_is_for_staff(runtime: Runtime) -> None:
    calls = set(staff_calls(runtime))
    assert len(calls) > 30
    assert {
        ("GET", "/api/v1/counters"),
        ("POST", "/api/v1/counters/1/call-next"),
        ("DELETE", "/api/v1/session"),
    } <= calls


@pytest.mark.parametrize("token", [None, "nobody-knows-this-token", "x" * 5000, "é"])
def test_strangers_get_401_from_every_staff_route(runtime: Runtime, visitor: Caller, token: str | None) -> None:
    visitor.token = token
    before = everything(runtime.store)
    for method, path in staff_calls(runtime):
        response = visitor.call(method, path, json={})
        assert (response.status_code, response.mimetype) == (401, JSON), (method, path)
        assert response.get_json()["code"] == "sign_in_needed"
    assert everything(runtime.store) == before


def test_an_expired_session_is_a_stranger(runtime: Runtime, officer: Caller, clock: Clock) -> None:
    clock.now += SESSION_LENGTH
    for method, path in staff_calls(runtime):
        assert officer.call(method, path, json={}).status_code == 401, (method, path)


def test_signing_out_ends_the_session_at_once(runtime: Runtime, officer: Caller, visitor: Caller) -> None:
    response = officer.call("DELETE", "/api/v1/session")
    assert (response.status_code, response.data) == (204, b"")
    for method, path in staff_calls(runtime):
        assert officer.call(method, path, json={}).status_code == 401, (method, path)


def test_signing_out_leaves_the_counter(officer: Caller, sign_in: SignIn) -> None:
    officer.call("DELETE", "/api/v1/session")
    assert sign_in("dukcapil2").get("/counters/1").get_json()["status"] == "closed"


def test_signing_out_leaves_other_sessions_alone(officer: Caller, sign_in: SignIn) -> None:
    elsewhere = sign_in("dukcapil1")
    elsewhere.call("DELETE", "/api/v1/session")
    assert officer.get("/counters/1").get_json()["mine"] is True


def test_a_dismissed_officer_is_a_stranger(runtime: Runtime, officer: Caller, visitor: Caller) -> None:
    with runtime.store.transaction() as connection:
        connection.execute(t.staff.update().where(t.staff.c.username == "dukcapil1").values(active=False))
    assert officer.get("/counters").status_code == 401
    visitor.refused_sign_in(401, "wrong_sign_in", "dukcapil1", PASSWORD)


# --- cookies and forgery


def test_a_cookie_needs_a_csrf_token_to_change_anything(runtime: Runtime, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    assert browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD}).status_code == 303
    before = everything(runtime.store)
    for method, path in staff_calls(runtime):
        if method == "GET":
            continue
        for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "x" * 300}, {"X-CSRFToken": open_browser().csrf}):
            response = browser.client.open(path, method=method, json={}, headers=headers)
            assert (response.status_code, response.mimetype) == (403, JSON), (method, path)
            assert response.get_json()["code"] == "csrf_failed"
    assert everything(runtime.store) == before
    assert browser.client.get("/api/v1/counters").status_code == 200
    result = browser.client.post("/api/v1/counters/1/open", json={}, headers={"X-CSRFToken": browser.csrf})
    assert result.get_json()["mine"] is True


def test_forms_need_a_csrf_token(runtime: Runtime, open_browser: OpenBrowser) -> None:
    browser, form = open_browser(), {"username": "dukcapil1", "password": PASSWORD}
    before = everything(runtime.store)
    assert browser.submit("/counter/sign-in", form, csrf=False).status_code == 403
    assert everything(runtime.store) == before
    assert browser.submit("/counter/sign-in", form).status_code == 303
    before = everything(runtime.store)
    assert browser.submit("/counter/sign-out", {}, csrf=False).status_code == 403
    assert everything(runtime.store) == before
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert browser.submit("/counter/sign-out", {}).status_code == 303
    assert browser.client.get_cookie(SESSION_COOKIE) is None
    stolen = runtime.app.test_client()
    stolen.set_cookie(SESSION_COOKIE, cookie.value)
    assert stolen.get("/api/v1/counters").status_code == 401


def test_a_wrong_bearer_token_does_not_fall_back_to_the_cookie(runtime: Runtime, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD})
    before = everything(runtime.store)
    for scheme in ("Bearer nobody", "bearer  nobody", "BEARER nobody"):
        response = browser.client.post("/api/v1/counters/1/open", json={}, headers={"Authorization": scheme})
        assert response.status_code == 401
    for empty in ("Bearer", "Bearer ", "Basic YTpi", "nobody"):
        response = browser.client.post("/api/v1/counters/1/open", json={}, headers={"Authorization": empty})
        assert (response.status_code, response.get_json()["code"]) == (403, "csrf_failed")
    assert everything(runtime.store) == before


def test_the_session_cookie_is_not_for_scripts_or_other_sites(open_browser: OpenBrowser) -> None:
    response = open_browser().submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD})
    cookie = next(line for line in response.headers.getlist("Set-Cookie") if line.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_pages_of_officers_show_strangers_the_sign_in_form(runtime: Runtime) -> None:
    client = runtime.app.test_client()
    for path in ("/counter", "/counter/1", "/counter/999"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.location == ("/counter/sign-in" if path == "/counter" else f"/counter/sign-in?next={path}")
        assert "boot" not in response.text


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/admin/voice", "/admin/voice"),
        ("/counter/7?choose=1", "/counter/7?choose=1"),
        ("", "/counter"),
        ("//elsewhere.example/admin/", "/counter"),
        ("https://elsewhere.example/counter", "/counter"),
        ("/counter\\@elsewhere.example", "/counter"),
        ("/counter\r\nSet-Cookie: a=b", "/counter"),
        ("/admin/" + "x" * 300, "/counter"),
        ("/api/v1/counters", "/counter"),
    ],
)
def test_sign_in_leads_back_to_the_page_that_was_wanted_and_nowhere_else(
    open_browser: OpenBrowser, wanted: str, lands: str
) -> None:
    form = {"username": "dukcapil1", "password": PASSWORD, "next": wanted}
    assert open_browser().submit("/counter/sign-in", form).location == lands


# --- the agencies' walls


def body_of(act: str, ticket: int) -> dict[str, Any]:
    """Return a body that fits an action."""
    if act in ("1", "open", "close", "end-pause", "call-next", "targets", "why"):
        return {}
    more = {
        "transfer": {"service": 2},
        "change": {"files": 2},
        "cancel": {"reason": "left"},
        "note": {"text": "x"},
    }
    without = {"serve-direct": {"service": 1}, "pause": {"reason": "meal"}}
    return without.get(act) or {"ticket": ticket, **more.get(act, {})}


def test_an_officer_of_another_agency_sees_and_does_nothing(
    runtime: Runtime, officer: Caller, visitor: Caller, sign_in: SignIn
) -> None:
    labels = [visitor.take()["label"] for _ in range(3)]
    ticket = officer.done("/counters/1/call-next")["ticket"]["id"]
    stranger = sign_in("bpjskes1")
    before = everything(runtime.store)
    for method, path in staff_calls(runtime):
        if "/v1/counters/1" in path:
            body = body_of(path.rpartition("/")[2], ticket)
            query = {"ticket": ticket} if path.endswith("/why") else None
            response = stranger.call(method, path, json=body, query_string=query)
            assert (response.status_code, response.get_json()["code"]) == (403, "not_allowed"), path
            assert not any(label in response.text for label in labels)
    listed = stranger.get("/counters").get_json()["counters"]
    assert {counter["agency"]["short"] for counter in listed} == {"BPJS Kesehatan"}
    assert everything(runtime.store) == before


def test_the_page_of_another_agency_is_refused(officer: Caller, visitor: Caller, open_browser: OpenBrowser) -> None:
    label = visitor.take()["label"]
    browser = open_browser()
    browser.submit("/counter/sign-in", {"username": "bpjskes1", "password": PASSWORD})
    response = browser.client.get("/counter/1", headers={"Accept": "text/html"})
    assert response.status_code == 403
    assert label not in response.text


def test_names_of_another_agency_stay_there(officer: Caller, sign_in: SignIn) -> None:
    neighbour = sign_in("bpjskes1")
    state = neighbour.done("/counters/5/open")
    other = next(row for row in state["others"] if row["code"] == "1")
    assert (other["open"], other["officer"]) == (True, None)
    colleague = sign_in("dukcapil2").done("/counters/2/open")
    assert next(row for row in colleague["others"] if row["code"] == "1")["officer"] == "Ni Luh Putu Sari"


def test_a_supervisor_may_open_any_counter(sign_in: SignIn) -> None:
    supervisor = sign_in("penyelia")
    assert len(supervisor.get("/counters").get_json()["counters"]) > 20
    assert supervisor.done("/counters/5/open")["mine"] is True
    assert supervisor.done("/counters/1/open")["mine"] is True


# --- signing in


def test_wrong_passwords_and_unknown_names_get_the_same_answer(visitor: Caller) -> None:
    known = visitor.refused_sign_in(401, "wrong_sign_in", "dukcapil1", WRONG)
    unknown = visitor.refused_sign_in(401, "wrong_sign_in", "tidak-ada", WRONG)
    del known["request_id"], unknown["request_id"]
    assert known == unknown


@pytest.mark.parametrize("username", ["dukcapil1", "tidak-ada"])
def test_after_five_wrong_ones_even_the_right_one_waits(visitor: Caller, clock: Clock, username: str) -> None:
    for _ in range(WRONG_PER_ACCOUNT):
        visitor.refused_sign_in(401, "wrong_sign_in", username, WRONG)
    visitor.refused_sign_in(429, "too_many_attempts", username, PASSWORD)
    visitor.refused_sign_in(429, "too_many_attempts", username.upper(), PASSWORD)
    visitor.done("/session", {"username": "dukcapil2", "password": PASSWORD})
    clock.now += ATTEMPT_WINDOW
    if username == "dukcapil1":
        visitor.done("/session", {"username": username, "password": PASSWORD})
    else:
        visitor.refused_sign_in(401, "wrong_sign_in", username, PASSWORD)


def test_the_form_counts_the_same_attempts(visitor: Caller, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    for _ in range(WRONG_PER_ACCOUNT):
        response = browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": WRONG})
        assert response.status_code == 401
        assert WRONG not in response.text
    visitor.refused_sign_in(429, "too_many_attempts", "dukcapil1", PASSWORD)
    assert browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD}).status_code == 429


def test_one_address_cannot_try_all_accounts(runtime: Runtime, visitor: Caller) -> None:
    now = round(runtime.clock().timestamp() * 1000)
    with runtime.store.transaction() as connection:
        tries = [{"username": f"nama-{n}", "address": "127.0.0.1", "at": now} for n in range(WRONG_PER_ADDRESS)]
        connection.execute(t.sign_in_attempt.insert(), tries)
    visitor.refused_sign_in(429, "too_many_attempts", "dukcapil1", PASSWORD)
    from_elsewhere = visitor.post(
        "/session",
        {"username": "dukcapil1", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "127.0.0.9"},
    )
    assert from_elsewhere.status_code == 200


def test_the_right_password_forgets_the_wrong_ones(visitor: Caller) -> None:
    for _ in range(WRONG_PER_ACCOUNT - 1):
        visitor.refused_sign_in(401, "wrong_sign_in", "dukcapil1", WRONG)
    visitor.done("/session", {"username": "dukcapil1", "password": PASSWORD})
    visitor.refused_sign_in(401, "wrong_sign_in", "dukcapil1", WRONG)


@pytest.mark.parametrize("username", ["a\x00b", "é" * 40, "'; drop table staff; --", "%", "  "])
def test_odd_names_are_wrong_ones(any_house: Runtime, username: str) -> None:
    """PostgreSQL refuses text that SQLite takes."""
    client = any_house.app.test_client()
    answer = client.post("/api/v1/session", json={"username": username, "password": WRONG})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "wrong_sign_in")


def test_passwords_and_tokens_are_nowhere(
    runtime: Runtime, visitor: Caller, open_browser: OpenBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = visitor.refused_sign_in(401, "wrong_sign_in", "dukcapil1", WRONG)
    answer = visitor.post("/session", {"username": "dukcapil1", "password": PASSWORD})
    page = open_browser().submit("/counter/sign-in", {"username": "dukcapil1", "password": WRONG})
    token = answer.get_json()["token"]
    written = repr(everything(runtime.store)) + caplog.text
    for secret in (WRONG, PASSWORD):
        assert secret not in str(refused) + answer.text + page.text + written
    assert token not in written
    with runtime.store.read() as connection:
        hashes = connection.execute(select(t.staff.c.password_hash)).scalars().all()
    assert all(text.startswith("scrypt:") for text in hashes)
