"""Printing from a touch to the printer's socket: the bytes sent, and the kiosk's messages when nothing is printed."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from queue_app.cli import parser
from queue_app.cli.database import demo_plan
from tests.conftest import DEMO_PASSWORD
from tests.e2e.conftest import KIOSK, Api, Kiosk, Screens, set_printers
from tests.printer.simulator import Simulator
from tests.waiting import wait_until

LARGEST = 600
"""Bytes; a cheap printer's buffer and a slow line take that at once."""


def states(client: Api, token: str) -> list[str]:
    """List the states of all print jobs of a ticket."""
    return [job["state"] for job in client.call("GET", f"/tickets/{token}/print-jobs")[1]["print_jobs"]]


def issue(client: Api, service: int, kiosk: str) -> Any:
    return client.issue(service, kiosk=kiosk)["ticket"]


def test_two_kiosks_print_each_on_its_own_printer(
    sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens
) -> None:
    with Simulator() as wide, Simulator("ack") as narrow:
        set_printers(sqlite_hall_url, utama=wide.url, lobi=f"{narrow.url}?proof=ack")
        server = start_server(sqlite_hall_url)
        client = api(server.port)
        kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
        label, address = kiosk.take(), kiosk.address()
        expect(kiosk.page.locator(".paper.ready")).to_contain_text("Silakan ambil tiket Anda")
        (job,) = wait_until(lambda: wide.jobs, "the paper")
        assert is_paper_of(job, label, address)
        assert states(client, address.rpartition("/")[2]) == ["sent"]
        other = issue(client, 20, "lobi")
        wait_until(lambda: states(client, other["token"]) == ["printed"], "the proof of the other printer")
        (job,) = narrow.jobs
        assert is_paper_of(job, other["label"], other["url"])
        assert len(wide.jobs) == 1


def is_paper_of(job: bytes, label: str, address: str) -> bool:
    """Assert that the slip has the number and the QR code's address, and is small."""
    return label.encode() in job and address.encode() in job and len(job) <= LARGEST


def test_a_file_gets_the_same_bytes_as_a_socket(tmp_path: Path, start_server: Any, api: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{DEMO_PASSWORD}\n"))
    url = f"sqlite:///{tmp_path / 'queue.db'}"
    to_file = f"file://{tmp_path}/{{code}}.prn"
    options = ["--database-url", url, "--data-dir", str(tmp_path), "--printer-url", to_file, "--password-stdin"]
    plan = tmp_path / "hall.json"
    plan.write_text(json.dumps(demo_plan()), "utf-8")  # open at any hour
    assert parser.main(["hall", "load", str(plan), *options]) == 0
    server = start_server(url)
    client = api(server.port)
    first = issue(client, 1, "utama")
    wait_until(lambda: states(client, first["token"]) == ["printed"], "the paper in the file")
    assert not (tmp_path / "lobi.prn").exists()
    assert client.call("POST", f"/tickets/{first['token']}/cancel", {})[0] == 200
    with Simulator() as printer:
        set_printers(url, utama=printer.url)
        second = issue(client, 1, "utama")
        wait_until(lambda: states(client, second["token"]) == ["sent"], "the paper on the socket")
        (sent,) = wait_until(lambda: printer.jobs, "the paper")
    assert bare((tmp_path / "utama.prn").read_bytes(), first) == bare(sent, second)


def bare(paper: bytes, ticket: Any) -> bytes:
    """Remove what differs from ticket to ticket from a slip."""
    for own in (ticket["token"], ticket["label"]):
        assert own.encode() in paper
        paper = paper.replace(own.encode(), b"#")
    return re.sub(rb"\d\d[:.]\d\d", b"00:00", paper)


def test_a_printer_that_is_away_and_comes_back(
    sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens, free_port: int
) -> None:
    set_printers(sqlite_hall_url, utama=f"tcp://127.0.0.1:{free_port}")
    server = start_server(sqlite_hall_url)
    client = api(server.port)
    kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
    label, address = kiosk.take(), kiosk.address()
    token = address.rpartition("/")[2]
    paper = kiosk.page.locator(".paper")
    # A fault that is known is said at once, so that nothing is promised before it.
    expect(paper).to_contain_text("Foto layar ini")
    expect(paper).to_contain_text("Nomor Anda tetap berlaku")
    assert states(client, token)[0] in ("queued", "sending")
    kiosk.touch("Selesai")
    expect(kiosk.page.locator(".banner")).to_contain_text("Kertas habis/printer bermasalah")
    with Simulator(port=free_port) as printer:
        wait_until(lambda: states(client, token) == ["sent"], "the paper")
        assert label.encode() in printer.jobs[0]
        expect(kiosk.page.locator(".banner")).to_have_count(0)
        issue(client, 1, "utama")
        wait_until(lambda: len(printer.jobs) == 2, "the next paper")


def test_a_printer_that_holds_the_paper_until_it_is_taken(
    sqlite_hall_url: str, start_server: Any, screens: Screens
) -> None:
    with Simulator("full+presenter") as printer:
        set_printers(sqlite_hall_url, utama=f"{printer.url}?model=custom")
        server = start_server(sqlite_hall_url)
        kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
        label = kiosk.take()
        expect(kiosk.page.locator(".paper.presenter")).to_contain_text(f"Tiket {label} menunggu")
        printer.machine.take_paper()
        expect(kiosk.page.locator(".paper.taken")).to_contain_text("Tiket sudah diambil")


def test_nobody_knows_whether_it_came_out_but_the_visitor(
    sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens
) -> None:
    with Simulator("ack+drop", after=200) as printer:
        set_printers(sqlite_hall_url, utama=f"{printer.url}?proof=ack")
        server = start_server(sqlite_hall_url)
        kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
        label, token = kiosk.take(), kiosk.address().rpartition("/")[2]
        expect(kiosk.page.locator(".paper.unsure")).to_contain_text("Apakah tiket Anda keluar?")
        kiosk.touch("Cetak lagi")
        expect(kiosk.page.locator(".paper.ready")).to_contain_text("Silakan ambil tiket Anda")
        assert states(api(server.port), token) == ["uncertain", "printed"]
        partial, copy = printer.pieces
        assert "BATAL" in partial.text
        assert "SALINAN" in copy.text
        assert label in copy.text


def test_a_hung_printer_holds_up_nobody_else(
    sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens
) -> None:
    with Simulator("ack+freeze") as hung, Simulator("ack") as well:
        set_printers(sqlite_hall_url, utama=f"{hung.url}?proof=ack", lobi=well.url)
        server = start_server(sqlite_hall_url)
        client = api(server.port)
        kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
        stuck = [kiosk.take()]
        tokens = [kiosk.address().rpartition("/")[2]]
        wait_until(lambda: states(client, tokens[0]) == ["sending"], "the attempt")
        behind = issue(client, 1, "utama")
        others = [issue(client, 20, "lobi") for _ in range(5)]
        unprinted = client.issue(1)
        assert unprinted["print_job"] is None
        wait_until(lambda: len(well.jobs) == len(others), "the papers of the other kiosk")
        for job, other in zip(well.jobs, others, strict=True):
            assert other["label"].encode() in job
        # All that happened while the first paper was still on its way.
        assert states(client, tokens[0]) == ["sending"]
        assert states(client, behind["token"]) == ["queued"]
        assert stuck == ["A-001"]
        assert hung.most_connections == 1


def test_a_fault_of_the_printer_is_told_to_staff(sqlite_hall_url: str, start_server: Any, api: Any) -> None:
    with Simulator("paper_out") as printer:
        set_printers(sqlite_hall_url, utama=printer.url)
        server = start_server(sqlite_hall_url)
        client = api(server.port)
        issued = client.issue(1, kiosk="utama")
        client.sign_in("penyelia")

        def job() -> Any:
            return client.call("GET", f"/print-jobs/{issued['print_job']['id']}")[1]

        wait_until(lambda: "paper_out" in job()["detail"], "the reason")
        assert client.call("GET", "/kiosks/utama")[1]["state"]["printer"] == "trouble"
        printer.mode = "ok"
        wait_until(lambda: job()["state"] == "sent", "the paper")
        wait_until(lambda: client.call("GET", "/kiosks/utama")[1]["state"]["printer"] == "ready", "the all-clear")
