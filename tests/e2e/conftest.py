"""API clients written from its document alone, and users at the screens of the hall."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
import socketio
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect
from pyzbar.pyzbar import decode
from sqlalchemy import update

from queue_app.store import tables as t
from queue_app.store.database import open_engine
from tests.conftest import DEMO_PASSWORD, RunningServer
from tests.waiting import until_touches_count, wait_until


class Api:
    """The HTTP API at one address; remembers a bearer token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.token: str | None = None
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method: str, path: str, body: object = None, *, key: str | None = None) -> tuple[int, Any]:
        """Send one request. Return (status, JSON). Raises OSError or HTTPException when the server is away."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        try:
            self._connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return response.status, json.loads(text) if text else None

    def sign_in(self, username: str, password: str = "antrean-tabanan") -> Api:
        """Sign in and keep the token."""
        status, answer = self.call("POST", "/session", {"username": username, "password": password})
        assert status == 200, answer
        self.token = answer["token"]
        return self

    def issue(self, service: int, key: str | None = None, **more: object) -> dict[str, Any]:
        """Issue a ticket. Return the whole response."""
        status, answer = self.call("POST", "/tickets", {"service": service, **more}, key=key)
        assert status in (200, 201), answer  # 200: a repeat with the same key
        issued: dict[str, Any] = answer
        return issued

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Listener:
    """One room on one websocket, kept by the rules every page keeps: newer states only, rejoin on any doubt."""

    def __init__(self, port: int, room: str) -> None:
        self.room = room
        self.seq: int | None = None
        self.state: dict[str, Any] = {}
        self.seqs: list[int] = []
        self.news: list[int] = []
        self.labels: list[str] = []
        self.beats = 0
        self.joins = 0
        self._lock = threading.Lock()
        self._client = socketio.Client(
            reconnection_delay=0.3, reconnection_delay_max=1, randomization_factor=0.2, logger=False
        )
        self._wires: list[Any] = []
        self._client.on("connect", self.join)
        self._client.on("state", self._hear)
        self._client.on("beat", self._beat)
        self._client.connect(f"http://127.0.0.1:{port}", transports=["websocket"])
        self.wait(lambda: self.seq is not None, "the first state")

    def join(self) -> None:
        """Join the room from a known position."""
        self._wires.append(self._client.eio.ws)
        self._client.emit("join", {"room": self.room, "last": self.seq}, callback=self._joined)

    def _joined(self, answer: dict[str, Any]) -> None:
        self.joins += 1
        if answer["ok"]:
            self._take(answer)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["room"] != self.room:
            return
        if self.seq is not None and message["prev"] > self.seq:
            self.join()
        self._take(message)

    def _beat(self, message: dict[str, Any]) -> None:
        self.beats += 1
        if self.seq is None or message["seq"] > self.seq:
            self.join()

    def _take(self, message: dict[str, Any]) -> None:
        with self._lock:
            if self.seq is None or message["seq"] > self.seq:
                self.seq, self.state = message["seq"], message["state"]
                self.seqs.append(message["seq"])
            for call in message["news"]:
                if call["seq"] not in self.news:
                    self.news.append(call["seq"])
                    self.labels.append(call["label"])

    def wait(self, condition: Callable[[], object], what: str, seconds: float = 40) -> None:
        """Wait until `condition` holds."""

        def said() -> str:
            return f"{what} in {self.room}; last {self.seq}: {json.dumps(self.state)[:500]}"

        wait_until(condition, said, seconds=seconds)

    def close(self) -> None:
        """Hang up."""
        self._client.disconnect()
        self._client.shutdown()
        for wire in self._wires:  # the library forgets the sockets of connections that the server broke off
            if wire is not None:
                wire.shutdown()


@pytest.fixture
def api() -> Iterator[Callable[[int], Api]]:
    """Return a factory of API clients for a port."""
    opened: list[Api] = []

    def make(port: int) -> Api:
        opened.append(Api(port))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def listen() -> Iterator[Callable[[int, str], Listener]]:
    """Return a factory of socket clients for a port and a room."""
    opened: list[Listener] = []

    def make(port: int, room: str) -> Listener:
        opened.append(Listener(port, room))
        return opened[-1]

    yield make
    for listener in opened:
        listener.close()


# --- a hall with printers, shared by the tests of a module

EXPECT_MS = 30_000


def set_printers(url: str, **addresses: str) -> None:
    """Change the addresses of a hall's printers, by their code. Takes effect when the server starts."""
    engine = open_engine(url)
    with engine.begin() as connection:
        for code, address in addresses.items():
            connection.execute(update(t.printer).where(t.printer.c.code == code).values(url=address))
    engine.dispose()


def set_long_names(url: str) -> None:
    """Give everything in a hall the longest name allowed. Takes effect when the server starts."""
    long = "Penerbitan dokumen kependudukan, pertanggungjawaban dan ketenagakerjaan bagi penduduk rentan di desa"
    names = dict.fromkeys(("id", "en", "ban"), f"{long} Kabupaten Tabanan")
    engine = open_engine(url)
    with engine.begin() as connection:
        for table in (t.agency, t.service, t.zone):
            connection.execute(update(table).values(name=names))
        connection.execute(update(t.agency).values(short=long[:40]))
        connection.execute(update(t.counter).values(name=f"Loket {long}"[:60]))
        for machine in (t.kiosk, t.staff):
            connection.execute(update(machine).values(name=long[:80]))
        connection.execute(update(t.hall).values(footer=names))
    engine.dispose()


def set_policy(url: str, **values: object) -> None:
    """Set the rules of calling of a hall. Takes effect when the server starts."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(update(t.hall).values(policy=values))
    engine.dispose()


@pytest.fixture(scope="module")
def hall(sqlite_hall: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Start a server for a whole module, with printers that draw pictures: each test keeps to counters of its own."""
    folder = tmp_path_factory.mktemp("hall")
    url = f"sqlite:///{shutil.copy(sqlite_hall, folder / 'queue.db')}"
    preview = f"preview://{folder / 'preview'}"
    set_printers(url, utama=preview, lobi=preview)
    # Nobody waits for the clock here: a number may be called again, or given up, at once.
    set_policy(url, recall_interval_s=0, calls_before_no_show=1)
    server = RunningServer(url, folder).start()
    yield server
    server.kill()  # nobody is left to say goodbye to


# --- screens and the people at them

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
KIOSK: dict[str, Any] = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
BOARD: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
# The browser writes these by itself about answers that are refusals, and about a server that is away.
NETWORK = re.compile(r"Failed to load resource: |WebSocket connection to '")


class Screens:
    """The screens of one test, each with a browser profile of its own; their errors are collected."""

    def __init__(self, browser: Browser) -> None:
        self.faults: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(self, url: str | None = None, **shape: Any) -> Page:
        """Open a page in a profile of its own, at an address if one is given."""
        context = self._browser.new_context(**{"reduced_motion": "reduce", "locale": "id-ID", **shape})
        context.set_default_timeout(EXPECT_MS)
        context.on("console", lambda line: self._heard(line.type, line.text))
        context.on("weberror", lambda problem: self.faults.append(str(problem.error)))
        context.on("response", lambda answer: self._answered(answer.status, answer.url))
        self._contexts.append(context)
        page = context.new_page()
        if url is not None:
            page.goto(url)
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and not NETWORK.match(text):
            self.faults.append(text)

    def _answered(self, status: int, url: str) -> None:
        if status >= 500 or (status >= 400 and "/assets/" in url):
            self.faults.append(f"{status} {url}")

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def screens(browser: Browser) -> Iterator[Screens]:
    """Open screens; errors in a console, exceptions and breaches of the content policy fail the test."""
    expect.set_options(timeout=EXPECT_MS)
    opened_screens = Screens(browser)
    yield opened_screens
    opened_screens.close()
    assert opened_screens.faults == []


def tab_to(page: Page, words: str, presses: int = 90) -> None:
    """Press Tab until a control with these words as one of its lines is focused."""
    script = "(words) => document.activeElement.innerText?.split('\\n').map((line) => line.trim()).includes(words)"
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate(script, words):
            return
    pytest.fail(f"Tab never reached “{words}”")


def qr_of(picture: bytes) -> str:
    """Decode the one QR code of a picture."""
    (code,) = decode(Image.open(BytesIO(picture)))
    return str(code.data.decode())


class Kiosk:
    """A visitor at a kiosk, who touches words and reads the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.locator(".tile").first).to_be_visible()

    def touch(self, words: str) -> None:
        """Touch the button with these words."""
        until_touches_count(self.page)
        self.page.get_by_role("button", name=words).first.tap()

    def to_class(self, agency: str = "Disdukcapil", service: str = "KTP-el") -> None:
        """Answer everything up to the last question."""
        self.touch(agency)
        self.touch(service)
        if self.page.locator("main.at-documents").count():
            self.touch("Lengkap, lanjut")
        expect(self.page.locator("main.at-class")).to_be_visible()

    def take(self, agency: str = "Disdukcapil", service: str = "KTP-el", kind: str = "Reguler") -> str:
        """Issue a ticket. Return the number as the screen shows it."""
        self.to_class(agency, service)
        self.touch(kind)
        return self.page.locator(".slip .label").inner_text()

    def address(self) -> str:
        """Decode the QR code on the screen."""
        return qr_of(self.page.locator(".follow").screenshot())


class OfficerBrowser:
    """An officer at a computer, who uses its keyboard."""

    ACTS: ClassVar = {
        **{"n": "next", " ": "next", "r": "recall", "s": "start", "c": "complete", "x": "no_show", "h": "hold"},
        **{"t": "transfer", "e": "change", "d": "cancel", "b": "note", "u": "undo", "a": "held", "m": "missed"},
        **{"g": "call", "w": "serve_direct", "i": "issue", "z": "stops", "p": "pause", "o": "hand_over"},
        **{"k": "reprint", "l": "close", "?": "help"},
    }

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.status = page.locator(".bar .status")
        self.label = page.locator(".desk .big")
        self.life = page.locator(".desk .life strong")
        self.sheet = page.locator("dialog.sheet[open]")

    def sign_in(self, username: str, password: str = DEMO_PASSWORD) -> OfficerBrowser:
        """Fill in the form."""
        self.page.goto(f"{self.base}/counter")
        self.enter(username, password)
        return self

    def enter(self, username: str, password: str) -> None:
        """Type name and password into the form on the screen."""
        field = self.page.locator("#username")
        field.focus()
        field.press("Control+A")
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")

    def open_counter(self, counter: str) -> OfficerBrowser:
        """Open a counter by its name, such as “Loket 1”."""
        expect(self.page.locator(".pick").first).to_be_visible()
        tab_to(self.page, counter)
        self.page.keyboard.press("Enter")
        self.at_work()
        return self

    def at_work(self) -> None:
        """Wait for the work page with live data."""
        expect(self.page.locator(".desk")).to_be_visible()
        expect(self.status).to_have_class(re.compile(r"\blive\b"))

    def press(self, *keys: str) -> None:
        """Press keys, each once its action's button is enabled."""
        for key in keys:
            expect(self.button(self.ACTS[key])).to_have_attribute("aria-disabled", "false")
            self.page.keyboard.press(key)

    def ask(self, key: str, *answers: str) -> Locator:
        """Press the key of an action that asks first, and then the keys that answer. Return the dialog."""
        self.press(key)
        expect(self.sheet).to_be_visible()
        expect(self.sheet.locator(".sheet-wait")).to_have_count(0)
        for answer in answers:
            self.page.keyboard.press(answer)
        return self.sheet

    def answered(self) -> None:
        """Wait until the dialog is closed and its action is done."""
        expect(self.sheet).to_have_count(0)
        self.settled()

    def settled(self) -> None:
        """Wait until no action is under way: meanwhile the page accepts no other."""
        expect(self.page.locator(".busy")).to_have_count(0)

    def button(self, act: str) -> Locator:
        """Find the button of an action."""
        return self.page.locator(f"[data-act={act}]")


class Line:
    """The socket of a page that is not open yet, to be cut while it is in use."""

    def __init__(self, page: Page) -> None:
        self._is_cut = False
        self._wires: list[WebSocketRoute] = []
        page.route_web_socket(re.compile(r"/socket\.io/"), self._connect)

    def _connect(self, wire: WebSocketRoute) -> None:
        if self._is_cut:
            wire.close()
            return
        wire.connect_to_server()
        self._wires.append(wire)

    def cut(self) -> None:
        """Cut the connection, and let no new one through."""
        self._is_cut = True
        for wire in self._wires:
            wire.close()


@contextlib.contextmanager
def held_up(page: Page, path: str, meanwhile: Callable[[], object]) -> Iterator[None]:
    """Run something in the hall after a page has sent a request and before the server gets it."""

    def pass_on(route: Any) -> None:
        meanwhile()
        route.continue_()

    page.route(f"**{path}", pass_on)
    yield
    page.unroute(f"**{path}")
