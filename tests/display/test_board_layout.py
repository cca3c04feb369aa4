"""The board can be read from ten metres, and nothing spills, on every screen it may hang on."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.waiting import wait_until

SCREENS = {"hd": (1920, 1080), "uhd": (3840, 2160), "upright": (1080, 1920), "old": (1366, 768), "square": (1280, 1024)}
LONG = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
CAPITAL = 0.668
"""Height of a capital of the number face, in parts of its size."""
SPILLS = """() => [...document.querySelectorAll("queue-board *")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!box.width || element.closest(".visually-hidden, .numbers, .run")) return false;
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
}).map((element) => element.outerHTML.slice(0, 80))"""
CLIPPED = """() => [...document.querySelectorAll(".label, .row .mark, .goal .mark, .count")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.textContent)"""
TAILS = """() => [...document.querySelectorAll("queue-board *")].flatMap((element) => {
  const style = getComputedStyle(element), edge = element.getBoundingClientRect().bottom, text = document.createRange();
  if (style.overflowY === "visible" || element.closest(".visually-hidden, .run")) return [];
  return [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).flatMap((node) => {
    text.selectNodeContents(node);
    // A line that is shown at all is shown down to its tails, which end a little above the line's own room.
    const lines = [...text.getClientRects()].filter((line) => line.top + line.height / 2 < edge);
    return lines.filter((line) => line.bottom - edge > 0.07 * parseFloat(style.fontSize))
      .map(() => element.outerHTML.slice(0, 80));
  });
})"""
COLLISIONS = """() => [".hero", ".rows", ".sign", ".stage", "queue-board"].flatMap((parents) =>
  [...document.querySelectorAll(parents)].flatMap((parent) => {
    const all = [...parent.children].filter((child) => !child.matches(".visually-hidden, .notice"));
    const boxes = all.map((child) => ({ name: child.className, ...child.getBoundingClientRect().toJSON() }))
      .filter((box) => box.width && box.height);
    return boxes.flatMap((one, n) => boxes.slice(n + 1).filter((two) =>
      one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 1 && two.top < one.bottom - 1)
      .map((two) => `${one.name} ${one.bottom} over ${two.name} ${two.top}`));
  }))"""


def now() -> int:
    """Return the time in milliseconds since the epoch."""
    return int(time.time() * 1000)


def fill(fake_app: Any, long: bool) -> None:
    """Fill the board with eight calls and three missed; or with the longest names a hall may have."""
    for number in range(1, 9):
        label = f"AB-{number:04}" if long and number % 2 else f"W-{number:03}"
        call = fake_app.call(label, str(number * 14), agency=LONG if long else "Disdukcapil")
        if long and number % 3 == 2:
            call["counter"]["name"] = "Loket Bantuan Lansia"
    fake_app.waiting = 1234 if long else 23
    fake_app.missed = [f"A-{number:03}" for number in range(12 if long else 3)]
    if long:
        fake_app.hall = "Mal Pelayanan Publik Kabupaten Tabanan Provinsi Bali"
        fake_app.zone = {"id": "Zona Pelayanan Kependudukan dan Pencatatan Sipil Lantai Dua"}


def assert_tidy(screen: Page) -> None:
    """Assert that nothing overflows, is cut off or overlaps."""
    screen.evaluate("document.fonts.ready.then(() => null)")
    assert screen.evaluate(SPILLS) == []
    assert screen.evaluate(CLIPPED) == []
    assert screen.evaluate(TAILS) == []
    assert screen.evaluate(COLLISIONS) == []
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


def picture(folder: Path) -> None:
    """Make a wide picture for the screens with media."""
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (1600, 700), "teal").save(folder / "one.png")


@pytest.mark.parametrize("long", [False, True])
def test_nothing_spills(screen: Page, fake_app: Any, url: str, long: bool) -> None:
    fill(fake_app, long)
    screen.goto(f"{url}?voice=off")
    expect(screen.locator(".row").first).to_be_visible()
    assert_tidy(screen)


@pytest.mark.parametrize("screen", ["hd", "uhd", "upright", "square"], indirect=True)
@pytest.mark.parametrize("layout", ["board", "split"])
def test_nothing_spills_on_a_display_of_several_zones(screen: Page, fake_app: Any, url: str, layout: str) -> None:
    """Zone and agency stand beside a number, and all zones in the head."""
    fill(fake_app, long=True)
    fake_app.calls_of_b, fake_app.calls = fake_app.calls[::2], fake_app.calls[1::2]
    screen.goto(f"{url}?also=b&layout={layout}&voice=off")
    expect(screen.locator(".row").first).to_be_visible()
    expect(screen.locator("h1.zone")).to_contain_text("Zona B")
    assert_tidy(screen)


@pytest.mark.parametrize("screen", ["hd", "upright", "square"], indirect=True)
@pytest.mark.parametrize("layout", ["split", "sign"])
@pytest.mark.parametrize("noticed", [False, True])
def test_nothing_spills_in_other_layouts(screen: Page, fake_app: Any, url: str, layout: str, noticed: bool) -> None:
    fill(fake_app, long=True)
    picture(fake_app.media)
    if noticed:
        fake_app.notices = [
            {"text": f"Pengumuman: {LONG}", "from_at": fake_app.now() - 1_000, "until_at": fake_app.now() + 1e6}
        ]
    screen.goto(f"{url}?layout={layout}&counter=42&voice=off")
    shown = {"split": ".media img", "sign": ".sign .label"}[layout]
    expect(screen.locator(shown).first).to_be_visible()
    assert_tidy(screen)
    if screen.locator(".rows[data-agency=false]").count():
        # A number and its counter fill their row: an empty third of it would be type that is too small.
        room, *ends = screen.evaluate(
            """() => { const right = (box) => box.getBoundingClientRect().right; const text = document.createRange();
              return [right(document.querySelector(".rows")), ...[...document.querySelectorAll(".row")].map((row) =>
                (text.selectNodeContents(row.querySelector(".mark")), right(text)))]; }"""
        )
        assert min(ends) > room - 0.2 * screen.evaluate("document.querySelector('.rows').clientWidth"), (room, ends)


def test_nothing_spills_when_cut_off(screen: Page, fake_app: Any, url: str) -> None:
    fake_app.silence_ms = 1000
    fill(fake_app, long=False)
    screen.goto(url)
    expect(screen.locator(".row").first).to_be_visible()
    fake_app.mute = True
    expect(screen.locator(".lost")).to_be_visible()
    assert screen.evaluate(SPILLS) == []
    assert screen.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("shut", [False, True])
def test_calm_board_does_not_spill(screen: Page, fake_app: Any, url: str, shut: bool) -> None:
    if shut:
        fake_app.opening = {
            "open": False,
            "why": "holiday",
            "until": now() + 90_000_000,
            "occasion": {"id": "Hari Raya Galungan"},
        }
    fake_app.notices = [{"id": 1, "text": LONG * 4, "from_at": 0, "until_at": 2**52}]
    screen.goto(url)
    expect(screen.locator(".headline .first")).to_have_text("Tutup" if shut else "Belum ada panggilan")
    expect(screen.locator(".hint")).to_be_visible()
    expect(screen.locator(".ticker")).to_be_visible()
    assert screen.evaluate(SPILLS) == []
    calm, stage = (screen.locator(part).bounding_box() for part in (".calm", ".stage"))
    assert calm
    assert stage
    assert stage["y"] - 1 <= calm["y"]
    assert calm["y"] + calm["height"] <= stage["y"] + stage["height"] + 1
    assert screen.evaluate(COLLISIONS) == []


CAPITALS = """() => [...document.querySelectorAll(".row .label, .row .mark:not([data-named] *)")]
  .map((element) => parseFloat(getComputedStyle(element).fontSize))"""


@pytest.mark.parametrize(
    ("distance", "inches", "rows", "kept"),
    [(10, 55, 6, True), (5, 55, 8, True), (16, 55, 3, True), (10, 75, 8, True), (10, 32, 3, False), (25, 55, 2, False)],
)
def test_capitals_are_a_two_hundredth_of_the_distance(
    browser: Browser, fake_app: Any, url: str, distance: int, inches: int, rows: int, kept: bool
) -> None:
    """The rows follow from distance and screen; where the rule cannot be kept, the screen says so."""
    for number in range(1, 9):
        fake_app.call(f"A-{number:03}", str(number))
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{url}?distance_m={distance}&inches={inches}&voice=off")
    expect(page.locator(".row")).to_have_count(rows)
    millimetres = inches * 25.4 / math.hypot(1920, 1080)
    smallest = min(page.evaluate(CAPITALS)) * CAPITAL * millimetres
    assert kept == (smallest >= distance * 1000 / 200 - 0.5)
    assert page.locator(".small").count() == (0 if kept else 1)
    assert page.evaluate(SPILLS) == []
    if kept:
        assert (
            page.evaluate("parseFloat(getComputedStyle(document.querySelector('.hero .label')).fontSize)") >= smallest
        )
    page.close()


def test_reduced_motion(board: Page, fake_app: Any) -> None:
    board.emulate_media(reduced_motion="reduce")
    fake_app.announce("A-012", "3")
    expect(board.locator(".hero")).to_be_visible()
    durations = board.evaluate(
        "getComputedStyle(document.querySelector('.hero')).transitionDuration.split(', ').map(parseFloat)"
    )
    assert max(durations) <= 0.001


# --- what the board says beside the calls


def test_sign_shows_its_own_counter_only(browser: Browser, fake_app: Any, url: str) -> None:
    fake_app.call("A-001", "1")
    page = browser.new_page()
    page.goto(f"{url}?layout=sign&counter=3&voice=off")
    expect(page.locator(".sign .mark")).to_have_text("3")
    expect(page.locator(".sign .wait")).to_be_visible()
    wait_until(lambda: fake_app.joins, "the sign", page=page)
    fake_app.announce("A-002", "3")
    expect(page.locator(".sign > .label")).to_have_text("A-002")
    expect(page.locator(".sign")).to_have_attribute("data-calling", "true")
    fake_app.announce("A-003", "1")
    expect(page.locator(".sign > .label")).to_have_text("A-002")
    page.close()


def test_notices_come_and_go_by_the_servers_clock(board: Page, fake_app: Any) -> None:
    fake_app.stops = [{"agency": "Disdukcapil", "why": "quota"}]
    fake_app.notices = [
        {"id": 1, "text": "<b>Kini</b>", "from_at": 0, "until_at": now() + 3_000},
        {"id": 2, "text": "Nanti", "from_at": now() + 3_000, "until_at": 2**52},
        {"id": 3, "text": "Dulu", "from_at": 0, "until_at": 5},
    ]
    fake_app.announce("A-001", "1")
    items = board.locator(".run span")
    expect(items).to_have_text(["Disdukcapil: nomor hari ini sudah habis", "<b>Kini</b>"])
    expect(items).to_have_text(["Disdukcapil: nomor hari ini sudah habis", "Nanti"])


def test_closed_with_calls_still_shows_them(board: Page, fake_app: Any) -> None:
    fake_app.opening = {"open": False, "why": "break", "until": now() + 3_600_000, "occasion": None}
    fake_app.announce("A-001", "1")
    expect(board.locator(".hero .label")).to_have_text("A-001")
    expect(board.locator(".closed-bar .first")).to_have_text("Sedang istirahat")


def test_media_pass_over_what_cannot_be_shown(browser: Browser, fake_app: Any, url: str) -> None:
    picture(fake_app.media)
    (fake_app.media / "a-broken.png").write_bytes(b"no picture")
    (fake_app.media / "notes.txt").write_text("nothing for a screen")
    (fake_app.media / ".hidden.png").write_bytes(b"")
    page = browser.new_page()
    page.goto(f"{url}?layout=split&voice=off")
    expect(page.locator(".media img")).to_have_attribute("src", re.compile("one.png"))
    page.close()


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_contrast_of_every_theme(browser: Browser, fake_app: Any, url: str, theme: str) -> None:
    """Large text needs 3:1, and the board gives its numbers far more."""
    fill(fake_app, long=False)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{url}?theme={theme}&voice=off")
    expect(page.locator(".row").first).to_be_visible()
    colours = page.evaluate(
        """() => ["--board", "--board-ink", "--board-soft", "--board-gold"]
             .map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())"""
    )
    ground, ink, soft, gold = (luminance(colour) for colour in colours)
    assert contrast(ground, ink) >= 7
    assert contrast(ground, soft) >= 4.5
    assert contrast(ground, gold) >= 4.5
    page.close()


# Rendered colours of the counter's number and of what is behind it.
COUNTER = """() => ["color", "backgroundColor"].map((name) => "#" +
    getComputedStyle(document.querySelector(".hero .goal"))[name]
    .match(/\\d+/g).slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join(""))"""


def test_the_counter_can_be_read_while_its_colours_change(board: Page, fake_app: Any) -> None:
    board.evaluate(
        f"""() => new MutationObserver(() => {{ window.__colours ??= ({COUNTER})(); }})
             .observe(document.body, {{ subtree: true, attributeFilter: ["data-calling"] }})"""
    )
    fake_app.announce("A-001", "1")
    expect(board.locator(".hero")).to_have_attribute("data-calling", "false", timeout=40_000)
    ink, ground = board.evaluate("window.__colours")
    assert contrast(luminance(ink), luminance(ground)) >= 4.5


def luminance(colour: str) -> float:
    text = colour.lstrip("#")
    text = "".join(sign * 2 for sign in text) if len(text) == 3 else text
    parts = [int(text[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: float, second: float) -> float:
    light, dark = max(first, second), min(first, second)
    return (light + 0.05) / (dark + 0.05)
