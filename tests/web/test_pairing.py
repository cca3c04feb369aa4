"""Pairing a screen: code, approval, token, other settings, revocation."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from queue_app.background import Runtime
from queue_app.cli.parser import main
from queue_app.cli.screen_files import chromium_policy, start_file
from queue_app.domain.device import DeviceKind
from queue_app.store import tables as t
from queue_app.web.device_auth import DEVICE_COOKIE
from tests.conftest import Clock
from tests.waiting import wait_until
from tests.web.callers import Caller, SignIn

SCREEN = {"name": "TV pintu masuk", "zone": "utara", "screen": {"layout": "split", "distance_m": 12, "volume": 55}}


@pytest.fixture
def supervisor(sign_in: SignIn) -> Caller:
    return sign_in("penyelia")


@pytest.fixture
def television(runtime: Runtime) -> FlaskClient:
    return runtime.app.test_client()


def code_on(television: FlaskClient) -> str:
    """Return the code on the page."""
    page = television.get("/screen")
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    result = re.search(r'aria-label="(\d{6})"', page.text)
    assert result
    return result[1]


def let_in(supervisor: Caller, code: str, **more: Any) -> Any:
    return supervisor.call("POST", "/api/v1/devices/displays", json={**SCREEN, "code": code, **more})


def boot_on(television: FlaskClient, address: str = "/display/utara") -> dict[str, Any]:
    page = television.get(address)
    result = re.search(r'id="boot">(.*?)</script>', page.text, re.DOTALL)
    assert result, page.status
    boot: dict[str, Any] = json.loads(result[1])
    return boot


def test_the_whole_way(runtime: Runtime, television: FlaskClient, supervisor: Caller) -> None:
    code = code_on(television)
    assert code_on(television) == code  # it looks again every few seconds
    answer = let_in(supervisor, code).get_json()
    (paired,) = answer["paired"]
    assert (paired["name"], paired["zone"], paired["screen"]["layout"]) == ("TV pintu masuk", "utara", "split")
    assert television.get("/screen").headers["Location"] == "/display/utara"
    boot = boot_on(television)
    assert (boot["key"], boot["screen"]["layout"], boot["voice"]["volume"]) == (paired["key"], "split", 55)
    # Another zone: the page goes there, and learns by its report that it is to load anew.
    changed = {**SCREEN, "zone": "tengah", "screen": {"layout": "board"}}
    assert supervisor.call("PUT", f"/api/v1/devices/displays/{paired['id']}", json=changed).status_code == 200
    assert television.get("/display/utara").headers["Location"] == "/display/tengah"
    report = {"zone": "utara", "screen": boot["key"], "layout": "split", "sound": "on", "shown": None}
    received = runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, boot["key"])
    assert received["setup"] not in (None, boot["setup"])
    assert supervisor.call("DELETE", f"/api/v1/devices/displays/{paired['id']}").get_json()["paired"] == []
    assert runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, boot["key"]) == {
        "setup": None
    }
    runtime.display_presence.flush()
    assert supervisor.get("/devices").get_json()["displays"] == []  # what it says before it shows a code is not kept
    assert television.get("/display/tengah").headers["Location"] == "/screen"
    assert code_on(television) != code
    assert television.get("/display/tengah").status_code == 200  # not let in, but this hall does not ask for it
    assert supervisor.call("DELETE", f"/api/v1/devices/displays/{paired['id']}").get_json()["code"] == "unknown_device"


def test_a_new_screen_speaks_the_halls_language(television: FlaskClient) -> None:
    english = {"Accept-Language": "en"}
    assert "Layar baru" in television.get("/screen", headers=english).text  # nobody chose the language of its browser
    assert "New screen" in television.get("/screen?language=en").text


def test_no_secret_is_kept(runtime: Runtime, television: FlaskClient, supervisor: Caller) -> None:
    code = code_on(television)
    cookie = television.get_cookie(DEVICE_COOKIE)
    assert cookie is not None
    assert cookie.http_only
    let_in(supervisor, code)
    with runtime.store.read() as connection:
        kept = str(connection.execute(select(t.device)).all()) + str(connection.execute(select(t.pairing)).all())
    assert cookie.value not in kept
    assert code not in kept


def test_a_code_ends(television: FlaskClient, supervisor: Caller, clock: Clock) -> None:
    code = code_on(television)
    clock.forward(minutes=16)
    assert let_in(supervisor, code).get_json()["code"] == "unknown_device"
    assert code_on(television) != code


def test_what_cannot_be(television: FlaskClient, supervisor: Caller, sign_in: SignIn) -> None:
    code = code_on(television)
    assert let_in(sign_in("dukcapil1"), code).get_json()["code"] == "not_allowed"
    assert let_in(supervisor, "000000" if code != "000000" else "111111").get_json()["code"] == "unknown_device"
    assert let_in(supervisor, code, zone="nowhere").get_json()["code"] == "unknown_zone"
    assert let_in(supervisor, code, name="  ").get_json()["code"] == "bad_setting"
    for screen in (
        {"layout": "x"},
        {"layout": "sign", "counter": ""},
        {"volume": 101},
        {"languages": ["fr"]},
        {"other": 1},
        {"distance_m": "9"},
        {"voice": 1},
        {"also": "tengah"},
        {"also": [""]},
        {"also": list("abcdefgh")},
    ):
        refused = let_in(supervisor, code, screen=screen).get_json()
        assert (refused["code"], refused["field"]) == ("bad_setting", next(reversed(screen))), screen
        assert "must" not in refused["detail"], "it is said in Indonesian"
    assert let_in(supervisor, code, screen={"also": ["nowhere"]}).get_json()["code"] == "unknown_zone"
    assert let_in(supervisor, code).status_code == 200
    assert let_in(supervisor, code).get_json()["code"] == "unknown_device"


def test_a_display_of_several_zones(runtime: Runtime, television: FlaskClient, supervisor: Caller) -> None:
    """It counts in each of its zones: there it can be heard, and speaks."""
    screen = {"also": ["tengah", "utara", "tengah"]}
    (paired,) = let_in(supervisor, code_on(television), screen=screen).get_json()["paired"]
    assert paired["screen"]["also"] == ["tengah"]
    boot = boot_on(television)
    assert [other["zone"]["code"] for other in boot["others"]] == ["tengah"]
    report = {"zone": "utara", "screen": boot["key"], "layout": "board", "sound": "blocked", "shown": None}
    runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, boot["key"])
    runtime.display_presence.speak({"zone": "tengah", "screen": f"{boot['key']}-x", "queue": []}, boot["key"])
    received = supervisor.get("/devices").get_json()
    (display,) = received["displays"]
    assert (display["zones"], display["speaker"]) == (["utara", "tengah"], True)
    voices = {row["zone"]: row["voice"] for row in received["zones"]}
    assert voices == {"utara": "blocked", "tengah": "blocked", "selatan": "silent"}
    # Changed to one zone, it loads itself anew.
    change = {**SCREEN, "screen": {"layout": "board"}}
    assert supervisor.call("PUT", f"/api/v1/devices/displays/{paired['id']}", json=change).status_code == 200
    received = runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, boot["key"])
    assert received["setup"] != boot["setup"]


def test_nobody_speaks_or_reports_under_a_displays_name(
    runtime: Runtime, television: FlaskClient, supervisor: Caller
) -> None:
    let_in(supervisor, code_on(television))
    key = boot_on(television)["key"]
    report = {"zone": "utara", "screen": key, "layout": "board", "sound": "blocked", "shown": None}
    for stranger in (None, f"{key}0"):
        received = runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, stranger)
        assert received == {"setup": None}, "as to one that was revoked, which then loads itself anew"
        with pytest.raises(Exception, match="not_allowed"):
            runtime.display_presence.speak({"zone": "utara", "screen": f"{key}-ab", "queue": []}, stranger)
    runtime.display_presence.flush()
    assert supervisor.get("/devices").get_json()["displays"] == []
    assert runtime.display_presence.speak({"zone": "utara", "screen": f"{key}-ab", "queue": []}, key)["granted"]


def test_what_the_hall_sets_reaches_displays_that_are_on(
    runtime: Runtime, television: FlaskClient, supervisor: Caller, sign_in: SignIn
) -> None:
    def told(screen: str) -> object:
        report = {"zone": "utara", "screen": screen, "layout": "board", "sound": "on", "shown": None}
        own = screen if screen.startswith("d") else None
        return runtime.display_presence.report({**report, "width": 1, "height": 1, "build": "b"}, own)["setup"]

    stranger = boot_on(television)["setup"]
    assert told("s-0123") == stranger
    let_in(supervisor, code_on(television))
    paired = boot_on(television)
    assert told(paired["key"]) == paired["setup"]
    settings = {"times": 3, "both": True, "gong": True, "agency": True, "pairing": False}
    sign_in("pengelola").call("PUT", "/api/v1/settings/displays", json=settings)
    assert told("s-0123") != stranger
    assert told(paired["key"]) == boot_on(television)["setup"] != paired["setup"]


def test_where_pairing_is_wanted_nothing_else_is_shown(
    runtime: Runtime, television: FlaskClient, supervisor: Caller, sign_in: SignIn
) -> None:
    assert boot_on(television)["key"] is None  # a newcomer's demo is one click
    settings = {"times": 2, "both": True, "gong": True, "agency": True, "pairing": True}
    assert sign_in("pengelola").call("PUT", "/api/v1/settings/displays", json=settings).status_code == 200
    for address in ("/display/utara", "/display/utara/basic"):
        assert television.get(address).headers["Location"] == "/screen"
    asked = {"zone": "utara", "screen": "s-0123"}
    assert runtime.display_presence.speak(asked, "d1")["granted"]
    with pytest.raises(Exception, match="not_allowed"):
        runtime.display_presence.speak(asked, None)
    let_in(supervisor, code_on(television))
    assert boot_on(television)["screen"]["layout"] == "split"
    assert television.get("/display/tengah/basic").headers["Location"] == "/display/utara/basic"


def test_a_screen_that_becomes_a_kiosk(
    runtime: Runtime, television: FlaskClient, supervisor: Caller, sign_in: SignIn, visitor: Caller
) -> None:
    def boot() -> dict[str, Any]:
        return boot_on(television, "/kiosk/utama")

    settings = {"times": 2, "both": True, "gong": True, "agency": True, "pairing": True}
    assert boot()["code"] == "utama"  # a hall that does not ask for it: the demo is one click
    assert television.get(boot()["place"]).get_json() == {"place": None}
    visitor.take()
    sign_in("pengelola").call("PUT", "/api/v1/settings/displays", json=settings)
    assert television.get("/kiosk/utama").headers["Location"] == "/screen"
    assert television.get("/screen/place?kiosk=utama").get_json() == {"place": "/screen"}
    number = {"service": 1, "kiosk": "utama", "class": "regular", "language": "id"}
    assert television.post("/api/v1/tickets", json=number).get_json()["code"] == "not_allowed"
    machine = {"code": code_on(television), "kind": "kiosk", "name": "Kios pintu masuk", "place": "utama"}
    assert sign_in("dukcapil1").call("POST", "/api/v1/devices", json=machine).get_json()["code"] == "not_allowed"
    assert (
        supervisor.call("POST", "/api/v1/devices", json={**machine, "place": "x"}).get_json()["code"] == "unknown_kiosk"
    )
    (made,) = supervisor.call("POST", "/api/v1/devices", json=machine).get_json()["devices"]
    assert (made["kind"], made["place"], made["alive"]) == ("kiosk", "utama", True)  # it showed its code a moment ago
    assert television.get("/screen").headers["Location"] == "/kiosk/utama"
    assert television.get("/display/utara").headers["Location"] == "/kiosk/utama"
    assert television.get(boot()["place"]).get_json() == {"place": None}
    assert television.post("/api/v1/tickets", json=number).status_code == 201
    assert television.post("/api/v1/tickets", json={**number, "kiosk": None}).get_json()["code"] == "not_allowed"
    assert supervisor.call("POST", "/api/v1/tickets", json=number).status_code == 201
    (seen,) = supervisor.get("/devices").get_json()["devices"]
    assert seen["alive"] is True
    # There is one kiosk of this name.
    other = runtime.app.test_client()
    second = {**machine, "code": code_on(other)}
    assert supervisor.call("POST", "/api/v1/devices", json=second).get_json()["code"] == "bad_setting"
    assert supervisor.call("DELETE", f"/api/v1/devices/{made['id']}").get_json()["devices"] == []
    assert television.get("/screen/place?kiosk=utama").get_json() == {"place": "/screen"}
    assert television.post("/api/v1/tickets", json=number).get_json()["code"] == "not_allowed"
    assert supervisor.call("POST", "/api/v1/devices", json=second).status_code == 200
    assert other.get("/screen").headers["Location"] == "/kiosk/utama"
    assert television.get("/kiosk/utama").headers["Location"] == "/screen"
    assert supervisor.call("DELETE", "/api/v1/devices/999").get_json()["code"] == "unknown_device"


def test_a_print_agent_is_let_in_by_its_code(
    visitor: Caller, supervisor: Caller, sign_in: SignIn, clock: Clock
) -> None:
    def ask(token: str | None) -> Any:
        return visitor.call("POST", "/api/v1/agent/pairing", json={"token": token}).get_json()

    first = ask(None)
    assert first["state"] == "waiting"
    assert first["address"].endswith(f"/admin/displays?code={first['code']}")
    assert ask(first["token"]) == first
    clock.forward(minutes=16)
    received = ask(first["token"])
    assert received["token"] != first["token"]  # with a new code comes a new token
    machine = {"code": received["code"], "kind": "agent", "name": "PC kios", "place": "kiosk-1"}
    admin = sign_in("pengelola")
    assert supervisor.call("POST", "/api/v1/devices", json=machine).get_json()["code"] == "not_allowed"
    assert admin.call("POST", "/api/v1/devices", json={**machine, "place": "a b"}).get_json()["code"] == "bad_setting"
    assert (
        admin.call("POST", "/api/v1/devices", json={**machine, "kind": "kiosk"}).get_json()["code"] == "unknown_device"
    )
    (made,) = admin.call("POST", "/api/v1/devices", json=machine).get_json()["devices"]
    assert ask(received["token"]) == {
        **received,
        "state": "approved",
        "code": None,
        "address": received["address"].partition("?")[0],
    }
    headers = {"Authorization": f"Bearer {received['token']}"}

    def claim() -> int:
        return visitor.call("POST", "/api/v1/agent/claim", json={"wait": 0}, headers=headers).status_code

    assert claim() == 200
    assert supervisor.call("DELETE", f"/api/v1/devices/{made['id']}").get_json()["code"] == "not_allowed"
    assert admin.call("DELETE", f"/api/v1/devices/{made['id']}").status_code == 200
    assert claim() == 401
    assert ask(received["token"])["state"] == "waiting"


def test_screens_cannot_fill_the_database(runtime: Runtime) -> None:
    from queue_app.services.devices import pairing_codes

    for _ in range(pairing_codes.MAX_PENDING_PAIRINGS):
        pairing_codes.begin_pairing(runtime.store, DeviceKind.DISPLAY, runtime.clock())
    answer = runtime.app.test_client().get("/screen", headers={"Accept": "application/json"})
    assert answer.get_json()["code"] == "too_many_attempts"


def test_staff_pages(runtime: Runtime, supervisor: Caller, sign_in: SignIn) -> None:
    for address in ("/admin/displays", "/admin/notices", "/admin/voice"):
        assert runtime.app.test_client().get(address).headers["Location"] == f"/counter/sign-in?next={address}"

    def page(who: Caller, address: str) -> int:
        answer = runtime.app.test_client().get(address, headers={"Authorization": f"Bearer {who.token}"})
        return answer.status_code

    assert (page(supervisor, "/admin/displays?code=123456"), page(supervisor, "/admin/voice")) == (200, 403)
    admin, officer = sign_in("pengelola"), sign_in("dukcapil1")
    assert (page(admin, "/admin/displays"), page(admin, "/admin/voice")) == (200, 200)
    assert (page(officer, "/admin/displays"), page(officer, "/admin/voice")) == (403, 403)
    for who, first in ((supervisor, "/admin/displays"), (admin, "/admin/calling")):
        answer = runtime.app.test_client().get("/admin", headers={"Authorization": f"Bearer {who.token}"})
        assert answer.headers["Location"] == first
    assert page(officer, "/admin") == 403
    for address in ("/admin/calling", "/admin/counters", "/admin/counters/1", "/admin/hours", "/admin/hall"):
        assert [page(who, address) for who in (admin, supervisor, officer)] == [200, 403, 403]
    assert page(admin, "/admin/counters/9999") == 404
    assert [page(who, "/admin/notices") for who in (supervisor, admin, officer)] == [200, 200, 403]


# --- the files for the computer behind the television


def test_policy_lets_sound_through() -> None:
    policy = json.loads(chromium_policy("http://antrean.lan:8000/display/utara"))
    assert policy["AutoplayAllowed"] is True
    assert policy["OverrideSecurityRestrictionsOnInsecureOrigin"] == ["http://antrean.lan:8000"]
    assert "OverrideSecurityRestrictionsOnInsecureOrigin" not in json.loads(chromium_policy("https://antrean.go.id"))


def test_start_files(capsys: pytest.CaptureFixture[str]) -> None:
    unit = start_file("http://antrean.lan:8000", "/screen", "systemd", "screen")
    assert "--kiosk" in unit
    assert unit.count("http://antrean.lan:8000/screen") == 3
    assert "User=screen" in unit
    assert "/dev/tcp/antrean.lan/8000" in unit, (
        "a browser that is there before its server stays with its error for minutes"
    )
    assert "ExecStartPost=+" in unit, "a cage that hangs at its start would be left alone"
    server = ["--server", "http://antrean.lan:8000"]
    assert main(["screen-unit", "--kind", "labwc", *server, "--path", "/kiosk/utama"]) == 0
    assert "http://antrean.lan:8000/kiosk/utama" in capsys.readouterr().out
    assert main(["kiosk-policy", *server]) == 0
    assert json.loads(capsys.readouterr().out)["AutoplayAllowed"] is True


_PROGRAMS = {
    "sleep": "exec /bin/sleep 0.02",
    "ss": "echo >>looks; exec cat open",  # without the file: it fails
    "chromium": "cat looks 2>/dev/null | wc -l >>starts; while :; do /bin/sleep 0.1; done",
    "labwc": "echo $* >>labwc-was-told",
}


def test_a_desktop_without_a_mouse_shows_no_arrow(tmp_path: Path) -> None:
    """Made at the first start alone; what else is set for the desktop stays."""
    received = tmp_path / "labwc"
    received.write_text(f"#!/bin/sh\n{_PROGRAMS['labwc']}\n")
    received.chmod(0o755)
    settings = tmp_path / ".config" / "labwc" / "environment"
    settings.parent.mkdir(parents=True)
    settings.write_text("XKB_DEFAULT_LAYOUT=us\n")
    text = start_file("http://antrean.lan:8000", "/screen", "labwc", "screen").partition("bash -c")[0]
    search = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    for _start in range(2):
        subprocess.run(["sh", "-ec", text], cwd=tmp_path, env=search, check=True)
    assert settings.read_text() == "XKB_DEFAULT_LAYOUT=us\nXCURSOR_THEME=queue-screen\n"
    assert (tmp_path / "labwc-was-told").read_text() == "--reconfigure\n"
    cursors = tmp_path / ".icons" / "queue-screen" / "cursors"
    assert {file.name: file.read_bytes()[:4] for file in cursors.iterdir()} == {"default": b"Xcur", "left_ptr": b"Xcur"}


def test_a_browser_without_a_connection_is_ended(tmp_path: Path) -> None:
    """Only while the server is there, and not for what another account has open to it."""

    def count(name: str) -> int:
        return (tmp_path / name).read_text().count("\n") if (tmp_path / name).exists() else 0

    def look(times: int) -> None:
        seen = count("looks")
        wait_until(lambda: count("looks") >= seen + times, "a look")

    def started(times: int) -> None:
        wait_until(lambda: count("starts") == times, f"start {times}")

    for name, text in _PROGRAMS.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    shown = tmp_path / "open"
    line = "tcp 0 0 127.0.0.1:38670 127.0.0.1:80 uid:{} ino:19815 sk:1 cgroup:/a.service <->\n"
    own, others = line.format(os.getuid()), line.format(f"{os.getuid()}7")
    desktop = subprocess.Popen(["sleep", "60"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        text = start_file(address, "/screen", "labwc", "screen").removesuffix(" &\n")
        watch = text[text.index("(n=-9") : text.index(" &\n")]
        assert watch in start_file(address, "/screen", "systemd", "screen").replace("$$", "$")
        shown.write_text(own)
        search = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
        search["LABWC_PID"] = str(desktop.pid)
        running = subprocess.Popen(["sh", "-c", text], cwd=tmp_path, env=search, start_new_session=True)
        try:
            look(12)
            shown.unlink()
            look(12)
            assert count("starts") == 1
            shown.write_text(others)
            started(2)
            shown.write_text(own)
            look(2)
            shown.write_text(others)
            subprocess.run(["pkill", "-g", str(running.pid), "chromium"], check=True)
            started(3)
            started(4)
            *_, third, fourth = map(int, (tmp_path / "starts").read_text().split())
            assert 17 <= fourth - third <= 20, "a new browser has twice the time, and is watched once"
            shown.write_text(own)
            look(2)
            server.close()
            shown.write_text(others)
            look(12)
            assert count("starts") == 4
            desktop.kill()
            desktop.wait()
            subprocess.run(["pkill", "-g", str(running.pid), "chromium"], check=True)
            running.wait(timeout=10)
            assert count("starts") == 4, "what a desktop started ends with it"
        finally:
            desktop.kill()
            desktop.wait()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


@pytest.mark.parametrize(
    ("server", "path", "user"),
    [
        ("ftp://x", "/screen", "screen"),
        ("http://x y", "/screen", "screen"),
        ("http://$(reboot)", "/screen", "screen"),
        ("http://x'y@z", "/screen", "screen"),
        ("http:///", "/screen", "screen"),
        ("http://x", "screen; reboot", "screen"),
        ("http://x", "/a b", "s"),
        ("http://x", "/a", "a b"),
    ],
)
def test_nothing_strange_gets_into_a_start_file(server: str, path: str, user: str) -> None:
    with pytest.raises(ValueError, match="must"):
        start_file(server, path, "systemd", user)
