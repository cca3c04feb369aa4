"""A display that hangs for a whole day: every timer of the day runs, and nothing of it is left in the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, expect

from display import Voice
from tests.display.conftest import FakeHouse
from tests.display.test_speaking import clips, with_clips  # noqa: F401  # `clips` is a fixture
from tests.waiting import wait_until

MINUTE, HOUR, HOURS = 60_000, 3_600_000, 24
CALLS_AN_HOUR = 3
HOURS_BETWEEN_CUTS = 4
# The house beats once a minute here, and not every 5 s: with that, a day takes half a minute.
SILENCE_MS = 3 * MINUTE
REPORTS = HOURS * HOUR // 5_000
MOST_GROWTH = {"JSHeapUsedSize": 1_000_000, "Nodes": 40, "JSEventListeners": 0}


@pytest.fixture
def house(tmp_path: Path, clips: Path) -> Iterator[FakeHouse]:  # noqa: F811  # pytest hands the fixture over by its name
    """A house with a voice, pictures and a notice in the first half of each hour.

    The pings of its socket run in real time and know nothing of the page's day: their limit is longer than it.
    """
    house = FakeHouse(tmp_path / "media", ping_timeout=2 * HOURS * HOUR // 1_000)
    house.silence_ms = SILENCE_MS
    house.bank.folder = clips
    house.bank._names = lambda: ["Disdukcapil"]
    house.voice = Voice(gong=False, times=1, both=False)
    house.turn_ms = 0
    house.media.mkdir()
    for n in range(3):
        Image.new("RGB", (40, 30), (90 * n, 90, 90)).save(house.media / f"{n}.png")
    begun = house.now()
    house.notices = [
        {"text": f"Pengumuman {n}", "from_at": begun + n * HOUR, "until_at": begun + n * HOUR + HOUR // 2}
        for n in range(1, HOURS + 2)
    ]
    yield house
    house.close()


class Day:
    """A display whose clock is wound on, and a house that keeps step with it."""

    def __init__(self, page: Page, house: FakeHouse) -> None:
        self.page = page
        self.house = house
        self.hours = 0
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("Performance.enable")

    def holds(self) -> dict[str, int]:
        """What the page holds, after everything unused was thrown away."""
        for _ in range(2):
            self.tools.send("HeapProfiler.collectGarbage")
        found = {one["name"]: int(one["value"]) for one in self.tools.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] for name in MOST_GROWTH}

    def hour(self) -> None:
        """An hour with a few calls and a beat a minute; now and then the line is cut. Every timer due in it runs."""
        self.calls()
        if self.hours % HOURS_BETWEEN_CUTS == 0:
            self.cut()
        for _ in range(HOUR // MINUTE):
            self.wind(MINUTE)
            self.house.beat()
        self.hours += 1

    def wind(self, ms: int) -> None:
        """So much time passes, on the page and then in the house: no word of the house comes from the future."""
        self.page.clock.run_for(ms)
        self.house.ahead_ms += ms

    def until(self, true: Callable[[], object]) -> None:
        """Let time pass until something is true, five times as fast as it does: the house needs some to answer."""

        def after_a_moment() -> object:
            self.wind(100)
            return true()

        wait_until(lambda: true() or after_a_moment(), seconds=60)

    def calls(self) -> None:
        """Numbers are called, shown and spoken."""
        heard = self.page.evaluate("window.__sounds.length")
        labels = [f"A-{self.hours:02}{n}" for n in range(CALLS_AN_HOUR)]
        for n, label in enumerate(labels):
            self.house.announce(label, str(n + 1))
        expect(self.page.locator(".row .label").first).to_have_text(labels[-1])
        self.until(lambda: self.page.evaluate("window.__sounds.length") >= heard + CALLS_AN_HOUR)

    def cut(self) -> None:
        """The cable is pulled and put back."""
        joins = len(self.house.joins)
        self.house.drop(clean=False)
        self.until(lambda: len(self.house.joins) > joins)


@pytest.fixture
def day(browser: Browser, url: str, house: FakeHouse) -> Iterator[Day]:
    """The display at the beginning of its day, with its sound on."""
    context = browser.new_context(viewport={"width": 960, "height": 540})  # small: a day of pictures is painted
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.clock.install()
    page.goto(f"{url}?layout=split")
    wait_until(lambda: house.joins, "the board", page=page)
    page.mouse.click(5, 5)
    with_clips(page)
    yield Day(page, house)
    context.close()
    assert faults == []


@pytest.mark.timeout(600)  # a busy machine; alone it is done in half a minute
def test_a_day_leaves_nothing_behind(day: Day, house: FakeHouse) -> None:
    day.hour()
    before = day.holds()
    house.reports.clear()
    for _ in range(HOURS):
        day.hour()
    after = day.holds()
    print(f"{before} → {after}")
    grown = {name: after[name] - before[name] for name in MOST_GROWTH}
    assert {name: by for name, by in grown.items() if by > MOST_GROWTH[name]} == {}
    # The day did pass: the display told how it is every 5 s, speaks, and shows the notice of this hour.
    assert len(house.reports) > 0.9 * REPORTS
    assert len(day.page.evaluate("window.__sounds.filter(({ heard }) => heard)")) == CALLS_AN_HOUR * (HOURS + 1)
    expect(day.page.locator(".ticker")).to_have_text(f"Pengumuman {HOURS + 1}")
    assert day.page.locator(".lost").count() == 0
