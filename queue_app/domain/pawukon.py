"""The holy days of Bali that come every 210 days, by the Pawukon calendar.

The cycle has 30 weeks (wuku) of seven days, each from Sunday. Nyepi and Siwaratri follow the moon instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

CYCLE = 210
_FIRST_DAY = date(2023, 12, 17)  # a Sunday, the first day of the wuku Sinta


@dataclass(frozen=True, slots=True)
class HolyDay:
    """A holy day: its position in the cycle (0 to 209) and its names."""

    day: int
    name: Mapping[str, str]


def _named(day: int, indonesian: str, english: str, balinese: str) -> HolyDay:
    return HolyDay(day, {"id": indonesian, "en": english, "ban": balinese})


HOLY_DAYS: Mapping[str, HolyDay] = {
    "pagerwesi": _named(3, "Hari Raya Pagerwesi", "Pagerwesi", "Rahina Pagerwesi"),
    "penampahan_galungan": _named(72, "Penampahan Galungan", "Eve of Galungan", "Penampahan Galungan"),
    "galungan": _named(73, "Hari Raya Galungan", "Galungan", "Rahina Galungan"),
    "umanis_galungan": _named(74, "Umanis Galungan", "Day after Galungan", "Umanis Galungan"),
    "penampahan_kuningan": _named(82, "Penampahan Kuningan", "Eve of Kuningan", "Penampahan Kuningan"),
    "kuningan": _named(83, "Hari Raya Kuningan", "Kuningan", "Rahina Kuningan"),
    "umanis_kuningan": _named(84, "Umanis Kuningan", "Day after Kuningan", "Umanis Kuningan"),
    "saraswati": _named(209, "Hari Raya Saraswati", "Saraswati", "Rahina Saraswati"),
}
_BY_DAY = {holy.day: code for code, holy in HOLY_DAYS.items()}


def cycle_day(day: date) -> int:
    """Return the position of a date in the cycle, 0 to 209."""
    return (day - _FIRST_DAY).days % CYCLE


def holy_day(day: date) -> str | None:
    """Return the code of the holy day that falls on a date, if any."""
    return _BY_DAY.get(cycle_day(day))
