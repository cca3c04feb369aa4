"""The board's voice in a browser: every call in order, none over another, whatever is missing or broken."""

from __future__ import annotations

import io
import itertools
import math
import time
import wave
from array import array
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display import ClipLibrary, VoiceSettings
from display.voice import Synthesiser
from tests.display.conftest import wait_for

TONE_SECONDS = 0.02
# Every word of a sentence, seven of them, lasts so long from then on.
LONG_WORDS = """() => { AudioContext.prototype.decodeAudioData = async function () {
  return this.createBuffer(1, 0.15 * this.sampleRate, this.sampleRate); }; }"""


class ToneSynthesiser(Synthesiser):
    """Synthesiser that makes a very short tone of every word, so that announcements are short."""

    def make(self, language: str, text: str) -> bytes:
        """Make the tone."""
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
    """Fill the clip library with tones."""
    folder = tmp_path_factory.mktemp("voice")
    ClipLibrary(folder, lambda: ["Disdukcapil"]).make_missing(ToneSynthesiser("toner", ()))
    return folder


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


HAS_CLIPS = """() => {
  const { clips } = document.querySelector("queue-board");
  const labels = ["A-012", "A-345", "B-678", "Z-9"];
  const said = labels.map((label, n) => ({ label, counter: String(2 * n + 1), agency: "Disdukcapil" }));
  return ["id", "en"].every((language) => said.every((words) => clips.of(language, words)));
}"""


def with_clips(board: Page) -> None:
    """Wait until the clips of what the tests say are there, in both languages."""
    end = time.monotonic() + 30
    while not board.evaluate(HAS_CLIPS):
        assert time.monotonic() < end
        board.wait_for_timeout(50)


def sounds(board: Page, count: int = 0, seconds: float = 60) -> list[dict[str, Any]]:
    """Return the sounds played, once there are at least `number`."""
    end = time.monotonic() + seconds
    while True:
        log: list[dict[str, Any]] = board.evaluate("window.__sounds")
        if len(log) >= count:
            return log
        assert time.monotonic() < end, [tuple(one.values()) for one in log]
        board.wait_for_timeout(50)


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
    speaking.wait_for_timeout(300)
    assert len(sounds(speaking)) == 40  # none twice
    # The speaker reports its prediction, which the officer can be shown.
    most = max(fake_app.asked, key=lambda asked: len(asked["queue"]))["queue"]
    assert len(most) == 20
    assert [wait for _, wait in most] == sorted(wait for _, wait in most)
    assert fake_app.asked[-1]["release"] is True


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
    end = time.monotonic() + 30
    while not board.evaluate("document.querySelector('queue-board').clips.of('id', { label: 'Z-9', counter: '9' })"):
        assert time.monotonic() < end
        board.wait_for_timeout(50)
    board.wait_for_timeout(300)
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
    speaking.wait_for_timeout(700)
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
    end = time.monotonic() + 30
    while not fake_app.asked:
        assert time.monotonic() < end
        speaking.wait_for_timeout(20)
    fake_app.granted = False
    (one,) = sounds(speaking, 1)
    assert not one["heard"]
    assert one["to"] - one["from"] < 2_500  # silent soon after the server said no
    fake_app.spoken = [fake_app.seq]
    speaking.wait_for_timeout(1_000)
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
    fake_app.drop(clean=False)
    board.wait_for_timeout(5_500)  # longer than it takes to notice, and than `late`
    fake_app.granted = True
    fake_app.mute = False
    wait_for(lambda: board.evaluate("window.__played.length") == 1, 30)
    assert board.evaluate("window.__played[0].how") == "late"
    fake_app.announce("A-002", "2")
    log = sounds(board, 1)
    assert [one["label"] for one in log] == ["A-002"]


def test_a_short_break_loses_nothing(speaking: Page, fake_app: Any) -> None:
    fake_app.granted = False
    fake_app.push(fake_app.call("A-001", "1"), fake_app.call("A-002", "2"))
    expect(speaking.locator(".hero .label")).to_have_text("A-001")
    fake_app.mute = True
    fake_app.drop(clean=False)
    speaking.wait_for_timeout(2_000)
    fake_app.granted = True
    fake_app.mute = False
    assert [one["label"] for one in sounds(speaking, 2)] == ["A-001", "A-002"]


def test_reports_say_how_the_display_is(board: Page, fake_app: Any) -> None:
    board.mouse.click(5, 5)
    fake_app.announce("A-012", "3")
    end = time.monotonic() + 30
    while not any(report["shown"] == "A-012" for report in fake_app.reports):
        assert time.monotonic() < end, fake_app.reports
        board.wait_for_timeout(100)
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
    board.wait_for_timeout(500)
    assert fake_app.asked == []
    assert board.locator(".hint").count() == 0
    assert sounds(board) == []
