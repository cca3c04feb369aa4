"""Opening hours: the known cases by name, and random hours against an oracle minute by minute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_app.domain.clock import to_ms
from queue_app.domain.hours import BALI_DAYS, DAYS, parse_breaks, parse_hall_hours, parse_service_hours
from queue_app.domain.opening import (
    ALWAYS,
    ClosedReason,
    NationalDay,
    Opening,
    Timetable,
    no_holidays,
    unavailable_times,
)

BALI = "Asia/Makassar"
MINUTE_MS = 60_000
NYEPI = date(2026, 3, 19)
NATIONAL = {
    NYEPI: NationalDay({"id": "Hari Suci Nyepi"}, nyepi=True),
    date(2026, 12, 25): NationalDay({"id": "Natal"}),
    date(2026, 12, 24): NationalDay({"id": "Cuti Bersama Natal"}, joint_leave=True),
}
OFFICE = {
    "weekly": {**{key: ["08:00-15:00"] for key in ("mon", "tue", "wed", "thu")}, "fri": ["08:00-14:00"]},
    "breaks": [{"days": ["fri"], "time": "12:00-13:00", "name": {"id": "Salat Jumat"}}],
    "holidays": {"national": True, "joint_leave": True, "bali": True},
    "exceptions": [{"date": "2026-11-28", "open": ["09:00-12:00"], "name": {"id": "Sabtu Melayani"}}],
}


def ms(text: str, zone: str = BALI) -> int:
    """Return the instant of a local time such as "2026-11-24 10:30", in ms."""
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def table(hall: object = OFFICE, own: object = None, zone: str = BALI) -> Timetable:
    """Build a timetable from JSON."""
    return Timetable(zone, parse_hall_hours(hall), parse_service_hours(own), lambda year: NATIONAL)


def described(opening: Opening) -> tuple[bool, str | None, str | None, str | None]:
    """Return an opening in readable form: open, why, until in Bali's local time, the name in Indonesian."""
    until = None
    if opening.until is not None:
        until = f"{datetime.fromtimestamp(opening.until / 1000, ZoneInfo(BALI)):%Y-%m-%d %H:%M}"
    return opening.open, opening.why and opening.why.value, until, opening.name["id"] if opening.name else None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24 10:30", (True, None, "2026-11-24 15:00", None)),
        ("2026-11-24 07:59", (False, "before_hours", "2026-11-24 08:00", None)),
        ("2026-11-24 08:00", (True, None, "2026-11-24 15:00", None)),
        ("2026-11-24 15:00", (False, "after_hours", "2026-11-25 08:00", None)),
        ("2026-11-24 00:00", (False, "before_hours", "2026-11-24 08:00", None)),
        ("2026-11-24 23:59", (False, "after_hours", "2026-11-25 08:00", None)),
        ("2026-11-27 11:00", (True, None, "2026-11-27 12:00", None)),
        ("2026-11-27 12:30", (False, "break", "2026-11-27 13:00", "Salat Jumat")),
        ("2026-11-27 14:00", (False, "after_hours", "2026-11-28 09:00", None)),  # an open Saturday for once
        ("2026-11-28 10:00", (True, None, "2026-11-28 12:00", None)),
        ("2026-11-29 10:00", (False, "day_off", "2026-11-30 08:00", None)),
        ("2026-12-24 10:00", (False, "holiday", "2026-12-28 08:00", "Cuti Bersama Natal")),
        ("2026-06-17 10:00", (False, "holiday", "2026-06-19 08:00", "Hari Raya Galungan")),
        ("2026-03-18 10:00", (False, "holiday", "2026-03-23 08:00", "Hari Pengerupukan")),
        ("2026-03-20 10:00", (False, "holiday", "2026-03-23 08:00", "Ngembak Geni")),
    ],
)
def test_a_government_hall_in_bali(now: str, expected: tuple[object, ...]) -> None:
    assert described(table().at(ms(now))) == expected


def test_the_local_day_counts_not_the_utc_one() -> None:
    """07:30 in Bali is still yesterday in UTC: the Monday's hours hold, not the Sunday's."""
    monday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert described(table().at(to_ms(monday))) == (False, "before_hours", "2026-11-23 08:00", None)


def test_without_hours_it_is_always_open() -> None:
    timetable = table(None)
    assert timetable.at(ms("2026-11-29 03:00")) == ALWAYS
    assert timetable.closes_at(ms("2026-11-29 03:00")) is None
    assert timetable.changes(ms("2026-11-29 03:00")) == []


def test_a_service_bound_to_weekdays() -> None:
    own = {"weekly": {"tue": ["09:00-11:00"], "thu": ["09:00-11:00"], "sat": ["09:00-10:00"]}}
    timetable = table(own=own)
    assert described(timetable.at(ms("2026-11-23 10:00"))) == (False, "weekday", "2026-11-24 09:00", None)
    assert described(timetable.at(ms("2026-11-24 10:00"))) == (True, None, "2026-11-24 11:00", None)
    assert described(timetable.at(ms("2026-12-05 09:30")))[0], "its own Saturday, on which the hall is usually closed"
    assert described(timetable.at(ms("2026-11-28 09:30")))[0], "the hall's open Saturday, inside its own hours"
    assert described(timetable.at(ms("2026-11-28 10:30"))) == (False, "after_hours", "2026-12-01 09:00", None)
    assert described(timetable.at(ms("2026-12-24 10:00")))[1] == "holiday"
    assert described(table(None, own).at(ms("2026-11-23 10:00")))[1] == "weekday"


def test_a_period_changes_only_the_days_that_are_open() -> None:
    fasting = {"from": "2026-03-16", "to": "2026-03-27", "open": ["08:30-14:00"]}
    timetable = table({**OFFICE, "exceptions": [fasting]})
    assert described(timetable.at(ms("2026-03-17 08:10"))) == (False, "before_hours", "2026-03-17 08:30", None)
    assert described(timetable.at(ms("2026-03-19 10:00")))[1] == "holiday"
    assert described(timetable.at(ms("2026-03-21 10:00")))[1] == "day_off"
    closed = table({**OFFICE, "exceptions": [{"from": "2026-11-24", "to": "2026-11-25", "name": {"id": "Pindahan"}}]})
    assert described(closed.at(ms("2026-11-24 10:00"))) == (False, "day_off", "2026-11-26 08:00", "Pindahan")


def test_a_services_own_exception_stands_above_all() -> None:
    own = {"exceptions": [{"date": "2026-12-25", "open": ["08:00-10:00"]}, {"date": "2026-11-24"}]}
    assert described(table(own=own).at(ms("2026-12-25 09:00"))) == (True, None, "2026-12-25 10:00", None)
    assert described(table(own=own).at(ms("2026-11-24 09:00"))) == (False, "day_off", "2026-11-25 08:00", None)


def test_which_days_close_the_hall_is_chosen() -> None:
    only = {"weekly": {key: ["08:00-15:00"] for key in DAYS}, "holidays": {"national": True, "bali": ["saraswati"]}}
    assert described(table(only).at(ms("2026-06-17 10:00")))[0], "Galungan was not chosen"
    assert described(table(only).at(ms("2026-12-24 10:00")))[0], "joint leave was not chosen"
    assert described(table(only).at(ms("2026-12-25 10:00")))[1] == "holiday"
    assert {"galungan", "kuningan", "pengerupukan", "ngembak_geni", "pagerwesi"} < BALI_DAYS


def test_never_open_again() -> None:
    never = table({"weekly": {}})
    assert described(never.at(ms("2026-11-24 10:00"))) == (False, "day_off", None, None)
    assert never.closes_at(ms("2026-11-24 10:00")) is None
    always = table({"weekly": {key: ["00:00-24:00"] for key in DAYS}})
    assert described(always.at(ms("2026-11-24 10:00"))) == (True, None, None, None)


def test_closing_and_the_next_day() -> None:
    timetable = table()
    assert timetable.closes_at(ms("2026-11-27 11:00")) == ms("2026-11-27 14:00"), "not the break before it"
    assert timetable.opens_on_a_later_day(ms("2026-11-24 07:00")) == ms("2026-11-25 08:00")
    assert timetable.changes(ms("2026-11-24 10:00")) == [
        ms(f"2026-11-24 {at}") for at in ("00:00", "08:00", "15:00")
    ]  # fmt: skip


def test_when_a_counter_is_away() -> None:
    lunch = parse_breaks([{"time": "12:30-13:15"}, {"days": ["mon"], "time": "09:00-09:15"}])
    friday = ms("2026-11-27 10:00")
    result = unavailable_times(lunch, [table(), table()], friday)
    assert result[1:] == ((ms("2026-11-27 12:00"), ms("2026-11-27 13:15")),), "prayer and lunch are one absence"
    assert result[0][1] == ms("2026-11-27 08:00")
    assert unavailable_times(lunch, [table()], friday, closing=True)[-1] == (ms("2026-11-27 14:00"), None)
    assert unavailable_times(lunch, [table(None)], friday) == ((ms("2026-11-27 12:30"), ms("2026-11-27 13:15")),)
    assert unavailable_times(lunch, [], friday) == ()


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ([], "“hours” must be an object"),
        ({}, "“hours” must have “weekly”"),
        ({"weekly": {}, "week": {}}, "has “week”"),
        ({"weekly": {"funday": []}}, "has “funday”"),
        ({"weekly": {"mon": "08:00-15:00"}}, "“weekly.mon” must be a list"),
        ({"weekly": {"mon": ["8-15"]}}, "“weekly.mon” has “8-15”"),
        ({"weekly": {"mon": ["15:00-08:00"]}}, "ends before it begins"),
        ({"weekly": {"mon": ["24:00-24:00"]}}, "must be like"),
        ({"weekly": {"mon": ["08:00-12:00", "11:00-15:00"]}}, "without overlap"),
        ({"weekly": {}, "breaks": [{"days": ["fri"]}]}, "“breaks[0]” must have “time”"),
        ({"weekly": {}, "breaks": [{"days": [], "time": "12:00-13:00"}]}, "“breaks[0].days”"),
        ({"weekly": {}, "breaks": [{"time": "12:00-13:00", "name": {"en": "Lunch"}}]}, "“breaks[0].name”"),
        ({"weekly": {}, "exceptions": [{"date": "24-12-2026"}]}, "“exceptions[0].date”"),
        ({"weekly": {}, "exceptions": [{"date": "2026-12-24", "to": "2026-12-25"}]}, "either “date”"),
        ({"weekly": {}, "exceptions": [{"from": "2026-12-24", "to": "2026-12-23"}]}, "must not be before"),
        ({"weekly": {}, "holidays": {"national": 1}}, "“holidays.national” must be true or false"),
        ({"weekly": {}, "holidays": {"bali": ["diwali"]}}, "“diwali”"),
    ],
)
def test_what_is_wrong_is_named(stored: object, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        parse_hall_hours(stored)


# --- against an oracle minute by minute

ZONES = (BALI, "Asia/Jakarta", "Europe/Berlin", "America/New_York")
# No edge at night, when clocks are moved: the meaning of an hour that occurs twice is not defined.
edges = st.sampled_from([0, 240, 241, 480, 719, 720, 721, 780, 900, 1200, 1439, 1440])
spans = (
    st.lists(edges, min_size=2, max_size=4, unique=True)
    .map(sorted)
    .map(lambda at: list(zip(at[::2], at[1::2], strict=False)))
)


def text(span: tuple[int, int]) -> str:
    """Format a span as configured."""
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


open_days = spans.map(lambda drawn: [text(span) for span in drawn])
weeks = st.dictionaries(st.sampled_from(DAYS), open_days, max_size=7) | st.fixed_dictionaries(
    dict.fromkeys(DAYS, open_days)
)
names = st.none() | st.just({"id": "Nama"})
some_days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
breaks = st.lists(st.builds(lambda days, span: {"days": days, "time": text(span[0])}, some_days, spans), max_size=2)
near = st.integers(0, 3).map(lambda step: date(2026, 3, 27) + timedelta(step))  # Europe moves its clocks on the 29th
open_times = st.just([]) | open_days
exceptions = st.lists(
    st.builds(lambda day, drawn: {"date": day.isoformat(), "open": drawn}, near, open_times)
    | st.builds(
        lambda day, length, days, drawn: {
            "from": day.isoformat(), "to": (day + timedelta(length)).isoformat(), "days": days, "open": drawn,
        },
        near, st.integers(0, 3), some_days, open_times,
    ),
    max_size=2,
)  # fmt: skip
halls = st.none() | st.builds(
    lambda weekly, breaks, exceptions, national: {
        "weekly": weekly, "breaks": breaks, "exceptions": exceptions, "holidays": {"national": national},
    },
    weeks, breaks, exceptions, st.booleans(),
)  # fmt: skip
services = st.none() | st.builds(
    lambda weekly, breaks, exceptions: {
        **({} if weekly is None else {"weekly": weekly}), "breaks": breaks, "exceptions": exceptions,
    },
    st.none() | weeks, breaks, exceptions,
)  # fmt: skip


def minutes(written: list[str]) -> set[int]:
    """Return the minutes of the day that spans cover."""
    covered: set[int] = set()
    for span in written:
        start, end = (int(at[:2]) * 60 + int(at[3:]) for at in span.split("-"))
        covered |= set(range(start, end))
    return covered


def exception_for(hours: Mapping[str, Any] | None, day: date) -> tuple[set[int], bool] | None:
    """Return the minutes of the first exception that applies to a day, and whether it is one of a period."""
    for exception in (hours or {}).get("exceptions", []):
        if exception.get("date") == day.isoformat():
            return minutes(exception["open"]), False
        if (
            "from" in exception
            and exception["from"] <= day.isoformat() <= exception["to"]
            and DAYS[day.weekday()] in exception["days"]
        ):
            return minutes(exception["open"]), True
    return None


def open_minutes(hall: Mapping[str, Any] | None, own: Mapping[str, Any] | None, day: date, holiday: bool) -> set[int]:
    """Return the open minutes of a day, read straight from the JSON (the oracle)."""
    name = DAYS[day.weekday()]
    week = minutes(hall["weekly"].get(name, [])) if hall else set(range(1440))
    own_minutes = minutes(own["weekly"].get(name, [])) if own and "weekly" in own else None
    special = exception_for(hall, day)
    if special is not None and (not special[1] or not special[0]):
        result = special[0] if own_minutes is None else special[0] & own_minutes
    elif hall and hall["holidays"]["national"] and holiday:
        result = set()
    elif special is not None and week:
        result = special[0] if own_minutes is None else special[0] & own_minutes
    else:
        result = week if own_minutes is None else own_minutes
    own_special = exception_for(own, day)
    if own_special is not None and (not own_special[1] or result):
        result = own_special[0]
    for hours in (hall, own):
        for pause in (hours or {}).get("breaks", []):
            if name in pause["days"]:
                result = result - minutes([pause["time"]])
    return result


@settings(max_examples=300, deadline=None)  # each walks five days
@given(halls, services, st.sampled_from(ZONES), st.integers(-2880, 2880), st.integers(0, 59_999))
def test_against_an_oracle_minute_by_minute(
    hall: Mapping[str, Any] | None, own: Mapping[str, Any] | None, zone: str, step: int, part: int
) -> None:
    holidays = {date(2026, 3, 27): NationalDay({"id": "Libur"}), date(2026, 3, 31): NationalDay({"id": "Libur"})}
    timetable = Timetable(zone, parse_hall_hours(hall), parse_service_hours(own), lambda year: holidays)
    local = ZoneInfo(zone)
    cached: dict[date, set[int]] = {}

    def is_open(at: int) -> bool:
        wall = datetime.fromtimestamp(at / 1000, local)
        day = wall.date()
        if day not in cached:
            cached[day] = open_minutes(hall, own, day, day in holidays)
        return wall.hour * 60 + wall.minute in cached[day]

    now = ms("2026-03-28 12:00", zone) + step * MINUTE_MS + part
    result = timetable.at(now)
    assert result.open == is_open(now)
    assert (result.why is None) == result.open
    walk = (now // MINUTE_MS * MINUTE_MS + minute * MINUTE_MS for minute in range(1, 5 * 1440))
    changed = next((at for at in walk if is_open(at) != result.open), None)
    if changed is not None or (result.until is not None and result.until < now + 5 * 1440 * MINUTE_MS):
        assert result.until == changed
    assert timetable.at(now) == result, "what was worked out once stays the same"


@given(halls, services, st.integers(-2880, 2880))
def test_the_changes_of_a_day_are_all_there_is(
    hall: Mapping[str, Any] | None, own: Mapping[str, Any] | None, step: int
) -> None:
    """Between two changes nothing changes: checking at these instants misses none."""
    timetable = Timetable(BALI, parse_hall_hours(hall), parse_service_hours(own), no_holidays)
    now = ms("2026-03-28 12:00") + step * MINUTE_MS
    midnight = ms(f"{datetime.fromtimestamp(now / 1000, ZoneInfo(BALI)):%Y-%m-%d} 00:00")
    changes = timetable.changes(now)
    last = timetable.at(midnight - 1)
    for at in range(midnight, midnight + 1440 * MINUTE_MS, 7 * MINUTE_MS):
        seen = timetable.at(at)
        moved = (seen.open, seen.why) != (last.open, last.why)
        assert not moved or any(at - 7 * MINUTE_MS < change <= at for change in changes)
        last = seen


def test_why_is_one_of_the_documented_codes() -> None:
    assert {why.value for why in ClosedReason} >= {"stopped", "quota", "predicted_stop", "no_counter"}
