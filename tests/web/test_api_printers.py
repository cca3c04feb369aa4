"""Setting printers, print agents and tickets over the API; and what a print agent's token opens.

One file, because an agent's printers are set by the same addresses, and refused in the same words.
"""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from printer import diagnosis
from printer.diagnosis import advice_on_delivery
from queue_app.background import Runtime, _in_native_thread
from queue_app.domain.print_outcome import Outcome, parse_outcome
from queue_app.domain.printer import Health
from queue_app.services.devices.tokens import WRONG_PER_ADDRESS
from queue_app.services.printing import print_jobs, printer_health
from queue_app.store import tables as t
from tests.conftest import Clock
from tests.web.callers import Caller, Contract, SignIn

NEW = {"code": "info", "url": "tcp://10.0.0.9:9100?model=epson", "paper_mm": 58, "zone": "utara", "roll_m": 50}
CLAIM = "/agent/claim"
USB_PRINTER = {"idVendor": "04b8", "idProduct": "0e28", "serial": "A B", "product": "TM", "busnum": "1", "devnum": "7"}


@pytest.fixture
def admin(runtime: Runtime, sign_in: SignIn) -> Caller:
    """Sign an administrator in."""
    with runtime.store.transaction() as connection:
        connection.execute(t.staff.update().where(t.staff.c.username == "penyelia").values(role="admin"))
    return sign_in("penyelia")


def put(caller: Caller, path: str, body: Any) -> Any:
    return caller.call("PUT", f"/api/v1{path}", json=body)


def printer(caller: Caller, code: str) -> Any:
    listed = caller.get("/settings/printers").get_json()["printers"]
    return next((row for row in listed if row["code"] == code), None)


# --- printers


def test_a_printer_from_beginning_to_end(runtime: Runtime, admin: Caller, visitor: Caller) -> None:
    admin.done("/settings/printers", NEW)
    assert printer(admin, "info") == {**NEW, "kiosks": [], "fallback": None, "place": None}
    change = {"url": "file:///dev/null", "kiosks": ["utama"], "fallback": "lobi", "place": {"id": "Meja informasi"}}
    assert put(admin, "/settings/printers/info", change).status_code == 200
    assert printer(admin, "utama")["kiosks"] == []
    assert admin.done("/settings/printers/info/probe") == {"usable": True, "advice": None}
    job = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()["print_job"]
    assert admin.call("DELETE", "/api/v1/settings/printers/info").status_code == 204
    assert admin.get(f"/print-jobs/{job['id']}").get_json()["state"] == "cancelled"
    assert printer(admin, "info") is None
    assert visitor.get("/kiosks/utama").get_json()["state"]["printer"] == "none"
    assert put(admin, "/settings/printers/info", change).status_code == 404
    assert admin.call("DELETE", "/api/v1/settings/printers/info").status_code == 404
    admin.done("/settings/printers", NEW)
    assert printer(admin, "info")["paper_mm"] == 58, "its code may be used again"


def test_another_address_is_another_printer(runtime: Runtime, admin: Caller) -> None:
    printer_health.report_capabilities(runtime.store, 1, {"proof": "ack", "counts_cuts": True})
    put(admin, "/settings/printers/utama", {"url": print_jobs.printers(runtime.store)[0].url, "kiosks": ["utama"]})
    assert print_jobs.printers(runtime.store)[0].capabilities is not None
    put(admin, "/settings/printers/utama", {"url": "tcp://10.0.0.1:9100", "kiosks": ["utama"]})
    assert print_jobs.printers(runtime.store)[0].capabilities is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "tcp://10.0.0.9:9100?modell=epson"}, "Mungkin maksud Anda “model”?"),
        ({"url": "ftp://10.0.0.9"}, "tcp://, serial://"),
        ({"code": "in fo"}, "“code”"),
        ({"code": "utama"}, "“utama” sudah ada"),
        ({"zone": "mars"}, "“zone”"),
        ({"kiosks": ["mars"]}, "“kiosks”"),
        ({"fallback": "mars"}, "“fallback”"),
        ({"place": {"en": "Desk"}}, "“place”"),
    ],
)
def test_what_is_wrong_is_named(admin: Caller, change: Any, words: str) -> None:
    assert words in admin.refused(400, "bad_setting", "/settings/printers", {**NEW, **change})["detail"]


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        (
            "/settings/printers",
            {**NEW, "url": "tcp://10.0.0.9?modell=epson"},
            "url",
            (
                "Pilihan “modell” tidak dikenal; tcp:// menerima model, proof, dpi, qr, cut, roll. Mungkin maksud Anda",
                "The option “modell” is not known; tcp:// takes model, proof, dpi, qr, cut, roll. Did you mean",
                "Pilihan “modell” nénten kauningin; tcp:// nerima model, proof, dpi, qr, cut, roll. Menawi maksud",
            ),
        ),
        (
            "/settings/printers/discover",
            {"hosts": ["10.0.0.9:99999"]},
            "hosts",
            ("host atau port", "Host or port", "Wastan host utawi port"),
        ),
        (
            "/settings/ticket-template/preview",
            {"template": {"number_scale": 9}},
            "template.number_scale",
            ("bilangan bulat", "a whole number from 1 to 8", "1 kantos 8"),
        ),
        (
            "/settings/ticket-template/logo",
            {"picture": "Z2lm"},
            "picture",
            ("bukan gambar PNG", "no PNG picture", "boya gambar PNG"),
        ),
    ],
)
def test_what_is_wrong_is_said_in_three_languages(
    admin: Caller, path: str, body: Any, field: str, words: Sequence[str]
) -> None:
    for language, sentence in zip(("id", "en", "ban"), words, strict=True):
        refused = admin.refused(400, "bad_setting", f"{path}?language={language}", body)
        assert sentence in refused["detail"]
        assert refused["field"] == field


@pytest.mark.parametrize(
    ("url", "detail", "code", "said"),
    [
        ("tcp://10.0.0.9:9100", "unreachable: Connection refused", "no_connection", "(sambungan ditolak)"),
        ("tcp://10.0.0.9:9100", "unreachable: timed out", "no_connection", "(tidak ada balasan)"),
        ("tcp://10.0.0.9:9100", "unreachable: Strange", "no_connection", "(Strange)"),
        ("tcp://10.0.0.9?x=1", "bad_address: option", "bad_address", "Alamatnya salah: Pilihan “x” tidak dikenal"),
        ("file:///dev/usb/lp9", "unreachable: No such file or directory", "no_device", "/dev/usb/lp9 tidak ada"),
        ("usb://ffff:fffe", "unreachable: libusb is not installed", "not_plugged", "tidak terpasang"),
        ("agent://kiosk-1/usb://ffff:fffe", "unreachable: libusb is not installed", "no_libusb", "libusb-1.0-0"),
        ("file:///no/folder/x", "not_writable: No such file or directory", "not_writable", "/no/folder/x tidak dapat"),
        ("agent://kiosk-1/usb", "bad_address: a printer's address", "agent_printer", "--printer usb=ALAMAT"),
        ("agent://kiosk-1/usb", "unreachable: another program uses it", "in_use", "CUPS"),
        ("agent://kiosk-1/usb", "unreachable: this user may not use it", "refused_there", "usermod -a -G lp"),
    ],
)
def test_what_to_do_is_said_in_the_callers_language(
    runtime: Runtime, admin: Caller, url: str, detail: str, code: str, said: str
) -> None:
    change = t.printer.update().where(t.printer.c.code == "utama")
    with runtime.store.transaction() as connection:
        connection.execute(change.values(url=url, health="offline", outcome=parse_outcome(detail)))
    advice = admin.get("/staff/printers").get_json()["printers"][0]["advice"]
    assert advice["code"] == code
    assert said in advice["sentence"]
    english = admin.get("/staff/printers?language=en").get_json()["printers"][0]["advice"]
    assert english["sentence"] != advice["sentence"]
    assert english["facts"] == advice["facts"]


@pytest.mark.parametrize(
    ("lp", "code", "said"), [(None, "no_lp", "cups-client"), ("/usr/bin/lp", "lp", "(lp: no such queue)")]
)
def test_what_to_do_about_a_queue_of_cups(
    monkeypatch: pytest.MonkeyPatch, lp: str | None, code: str, said: str
) -> None:
    monkeypatch.setattr("printer.diagnosis.shutil.which", lambda _: lp)
    advice = advice_on_delivery(parse_outcome("not_writable: lp: no such queue"), "cups://tiket")
    assert advice is not None
    assert advice.code == code
    assert said in str(advice)
    assert advice_on_delivery(Outcome("paper_out"), "cups://tiket") is None


@pytest.mark.parametrize(
    ("url", "mode", "group", "code"),
    [
        ("usb://04b8:0e28", 0o660, "lp", "group"),
        ("usb://04b8:0e28?serial=A%20B", 0o664, "root", "udev"),
        ("usb://04b8:0e28?serial=C", 0o660, "lp", "not_plugged"),
        ("usb://04b8:0e29", 0o660, "lp", "not_plugged"),
    ],
)
def test_usb_printers_as_the_kernel_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, mode: int, group: str, code: str
) -> None:
    """A rule that gives to a group what the group has already would help nobody: the user must be in it."""
    device, node = tmp_path / "1-1", tmp_path / "nodes" / "001" / "007"
    for path, text in (
        *((device / name, text) for name, text in USB_PRINTER.items()),
        (device / "1-1:1.0" / "bInterfaceClass", "07"),
        (node, ""),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", "utf-8")
    (tmp_path / "1-1:1.0").symlink_to(device / "1-1:1.0")
    node.chmod(mode)
    monkeypatch.setattr(diagnosis, "_USB_DEVICES", tmp_path)
    monkeypatch.setattr(diagnosis, "_USB_NODES", tmp_path / "nodes")
    monkeypatch.setattr(Path, "group", lambda _: group)
    monkeypatch.setattr("os.access", lambda *_: False)
    advice = diagnosis.probe_printer(url)
    assert advice is not None
    assert advice.code == code
    assert diagnosis.discover([])[0].address == "usb://04b8:0e28?serial=A%20B"
    monkeypatch.setattr("os.access", lambda *_: True)
    assert (diagnosis.probe_printer(url) is None) is (code != "not_plugged")


def test_what_is_done_beside_the_greenlets_fails_here_and_not_in_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise OSError("no printer")

    with pytest.raises(OSError, match="no printer"):
        _in_native_thread(fail)
    assert _in_native_thread(lambda: 3) == 3
    assert capfd.readouterr().err == ""


def test_looking_around_tries_only_what_is_named(admin: Caller, free_port: int) -> None:
    result = admin.done("/settings/printers/discover", {"hosts": [f"127.0.0.1:{free_port}"]})["printers"]
    assert result[0]["address"] == f"tcp://127.0.0.1:{free_port}"
    assert "no answer" in result[0]["description"]
    assert all(not row["address"].startswith("tcp:") for row in result[1:])
    admin.refused(400, "bad_setting", "/settings/printers/discover", {"hosts": ["/etc"]})


def test_only_administrators(officer: Caller) -> None:
    officer.refused(403, "not_allowed", "/settings/printers", NEW)
    officer.refused(403, "not_allowed", "/settings/printers/utama/probe")
    officer.refused(403, "not_allowed", "/settings/printers/discover")
    officer.refused(403, "not_allowed", "/devices/agents", {"code": "a", "name": "b"})
    officer.refused(403, "not_allowed", "/settings/ticket-template/preview")
    for path in ("/settings/printers", "/devices/agents", "/settings/ticket-template"):
        assert officer.get(path).status_code == 403
    for path in ("settings/printers/utama", "devices/agents/x"):
        assert officer.call("DELETE", f"/api/v1/{path}").status_code == 403
    assert put(officer, "/settings/ticket-template", {"template": {}}).status_code == 403


# --- what is on a ticket


def test_a_template(admin: Caller) -> None:
    given = admin.get("/settings/ticket-template").get_json()
    assert (given["template"]["show_qr"], given["agencies"]) == (True, {})
    body = {"template": {"show_hall": False}, "agencies": {"disdukcapil": {"footer": "Simpan tiket ini"}}}
    assert put(admin, "/settings/ticket-template", body).status_code == 200
    given = admin.get("/settings/ticket-template").get_json()
    assert (given["template"]["show_hall"], given["agencies"]) == (False, body["agencies"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"template": {"show_qrr": True}}, "show_qrr"),
        ({"template": {"number_scale": 9}}, "number_scale"),
        ({"template": {}, "agencies": {"disdukcapil": {"logo": {"width": 1}}}}, "agencies.disdukcapil"),
        ({"template": {}, "agencies": {"mars": {}}}, "mars"),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, body: Any, words: str) -> None:
    answer = put(admin, "/settings/ticket-template", body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_setting")
    assert words in answer.get_json()["detail"]


def test_a_large_logo_fits(admin: Caller) -> None:
    logo = {"width": 576, "height": 200, "bits": "AAAA" * (576 // 8 * 200 // 3)}
    assert put(admin, "/settings/ticket-template", {"template": {"logo": logo}}).status_code == 200


def test_a_picture_becomes_a_logo(admin: Caller) -> None:
    file = io.BytesIO()
    Image.new("L", (40, 20), 0).save(file, "PNG")
    picture = base64.b64encode(file.getvalue()).decode()
    logo = admin.done("/settings/ticket-template/logo", {"picture": picture, "width": 80})
    assert (logo["width"], logo["height"]) == (80, 40)
    assert put(admin, "/settings/ticket-template", {"template": {"logo": logo}}).status_code == 200
    wider = admin.done("/settings/ticket-template/logo", {"picture": picture, "width": 300})
    drawn = [
        Image.open(
            io.BytesIO(admin.post("/settings/ticket-template/preview", {"template": {"logo": picture}}).data)
        ).height
        for picture in (logo, wider)
    ]
    assert drawn[1] - drawn[0] == wider["height"] - logo["height"], "dot for dot"


@pytest.mark.parametrize("picture", ["?", "", "aGVsbG8=", "iVBORw0KGgo=", "A" * 1_400_001, 5, None])
def test_what_is_no_picture_is_named(admin: Caller, picture: Any) -> None:
    answer = admin.post("/settings/ticket-template/logo", {"picture": picture})
    assert answer.status_code == 400
    assert admin.get("/settings/ticket-template").get_json()["template"]["logo"] is None


def test_a_file_that_is_too_large_is_not_read(admin: Caller) -> None:
    assert admin.post("/settings/ticket-template/logo", {"picture": "A" * 3_000_000}).status_code == 413


def test_a_new_roll(admin: Caller) -> None:
    assert admin.post("/staff/printers/utama/new-roll", {}).status_code == 204
    admin.refused(404, "unknown_printer", "/staff/printers/mars/new-roll")


def test_how_a_printer_was_seen_a_moment_ago_is_its_probe(runtime: Runtime, admin: Caller, clock: Clock) -> None:
    printer_health.report_health(
        runtime.store, 1, printer_health.StatusReport(Health.PAPER_OUT, Outcome("paper_out")), clock()
    )
    response = admin.done("/settings/printers/utama/probe")
    assert (response["usable"], response["advice"]["code"], response["advice"]["facts"]) == (False, "paper_out", {})
    assert "gulungan baru" in response["advice"]["sentence"]
    printer_health.report_health(
        runtime.store, 1, printer_health.StatusReport(Health.NEAR_END, Outcome("paper_low")), clock()
    )
    assert admin.done("/settings/printers/utama/probe")["usable"]
    clock.forward(seconds=printer_health.AGENT_TIMEOUT_SECONDS + 1)
    assert admin.done("/settings/printers/utama/probe") == {"usable": True, "advice": None}, "/dev/null was tried"


def test_a_preview_is_the_paper(admin: Caller) -> None:
    body = {"template": {"show_hall": False}, "agency": "disdukcapil", "paper_mm": 58, "language": "en", "copy": 2}
    answer = admin.post("/settings/ticket-template/preview", body)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    picture = Image.open(io.BytesIO(answer.data))
    (code,) = decode(picture)
    assert code.data.decode().endswith("/t/contoh-1")
    whole = admin.post("/settings/ticket-template/preview", {**body, "template": {}}).data
    assert Image.open(io.BytesIO(whole)).height > picture.height
    admin.refused(400, "bad_setting", "/settings/ticket-template/preview", {"template": {"footer": 1}})


def test_the_look_that_is_drawn_is_that_of_the_body(admin: Caller) -> None:
    """Over what is saved of hall and agency: else nobody could see a change before it is saved."""
    saved = {"template": {}, "agencies": {"disdukcapil": {"show_qr": False}}}
    assert put(admin, "/settings/ticket-template", saved).status_code == 200
    path = "/settings/ticket-template/preview"
    pictures = [
        Image.open(io.BytesIO(admin.post(path, {"template": own, "agency": "disdukcapil"}).data))
        for own in ({}, {"show_qr": True})
    ]
    assert [len(decode(picture)) for picture in pictures] == [0, 1]


def test_the_page_is_for_administrators(runtime: Runtime, admin: Caller, officer: Caller) -> None:
    for caller, status in ((admin, 200), (officer, 403)):
        answer = runtime.app.test_client().get("/admin/printers", headers={"Authorization": f"Bearer {caller.token}"})
        assert answer.status_code == status
    anybody = runtime.app.test_client().get("/admin/printers")
    assert anybody.status_code == 302
    assert anybody.location.startswith("/counter/sign-in")


# --- print agents


@pytest.fixture
def agent(runtime: Runtime, admin: Caller, contract: Contract) -> Caller:
    """Return a print agent with the printer of the main kiosk."""
    put(admin, "/settings/printers/utama", {"url": "agent://kiosk-1/usb", "kiosks": ["utama"]})
    token = admin.done("/devices/agents", {"code": "kiosk-1", "name": "PC kios utama"})["token"]
    return Caller(runtime, contract, runtime.app.test_client(), token)


def claim(agent: Caller, *have: int, wait: int = 0) -> Any:
    return agent.done(CLAIM, {"wait": wait, "have": list(have)})


def test_an_agent_prints(runtime: Runtime, agent: Caller, admin: Caller, visitor: Caller) -> None:
    answer = claim(agent)
    config = {"id": 1, "code": "utama", "url": "usb", "paper_mm": 80, "capabilities": None}
    assert answer == {"printers": [config], "job": None}
    label = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()["ticket"]["label"]
    job = claim(agent)["job"]
    assert (job["slip"]["kind"], job["slip"]["label"], job["copy_no"], job["printer"]) == ("ticket", label, 1, 1)
    assert 0 < job["expires_in"] <= 120
    assert claim(agent, job["id"])["job"] is None
    assert claim(agent)["job"] == job, "it was lost on its way"
    for _ in range(2):
        response = agent.post(f"/agent/jobs/{job['id']}/report", {"state": "printed"})
        assert (response.status_code, response.data) == (204, b"")
    assert agent.post(f"/agent/jobs/{job['id']}/report", {"state": "sent"}).status_code == 404
    assert agent.post("/agent/jobs/999/report", {"state": "sent"}).status_code == 404


def test_a_job_that_an_agent_gives_back_goes_where_the_visitor_can_reach(
    runtime: Runtime, agent: Caller, visitor: Caller
) -> None:
    visitor.post("/tickets", {"service": 1, "kiosk": "utama"})
    job = claim(agent)["job"]
    agent.post(f"/agent/jobs/{job['id']}/report", {"state": "queued", "detail": "paper_out"})
    assert claim(agent)["job"]["id"] == job["id"], "there is no other printer near"
    with runtime.store.transaction() as connection:
        connection.execute(t.printer.update().values(zone_id=1))
    agent.post(f"/agent/jobs/{job['id']}/report", {"state": "queued", "detail": "paper_out"})
    assert claim(agent)["job"] is None
    moved = print_jobs.claim(runtime.store, 2, "one", 60, runtime.clock())
    assert moved is not None
    assert moved.id == job["id"]


def test_the_health_of_an_agents_printers(runtime: Runtime, agent: Caller, admin: Caller, clock: Clock) -> None:
    able = {"proof": "ack", "counts_cuts": None}
    body = {
        "printers": [
            {"id": 1, "state": "paper_out", "detail": "paper_out", "used_mm": 170, "capabilities": able},
            {"id": 2, "state": "error"},
        ],
        "trouble": "text_shaping",
    }
    assert agent.post("/agent/health", body).status_code == 204
    alarms = admin.get("/alarms").get_json()["state"]["alarms"]
    assert [(row["kind"], row["code"], row["state"]) for row in alarms] == [
        ("printer", "utama", "paper_out"),
        ("agent", "kiosk-1", "error"),
    ]
    assert claim(agent)["printers"][0]["capabilities"] == able
    agent.post("/agent/health", {"printers": [{"id": 1, "state": "ok"}]})
    assert admin.get("/alarms").get_json()["state"] == {"alarms": []}


def test_an_agent_that_is_silent_is_away(
    runtime: Runtime, agent: Caller, admin: Caller, visitor: Caller, clock: Clock
) -> None:
    claim(agent)
    agent.post("/agent/health", {"printers": [{"id": 1, "state": "ok"}]})
    with runtime.store.transaction() as connection:
        connection.execute(t.printer.update().values(zone_id=1))
    job = visitor.post("/tickets", {"service": 1, "kiosk": "utama"}).get_json()["print_job"]
    clock.forward(seconds=printer_health.AGENT_TIMEOUT_SECONDS - 1)
    printer_health.detect_silent_agents(runtime.store, clock())
    assert admin.get("/alarms").get_json()["state"] == {"alarms": []}
    clock.forward(seconds=2)
    printer_health.detect_silent_agents(runtime.store, clock())
    (alarm,) = admin.get("/alarms").get_json()["state"]["alarms"]
    assert (alarm["code"], alarm["state"], alarm["reason"]["code"]) == ("utama", "offline", "agent_away")
    moved = print_jobs.claim(runtime.store, 2, "one", 60, clock())
    assert moved is not None
    assert moved.id == job["id"]


def test_a_claim_waits_and_wakes_at_once(runtime: Runtime, agent: Caller, visitor: Caller) -> None:
    asked = threading.Event()
    answers: list[Any] = []

    def ask() -> None:
        asked.set()
        answers.append((claim(agent, wait=20), time.monotonic()))

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert asked.wait(5)
    issued_at = time.monotonic()
    visitor.post("/tickets", {"service": 1, "kiosk": "utama"})
    waiting.join(15)
    ((answer, at),) = answers
    assert answer["job"] is not None
    assert at - issued_at < 10, "well before its time was over"


def test_a_closing_house_lets_a_claim_go(runtime: Runtime, agent: Caller) -> None:
    runtime.change_signal.close()
    assert claim(agent, wait=25)["job"] is None


# --- what a token opens


def test_a_revoked_agent_is_a_stranger(runtime: Runtime, agent: Caller, admin: Caller) -> None:
    claim(agent)
    assert admin.call("DELETE", "/api/v1/devices/agents/kiosk-1").status_code == 204
    for path, body in ((CLAIM, {}), ("/agent/health", {"printers": []}), ("/agent/jobs/1/report", {"state": "sent"})):
        assert agent.post(path, body).status_code == 401
    assert admin.call("DELETE", "/api/v1/devices/agents/kiosk-1").status_code == 404
    (listed,) = admin.get("/devices/agents").get_json()["agents"]
    assert (listed["code"], listed["revoked_at"] is None) == ("kiosk-1", False)
    again = admin.done("/devices/agents", {"code": "kiosk-1", "name": "PC baru"})["token"]
    assert again != agent.token
    agent.token = again
    claim(agent)
    admin.refused(400, "bad_setting", "/devices/agents", {"code": "kiosk-1", "name": "PC lain"})


def test_a_device_is_no_member_of_staff_and_no_staff_is_a_device(agent: Caller, admin: Caller) -> None:
    assert agent.get("/counters").status_code == 401
    assert agent.get("/settings/printers").status_code == 401
    assert admin.post(CLAIM, {}).status_code == 401


@pytest.mark.parametrize("token", [None, "nobody-knows-this-token", "x" * 5000, "é"])
def test_strangers_get_401(agent: Caller, token: str | None) -> None:
    agent.token = token
    assert agent.post(CLAIM, {}).status_code == 401


def test_guessing_is_slowed_down_and_locks_no_staff_out(runtime: Runtime, agent: Caller, sign_in: SignIn) -> None:
    right, now = agent.token, round(runtime.clock().timestamp() * 1000)
    wrong = [{"username": "", "address": "device:127.0.0.1", "at": now} for _ in range(WRONG_PER_ADDRESS)]
    with runtime.store.transaction() as connection:
        connection.execute(t.sign_in_attempt.insert(), wrong)
    agent.token = "wrong"
    assert agent.post(CLAIM, {}).status_code == 429
    agent.token = right
    claim(agent)
    sign_in("dukcapil1")


def test_an_agent_that_has_gone_mad_is_slowed_down(agent: Caller) -> None:
    codes = {agent.post(CLAIM, {}).status_code for _ in range(201)}
    assert codes == {200, 429}


def test_tokens_are_nowhere(runtime: Runtime, agent: Caller) -> None:
    claim(agent)
    with runtime.store.read() as connection:
        written = repr(connection.execute(t.device.select()).all())
    assert agent.token is not None
    assert agent.token not in written
