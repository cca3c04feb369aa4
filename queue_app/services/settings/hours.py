"""Settings of hours, quotas and rosters, and the fact that is logged when an opening or closing time passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import update

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.hours import parse_breaks, parse_hall_hours, parse_service_hours
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit

Stored = Mapping[str, object]


def set_hall_hours(store: Store, officer: Officer, hours: Stored | None, now: datetime) -> None:
    """Set the hall's opening hours; None opens it at any hour. Raises Refusal not_allowed, bad_setting."""
    with _setting(store, officer, now, lambda: parse_hall_hours(hours)) as unit:
        unit.connection.execute(update(t.hall).values(hours=hours))
        _changed(unit, officer, {"hours": True})


def set_service_hours(
    store: Store, officer: Officer, service_id: int, hours: Stored | None, quota: int | None, now: datetime
) -> None:
    """Set a service's own hours (None: the hall's) and daily quota (None: no limit).

    Raises Refusal not_allowed, unknown_service, bad_setting.
    """
    with _setting(store, officer, now, lambda: parse_service_hours(hours)) as unit:
        if service_id not in unit.catalogue.services:
            raise Refusal("unknown_service")
        values = {"hours": hours, "quota": quota}
        unit.connection.execute(update(t.service).where(t.service.c.id == service_id).values(**values))
        _changed(unit, officer, {"hours": True}, service_id=service_id)


def set_breaks(store: Store, officer: Officer, counter_id: int, breaks: Sequence[Stored], now: datetime) -> None:
    """Set the roster of a counter: its breaks. Raises Refusal not_allowed, unknown_counter, bad_setting."""
    with _setting(store, officer, now, lambda: parse_breaks(breaks)) as unit:
        if counter_id not in unit.catalogue.counters:
            raise Refusal("unknown_counter")
        unit.connection.execute(update(t.counter).where(t.counter.c.id == counter_id).values(breaks=list(breaks)))
        _changed(unit, officer, {"breaks": True}, counter_id=counter_id)


def _setting(
    store: Store, officer: Officer, now: datetime, check: Callable[[], object]
) -> AbstractContextManager[Unit]:
    require(officer, Permission.MANAGE_HOURS)
    try:
        check()
    except BadSetting as error:
        raise error.refusal() from error
    return begin_today(store, now)


def _changed(unit: Unit, officer: Officer, payload: Mapping[str, object], **ids: int) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(FactKind.CATALOGUE_CHANGED, staff_id=officer.id, payload=payload, **ids)
