"""Every action of an officer with the real server: a day by keyboard alone, questions, refusals, a lost connection."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import DESKTOP, Api, OfficerBrowser, Screens, held_up, set_policy, set_printers, tab_to

TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 600}, "has_touch": True}
Seat = Callable[[str, str], OfficerBrowser]


@pytest.fixture(scope="module")
def hall(sqlite_hall: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Start a hall with a real one's policy, but shorter recall intervals and a longer undo time."""
    folder = tmp_path_factory.mktemp("day")
    url = f"sqlite:///{shutil.copy(sqlite_hall, folder / 'queue.db')}"
    preview = f"preview://{folder / 'preview'}"
    set_printers(url, utama=preview, lobi=preview)
    set_policy(url, recall_interval_s=2, undo_s=60, notes=True)
    server = RunningServer(url, folder).start()
    yield server
    server.kill()


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


@pytest.fixture
def open_counter(hall: RunningServer, screens: Screens) -> Seat:
    """Return a function that opens a counter in a browser: `open_counter("dinsos1", "Loket 7")`."""
    return lambda username, counter: (
        OfficerBrowser(screens.open(**DESKTOP), hall.base).sign_in(username).open_counter(counter)
    )


def labels(client: Api, service: int, count: int, **more: object) -> list[str]:
    return [client.issue(service, **more)["ticket"]["label"] for _ in range(count)]


def at_work(api: Any, hall: RunningServer, username: str, counter: int) -> Callable[..., Any]:
    """Return a colleague who works by the API: `act("call-next")`, `act("start", ticket=7)`; the counter's state."""
    client: Api = api(hall.port).sign_in(username)

    def act(verb: str, **body: object) -> Any:
        status, answer = client.call("POST", f"/counters/{counter}/{verb}", body)
        assert status == 200, answer
        return answer

    act("open")
    return act


def idle(officer: OfficerBrowser) -> None:
    expect(officer.page.locator(".desk.idle")).to_be_visible()
    officer.settled()


def serving(officer: OfficerBrowser, label: str) -> None:
    expect(officer.label).to_contain_text(label)
    expect(officer.page.locator(".desk.serving")).to_be_visible()
    officer.settled()


def called(officer: OfficerBrowser, label: str) -> None:
    expect(officer.label).to_contain_text(label)
    expect(officer.page.locator(".desk.called")).to_be_visible()
    officer.settled()


def chips(officer: OfficerBrowser) -> Locator:
    return officer.page.locator(".hand .chips")


def test_a_whole_day_by_keyboard_alone(client: Api, open_counter: Seat, api: Any, hall: RunningServer) -> None:
    at_work(api, hall, "dukcapil2", 2)
    officer = open_counter("dukcapil1", "Loket 1")
    page = officer.page
    # Somebody asks for a number: service, class, done.
    first = take_by_keys(officer)
    idle(officer)
    others = labels(client, 1, 4)
    officer.press("n")
    called(officer, first)
    # It has to be called twice before it may be given up.
    expect(officer.button("no_show")).to_contain_text("panggil 1× lagi dulu")
    expect(officer.button("no_show")).to_have_attribute("aria-disabled", "true")
    expect(officer.button("recall")).to_contain_text(re.compile(r"tunggu \d detik"))
    officer.press("r")
    expect(page.locator(".timers")).to_contain_text("dipanggil 2×")
    officer.press("s")
    serving(officer, first)
    # On hold and back, called anew.
    officer.press("h")
    idle(officer)
    expect(officer.button("held")).to_contain_text(first)
    officer.ask("a", "Enter")
    officer.answered()
    called(officer, first)
    expect(chips(officer)).to_contain_text("Pernah ditunda")
    officer.press("s")
    serving(officer, first)
    # A class that was taken wrongly is put right; then on to another service, first in line.
    officer.ask("e", "1", "Enter")
    officer.answered()
    expect(chips(officer)).to_contain_text("Reguler")
    officer.ask("t")
    page.keyboard.type("pindah")
    expect(officer.sheet.locator(".choice")).to_have_count(1)
    tab_to_radio(page)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    officer.answered()
    idle(officer)
    row = page.locator(".scroller li").first
    expect(row).to_contain_text(first)
    expect(row).to_contain_text("Alihan")
    expect(row).to_contain_text("Didahulukan")
    leave_and_return(officer, first)
    given_direct_and_break(officer, others)
    hand_over_and_close(officer)


def take_by_keys(officer: OfficerBrowser) -> str:
    """Issue a priority ticket for a visitor with three keys. Return its label."""
    sheet = officer.ask("i")
    expect(sheet.locator(".service-pick").first).to_be_visible()
    expect(sheet.locator("input[type=search]")).to_be_focused()
    officer.page.keyboard.press("1")
    expect(sheet.locator(".class-pick").first).to_be_focused()
    officer.page.keyboard.press("2")
    label = sheet.locator(".issue-label").inner_text()
    expect(sheet.locator(".issue-url")).to_contain_text("/t/")
    officer.page.keyboard.press("Escape")
    officer.answered()
    return label


def tab_to_radio(page: Page) -> None:
    """Press Tab until an option of the list is focused."""
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('.sheet-list input[type=radio]')"):
            return
    pytest.fail("Tab never reached the list")


def leave_and_return(officer: OfficerBrowser, first: str) -> None:
    """Undo a mistaken no-show, let a real one come back, and cancel another."""
    officer.press("n")
    called(officer, first)
    officer.press("r", "x")
    idle(officer)
    expect(officer.page.locator(".toast.undo")).to_contain_text(f"{first} dilewati")
    officer.press("u")
    called(officer, first)
    officer.press("x")
    idle(officer)
    expect(officer.button("missed")).to_contain_text(first)
    officer.ask("m", "Enter")
    officer.answered()
    expect(officer.page.locator(".scroller")).to_contain_text(first)
    officer.ask("g", *first, "Enter")
    officer.answered()
    called(officer, first)
    officer.ask("d", "5", "Enter")
    officer.answered()
    idle(officer)
    expect(officer.page.locator(".scroller")).not_to_contain_text(first)


def given_direct_and_break(officer: OfficerBrowser, others: list[str]) -> None:
    """Call a specific number out of turn, serve a walk-up visitor, and take a break."""
    page = officer.page
    given = others[2]
    officer.ask("g", *given.replace("-", "").lower())
    expect(officer.sheet).to_contain_text("menunggu 0 mnt")
    page.keyboard.press("Enter")
    officer.answered()
    called(officer, given)
    officer.press("s", "c")
    idle(officer)
    officer.press("u")
    serving(officer, given)
    officer.press("c")
    idle(officer)
    officer.ask("w", "2", "Enter")
    officer.answered()
    expect(page.locator(".timers")).to_contain_text("tanpa dipanggil")
    officer.ask("b")
    page.keyboard.type("Bawa surat kuasa")
    tab_to(page, "Simpan catatan", 3)
    page.keyboard.press("Enter")
    officer.answered()
    expect(page.locator(".note")).to_contain_text("Bawa surat kuasa")
    officer.press("c")
    idle(officer)
    officer.ask("p", "2", "Enter")
    officer.answered()
    expect(page.locator(".desk.paused")).to_contain_text("Makan")
    expect(officer.button("next")).to_contain_text("Kembali bertugas")
    page.keyboard.press("n")
    idle(officer)


def hand_over_and_close(officer: OfficerBrowser) -> None:
    """Leave a visitor to the next officer; then close the counter for the day."""
    page = officer.page
    officer.press("n", "s")
    expect(page.locator(".desk.serving")).to_be_visible()
    officer.settled()
    label = officer.label.inner_text().split()[-1]
    officer.ask("o", "Enter")
    officer.open_counter("Loket 1")
    serving(officer, label)
    officer.ask("l", "Enter")
    expect(page.locator(".pick.closed").first).to_be_visible()
    tab_to(page, "Keluar")
    page.keyboard.press("Enter")
    expect(page.locator("#username")).to_be_focused()


def test_who_loses_a_race_reads_what_happened(client: Api, open_counter: Seat, api: Any, hall: RunningServer) -> None:
    officer = open_counter("bpd1", "Loket 17")
    colleague = at_work(api, hall, "bpd2", 18)
    (label,) = labels(client, 48, 1)
    expect(officer.page.locator(".scroller")).to_contain_text(label)
    with held_up(officer.page, "/call", lambda: colleague("call", label=label)):
        officer.ask("g", *label, "Enter")
        alert = officer.sheet.get_by_role("alert")
        expect(alert).to_contain_text(f"{label} sudah dipanggil di Loket 18 oleh")
    # What was typed is still there.
    expect(officer.sheet.locator("#label")).to_have_value(label)
    officer.page.keyboard.press("Escape")
    idle(officer)


def test_a_break_that_would_strand_people_asks_first(client: Api, open_counter: Seat) -> None:
    officer = open_counter("diskop1", "Loket 16")
    labels(client, 34, 3)
    expect(officer.page.locator(".figures .main dd")).to_have_text("3")
    officer.ask("p", "3", "Enter")
    expect(officer.sheet).to_contain_text("Masih ada 3 orang menunggu")
    officer.page.keyboard.press("Escape")
    idle(officer)
    officer.ask("p", "3", "Enter")
    expect(officer.sheet).to_contain_text("Tetap lanjutkan")
    tab_to(officer.page, "Ya, tinggalkan", 4)
    officer.page.keyboard.press("Enter")
    officer.answered()
    expect(officer.page.locator(".desk.paused")).to_contain_text("Ibadah")
    officer.page.keyboard.press("p")
    idle(officer)
    officer.ask("l", "Enter")
    expect(officer.sheet).to_contain_text("Masih ada 3 orang menunggu")
    tab_to(officer.page, "Ya, tinggalkan", 4)
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator(".pick").first).to_be_visible()


def test_signing_out_never_strands_people_silently(client: Api, open_counter: Seat) -> None:
    officer = open_counter("diskop1", "Loket 16")
    labels(client, 34, 1)
    page = officer.page
    expect(page.locator(".upcoming")).to_be_visible()
    sign_out = page.locator('form[action="/counter/sign-out"] button')
    sign_out.focus()
    for answer in ("Escape", "Enter"):
        page.keyboard.press("Enter")
        expect(officer.sheet).to_contain_text("Loket 16")
        page.keyboard.press("Enter")
        expect(officer.sheet).to_contain_text("orang menunggu")
        if answer == "Escape":
            page.keyboard.press("Escape")
            idle(officer)
            expect(sign_out).to_be_focused()
    tab_to(page, "Ya, tinggalkan", 4)
    page.keyboard.press("Enter")
    expect(page.locator("#username")).to_be_visible()


def lose(route: Any) -> None:
    """Let the server carry the request out, and lose its response."""
    route.fetch()
    route.abort()


def test_an_act_from_a_dialog_without_answer_acts_once(client: Api, open_counter: Seat) -> None:
    officer = open_counter("bpjskes1", "Loket 5")
    page = officer.page
    label, other = labels(client, 20, 2)
    officer.press("n")
    called(officer, label)
    # Cut before the server heard it: the dialog keeps what was chosen, says so, and does it at the second press.
    page.route("**/cancel", lambda route: route.abort(), times=1)
    officer.ask("d", "2", "Enter")
    expect(officer.sheet.get_by_role("alert")).to_contain_text("Tidak ada jawaban untuk “Batalkan”")
    expect(officer.sheet.locator(":checked")).to_have_count(1)
    page.keyboard.press("Enter")
    officer.answered()
    idle(officer)
    officer.press("n")
    called(officer, other)
    # Cut after the server did it: the page learns that from the room.
    page.route("**/hold", lose, times=1)
    officer.press("h")
    expect(officer.button("held")).to_contain_text(other)
    idle(officer)
    expect(page.locator(".notices .banner")).to_have_count(0)
    page.route("**/serve-direct", lose, times=1)
    officer.ask("w", "1", "Enter")
    expect(page.locator(".desk.serving")).to_be_visible()
    officer.answered()
    officer.press("c")
    idle(officer)
    expect(page.locator(".my-day dd").first).to_have_text("1")


def test_why_one_came_before_another(client: Api, open_counter: Seat) -> None:
    officer = open_counter("kemenag1", "Loket 8")
    labels(client, 41, 1)
    (expected,) = labels(client, 41, 1, **{"class": "priority"})
    expect(officer.page.locator(".figures .main dd")).to_have_text("2")
    officer.ask("g", *expected, "Enter")
    officer.answered()
    answer = {
        "label": "?",
        "before": expected,
        "code": "class",
        "text": {"id": "Karena prioritas.", "en": "-", "ban": "-"},
    }
    question = officer.page.locator(".why").first
    question.focus()
    officer.page.keyboard.press("Enter")
    expect(officer.sheet).to_contain_text(f"{expected} dipanggil")
    officer.page.keyboard.press("Escape")
    expect(officer.sheet).to_have_count(0)
    expect(question).to_be_focused()
    officer.page.route("**/why?ticket=*", lambda route: route.fulfill(json=answer), times=1)
    officer.page.keyboard.press("Enter")
    expect(officer.sheet).to_contain_text("Karena prioritas.")
    officer.page.keyboard.press("Escape")
    expect(officer.sheet).to_have_count(0)
    expect(question).to_be_focused()
    officer.page.route("**/why?ticket=*", lambda route: route.fulfill(status=404, json={"code": "not_found"}), times=1)
    officer.page.keyboard.press("Enter")
    expect(officer.sheet).to_contain_text("Belum ada penjelasan")


def test_a_key_that_cannot_act_says_why(open_counter: Seat) -> None:
    officer = open_counter("tirta1", "Loket 27")
    officer.page.keyboard.press("x")
    expect(officer.page.locator(".toast")).to_contain_text("Tidak ada nomor di loket ini")
    officer.page.keyboard.press("?")
    expect(officer.sheet.locator(".keys-list li")).to_have_count(25)
    tab_to(officer.page, "Matikan pintasan tombol", 4)
    officer.page.keyboard.press("Enter")
    officer.page.keyboard.press("Escape")
    expect(officer.page.locator("kbd:visible")).to_have_count(0)
    officer.page.keyboard.press("p")
    expect(officer.sheet).to_have_count(0)


def test_ticks_stay_with_their_ticket(client: Api, open_counter: Seat) -> None:
    officer = open_counter("dinsos1", "Loket 7")
    page = officer.page
    labels(client, 28, 1)
    officer.press("n", "s")
    box = page.locator(".aside input").nth(1)
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".aside h3").first).to_contain_text("1/3")
    page.reload()
    officer.at_work()
    expect(box).to_be_checked()
    officer.press("c")
    idle(officer)


def test_reception_by_touch(hall: RunningServer, screens: Screens) -> None:
    page = screens.open(**TABLET)
    OfficerBrowser(page, hall.base).sign_in("penyelia")
    expect(page.locator(".pick").first).to_be_visible()
    page.get_by_role("link", name="Meja penerimaan").tap()
    page.locator(".search input").fill("sertipikat")
    page.locator(".service-pick").first.tap()
    page.locator("#printer").select_option("lobi")
    with page.expect_response("**/api/v1/staff/tickets") as answer:
        page.get_by_role("button", name="Prioritas").tap()
    ticket = answer.value.json()["ticket"]
    expect(page.locator(".issue-label")).to_have_text(ticket["label"])
    expect(page.locator(".issue-url code")).to_have_text(ticket["url"])
    expect(page.locator(".issue-paper.ready")).to_contain_text("lobi")
    page.get_by_role("button", name="Nomor berikutnya").tap()
    # Two touches for the next, at the printer used last; the answer that is lost does not make a second number.
    page.locator(".service-pick").first.tap()
    expect(page.locator("#printer")).to_have_value("lobi")
    page.route("**/api/v1/staff/tickets", lose, times=1)
    page.get_by_role("button", name="Reguler").tap()
    expect(page.get_by_role("alert").first).to_contain_text("Tidak ada jawaban")
    page.get_by_role("button", name="Reguler").tap()
    number = int(page.locator(".issue-label").inner_text().split("-")[1])
    page.get_by_role("button", name="Nomor berikutnya").tap()
    page.locator(".service-pick").first.tap()
    page.get_by_role("button", name="Reguler").tap()
    assert int(page.locator(".issue-label").inner_text().split("-")[1]) == number + 1
