"""Opening hours as configured: read from JSON, validated, and kept as plain values.

`opening.py` evaluates the hours at an instant. The days of a week are 0 (Monday) to 6, times of day are minutes of
the hall's local day, 0 to 1440. docs/hours.md describes the JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from queue_app.domain.errors import BadSetting
from queue_app.domain.pawukon import HOLY_DAYS

Names = Mapping[str, str]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 1440
# The days around Nyepi, which follows the moon: the day before and the day after.
AROUND_NYEPI: Mapping[str, tuple[int, Names]] = {
    "pengerupukan": (-1, {"id": "Hari Pengerupukan", "en": "Eve of Nyepi", "ban": "Rahina Pangrupukan"}),
    "ngembak_geni": (1, {"id": "Ngembak Geni", "en": "Day after Nyepi", "ban": "Ngembak Geni"}),
}
# Days off of government offices in Bali besides the national holidays, by the governor's yearly circulars.
BALI_DAYS = frozenset(HOLY_DAYS) | frozenset(AROUND_NYEPI)
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", re.ASCII)
_LANGUAGES = frozenset({"id", "en", "ban"})
_MAX_ENTRIES = 400


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of minutes of a day: `start` is inside, `end` is not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Break:
    """A time of day without service, on some days of the week: lunch, Friday prayer."""

    days: frozenset[int]
    span: Span
    name: Names | None = None


@dataclass(frozen=True, slots=True)
class Special:
    """An exception: other hours than usual, or none, on one date or in a period.

    A single date overrides weekend and holiday. A period changes only the days that are open anyway.
    """

    first: date
    last: date
    days: frozenset[int]
    spans: tuple[Span, ...]
    name: Names | None
    period: bool

    def covers(self, day: date) -> bool:
        """Whether the exception applies to this date."""
        return self.first <= day <= self.last and day.weekday() in self.days


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a hall or of one service; `weekly` of None leaves the week as the hall has it."""

    weekly: tuple[tuple[Span, ...], ...] | None = None
    breaks: tuple[Break, ...] = ()
    exceptions: tuple[Special, ...] = ()
    national: bool = False
    joint_leave: bool = False
    bali: frozenset[str] = frozenset()

    def exception(self, day: date) -> Special | None:
        """Return the first exception that applies to a date."""
        return next((special for special in self.exceptions if special.covers(day)), None)


def parse_hall_hours(stored: object) -> Hours | None:
    """Parse the hall's hours; None where nothing is stored: open at any hour. Raises BadSetting for invalid JSON."""
    if stored is None:
        return None
    values = _object(stored, "hours", {"weekly", "breaks", "exceptions", "holidays"})
    if "weekly" not in values:
        raise BadSetting("missing", "hours", "“hours” must have “weekly”.", part="weekly")
    national, joint, bali = _holidays(values.get("holidays", {}))
    return Hours(_weekly(values["weekly"]), *_breaks_and_exceptions(values), national, joint, bali)


def parse_service_hours(stored: object) -> Hours | None:
    """Parse a service's own hours; None where nothing is stored: the hall's. Raises BadSetting for invalid JSON."""
    if stored is None:
        return None
    values = _object(stored, "hours", {"weekly", "breaks", "exceptions"})
    weekly = _weekly(values["weekly"]) if "weekly" in values else None
    return Hours(weekly, *_breaks_and_exceptions(values))


def parse_breaks(stored: object, where: str = "breaks") -> tuple[Break, ...]:
    """Parse the breaks of a counter's roster, or of the hall. Raises BadSetting for invalid JSON."""
    return tuple(_break(entry, f"{where}[{index}]") for index, entry in enumerate(_list(stored, where)))


def subtract_spans(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Return `spans` (in order) without the times in `holes`."""
    remaining = list(spans)
    for hole in holes:
        cut = [(Span(s.start, min(s.end, hole.start)), Span(max(s.start, hole.end), s.end)) for s in remaining]
        remaining = [part for parts in cut for part in parts if part.start < part.end]
    return remaining


def intersect_spans(spans: Sequence[Span], limits: Sequence[Span]) -> list[Span]:
    """Return the parts of `spans` that lie inside `limits`, in order."""
    parts = [Span(max(a.start, b.start), min(a.end, b.end)) for a in spans for b in limits]
    return sorted(part for part in parts if part.start < part.end)


# --- parsing the JSON


def _breaks_and_exceptions(values: Mapping[str, object]) -> tuple[tuple[Break, ...], tuple[Special, ...]]:
    exceptions = enumerate(_list(values.get("exceptions", []), "exceptions"))
    return parse_breaks(values.get("breaks", [])), tuple(
        _exception(entry, f"exceptions[{i}]") for i, entry in exceptions
    )


def _weekly(stored: object) -> tuple[tuple[Span, ...], ...]:
    values = _object(stored, "weekly", set(DAYS))
    return tuple(_spans(values.get(day, []), f"weekly.{day}") for day in DAYS)


def _break(stored: object, where: str) -> Break:
    values = _object(stored, where, {"days", "time", "name"})
    if "time" not in values:
        raise BadSetting("missing", where, f"“{where}” must have “time”.", part="time")
    return Break(_days(values, where), _span(values["time"], f"{where}.time"), _names(values, where))


def _exception(stored: object, where: str) -> Special:
    values = _object(stored, where, {"date", "from", "to", "days", "open", "name"})
    spans, name = _spans(values.get("open", []), f"{where}.open"), _names(values, where)
    if "date" in values:
        if values.keys() & {"from", "to", "days"}:
            raise BadSetting("date_or_period", where, f"“{where}” must have either “date”, or “from” and “to”.")
        day = _date(values, "date", where)
        return Special(day, day, frozenset(range(7)), spans, name, period=False)
    first, last = _date(values, "from", where), _date(values, "to", where)
    if last < first:
        raise BadSetting("period", f"{where}.to", f"“{where}.to” must not be before “{where}.from”.")
    return Special(first, last, _days(values, where), spans, name, period=True)


def _holidays(stored: object) -> tuple[bool, bool, frozenset[str]]:
    values = _object(stored, "holidays", {"national", "joint_leave", "bali"})
    for key in ("national", "joint_leave"):
        if not isinstance(values.get(key, False), bool):
            raise BadSetting("boolean", f"holidays.{key}", f"“holidays.{key}” must be true or false.")
    bali = values.get("bali", False)
    if isinstance(bali, bool):
        chosen = BALI_DAYS if bali else frozenset()
    else:
        codes = _list(bali, "holidays.bali")
        unknown = next((code for code in codes if code not in BALI_DAYS), None)
        if unknown is not None:
            choices = ", ".join(sorted(BALI_DAYS))
            text = f"“holidays.bali” holds “{unknown}”; it may hold {choices}."
            raise BadSetting("choice", "holidays.bali", text, choices=choices)
        chosen = frozenset(map(str, codes))
    return values.get("national") is True, values.get("joint_leave") is True, chosen


def _object(stored: object, where: str, allowed: set[str]) -> Mapping[str, object]:
    if not isinstance(stored, Mapping):
        raise BadSetting("object", where, f"“{where}” must be an object.")
    unknown = next((name for name in stored if name not in allowed), None)
    if unknown is not None:
        choices = ", ".join(sorted(allowed))
        raise BadSetting("choice", where, f"“{where}” has “{unknown}”; it may have {choices}.", choices=choices)
    return stored


def _list(stored: object, where: str) -> Sequence[object]:
    if not isinstance(stored, Sequence) or isinstance(stored, str) or len(stored) > _MAX_ENTRIES:
        text = f"“{where}” must be a list of at most {_MAX_ENTRIES}."
        raise BadSetting("list", where, text, most=_MAX_ENTRIES)
    return stored


def _days(values: Mapping[str, object], where: str) -> frozenset[int]:
    days = _list(values.get("days", DAYS), f"{where}.days")
    if not days:
        raise BadSetting("days", f"{where}.days", f"“{where}.days” must name a day.")
    if any(day not in DAYS for day in days):
        choices = ", ".join(DAYS)
        text = f"“{where}.days” must be a list of some of {choices}."
        raise BadSetting("choice", f"{where}.days", text, choices=choices)
    return frozenset(DAYS.index(str(day)) for day in days)


def _date(values: Mapping[str, object], key: str, where: str) -> date:
    text = values.get(key)
    try:
        if isinstance(text, str) and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadSetting("date", f"{where}.{key}", f"“{where}.{key}” must be a date like “2026-12-24”.")


def _spans(stored: object, where: str) -> tuple[Span, ...]:
    spans = tuple(_span(entry, where) for entry in _list(stored, where))
    if any(after.start < before.end for before, after in pairwise(spans)):
        raise BadSetting("overlap", where, f"“{where}” must be in order, without overlap.")
    return spans


def _span(stored: object, where: str) -> Span:
    match = _SPAN.fullmatch(stored) if isinstance(stored, str) else None
    if match is None:
        text = f"“{where}” has “{stored}”; it must be like “08:00-15:00”."
        raise BadSetting("time", where, text, value=stored)
    end = MINUTES_A_DAY if match[3] is None else int(match[3]) * 60 + int(match[4])
    span = Span(int(match[1]) * 60 + int(match[2]), end)
    if span.start >= span.end:
        raise BadSetting("order", where, f"“{where}” has “{stored}”, which ends before it begins.", value=stored)
    return span


def _names(values: Mapping[str, object], where: str) -> Names | None:
    stored = values.get("name")
    if stored is None:
        return None
    names = _object(stored, f"{where}.name", set(_LANGUAGES))
    if "id" not in names or any(not isinstance(n, str) or not 0 < len(n) <= 80 for n in names.values()):
        text = f"“{where}.name” must have “id”, and texts of at most 80 characters."
        raise BadSetting("name", f"{where}.name", text, most=80)
    return {language: str(text) for language, text in names.items()}
