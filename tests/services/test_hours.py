"""Hours, quota and roster in the database: refusals, settings, and the fact logged when an opening time passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.opening import ClosedReason
from queue_app.domain.role import Role
from queue_app.services.queue import opening
from queue_app.services.queue.opening import publish_opening_change
from queue_app.services.queue.outlook import read_outlook
from queue_app.services.settings import hours
from queue_app.services.settings.service_stop import set_issuing
from queue_app.store import queries

WEEK = {day: ["08:00-15:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["08:00-14:00"]}
OFFICE = {"weekly": WEEK, "holidays": {"national": True, "joint_leave": True, "bali": True}}
LATE = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)  # Friday, 14:30 in Tabanan


@pytest.fixture
def admin(desk):
    """Return the counter's officer with the admin role."""
    return replace(desk.officer, role=Role.ADMIN)


def refused(act) -> Refusal:
    """Return the refusal of an action."""
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def catalogue_of(desk):
    """Read the catalogue."""
    with desk.store.read() as connection:
        return desk.store.catalogue(connection)


def offer(desk, service_id: int | None = None):
    """Read whether a service issues numbers now."""
    requested = desk.service.id if service_id is None else service_id
    with desk.store.read() as connection:
        _seq, day = queries.log_head(connection)
        catalogue = desk.store.catalogue(connection)
        seen = read_outlook(connection, catalogue, catalogue.wide_pools[requested], to_ms(desk.clock()))
        result = opening.service_offers(connection, seen, [requested], day)
    return result[requested]


def test_outside_hours_no_number_is_given_and_the_refusal_says_until_when(desk, admin, clock) -> None:
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    assert desk.issue(), "noon of a Tuesday"
    clock.now = LATE
    refusal = refused(desk.issue)
    assert refusal.code == "service_closed"
    closed = refusal.facts["opening"]
    assert (closed.open, closed.why) == (False, ClosedReason.AFTER_HOURS)
    assert closed.until == to_ms(datetime(2026, 11, 30, 0, 0, tzinfo=UTC)), "Monday, 08:00"
    clock.now = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    assert desk.issue(), "open again to the minute"


def test_who_waits_at_closing_is_still_called(desk, admin, clock) -> None:
    row = desk.issue()
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    clock.now = datetime(2026, 11, 24, 7, 1, tzinfo=UTC)  # 15:01
    assert refused(desk.issue).code == "service_closed"
    assert desk.call().id == row.id


def test_holidays_close_the_hall(desk, admin, clock) -> None:
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    for day, name in (("2026-12-25", "Hari Raya Natal"), ("2027-01-13", "Hari Raya Galungan"), ("2027-03-09", None)):
        clock.now = datetime.fromisoformat(f"{day}T03:00:00+00:00")
        closed = refused(desk.issue).facts["opening"]
        assert closed.why is ClosedReason.HOLIDAY
        assert name is None or closed.name["id"] == name


def test_a_services_own_hours_and_quota(desk, admin, clock) -> None:
    hours.set_service_hours(desk.store, admin, desk.service.id, {"weekly": {"tue": ["08:00-13:00"]}}, 2, clock())
    assert offer(desk).numbers_left == 2
    desk.issue()
    desk.issue()
    result = offer(desk).opening
    assert (result.open, result.why) == (False, ClosedReason.QUOTA)
    assert result.until == to_ms(datetime(2026, 12, 1, 0, 0, tzinfo=UTC)), "next Tuesday, 08:00"
    refusal = refused(desk.issue)
    assert (refusal.code, refusal.facts["opening"].until) == ("quota_reached", result.until)
    other = catalogue_of(desk).services[desk.counter.service_ids[1]]
    assert offer(desk, other.id).opening.open, "the others keep the hall's hours: none"
    clock.forward(days=1)
    assert offer(desk).opening.why is ClosedReason.WEEKDAY
    clock.forward(days=6)
    assert desk.issue().label.endswith("-001"), "a new day, a new quota"


def test_staffs_stop_stands_above_the_hours(desk, admin, clock) -> None:
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    set_issuing(desk.store, desk.officer, desk.service.id, issuing=False, now=clock())
    assert offer(desk).opening.why is ClosedReason.STOPPED
    set_issuing(desk.store, desk.officer, desk.service.id, issuing=True, now=clock())
    assert offer(desk).opening.open


def test_only_an_administrator_sets_and_only_what_is_right(desk, admin, clock) -> None:
    acts = (
        lambda who, bad: hours.set_hall_hours(desk.store, who, bad, clock()),
        lambda who, bad: hours.set_service_hours(desk.store, who, desk.service.id, bad, None, clock()),
        lambda who, bad: hours.set_breaks(desk.store, who, desk.counter.id, [bad], clock()),
    )
    before = catalogue_of(desk).version
    for act in acts:
        assert refused(lambda act=act: act(desk.officer, {})).code == "not_allowed"
        refusal = refused(lambda act=act: act(admin, {"weekly": {"mon": ["8"]}}))
        assert refusal.code == "bad_setting"
        assert "“" in refusal.facts["detail"]
    assert refused(lambda: hours.set_service_hours(desk.store, admin, 999, None, None, clock())).code == (
        "unknown_service"
    )
    assert refused(lambda: hours.set_breaks(desk.store, admin, 999, [], clock())).code == "unknown_counter"
    assert catalogue_of(desk).version == before


def test_who_set_them_is_known(hall) -> None:
    lunch = [{"time": "12:00-13:00", "name": {"id": "Istirahat siang"}}]
    with hall.one_change(hall.admin):
        hours.set_hall_hours(hall.store, hall.admin, OFFICE, hall.clock())
    with hall.one_change(hall.admin):
        hours.set_service_hours(hall.store, hall.admin, 1, {"weekly": {"tue": ["08:00-13:00"]}}, 20, hall.clock())
    with hall.one_change(hall.admin):
        hours.set_breaks(hall.store, hall.admin, 1, lunch, hall.clock())
    assert hall.catalogue().hours == OFFICE
    assert hall.catalogue().services[1].quota == 20
    for act in (
        lambda who: hours.set_hall_hours(hall.store, who, None, hall.clock()),
        lambda who: hours.set_service_hours(hall.store, who, 1, None, None, hall.clock()),
        lambda who: hours.set_breaks(hall.store, who, 1, [], hall.clock()),
    ):
        with hall.nothing_changes():
            assert refused(lambda act=act: act(hall.supervisor)).code == "not_allowed"


def test_a_roster_is_kept(desk, admin, clock) -> None:
    lunch = [{"time": "12:00-13:00", "name": {"id": "Istirahat siang"}}]
    hours.set_breaks(desk.store, admin, desk.counter.id, lunch, clock())
    assert list(catalogue_of(desk).counters[desk.counter.id].breaks) == lunch


def test_an_opening_time_is_logged_once_by_any_worker(desk, admin, clock) -> None:
    clock.now = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)  # Tuesday, 07:50
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    last = publish_opening_change(desk.store, clock(), None)
    before = desk.facts().count("opening_passed")
    clock.forward(minutes=9, seconds=59)
    assert publish_opening_change(desk.store, clock(), last) == last
    clock.forward(seconds=3)
    first, second = (publish_opening_change(desk.store, clock(), last) for _worker in range(2))
    assert first == second == to_ms(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert desk.facts().count("opening_passed") == before + 1
    clock.forward(hours=7)  # 15:00
    assert publish_opening_change(desk.store, clock(), first) == to_ms(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
    assert desk.facts().count("opening_passed") == before + 2


def test_without_hours_nothing_is_logged(desk, clock) -> None:
    clock.forward(days=1)
    assert publish_opening_change(desk.store, clock(), None) is None
    assert "opening_passed" not in desk.facts()


def test_the_hall_is_open_while_a_service_with_its_own_hours_is(desk, admin, clock) -> None:
    hours.set_hall_hours(desk.store, admin, OFFICE, clock())
    saturday = {"weekly": {"sat": ["09:00-10:00"]}}
    hours.set_service_hours(desk.store, admin, desk.service.id, saturday, None, clock())
    clock.now = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # Saturday, 08:30
    result = opening.hall_opening(catalogue_of(desk), to_ms(clock()))
    assert (result.open, result.until) == (False, to_ms(datetime(2026, 11, 28, 1, 0, tzinfo=UTC)))
    clock.forward(minutes=45)
    result = opening.hall_opening(catalogue_of(desk), to_ms(clock()))
    assert (result.open, result.until) == (True, to_ms(datetime(2026, 11, 28, 2, 0, tzinfo=UTC)))


def test_national_days_of_a_year() -> None:
    from queue_app.store.holidays import national_days  # the only test of the package itself

    holidays = {day.isoformat(): holiday for day, holiday in national_days(2026).items()}
    assert holidays["2026-03-19"].nyepi
    assert not holidays["2026-03-18"].nyepi
    assert holidays["2026-03-18"].joint_leave
    assert holidays["2026-08-17"].name["en"] == "Independence Day"
    assert not holidays["2026-08-17"].joint_leave
