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
    """Local date of the hall at `now` (an aware datetime). Raises ValueError for a naive one."""
    if now.tzinfo is None:
        raise ValueError("an instant must know its time zone")
    return now.astimezone(ZoneInfo(time_zone)).date()


def zone_short_name(time_zone: str, now: datetime) -> str:
    """Short name of the zone for people: "WITA", or what the tz database calls it."""
    return _SHORT_NAMES.get(time_zone) or now.astimezone(ZoneInfo(time_zone)).tzname() or time_zone


def to_ms(at: datetime) -> int:
    """Milliseconds since the Unix epoch, UTC. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("an instant must know its time zone")
    return round(at.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The instant of `ms` milliseconds since the Unix epoch, aware, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
