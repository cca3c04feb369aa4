"""Time that jumps and screens that sleep: the board is right again by itself, and says nothing old."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display import VoiceSettings
from tests.display.conftest import look_again
from tests.display.test_announcements import LONG_WORDS, sounds, with_clips
from tests.waiting import wait_until

HOUR = 3_600_000
# A computer's clock that can be set while the page runs; its stopwatch goes on.
SETTABLE = """(() => {
  const Real = Date;
  let ahead = 0;
  window.setClock = (ms) => { ahead = ms; };
  globalThis.Date = class extends Real {
    constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
})()"""


@pytest.fixture(autouse=True)
def _speaking(fake_app: Any, clips: Path) -> None:  # pytest hands the fixture over by its name
    fake_app.bank.folder = clips
    fake_app.bank._names = lambda: ["Disdukcapil"]
    fake_app.voice = VoiceSettings(gong=False, times=1, both=False)
    fake_app.turn_ms = 0


def start(board: Page, fake_app: Any) -> None:
    """Load the board from the fake app as configured, with its sound on."""
    fake_app.joins.clear()
    board.reload()
    wait_until(lambda: fake_app.joins, "the board", page=board)
    board.mouse.click(5, 5)
    with_clips(board)


@pytest.mark.parametrize("jump", [HOUR, -40 * 365 * 24 * HOUR], ids=["forward", "back"])
def test_the_computers_clock_is_set(board: Page, fake_app: Any, jump: int) -> None:
    fake_app.silence_ms = 4_000
    board.add_init_script(SETTABLE)
    start(board, fake_app)
    fake_app.announce("A-001", "1")
    sounds(board, 1)
    board.evaluate("(jump) => window.setClock(jump)", jump)
    look_again(board)
    assert board.locator(".lost").count() == 0
    shown = board.locator(".clock").inner_text()[:5]
    assert shown in {time.strftime("%H:%M", time.gmtime(time.time() + 8 * 3600 - late)) for late in (0, 60)}
    fake_app.announce("A-002", "2")
    log = sounds(board, 2)
    assert [(one["label"], one["heard"]) for one in log] == [("A-001", True), ("A-002", True)]
    # A silent server is still noticed, with the right time.
    fake_app.mute = True
    hours = {time.strftime("%H:", time.gmtime(time.time() + 8 * 3600 - late)) for late in (0, 60)}
    expect(board.locator(".lost")).to_contain_text(re.compile("|".join(hours)), timeout=30_000)
    fake_app.mute = False
    expect(board.locator(".lost")).to_have_count(0, timeout=30_000)


# The stopwatch of a computer that sleeps: it does not count the time in which nothing ran.
DOZING = """(() => {
  const real = performance.now.bind(performance);
  let [seen, slept] = [real(), 0];
  performance.now = () => {
    const now = real();
    if (now - seen > 1500) slept += now - seen;
    seen = now;
    return now - slept;
  };
  setInterval(() => performance.now(), 100);
})()"""


@pytest.mark.parametrize("dozing", [False, True], ids=["page", "computer"])
def test_a_screen_that_slept_is_right_again_and_says_nothing_old(board: Page, fake_app: Any, dozing: bool) -> None:
    fake_app.late_ms = 2_500
    fake_app.silence_ms = 4_000
    if dozing:
        board.add_init_script(DOZING)
    start(board, fake_app)
    board.evaluate(LONG_WORDS)
    fake_app.push(*(fake_app.call(label, "1") for label in ("A-001", "A-002", "A-003")))
    fake_app.asked.clear()
    wait_until(lambda: fake_app.asked, "the speaker", page=board)
    tools = board.context.new_cdp_session(board)
    stopped: list[object] = []
    tools.on("Debugger.paused", lambda event: stopped.append(event))
    tools.send("Debugger.enable")
    tools.send("Debugger.pause")
    wait_until(lambda: stopped, "the pause", page=board)
    fake_app.announce("A-004", "4")
    # The page's stopwatch is what is tested, and time alone makes what was called before old; so it must pass.
    asleep = fake_app.now()
    wait_until(lambda: fake_app.now() - asleep > fake_app.late_ms + 1_500, "the time after which a call is old")
    tools.send("Debugger.resume")
    tools.send("Debugger.disable")
    expect(board.locator(".row .label").first).to_have_text("A-004", timeout=30_000)
    expect(board.locator(".lost")).to_have_count(0, timeout=30_000)
    fake_app.announce("A-005", "5")
    said = """() => window.__sounds.map(({ label }) => label)"""
    wait_until(lambda: "A-005" in board.evaluate(said), "the last call", page=board)
    # What was being said when it fell asleep may be said to its end.
    assert set(board.evaluate(said)) <= {"A-001", "A-005"}
