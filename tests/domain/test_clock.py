"""The business day is the hall's local date."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.clock import business_date, from_ms, to_ms, zone_short_name


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), date(2026, 11, 23)),  # 23:59 in Tabanan
        (datetime(2026, 11, 23, 16, 1, tzinfo=UTC), date(2026, 11, 24)),  # 00:01
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), date(2026, 11, 24)),  # 07:59, before the UTC midnight
        (datetime(2026, 11, 24, 0, 1, tzinfo=UTC), date(2026, 11, 24)),  # 08:01, behind it
    ],
)
def test_around_both_midnights(utc: datetime, local: date) -> None:
    assert business_date(utc, "Asia/Makassar") == local


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 11, 24, 8, 0)  # noqa: DTZ001  # that is the point
    with pytest.raises(ValueError, match="time zone"):
        business_date(naive, "Asia/Makassar")
    with pytest.raises(ValueError, match="time zone"):
        to_ms(naive)


@given(st.integers(0, 4_000_000_000_000))
def test_milliseconds_come_back(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms


def test_the_zone_has_a_name_people_know() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert zone_short_name("Asia/Makassar", at) == "WITA"
    assert zone_short_name("Europe/Berlin", at) == "CET"
