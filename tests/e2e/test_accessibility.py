"""Every page in its main states: no serious fault by axe-core, all of it by keyboard, targets for fingers."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from queue_app.web.pages.admin import PAGES
from tests.conftest import RunningServer
from tests.e2e.conftest import BOARD, DESKTOP, KIOSK, PHONE, Api, Kiosk, Line, OfficerBrowser, Screens

AXE = Axe()
GRAVE = ("serious", "critical")
FINGER = 75
"""CSS pixels of 20 mm on the screens we expect."""

CONTROLS = """() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex='0']")]
  .filter((one) => !one.disabled && one.type !== "hidden" && one.checkVisibility({ visibilityProperty: true })
    && one.getClientRects().length && !one.closest("[inert]")).length"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  window.__stops ??= new Map();
  if (!window.__stops.has(one)) window.__stops.set(one, window.__stops.size);
  // A field and the signs beside it may have one ring around them.
  const ring = [one, one.parentElement].map((each) => getComputedStyle(each))
    .some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
  const box = one.getBoundingClientRect();
  return {
    stop: window.__stops.get(one), name: `${one.tagName} ${one.innerText || one.id}`.slice(0, 40),
    visible: ring,
    inside: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""
SMALL = """(least) => [...document.querySelectorAll("button")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.width < least || box.height < least);
}).map((one) => one.innerText)"""


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


def sound(page: Page, where: str, within: str = "html") -> None:
    """Assert that axe finds nothing grave on the page, or in a part of it."""
    page.evaluate("document.fonts.ready.then(() => null)")
    result = AXE.run(page, context=within, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary']}"
        for fault in result
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert grave == [], where


def by_tab(page: Page, limit: int = 120) -> None:
    """Assert that Tab reaches every control, each on the screen and with a visible focus."""
    controls = page.evaluate(CONTROLS)
    reached: dict[int, str] = {}
    for _ in range(limit):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            continue
        if at["stop"] in reached:
            break
        assert at["visible"], f"no focus to be seen on {at['name']}"
        assert at["inside"], f"{at['name']} is focused out of sight"
        reached[at["stop"]] = at["name"]
    assert len(reached) == controls, list(reached.values())


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_home_and_sign_in(hall: RunningServer, screens: Screens, language: str) -> None:
    page = screens.open(f"{hall.base}/?language={language}", **DESKTOP)
    sound(page, "home")
    page.goto(f"{hall.base}/counter/sign-in")
    sound(page, "sign-in")
    by_tab(page)
    OfficerBrowser(page, hall.base).sign_in("dukcapil4", "sandi-yang-keliru")
    expect(page.get_by_role("alert")).to_be_visible()
    sound(page, "refused sign-in")


def test_pages_that_are_not_there(hall: RunningServer, screens: Screens) -> None:
    page = screens.open(**PHONE)
    for path in ("/nowhere", "/t/unknown", "/kiosk/unknown", "/display/unknown"):
        page.goto(f"{hall.base}{path}")
        sound(page, path)


def test_the_kiosk_at_each_step(hall: RunningServer, screens: Screens) -> None:
    kiosk = Kiosk(screens.open(f"{hall.base}/kiosk/utama", **KIOSK))
    page = kiosk.page

    def step(name: str) -> None:
        expect(page.locator(f"main.at-{name}")).to_be_visible()
        sound(page, name)
        assert page.evaluate(SMALL, FINGER) == []

    step("start")
    by_tab(page)
    kiosk.touch("Disdukcapil")
    step("services")
    by_tab(page)
    kiosk.touch("KTP-el")
    page.get_by_role("checkbox").first.tap()
    step("documents")
    by_tab(page)
    kiosk.touch("Belum lengkap")
    step("missing")
    kiosk.touch("Kembali ke daftar")
    kiosk.touch("Lengkap, lanjut")
    step("class")
    by_tab(page)
    kiosk.touch("Prioritas")
    step("number")
    expect(page.locator(".paper.ready")).to_be_visible()
    step("number")
    by_tab(page)


def test_the_kiosk_in_other_languages_and_cut_off(hall: RunningServer, screens: Screens) -> None:
    page = screens.open(**{**KIOSK, "viewport": {"width": 1280, "height": 800}})
    line = Line(page)
    page.goto(f"{hall.base}/kiosk/lobi")
    kiosk = Kiosk(page)
    for language in ("English", "Basa Bali"):
        kiosk.touch(language)
        sound(page, language)
        assert page.evaluate(SMALL, FINGER) == []
    line.cut()
    expect(page.locator(".cover")).to_be_visible()
    sound(page, "cut off")


def test_the_officers_pages(hall: RunningServer, client: Api, screens: Screens) -> None:
    supervisor = OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("penyelia")
    expect(supervisor.page.locator(".pick")).to_have_count(27)
    sound(supervisor.page, "choose")
    by_tab(supervisor.page)
    officer = OfficerBrowser(screens.open(**DESKTOP), hall.base)
    line = Line(officer.page)
    officer.sign_in("dukcapil1").open_counter("Loket 1")
    sound(officer.page, "idle, nobody waits")
    for kind in ("regular", "priority", "regular"):
        client.issue(1, **{"class": kind}, language="en")
    expect(officer.page.locator(".upcoming")).to_be_visible()
    sound(officer.page, "idle")
    by_tab(officer.page)
    officer.press("n")
    expect(officer.label).to_be_visible()
    sound(officer.page, "called")
    officer.press("s")
    expect(officer.life).to_have_text("Sedang dilayani")
    officer.settled()
    sound(officer.page, "serving")
    by_tab(officer.page)
    line.cut()
    expect(officer.page.locator(".notices .banner")).to_be_visible()
    sound(officer.page, "offline")


@pytest.mark.parametrize("language", ["id", "ban"])
def test_the_pages_of_the_administration(hall: RunningServer, screens: Screens, language: str) -> None:
    officer = OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("pengelola")
    expect(officer.page.locator(".pick").first).to_be_visible()
    for admin_page in PAGES:
        officer.page.goto(f"{hall.base}{admin_page.path}?language={language}")
        expect(officer.page.locator(f"{admin_page.element} main :is(button, a)").first).to_be_visible()
        sound(officer.page, admin_page.path)


def test_the_page_of_one_counter(hall: RunningServer, screens: Screens) -> None:
    officer = OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("pengelola")
    expect(officer.page.locator(".pick").first).to_be_visible()
    officer.page.goto(f"{hall.base}/admin/counters/10?language=id")
    officer.page.get_by_role("button", name="Tambah tingkat").click()
    officer.page.get_by_role("button", name="ke Tingkat 2").first.click()
    officer.page.get_by_role("button", name="Tambah: Salat Jumat").click()
    sound(officer.page, "two tiers")
    by_tab(officer.page)
    officer.page.get_by_role("button", name="Tambah tingkat").click()
    officer.page.get_by_role("button", name="Simpan").first.click()
    expect(officer.page.locator(".banner.bad")).to_be_visible()
    sound(officer.page, "refused")


def test_the_officer_who_lost_the_counter(hall: RunningServer, screens: Screens) -> None:
    officers = [
        OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in("dukcapil2").open_counter("Loket 2")
        for _ in range(2)
    ]
    expect(officers[0].page.locator(".lost h1")).to_be_visible()
    sound(officers[0].page, "lost")
    by_tab(officers[0].page)


def test_the_board(hall: RunningServer, client: Api, screens: Screens) -> None:
    board = screens.open(**BOARD)
    line = Line(board)
    board.goto(f"{hall.base}/display/tengah")
    expect(board.locator(".stage.empty")).to_be_visible()
    sound(board, "empty")
    officer = client.sign_in("bkd1")
    for number in range(3):
        client.issue(12)
        if not number:
            assert officer.call("POST", "/counters/13/open", {})[0] == 200
        state = officer.call("POST", "/counters/13/call-next", {})[1]
        body = {"ticket": state["ticket"]["id"]}
        for act in (["no-show"], ["start", "complete"], [])[number]:
            assert officer.call("POST", f"/counters/13/{act}", body)[0] == 200
    expect(board.locator(".row")).to_have_count(2)
    expect(board.locator(".missed")).to_be_visible()
    sound(board, "with calls")
    line.cut()
    expect(board.locator(".lost")).to_be_visible()
    sound(board, "cut off")


def test_the_visitors_phone(hall: RunningServer, client: Api, screens: Screens) -> None:
    officer = client.sign_in("dlh1")
    assert officer.call("POST", "/counters/22/open", {"take_over": True})[0] == 200
    ahead, ticket = (client.issue(37, **{"class": "priority"})["ticket"] for _ in range(2))
    phone = screens.open(ticket["url"], **PHONE)
    expect(phone.locator(".connection.live")).to_be_visible()
    expect(phone.locator(".ahead")).to_be_visible()
    sound(phone, "waiting")
    by_tab(phone)
    phone.locator(".why summary").press("Enter")
    expect(phone.locator(".why")).to_contain_text("Tidak ada nomor sesudah Anda")
    sound(phone, "why")
    phone.get_by_role("button", name="Batalkan antrean").tap()
    expect(phone.get_by_role("dialog")).to_be_visible()
    sound(phone, "leaving")
    phone.keyboard.press("Escape")
    assert client.call("POST", f"/tickets/{ahead['token']}/cancel", {})[0] == 200
    expect(phone.locator(".next-up")).to_be_visible()
    sound(phone, "next")
    body = {"ticket": officer.call("POST", "/counters/22/call-next", {})[1]["ticket"]["id"]}
    for act, state in ((None, "called"), ("start", "serving"), ("complete", "served")):
        if act:
            assert officer.call("POST", f"/counters/22/{act}", body)[0] == 200
        expect(phone.locator(f".now.{state}")).to_be_visible()
        sound(phone, state)


def test_the_printed_tickets(hall: RunningServer, client: Api, screens: Screens) -> None:
    client.issue(2, kiosk="utama")
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, hall.base).sign_in("dukcapil3")
    expect(page.locator(".pick").first).to_be_visible()
    page.goto(f"{hall.base}/preview")
    expect(page.locator(".papers img").first).to_be_visible()
    sound(page, "papers")
    by_tab(page)
