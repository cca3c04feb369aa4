"""Admin pages of calling and opening hours, in a real browser with the real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.conftest import DEMO_PASSWORD, RunningServer
from tests.e2e.conftest import Api, Desk, Screens, until

SIZE = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def page(hall: RunningServer, screens: Screens) -> Page:
    """Open a browser in which the administrator is signed in."""
    opened = screens.open(**SIZE)
    Desk(opened, hall.base).sign_in("pengelola")
    expect(opened.locator(".pick").first).to_be_visible()
    return opened


@pytest.fixture
def admin(hall: RunningServer, api: Callable[[int], Api]) -> Api:
    """Sign the administrator in by the API."""
    return api(hall.port).sign_in("pengelola")


def test_the_rules_of_calling(hall: RunningServer, page: Page, admin: Api) -> None:
    page.goto(f"{hall.base}/admin/calling?language=en")
    policy = page.locator("main form").nth(0)
    calls = policy.get_by_label("Calls before no-show")
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
        lambda: (result := admin.call("GET", "/settings/calling")[1])["groups"][0]["discipline"] == "strict" and result,
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
    for path in ("calling", "hours", "counters", "counters/12"):
        page.goto(f"{hall.base}/admin/{path}")
        expect(page.locator("main.admin form, .counter-card").first).to_be_visible()
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


def preference(admin: Api, counter: int) -> dict[str, Any]:
    """Return the services of a counter, as the server has them."""
    result: dict[str, Any] = admin.call("GET", f"/settings/counters/{counter}/preference")[1]
    return result


def test_a_counter_is_found_and_gets_an_order_of_preference_by_keyboard(
    hall: RunningServer, page: Page, admin: Api
) -> None:
    (before,) = preference(admin, 12)["tiers"]
    page.goto(f"{hall.base}/admin/counters?language=en")
    expect(page.locator(".counter-card")).to_have_count(27)
    page.get_by_label("Find a counter").fill("no such thing")
    expect(page.get_by_text("No counter fits.")).to_be_visible()
    page.get_by_label("Find a counter").fill("loket 12")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    form = page.locator("main form").first
    expect(form).to_contain_text("All of these are equal")
    form.get_by_role("button", name="Add a tier").press("Enter")
    expect(page.get_by_label("Add a service").nth(1)).to_be_focused()
    moved = page.locator(f"[data-service='{before[0]}']")
    moved.get_by_role("button", name="to Tier 2").press("Enter")
    # The focus goes with the service, so that it can be moved on, or back.
    expect(moved.get_by_role("button", name="to Tier 1")).to_be_focused()
    expect(page.locator("main > .visually-hidden[role=status]")).to_contain_text("is now in Tier 2.")
    form.get_by_label("Also help later tiers").press("Space")
    form.get_by_label("Too long means more than").fill("15")
    page.keyboard.press("Tab")
    expect(form).to_contain_text("anybody there who has waited longer than 15 minutes")
    form.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".banner.good")).to_have_text("Saved, and in force at once.")
    assert preference(admin, 12) == {"tiers": [before[1:], before[:1]], "help_after_minutes": 15}
    expect(form.get_by_text("Not saved yet")).to_have_count(0)
    # The last tier goes, and its services go to the one before it.
    form.get_by_role("button", name="its services go to Tier 1").press("Enter")
    expect(form.get_by_text("Not saved yet")).to_be_visible()
    form.get_by_role("button", name="Save").press("Enter")
    expect(form.get_by_text("Not saved yet")).to_have_count(0)
    assert preference(admin, 12) == {"tiers": [before], "help_after_minutes": None}


def test_what_is_wrong_with_a_counter_is_said_at_its_place(hall: RunningServer, page: Page, admin: Api) -> None:
    before = preference(admin, 10)
    page.goto(f"{hall.base}/admin/counters/10?language=id")
    serves, breaks = (page.locator("main form").nth(place) for place in (0, 1))
    serves.get_by_role("button", name="Tambah tingkat").click()
    serves.get_by_role("button", name="Simpan").click()
    expect(page.locator(".banner.bad")).to_contain_text("“Tingkat 2” harus berisi paling sedikit satu layanan.")
    expect(page.locator(".banner.bad")).to_be_in_viewport()
    expect(page.locator("[aria-invalid=true]")).to_have_attribute("data-add", "1")
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    serves.get_by_role("button", name="Urungkan perubahan").click()
    expect(serves.locator("fieldset")).to_have_count(1)
    breaks.get_by_role("button", name="Tambah: Salat Jumat").click()
    breaks.get_by_label("Jumat", exact=True).uncheck()
    breaks.get_by_role("button", name="Simpan").click()
    expect(page.locator(".banner.bad")).to_contain_text("“Istirahat 1”: pilih paling sedikit satu hari.")
    breaks.get_by_label("Jumat", exact=True).check()
    breaks.get_by_label("Waktu").fill("13:00-12:00")
    breaks.get_by_role("button", name="Simpan").click()
    expect(page.locator(".banner.bad")).to_contain_text("“Istirahat 1”: 13:00-12:00 berakhir sebelum dimulai.")
    expect(breaks.get_by_label("Waktu")).to_be_focused()
    breaks.get_by_label("Waktu").fill("11.30 – 13.00")
    breaks.get_by_role("button", name="Simpan").click()
    expect(page.locator(".banner.good")).to_be_visible()
    (stored,) = admin.call("GET", "/settings/counters/10/breaks")[1]["breaks"]
    assert (stored["days"], stored["time"]) == (["fri"], "11:30-13:00")
    assert preference(admin, 10) == before
    assert admin.call("PUT", "/settings/counters/10/breaks", {"breaks": []})[0] == 200


def test_a_service_that_loses_its_last_counter_is_warned_of(hall: RunningServer, page: Page, admin: Api) -> None:
    before = preference(admin, 22)
    page.goto(f"{hall.base}/admin/counters/22?language=en")
    form = page.locator("main form").first
    form.get_by_label("Add a service").select_option("1")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form.locator(".banner")).to_have_count(0)
    form.get_by_role("button", name="Remove Environmental documents from this counter").click()
    expect(form.locator(".banner")).to_contain_text(
        "After this no counter serves Environmental documents (Lingkungan Hidup)."
    )
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".banner.good")).to_be_visible()
    page.get_by_role("link", name="All counters").click()
    expect(page.locator(".banner")).to_contain_text("No counter serves Environmental documents (Lingkungan Hidup).")
    assert admin.call("PUT", "/settings/counters/22/preference", before)[0] == 200


def test_what_is_not_saved_is_not_lost_without_a_question(hall: RunningServer, page: Page) -> None:
    page.goto(f"{hall.base}/admin/counters/11?language=en")
    page.get_by_role("button", name="Add a tier").click()
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="All counters").click(no_wait_after=True)
    until(lambda: (page.wait_for_timeout(50), asked)[1], "the question")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Take the changes back").click()
    page.get_by_role("link", name="All counters").click()
    expect(page.locator(".counter-card")).to_have_count(27)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(
    ("path", "press"),
    [
        ("/admin/calling", "Save"),
        ("/admin/counters/11", "Save"),
        ("/admin/voice", "Play"),
        ("/admin/printers", None),  # asks again by itself
        ("/admin/displays", None),
    ],
)
def test_a_session_that_ends_leads_back_to_the_page(
    hall: RunningServer, page: Page, path: str, press: str | None
) -> None:
    page.goto(f"{hall.base}{path}?language=en")
    expect(page.locator("main button").first).to_be_visible()
    page.wait_for_load_state("networkidle")  # a page that still asks would notice before anything is pressed
    page.context.clear_cookies()
    if press:
        page.locator("main").get_by_role("button", name=press, exact=True).first.click()
    expect(page.locator("#username")).to_be_visible()
    Desk(page, hall.base).enter("pengelola", DEMO_PASSWORD)
    expect(page).to_have_url(f"{hall.base}{path}?language=en")
    expect(page.locator("main button").first).to_be_visible()
