"""Staff print a ticket again, at the reception and at a counter, in a real browser with the real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.conftest import RunningServer
from tests.e2e.conftest import DESKTOP, Api, OfficerBrowser, Screens
from tests.waiting import wait_until


def test_a_ticket_is_printed_again(hall: RunningServer, screens: Screens, api: Callable[[int], Api]) -> None:
    ticket = api(hall.port).issue(1)["ticket"]
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, hall.base).sign_in("dukcapil1")
    expect(page.locator(".pick").first).to_be_visible()
    page.goto(f"{hall.base}/reception")
    page.get_by_role("button", name="Cetak ulang").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Nomor antrean")).to_be_focused()
    dialog.get_by_label("Nomor antrean").fill("A-999")
    dialog.get_by_label("Hilang").check()
    dialog.get_by_role("button", name="Cetak salinan").click()
    expect(dialog.locator(".banner.bad")).to_be_visible()
    dialog.get_by_label("Nomor antrean").fill(ticket["label"].lower())
    dialog.locator("#printer").select_option(index=1)
    dialog.get_by_role("button", name="Cetak salinan").click()
    expect(dialog.locator(".banner.good")).to_have_text(f"Salinan {ticket['label']} dikirim ke printer.")
    expect(dialog.get_by_label("Nomor antrean")).to_be_focused()
    dialog.get_by_label("Nomor antrean").press("Escape")
    expect(dialog).to_have_count(0)
    jobs = api(hall.port).call("GET", f"/tickets/{ticket['token']}/print-jobs")[1]["print_jobs"]
    assert len(jobs) == 1, "it was taken without paper: this is its only one"


def test_an_officer_prints_the_ticket_in_hand_and_one_of_the_line_by_keyboard(
    hall: RunningServer, screens: Screens, api: Callable[[int], Api]
) -> None:
    client = api(hall.port)
    in_hand, in_line = (client.issue(20, kiosk="utama")["ticket"] for _ in range(2))

    def papers(ticket: dict[str, Any]) -> int:
        return len(client.call("GET", f"/tickets/{ticket['token']}/print-jobs")[1]["print_jobs"])

    officer = OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("bpjskes1").open_counter("Loket 5")
    officer.press("n")
    expect(officer.label).to_contain_text(in_hand["label"])
    officer.settled()
    sheet = officer.ask("k")
    expect(sheet.locator("#label")).to_have_value(in_hand["label"])
    submit = sheet.get_by_role("button", name="Cetak salinan")
    not_yet = submit.evaluate("button => getComputedStyle(button).backgroundColor")
    # The number is known, so the keys choose the reason at once.
    officer.page.keyboard.press("3")
    expect(sheet.get_by_label("Hilang")).to_be_checked()
    expect(submit).not_to_have_css("background-color", not_yet)
    officer.page.keyboard.press("Enter")
    officer.answered()
    expect(officer.page.locator(".toast")).to_contain_text(f"Salinan {in_hand['label']} dikirim ke printer.")
    wait_until(lambda: papers(in_hand) == 2, "the copy of the one in hand")
    expect(officer.label).to_contain_text(in_hand["label"])
    sheet = officer.ask("k")
    sheet.locator("#label").press("Control+A")
    # The clock of the visit goes on behind the dialog, and takes the focus nowhere.
    running = officer.page.locator(".timers .running dd")
    expect(running).not_to_have_text(running.inner_text())
    expect(sheet.locator("#label")).to_be_focused()
    officer.page.keyboard.type(f"{in_hand['label'][0]}999")
    officer.page.keyboard.press("Tab")
    officer.page.keyboard.press("1")
    officer.page.keyboard.press("Enter")
    expect(sheet.locator(".banner.bad")).to_contain_text("Nomor tidak ditemukan")
    sheet.locator("#label").press("Control+A")
    officer.page.keyboard.type(in_line["label"].replace("-", "").lower())
    expect(sheet.locator(".sheet-note").first).to_have_text("Daftar peserta baru")
    officer.page.keyboard.press("Enter")
    officer.answered()
    expect(officer.page.locator(".toast")).to_contain_text(f"Salinan {in_line['label']} dikirim ke printer.")
    wait_until(lambda: papers(in_line) == 2, "the copy of the one in the line")
    assert papers(in_hand) == 2


def test_a_copy_whose_answer_is_lost_is_printed_once(
    hall: RunningServer, screens: Screens, api: Callable[[int], Api]
) -> None:
    client = api(hall.port)
    ticket = client.issue(28, kiosk="utama")["ticket"]
    officer = OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("dinsos1").open_counter("Loket 7")

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    officer.page.route("**/staff/reprints", lose)
    sheet = officer.ask("k")
    expect(sheet.locator("#label")).to_be_focused()
    officer.page.keyboard.type(ticket["label"])
    officer.page.keyboard.press("Tab")
    officer.page.keyboard.press("2")
    officer.page.keyboard.press("Enter")
    expect(sheet.locator(".banner.bad")).to_contain_text("Cetak ulang")
    officer.page.unroute("**/staff/reprints")
    officer.page.keyboard.press("Enter")
    officer.answered()
    jobs = client.call("GET", f"/tickets/{ticket['token']}/print-jobs")[1]["print_jobs"]
    assert len(jobs) == 2, "its own paper, and one copy"
