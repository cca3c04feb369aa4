"""The board in a browser: shows, announces, says when it is cut off, heals."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.display.conftest import catch_up, look_again
from tests.waiting import assert_stays, wait_until

HERO = ".hero .label"
LOST = ".lost"


def rows(board: Page) -> list[str]:
    return board.locator(".row .label").all_text_contents()


def played(board: Page) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = board.evaluate("window.__played")
    return log


def wait_played(board: Page, count: int) -> None:
    """Wait for announcements; the page's policy forbids Playwright's own wait_for_function."""
    wait_until(lambda: len(played(board)) >= count, lambda: f"{count} played; {played(board)}", page=board)


def hear_of(board: Page, build: str) -> None:
    """Wait until the page knows which build the server has."""
    ask = "document.querySelector('queue-board').status?.build"
    wait_until(lambda: board.evaluate(ask) == build, f"the news of build {build}", page=board)


def test_rules(board: Page) -> None:
    result = board.evaluate(
        """async () => {
          const { run } = await import("/tests/kit/check.mjs");
          await import("/tests/display/board_rules.mjs");
          return run();
        }"""
    )
    assert result["faults"] == []
    assert result["count"] > 10


def test_empty_board_says_what_to_do(board: Page) -> None:
    expect(board.locator(".headline .first")).to_have_text("Belum ada panggilan")
    expect(board.locator(".advice .first")).to_have_text("Silakan ambil nomor di kios.")
    expect(board.locator(".count")).to_have_text("0")
    expect(board.locator("h1")).to_have_text("Zona A")


def test_call_shows(board: Page, fake_app: Any) -> None:
    fake_app.waiting, fake_app.missed = 7, ["A-004"]
    fake_app.announce("A-012", "3")
    expect(board.locator(HERO)).to_have_text("A-012")
    expect(board.locator(".hero")).to_have_attribute("data-calling", "true")
    expect(board.locator(".goal .mark")).to_have_text("3")
    expect(board.locator(".row")).to_have_attribute("data-lit", "true")
    expect(board.locator(".row .agency")).to_have_text("Disdukcapil")
    expect(board.locator(".count")).to_have_text("7")
    expect(board.locator(".numbers li")).to_have_text("A-004")
    expect(board.locator("[aria-live=assertive]")).to_have_text("Nomor A-012, silakan menuju Loket 3")


def test_two_calls_in_the_same_instant_are_both_shown_in_order(board: Page, fake_app: Any) -> None:
    board.mouse.click(5, 5)
    # A browser that has not sounded yet takes its time.
    expect(board.locator(".hint")).to_have_count(0)
    first, second = fake_app.call("A-012", "3"), fake_app.call("B-004", "5")
    fake_app.push(first, second)
    expect(board.locator(HERO)).to_have_text("A-012")
    expect(board.locator(".row .label")).to_have_text(["B-004", "A-012"])
    expect(board.locator(HERO)).to_have_text("B-004")
    wait_played(board, 2)
    first, second = played(board)
    assert [first["label"], second["label"]] == ["A-012", "B-004"]
    assert first["heard"]
    assert second["started"] >= max(first["ended"], first["started"] + 3000)


def test_recall_is_announced_again(board: Page, fake_app: Any) -> None:
    fake_app.announce("A-012", "3")
    fake_app.announce("A-012", "3")
    wait_played(board, 2)
    assert [call["seq"] for call in played(board)] == [101, 102]
    expect(board.locator(".hero .title .first")).to_have_text("Panggilan ulang")
    expect(board.locator(".row .label")).to_have_text(["A-012"])


def test_older_state_and_repeated_news_are_ignored(board: Page, fake_app: Any) -> None:
    call = fake_app.call("A-012", "3")
    fake_app.push(call)
    expect(board.locator(HERO)).to_have_text("A-012")
    fake_app.calls = []
    fake_app.push(call, seq=100, prev=99)
    fake_app.push(call, seq=101, prev=100)
    catch_up(board)
    expect(board.locator(".row .label")).to_have_text(["A-012"])
    fake_app.announce("A-013", "3")
    wait_played(board, 2)
    assert [call["label"] for call in played(board)] == ["A-012", "A-013"], "none twice"


def test_gap_is_filled_by_joining_again(board: Page, fake_app: Any) -> None:
    fake_app.call("A-001", "1")
    fake_app.push(fake_app.call("A-002", "2"), prev=101)
    wait_played(board, 2)
    assert [join["last"] for join in fake_app.joins] == [100, 100]
    assert [call["label"] for call in played(board)] == ["A-002", "A-001"]


def test_a_state_that_never_came_is_noticed_by_the_beat(board: Page, fake_app: Any) -> None:
    fake_app.call("A-001", "1")
    fake_app._prev = fake_app.seq
    expect(board.locator(HERO)).to_have_text("A-001")


def test_old_call_is_shown_but_not_played(board: Page, fake_app: Any) -> None:
    fake_app.announce("A-012", "3", age_ms=25_000)
    expect(board.locator(HERO)).to_have_text("A-012")
    expect(board.locator(".hero")).to_have_attribute("data-calling", "false")
    assert played(board) == []


@pytest.mark.parametrize("clean", [True, False])
def test_reconnect_joins_with_the_last_number_and_loses_no_call(board: Page, fake_app: Any, clean: bool) -> None:
    fake_app.announce("A-012", "3")
    expect(board.locator(HERO)).to_have_text("A-012")
    fake_app.drop(clean)
    fake_app.call("B-004", "5")
    fake_app._prev = fake_app.seq
    expect(board.locator(HERO)).to_have_text("B-004", timeout=30_000)
    assert [join["last"] for join in fake_app.joins] == [100, 101]
    wait_played(board, 2)


class TestSilence:
    """A server that hangs."""

    @pytest.fixture(autouse=True)
    def _short(self, fake_app: Any) -> None:
        fake_app.silence_ms = 1200
        fake_app.call("A-012", "3")

    def test_bar_says_so_and_goes_by_itself(self, board: Page, fake_app: Any) -> None:
        expect(board.locator(LOST)).to_have_count(0)
        fake_app.mute = True
        expect(board.locator(LOST)).to_contain_text("Sambungan terputus, data terakhir")
        expect(board.locator(LOST)).to_contain_text(time.strftime("%H:", time.gmtime(time.time() + 8 * 3600)))
        expect(board.locator(HERO)).to_have_text("A-012")
        fake_app.mute = False
        expect(board.locator(LOST)).to_have_count(0, timeout=30_000)

    def test_bar_does_not_appear_while_beats_come(self, board: Page, fake_app: Any) -> None:
        # Time itself is what is tested: the silence after which the bar would come passes twice.
        bar = board.locator(LOST)
        assert_stays(lambda: bar.count() == 0, "the bar", seconds=2 * fake_app.silence_ms / 1000, page=board)

    def test_refused_join_is_tried_again(self, board: Page, fake_app: Any) -> None:
        fake_app.refuse = {"code": "busy", "status": 503}
        fake_app.drop(clean=False)
        expect(board.locator(LOST)).to_have_count(1)
        fake_app.refuse = None
        expect(board.locator(LOST)).to_have_count(0, timeout=30_000)


def test_blocked_sound_is_said_and_a_touch_wakes_it(board: Page, fake_app: Any) -> None:
    expect(board.get_by_role("button", name="Sentuh layar untuk menyalakan suara")).to_be_visible()
    fake_app.announce("A-001", "1")
    expect(board.locator(HERO)).to_have_text("A-001")
    board.mouse.click(5, 5)
    expect(board.locator(".hint")).to_have_count(0)
    fake_app.announce("A-002", "2")
    # Reading the page counts as a gesture in this browser, so the first sound is not asked about here.
    wait_played(board, 2)
    assert played(board)[1]["heard"]


def test_a_broken_loudspeaker_does_not_stop_the_queue(board: Page, fake_app: Any) -> None:
    board.mouse.click(5, 5)
    board.evaluate("() => { AudioContext.prototype.createOscillator = () => { throw new Error('broken'); }; }")
    fake_app.push(fake_app.call("A-001", "1"), fake_app.call("A-002", "2"))
    wait_played(board, 2)
    assert [call["heard"] for call in played(board)] == [False, False]
    expect(board.locator(HERO)).to_have_text("A-002")


def test_new_build_reloads_when_idle_and_only_once(board: Page, fake_app: Any) -> None:
    loads: list[str] = []
    board.on("load", lambda: loads.append("load"))
    fake_app.build = "b2"
    board.wait_for_event("load")
    assert board.evaluate("JSON.parse(document.getElementById('boot').textContent).build") == "b2"
    hear_of(board, "b2")
    look_again(board)
    assert not board.evaluate("document.querySelector('queue-board').renewing")
    assert loads == ["load"]


def test_new_build_waits_for_the_announcement(board: Page, fake_app: Any) -> None:
    fake_app.announce("A-012", "3")
    expect(board.locator(HERO)).to_have_text("A-012")
    fake_app.build = "b2"
    hear_of(board, "b2")
    look_again(board)
    assert not board.evaluate("document.querySelector('queue-board').renewing")
    assert board.evaluate("JSON.parse(document.getElementById('boot').textContent).build") == "b1"
    expect(board.locator(".hero")).to_have_attribute("data-calling", "true")


def test_second_language_is_marked(board: Page, fake_app: Any) -> None:
    fake_app.announce("A-012", "3")
    expect(board.locator(".goal .second")).to_have_attribute("lang", "en")
    expect(board.locator(".goal .second")).to_have_text("Counter")
