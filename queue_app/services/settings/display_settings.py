"""Settings of the displays: how calls are spoken, and the notices on the boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update

from queue_app.domain.display_settings import parse_display_settings
from queue_app.domain.errors import BadSetting
from queue_app.domain.events import FactKind
from queue_app.domain.permissions import require_admin
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit


def set_display_settings(store: Store, officer: Officer, stored: Mapping[str, object], now: datetime) -> None:
    """Set the display settings; a missing one gets its default. Raises Refusal not_allowed, bad_setting."""
    require_admin(officer)
    try:
        settings = parse_display_settings(stored)
    except BadSetting as error:
        raise error.refusal() from error
    with begin_today(store, now) as unit:
        unit.connection.execute(update(t.hall).values(display_settings=settings.as_json()))
        _changed(unit, officer, "lobby")


def _changed(unit: Unit, officer: Officer, what: str) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(FactKind.CATALOGUE_CHANGED, staff_id=officer.id, payload={"set": what})
