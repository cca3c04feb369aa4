"""A display that hangs for a whole day: every timer of the day runs, and nothing of it is left in the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, expect

from display import VoiceSettings
from tests.display.conftest import FakeApp
from tests.display.test_announcements import with_clips
from tests.waiting import wait_until

MINUTE, HOUR, HOURS = 60_000, 3_600_000, 24
CALLS_AN_HOUR = 3
HOURS_BETWEEN_CUTS = 4
# The fake app sends a heartbeat once a minute here, and not every 5 s: with that, a day takes half a minute.
SILENCE_MS = 3 * MINUTE
REPORTS = HOURS * HOUR // 5_000
MOST_GROWTH = {"JSHeapUsedSize": 1_000_000, "Nodes": 40, "JSEventListeners": 0}


@pytest.fixture
def fake_app(tmp_path: Path, clips: Path) -> Iterator[FakeApp]:  # a fixture's name
    """Return a fake app with a voice, pictures and a notice in the first half of each hour.

    The pings of its socket run in real time, independent of the page's clock: their timeout is longer than the day.
    """
    fake_app = FakeApp(tmp_path / "media", ping_timeout=2 * HOURS * HOUR // 1_000)
    fake_app.silence_ms = SILENCE_MS
    fake_app.bank.folder = clips
    fake_app.bank._names = lambda: ["Disdukcapil"]
    fake_app.voice = VoiceSettings(gong=False, times=1, both=False)
    fake_app.turn_ms = 0
    fake_app.media.mkdir()
    for n in range(3):
        Image.new("RGB", (40, 30), (90 * n, 90, 90)).save(fake_app.media / f"{n}.png")
    begun = fake_app.now()
    fake_app.notices = [
        {"text": f"Pengumuman {n}", "from_at": begun + n * HOUR, "until_at": begun + n * HOUR + HOUR // 2}
        for n in range(1, HOURS + 2)
    ]
    yield fake_app
    fake_app.close()


class Day:
    """A display whose clock is advanced by the test, and a fake app on the same clock."""

    def __init__(self, page: Page, fake_app: FakeApp) -> None:
        self.page = page
        self.fake_app = fake_app
        self.hours = 0
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("Performance.enable")

    def holds(self) -> dict[str, int]:
        """Return the page's metrics after garbage collection."""
        for _ in range(2):
            self.tools.send("HeapProfiler.collectGarbage")
        metrics = {
            metric["name"]: int(metric["value"]) for metric in self.tools.send("Performance.getMetrics")["metrics"]
        }
        return {name: metrics[name] for name in MOST_GROWTH}

    def hour(self) -> None:
        """Run an hour of a few calls and a heartbeat a minute; some hours cut the connection. All timers due run."""
        self.calls()
        if self.hours % HOURS_BETWEEN_CUTS == 0:
            self.cut()
        for _ in range(HOUR // MINUTE):
            self.wind(MINUTE)
            self.fake_app.beat()
        self.hours += 1

    def wind(self, ms: int) -> None:
        """Advance the time, on the page first: no message of the fake app comes from the future."""
        self.page.clock.run_for(ms)
        self.fake_app.ahead_ms += ms

    def until(self, true: Callable[[], object]) -> None:
        """Let time pass until a condition is true, five times as fast as it does: the fake app needs some to answer."""

        def after_a_moment() -> object:
            self.wind(100)
            return true()

        wait_until(lambda: true() or after_a_moment(), seconds=60)

    def calls(self) -> None:
        """Call numbers, and wait until they are shown and spoken."""
        before = self.page.evaluate("window.__sounds.length")
        labels = [f"A-{self.hours:02}{n}" for n in range(CALLS_AN_HOUR)]
        for n, label in enumerate(labels):
            self.fake_app.announce(label, str(n + 1))
        expect(self.page.locator(".row .label").first).to_have_text(labels[-1])
        self.until(lambda: self.page.evaluate("window.__sounds.length") >= before + CALLS_AN_HOUR)

    def cut(self) -> None:
        """Cut the connection, and wait until the page has reconnected."""
        joins = len(self.fake_app.joins)
        self.fake_app.drop(clean=False)
        self.until(lambda: len(self.fake_app.joins) > joins)


@pytest.fixture
def day(browser: Browser, url: str, fake_app: FakeApp) -> Iterator[Day]:
    """Open the display at the beginning of its day, with its sound on."""
    context = browser.new_context(viewport={"width": 960, "height": 540})  # small: a day of pictures is painted
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.clock.install()
    page.goto(f"{url}?layout=split")
    wait_until(lambda: fake_app.joins, "the board", page=page)
    page.mouse.click(5, 5)
    with_clips(page)
    yield Day(page, fake_app)
    context.close()
    assert faults == []


@pytest.mark.timeout(600)  # a busy machine; alone it is done in half a minute
def test_a_day_leaves_nothing_behind(day: Day, fake_app: FakeApp) -> None:
    day.hour()
    before = day.holds()
    fake_app.reports.clear()
    for _ in range(HOURS):
        day.hour()
    after = day.holds()
    print(f"{before} → {after}")
    grown = {name: after[name] - before[name] for name in MOST_GROWTH}
    assert {name: by for name, by in grown.items() if by > MOST_GROWTH[name]} == {}
    # The day did pass: the display reported its status every 5 s, speaks, and shows the notice of this hour.
    assert len(fake_app.reports) > 0.9 * REPORTS
    assert len(day.page.evaluate("window.__sounds.filter(({ heard }) => heard)")) == CALLS_AN_HOUR * (HOURS + 1)
    expect(day.page.locator(".ticker")).to_have_text(f"Pengumuman {HOURS + 1}")
    assert day.page.locator(".lost").count() == 0
