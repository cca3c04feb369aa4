"""The officer's page in every state and dialog, on a PC and a small tablet: axe, nothing spills, room for fingers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import Api, Line, OfficerBrowser, Screens, set_policy
from tests.e2e.test_accessibility import SMALL, by_tab, sound
from tests.e2e.test_legibility import fits

SIZES = [(1366, 768), (1024, 600)]
TOUCH = 44
"""CSS pixels of a target that a finger hits."""


@pytest.fixture(scope="module")
def hall(sqlite_hall: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Start a hall with notes, whose policy has no waiting times."""
    folder = tmp_path_factory.mktemp("states")
    url = f"sqlite:///{shutil.copy(sqlite_hall, folder / 'queue.db')}"
    set_policy(url, recall_interval_s=0, calls_before_no_show=1, undo_s=60, notes=True)
    server = RunningServer(url, folder).start()
    yield server
    server.kill()


@pytest.fixture
def client(hall: RunningServer, api: Any) -> Api:
    """Return the API client of the module's server."""
    made: Api = api(hall.port)
    return made


def good(page: Page, where: str) -> None:
    """Assert that axe finds nothing grave, all is on the screen, and every button is large enough."""
    fits(page, where)
    assert page.evaluate(SMALL, TOUCH) == [], where
    # Behind a dialog nothing can be reached.
    sound(page, where, "dialog[open]" if page.locator("dialog[open]").count() else "html")


def fill_the_lists(officer: OfficerBrowser) -> None:
    """Fill the page: one ticket on hold, one missed, and one current, all in a second language."""
    for end in ("h", "x"):
        officer.press("n")
        expect(officer.page.locator(".desk.called")).to_be_visible()
        officer.settled()
        officer.press(end)
        expect(officer.page.locator(".desk.idle")).to_be_visible()
        officer.settled()


def in_three_languages(page: Page, where: str) -> None:
    for language in ("en", "ban", "id"):
        page.locator(f".languages a[lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        fits(page, f"{where}, {language}")


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "tablet"])
def test_every_state_and_dialog(hall: RunningServer, client: Api, screens: Screens, size: tuple[int, int]) -> None:
    waiting = client.call("GET", "/services/18/line")[1]["state"]["order"]
    for number in range(203 - len(waiting)):
        client.issue(18, **{"class": "priority" if number % 3 else "regular"}, language=("id", "en", "ban")[number % 3])
    page = screens.open(viewport={"width": size[0], "height": size[1]})
    officer = OfficerBrowser(page, hall.base)
    line = Line(page)
    officer.sign_in("pertanahan1").open_counter("Loket 19")
    fill_the_lists(officer)
    expect(page.locator(".toast.undo")).to_be_visible()
    good(page, "idle, with something to undo")
    in_three_languages(page, "idle")
    for key, what in (
        ("a", "on hold"),
        ("m", "missed"),
        ("w", "no ticket"),
        ("g", "given"),
        ("p", "break"),
        ("i", "issue"),
        ("z", "stops"),
    ):
        officer.ask(key)
        expect(officer.sheet.locator("issue-form:not(:has(.service-pick))")).to_have_count(0)
        good(page, what)
        page.keyboard.press("Escape")
        officer.answered()
    officer.ask("p", "Enter")
    expect(officer.sheet.locator("h2")).to_contain_text("menunggu")
    good(page, "would strand")
    officer.sheet.get_by_role("button", name="Ya, tinggalkan").click()
    expect(page.locator(".desk.paused")).to_be_visible()
    good(page, "paused")
    officer.press("n")
    expect(page.locator(".desk.idle")).to_be_visible()
    officer.settled()
    officer.press("n")
    expect(page.locator(".desk.called")).to_be_visible()
    good(page, "called, 200 waiting")
    officer.press("s")
    expect(page.locator(".desk.serving")).to_be_visible()
    officer.settled()
    good(page, "serving")
    in_three_languages(page, "serving")
    for key, what in (
        ("t", "transfer"),
        ("e", "change"),
        ("b", "note"),
        ("l", "close"),
        ("o", "hand over"),
        ("?", "keys"),
    ):
        officer.ask(key)
        good(page, what)
        page.keyboard.press("Escape")
        officer.answered()
    officer.press("c")
    line.cut()
    page.route("**/call-next", lambda route: route.abort(), times=1)
    expect(page.locator(".desk.idle")).to_be_visible()
    officer.press("n")
    expect(page.locator(".notices .banner .button")).to_be_visible()
    good(page, "offline")


def test_each_dialog_by_tab(hall: RunningServer, client: Api, screens: Screens) -> None:
    """Tab goes through everything of a dialog, and nowhere else."""
    page = screens.open(viewport={"width": 1024, "height": 600})
    officer = OfficerBrowser(page, hall.base).sign_in("dukcapil1").open_counter("Loket 1")
    for _ in range(2):
        client.issue(1)
    officer.press("n", "s")
    expect(page.locator(".desk.serving")).to_be_visible()
    officer.settled()
    by_tab(page)
    for key in ("t", "e"):
        sheet = officer.ask(key)
        for _ in range(40):
            page.keyboard.press("Tab")
            # Between the last control and the first, the browser's own bar may have the focus.
            assert page.evaluate(
                "() => document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
            )
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        officer.answered()


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "tablet"])
def test_the_reception(hall: RunningServer, screens: Screens, size: tuple[int, int]) -> None:
    page = screens.open(viewport={"width": size[0], "height": size[1]})
    OfficerBrowser(page, hall.base).sign_in("penyelia")
    expect(page.locator(".pick").first).to_be_visible()
    page.goto(f"{hall.base}/reception")
    expect(page.locator(".service-pick").first).to_be_visible()
    good(page, "services")
    in_three_languages(page, "services")
    page.locator(".agency").nth(5).click()
    page.locator(".service-pick").first.click()
    good(page, "class")
    in_three_languages(page, "class")
    page.get_by_role("button", name="Janji temu").click()
    expect(page.locator(".issue-label")).to_be_visible()
    good(page, "number")
    in_three_languages(page, "number")
