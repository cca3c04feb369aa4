"""The board can be read from ten metres, and nothing spills, on every screen it may hang on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

SCREENS = {"hd": (1920, 1080), "uhd": (3840, 2160), "upright": (1080, 1920), "old": (1366, 768), "square": (1280, 1024)}
LONG = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
CAPITAL = 0.668
"""Height of a capital of the number face, in parts of its size."""
SPILLS = """() => [...document.querySelectorAll("queue-board *")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!box.width || element.closest(".visually-hidden, .numbers")) return false;
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
}).map((element) => element.outerHTML.slice(0, 80))"""
CLIPPED = """() => [...document.querySelectorAll(".label, .row .mark, .goal .mark, .count")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.textContent)"""
COLLISIONS = """() => [...document.querySelectorAll(".hero, .rows")].flatMap((parent) => {
  const boxes = [...parent.children].map((child) => child.getBoundingClientRect());
  return boxes.slice(1).filter((box, n) => box.top < boxes[n].bottom - 1);
}).length"""


def fill(house: Any, long: bool) -> None:
    """Eight calls, three missed; or the longest names a hall may have."""
    for number in range(1, 9):
        label = f"AB-{number:04}" if long and number % 2 else f"W-{number:03}"
        call = house.call(label, str(number * 14), agency=LONG if long else "Disdukcapil")
        if long and number % 3 == 2:
            call["counter"]["name"] = "Loket Bantuan Lansia"
    house.waiting = 1234 if long else 23
    house.missed = [f"A-{number:03}" for number in range(12 if long else 3)]
    if long:
        house.hall = "Mal Pelayanan Publik Kabupaten Tabanan Provinsi Bali"
        house.zone = {"id": "Zona Pelayanan Kependudukan dan Pencatatan Sipil Lantai Dua"}


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("long", [False, True])
def test_nothing_spills(screen: Page, house: Any, url: str, long: bool) -> None:
    fill(house, long)
    screen.goto(url)
    expect(screen.locator(".row")).to_have_count(6)
    screen.evaluate("document.fonts.ready.then(() => null)")
    assert screen.evaluate(SPILLS) == []
    assert screen.evaluate(CLIPPED) == []
    assert screen.evaluate(COLLISIONS) == 0
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_spills_when_cut_off(screen: Page, house: Any, url: str) -> None:
    house.silence_ms = 1000
    fill(house, long=False)
    screen.goto(url)
    expect(screen.locator(".row")).to_have_count(6)
    house.mute = True
    expect(screen.locator(".lost")).to_be_visible()
    assert screen.evaluate(SPILLS) == []
    assert screen.evaluate(COLLISIONS) == 0


def test_empty_board_does_not_spill(screen: Page, url: str) -> None:
    screen.goto(url)
    expect(screen.locator(".headline")).to_be_visible()
    assert screen.evaluate(SPILLS) == []


def test_numbers_are_large_enough_for_ten_metres(board: Page, house: Any) -> None:
    house.announce("A-012", "14")
    # 50 mm on a 55-inch screen, 1,210 mm wide and 1,920 pixels.
    least = 50 / 1210 * 1920
    sizes = "(selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize)"
    for selector in (".row .label", ".row .mark"):
        expect(board.locator(selector)).to_be_visible()
        assert board.evaluate(sizes, selector) * CAPITAL >= least
    assert board.evaluate(sizes, ".hero .label") * CAPITAL >= 1.5 * least


def test_reduced_motion(board: Page, house: Any) -> None:
    board.emulate_media(reduced_motion="reduce")
    house.announce("A-012", "3")
    expect(board.locator(".hero")).to_be_visible()
    durations = board.evaluate(
        "getComputedStyle(document.querySelector('.hero')).transitionDuration.split(', ').map(parseFloat)"
    )
    assert max(durations) <= 0.001
