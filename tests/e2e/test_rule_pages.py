"""An administrator sets how numbers are called and when they are given, in a real browser with the real server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import Api, Desk, Screens, until

SIZE = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def page(hall: RunningServer, screens: Screens) -> Page:
    """A browser in which the administrator is signed in."""
    opened = screens.open(**SIZE)
    Desk(opened, hall.base).sign_in("pengelola")
    expect(opened.locator(".pick").first).to_be_visible()
    return opened


@pytest.fixture
def admin(hall: RunningServer, api: Callable[[int], Api]) -> Api:
    """The same person by the API."""
    return api(hall.port).sign_in("pengelola")


def test_the_rules_of_calling(hall: RunningServer, page: Page, admin: Api) -> None:
    page.goto(f"{hall.base}/admin/calling?language=en")
    policy = page.locator("main form").nth(0)
    calls = policy.get_by_label("Calls before a number may be missed")
    calls.fill("3")
    policy.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_have_text("Saved, and in force at once.")
    group = page.locator("main form").nth(1)
    group.get_by_label("Who is next").select_option("strict")
    group.get_by_label("Priority").fill("5")
    group.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_be_visible()
    # The second saving answers with what is now in force.
    now = until(
        lambda: (found := admin.call("GET", "/settings/calling")[1])["groups"][0]["discipline"] == "strict" and found,
        "the group is set",
    )
    assert (now["policy"]["calls_before_no_show"], now["groups"][0]["weights"]["priority"]) == (3, 5)


def test_a_ratio_that_inverts_is_warned_of_before_it_is_saved(hall: RunningServer, page: Page, admin: Api) -> None:
    for kind in ("regular", "priority"):
        admin.issue(1, **{"class": kind})
    page.goto(f"{hall.base}/admin/calling?language=en")
    group = page.locator("main form").nth(1)
    group.get_by_label("Who is next").select_option("ratio")
    expect(group.locator(".banner")).to_contain_text(
        "With a ratio of 4:1, above 20% visitors with priority wait longer"
    )


def test_the_week_and_what_is_wrong_with_it(hall: RunningServer, page: Page, admin: Api) -> None:
    page.goto(f"{hall.base}/admin/hours?language=en")
    form = page.locator("main form").nth(0)
    always = form.get_by_label("Open at any hour")
    always.set_checked(False)
    form.get_by_label("Friday", exact=True).first.fill("11:30-08:00")
    form.get_by_role("button", name="Add: Salat Jumat").click()
    form.get_by_label("Galungan", exact=True).set_checked(False)
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.bad")).to_contain_text("“Friday”: 11:30-08:00 ends before it begins.")
    expect(form.locator("[aria-invalid=true]")).to_be_focused()
    form.get_by_label("Friday", exact=True).first.fill("08.00–11.30, 13:00-14:00")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_be_visible()
    stored = admin.call("GET", "/settings/hours")[1]["hours"]
    assert stored["weekly"]["fri"] == ["08:00-11:30", "13:00-14:00"]
    assert stored["breaks"][0]["days"] == ["fri"]
    assert "galungan" not in stored["holidays"]["bali"]
    assert "kuningan" in stored["holidays"]["bali"]
    always.set_checked(True)
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_be_visible()
    assert admin.call("PUT", "/settings/hours", {"hours": None})[0] == 200


def test_no_page_of_rules_spills_on_a_phone(hall: RunningServer, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("calling", "hours"):
        page.goto(f"{hall.base}/admin/{path}")
        expect(page.locator("main.lobby form").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_service_is_stopped_and_gets_a_quota(hall: RunningServer, page: Page, admin: Api) -> None:
    page.goto(f"{hall.base}/admin/hours?language=en")
    card = page.locator("section.card")
    card.locator("select").select_option("2")
    card.get_by_role("button", name="Stop now").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop now").click()
    expect(card.locator(".chip.bad")).to_have_text("Stopped by staff")
    assert admin.call("GET", "/services/2/opening")[1]["why"] == "stopped"
    card.get_by_role("button", name="Give numbers again").click()
    expect(card.locator(".chip.good")).to_be_visible()
    card.get_by_label("Most numbers a day").fill("40")
    card.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_have_text("Saved, and in force at once.")
    assert admin.call("GET", "/settings/services/2/hours")[1] == {"hours": None, "quota": 40}
