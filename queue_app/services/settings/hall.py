"""Settings of the hall itself: its names, address, time zone, main language and the last line of its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import available_timezones

from queue_app.domain.catalogue import LANGUAGES, Catalogue, Names
from queue_app.domain.errors import BadSetting
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, parsed, set_columns
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

# setting → most characters, in each language
LENGTHS: Mapping[str, int] = {"name": 60, "full_name": 120, "address": 200, "footer": 240}


@dataclass(frozen=True, slots=True)
class HallSettings:
    """The hall as people know it; `name` is the short one, for screens and tickets."""

    name: str
    full_name: Names
    address: str
    time_zone: str
    language: str
    footer: Names


def hall_settings(catalogue: Catalogue) -> HallSettings:
    """Return the settings in force."""
    c = catalogue
    return HallSettings(c.hall_name, c.full_name, c.address, c.time_zone, c.language, c.footer)


def set_hall(store: Store, officer: Officer, settings: HallSettings, now: datetime) -> None:
    """Set the hall's own settings. Raises Refusal not_allowed, bad_setting."""
    require(officer, Permission.MANAGE_HALL)
    parsed(lambda: _check(settings))
    with begin_today(store, now) as unit:
        set_columns(unit, officer, Setting("hall"), t.hall, asdict(settings))


def _check(settings: HallSettings) -> None:
    _check_length("name", "name", settings.name, least=1)
    _check_length("address", "address", settings.address)
    _check_names("full_name", settings.full_name)
    if not settings.full_name.get("id"):
        text = "“full_name.id”: a name is needed in Indonesian."
        raise BadSetting("name", "full_name.id", text, most=LENGTHS["full_name"])
    _check_names("footer", settings.footer)
    if settings.time_zone not in available_timezones():
        raise BadSetting("time_zone", "time_zone", "“time_zone” must be a zone of the IANA database.")
    if settings.language not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        raise BadSetting("choice", "language", f"“language” may hold only: {choices}.", choices=choices)


def _check_names(setting: str, names: Names) -> None:
    for language, words in names.items():
        if language not in LANGUAGES:
            raise BadSetting("unknown", f"{setting}.{language}", f"“{language}” is not a language of the hall.")
        _check_length(setting, f"{setting}.{language}", words)


def _check_length(setting: str, field: str, words: str, least: int = 0) -> None:
    most = LENGTHS[setting]
    if not least <= len(words.strip()) <= most:
        raise BadSetting("length", field, f"“{field}” must have 1 to {most} characters.", most=most)
