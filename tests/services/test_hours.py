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
def admin(session):
    """Return the counter's officer with the admin role."""
    return replace(session.officer, role=Role.ADMIN)


def refused(act) -> Refusal:
    """Return the refusal of an action."""
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def catalogue_of(session):
    """Read the catalogue."""
    with session.store.read() as connection:
        return session.store.catalogue(connection)


def offer(session, service_id: int | None = None):
    """Read whether a service issues numbers now."""
    requested = session.service.id if service_id is None else service_id
    with session.store.read() as connection:
        _seq, day = queries.log_head(connection)
        catalogue = session.store.catalogue(connection)
        seen = read_outlook(connection, catalogue, catalogue.wide_pools[requested], to_ms(session.clock()))
        result = opening.service_offers(connection, seen, [requested], day)
    return result[requested]


def test_outside_hours_no_number_is_given_and_the_refusal_says_until_when(session, admin, clock) -> None:
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    assert session.issue(), "noon of a Tuesday"
    clock.now = LATE
    refusal = refused(session.issue)
    assert refusal.code == "service_closed"
    closed = refusal.facts["opening"]
    assert (closed.open, closed.why) == (False, ClosedReason.AFTER_HOURS)
    assert closed.until == to_ms(datetime(2026, 11, 30, 0, 0, tzinfo=UTC)), "Monday, 08:00"
    clock.now = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    assert session.issue(), "open again to the minute"


def test_who_waits_at_closing_is_still_called(session, admin, clock) -> None:
    row = session.issue()
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    clock.now = datetime(2026, 11, 24, 7, 1, tzinfo=UTC)  # 15:01
    assert refused(session.issue).code == "service_closed"
    assert session.call().id == row.id


def test_holidays_close_the_hall(session, admin, clock) -> None:
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    for day, name in (("2026-12-25", "Hari Raya Natal"), ("2027-01-13", "Hari Raya Galungan"), ("2027-03-09", None)):
        clock.now = datetime.fromisoformat(f"{day}T03:00:00+00:00")
        closed = refused(session.issue).facts["opening"]
        assert closed.why is ClosedReason.HOLIDAY
        assert name is None or closed.name["id"] == name


def test_a_services_own_hours_and_quota(session, admin, clock) -> None:
    hours.set_service_hours(session.store, admin, session.service.id, {"weekly": {"tue": ["08:00-13:00"]}}, 2, clock())
    assert offer(session).numbers_left == 2
    session.issue()
    session.issue()
    result = offer(session).opening
    assert (result.open, result.why) == (False, ClosedReason.QUOTA)
    assert result.until == to_ms(datetime(2026, 12, 1, 0, 0, tzinfo=UTC)), "next Tuesday, 08:00"
    refusal = refused(session.issue)
    assert (refusal.code, refusal.facts["opening"].until) == ("quota_reached", result.until)
    other = catalogue_of(session).services[session.counter.service_ids[1]]
    assert offer(session, other.id).opening.open, "the others keep the hall's hours: none"
    clock.forward(days=1)
    assert offer(session).opening.why is ClosedReason.WEEKDAY
    clock.forward(days=6)
    assert session.issue().label.endswith("-001"), "a new day, a new quota"


def test_staffs_stop_stands_above_the_hours(session, admin, clock) -> None:
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    set_issuing(session.store, session.officer, session.service.id, issuing=False, now=clock())
    assert offer(session).opening.why is ClosedReason.STOPPED
    set_issuing(session.store, session.officer, session.service.id, issuing=True, now=clock())
    assert offer(session).opening.open


def test_only_an_administrator_sets_and_only_what_is_right(session, admin, clock) -> None:
    acts = (
        lambda who, bad: hours.set_hall_hours(session.store, who, bad, clock()),
        lambda who, bad: hours.set_service_hours(session.store, who, session.service.id, bad, None, clock()),
        lambda who, bad: hours.set_breaks(session.store, who, session.counter.id, [bad], clock()),
    )
    before = catalogue_of(session).version
    for act in acts:
        assert refused(lambda act=act: act(session.officer, {})).code == "not_allowed"
        refusal = refused(lambda act=act: act(admin, {"weekly": {"mon": ["8"]}}))
        assert refusal.code == "bad_setting"
        assert "“" in refusal.facts["detail"]
    assert refused(lambda: hours.set_service_hours(session.store, admin, 999, None, None, clock())).code == (
        "unknown_service"
    )
    assert refused(lambda: hours.set_breaks(session.store, admin, 999, [], clock())).code == "unknown_counter"
    assert catalogue_of(session).version == before


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


def test_a_roster_is_kept(session, admin, clock) -> None:
    lunch = [{"time": "12:00-13:00", "name": {"id": "Istirahat siang"}}]
    hours.set_breaks(session.store, admin, session.counter.id, lunch, clock())
    assert list(catalogue_of(session).counters[session.counter.id].breaks) == lunch


def test_an_opening_time_is_logged_once_by_any_worker(session, admin, clock) -> None:
    clock.now = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)  # Tuesday, 07:50
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    last = publish_opening_change(session.store, clock(), None)
    before = session.facts().count("opening_passed")
    clock.forward(minutes=9, seconds=59)
    assert publish_opening_change(session.store, clock(), last) == last
    clock.forward(seconds=3)
    first, second = (publish_opening_change(session.store, clock(), last) for _worker in range(2))
    assert first == second == to_ms(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert session.facts().count("opening_passed") == before + 1
    clock.forward(hours=7)  # 15:00
    assert publish_opening_change(session.store, clock(), first) == to_ms(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
    assert session.facts().count("opening_passed") == before + 2


def test_without_hours_nothing_is_logged(session, clock) -> None:
    clock.forward(days=1)
    assert publish_opening_change(session.store, clock(), None) is None
    assert "opening_passed" not in session.facts()


def test_the_hall_is_open_while_a_service_with_its_own_hours_is(session, admin, clock) -> None:
    hours.set_hall_hours(session.store, admin, OFFICE, clock())
    saturday = {"weekly": {"sat": ["09:00-10:00"]}}
    hours.set_service_hours(session.store, admin, session.service.id, saturday, None, clock())
    clock.now = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # Saturday, 08:30
    result = opening.hall_opening(catalogue_of(session), to_ms(clock()))
    assert (result.open, result.until) == (False, to_ms(datetime(2026, 11, 28, 1, 0, tzinfo=UTC)))
    clock.forward(minutes=45)
    result = opening.hall_opening(catalogue_of(session), to_ms(clock()))
    assert (result.open, result.until) == (True, to_ms(datetime(2026, 11, 28, 2, 0, tzinfo=UTC)))


def test_national_days_of_a_year() -> None:
    from queue_app.store.holidays import national_days  # the only test of the package itself

    holidays = {day.isoformat(): holiday for day, holiday in national_days(2026).items()}
    assert holidays["2026-03-19"].nyepi
    assert not holidays["2026-03-18"].nyepi
    assert holidays["2026-03-18"].joint_leave
    assert holidays["2026-08-17"].name["en"] == "Independence Day"
    assert not holidays["2026-08-17"].joint_leave
