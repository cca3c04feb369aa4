"""Nothing spills and everything is large enough, on the screens a hall has, with as much on them as there can be."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import BOARD, DESKTOP, KIOSK, PHONE, Api, Kiosk, OfficerBrowser, Screens, set_long_names

CAPITAL_PX = 80
"""Height of a capital on a board 1,920 pixels wide: 50 mm on a 55-inch screen, readable at ten metres."""

# Where a line of text leaves its own box, a box that cuts it off, or the screen. Ornaments may. Dots are fine where
# a title has the whole text, and so is a list that is scrolled by keys.
SPILLS = """(whole) => {
  const faults = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const box = (one) => one.getBoundingClientRect();
  const cuts = ({ overflowX, overflowY }) => overflowX !== "visible" || overflowY !== "visible";
  const seen = ({ backgroundColor, borderTopWidth }) => !backgroundColor.endsWith(", 0)") || borderTopWidth !== "0px";
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const home = text.parentElement;
    if (!text.data.trim() || home.closest(".visually-hidden, [title], script, noscript")) continue;
    if (!home.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    const half = parseFloat(getComputedStyle(home).fontSize) * 0.36;
    const lines = [...range.getClientRects()].filter(({ width }) => width > 1).map(({ left, right, top, bottom }) =>
      ({ left, right, top: (top + bottom) / 2 - half, bottom: (top + bottom) / 2 + half }));
    const leaves = (line, limits, words) => {
      const by = Math.max(limits.left - line.left, line.right - limits.right,
        limits.top - line.top, line.bottom - limits.bottom);
      if (by > 1) faults.push(`“${text.data.trim().slice(0, 40)}” leaves ${words} by ${Math.round(by)} px`);
    };
    let hidden = false, scrolled = false, first = true;
    const limits = [];
    for (let one = home; one && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      hidden ||= style.clipPath !== "none";
      if (one.hasAttribute("tabindex") && cuts(style)) { scrolled = true; break; }
      if (style.display === "inline" || style.display === "contents") continue;
      if (first || cuts(style) || seen(style)) limits.push([box(one), `${one.tagName}.${one.className}`]);
      first = false;
    }
    if (hidden) continue;
    if (!scrolled) {
      const far = whole ? { top: 0, bottom: innerHeight } : { top: -1e6, bottom: 1e6 };
      limits.push([{ left: 0, right: innerWidth, ...far }, "the screen"]);
    }
    for (const line of lines) for (const [limit, words] of limits) leaves(line, limit, words);
  }
  return faults;
}"""
CAPITALS = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontSize, fontFamily, fontWeight } = getComputedStyle(one);
  pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  return pen.measureText("H").actualBoundingBoxAscent;
})"""


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


def fits(page: Page, where: str, *, whole: bool = True) -> None:
    """Assert that nothing spills; whole: that everything is on the screen without scrolling."""
    page.evaluate("document.fonts.ready.then(() => null)")
    assert page.evaluate(SPILLS, whole) == [], where
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, where


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800)], ids=["upright", "landscape"])
def test_the_kiosk(hall: RunningServer, screens: Screens, size: tuple[int, int]) -> None:
    shape = {**KIOSK, "viewport": {"width": size[0], "height": size[1]}}
    kiosk = Kiosk(screens.open(f"{hall.base}/kiosk/utama", **shape))
    page = kiosk.page

    def step(name: str) -> None:
        expect(page.locator(f"main.at-{name}")).to_be_visible()
        for language in ("English", "Basa Bali", "Bahasa Indonesia"):
            page.get_by_role("button", name=language).tap()
            expect(page.get_by_role("button", name=language)).to_have_attribute("aria-pressed", "true")
            fits(page, f"{name}, {language}")

    step("start")
    kiosk.touch("Berikutnya")
    step("start")
    kiosk.touch("Berikutnya")
    step("start")
    kiosk.touch("Sebelumnya")
    kiosk.touch("Sebelumnya")
    kiosk.touch("Pertanahan")
    step("services")
    kiosk.touch("Balik nama sertipikat")
    step("documents")
    kiosk.touch("Belum lengkap")
    step("missing")
    kiosk.touch("Kembali ke daftar")
    kiosk.touch("Lengkap, lanjut")
    step("class")
    kiosk.touch("Prioritas")
    step("number")
    expect(page.locator(".paper.ready")).to_be_visible()
    step("number")


class Counters:
    """Officers who work by the API."""

    def __init__(self, client: Api) -> None:
        self._client = client

    def call(self, username: str, counter: int, *ends: str) -> None:
        """Call one ticket for each of `ends`, and bring it there: called, served, no-show."""
        self._client.sign_in(username)
        self._post(counter, "open", {"take_over": True})
        for end in ends:
            ticket = {"ticket": self._post(counter, "call-next", {})["ticket"]["id"]}
            for act in {"called": [], "served": ["start", "complete"], "no-show": ["no-show"]}[end]:
                self._post(counter, act, ticket)

    def _post(self, counter: int, act: str, body: dict[str, Any]) -> Any:
        status, answer = self._client.call("POST", f"/counters/{counter}/{act}", body)
        assert status == 200, answer
        return answer


def test_the_board_with_twelve_calls(hall: RunningServer, client: Api, screens: Screens) -> None:
    board = screens.open(f"{hall.base}/display/utara", **BOARD)
    expect(board.locator(".stage.empty")).to_be_visible()
    fits(board, "empty")
    for service, count in ((2, 10), (20, 6), (28, 3), (40, 3)):
        for _ in range(count):
            client.issue(service)
    counters = Counters(client)
    counters.call("dukcapil1", 1, "served", "no-show", "served", "called")
    counters.call("dukcapil2", 2, "served", "no-show", "served", "called")
    counters.call("bpjskes1", 5, "served", "no-show", "no-show", "called")
    counters.call("dinsos1", 7, "no-show", "served", "called")
    counters.call("kemenag1", 8, "no-show", "served", "called")
    status, answer = client.call("GET", "/zones/utara/board")
    assert status == 200
    assert len(answer["state"]["calls"]) == 12
    assert len(answer["state"]["missed"]) == 6
    # The large hint that the browser blocks sound takes the place of one row.
    expect(board.locator(".hint")).to_be_visible()
    expect(board.locator(".row")).to_have_count(5)
    expect(board.locator(".more")).to_have_text("+1")
    fits(board, "twelve calls")
    for what in (".hero > .label", ".goal .mark", ".row .label", ".row .mark"):
        heights = board.evaluate(CAPITALS, what)
        assert heights, what
        assert min(heights) >= CAPITAL_PX, what


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600)], ids=["laptop", "small"])
def test_the_officers_page_with_sixty_waiting(
    hall: RunningServer, client: Api, screens: Screens, size: tuple[int, int]
) -> None:
    waiting = client.call("GET", "/kiosks/utama")[1]["state"]["services"]["18"]["waiting"]
    for number in range(62 - waiting):
        client.issue(18, **{"class": "priority" if number % 3 else "regular"}, language=("id", "en", "ban")[number % 3])
    officer = OfficerBrowser(screens.open(viewport={"width": size[0], "height": size[1]}), hall.base)
    officer.sign_in("pertanahan1")
    expect(officer.page.locator(".pick").first).to_be_visible()
    fits(officer.page, "choose", whole=False)
    officer.open_counter("Loket 19")
    expect(officer.page.locator(".scroller li")).to_have_count(50)
    fits(officer.page, "idle")
    officer.press("n")
    expect(officer.label).to_be_visible()
    fits(officer.page, "called")
    officer.press("r", "s")
    expect(officer.life).to_have_text("Sedang dilayani")
    for language in ("en", "ban"):
        officer.page.locator(f".languages a[lang={language}]").click()
        expect(officer.page.locator("html")).to_have_attribute("lang", language)
        fits(officer.page, language)
    officer.press("c")


@pytest.mark.parametrize("size", [(390, 844), (320, 640)], ids=["phone", "narrow"])
def test_the_phone(hall: RunningServer, client: Api, screens: Screens, size: tuple[int, int]) -> None:
    ahead, ticket = (client.issue(57, **{"class": "priority"})["ticket"] for _ in range(2))
    phone = screens.open(ticket["url"], **{**PHONE, "viewport": {"width": size[0], "height": size[1]}})

    def looks(what: str) -> None:
        expect(phone.locator(what)).to_be_visible()
        for language in ("en", "ban", "id"):
            phone.locator(f".languages a[lang={language}]").tap()
            expect(phone.locator("html")).to_have_attribute("lang", language)
            fits(phone, f"{what}, {language}", whole=False)

    expect(phone.locator(".connection.live")).to_be_visible()
    looks(".ahead")
    assert client.call("POST", f"/tickets/{ahead['token']}/cancel", {})[0] == 200
    looks(".next-up")
    Counters(client).call("mpp1", 9, "called")
    looks(".now.called")
    assert client.call("POST", f"/tickets/{ticket['token']}/cancel", {})[0] == 200
    looks(".now.cancelled")


def test_the_house_pages(hall: RunningServer, screens: Screens) -> None:
    for shape in (DESKTOP, PHONE):
        page = screens.open(**shape)
        for path in ("/", "/counter/sign-in", "/t/unknown"):
            page.goto(f"{hall.base}{path}")
            fits(page, path, whole=False)
        OfficerBrowser(page, hall.base).sign_in("dukcapil4")
        expect(page.locator(".pick").first).to_be_visible()
        page.goto(f"{hall.base}/preview")
        fits(page, "printed tickets", whole=False)


def test_the_administrators_pages_with_the_longest_names(
    sqlite_hall_url: str, start_server: Any, screens: Screens
) -> None:
    set_long_names(sqlite_hall_url)
    base = start_server(sqlite_hall_url).base
    for width, height in ((1366, 768), (390, 844)):
        page = screens.open(viewport={"width": width, "height": height})
        OfficerBrowser(page, base).sign_in("pengelola")
        expect(page.locator(".pick").first).to_be_visible()
        for path, shown in (
            ("calling", ".card"),
            ("counters", ".counter-card"),
            ("counters/1", ".tier-services"),
            ("hours", "select"),
            ("displays", "h2"),
            ("voice", ".word"),
            ("printers", "[data-printer]"),
        ):
            page.goto(f"{base}/admin/{path}")
            expect(page.locator(shown).first).to_be_visible()
            expect(page.locator(".admin-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
            if path == "printers":
                page.locator("[data-printer=utama]").get_by_role("button", name="Ubah").click()
                expect(page.locator("#printer-form")).to_be_visible()
            # A phone shows the list of pages through a slit, in which links are scrolled by keys.
            page.locator(".admin-tabs").evaluate("(tabs) => { tabs.tabIndex = 0; }")
            fits(page, f"{path}, {width} pixels wide", whole=False)
