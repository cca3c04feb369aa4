"""The board's voice in a browser: every call in order, none over another, whatever is missing or broken."""

from __future__ import annotations

import io
import itertools
import math
import wave
from array import array
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display import Bank, Voice
from display.voice import Synthesiser
from tests.waiting import wait_until

TONE_SECONDS = 0.02
# What became of each call that was announced.
HOW = "window.__played.map(({ how }) => how)"
# Every word of a sentence, seven of them, lasts so long from then on.
LONG_WORDS = """() => { AudioContext.prototype.decodeAudioData = async function () {
  return this.createBuffer(1, 0.15 * this.sampleRate, this.sampleRate); }; }"""


class Toner(Synthesiser):
    """Makes a very short tone of every word, so that the tests need not listen for minutes."""

    def make(self, language: str, text: str) -> bytes:
        """The tone."""
        made = io.BytesIO()
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            samples = array("h", [round(9_000 * math.sin(n)) for n in range(round(8_000 * TONE_SECONDS))])
            file.writeframes(samples.tobytes())
        return made.getvalue()


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of tones."""
    folder = tmp_path_factory.mktemp("voice")
    Bank(folder, lambda: ["Disdukcapil"]).make_missing(Toner("toner", ()))
    return folder


@pytest.fixture(autouse=True)
def _speaking(house: Any, clips: Path) -> None:
    house.bank.folder = clips
    house.bank._names = lambda: ["Disdukcapil"]
    house.voice = Voice(gong=False, times=1, both=False)
    house.turn_ms = 0


@pytest.fixture
def speaking(board: Page) -> Page:
    """The board with its sound on and its clips fetched."""
    board.mouse.click(5, 5)
    with_clips(board)
    return board


def with_clips(board: Page) -> None:
    """Wait until every clip is there that can be fetched."""
    board.evaluate("() => document.querySelector('queue-board').clips.keep()")


def sounds(board: Page, count: int = 0, seconds: float = 60) -> list[dict[str, Any]]:
    """What was played, once it is at least so much."""

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


def test_forty_calls_within_two_seconds_are_all_spoken_in_order(speaking: Page, house: Any) -> None:
    labels = [f"A-{number:03}" for number in range(1, 41)]
    for number, label in enumerate(labels):
        house.announce(label, str(number % 9 + 1))
    log = sounds(speaking, 40)
    assert [one["label"] for one in log] == labels
    assert all(one["heard"] for one in log)
    assert_one_after_another(log)
    assert log[0]["what"].startswith("nomor antrean A nol nol satu silakan menuju loket satu Disdukcapil")
    # It gives the voice back when nothing is left to say.
    wait_until(lambda: house.asked[-1].get("release") is True, "the voice's release", page=speaking)
    assert len(sounds(speaking)) == 40  # none twice
    # The officer can be told when: the speaker says what it foresees.
    most = max(house.asked, key=lambda asked: len(asked["queue"]))["queue"]
    assert len(most) == 20
    assert [wait for _, wait in most] == sorted(wait for _, wait in most)


def test_two_calls_in_the_same_millisecond(speaking: Page, house: Any) -> None:
    first, second = house.call("A-012", "3"), house.call("B-004", "5")
    second["at"] = first["at"]
    house.push(second, first)
    log = sounds(speaking, 2)
    assert [one["label"] for one in log] == ["A-012", "B-004"]
    assert_one_after_another(log)


def test_gong_then_both_languages_then_once_more(board: Page, house: Any) -> None:
    house.voice = Voice()
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    call = house.call("A-012", "3")
    call["language"] = "en"
    house.push(call)
    log = sounds(board, 5)
    assert [one["what"].split(" ")[0] for one in log] == ["gong", "ticket", "nomor", "ticket", "nomor"]
    assert log[1]["what"] == "ticket A zero one two please go to counter three Disdukcapil"
    assert_one_after_another(log)
    assert 1.9 < (log[0]["to"] - log[0]["from"]) / 1000 < 4


def test_a_clip_that_is_not_found_does_not_stop_the_queue(board: Page, house: Any) -> None:
    words = {"id": {"agency": "Disdukcapil", "digit": "dua"}}["id"]
    for word in words.values():
        (path,) = (house.bank.folder / "made/id").glob(f"{word.lower()}-{'?' * 12}.wav")  # not of “dua puluh”
        board.route(f"**/{path.name}*", lambda route: route.fulfill(status=404))
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    house.push(house.call("A-111", "1"), house.call("A-012", "2"), house.call("A-003", "3"))
    log = sounds(board, 3)
    # Without the agency's clip the rest is said. Without a digit's the number would be wrong: then a gong alone.
    assert [one["what"] for one in log] == [
        "nomor antrean A satu satu satu silakan menuju loket satu",
        "gong",
        "nomor antrean A nol nol tiga silakan menuju loket tiga",
    ]
    assert [one["label"] for one in log] == ["A-111", "A-012", "A-003"]
    assert all(one["heard"] for one in log)


def test_a_clip_that_is_no_sound_is_left_out(board: Page, house: Any) -> None:
    path = next((house.bank.folder / "made/id").glob("silakan-menuju-*.wav"))
    board.route(f"**/{path.name}*", lambda route: route.fulfill(status=200, body="<html>"))
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    house.announce("A-001", "1")
    (one,) = sounds(board, 1)
    assert one["heard"]


def test_another_display_speaks(speaking: Page, house: Any) -> None:
    house.granted = False
    call = house.call("A-001", "1")
    house.push(call)
    expect(speaking.locator(".hero .label")).to_have_text("A-001")
    wait_until(lambda: house.asked, "the question who speaks", page=speaking)
    house.spoken = [call["seq"]]
    house.push(house.call("A-002", "2"))
    expect(speaking.locator(".hero .label")).to_have_text("A-002")
    house.granted = True  # and dies
    log = sounds(speaking, 1)
    assert [one["label"] for one in log] == ["A-002"]


def test_the_voice_goes_to_another_in_mid_sentence(speaking: Page, house: Any, clips: Path) -> None:
    # Five seconds of sound for each word.
    speaking.evaluate(
        """() => { AudioContext.prototype.decodeAudioData = async function () {
             return this.createBuffer(1, 5 * this.sampleRate, this.sampleRate); }; }"""
    )
    house.announce("A-001", "1")
    wait_until(lambda: house.asked, "the question who speaks", page=speaking)
    house.granted = False
    (one,) = sounds(speaking, 1)
    assert not one["heard"]
    assert one["to"] - one["from"] < 2_500  # silent soon after the server said no
    house.spoken = [house.seq]
    wait_until(lambda: speaking.evaluate(HOW), "the end of the call", page=speaking)
    assert speaking.evaluate(HOW) == ["elsewhere"]
    assert len(sounds(speaking)) == 1


def test_a_call_that_waits_its_turn_is_spoken_however_old_it_grows(board: Page, house: Any) -> None:
    house.late_ms = 1_500
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    board.evaluate(LONG_WORDS)
    labels = ["A-001", "A-002", "A-003"]
    house.push(*(house.call(label, "1") for label in labels))
    log = sounds(board, 3)
    assert [(one["label"], one["heard"]) for one in log] == [(label, True) for label in labels]
    assert log[2]["from"] - log[0]["from"] > house.late_ms  # the last one was old when its turn came


def test_a_break_leaves_old_calls_unspoken(board: Page, house: Any) -> None:
    house.late_ms = 3_000
    board.reload()
    board.mouse.click(5, 5)
    with_clips(board)
    house.granted = False  # another display speaks, and the server goes away
    house.announce("A-001", "1")
    expect(board.locator(".hero .label")).to_have_text("A-001")
    house.mute = True
    joins = len(house.joins)
    house.drop(clean=False)
    # A break is tested by its length: it must be longer than `late` after the first question that nobody answered.
    wait_until(lambda: len(house.joins) > joins, "the board's return", page=board)
    cut = house.now()
    wait_until(lambda: house.now() - cut > house.late_ms + 1_000, "a long break", page=board)
    house.granted = True
    house.mute = False
    wait_until(lambda: board.evaluate(HOW), "the end of the call", page=board)
    assert board.evaluate(HOW) == ["late"]
    house.announce("A-002", "2")
    log = sounds(board, 1)
    assert [one["label"] for one in log] == ["A-002"]


def test_a_short_break_loses_nothing(speaking: Page, house: Any) -> None:
    house.granted = False
    house.push(house.call("A-001", "1"), house.call("A-002", "2"))
    expect(speaking.locator(".hero .label")).to_have_text("A-001")
    house.mute = True
    joins = len(house.joins)
    house.drop(clean=False)
    wait_until(lambda: len(house.joins) > joins, "the board's return", page=speaking)
    house.granted = True
    house.mute = False
    assert [one["label"] for one in sounds(speaking, 2)] == ["A-001", "A-002"]


def test_reports_say_how_the_display_is(board: Page, house: Any) -> None:
    board.mouse.click(5, 5)
    house.announce("A-012", "3")
    wait_until(lambda: any(report["shown"] == "A-012" for report in house.reports), "the report", page=board)
    first, last = house.reports[0], house.reports[-1]
    assert first["sound"] in ("blocked", "on")
    assert last["sound"] == "on"
    assert (last["zone"], last["width"], last["height"], last["build"]) == ("a", 1920, 1080, "b1")
    assert len({report["screen"] for report in house.reports}) == 1


def test_a_silent_display_asks_for_nothing(board: Page, house: Any) -> None:
    board.goto(f"{board.url}?voice=off")
    board.mouse.click(5, 5)
    house.announce("A-012", "3")
    expect(board.locator(".hero .label")).to_have_text("A-012")
    wait_until(lambda: board.evaluate(HOW), "the end of the call", page=board)
    assert board.evaluate(HOW) == ["silent"]
    assert house.asked == []
    assert board.locator(".hint").count() == 0
    assert sounds(board) == []
