"""A fake app around the kiosk: its API, its rooms and a connection that can be cut."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request, send_from_directory
from flask_socketio import SocketIO, join_room
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from kiosk import create_blueprint
from kiosk.ports import KioskPage, Timings
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
KIT = ROOT / "queue_app" / "web" / "static" / "kit"
FOLDERS = {"kit": KIT, "kiosk": ROOT / "kiosk" / "static"}
CATALOGUE = json.loads((Path(__file__).parent / "catalogue.json").read_text(encoding="utf-8"))
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)
NOW = 1_795_401_720_000  # Monday 23 November 2026, 10:42 in Bali
QUICK = Timings(settle=0, retry=150, grace=300)


class Cable:
    """A TCP proxy to a port that can be cut and restored while the page is in use."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.mend()

    def mend(self) -> None:
        """Listen (again) on the same port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse new connections and drop those there are."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            ends = {near: far, far: near}
            while True:
                for end in select.select([near, far], [], [])[0]:
                    data = end.recv(65_536)
                    if not data:
                        raise OSError
                    ends[end].sendall(data)
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()


def _ahead(waiting: int) -> dict[str, Any]:
    """Return people ahead and the wait of a line; no values where 4 wait."""
    low = 5 * (waiting // 2)
    return {"ahead": waiting, "range": None if waiting == 4 else [low, low + 15]}


@dataclass
class Hall:
    """State of the fake app, for a test to set and to count."""

    catalogue: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CATALOGUE))
    timings: Timings = QUICK
    job: str | None = "queued"
    """State of a new ticket's paper; None: no printer."""
    jobs: list[str] = field(default_factory=lambda: ["sending", "printed"])
    """States that the page hears one after the other; the last one stays. With a place after a comma."""
    answered: list[str] = field(default_factory=list)
    """The states after the visitor has said whether the paper came out; none: as before."""
    taken: bool | None = None
    """Whether the slip was taken from the presenter; None: the printer cannot report it."""
    said: list[bool] = field(default_factory=list)
    """Whether the paper came out, as visitors said."""
    lists: list[int] = field(default_factory=list)
    """Services whose documents were to be printed."""
    problem: dict[str, Any] | None = None
    before_answer: Callable[[], object] = lambda: None
    build: str = "dev"
    """What the room's beat announces."""
    kiosk_state: dict[str, Any] = field(default_factory=dict)
    seq: int = 1
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    cable: Cable | None = None
    sockets: SocketIO | None = None

    def __post_init__(self) -> None:
        """Give every service a line."""
        ids = [service["id"] for agency in self.catalogue["agencies"] for service in agency["services"]]
        services = {
            str(service_id): {"waiting": service_id * 7 % 13, **_ahead(service_id * 7 % 13), "open": True}
            for service_id in ids
        }
        self.kiosk_state = {"services": services, "printer": "ready"}

    @property
    def url(self) -> str:
        """Address of the fake app behind the cuttable connection."""
        assert self.cable is not None
        return f"http://127.0.0.1:{self.cable.port}"

    def service(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return agency and service with this id."""
        return next((a, s) for a in self.catalogue["agencies"] for s in a["services"] if s["id"] == number)

    def publish(self) -> None:
        """Send the kiosk's state to its room."""
        assert self.sockets is not None
        prev, self.seq = self.seq, self.seq + 1
        message = {"room": "kiosk:utama", "seq": self.seq, "prev": prev, "state": self.kiosk_state, "news": []}
        self.sockets.emit("state", message, to="kiosk:utama")

    def page(self, code: str) -> KioskPage | None:
        """Return the page of the one kiosk there is."""
        if code != "utama":
            return None
        return KioskPage(
            code=code, name="Kiosk utama", language="id", build="dev", time_zone="Asia/Makassar",
            hall_name=self.catalogue["hall"]["name"], catalogue=self.catalogue, seq=self.seq,
            state=self.kiosk_state, now_ms=NOW, timings=self.timings,
        )  # fmt: skip

    def redirect_target(self, code: str) -> str | None:
        """Answer as the kiosk's backend."""
        return None

    def asset(self, path: str) -> str:
        """Return the address of a static file."""
        return f"/assets/dev/{path}"

    def issue(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Issue a ticket once per key."""
        if key not in self.tickets:
            agency, service = self.service(body["service"])
            label = f"{service['series']}-{len(self.tickets) + 12:03d}"
            ticket = {
                "label": label, "state": "waiting", "service": {"id": service["id"], "name": service["name"]},
                "agency": {"short": agency["short"], "name": agency["name"]}, "zone": service["zone"],
                "priority": body["class"] == "priority", "language": body["language"], "issued_at": NOW,
                "called_at": None, "ahead": 6, "range": [20, 35], "promised": [20, 35], "counter": None,
                "token": f"t{key[:8]}", "url": f"http://192.168.10.2:8000/t/{key[:8]}", "day": "2026-11-23",
            }  # fmt: skip
            job = None if self.job is None else {"id": len(self.tickets) + 1, "state": self.job}
            self.tickets[key] = {"ticket": ticket, "print_job": job}
        return self.tickets[key]


def _api(app: Flask, hall: Hall) -> None:
    @app.post("/api/v1/tickets")
    def tickets() -> tuple[Response, int]:
        key, body = request.headers["Idempotency-Key"], request.get_json()
        hall.posts.append((key, body))
        if hall.problem:
            return jsonify(hall.problem), hall.problem["status"]
        existing = key in hall.tickets
        answer = hall.issue(key, body)
        hall.before_answer()
        return jsonify(answer), 200 if existing else 201

    @app.get("/api/v1/tickets/<token>/print-jobs")
    def print_jobs(token: str) -> Response:
        state, _, place = (hall.jobs.pop(0) if len(hall.jobs) > 1 else hall.jobs[0]).partition(",")
        copy = 1 + hall.said.count(False)
        names = {"id": place, "en": place} if place else None
        job = {"id": 1, "copy": copy, "state": state, "detail": "", "place": names, "taken": hall.taken}
        return jsonify(print_jobs=[job])

    @app.post("/api/v1/tickets/<token>/print-confirmation")
    def paper(token: str) -> Response:
        hall.said.append(request.get_json()["printed"])
        hall.jobs = hall.answered or hall.jobs
        return jsonify(id=2, state="queued")

    @app.post("/api/v1/kiosks/<code>/checklists")
    def checklist(code: str) -> Response:
        hall.lists.append(request.get_json()["service"])
        return jsonify(id=7, state="queued")

    @app.get("/api/v1/kiosks/<code>/checklists/<int:job>")
    def checklist_state(code: str, job: int) -> Response:
        return jsonify(id=job, copy=1, state=hall.jobs[-1], detail="")

    @app.post("/api/v1/tickets/<token>/cancel")
    def cancel(token: str) -> Response:
        hall.cancelled.append(token)
        return jsonify({})

    @app.get("/api/v1/catalogue")
    def catalogue() -> Response:
        return jsonify(hall.catalogue)


def _sockets(app: Flask, hall: Hall) -> SocketIO:
    sockets = SocketIO(app, async_mode="threading", cors_allowed_origins="*", transports=["websocket"])

    @sockets.on("join")
    def join(message: dict[str, Any]) -> dict[str, Any]:
        with contextlib.suppress(ValueError):  # the page hung up meanwhile
            join_room(message["room"])
        beat = {"room": message["room"], "seq": hall.seq, "head": hall.seq, "at": NOW, "build": hall.build}
        sockets.emit("beat", beat, to=request.sid)
        return {"ok": True, "room": message["room"], "seq": hall.seq, "state": hall.kiosk_state, "news": []}

    return sockets


def build_app(hall: Hall) -> Flask:
    """Build the fake app: the kiosk's blueprint, the API it calls, its room and its static files."""
    app = Flask("fake_app")
    app.register_blueprint(create_blueprint(hall))
    hall.sockets = _sockets(app, hall)
    _api(app, hall)

    @app.get("/assets/<build>/<name>/<path:path>")
    def asset(build: str, name: str, path: str) -> Response:
        return send_from_directory(FOLDERS[name], path, max_age=31_536_000)

    @app.get("/blank")
    def blank() -> str:
        return "<!doctype html><title>blank</title>"

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def serve(app: Flask) -> BaseWSGIServer:
    """Serve an app from a thread on a free port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@pytest.fixture
def hall() -> Iterator[Hall]:
    """Serve a hall like MPP Tabanan's through a proxy that can be cut."""
    hall = Hall()
    server = serve(build_app(hall))
    hall.cable = Cable(server.server_port)
    yield hall
    hall.cable.cut()
    server.shutdown()
    server.server_close()


PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1280, "height": 800}


@pytest.fixture(params=[PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """Return the sizes of portrait and landscape kiosks."""
    return dict(request.param)


class Visitor:
    """A person at the kiosk: opens the page, touches words, reads the screen."""

    def __init__(self, page: Page, hall: Hall) -> None:
        self.page = page
        self.hall = hall
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def arrive(self, **timings: int) -> None:
        """Open the page, with other timings if a test needs them."""
        self.hall.timings = Timings(**{**{n: getattr(QUICK, n) for n in QUICK.__dataclass_fields__}, **timings})
        self.page.goto(f"{self.hall.url}/kiosk/utama")
        self.page.wait_for_selector(".tile")

    def touch(self, words: str) -> None:
        """Touch the button that bears these words."""
        self.page.get_by_role("button", name=words).first.tap()

    def at(self, screen: str, seconds: float = 30) -> None:
        """Wait until this screen is shown."""
        self.page.wait_for_selector(f"main.at-{screen}", timeout=seconds * 1000)

    def to_class(self, service: str = "Pengambilan dokumen") -> None:
        """Go to the last question."""
        self.touch("Disdukcapil")
        self.touch(service)
        self.at("class")

    def says(self, words: str) -> None:
        """Wait until these words are on the screen."""
        expect(self.page.locator("queue-kiosk")).to_contain_text(words, use_inner_text=True)

    def wait_for(self, script: str) -> None:
        """Wait until something is true of the page's element, `kiosk`."""
        ask = f"((kiosk) => {script})(document.querySelector('queue-kiosk'))"
        wait_until(lambda: self.page.evaluate(ask), script, page=self.page)

    def tick(self) -> None:
        """Wait until the page has looked at its clock, and so has done whatever was due."""
        now = self.page.evaluate("document.querySelector('queue-kiosk').now")
        self.wait_for(f"kiosk.now > {now}")

    def text(self) -> str:
        """Return the words of the screen."""
        return self.page.inner_text("queue-kiosk")


@pytest.fixture
def visitor(browser: Browser, hall: Hall, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Open the kiosk as a visitor, at a portrait kiosk, or at the test's `size`."""
    viewport = request.getfixturevalue("size") if "size" in request.fixturenames else PORTRAIT
    context = browser.new_context(viewport=viewport, has_touch=True, reduced_motion="reduce", locale="id-ID")
    context.set_default_timeout(30_000)
    visitor = Visitor(context.new_page(), hall)
    yield visitor
    context.close()
    assert visitor.faults == []


@pytest.fixture
def module(browser: Browser, hall: Hall) -> Iterator[Callable[[str, str, Any], Any]]:
    """Call a pure function of one of the page's modules: `module("menu.js", "paged", [items, 0])`."""
    page = browser.new_page()
    page.goto(f"{hall.url}/blank")

    def call(file: str, name: str, arguments: list[Any]) -> Any:
        script = "([f, n, a]) => import(`/assets/dev/kiosk/${f}`).then((m) => m[n](...a))"
        return page.evaluate(script, [file, name, arguments])

    yield call
    page.close()
