"""An officer's page with the real server: by keyboard alone, beside other officers, and through everything amiss."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import DEMO_PASSWORD, RunningServer
from tests.e2e.conftest import DESKTOP, Api, OfficerBrowser, Screens, held_up, tab_to
from tests.waiting import wait_until

LOCALE = Path(__file__).parents[2] / "queue_app" / "locale"
WORDS = {language: json.loads((LOCALE / f"{language}.json").read_text("utf-8")) for language in ("id", "en", "ban")}


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


@pytest.fixture
def open_counter(hall: RunningServer, screens: Screens) -> Any:
    """Return a function that opens a counter in a browser: `open_counter("dinsos1", "Loket 7")`."""

    def seat(username: str, counter: str) -> OfficerBrowser:
        return OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in(username).open_counter(counter)

    return seat


def labels(client: Api, service: int, count: int) -> list[str]:
    return [client.issue(service)["ticket"]["label"] for _ in range(count)]


def leave(client: Api, token: str) -> None:
    """Cancel a ticket as the visitor's phone does."""
    assert client.call("POST", f"/tickets/{token}/cancel", {})[0] == 200


def test_a_short_day_by_keyboard_alone(client: Api, open_counter: Any) -> None:
    first, second, third = labels(client, 28, 3)
    officer = open_counter("dinsos1", "Loket 7")
    page = officer.page
    expect(page.locator(".upcoming strong")).to_have_text(first)
    officer.press("n")
    expect(officer.label).to_contain_text(first)
    expect(page.locator(".aside li")).to_have_count(3)
    officer.press("r")
    expect(page.locator(".timers")).to_contain_text("dipanggil 2×")
    officer.press("s")
    expect(officer.life).to_have_text("Sedang dilayani")
    officer.press("c")
    expect(page.locator(".upcoming strong")).to_have_text(second)
    officer.press(" ")
    expect(officer.label).to_contain_text(second)
    officer.press("x")
    expect(page.locator(".upcoming strong")).to_have_text(third)
    officer.press("n", "s")
    expect(officer.life).to_have_text("Sedang dilayani")
    officer.settled()
    tab_to(page, "Tutup loket")
    page.keyboard.press("Enter")
    expect(officer.sheet).to_contain_text(f"Selesaikan {third}")
    tab_to(page, "Tutup loket", 6)
    page.keyboard.press("Enter")
    expect(page.locator(".pick.closed")).to_have_count(1)
    tab_to(page, "Keluar")
    page.keyboard.press("Enter")
    expect(page.locator("#username")).to_be_focused()
    assert client.sign_in("penyelia").call("GET", "/counters/7")[1]["status"] == "closed"


def test_two_officers_at_the_same_instant(client: Api, open_counter: Any) -> None:
    officers = [open_counter("dukcapil1", "Loket 1"), open_counter("dukcapil2", "Loket 2")]
    for _ in range(5):
        two = sorted(labels(client, 1, 2))
        for officer in officers:
            expect(officer.page.locator(".figures .main dd")).to_have_text("2")
        # Both keys go down before either answer: the presses only start the requests.
        for officer in officers:
            officer.page.keyboard.press("n")
        for officer in officers:
            expect(officer.life).to_have_text("Dipanggil")
        assert sorted(officer.label.inner_text().split()[-1] for officer in officers) == two
        for officer in officers:
            officer.press("s", "c")
            expect(officer.page.locator(".stage.idle")).to_be_visible()


def test_two_officers_and_one_number(client: Api, open_counter: Any) -> None:
    officers = [open_counter("bpd1", "Loket 17"), open_counter("bpd2", "Loket 18")]
    (label,) = labels(client, 48, 1)
    for officer in officers:
        expect(officer.page.locator(".figures .main dd")).to_have_text("1")
    for officer in officers:
        officer.page.keyboard.press("n")

    def holders() -> list[OfficerBrowser]:
        return [officer for officer in officers if officer.label.count()]

    (holder,) = wait_until(holders, "the call")
    (other,) = (officer for officer in officers if officer is not holder)
    expect(holder.label).to_contain_text(label)
    expect(other.page.locator(".stage.idle")).to_contain_text("Belum ada yang menunggu")
    expect(other.page.locator(".others li.called")).to_contain_text(label)
    assert len(holders()) == 1


def test_a_visitor_who_leaves_frees_the_counter_by_himself(client: Api, open_counter: Any) -> None:
    officer = open_counter("kemenag1", "Loket 8")
    token = client.issue(41)["ticket"]["token"]
    officer.press("n")
    expect(officer.life).to_have_text("Dipanggil")
    leave(client, token)
    expect(officer.page.locator(".stage.idle")).to_be_visible()
    expect(officer.life).to_have_text("Siap memanggil")


def test_the_officer_is_told_when_the_call_is_spoken(client: Api, open_counter: Any) -> None:
    officer = open_counter("kemenag1", "Loket 8")
    announcement = {"state": "queued", "in_s": 95}
    officer.page.route("**/announcement", lambda route: route.fulfill(json={"label": "H-001", **announcement}))
    token = client.issue(41)["ticket"]["token"]
    officer.press("n")
    announced = officer.page.locator(".life .announced")
    expect(announced).to_have_text(re.compile(r"Diumumkan dalam [89]\d detik"))
    announcement.update(state="shown")
    expect(announced).to_have_text("Hanya tampil di layar, tidak diumumkan")
    announcement.update(state="spoken")
    expect(announced).to_have_text("Sudah diumumkan")
    leave(client, token)
    expect(announced).to_have_count(0)


def test_an_act_that_comes_too_late_is_said_in_words(client: Api, open_counter: Any) -> None:
    officer = open_counter("kemenag1", "Loket 8")
    token = client.issue(41)["ticket"]["token"]
    officer.press("n")
    expect(officer.life).to_have_text("Dipanggil")
    with held_up(officer.page, "/start", lambda: leave(client, token)):
        officer.press("s")
        expect(officer.page.locator(".toast")).to_contain_text("Tindakan ini sudah tidak bisa dilakukan")
    expect(officer.page.locator(".stage.idle")).to_be_visible()


def test_a_line_that_was_emptied_meanwhile_is_said_in_words(client: Api, open_counter: Any) -> None:
    officer = open_counter("diskop1", "Loket 16")
    token = client.issue(34)["ticket"]["token"]
    expect(officer.page.locator(".upcoming")).to_be_visible()
    with held_up(officer.page, "/call-next", lambda: leave(client, token)):
        officer.press("n")
        expect(officer.page.locator(".toast")).to_contain_text("Tidak ada yang menunggu")
    expect(officer.page.locator(".stage.idle")).to_contain_text("Nomor baru muncul di sini dengan sendirinya")
    labels(client, 34, 1)
    expect(officer.page.locator(".upcoming")).to_be_visible()


def test_a_service_is_stopped_and_given_again_by_keyboard(client: Api, open_counter: Any) -> None:
    officer = open_counter("dlh1", "Loket 22")
    page = officer.page
    page.keyboard.press("z")
    expect(officer.sheet.locator("input:checked")).to_be_focused()
    page.keyboard.press("Enter")
    expect(officer.sheet.locator(".banner.good")).to_contain_text("tidak memberi nomor lagi")
    assert client.call("GET", "/services/37/opening")[1]["why"] == "stopped"
    assert client.call("POST", "/tickets", {"service": 37})[1]["code"] == "service_closed"
    expect(page.locator(".range.stopped")).to_contain_text("Tanpa nomor baru")
    page.keyboard.press("Enter")
    expect(officer.sheet.locator(".banner.good")).to_contain_text("memberi nomor lagi")
    page.keyboard.press("Escape")
    expect(page.locator(".range.stopped")).to_have_count(0)
    assert client.call("GET", "/services/37/opening")[1]["open"]


def test_a_supervisor_stops_a_service_at_the_reception(hall: RunningServer, client: Api, screens: Screens) -> None:
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, hall.base).sign_in("penyelia")
    expect(page.locator(".pick").first).to_be_visible()
    page.goto(f"{hall.base}/reception")
    page.get_by_role("button", name="Hentikan nomor").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".choice", has_text="Pengukuran").click()
    dialog.get_by_role("button", name="Hentikan nomor: ").click()
    expect(dialog.locator(".chip.bad")).to_have_count(1)
    assert client.call("GET", "/services/16/opening")[1]["why"] == "stopped"
    dialog.get_by_role("button", name="Beri nomor lagi: ").click()
    expect(dialog.locator(".chip.bad")).to_have_count(0)
    dialog.get_by_role("button", name="Tutup jendela").click()
    expect(dialog).to_have_count(0)


def test_a_colleague_takes_over_and_the_first_is_told(client: Api, open_counter: Any, screens: Screens) -> None:
    officer = open_counter("mpp1", "Loket 9")
    (label,) = labels(client, 55, 1)
    officer.press("n")
    expect(officer.label).to_contain_text(label)
    supervisor = OfficerBrowser(screens.open(**DESKTOP), officer.base).sign_in("penyelia")
    expect(supervisor.page.locator(".pick.held", has_text="Loket 9")).to_contain_text("Putu Ayu Kartika Widya Sari")
    tab_to(supervisor.page, "Loket 9")
    supervisor.page.keyboard.press("Enter")
    expect(supervisor.page.get_by_role("dialog")).to_contain_text("Ambil alih Loket 9?")
    tab_to(supervisor.page, "Ya, ambil alih", 4)
    supervisor.page.keyboard.press("Enter")
    supervisor.at_work()
    expect(supervisor.label).to_contain_text(label)
    notice = officer.page.locator(".lost")
    expect(notice.locator("h1")).to_have_text("Loket ini sekarang dijaga I Made Oka Widiantara")
    officer.page.keyboard.press("s")
    supervisor.press("s")
    expect(supervisor.life).to_have_text("Sedang dilayani")
    tab_to(officer.page, "Pilih loket", 4)
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator(".pick.held", has_text="Loket 9")).to_contain_text("I Made Oka Widiantara")


def test_the_same_officer_on_another_computer(client: Api, open_counter: Any) -> None:
    first = open_counter("pos1", "Loket 25")
    second = open_counter("pos1", "Loket 25")
    expect(first.page.locator(".lost h1")).to_have_text("Anda membuka loket ini di layar lain")
    (label,) = labels(client, 47, 1)
    second.press("n")
    expect(second.label).to_contain_text(label)


def test_signing_out_elsewhere_stops_the_page(client: Api, open_counter: Any) -> None:
    officer = open_counter("bpd2", "Loket 18")
    tab = officer.page.context.new_page()
    tab.goto(f"{officer.base}/counter?choose=1")
    tab_to(tab, "Keluar")
    tab.keyboard.press("Enter")
    expect(tab.locator("#username")).to_be_visible()
    expect(officer.page.locator(".lost h1")).to_be_visible()


def test_an_outage_loses_no_press(sqlite_hall_url: str, start_server: Any, api: Any, screens: Screens) -> None:
    server = start_server(sqlite_hall_url)
    (label, later) = labels(api(server.port), 1, 2)
    officer = OfficerBrowser(screens.open(**DESKTOP), server.base).sign_in("dukcapil1").open_counter("Loket 1")
    server.kill()
    banner = officer.page.locator(".notices .banner")
    expect(banner).to_contain_text("Sambungan ke server terputus")
    officer.press("n")
    expect(banner).to_contain_text("Tidak ada jawaban untuk “Panggil berikutnya”")
    expect(officer.button("next")).to_have_attribute("aria-disabled", "false")
    server.start()
    officer.at_work()
    expect(banner).to_contain_text("Tersambung kembali. Tidak ada jawaban untuk “Panggil berikutnya”")
    officer.press("n")
    expect(officer.label).to_contain_text(label)
    expect(banner).to_have_count(0)
    officer.press("s", "n")
    expect(officer.label).to_contain_text(later)


def test_an_answer_lost_on_the_way_is_not_a_second_call(client: Api, open_counter: Any) -> None:
    officer = open_counter("dlh1", "Loket 22")
    first, second = labels(client, 37, 2)
    expect(officer.page.locator(".figures .main dd")).to_have_text("2")

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    officer.page.route("**/call-next", lose, times=1)
    officer.press("n")
    expect(officer.label).to_contain_text(first)
    expect(officer.page.locator(".figures .main dd")).to_have_text("1")
    officer.page.keyboard.press("n")
    officer.press("s", "n")
    expect(officer.label).to_contain_text(second)


def test_sixty_waiting(client: Api, open_counter: Any) -> None:
    waiting = labels(client, 52, 60)
    officer = open_counter("tirta1", "Loket 27")
    expect(officer.page.locator(".figures .main dd")).to_have_text("60")
    expect(officer.page.locator(".scroller li")).to_have_count(50)
    expect(officer.page.locator(".scroller .more")).to_contain_text("10")
    expect(officer.page.locator(".scroller li strong").first).to_have_text(waiting[0])
    officer.press("n")
    expect(officer.label).to_contain_text(waiting[0])
    expect(officer.page.locator(".scroller li strong").first).to_have_text(waiting[1])


def test_a_wrong_password_and_the_lock(hall: RunningServer, screens: Screens) -> None:
    page = screens.open(**DESKTOP)
    officer = OfficerBrowser(page, hall.base).sign_in("santika1", "sandi-yang-keliru")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nama pengguna atau kata sandi keliru")
    expect(page.locator("#username")).to_have_value("santika1")
    expect(page.locator("#password")).to_be_focused()
    for _ in range(4):
        with page.expect_navigation():
            officer.enter("santika1", "sandi-yang-keliru")
    with page.expect_navigation():
        officer.enter("santika1", DEMO_PASSWORD)
    expect(alert).to_have_text(re.compile(r"Tunggu \d+ menit, lalu coba lagi"))


def speaks(page: Page, key: str) -> None:
    """Assert that each language's link changes the page at once."""
    for language, words in WORDS.items():
        page.locator(f".languages a[lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_text(words[key]).first).to_be_visible()


def test_the_languages_switch_and_stay(client: Api, hall: RunningServer, screens: Screens) -> None:
    labels(client, 20, 1)
    page = screens.open(f"{hall.base}/counter/sign-in", **DESKTOP)
    speaks(page, "sign_in.title")
    officer = OfficerBrowser(page, hall.base).sign_in("bpjskes1")
    speaks(page, "officer.choose.title")
    officer.open_counter("Loket 5")
    speaks(page, "officer.act.next")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "ban")
    expect(officer.button("next")).to_contain_text(WORDS["ban"]["officer.act.next"])
