"""A visitor's phone with the real server: the line moves, the call comes, and other visitors' data stay hidden."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import PHONE, Api, Screens

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
Json = dict[str, Any]


class Officer:
    """An officer who works by the API."""

    def __init__(self, client: Api, username: str, counter: int) -> None:
        self._client = client.sign_in(username)
        self._counter = counter
        self._post("open", {})

    def _post(self, act: str, body: Json) -> Json:
        status, state = self._client.call("POST", f"/counters/{self._counter}/{act}", body)
        assert status == 200, state
        answer: Json = state
        return answer

    def call_next(self) -> str:
        """Call the next ticket. Return its label."""
        return str(self._post("call-next", {})["ticket"]["label"])

    def act(self, *names: str) -> None:
        """Act on the current ticket."""
        for name in names:
            ticket = self._client.call("GET", f"/counters/{self._counter}")[1]["ticket"]["id"]
            self._post(name, {"ticket": ticket})

    def undo(self) -> None:
        """Undo the last action."""
        self._post("undo", {"ticket": self._client.call("GET", f"/counters/{self._counter}")[1]["undo"]["ticket"]})

    def serve(self) -> str:
        """Call, serve and complete one ticket."""
        label = self.call_next()
        self.act("start", "complete")
        return label


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


@pytest.fixture
def officer(hall: RunningServer, api: Any) -> Any:
    """Return a function that opens a counter for an officer: `officer("pos1", 25)`."""
    return lambda username, counter: Officer(api(hall.port), username, counter)


def take(client: Api, service: int, count: int = 1) -> list[Json]:
    return [client.issue(service)["ticket"] for _ in range(count)]


def service_of(client: Api, code: str) -> int:
    """Return the id of a service."""
    agencies = client.call("GET", "/catalogue")[1]["agencies"]
    return next(int(s["id"]) for agency in agencies for s in agency["services"] if s["code"] == code)


def is_live(page: Page) -> None:
    expect(page.locator(".connection.live")).to_be_visible()


def test_the_line_goes_down_and_the_call_comes(client: Api, officer: Any, screens: Screens) -> None:
    tickets = take(client, 30, 4)
    at_counter = officer("dinsos1", 7)
    phone = screens.open(tickets[3]["url"], **PHONE)
    for left in (3, 2, 1):
        expect(phone.locator(".ahead .number")).to_have_text(str(left))
        expect(phone).to_have_title(f"{left} lagi · {tickets[3]['label']}")
        assert at_counter.serve() == tickets[3 - left]["label"]
    expect(phone.locator(".next-up")).to_have_text("Anda berikutnya")
    at_counter.call_next()
    expect(phone.locator(".now.called .counter-code")).to_have_text("7")
    expect(phone.locator("[aria-live=assertive]")).to_have_text(f"Nomor {tickets[3]['label']}, silakan menuju loket 7.")
    expect(phone).to_have_title(f"▶ Loket 7 · {tickets[3]['label']}")
    at_counter.act("recall")
    expect(phone.locator(".now.called")).to_contain_text("Panggilan ke-2")
    at_counter.act("start")
    expect(phone.locator(".now.serving")).to_contain_text("Anda sedang dilayani di loket 7")
    expect(phone.get_by_role("button", name="Batalkan antrean")).to_have_count(0)
    at_counter.act("complete")
    expect(phone.locator(".now.served")).to_contain_text("Terima kasih")


def test_a_phone_in_a_pocket_is_told_by_sound_buzz_and_title(client: Api, officer: Any, screens: Screens) -> None:
    (own,) = take(client, service_of(client, "kirim-surat-paket"))
    phone = screens.open(**PHONE)
    phone.clock.install()
    phone.add_init_script("navigator.vibrate = (pattern) => { (window.__buzz ??= []).push(pattern); return true; };")
    phone.goto(own["url"])
    is_live(phone)
    phone.locator(".button.alert").click()
    expect(phone.locator(".button.alert")).to_have_attribute("aria-pressed", "true")
    phone.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    counter = officer("pos1", 25)
    assert counter.call_next() == own["label"]
    expect(phone.locator("[aria-live=assertive]")).to_contain_text(own["label"])
    expect(phone).to_have_title(re.compile("^● "))
    expect(phone).to_have_title(re.compile(f"^[^●]*{own['label']}"))
    assert len(phone.evaluate("window.__buzz")) == 2
    phone.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    for _blink in range(2):
        phone.clock.run_for(1_000)
        assert "●" not in phone.title()
    counter.act("start", "complete")  # the next test calls at this counter


def test_the_wait_is_said_as_soon_as_somebody_serves(client: Api, officer: Any, screens: Screens) -> None:
    """No estimate while no counter is open; then the phones get one without a reload."""
    service = service_of(client, "informasi-usaha")
    tickets = take(client, service, 4)
    phone = screens.open(tickets[3]["url"], **NARROW)
    expect(phone.locator(".now .range")).to_have_text("Belum ada perkiraan waktu")
    is_live(phone)
    assert tickets[3]["range"] is None
    officer("santika1", 26)
    expect(phone.locator(".now .range")).to_contain_text("menit lagi")
    expect(phone.locator(".ahead .number")).to_have_text("3")
    low, high = client.call("GET", f"/tickets/{tickets[3]['token']}")[1]["range"]
    phone.reload()
    expect(phone.locator(".now .promised")).to_have_count(0)  # nobody could promise anything when it was taken
    words = rf"Sekitar {low}\W+{high} menit lagi" if low else f"Hingga {high} menit lagi"
    expect(phone.locator(".now .range")).to_have_text(re.compile(words))


def test_a_priority_ticket_goes_ahead_and_the_phones_say_so(client: Api, officer: Any, screens: Screens) -> None:
    (regular,) = take(client, 41)
    phone = screens.open(regular["url"], **PHONE)
    expect(phone.locator(".next-up")).to_be_visible()
    is_live(phone)
    priority = client.issue(41, **{"class": "priority"})["ticket"]
    second = screens.open(priority["url"], **PHONE)
    expect(second.locator(".chip.priority")).to_have_text("Prioritas")
    at_counter = officer("kemenag1", 8)
    called = {at_counter.serve(), at_counter.serve()}
    assert called == {regular["label"], priority["label"]}
    for page in (phone, second):
        expect(page.locator(".now.served")).to_be_visible()


def test_whoever_asks_hears_why_another_was_first(client: Api, officer: Any, screens: Screens) -> None:
    service = service_of(client, "bayar-air")
    (regular,) = take(client, service)
    priority = client.issue(service, **{"class": "priority"})["ticket"]
    phone = screens.open(regular["url"], **NARROW)
    is_live(phone)  # meanwhile the priority ticket has gained more
    phone.locator(".why summary").tap()
    expect(phone.locator(".why")).to_contain_text("Tidak ada nomor sesudah Anda yang dipanggil lebih dulu.")
    assert officer("tirta1", 27).serve() == priority["label"]
    for _ in range(2):
        phone.locator(".why summary").tap()
    reason = f"{priority['label']} bergolongan prioritas: waktu tunggunya berbobot 4, waktu Anda 1."
    expect(phone.locator(".why li")).to_contain_text([reason])
    phone.locator(".languages").get_by_text("English").tap()
    expect(phone.locator(".why li")).to_contain_text(["its waiting time has weight 4, yours 1."])


def test_a_missed_number_says_what_to_do(client: Api, officer: Any, screens: Screens) -> None:
    (ticket,) = take(client, 34)
    phone = screens.open(ticket["url"], **PHONE)
    is_live(phone)
    at_counter = officer("diskop1", 16)
    at_counter.call_next()
    expect(phone.locator(".now.called")).to_be_visible()
    at_counter.act("no-show")
    expect(phone.locator(".now.no_show")).to_contain_text("Temui petugas di loket atau meja informasi")


def test_a_visit_that_was_not_over_comes_back(client: Api, officer: Any, screens: Screens) -> None:
    """The officer takes the end of the visit back: the page that has said goodbye already says so."""
    (ticket,) = take(client, 34)
    phone = screens.open(ticket["url"], **PHONE)
    is_live(phone)
    at_counter = officer("diskop1", 16)
    at_counter.call_next()
    at_counter.act("start")
    expect(phone.locator(".now.serving")).to_be_visible()
    at_counter.act("complete")
    expect(phone.locator(".now.served")).to_be_visible()
    at_counter.undo()
    expect(phone.locator(".now.serving")).to_contain_text("Anda sedang dilayani di loket 16")
    at_counter.act("complete")
    expect(phone.locator(".now.served")).to_be_visible()


def test_the_phone_says_that_the_service_is_stopped(
    client: Api, api: Any, hall: RunningServer, screens: Screens
) -> None:
    service = service_of(client, "informasi-usaha")
    (ticket,) = take(client, service)
    phone = screens.open(ticket["url"], **NARROW)
    is_live(phone)
    expect(phone.locator(".opening.shut")).to_have_count(0)
    staff = api(hall.port).sign_in("pengelola")
    try:
        assert staff.call("POST", f"/services/{service}/stop", {})[0] == 200
        expect(phone.locator(".opening.shut")).to_contain_text("Petugas menghentikan pengambilan nomor")
        expect(phone.locator(".opening.shut")).to_contain_text("Nomor Anda tetap berlaku")
        assert sideways(phone) <= 0
    finally:
        assert staff.call("POST", f"/services/{service}/resume", {})[0] == 200
    expect(phone.locator(".opening.shut")).to_have_count(0)


def test_leaving_the_queue_asks_first(client: Api, screens: Screens) -> None:
    own, behind = take(client, 37, 2)
    phone, other = screens.open(own["url"], **PHONE), screens.open(behind["url"], **PHONE)
    expect(other.locator(".ahead .number")).to_have_text("1")
    is_live(other)
    phone.get_by_role("button", name="Batalkan antrean").tap()
    question = phone.get_by_role("dialog")
    expect(question).to_contain_text(f"Batalkan nomor {own['label']}?")
    expect(question.get_by_role("button", name="Tetap menunggu")).to_be_focused()
    question.get_by_role("button", name="Tetap menunggu").tap()
    expect(question).to_have_count(0)
    assert client.call("GET", f"/tickets/{own['token']}")[1]["state"] == "waiting"
    phone.get_by_role("button", name="Batalkan antrean").tap()
    question.get_by_role("button", name="Ya, batalkan").tap()
    expect(phone.locator(".now.cancelled")).to_contain_text("Antrean dibatalkan")
    assert client.call("GET", f"/tickets/{own['token']}")[1]["state"] == "cancelled"
    expect(other.locator(".next-up")).to_be_visible()


def test_a_call_takes_the_question_back(client: Api, officer: Any, screens: Screens) -> None:
    (ticket,) = take(client, 47)
    phone = screens.open(ticket["url"], **PHONE)
    is_live(phone)
    phone.get_by_role("button", name="Batalkan antrean").tap()
    expect(phone.get_by_role("dialog")).to_be_visible()
    officer("pos1", 25).call_next()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator(".now.called .counter-code")).to_have_text("25")


@pytest.mark.parametrize("token", ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%00"])
def test_an_unknown_token_is_a_friendly_page(hall: RunningServer, screens: Screens, token: str) -> None:
    phone = screens.open(**PHONE)
    answer = phone.goto(f"{hall.base}/t/{token}")
    assert answer is not None
    assert answer.status == 404
    expect(phone.get_by_role("heading")).to_have_text(["Nomor ini tidak ditemukan"])


def sideways(page: Page) -> int:
    """Return the pixels by which the page is wider than the phone."""
    return int(page.evaluate("document.documentElement.scrollWidth")) - NARROW["viewport"]["width"]


def test_no_sideways_scroll_on_a_narrow_phone(hall: RunningServer, client: Api, officer: Any, screens: Screens) -> None:
    _before, ticket = take(client, 26, 2)
    at_counter = officer("bpjstk1", 21)
    for language in ("id", "en", "ban"):
        page = screens.open(f"{ticket['url']}?language={language}", **NARROW)
        expect(page.locator(".ahead")).to_be_visible()
        assert sideways(page) <= 0
    page.get_by_role("button").last.tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert sideways(page) <= 0
    at_counter.serve()
    at_counter.call_next()
    for act, state in (("recall", "called"), ("start", "serving"), ("complete", "served")):
        at_counter.act(act)
        expect(page.locator(f".now.{state}")).to_be_visible()
        assert sideways(page) <= 0
    page.goto(f"{hall.base}/t/unknown")
    expect(page.get_by_role("heading")).to_be_visible()
    assert sideways(page) <= 0


def test_nothing_of_other_visitors_is_told(client: Api, officer: Any, screens: Screens) -> None:
    others, (own,) = take(client, 44, 3), take(client, 44)
    heard: list[str] = []
    phone = screens.open(**PHONE)
    phone.on("websocket", lambda wire: wire.on("framereceived", lambda frame: heard.append(str(frame))))
    phone.goto(own["url"])
    is_live(phone)
    at_counter = officer("kejaksaan1", 24)
    at_counter.serve()
    at_counter.call_next()
    expect(phone.locator(".ahead .number")).to_have_text("1")
    with urllib.request.urlopen(own["url"], timeout=20) as answer:
        heard.append(answer.read().decode())
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    received = phone.content() + "".join(heard)
    assert own["token"] in received
    assert len(heard) > 2
    for other in others:
        assert other["token"] not in received
    assert "Maria Yosefina" not in received, "an officer's name"
