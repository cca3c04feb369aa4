"""The pages as the server makes them: policy, cookies, data for the scripts, static files."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from sqlalchemy import update

from queue_app.background import Runtime
from queue_app.store import tables as t
from queue_app.web.assets import build_of
from queue_app.web.context import Context
from tests.web.callers import Browser, Caller, OpenBrowser, boot_of

PASSWORD = "antrean-tabanan"
HTML = {"Accept": "text/html"}
NO_SCRIPT = ("/", "/screen")
PICTURE = b"\x89PNG not really"


@pytest.fixture
def at_work(open_browser: OpenBrowser) -> Browser:
    """Return the browser of an officer at counter 1."""
    browser = open_browser()
    assert browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD}).status_code == 303
    opened = browser.client.post("/api/v1/counters/1/open", json={}, headers={"X-CSRFToken": browser.csrf})
    assert opened.status_code == 200
    return browser


def build(runtime: Runtime) -> str:
    context = runtime.app.extensions["queue_app"]
    assert isinstance(context, Context)
    return context.build


def pages(visitor: Caller) -> dict[str, int]:
    """Addresses of all pages and what they answer to an officer at counter 1."""
    token = visitor.take()["token"]
    result = [
        "/",
        "/preview",
        "/counter?choose",
        "/counter/1",
        f"/t/{token}",
        "/kiosk/utama",
        "/display/utara",
        "/screen",
    ]
    lost = ["/nothing", "/t/bcdfghjkmnpq", "/t/x", "/kiosk/nowhere", "/display/nowhere", "/counter/999"]
    return dict.fromkeys(result, 200) | dict.fromkeys(lost, 404)


def test_every_page(visitor: Caller, at_work: Browser) -> None:
    """One strict policy on all of them, found or not; no script or style of their own; no shared cache."""
    for path, status in pages(visitor).items():
        response = at_work.client.get(path, headers=HTML)
        assert (response.status_code, response.mimetype) == (status, "text/html"), path
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
        assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["trusted-types"] == "lit-html"
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<style\b|\sstyle=|\son\w+=", response.text), path
        for script in re.findall(r"<script\b[^>]*>", response.text):
            assert 'type="application/json"' in script or "src=" in script, path


def test_every_file_a_page_names_is_there(visitor: Caller, at_work: Browser) -> None:
    named: set[str] = set()
    for path in pages(visitor):
        named |= set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', at_work.client.get(path, headers=HTML).text))
    assert len(named) > 10
    assert [path for path in named if at_work.client.get(path, buffered=True).status_code != 200] == []


def test_no_cookie_is_for_scripts_or_other_sites(visitor: Caller, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    answers = [
        visitor.client.get("/?language=en"),
        browser.client.get("/counter/sign-in?language=ban"),
        browser.submit("/counter/sign-in", {"username": "dukcapil1", "password": PASSWORD}),
        browser.client.get("/counter"),
        browser.submit("/counter/sign-out", {}),
        *(browser.client.get(path) for path in pages(visitor)),
    ]
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"queue_form", "queue_language", "queue_session"}
    # A cookie that is being deleted holds nothing to protect.
    assert [c for c in cookies if "Max-Age=0" not in c and ("HttpOnly" not in c or "SameSite=Lax" not in c)] == []


def test_over_https_the_session_cookie_stays_there(runtime: Runtime, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    form = {"username": "dukcapil1", "password": PASSWORD, "csrf_token": browser.csrf}
    secure = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/counter/sign-in"}}
    response = browser.client.post("/counter/sign-in", data=form, **secure)
    assert response.status_code == 303
    (cookie,) = [line for line in response.headers.getlist("Set-Cookie") if line.startswith("queue_session")]
    assert "Secure" in cookie


def test_reading_a_public_page_sets_no_cookie_that_follows_people(visitor: Caller) -> None:
    for path in ("/kiosk/utama", "/display/utara"):
        assert "Set-Cookie" not in visitor.client.get(path).headers


# --- what the scripts start from


def test_boot_has_what_every_page_needs(visitor: Caller, at_work: Browser) -> None:
    for path, status in pages(visitor).items():
        if status != 200 or path in NO_SCRIPT:
            continue
        boot = boot_of(at_work.client.get(path).text)
        assert boot["languages"] == ["id", "en", "ban"], path
        assert set(boot["text"]) == {"id", "en", "ban"}, path
        assert boot["assets"] == f"/assets/{boot['build']}", path
        assert boot["time_zone"] == "Asia/Makassar", path
        assert isinstance(boot["now"], int), path


def test_names_cannot_break_out_of_a_page(runtime: Runtime, visitor: Caller, at_work: Browser) -> None:
    bad = "</script><script>alert(1)</script><!--&'\"<img src=x onerror=alert(2)>"
    with runtime.store.transaction() as connection:
        connection.execute(update(t.hall).values(name=bad, catalogue_version=99))
        connection.execute(update(t.zone).values(name={"id": bad}))
        connection.execute(update(t.service).values(name={"id": bad}))
        connection.execute(update(t.agency).values(short=bad[:40], name={"id": bad}))
        connection.execute(update(t.counter).values(name=bad[:60]))
        connection.execute(update(t.kiosk).values(name=bad[:60]))
        connection.execute(update(t.staff).values(name=bad))
    for path, status in pages(visitor).items():
        text = at_work.client.get(path, headers=HTML).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "<!--&" not in text, path
        if status == 200 and path not in NO_SCRIPT:
            boot_of(text)


def test_addresses_cannot_break_out_of_a_page(visitor: Caller) -> None:
    bad = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27"
    for path in (f"/kiosk/{bad}", f"/display/{bad}", f"/t/{bad}", f"/{bad}", f"/?language={bad}", f"/counter?{bad}"):
        assert "<script>alert" not in visitor.client.get(path, headers=HTML).text, path


def test_a_refused_form_shows_the_name_and_not_the_password(open_browser: OpenBrowser) -> None:
    form = {"username": '"><script>alert(1)</script>', "password": "rahasia-sekali"}
    response = open_browser().submit("/counter/sign-in", form)
    assert response.status_code == 401
    assert "<script>alert" not in response.text
    assert "rahasia" not in response.text


def test_the_language_asked_for_is_remembered(visitor: Caller) -> None:
    assert '<html lang="en">' in visitor.client.get("/?language=en").text
    assert '<html lang="en">' in visitor.client.get("/").text
    assert '<html lang="en">' in visitor.client.get("/?language=xx").text


def test_officers_are_led_to_their_counter(at_work: Browser) -> None:
    assert at_work.client.get("/counter").location == "/counter/1"
    assert at_work.client.get("/counter/sign-in").location == "/counter"
    assert at_work.client.get("/counter/2").location == "/counter"


def test_visitors_see_their_ticket_and_nobody_elses(visitor: Caller) -> None:
    first, second = visitor.take(), visitor.take()
    text = visitor.client.get(f"/t/{second['token']}").text
    assert boot_of(text)["ticket"]["label"] == second["label"]
    assert first["token"] not in text


# --- static files


def test_files_of_this_build_are_kept_for_ever(runtime: Runtime, visitor: Caller) -> None:
    for name, kind in (
        ("kit/live.js", "text/javascript"),
        ("kit/tokens.css", "text/css"),
        ("kit/icons.svg", "image/svg+xml"),
        ("kiosk/kiosk.js", "text/javascript"),
        ("display/board.js", "text/javascript"),
    ):
        response = visitor.client.get(f"/assets/{build(runtime)}/{name}", buffered=True)
        assert (response.status_code, response.mimetype) == (200, kind)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_files_of_another_build_are_not(visitor: Caller) -> None:
    """An old page may still ask for one; what it gets must not be taken for the old file for ever."""
    response = visitor.client.get("/assets/0123456789/kit/live.js", buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": response.headers["ETag"]}
    again = visitor.client.get("/assets/0123456789/kit/live.js", headers=known, buffered=True)
    assert again.status_code == 304


def test_the_build_changes_with_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = build_of("1.0", {"kit": tmp_path})
    assert build_of("1.0", {"kit": tmp_path}) == first
    assert build_of("1.1", {"kit": tmp_path}) != first
    assert build_of("1.0", {"kiosk": tmp_path}) != first
    (tmp_path / "a.js").write_text("2")
    assert build_of("1.0", {"kit": tmp_path}) != first


ESCAPES = (
    "../app.py",
    "..%2fapp.py",
    "%2e%2e/app.py",
    "%2e%2e%2fapp.py",
    "..%5capp.py",
    "kit/../../app.py",
    "kit/..%2f..%2fapp.py",
    "kit/%2e%2e/%2e%2e/app.py",
    "kit//etc/passwd",
    "kit/%2fetc%2fpasswd",
    "kit/live.js%00.css",
    "kit/",
    "kit/vendor",
    "web/errors.py",
    "templates/site/layout.html",
    "kit/nothing.js",
)


def test_nothing_outside_the_folders_is_served(runtime: Runtime, visitor: Caller) -> None:
    for path in ESCAPES:
        response = visitor.client.get(f"/assets/{build(runtime)}/{path}", follow_redirects=True, buffered=True)
        assert response.status_code == 404, path
        assert "import" not in response.text, path


# --- pictures of papers


def test_no_papers_yet(visitor: Caller) -> None:
    assert visitor.client.get("/preview.json").get_json() == {"pictures": []}
    assert visitor.client.get("/preview/1.png").status_code == 404


def test_papers(runtime: Runtime, visitor: Caller) -> None:
    context = runtime.app.extensions["queue_app"]
    jobs = []
    for _ in range(2):
        answer = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()
        jobs.append(answer["print_job"]["id"])
    context.preview_dir.mkdir()
    for name in (*jobs, 999, "x", "-1"):
        (context.preview_dir / f"{name}.png").write_bytes(PICTURE)
    (context.preview_dir / "secret.txt").write_text("secret")
    newest, oldest = visitor.client.get("/preview.json").get_json()["pictures"]
    assert newest == {"url": f"/preview/{jobs[1]}.png", "job_id": jobs[1], "label": "A-002", "at_text": "12:00:00"}
    assert oldest["label"] == "A-001"
    picture = visitor.client.get(newest["url"], buffered=True)
    assert (picture.status_code, picture.mimetype, picture.data) == (200, "image/png", PICTURE)
    for path in (
        "secret.txt",
        "../queue.db",
        "..%2fqueue.db",
        "%2e%2e%2fqueue.db",
        "x.png",
        "-1.png",
        f"{'9' * 400}.png",
    ):
        assert visitor.client.get(f"/preview/{path}", buffered=True).status_code == 404, path


def test_outside_the_demo_papers_are_for_staff(runtime: Runtime) -> None:
    runtime.app.extensions["queue_app"] = dataclasses.replace(runtime.app.extensions["queue_app"], demo=False)
    stranger = runtime.app.test_client()
    assert stranger.get("/preview").headers["Location"] == "/counter/sign-in?next=/preview"
    for path in ("/preview.json", "/preview/1.png"):
        assert stranger.get(path).status_code == 401
    caller = {"username": "dukcapil1", "password": "antrean-tabanan"}
    token = stranger.post("/api/v1/session", json=caller).get_json()["token"]
    assert stranger.get("/preview.json", headers={"Authorization": f"Bearer {token}"}).get_json() == {"pictures": []}
