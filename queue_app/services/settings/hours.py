"""Settings of hours, quotas and rosters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from queue_app.domain.errors import Refusal
from queue_app.domain.hours import parse_breaks, parse_hall_hours, parse_service_hours
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, parsed, set_columns
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

Stored = Mapping[str, object]


def set_hall_hours(store: Store, officer: Officer, hours: Stored | None, now: datetime) -> None:
    """Set the hall's opening hours; None opens it at any hour. Raises Refusal not_allowed, bad_setting."""
    require(officer, Permission.MANAGE_HOURS)
    parsed(lambda: parse_hall_hours(hours))
    with begin_today(store, now) as unit:
        set_columns(unit, officer, Setting("hours"), t.hall, {"hours": hours})


def set_service_hours(
    store: Store, officer: Officer, service_id: int, hours: Stored | None, quota: int | None, now: datetime
) -> None:
    """Set a service's own hours (None: the hall's) and daily quota (None: no limit).

    Raises Refusal not_allowed, unknown_service, bad_setting.
    """
    require(officer, Permission.MANAGE_HOURS)
    parsed(lambda: parse_service_hours(hours))
    with begin_today(store, now) as unit:
        if service_id not in unit.catalogue.services:
            raise Refusal("unknown_service")
        setting = Setting("service_hours", of=service_id, service_id=service_id)
        set_columns(unit, officer, setting, t.service, {"hours": hours, "quota": quota}, service_id)


def set_breaks(store: Store, officer: Officer, counter_id: int, breaks: Sequence[Stored], now: datetime) -> None:
    """Set the roster of a counter: its breaks. Raises Refusal not_allowed, unknown_counter, bad_setting."""
    require(officer, Permission.MANAGE_HOURS)
    parsed(lambda: parse_breaks(breaks))
    with begin_today(store, now) as unit:
        if counter_id not in unit.catalogue.counters:
            raise Refusal("unknown_counter")
        setting = Setting("breaks", of=counter_id, counter_id=counter_id)
        set_columns(unit, officer, setting, t.counter, {"breaks": list(breaks)}, counter_id)
