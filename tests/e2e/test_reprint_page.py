"""Reception prints a ticket again, in a real browser with the real server."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.conftest import RunningServer
from tests.e2e.conftest import DESK, Api, Desk, Screens


def test_a_ticket_is_printed_again(hall: RunningServer, screens: Screens, api: Callable[[int], Api]) -> None:
    ticket = api(hall.port).issue(1)["ticket"]
    page = screens.open(**DESK)
    Desk(page, hall.base).sign_in("dukcapil1")
    expect(page.locator(".pick").first).to_be_visible()
    page.goto(f"{hall.base}/reception")
    page.get_by_role("button", name="Cetak ulang").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nomor antrean").fill("A-999")
    dialog.get_by_role("button", name="Cetak salinan").click()
    expect(dialog.locator(".banner.bad")).to_be_visible()
    dialog.get_by_label("Nomor antrean").fill(ticket["label"].lower())
    dialog.locator("select[name=reason]").select_option("lost")
    dialog.locator("select[name=printer]").select_option(index=1)
    dialog.get_by_role("button", name="Cetak salinan").click()
    expect(dialog.locator(".banner.good")).to_have_text(f"Salinan {ticket['label']} dikirim ke printer.")
    jobs = api(hall.port).call("GET", f"/tickets/{ticket['token']}/print-jobs")[1]["print_jobs"]
    assert len(jobs) == 1, "it was taken without paper: this is its only one"
