"""The board's voice in a browser: every call in order, none over another, whatever is missing or broken."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display import VoiceSettings
from tests.waiting import wait_until

# What became of each call that was announced.
HOW = "window.__played.map(({ how }) => how)"
# Every word of a sentence, seven of them, lasts so long from then on.
LONG_WORDS = """() => { AudioContext.prototype.decodeAudioData = async function () {
  return this.createBuffer(1, 0.15 * this.sampleRate, this.sampleRate); }; }"""


@pytest.fixture(autouse=True)
def _speaking(fake_app: Any, clips: Path) -> None:
    fake_app.bank.folder = clips
    fake_app.bank._names = lambda: ["Disdukcapil"]
    fake_app.voice = VoiceSettings(gong=False, times=1, both=False)
    fake_app.turn_ms = 0


@pytest.fixture
def speaking(board: Page) -> Page:
    """Open the board with its sound on and its clips fetched."""
    board.mouse.click(5, 5)
    with_clips(board)
    return board


def with_clips(board: Page) -> None:
    """Wait until every clip is there that can be fetched."""
    board.evaluate("() => document.querySelector('queue-board').clips.keep()")


def sounds(board: Page, count: int = 0, seconds: float = 60) -> list[dict[str, Any]]:
    """Return the sounds played, once there are at least `count`."""

    def log() -> list[dict[str, Any]]:
        played: list[dict[str, Any]] = board.evaluate("window.__sounds")
        return played

    def said() -> str:
        return f"{count} sounds; {[tuple(one.values()) for one in log()]}"

    wait_until(lambda: len(log()) >= count, said, seconds=seconds, page=board)
    return log()


def assert_one_after_another(log: list[dict[str, Any]]) -> None:
    for one, two in itertools.pairwise(log):
        assert two["from"] >= one["to"], (one, two)


def test_sentences(speaking: Page) -> None:
    result = speaking.evaluate(
        """async () => {
          const { run } = await import("/tests/kit/check.mjs");
          await import("/tests/display/sentence.mjs");
          return run();
        }"""
    )
    assert result["faults"] == []
    assert result["count"] > 10


def test_forty_calls_within_two_seconds_are_all_spoken_in_order(speaking: Page, fake_app: Any) -> None:
    labels = [f"A-{number:03}" for number in range(1, 41)]
    for number, label in enumerate(labels):
        fake_app.announce(label, str(number % 9 + 1))
    log = sounds(speaking, 40)
    assert [one["label"] for one in log] == labels
    assert all(one["heard"] for one in log)
    assert_one_after_another(log)
    assert log[0]["what"].startswith("nomor antrean A nol nol satu silakan menuju loket satu Disdukcapil")
    # It gives the voice back when nothing is left to say.
    wait_until(lambda: fake_app.asked[-1].get("release") is True, "the voice's release", page=speaking)
    assert len(sounds(speaking)) == 40  # none twice
    # The speaker reports its prediction, which the officer can be shown.
    most = max(fake_app.asked, key=lambda asked: len(asked["queue"]))["queue"]
    assert len(most) == 20
    assert [wait for _, wait in most] == sorted(wait for _, wait in most)


def test_two_calls_in_the_same_millisecond(speaking: Page, fake_app: Any) -> None:
    first, second = fake_app.call("A-012", "3"), fake_app.call("B-004", "5")
    second["at"] = first["at"]
    fake_app.push(second, first)
    log = sounds(speaking, 2)
    assert [one["label"] for one in log] == ["A-012", "B-004"]
    assert_one_after_another(log)


def test_gong_then_both_languages_then_once_more(board: Page, fake_app: Any) -> None:
    fake_app.voice = VoiceSettings()
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    call = fake_app.call("A-012", "3")
    call["language"] = "en"
    fake_app.push(call)
    log = sounds(board, 5)
    assert [one["what"].split(" ")[0] for one in log] == ["gong", "ticket", "nomor", "ticket", "nomor"]
    assert log[1]["what"] == "ticket A zero one two please go to counter three Disdukcapil"
    assert_one_after_another(log)
    assert 1.9 < (log[0]["to"] - log[0]["from"]) / 1000 < 4


def test_a_clip_that_is_not_found_does_not_stop_the_queue(board: Page, fake_app: Any) -> None:
    words = {"id": {"agency": "Disdukcapil", "digit": "dua"}}["id"]
    for word in words.values():
        (path,) = (fake_app.bank.folder / "made/id").glob(f"{word.lower()}-{'?' * 12}.wav")  # not of “dua puluh”
        board.route(f"**/{path.name}*", lambda route: route.fulfill(status=404))
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    fake_app.push(fake_app.call("A-111", "1"), fake_app.call("A-012", "2"), fake_app.call("A-003", "3"))
    log = sounds(board, 3)
    # Without the agency's clip the rest is said. Without a digit's the number would be wrong: then a gong alone.
    assert [one["what"] for one in log] == [
        "nomor antrean A satu satu satu silakan menuju loket satu",
        "gong",
        "nomor antrean A nol nol tiga silakan menuju loket tiga",
    ]
    assert [one["label"] for one in log] == ["A-111", "A-012", "A-003"]
    assert all(one["heard"] for one in log)


def test_a_clip_that_is_no_sound_is_left_out(board: Page, fake_app: Any) -> None:
    path = next((fake_app.bank.folder / "made/id").glob("silakan-menuju-*.wav"))
    board.route(f"**/{path.name}*", lambda route: route.fulfill(status=200, body="<html>"))
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    fake_app.announce("A-001", "1")
    (one,) = sounds(board, 1)
    assert one["heard"]


def test_another_display_speaks(speaking: Page, fake_app: Any) -> None:
    fake_app.granted = False
    call = fake_app.call("A-001", "1")
    fake_app.push(call)
    expect(speaking.locator(".hero .label")).to_have_text("A-001")
    wait_until(lambda: fake_app.asked, "the question who speaks", page=speaking)
    fake_app.spoken = [call["seq"]]
    fake_app.push(fake_app.call("A-002", "2"))
    expect(speaking.locator(".hero .label")).to_have_text("A-002")
    fake_app.granted = True  # and dies
    log = sounds(speaking, 1)
    assert [one["label"] for one in log] == ["A-002"]


def test_the_voice_goes_to_another_in_mid_sentence(speaking: Page, fake_app: Any, clips: Path) -> None:
    # Five seconds of sound for each word.
    speaking.evaluate(
        """() => { AudioContext.prototype.decodeAudioData = async function () {
             return this.createBuffer(1, 5 * this.sampleRate, this.sampleRate); }; }"""
    )
    fake_app.announce("A-001", "1")
    wait_until(lambda: fake_app.asked, "the question who speaks", page=speaking)
    fake_app.granted = False
    (one,) = sounds(speaking, 1)
    assert not one["heard"]
    assert one["to"] - one["from"] < 2_500  # silent soon after the server said no
    fake_app.spoken = [fake_app.seq]
    wait_until(lambda: speaking.evaluate(HOW), "the end of the call", page=speaking)
    assert speaking.evaluate(HOW) == ["elsewhere"]
    assert len(sounds(speaking)) == 1


def test_a_call_that_waits_its_turn_is_spoken_however_old_it_grows(board: Page, fake_app: Any) -> None:
    fake_app.late_ms = 1_500
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    board.evaluate(LONG_WORDS)
    labels = ["A-001", "A-002", "A-003"]
    fake_app.push(*(fake_app.call(label, "1") for label in labels))
    log = sounds(board, 3)
    assert [(one["label"], one["heard"]) for one in log] == [(label, True) for label in labels]
    assert log[2]["from"] - log[0]["from"] > fake_app.late_ms  # the last one was old when its turn came


def test_a_break_leaves_old_calls_unspoken(board: Page, fake_app: Any) -> None:
    fake_app.late_ms = 3_000
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    fake_app.granted = False  # another display speaks, and the server goes away
    fake_app.announce("A-001", "1")
    expect(board.locator(".hero .label")).to_have_text("A-001")
    fake_app.mute = True
    joins = len(fake_app.joins)
    fake_app.drop(clean=False)
    # A break is tested by its length: it must be longer than `late` after the first question that nobody answered.
    wait_until(lambda: len(fake_app.joins) > joins, "the board's return", page=board)
    cut = fake_app.now()
    wait_until(lambda: fake_app.now() - cut > fake_app.late_ms + 1_000, "a long break", page=board)
    fake_app.granted = True
    fake_app.mute = False
    wait_until(lambda: board.evaluate(HOW), "the end of the call", page=board)
    assert board.evaluate(HOW) == ["late"]
    fake_app.announce("A-002", "2")
    log = sounds(board, 1)
    assert [one["label"] for one in log] == ["A-002"]


def test_a_short_break_loses_nothing(speaking: Page, fake_app: Any) -> None:
    fake_app.granted = False
    fake_app.push(fake_app.call("A-001", "1"), fake_app.call("A-002", "2"))
    expect(speaking.locator(".hero .label")).to_have_text("A-001")
    fake_app.mute = True
    joins = len(fake_app.joins)
    fake_app.drop(clean=False)
    wait_until(lambda: len(fake_app.joins) > joins, "the board's return", page=speaking)
    fake_app.granted = True
    fake_app.mute = False
    assert [one["label"] for one in sounds(speaking, 2)] == ["A-001", "A-002"]


def test_reports_say_how_the_display_is(board: Page, fake_app: Any) -> None:
    board.mouse.click(5, 5)
    fake_app.announce("A-012", "3")
    wait_until(lambda: any(report["shown"] == "A-012" for report in fake_app.reports), "the report", page=board)
    first, last = fake_app.reports[0], fake_app.reports[-1]
    assert first["sound"] in ("blocked", "on")
    assert last["sound"] == "on"
    assert (last["zone"], last["width"], last["height"], last["build"]) == ("a", 1920, 1080, "b1")
    assert len({report["screen"] for report in fake_app.reports}) == 1


def test_a_silent_display_asks_for_nothing(board: Page, fake_app: Any) -> None:
    board.goto(f"{board.url}?voice=off")
    board.mouse.click(5, 5)
    fake_app.announce("A-012", "3")
    expect(board.locator(".hero .label")).to_have_text("A-012")
    wait_until(lambda: board.evaluate(HOW), "the end of the call", page=board)
    assert board.evaluate(HOW) == ["silent"]
    assert fake_app.asked == []
    assert board.locator(".hint").count() == 0
    assert sounds(board) == []
