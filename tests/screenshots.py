"""`python3 -m tests.screenshots`: take the pictures of the documentation from the running product.

Starts the demo server on a free loopback port with a fresh data folder, lets a morning go by, walks through the real
pages with a browser, and writes docs/pictures/*.png. Look at each picture before you keep it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queue_app import bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from queue_app.domain.staff import Officer
    from queue_app.store.unit_of_work import Store

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium-headless-shell"
PASSWORD = "antrean-tabanan"
MOST_BYTES = 1_500_000
# Every letter and picture is there, and nothing that comes to an end is moving.
DRAWN = """() => document.fonts.status === "loaded" && [...document.images].every((one) => one.complete)
  && document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""

MINUTES = 95
STEP = timedelta(seconds=20)
ARRIVALS_A_MINUTE = 1.7
# Weight of an agency among the visits; the population office has most of them.
SHARES = {"disdukcapil": 38, "bkd": 20, "dpmptsp": 12, "bpjs-kesehatan": 12, "pertanahan": 7, "bpd-bali": 7}
OTHERS = 2.5
PRIORITY, NO_SHOW = 0.12, 0.06
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class StaffedCounter:
    """An officer at a counter in the simulated morning: the next action, and when."""

    counter_id: int
    officer: Officer
    token: str
    ticket: int | None = None
    service_id: int = 0
    serving: bool = False
    due: datetime = BEFORE_ALL


class Morning:
    """The hour and a half before the pictures: the product's own actions, carried out at earlier moments."""

    def __init__(self, store: Store, end: datetime) -> None:
        self.store = store
        self.now = end - timedelta(minutes=MINUTES)
        self.end = end
        self.dice = random.Random(7)
        self.tokens: dict[str, str] = {}
        self.staffed: dict[str, StaffedCounter] = {}
        with store.read() as connection:
            self.catalogue = store.catalogue(connection)
        self.services = list(self.catalogue.services.values())
        sizes = Counter(service.agency_id for service in self.services)
        self.weights = [
            SHARES.get(self.catalogue.agencies[service.agency_id].code, OTHERS) / sizes[service.agency_id]
            for service in self.services
        ]

    def play(self, usernames: dict[str, list[str]]) -> None:
        """Open the counters, and let visitors come and be served until the end."""
        self._open(usernames)
        while self.now < self.end:
            self.now += STEP
            if self.dice.random() < ARRIVALS_A_MINUTE * STEP.total_seconds() / 60:
                self._issue()
            for staffed in self.staffed.values():
                if staffed.due <= self.now:
                    self._work(staffed)

    def _open(self, usernames: dict[str, list[str]]) -> None:
        from queue_app.services.accounts.sessions import sign_in
        from queue_app.services.queue.counters import open_counter

        free = {agency: list(names) for agency, names in usernames.items()}
        for counter in self.catalogue.counters.values():
            agency = self.catalogue.agencies[counter.agency_id or 0].code
            if free[agency]:
                name = free[agency].pop(0)
                token, officer = sign_in(self.store, name, PASSWORD, "127.0.0.1", self.now)
                open_counter(self.store, officer, counter.id, self.now, take_over=False)
                self.staffed[counter.code] = StaffedCounter(counter.id, officer, token)

    def _issue(self) -> None:
        from queue_app.domain.ticket import TicketClass
        from queue_app.services.queue.issuing import IssueRequest, issue

        service = self.dice.choices(self.services, self.weights)[0].id
        kind = TicketClass.PRIORITY if self.dice.random() < PRIORITY else TicketClass.REGULAR
        request = IssueRequest(service, kind, "id", None, f"morning-{len(self.tokens):05d}")
        ticket = issue(self.store, request, self.now, "http://127.0.0.1").ticket
        self.tokens[ticket.label] = ticket.token

    def _work(self, staffed: StaffedCounter) -> None:
        from queue_app.domain.ticket import Verb
        from queue_app.services.queue.calling import act_on_ticket

        def act(verb: Verb) -> None:
            assert staffed.ticket is not None
            act_on_ticket(self.store, staffed.officer, staffed.counter_id, staffed.ticket, verb, self.now)

        if staffed.ticket is not None and not staffed.serving:
            if self.dice.random() < NO_SHOW:
                act(Verb.RECALL)  # nobody is given up after a single call
                act(Verb.NO_SHOW)
                staffed.ticket = None
            else:
                act(Verb.START)
                staffed.serving = True
                usual = self.catalogue.services[staffed.service_id].minutes
                staffed.due = self.now + timedelta(minutes=usual * self.dice.lognormvariate(-0.1, 0.45))
                return
        self._next(staffed, act)

    def _next(self, staffed: StaffedCounter, act: Any) -> None:
        from queue_app.domain.errors import Refusal
        from queue_app.domain.ticket import Verb
        from queue_app.services.queue.calling import call_next
        from queue_app.store import queries

        try:
            call_next(self.store, staffed.officer, staffed.counter_id, self.now)
        except Refusal:  # nobody waits
            if staffed.serving:
                act(Verb.COMPLETE)
            staffed.ticket, staffed.serving = None, False
            return
        with self.store.read() as connection:
            called = queries.current_tickets(connection, [staffed.counter_id])[staffed.counter_id]
        staffed.ticket, staffed.service_id = called.id, called.service_id
        staffed.serving = False
        staffed.due = self.now + timedelta(seconds=self.dice.choice((20, 40, 60)))

    def leave(self, code: str) -> None:
        """Finish at one counter and close it, so that its officer can open it in the browser."""
        from queue_app.domain.ticket import Verb
        from queue_app.services.accounts.sessions import sign_out
        from queue_app.services.queue.calling import act_on_ticket

        staffed = self.staffed.pop(code)
        if staffed.ticket is not None:
            verbs = (Verb.COMPLETE,) if staffed.serving else (Verb.START, Verb.COMPLETE)
            for verb in verbs:
                act_on_ticket(self.store, staffed.officer, staffed.counter_id, staffed.ticket, verb, self.end)
        sign_out(self.store, staffed.officer, self.end)


def play_morning(folder: Path) -> Morning:
    """Make a fresh demo hall in `folder`, and simulate the hours before now in it."""
    from queue_app.cli.database import demo_plan
    from queue_app.config import Settings
    from queue_app.store.database import open_engine
    from queue_app.store.unit_of_work import Store

    command(folder, "db", "upgrade", "--demo")
    usernames: dict[str, list[str]] = {}
    for officer in demo_plan()["officers"]:
        usernames.setdefault(officer["agency"], []).append(officer["username"])
    engine = open_engine(Settings(data_dir=folder).database)
    morning = Morning(Store(engine), datetime.now(UTC))
    morning.play(usernames)
    morning.leave("1")
    engine.dispose()
    return morning


def command(folder: Path, *words: str) -> None:
    """Run one command of the product on this data folder."""
    subprocess.run([sys.executable, "-m", "queue_app.cli", *words, "--data-dir", str(folder)], cwd=ROOT, check=True)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start the demo server on a free port. Return its address."""
    from tests.waiting import wait_until

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["demo", "--port", str(port), "--data-dir", str(folder)]
    server = subprocess.Popen([sys.executable, "-m", "queue_app.cli", *arguments], cwd=ROOT)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(base), "the server")
        yield base
    finally:
        server.terminate()
        server.wait(20)


def answers(base: str) -> bool:
    """Whether the server is there."""
    with contextlib.suppress(OSError):
        call(base, "GET", "/health")
        return True
    return False


def call(base: str, method: str, path: str, body: object = None, token: str | None = None) -> Any:
    """Send one API request. Return its JSON."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/api/v1{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


class Pictures:
    """Takes pictures with one browser, and keeps them small."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.total = 0

    def page(self, path: str, width: int, height: int, scale: float = 1) -> Page:
        """Open a page in a browser context of its own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale="id-ID"
        )
        page = context.new_page()
        page.goto(self.base + path)
        return page

    def take(self, page: Page, name: str, width: int) -> None:
        """Save what the page shows once it is all there, as wide as the documentation needs it."""
        from tests.waiting import wait_until

        wait_until(lambda: page.evaluate(DRAWN), "the whole page", page=page)
        self.save(page.screenshot(), name, width)

    def save(self, picture: bytes, name: str, width: int) -> None:
        """Shrink a picture and save it with few colours."""
        from PIL import Image

        image = Image.open(io.BytesIO(picture)).convert("RGB")
        if width < image.width:
            image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        few = image.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
        path = PICTURES / f"{name}.png"
        few.save(path, optimize=True)
        self.total += path.stat().st_size
        print(f"  {path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB", flush=True)


def at_the_kiosk(pictures: Pictures, folder: Path) -> None:
    """Take a number as a visitor: the menu, the documents, the number, and the slip."""
    from tests.waiting import until_touches_count, wait_until

    page = pictures.page("/kiosk/utama", 1080, 1920)
    page.wait_for_selector(".tile")
    wait_until(lambda: page.evaluate("document.querySelector('queue-kiosk').link.status") == "live", page=page)
    pictures.take(page, "kiosk", 540)

    def touch(choice: str) -> None:
        until_touches_count(page)
        page.click(choice)

    touch(".tile >> nth=0")
    touch(".row >> nth=1")
    touch(".row.check >> nth=0")
    touch(".row.check >> nth=1")
    pictures.take(page, "kiosk-documents", 540)
    touch(".answers .primary")
    touch(".kind.priority")
    page.wait_for_selector(".paper.ready")
    pictures.take(page, "kiosk-number", 540)
    newest = max((folder / "preview").glob("*.png"), key=lambda path: int(path.stem))
    pictures.save(newest.read_bytes(), "ticket", 400)
    page.context.close()


def at_the_counter(pictures: Pictures, morning: Morning) -> None:
    """Open and call at Loket 1: the officer's page, the display and the called visitor's phone."""
    officer = pictures.page("/counter/sign-in", 1366, 768)
    officer.fill("#username", "dukcapil1")
    officer.fill("#password", PASSWORD)
    officer.click("button.submit")
    officer.wait_for_selector(".pick")
    officer.click(".pick >> nth=0")
    officer.wait_for_selector("officer-counter .button, officer-counter button")
    officer.wait_for_selector(".bar .status.live")
    first = call(pictures.base, "GET", "/services/1/line")["state"]["order"][0]
    phone = pictures.page(f"/t/{morning.tokens[first]}", 390, 844, 2)
    display = pictures.page("/display/utara", 1920, 1080)
    phone.wait_for_selector(".connection.live")
    pictures.take(phone, "phone-waiting", 390)
    officer.keyboard.press("n")
    phone.wait_for_selector(".now.called")
    display.wait_for_selector(".hero[data-calling=true]")
    pictures.take(display, "display", 1280)
    pictures.take(phone, "phone-called", 390)
    officer.keyboard.press("s")
    officer.wait_for_selector("text=00:07")  # of the visit
    pictures.take(officer, "officer", 1100)
    for page in (officer, phone, display):
        page.context.close()


def main() -> int:
    """Take all pictures. Return 1 if they are too large together."""
    bootstrap.ensure_environment(("test",))
    from playwright.sync_api import sync_playwright

    os.environ.pop("QUEUE_APP_DATABASE_URL", None)
    PICTURES.mkdir(parents=True, exist_ok=True)
    flags = ["--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not work for root
    with tempfile.TemporaryDirectory(prefix="queue-app-pictures-") as name, sync_playwright() as playwright:
        folder = Path(name)
        morning = play_morning(folder)
        with running(folder) as base:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            pictures = Pictures(browser, base)
            at_the_kiosk(pictures, folder)
            at_the_counter(pictures, morning)
            browser.close()
    print(f"{pictures.total // 1024} KB in all")
    return 1 if pictures.total > MOST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
