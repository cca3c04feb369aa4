"""Alarms of printers and displays on staff's pages: raised, dismissed, raised again and cleared."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import BOARD, DESKTOP, Api, OfficerBrowser, Screens, set_printers
from tests.e2e.test_accessibility import SMALL, sound
from tests.e2e.test_legibility import fits
from tests.printer.simulator import Simulator
from tests.waiting import wait_until

TOUCH = 44
"""CSS pixels of a target that a finger hits."""


def banner(page: Page) -> Any:
    return page.locator(".alarms .banner")


def good(page: Page, where: str, *, whole: bool = True) -> None:
    """Assert that axe finds nothing grave, nothing spills in any language, and targets fit fingers."""
    assert page.evaluate(SMALL, TOUCH) == [], where
    sound(page, where)
    for language in ("en", "ban", "id"):
        page.locator(f".languages a[lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        fits(page, f"{where}, {language}", whole=whole)


def test_a_printer_that_needs_somebody(sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens) -> None:
    with Simulator("ack+paper_out") as printer, Simulator("ack+paper_low") as other:
        set_printers(sqlite_hall_url, utama=f"{printer.url}?proof=ack", lobi=f"{other.url}?proof=ack")
        server = start_server(sqlite_hall_url)
        client: Api = api(server.port)
        officer, reception = screens.open(**DESKTOP), screens.open(**DESKTOP)
        OfficerBrowser(officer, server.base).sign_in("dukcapil1").open_counter("Loket 1")
        OfficerBrowser(reception, server.base).sign_in("penyelia")
        expect(reception.locator(".pick").first).to_be_visible()
        reception.goto(f"{server.base}/reception")
        for page in (officer, reception):
            expect(banner(page)).to_contain_text("Kertas habis: printer utama, Kios Utama, Zona Utara (sejak")
            expect(banner(page)).to_contain_text("Pasang gulungan kertas baru")
            expect(banner(page)).to_contain_text("+1 lagi")
        good(officer, "desk, paper out")
        good(reception, "reception, paper out")
        # Put away on one screen, it is still said on the other; the next one takes its place.
        banner(officer).get_by_role("button", name="Mengerti").click()
        expect(banner(officer)).to_contain_text("Kertas hampir habis: printer lobi")
        banner(officer).get_by_role("button", name="Mengerti").click()
        expect(banner(officer)).to_have_count(0)
        officer.reload()
        expect(officer.locator(".desk")).to_be_visible()
        expect(banner(reception)).to_contain_text("Kertas habis")
        expect(banner(officer)).to_have_count(0)
        # Another trouble of the same printer is another alarm.
        printer.mode = "ack+cover_open"
        client.issue(1, kiosk="utama")
        for page in (officer, reception):
            expect(banner(page)).to_contain_text("Penutup terbuka: printer utama")
        printer.mode = "ack"
        expect(banner(officer)).to_have_count(0)
        expect(banner(reception)).to_contain_text("Kertas hampir habis")
        other.mode = "ack"
        client.issue(20, kiosk="lobi")
        expect(banner(reception)).to_have_count(0)
        wait_until(lambda: printer.jobs and other.jobs, "both papers")


def test_whoever_has_no_counter_hears_of_it_too(
    sqlite_hall_url: str, start_server: Any, screens: Screens, free_port: int
) -> None:
    """Before a counter is chosen, and on the pages of administrators; no room for it where nothing is wrong."""
    set_printers(sqlite_hall_url, utama=f"tcp://127.0.0.1:{free_port}")
    server = start_server(sqlite_hall_url)
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, server.base).sign_in("penyelia")
    expect(banner(page)).to_contain_text("Tidak tersambung: printer utama")
    page.set_viewport_size({"width": 1024, "height": 600})
    good(page, "choice of counters, off line", whole=False)
    page.goto(f"{server.base}/admin/notices")
    expect(banner(page)).to_contain_text("Tidak tersambung: printer utama")
    fits(page, "admin, off line", whole=False)
    sound(page, "admin, off line")
    banner(page).get_by_role("button", name="Mengerti").click()
    expect(banner(page)).to_have_count(0)
    assert page.locator(".admin-alarms").bounding_box()["height"] == 0


def test_an_alarm_leaves_the_work_its_room(
    sqlite_hall_url: str, start_server: Any, screens: Screens, free_port: int
) -> None:
    set_printers(sqlite_hall_url, utama=f"tcp://127.0.0.1:{free_port}")
    server = start_server(sqlite_hall_url)
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, server.base).sign_in("dukcapil1").open_counter("Loket 1")
    expect(banner(page)).to_contain_text("Tidak tersambung: printer utama")
    for width, height in ((1366, 768), (1024, 600)):
        page.set_viewport_size({"width": width, "height": height})
        good(page, f"desk of {width} pixels, off line")


def test_a_display_whose_sound_is_held_back(sqlite_hall_url: str, start_server: Any, screens: Screens) -> None:
    """Said to the staff after some seconds, and taken back as soon as somebody has touched the display."""
    server = start_server(sqlite_hall_url)
    officer, board = screens.open(**DESKTOP), screens.open(f"{server.base}/display/utara", **BOARD)
    OfficerBrowser(officer, server.base).sign_in("dukcapil1").open_counter("Loket 1")
    expect(board.locator(".hint")).to_be_visible()
    expect(banner(officer)).to_contain_text(
        "Zona Utara: panggilan tidak bersuara. Layarnya menunggu disentuh", timeout=30_000
    )
    good(officer, "desk, a display without sound")
    board.mouse.click(5, 5)
    expect(board.locator(".hint")).to_have_count(0)
    expect(banner(officer)).to_have_count(0)
