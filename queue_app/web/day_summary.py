"""The day's figures as lines of text, for the summary slip of staff."""

from __future__ import annotations

from datetime import date

from queue_app.snapshots.moment import Moment
from queue_app.store import queries
from queue_app.web.texts import translate

_MINUTE_MS = 60_000
# Line of the slip → the states of the tickets that it counts.
_LINES = {
    "waiting": ("waiting", "held"),
    "at_counter": ("called", "serving"),
    "served": ("served",),
    "no_show": ("no_show",),
    "ended": ("cancelled", "expired"),
}


def day_summary(moment: Moment, agency_id: int | None, language: str) -> tuple[str, list[tuple[str, str]]]:
    """Return title and lines, of one agency, or (None) of the whole hall."""
    figures = queries.day_figures(moment.connection, moment.day, agency_id)
    agency = moment.catalogue.agencies.get(agency_id or 0)
    title = translate("summary.title", language, day=_day(moment.day, language))
    if agency is not None:
        title = f"{title} {agency.short}"
    rows = [("issued", sum(figures.states.values()))]
    rows += [(line, sum(figures.states.get(state, 0) for state in states)) for line, states in _LINES.items()]
    lines = [(translate(f"summary.{line}", language), str(count)) for line, count in rows]
    for line, mean in (("wait", figures.wait_ms), ("service", figures.service_ms)):
        if mean is not None:
            minutes = translate("summary.minutes", language, count=round(mean / _MINUTE_MS))
            lines.append((translate(f"summary.{line}", language), minutes))
    return title, lines


def _day(day: date, language: str) -> str:
    return f"{day.day} {translate(f'month.{day.month}', language)} {day.year}"
