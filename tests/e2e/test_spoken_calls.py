"""Two displays of one zone and a real server: each call is spoken once, by one display, even if a display dies."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import sqlite3
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from display import ClipLibrary
from display.voice import Synthesiser
from tests.conftest import RunningServer, StartServer
from tests.e2e.conftest import BOARD, Api, Screens
from tests.waiting import assert_stays, wait_until

# Every word lasts so long from then on: a sentence that can be caught in its middle.
SLOW = """() => { AudioContext.prototype.decodeAudioData = async function () {
  return this.createBuffer(1, 2 * this.sampleRate, this.sampleRate); }; }"""


class Toner(Synthesiser):
    """Makes a very short tone of every word."""

    def synthesise(self, language: str, text: str) -> bytes:
        """Make the tone."""
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            file.writeframes(array("h", [round(9_000 * math.sin(n)) for n in range(160)]).tobytes())
        return buffer.getvalue()


class Hall:
    """A server with clips, an officer at counter 1, and displays in its zone."""

    def __init__(self, server: RunningServer, screens: Screens) -> None:
        self.server = server
        self.screens = screens
        self.visitor = Api(server.port)
        self.officer = Api(server.port).sign_in("dukcapil1")
        assert self.officer.call("POST", "/counters/1/open", {})[0] == 200

    def display(self, path: str = "utara") -> Page:
        """Open a display with its sound on and its clips fetched."""
        page = self.screens.open(f"{self.server.base}/display/{path}", **BOARD)
        page.mouse.click(5, 5)
        ready = "document.querySelector('queue-board').clips.of('id', { label: 'Z-9', counter: '9' })"
        wait_until(lambda: page.evaluate(ready), page=page)
        return page

    def call(self, officer: Api | None = None, counter: int = 1, service: int = 1) -> str:
        """Issue a ticket and call it."""
        officer = officer or self.officer
        self.visitor.issue(service)
        status, state = officer.call("POST", f"/counters/{counter}/call-next", {})
        assert status == 200, state
        assert officer.call("POST", f"/counters/{counter}/start", {"ticket": state["ticket"]["id"]})[0] == 200
        return str(state["ticket"]["label"])


@pytest.fixture
def database(sqlite_hall_url: str) -> Path:
    return Path(sqlite_hall_url.removeprefix("sqlite:///"))


@pytest.fixture
def hall(sqlite_hall_url: str, start_server: StartServer, screens: Screens, tmp_path: Path) -> Iterator[Hall]:
    """Start the hall, with calls that take a quarter of a second."""
    ClipLibrary(tmp_path / "voice", lambda: ["Disdukcapil"]).make_missing(Toner("toner", ()), ["id"])
    hall = Hall(start_server(sqlite_hall_url), screens)
    admin = Api(hall.server.port).sign_in("pengelola")
    settings = {"times": 1, "both": False, "gong": False, "agency": False, "pairing": False}
    assert admin.call("PUT", "/settings/displays", settings)[0] == 200
    yield hall
    for api in (admin, hall.visitor, hall.officer):
        api.close()


def spoken(*pages: Page) -> list[str]:
    """List the labels that were spoken to the end, in order."""
    records: list[dict[str, Any]] = [
        record
        for page in pages
        for record in page.evaluate(
            "window.__sounds.map((record) => ({ ...record, to: record.to + performance.timeOrigin }))"
        )
    ]
    return [record["label"] for record in sorted(records, key=lambda record: record["to"]) if record["heard"]]


AT = """(last) => document.querySelector("queue-board").zones.every(({ code, state, announcing }) =>
  state.calls.some(({ label }) => label === last[code])
  && !announcing.queue.length && (announcing.current?.label ?? last[code]) === last[code])"""


def is_at(page: Page, last: dict[str, str]) -> bool:
    """Whether a display is at the last call of each zone, and so has done with all before."""
    return bool(page.evaluate(AT, last))


def test_one_of_two_displays_speaks_each_call_once(hall: Hall) -> None:
    one, two = hall.display(), hall.display()
    labels = [hall.call() for _ in range(4)]
    wait_until(lambda: len(spoken(one, two)) >= 4, page=one)
    for page in (one, two):
        wait_until(lambda page=page: is_at(page, {"utara": labels[-1]}), page=page)
    assert spoken(one, two) == labels
    assert [] in (spoken(one), spoken(two))  # the voice does not wander
    speaking = one if spoken(one) else two
    # The staff see both alive, and which of them speaks.
    displays = hall.officer.call("GET", "/devices")[1]["displays"]
    assert [(each["alive"], each["sound"]) for each in displays] == [(True, "on")] * 2
    key = speaking.evaluate("sessionStorage.getItem('screen.key')")
    assert [each["key"] for each in displays if each["speaker"]] == [key]
    status, became = hall.officer.call("GET", "/counters/1/announcement")
    assert (status, became["label"], became["state"]) == (200, labels[-1], "spoken")


def test_a_display_of_two_zones_shows_both_and_speaks_one_after_another(hall: Hall) -> None:
    """Beside a display of the other zone alone, which may speak for it as well: nothing is said twice."""
    entrance, inner = hall.display("utara?also=tengah"), hall.display("tengah")
    other = Api(hall.server.port).sign_in("dpmptsp1")
    assert other.call("POST", "/counters/10/open", {})[0] == 200
    labels = [label for _ in range(3) for label in (hall.call(), hall.call(other, 10, 7))]
    wait_until(lambda: len(spoken(entrance, inner)) >= 6, page=entrance)
    for page in (entrance, inner):
        wait_until(lambda page=page: is_at(page, {"utara": labels[-2], "tengah": labels[-1]}), page=page)
    order = spoken(entrance, inner)
    assert sorted(order) == sorted(labels)
    assert [[label for label in order if label in zone] for zone in (labels[::2], labels[1::2])] == [
        labels[::2],
        labels[1::2],
    ]
    assert set(labels[::2]) <= set(spoken(entrance))
    sounds = entrance.evaluate("window.__sounds.map(({ from, to }) => [from, to])")
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(sounds)), "one loudspeaker, one sentence"
    rows = [" ".join(row.split()) for row in entrance.locator(".row").all_inner_texts()]
    assert any(labels[1] in row and "Zona Tengah DPMPTSP" in row for row in rows), rows
    assert any(labels[0] in row and "Zona Utara Disdukcapil" in row for row in rows), rows
    # One zone's display goes: the other still speaks for it.
    inner.context.close()
    last = hall.call(other, 10, 7)
    wait_until(lambda: last in spoken(entrance), page=entrance)
    other.close()


def test_the_other_takes_over_when_the_speaker_dies_in_mid_sentence(hall: Hall) -> None:
    one, two = hall.display(), hall.display()
    first = hall.call()
    wait_until(lambda: spoken(one, two) == [first], page=one)
    speaker, other = (one, two) if spoken(one) else (two, one)
    speaker.evaluate(SLOW)
    label = hall.call()
    wait_until(lambda: hall.officer.call("GET", "/counters/1/announcement")[1]["state"] == "speaking", page=other)
    # The other one asks every half a second whether it may speak, and nothing tells that it has been refused.
    assert_stays(lambda: spoken(other) == [], "silence of the other", seconds=0.6, page=other)
    speaker.context.close()
    wait_until(lambda: spoken(other) == [label], page=other)
    later = hall.call()
    wait_until(lambda: spoken(other) == [label, later], page=other)


def test_after_a_stop_of_the_server_the_board_is_right_and_old_calls_stay_unspoken(hall: Hall, database: Path) -> None:
    board = hall.display()
    first = hall.call()
    wait_until(lambda: spoken(board) == [first], page=board)
    board.context.set_offline(True)
    old = [hall.call(), hall.call()]
    hall.server.kill()
    # As if it had been away for half a minute.
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE log SET at = at - 30000")
        connection.execute("UPDATE ticket SET called_at = called_at - 30000, last_called_at = last_called_at - 30000")
        connection.commit()
    hall.server.start()
    board.context.set_offline(False)
    wait_until(lambda: board.locator(".row .label").all_text_contents()[:3] == [*reversed(old), first], page=board)
    for api in (hall.visitor, hall.officer):
        api.close()  # connections to the server that was killed
    new = hall.call()
    wait_until(lambda: new in spoken(board), page=board)
    assert spoken(board) == [first, new]
