"""A fake app for the display alone: pages, static files and the board's room, all controlled by the test."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import threading
import time
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request, send_from_directory
from flask_socketio import SocketIO, join_room
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from display import BoardPage, ClipLibrary, VoiceSettings, create_blueprint
from display.voice import Synthesiser
from tests.waiting import wait_until

logging.getLogger("werkzeug").setLevel(logging.WARNING)
TONE_SECONDS = 0.02
ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"kit": ROOT / "queue_app/web/static/kit", "display": ROOT / "display/static"}
POLICY = (
    "default-src 'self'; connect-src 'self' ws:; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)


ZONE_B = {"id": "Zona B", "en": "Zone B"}


class ToneSynthesiser(Synthesiser):
    """Synthesiser that makes a very short tone of every word, so that announcements are short."""

    def synthesise(self, language: str, text: str) -> bytes:
        """Make the tone."""
        made = io.BytesIO()
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            samples = array("h", [round(9_000 * math.sin(n)) for n in range(round(8_000 * TONE_SECONDS))])
            file.writeframes(samples.tobytes())
        return made.getvalue()


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill the clip library with tones."""
    folder = tmp_path_factory.mktemp("voice")
    ClipLibrary(folder, lambda: ["Disdukcapil"]).make_missing(ToneSynthesiser("toner", ()))
    return folder


def now_ms() -> int:
    """Return the time in milliseconds since the epoch."""
    return int(time.time() * 1000)


class FakeApp:
    """One zone, its log and its sockets."""

    def __init__(self, media: Path, ping_timeout: int = 20) -> None:
        self.seq = 100
        self.build = "b1"
        self.language = "id"
        self.silence_ms = 15_000
        self.ahead_ms = 0
        """How far its clock is ahead of this computer's."""
        self.hall = "MPP Tabanan"
        self.zone = {"id": "Zona A", "en": "Zone A"}
        self.waiting = 0
        self.calls: list[dict[str, Any]] = []
        self.calls_of_b: list[dict[str, Any]] = []
        self.missed: list[str] = []
        self.log: list[dict[str, Any]] = []
        self.joins: list[dict[str, Any]] = []
        self._speaks = threading.Event()
        self._speaks.set()
        self.refuse: dict[str, Any] | None = None
        self.voice = VoiceSettings()
        self.turn_ms = 3_000
        self.late_ms = 20_000
        self.asked: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.spoken: list[int] = []
        """Calls that another display of the zone has spoken."""
        self.granted = True
        self.media = media
        self.opening: dict[str, Any] = {"open": True, "why": None, "until": None, "occasion": None}
        self.notices: list[dict[str, Any]] = []
        self.stops: list[dict[str, Any]] = []
        self.bank = ClipLibrary(Path("/nowhere"))
        self._prev = self.seq
        self._sids: set[str] = set()
        self._stop = threading.Event()
        self.app = Flask("fake")
        self.sockets = SocketIO(self.app, async_mode="threading", transports=["websocket"], ping_timeout=ping_timeout)
        self._routes()
        self._events()

    @property
    def mute(self) -> bool:
        """No beats and no answers: a server that hangs."""
        return not self._speaks.is_set()

    @mute.setter
    def mute(self, mute: bool) -> None:
        if mute:
            self._speaks.clear()
        else:
            self._speaks.set()

    def now(self) -> int:
        """Return the fake app's time in milliseconds since the epoch."""
        return now_ms() + self.ahead_ms

    def page(self, zone: str) -> BoardPage | None:
        """Answer as the display's backend."""
        if zone == "b":
            state = self.state_of_b()
            return BoardPage("b", ZONE_B, self.hall, self.language, self.build, "Asia/Makassar", 7, state, self.now())
        if zone != "a":
            return None
        return BoardPage(
            "a", self.zone, self.hall, self.language, self.build, "Asia/Makassar",
            self.seq, self.state(), self.now(), self.silence_ms, self.voice, turn_ms=self.turn_ms, late_ms=self.late_ms,
            test=True,
        )  # fmt: skip

    def redirect_target(self, zone: str) -> str | None:
        """Answer as the display's backend."""
        return None

    def asset(self, path: str) -> str:
        """Answer as the display's backend."""
        return f"/assets/{self.build}/{path}"

    def state(self) -> dict[str, Any]:
        """Return the BoardState of now."""
        zone, hall = {"code": "a", "name": self.zone}, {"name": self.hall}
        return {
            "zone": zone, "hall": hall, "day": "2026-11-23", "waiting": self.waiting,
            "calls": list(self.calls), "missed": list(self.missed),
            "opening": self.opening, "notices": self.notices, "stops": self.stops,
        }  # fmt: skip

    def state_of_b(self) -> dict[str, Any]:
        """Return the BoardState of the second zone, of which a display may show the calls too."""
        return {**self.state(), "zone": {"code": "b", "name": ZONE_B}, "calls": list(self.calls_of_b), "missed": []}

    def call(self, label: str, counter: str, agency: str = "Disdukcapil", age_ms: int = 0) -> dict[str, Any]:
        """Call a ticket without publishing the call yet."""
        self.seq += 1
        times = 1 + sum(old["label"] == label for old in self.calls)
        call = {
            "seq": self.seq, "label": label, "counter": {"code": counter, "name": f"Loket {counter}"},
            "agency": agency, "service": {"id": "KTP-el"}, "language": "id", "priority": False,
            "at": self.now() - age_ms, "state": "called", "times": times,
        }  # fmt: skip
        self.calls = [call, *(old for old in self.calls if old["label"] != label)][:12]
        self.log.append(call)
        return call

    def push(self, *news: dict[str, Any], seq: int | None = None, prev: int | None = None) -> None:
        """Send the room its state, as the tailer does."""
        message: dict[str, Any] = {
            "room": "board:a", "seq": seq or self.seq, "prev": self._prev if prev is None else prev,
            "state": self.state(), "news": list(news),
        }  # fmt: skip
        self._prev = message["seq"]
        self.sockets.emit("state", message, to="board:a")

    def announce(self, label: str, counter: str, **more: Any) -> None:
        """Call a ticket and publish the room's state."""
        self.push(self.call(label, counter, **more))

    def drop(self, clean: bool) -> None:
        """Close every socket: with a close frame, or as if the cable were unplugged."""
        for sid in list(self._sids):
            server = self.sockets.server
            if clean:
                server.disconnect(sid)
            else:
                # Not eio.disconnect: that waits for a queue which nobody may be emptying any more.
                server.eio.sockets[server.manager.eio_sid_from_sid(sid, "/")].close(wait=False, abort=True)

    def close(self) -> None:
        """Stop the heartbeats."""
        self._stop.set()

    def _routes(self) -> None:
        self.app.register_blueprint(create_blueprint(self, self.bank, self.media))

        @self.app.get("/assets/<build>/<room>/<path:path>")
        def assets(build: str, room: str, path: str) -> Response:
            return send_from_directory(ROOMS[room], path)

        @self.app.get("/tests/<path:path>")
        def tests(path: str) -> Response:
            return send_from_directory(ROOT / "tests", path)

        @self.app.get("/favicon.ico")
        def favicon() -> tuple[str, int]:
            return "", 204

        @self.app.after_request
        def policy(response: Response) -> Response:
            response.headers["Content-Security-Policy"] = POLICY
            return response

    def _events(self) -> None:
        @self.sockets.on("connect")
        def connect(auth: object = None) -> None:
            self._sids.add(request.sid)

        @self.sockets.on("disconnect")
        def disconnect(reason: object = None) -> None:
            self._sids.discard(request.sid)

        @self.sockets.on("join")
        def join(message: dict[str, Any]) -> dict[str, Any] | None:
            self.joins.append(message)
            self._speaks.wait()
            if self.refuse:
                return {"ok": False, "problem": self.refuse}
            with contextlib.suppress(ValueError):  # the page hung up meanwhile
                join_room(message["room"])
            last = message["last"]
            news = [] if last is None else [call for call in self.log if call["seq"] > last]
            state, news = (self.state_of_b(), []) if message["room"] == "board:b" else (self.state(), news)
            payload = {"room": message["room"], "seq": self.seq, "at": self.now(), "state": state, "news": news}
            return {"ok": True, **payload}

        @self.sockets.on("speak")
        def speak(message: dict[str, Any]) -> dict[str, Any]:
            self.asked.append(message)
            self._speaks.wait()
            spoken = [*self.spoken, *message["spoken"]]
            return {"ok": True, "granted": self.granted, "ms": 4_000, "spoken": spoken, "at": self.now()}

        @self.sockets.on("echo")
        def echo(message: object) -> dict[str, Any]:
            return {"ok": True}

        @self.sockets.on("report")
        def report(message: dict[str, Any]) -> dict[str, Any]:
            self.reports.append(message)
            return {"ok": True}

    def beat(self) -> None:
        """Send a heartbeat to the room."""
        at = {"seq": self._prev, "head": self.seq, "at": self.now()}
        self.sockets.emit("beat", {"room": "board:a", **at, "build": self.build}, to="board:a")

    def keep_beating(self) -> None:
        """Send heartbeats until closed."""
        while not self._stop.wait(0.25):
            if not self.mute:
                self.beat()


@pytest.fixture
def fake_app(tmp_path: Path) -> Iterator[FakeApp]:
    """Return a fake app, not yet serving."""
    fake_app = FakeApp(tmp_path / "media")
    yield fake_app
    fake_app.close()


@pytest.fixture
def url(fake_app: FakeApp) -> Iterator[str]:
    """Serve the fake app; return the board's URL."""
    server = make_server("127.0.0.1", 0, fake_app.app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    threading.Thread(target=fake_app.keep_beating, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/display/a"
    fake_app.mute = False
    server.shutdown()


def catch_up(board: Page) -> None:
    """Wait until the page has received everything that the server has sent it so far."""
    status = "document.querySelector('queue-board').live.status.status"
    wait_until(lambda: board.evaluate(status) == "live", "the board", page=board)
    board.evaluate("() => document.querySelector('queue-board').live.ask('echo', undefined, 30_000)")


def look_again(board: Page) -> None:
    """Wait until the page has read its clock once more by itself, as it does each second."""
    board.evaluate(
        """() => new Promise((done) => {
          const board = document.querySelector("queue-board"), { tick } = board;
          board.tick = () => { board.tick = tick; board.tick(); done(); };
        })"""
    )


@pytest.fixture
def board(browser: Browser, url: str, fake_app: FakeApp) -> Iterator[Page]:
    """Open the board in a browser, joined to its room; every error of the page fails the test."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    page.goto(url)
    wait_until(lambda: fake_app.joins, "the board", page=page)
    yield page
    context.close()
    assert faults == []
