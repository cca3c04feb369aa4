"""Texts of the slips in the three languages, with names of months and days."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_FOLDER = Path(__file__).parent / "locale"


@cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return texts


def slip_phrase(language: str, key: str, **values: object) -> str:
    """Return a text with its `{placeholders}` filled in. Raises KeyError for an unknown key."""
    return _texts(language)[key].format(**values)


def plural_phrase(language: str, key: str, count: int) -> str:
    """Return the text of `key.one` or `key.other`, by `count`."""
    return slip_phrase(language, f"{key}.{'one' if count == 1 else 'other'}", count=count)


def long_date(language: str, moment: datetime) -> str:
    """Format a date in words, such as “Senin, 23 November 2026”."""
    return slip_phrase(
        language,
        "date",
        weekday=slip_phrase(language, f"weekday.{moment.isoweekday()}"),
        day=moment.day,
        month=slip_phrase(language, f"month.{moment.month}"),
        year=moment.year,
    )
