"""Opening state as a sentence: “Hari ini libur: Hari Raya Galungan. Buka kembali Jumat 08.00.”"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from queue_app.domain.catalogue import localised_name
from queue_app.domain.clock import from_ms
from queue_app.domain.opening import ClosedReason, Opening
from queue_app.web.texts import translate

_WEEK = 7


def closed_words(opening: Opening, language: str, now_ms: int, time_zone: str) -> str:
    """Explain why no number is given and when it opens again, as far as known; "" for an open service."""
    if opening.why is None:
        return ""
    occasion = {} if opening.name is None else {"name": localised_name(opening.name, language)}
    reason = translate(f"closed.{opening.why.value}{'.named' if occasion else ''}", language, **occasion)
    if opening.until is None:
        return reason
    key = "closed.opens" if opening.why is ClosedReason.BEFORE_HOURS else "closed.again"
    return f"{reason} {translate(key, language, when=when_words(opening.until, language, now_ms, time_zone))}"


def when_words(at_ms: int, language: str, now_ms: int, time_zone: str) -> str:
    """Format a future instant as people say it today: "pukul 13.00", "besok 08.00", "Senin 08.00", or with the date."""
    zone = ZoneInfo(time_zone)
    at, today = from_ms(at_ms).astimezone(zone), from_ms(now_ms).astimezone(zone).date()
    return translate(f"when.{_distance(at.date(), today)}", language, **_parts(at, language))


def _distance(day: date, today: date) -> str:
    days = (day - today).days
    if days < 2:
        return "today" if days < 1 else "tomorrow"
    return "week" if days < _WEEK else "later"


def _parts(at: datetime, language: str) -> Mapping[str, object]:
    time = translate("when.time", language, hour=f"{at:%H}", minute=f"{at:%M}")
    weekday = translate(f"weekday.{at.isoweekday()}", language)
    return {"time": time, "weekday": weekday, "day": at.day, "month": translate(f"month.{at.month}", language)}
