"""The current opening of services: by hours, staff's stop, the day's quota and the predicted stop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from queue_app.domain.catalogue import Catalogue, Service
from queue_app.domain.clock import to_ms
from queue_app.domain.events import FactKind
from queue_app.domain.facts import OpeningPassed
from queue_app.domain.opening import ClosedReason, Opening
from queue_app.services.day import begin_today
from queue_app.services.queue.cutoff import numbers_left
from queue_app.services.queue.outlook import Outlook
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """A service's opening; `numbers_left` is an estimate of how many more it issues today, None if unknown."""

    opening: Opening
    numbers_left: int | None = None


def opening_by_hours(catalogue: Catalogue, service: Service, now_ms: int) -> Opening:
    """Return the opening as far as the catalogue decides it: whether any counter serves it, staff's stop, hours."""
    if not catalogue.counters_of_service[service.id]:
        return Opening(False, ClosedReason.NO_COUNTER)
    if not service.issuing:
        return Opening(False, ClosedReason.STOPPED)
    return catalogue.timetables[service.id].at(now_ms)


def closed_for_today(catalogue: Catalogue, service: Service, now_ms: int, why: ClosedReason) -> Opening:
    """Return the opening of a service closed until its next day, for a reason that ends with today."""
    return Opening(False, why, catalogue.timetables[service.id].opens_on_a_later_day(now_ms))


def service_offers(
    connection: Connection, outlook: Outlook, services: Collection[int], day: date
) -> dict[int, ServiceOffer]:
    """Return what each of `services` offers now; `outlook` must cover them."""
    catalogue, now_ms = outlook.catalogue, outlook.now_ms
    requested = [catalogue.services[service_id] for service_id in services]
    result = {s.id: _before_closing(outlook, s, opening_by_hours(catalogue, s, now_ms)) for s in requested}
    with_quota = [s for s in requested if s.quota is not None and result[s.id].opening.open]
    if with_quota:
        issued = queries.issued_on(connection, day, [s.id for s in with_quota])
        result |= {s.id: _within_quota(catalogue, s, now_ms, result[s.id], issued.get(s.id, 0)) for s in with_quota}
    return result


def _before_closing(outlook: Outlook, service: Service, opening: Opening) -> ServiceOffer:
    left = numbers_left(outlook, service.id) if opening.open else None
    if left == 0:
        return ServiceOffer(closed_for_today(outlook.catalogue, service, outlook.now_ms, ClosedReason.PREDICTED_STOP))
    return ServiceOffer(opening, left)


def _within_quota(
    catalogue: Catalogue, service: Service, now_ms: int, offer: ServiceOffer, issued: int
) -> ServiceOffer:
    assert service.quota is not None
    left = service.quota - issued
    if left <= 0:
        return ServiceOffer(closed_for_today(catalogue, service, now_ms, ClosedReason.QUOTA))
    return replace(offer, numbers_left=left if offer.numbers_left is None else min(left, offer.numbers_left))


def closed_services(
    connection: Connection, catalogue: Catalogue, services: Collection[int], now_ms: int, day: date
) -> dict[int, ClosedReason]:
    """Return those of `services` that staff stopped, or whose quota is used up, with the reason.

    The predicted stop is not checked: it needs the whole outlook.
    """
    requested = [catalogue.services[service_id] for service_id in services]
    openings = {s.id: opening_by_hours(catalogue, s, now_ms) for s in requested}
    closed = {
        service_id: ClosedReason.STOPPED
        for service_id, opening in openings.items()
        if opening.why is ClosedReason.STOPPED
    }
    quotas = {s.id: s.quota for s in requested if s.quota is not None and openings[s.id].open}
    if quotas:
        issued = queries.issued_on(connection, day, list(quotas))
        closed |= {s: ClosedReason.QUOTA for s, quota in quotas.items() if issued.get(s, 0) >= quota}
    return closed


def hall_opening(catalogue: Catalogue, now_ms: int) -> Opening:
    """Return the opening of the hall: by its own hours, or while a service with hours of its own is open."""
    hall = catalogue.timetable.at(now_ms)
    if hall.open:
        return hall
    own = {id(table): table for table in catalogue.timetables.values() if table is not catalogue.timetable}
    others = [table.at(now_ms) for table in own.values()]
    ends = [opening.until for opening in (hall, *others) if opening.until is not None]
    if any(opening.open for opening in others):
        return max((opening for opening in others if opening.open), key=lambda opening: opening.until or 0)
    return replace(hall, until=min(ends, default=None))


def last_change(catalogue: Catalogue, now_ms: int) -> int | None:
    """Return the newest instant of today at which the hall or a service opened or closed; None if there is none yet."""
    tables = {id(table): table for table in (catalogue.timetable, *catalogue.timetables.values())}.values()
    instants = [at for table in tables for at in table.changes(now_ms)]
    return max((at for at in instants if at <= now_ms), default=None)


_RECENT_FACTS = 1000


def publish_opening_change(store: Store, now: datetime, last: int | None) -> int | None:
    """Log that an opening or closing time has passed, so that the affected rooms are updated without any action.

    `last` is what this function returned the last time. Every worker checks; the first one logs the fact.
    """
    with store.read() as connection:
        passed = last_change(store.catalogue(connection), to_ms(now))
    if passed is None or passed == last:
        return passed
    with begin_today(store, now) as unit:
        since = select(t.log.c.seq).where(
            t.log.c.seq > unit.seq - _RECENT_FACTS,  # one more than needed would do no harm
            t.log.c.kind == FactKind.OPENING_PASSED.value,
            t.log.c.at >= passed,
        )
        if unit.connection.execute(since.limit(1)).first() is None:
            unit.record(OpeningPassed())
    return passed
