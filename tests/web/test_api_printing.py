"""Papers over the API: alarms, copies, the visitor's answer, lists, tests, the day in numbers."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app.adapters.printer_tools import slip_of
from queue_app.background import Runtime
from queue_app.domain.print_outcome import Outcome, parse_outcome
from queue_app.domain.printer import Health
from queue_app.services.printing import print_jobs, printer_health
from queue_app.store import tables as t
from tests.conftest import Clock
from tests.web.callers import Caller, SignIn


def see(runtime: Runtime, health: str, printer_id: int = 1, detail: str = "") -> None:
    printer_health.report_health(
        runtime.store, printer_id, printer_health.StatusReport(Health(health), parse_outcome(detail)), runtime.clock()
    )


def take_paper(
    runtime: Runtime, state: str = "printed", printer_id: int = 1, detail: str = ""
) -> print_jobs.ClaimedJob:
    job = print_jobs.claim(runtime.store, printer_id, "one", 60, runtime.clock())
    assert job is not None
    print_jobs.report_outcome(runtime.store, job.id, "one", state, parse_outcome(detail), runtime.clock())
    return job


def ticket(visitor: Caller, kiosk: str = "utama") -> Any:
    return visitor.post("/tickets", {"service": 1, "kiosk": kiosk}).get_json()["ticket"]


def test_a_server_that_cannot_shape_text_says_so(
    runtime: Runtime, officer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not if all printers hang on agents' PCs: there the agents draw."""
    monkeypatch.setattr("queue_app.adapters.printer_tools.text_trouble", lambda: "text_shaping")
    (alarm,) = officer.get("/alarms").get_json()["state"]["alarms"]
    assert (alarm["kind"], alarm["state"], alarm["detail"]) == ("server", "error", "text_shaping")
    with runtime.store.transaction() as connection:
        connection.execute(t.printer.update().values(url="agent://kiosk-1/usb"))
    assert officer.get("/alarms").get_json()["state"] == {"alarms": []}


def test_alarms(runtime: Runtime, officer: Caller, visitor: Caller) -> None:
    assert officer.get("/alarms").get_json()["state"] == {"alarms": []}
    see(runtime, "paper_out", detail="paper_out")
    see(runtime, "near_end", 2, "paper_low")
    first, second = officer.get("/alarms").get_json()["state"]["alarms"]
    assert first["reason"] == {"code": "paper_out", "facts": {}}
    assert (first["code"], first["state"], first["place"]["en"]) == ("utama", "paper_out", "Kios Utama, North Zone")
    assert (second["code"], second["state"]) == ("lobi", "near_end")
    assert visitor.get("/alarms").status_code == 401
    listed = officer.get("/staff/printers").get_json()["printers"]
    assert [(row["code"], row["trouble"]) for row in listed] == [("utama", "paper_out"), ("lobi", None)]
    # Nobody can print at one that belongs to nothing; one with a place may be the reception's.
    for change, expected in (({}, False), ({"place": {"id": "Meja informasi"}}, True)):
        with runtime.store.transaction() as connection:
            connection.execute(t.kiosk.update().where(t.kiosk.c.printer_id == 1).values(printer_id=None))
            connection.execute(t.printer.update().where(t.printer.c.id == 1).values(change or {"place": None}))
        alarms = officer.get("/alarms").get_json()["state"]["alarms"]
        assert ("utama" in [row["code"] for row in alarms]) is expected
        assert officer.get("/staff/printers").get_json()["printers"][0]["used"] is expected


OLD = "the agent stopped while sending"


def of(reason: str, message: str) -> dict[str, str]:
    """The facts of a code that is more specific than the reason reported."""
    return {"reason": reason, "message": message}


@pytest.mark.parametrize(
    ("detail", "code", "facts", "ending", "said"),
    [
        ("paper_out: cancelled", "paper_out", {}, "cancelled", "kertas habis; sebagian terkirim, lalu ditarik"),
        ("cover_open: mended", "cover_open", {}, "mended", "tutup printer terbuka; gangguannya sudah selesai"),
        (
            "unreachable: Connection refused",
            "refused",
            of("unreachable", "Connection refused"),
            None,
            "sambungan ditolak",
        ),
        ("unreachable: Strange", "unreachable", {"why": "Strange"}, None, "tidak terjangkau (Strange)"),
        ("not_writable: Permission denied", "denied", of("not_writable", "Permission denied"), None, "tidak diizinkan"),
        ("unreachable: timed out: mended", "no_answer", of("unreachable", "timed out"), "mended", "tidak ada balasan;"),
        ("bad_address: unknown option", "bad_address", {"message": "unknown option"}, None, "alamat printernya salah"),
        ("fault: stopped", "stopped", of("fault", "stopped"), None, "program pencetak berhenti saat mengirim"),
        (f"fault: {OLD}", "stopped", of("fault", OLD), None, "program pencetak berhenti saat mengirim"),
        ("the printer was removed", "removed", {}, None, "printernya dihapus"),
        ("a newer agent's word", "other", {"why": "a newer agent's word"}, None, "sebab lain (a newer agent's word)"),
    ],
)
def test_why_a_paper_is_not_out_is_said_in_the_callers_language(
    runtime: Runtime, officer: Caller, visitor: Caller, detail: str, code: str, facts: Any, ending: Any, said: str
) -> None:
    """Also what older rows and older agents say in English."""
    ticket(visitor)
    path = f"/print-jobs/{take_paper(runtime, 'uncertain', detail=detail).id}"
    job = officer.get(path).get_json()
    reason = job["reason"]
    assert (reason["code"], reason["facts"], job["ending"]) == (code, facts, ending)
    assert reason["sentence"].startswith(said)
    sentences = {
        officer.get(f"{path}?language={language}").get_json()["reason"]["sentence"] for language in ("id", "en", "ban")
    }
    assert len(sentences) == 3


def test_a_kiosk_says_where_its_paper_comes_out(runtime: Runtime, visitor: Caller) -> None:
    def state() -> tuple[str, Any]:
        result = visitor.get("/kiosks/utama").get_json()["state"]
        return result["printer"], result["printer_place"]

    assert state() == ("ready", None)
    see(runtime, "cover_open")
    assert state() == ("trouble", None)
    with runtime.store.transaction() as connection:
        connection.execute(t.printer.update().where(t.printer.c.id == 1).values(fallback_id=2))
    assert state()[0] == "elsewhere"
    assert state()[1]["id"] == "Kios Lobi, Zona Selatan"
    token = ticket(visitor)["token"]
    job = print_jobs.claim(runtime.store, 1, "one", 60, runtime.clock())
    assert job is not None
    assert print_jobs.requeue_elsewhere(runtime.store, job.id, "one", Outcome("cover_open"), runtime.clock())
    (paper,) = visitor.get(f"/tickets/{token}/print-jobs").get_json()["print_jobs"]
    assert (paper["state"], paper["place"]["ban"]) == ("queued", "Kios Lobi, Zona Kidul")


def test_a_copy(runtime: Runtime, officer: Caller, visitor: Caller) -> None:
    label = ticket(visitor)["label"]
    take_paper(runtime)
    body = {"label": label, "reason": "unreadable"}
    first = officer.done("/staff/reprints", body, key="a-copy-please")
    assert officer.done("/staff/reprints", body, key="a-copy-please") == first
    job = take_paper(runtime)
    assert (job.id, job.copy_no) == (first["id"], 2)
    officer.refused(400, "bad_request", "/staff/reprints", {"reason": "lost"})
    officer.refused(400, "bad_request", "/staff/reprints", {"label": label, "ticket": 1, "reason": "lost"})
    officer.refused(400, "bad_request", "/staff/reprints", {"label": label, "reason": "visitor"})
    officer.refused(404, "unknown_ticket", "/staff/reprints", {"label": "A-999", "reason": "lost"})
    officer.refused(404, "unknown_printer", "/staff/reprints", {"label": label, "reason": "lost", "printer": "x"})


def test_the_visitors_answer(runtime: Runtime, visitor: Caller) -> None:
    token = ticket(visitor)["token"]
    visitor.refused(409, "no_print_to_confirm", f"/tickets/{token}/print-confirmation", {"printed": True})
    take_paper(runtime, "uncertain")
    paper = visitor.done(f"/tickets/{token}/print-confirmation", {"printed": False})
    assert take_paper(runtime).id == paper["id"]
    jobs = visitor.get(f"/tickets/{token}/print-jobs").get_json()["print_jobs"]
    assert [(job["kind"], job["copy"], job["state"]) for job in jobs] == [
        ("ticket", 1, "uncertain"),
        ("copy", 2, "printed"),
    ]
    visitor.refused(409, "no_print_to_confirm", f"/tickets/{token}/print-confirmation", {"printed": False})
    visitor.refused(404, "unknown_ticket", "/tickets/nobody-knows/print-confirmation", {"printed": False})


def test_a_paper_that_is_to_be_pulled_out(runtime: Runtime, visitor: Caller, clock: Clock) -> None:
    token = ticket(visitor)["token"]

    def taken() -> Any:
        return visitor.get(f"/tickets/{token}/print-jobs").get_json()["print_jobs"][0]["taken"]

    assert taken() is None
    take_paper(runtime, detail="paper_low: not_taken")
    assert taken() is False
    clock.forward(seconds=1)
    see(runtime, "near_end", detail="paper_low: not_taken")
    assert taken() is False
    clock.forward(seconds=1)
    see(runtime, "near_end", detail="paper_low")
    assert taken() is True


def test_a_list_of_documents(runtime: Runtime, visitor: Caller, officer: Caller) -> None:
    paper = visitor.done("/kiosks/utama/checklists", {"service": 1, "language": "ban"})
    assert slip_of(take_paper(runtime).slip).language == "ban"
    assert visitor.get(f"/kiosks/utama/checklists/{paper['id']}").get_json()["state"] == "printed"
    other = ticket(visitor)
    job = visitor.get(f"/tickets/{other['token']}/print-jobs").get_json()["print_jobs"][0]
    assert visitor.get(f"/kiosks/utama/checklists/{job['id']}").status_code == 404
    visitor.refused(404, "unknown_kiosk", "/kiosks/nirgends/checklists", {"service": 1})
    visitor.refused(404, "unknown_service", "/kiosks/utama/checklists", {"service": 999})


def test_the_day_in_numbers(runtime: Runtime, officer: Caller, visitor: Caller, sign_in: SignIn) -> None:
    for service in (1, 1, 20):
        visitor.take(service)
    called = officer.done("/counters/1/call-next")["ticket"]["id"]
    officer.done("/counters/1/start", {"ticket": called})
    officer.done("/counters/1/complete", {"ticket": called})
    officer.done("/staff/summary?language=en", {"printer": "lobi"})
    own = slip_of(take_paper(runtime, printer_id=2).slip)
    assert own.title == "Summary of 24 November 2026 Disdukcapil"
    assert dict(own.rows) == {
        "Numbers taken": "2",
        "Still waiting": "1",
        "At a counter": "0",
        "Served": "1",
        "Did not come": "0",
        "Cancelled or expired": "0",
        "Mean wait": "0 min",
        "Mean service": "0 min",
    }
    sign_in("penyelia").done("/staff/summary", {"printer": "lobi"})
    whole = slip_of(take_paper(runtime, printer_id=2).slip)
    assert (whole.title, dict(whole.rows)["Nomor diambil"]) == ("Ringkasan 24 November 2026", "3")


@pytest.mark.parametrize("path", ["/staff/printers/nirgends/test", "/staff/summary"])
def test_an_unknown_printer(officer: Caller, path: str) -> None:
    officer.refused(404, "unknown_printer", path, {"printer": "nirgends"} if path.endswith("summary") else {})


def test_a_test(runtime: Runtime, officer: Caller) -> None:
    paper = officer.done("/staff/printers/utama/test")
    assert officer.get(f"/print-jobs/{paper['id']}").get_json()["kind"] == "test"
    assert slip_of(take_paper(runtime).slip).printer == "utama"
