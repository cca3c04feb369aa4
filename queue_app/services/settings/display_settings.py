"""Settings of the displays: how calls are spoken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from queue_app.domain.display_settings import parse_display_settings
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, parsed, set_columns
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store


def set_display_settings(store: Store, officer: Officer, stored: Mapping[str, object], now: datetime) -> None:
    """Set the display settings; a missing one gets its default. Raises Refusal not_allowed, bad_setting."""
    require(officer, Permission.MANAGE_DISPLAYS)
    settings = parsed(lambda: parse_display_settings(stored))
    with begin_today(store, now) as unit:
        set_columns(unit, officer, Setting("displays"), t.hall, {"display_settings": settings.as_json()})
