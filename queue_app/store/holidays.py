"""The national days off of Indonesia, from the package `holidays`: public holidays and joint leave (cuti bersama)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from queue_app.domain.opening import NationalDay

_NYEPI = "Hari Suci Nyepi"


@cache
def national_days(year: int) -> Mapping[date, NationalDay]:
    """Return the national days off of a year; for years not yet announced, those that can be computed."""
    # Here, because importing it takes as long as the rest of the start, and a hall that is always open needs none.
    from holidays import GOVERNMENT, PUBLIC
    from holidays.countries.indonesia import Indonesia

    days: dict[date, NationalDay] = {}
    # A date that is both stays a public holiday.
    for category, joint_leave in ((GOVERNMENT, True), (PUBLIC, False)):
        indonesian = Indonesia(years=year, categories=(category,), language="id")
        english = Indonesia(years=year, categories=(category,), language="en_US")
        for day, name in indonesian.items():
            names = {"id": name, "en": english[day]}
            days[day] = NationalDay(names, joint_leave, not joint_leave and _NYEPI in name)
    return days
