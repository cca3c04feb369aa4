"""Open or closed at an instant, why, and until when, in the hall's time zone; instants are in ms since the epoch.

A service follows the hall's week unless it has a week of its own. Holidays and exceptions of the hall apply to all
services; an exception of the service itself overrides them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from queue_app.domain.clock import business_date, from_ms
from queue_app.domain.hours import (
    AROUND_NYEPI,
    MINUTES_A_DAY,
    Break,
    Hours,
    Names,
    Span,
    intersect_spans,
    subtract_spans,
)
from queue_app.domain.pawukon import HOLY_DAYS, holy_day

LOOK_AHEAD_DAYS = 400
_DAY = timedelta(days=1)
_WHOLE_DAY = Span(0, MINUTES_A_DAY)
_MAX_CACHED_DAYS = 2 * LOOK_AHEAD_DAYS


class ClosedReason(StrEnum):
    """The reason why no number is issued."""

    BEFORE_HOURS = "before_hours"
    AFTER_HOURS = "after_hours"
    BREAK = "break"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    WEEKDAY = "weekday"  # the service is not offered on this day of the week
    STOPPED = "stopped"  # by staff
    QUOTA = "quota"
    PREDICTED_STOP = "predicted_stop"
    NO_COUNTER = "no_counter"


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening state at an instant: open or not, and if not, why; `name` is that of the holiday or break.

    `until` is when that changes: the end of the open time, or the next opening; None if it cannot be predicted.
    """

    open: bool
    why: ClosedReason | None = None
    until: int | None = None
    name: Names | None = None


ALWAYS = Opening(open=True)


class NationalDay(NamedTuple):
    """A national day off."""

    name: Names
    joint_leave: bool = False
    nyepi: bool = False


# Intervals (ms) in which a counter is unavailable, in order; an end of None means that it does not come back today.
Unavailable = tuple[tuple[float, float | None], ...]
# The national days off of a year.
Holidays = Callable[[int], Mapping[date, NationalDay]]


def no_holidays(_year: int) -> Mapping[date, NationalDay]:
    """Null calendar: no holidays."""
    return {}


class _Plan(NamedTuple):
    """The hours of a day: when numbers are issued, else why not."""

    spans: Sequence[Span]
    why: ClosedReason = ClosedReason.DAY_OFF
    name: Names | None = None


class _Day(NamedTuple):
    """A day divided into open and closed pieces: piece n lasts from starts[n] to starts[n + 1]."""

    starts: Sequence[int]
    pieces: Sequence[Opening]


class Timetable:
    """The opening hours of a hall, or of one of its services; days are computed once and cached."""

    def __init__(self, time_zone: str, hall: Hours | None, own: Hours | None, holidays: Holidays) -> None:
        self._time_zone, self._zone = time_zone, ZoneInfo(time_zone)
        self._hall, self._own, self._holidays = hall, own, holidays
        self._days: dict[date, _Day] = {}

    @property
    def always_open(self) -> bool:
        """Whether no hours are set."""
        return self._hall is None and self._own is None

    def at(self, now_ms: int) -> Opening:
        """Return whether it is open at this instant, why, and until when."""
        if self.always_open:
            return ALWAYS
        today = self._date(now_ms)
        day = self._day(today)
        index = bisect_right(day.starts, now_ms) - 1
        piece = day.pieces[index]
        until = self._closing_after(today, index) if piece.open else self._opening_after(today, now_ms)
        return replace(piece, until=until)

    def closes_at(self, now_ms: int) -> int | None:
        """Return the end of today's last open time, by which every visit has to end; None if there is none today."""
        if self.always_open:
            return None
        return max((end for start, end in self.open_times(now_ms)), default=None)

    def opens_on_a_later_day(self, now_ms: int) -> int | None:
        """Return the first opening on a day after today; None if there is none within LOOK_AHEAD_DAYS."""
        if self.always_open:
            return self._instant(self._date(now_ms), MINUTES_A_DAY)
        tomorrow = self._date(now_ms) + _DAY
        return self._opening_after(tomorrow, self._day(tomorrow).starts[0] - 1)

    def open_times(self, now_ms: int) -> list[tuple[int, int]]:
        """Return today's open times, in order."""
        day = self._day(self._date(now_ms))
        return [edges for edges, piece in zip(pairwise(day.starts), day.pieces, strict=True) if piece.open]

    def changes(self, now_ms: int) -> list[int]:
        """Return today's instants of opening and closing, in order."""
        if self.always_open:
            return []
        day = self._day(self._date(now_ms))
        before = self._day(self._date(now_ms) - _DAY).pieces[-1]
        pairs = zip(day.starts, [before, *day.pieces], day.pieces, strict=False)
        return [at for at, last, piece in pairs if last.open != piece.open or last.why != piece.why]

    def breaks_today(self, breaks: Iterable[Break], now_ms: int) -> list[tuple[int, int]]:
        """Return today's breaks of a counter as instants."""
        day = self._date(now_ms)
        spans = sorted(pause.span for pause in breaks if day.weekday() in pause.days)
        return [(self._instant(day, span.start), self._instant(day, span.end)) for span in spans]

    # --- pieces of days

    def _date(self, now_ms: int) -> date:
        return business_date(from_ms(now_ms), self._time_zone)

    def _instant(self, day: date, minute: int) -> int:
        if minute == MINUTES_A_DAY:
            day, minute = day + _DAY, 0
        local = datetime.combine(day, time(minute // 60, minute % 60), self._zone)
        return round(local.timestamp() * 1000)

    def _opening_after(self, first: date, now_ms: int) -> int | None:
        for step in range(LOOK_AHEAD_DAYS):
            day = self._day(first + step * _DAY)
            for start, piece in zip(day.starts, day.pieces, strict=False):
                if piece.open and start > now_ms:
                    return start
        return None

    def _closing_after(self, today: date, index: int) -> int | None:
        day = self._day(today)
        for step in range(1, LOOK_AHEAD_DAYS):
            if index + 1 < len(day.pieces):
                return day.starts[index + 1]
            index, day = 0, self._day(today + step * _DAY)
            if not day.pieces[0].open:
                return day.starts[0]
        return None

    def _day(self, day: date) -> _Day:
        cached = self._days.get(day)
        if cached is None:
            if len(self._days) > _MAX_CACHED_DAYS:
                self._days.clear()
            cached = self._days[day] = self._cut(day)
        return cached

    def _cut(self, day: date) -> _Day:
        plan = self._plan(day)
        breaks = [pause for hours in (self._hall, self._own) if hours for pause in hours.breaks]
        breaks = [pause for pause in breaks if day.weekday() in pause.days]
        spans = _joined(subtract_spans(plan.spans, [pause.span for pause in breaks]))
        if not spans:
            pieces = [(0, Opening(False, plan.why, name=plan.name))]
        else:
            pieces = [] if spans[0].start == 0 else [(0, Opening(False, ClosedReason.BEFORE_HOURS))]
            for index, span in enumerate(spans):
                pieces.append((span.start, ALWAYS))
                if index + 1 < len(spans):
                    pieces.append((span.end, Opening(False, ClosedReason.BREAK, name=_name_of(breaks, span.end))))
                elif span.end < MINUTES_A_DAY:
                    pieces.append((span.end, Opening(False, ClosedReason.AFTER_HOURS)))
        starts = [self._instant(day, minute) for minute, _ in pieces]
        return _Day([*starts, self._instant(day, MINUTES_A_DAY)], [piece for _, piece in pieces])

    # --- the plan of a day

    def _plan(self, day: date) -> _Plan:
        own = self._own.exception(day) if self._own else None
        if own is not None and not own.period:
            return _Plan(own.spans, name=own.name)
        plan = self._usual(day)
        if own is None or not plan.spans:
            return plan
        return _Plan(own.spans, name=own.name)

    def _usual(self, day: date) -> _Plan:
        """Return the plan without the service's own exceptions: the week, and the hall's holidays and exceptions."""
        week = self._hall.weekly if self._hall else None
        usual: Sequence[Span] = week[day.weekday()] if week else (_WHOLE_DAY,)
        limits = self._limits(day, usual)
        if self._own is None or self._own.weekly is None:
            return limits or _Plan(usual)
        own = self._own.weekly[day.weekday()]
        if limits is None:  # a service with a week of its own may be open when the hall usually is not
            return _Plan(own, ClosedReason.WEEKDAY if usual else ClosedReason.DAY_OFF)
        return limits._replace(
            spans=intersect_spans(own, limits.spans), why=ClosedReason.WEEKDAY if limits.spans else limits.why
        )

    def _limits(self, day: date, usual: Sequence[Span]) -> _Plan | None:
        """Return the plan that limits all services on an unusual day; None on a usual day."""
        if self._hall is None:
            return None
        special = self._hall.exception(day)
        if special is not None and not (special.period and special.spans):
            return _Plan(special.spans, ClosedReason.DAY_OFF, special.name)
        name = self._holiday(self._hall, day)
        if name is not None:
            return _Plan((), ClosedReason.HOLIDAY, name)
        return _Plan(special.spans) if special is not None and usual else None

    def _holiday(self, hall: Hours, day: date) -> Names | None:
        """Return the name of the holiday for which the hall is closed on this day; None if it is not one."""
        national = self._holidays(day.year).get(day)
        if national is not None and (hall.joint_leave if national.joint_leave else hall.national):
            return national.name
        holy = holy_day(day)
        if holy in hall.bali:
            return HOLY_DAYS[holy].name
        for code, (step, name) in AROUND_NYEPI.items():
            near = day - step * _DAY
            if code in hall.bali and (holiday := self._holidays(near.year).get(near)) is not None and holiday.nyepi:
                return name
        return None


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _name_of(breaks: Iterable[Break], minute: int) -> Names | None:
    return next((pause.name for pause in breaks if pause.span.start <= minute < pause.span.end), None)


def unavailable_times(
    breaks: Iterable[Break], timetables: Sequence[Timetable], now_ms: int, *, closing: bool = False
) -> Unavailable:
    """Return when a counter is unavailable today: in its own breaks, and while all its services are closed.

    `timetables` are those of the counter's services. The time after the last closing is included only with `closing`:
    an officer goes on until everybody who has a number was served.
    """
    times = sorted(span for table in timetables if not table.always_open for span in table.open_times(now_ms))
    gaps: list[tuple[float, float | None]] = [*timetables[0].breaks_today(breaks, now_ms)] if timetables else []
    if times and not any(table.always_open for table in timetables):
        gaps.append((-math.inf, times[0][0]))
        latest = times[0][1]
        for start, end in times:
            if start > latest:
                gaps.append((latest, start))
            latest = max(latest, end)
        if closing:
            gaps.append((latest, None))
    return tuple(_merged(gaps))


def _merged(gaps: Iterable[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    merged: list[tuple[float, float | None]] = []
    for start, end in sorted(gaps, key=lambda gap: gap[0]):
        before = merged[-1][1] if merged else -math.inf
        if before is None:
            break
        if start > before or not merged:
            merged.append((start, end))
        elif end is None or end > before:
            merged[-1] = (merged[-1][0], end)
    return merged
