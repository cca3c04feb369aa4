"""Instants and business days. A business day is the hall's local date, never a UTC one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Abbreviations that people in Indonesia know; the tz database prints "+08" for some of them.
_SHORT_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def business_date(now: datetime, time_zone: str) -> date:
    """Return the local date of the hall at `now` (an aware datetime). Raises ValueError for a naive datetime."""
    if now.tzinfo is None:
        raise ValueError("a datetime must have a time zone")
    return now.astimezone(ZoneInfo(time_zone)).date()


def zone_short_name(time_zone: str, now: datetime) -> str:
    """Return the short name of the time zone for people: "WITA", or the abbreviation of the tz database."""
    return _SHORT_NAMES.get(time_zone) or now.astimezone(ZoneInfo(time_zone)).tzname() or time_zone


def to_ms(at: datetime) -> int:
    """Return milliseconds since the Unix epoch, UTC. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("a datetime must have a time zone")
    return round(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """Return the aware UTC datetime of `ms` milliseconds since the Unix epoch."""
    return datetime.fromtimestamp(ms / 1000, UTC)
