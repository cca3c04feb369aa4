"""The main job on real screens: a number by touch, a call by one key, seen on the board and on the phone.

Then the server is killed with everything open, and every screen is right again by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import BOARD, DESKTOP, KIOSK, PHONE, Api, Kiosk, OfficerBrowser, Screens, qr_of, set_printers
from tests.waiting import until_touches_count, wait_until

MARK = "window.__never_loaded_again = true"
MARKED = "window.__never_loaded_again === true"


@pytest.fixture
def hall_url(sqlite_hall_url: str, tmp_path: Path) -> str:
    """Return a hall whose printers draw pictures."""
    preview = f"preview://{tmp_path / 'preview'}"
    set_printers(sqlite_hall_url, utama=preview, lobi=preview)
    return sqlite_hall_url


def waiting_for(client: Api, service: int) -> int:
    status, answer = client.call("GET", "/kiosks/utama")
    assert status == 200
    return int(answer["state"]["services"][str(service)]["waiting"])


def shows_call(board: Page, label: str, counter: str) -> None:
    """Assert that the call is the large one, with its counter, and on top of the list."""
    expect(board.locator(".hero > .label")).to_have_text(label)
    expect(board.locator(".goal .mark")).to_have_text(counter)
    expect(board.locator(".row .label").first).to_have_text(label)


def shows_counter(phone: Page, counter: str) -> None:
    expect(phone.locator(".now.called .counter-code")).to_have_text(counter)


def test_the_main_job_and_a_killed_server(
    hall_url: str, start_server: Any, api: Any, screens: Screens, tmp_path: Path
) -> None:
    server = start_server(hall_url)
    board = screens.open(f"{server.base}/display/utara", **BOARD)
    expect(board.locator(".stage.empty")).to_be_visible()
    kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
    label = kiosk.take()
    address = kiosk.address()
    assert address.startswith(f"{server.base}/t/")
    expect(kiosk.page.locator(".paper.ready")).to_be_visible()
    paper = tmp_path / "preview" / "1.png"
    assert qr_of(wait_until(lambda: paper.exists() and paper.read_bytes(), "the paper")) == address

    phone = screens.open(address, **PHONE)
    expect(phone.locator(".stub-number .number")).to_have_text(label)
    expect(phone.locator(".next-up")).to_be_visible()
    officer = OfficerBrowser(screens.open(**DESKTOP), server.base).sign_in("dukcapil1").open_counter("Loket 1")
    officer.press("n")
    expect(officer.label).to_contain_text(label)
    shows_call(board, label, "1")
    shows_counter(phone, "1")
    officer.press("s")
    expect(phone.locator(".now.serving")).to_be_visible()
    officer.press("c")
    expect(phone.locator(".now.served")).to_be_visible()
    expect(officer.page.locator(".stage.idle")).to_be_visible()

    kiosk.touch("Selesai")
    kiosk.touch("Disdukcapil")
    next_phone = screens.open(api(server.port).issue(1)["ticket"]["url"], **PHONE)
    expect(next_phone.locator(".next-up")).to_be_visible()
    survive_a_kill(server, api, kiosk, officer, board, next_phone)


def survive_a_kill(server: Any, api: Any, kiosk: Kiosk, officer: OfficerBrowser, board: Page, phone: Page) -> None:
    everything = (kiosk.page, officer.page, board, phone)
    for page in everything:
        page.evaluate(MARK)
    server.kill()
    expect(kiosk.page.locator(".cover")).to_be_visible()
    expect(officer.status).to_have_class(re.compile("offline"))
    expect(board.locator(".lost")).to_be_visible(timeout=40_000)
    expect(phone.locator(".connection.offline")).to_be_visible()

    server.start()
    after = api(server.port).issue(1)["ticket"]["label"]
    officer.at_work()
    expect(officer.page.locator(".figures .main dd")).to_have_text("2")
    officer.press("n")
    before = phone.locator(".stub-number .number").inner_text()
    shows_call(board, before, "1")
    shows_counter(phone, "1")
    expect(board.locator(".lost")).to_have_count(0)
    officer.press("s", "n")
    expect(officer.label).to_contain_text(after)
    expect(phone.locator(".now.served")).to_be_visible()
    expect(board.locator(".row .label").first).to_have_text(after)

    expect(kiosk.page.locator(".cover")).to_have_count(0)
    expect(kiosk.page.locator("main.at-services")).to_be_visible()
    kiosk.touch("KTP-el")
    kiosk.touch("Lengkap, lanjut")
    one_ticket_by_two_taps(kiosk, api(server.port))
    for page in everything:
        assert page.evaluate(MARKED), "no page was loaded again"


def one_ticket_by_two_taps(kiosk: Kiosk, client: Api) -> None:
    waiting = waiting_for(client, 1)
    expect(kiosk.page.locator("main.at-class")).to_be_visible()
    until_touches_count(kiosk.page)
    box = kiosk.page.get_by_role("button", name="Reguler").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    kiosk.page.touchscreen.tap(*middle)
    kiosk.page.touchscreen.tap(*middle)
    expect(kiosk.page.locator(".paper.ready")).to_be_visible()
    assert waiting_for(client, 1) == waiting + 1


def test_a_kiosk_waits_for_a_server_that_is_killed_under_its_hands(
    hall_url: str, start_server: Any, api: Any, screens: Screens
) -> None:
    server = start_server(hall_url)
    kiosk = Kiosk(screens.open(f"{server.base}/kiosk/utama", **KIOSK))
    kiosk.to_class()

    def kill(route: Any) -> None:
        server.kill()
        route.continue_()

    kiosk.page.route("**/api/v1/tickets", kill, times=1)
    kiosk.touch("Reguler")
    expect(kiosk.page.get_by_text("Mencoba lagi")).to_be_visible()
    server.start()
    expect(kiosk.page.locator(".slip .label")).to_have_text("A-001")
    assert waiting_for(api(server.port), 1) == 1
