"""Forms of the administration pages in a browser: what is wrong, what is not saved, saved; the page of the hall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import BOARD, DESKTOP, Api, OfficerBrowser, Screens

SLOW = 30_000


@pytest.fixture
def page(hall: RunningServer, screens: Screens) -> Page:
    """Open a browser in which the administrator is signed in."""
    opened = screens.open(**DESKTOP)
    OfficerBrowser(opened, hall.base).sign_in("pengelola")
    expect(opened.locator(".pick").first).to_be_visible(timeout=SLOW)
    return opened


@pytest.fixture
def kept(hall: RunningServer, api: Callable[[int], Api]) -> Iterator[dict[str, Any]]:
    """Return the hall's settings, and restore them after the test."""
    admin = api(hall.port).sign_in("pengelola")
    settings: dict[str, Any] = admin.call("GET", "/settings/hall")[1]
    yield settings
    assert admin.call("PUT", "/settings/hall", settings)[0] == 200


@pytest.mark.usefixtures("kept")
def test_a_new_name_reaches_the_screens(hall: RunningServer, page: Page, screens: Screens) -> None:
    board = screens.open(f"{hall.base}/display/utara?voice=off", **BOARD)
    expect(board.locator(".place .hall")).to_have_text("MPP Tabanan", timeout=SLOW)
    page.goto(f"{hall.base}/admin/hall?language=en")
    page.get_by_label("Name on screens and tickets").fill("MPP Singasana")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_have_text("Saved, and in force at once.")
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    expect(board.locator(".place .hall")).to_have_text("MPP Singasana", timeout=SLOW)


def test_fields_that_are_wrong_say_so_in_the_readers_language(hall: RunningServer, page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: request.method == "PUT" and sent.append(request.url))
    page.goto(f"{hall.base}/admin/calling?language=id")
    form = page.locator("#policy")
    calls, seconds = form.get_by_label("Jeda panggil ulang"), form.get_by_label("Boleh diurungkan selama")
    calls.fill("")
    seconds.fill("100000")
    form.get_by_role("button", name="Simpan").click()
    expect(page.locator(".banner.bad")).to_contain_text("Belum disimpan. Periksa: “Jeda panggil ulang")
    expect(calls).to_be_focused()
    for field in (calls, seconds):
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile("Isi bilangan bulat dari"))
    assert sent == []
    form.get_by_role("button", name="Urungkan perubahan").click()
    expect(form.locator("[aria-invalid=true]")).to_have_count(0)
    expect(calls).not_to_have_value("")


def test_a_form_is_filled_in_by_keyboard_alone(
    hall: RunningServer, page: Page, kept: dict[str, Any], api: Callable[[int], Api]
) -> None:
    page.goto(f"{hall.base}/admin/hall?language=en")
    page.get_by_label("Name on screens and tickets").focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    name = page.get_by_label("Name on screens and tickets")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Fill this in.")
    page.keyboard.type("MPP Tabanan Raya")
    page.keyboard.press("Enter")
    expect(page.locator(".banner.good")).to_be_visible()
    stored = api(hall.port).sign_in("pengelola").call("GET", "/settings/hall")[1]
    assert stored == {**kept, "name": "MPP Tabanan Raya"}


def test_what_is_not_saved_is_asked_about_on_the_page_and_on_leaving_it(hall: RunningServer, page: Page) -> None:
    page.goto(f"{hall.base}/admin/hours?language=en")
    service = page.locator("section.card > label select")
    service.select_option("2")
    quota = page.get_by_label("Most numbers a day")
    quota.fill("7")
    service.select_option("3")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Leave without saving?")
    question.get_by_role("button", name="Cancel").click()
    expect(service).to_have_value("2")
    expect(quota).to_have_value("7")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", leave)
    page.get_by_role("link", name="Notices").click()
    expect(page.locator("admin-notices")).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_supervisor_does_not_set_the_hall(hall: RunningServer, api: Callable[[int], Api]) -> None:
    supervisor = api(hall.port).sign_in("penyelia")
    assert supervisor.call("GET", "/settings/hall")[0] == 403
