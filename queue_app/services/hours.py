"""Settings of hours, quotas and rosters, and the fact that is logged when an opening or closing time passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import Kind
from queue_app.domain.hours import breaks_of, hall_hours, service_hours
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.services.opening import last_change
from queue_app.store import tables as t
from queue_app.store.unit import Store, Unit

Stored = Mapping[str, object]
_RECENT_FACTS = 1000


def set_hall_hours(store: Store, officer: Officer, hours: Stored | None, now: datetime) -> None:
    """Set the hall's opening hours; None opens it at any hour. Raises Refusal not_allowed, bad_setting."""
    with _setting(store, officer, now, lambda: hall_hours(hours)) as unit:
        unit.connection.execute(update(t.hall).values(hours=hours))
        _changed(unit, officer, {"hours": True})


def set_service_hours(
    store: Store, officer: Officer, service_id: int, hours: Stored | None, quota: int | None, now: datetime
) -> None:
    """Set a service's own hours (None: the hall's) and daily quota (None: no limit).

    Raises Refusal not_allowed, unknown_service, bad_setting.
    """
    with _setting(store, officer, now, lambda: service_hours(hours)) as unit:
        if service_id not in unit.catalogue.services:
            raise Refusal("unknown_service")
        values = {"hours": hours, "quota": quota}
        unit.connection.execute(update(t.service).where(t.service.c.id == service_id).values(**values))
        _changed(unit, officer, {"hours": True}, service_id=service_id)


def set_breaks(store: Store, officer: Officer, counter_id: int, breaks: Sequence[Stored], now: datetime) -> None:
    """Set the roster of a counter: its breaks. Raises Refusal not_allowed, unknown_counter, bad_setting."""
    with _setting(store, officer, now, lambda: breaks_of(breaks)) as unit:
        if counter_id not in unit.catalogue.counters:
            raise Refusal("unknown_counter")
        unit.connection.execute(update(t.counter).where(t.counter.c.id == counter_id).values(breaks=list(breaks)))
        _changed(unit, officer, {"breaks": True}, counter_id=counter_id)


def require_admin(officer: Officer) -> None:
    """Require the admin role. Raises Refusal not_allowed."""
    if officer.role is not Role.ADMIN:
        raise Refusal("not_allowed")


def _setting(
    store: Store, officer: Officer, now: datetime, check: Callable[[], object]
) -> AbstractContextManager[Unit]:
    require_admin(officer)
    try:
        check()
    except BadSetting as error:
        raise error.refusal() from error
    return acting(store, now)


def _changed(unit: Unit, officer: Officer, payload: Mapping[str, object], **ids: int) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(Kind.CATALOGUE_CHANGED, staff_id=officer.id, payload=payload, **ids)


def tell_opening(store: Store, now: datetime, last: int | None) -> int | None:
    """Log that an opening or closing time has passed, so that the affected rooms are updated without any action.

    `last` is what this function returned the last time. Every worker checks; the first one logs the fact.
    """
    with store.read() as connection:
        passed = last_change(store.catalogue(connection), to_ms(now))
    if passed is None or passed == last:
        return passed
    with acting(store, now) as unit:
        since = select(t.log.c.seq).where(
            t.log.c.seq > unit.seq - _RECENT_FACTS,  # one more than needed would do no harm
            t.log.c.kind == Kind.OPENING_PASSED.value,
            t.log.c.at >= passed,
        )
        if unit.connection.execute(since.limit(1)).first() is None:
            unit.record(Kind.OPENING_PASSED)
    return passed
