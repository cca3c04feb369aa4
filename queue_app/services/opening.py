"""Whether a service gives numbers now: hours, staff's stop, the day's quota and the predicted stop together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from queue_app.domain.catalogue import Catalogue, Service
from queue_app.domain.opening import Opening, Why
from queue_app.services.estimating import Outlook
from queue_app.services.stopping import numbers_left
from queue_app.store import views


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a service gives numbers; `numbers_left` is about how many more today, None where nobody can say."""

    opening: Opening
    numbers_left: int | None = None


def by_hours(catalogue: Catalogue, service: Service, now_ms: int) -> Opening:
    """What can be said without the database: whether it is served at all, staff's stop, and the hours."""
    if not catalogue.counters_of_service[service.id]:
        return Opening(False, Why.NO_COUNTER)
    if not service.issuing:
        return Opening(False, Why.STOPPED)
    return catalogue.timetables[service.id].at(now_ms)


def closed_for_today(catalogue: Catalogue, service: Service, now_ms: int, why: Why) -> Opening:
    """No number more today, for a reason that a later day does not know."""
    return Opening(False, why, catalogue.timetables[service.id].opens_on_a_later_day(now_ms))


def offers(connection: Connection, seen: Outlook, services: Collection[int], day: date) -> dict[int, Offer]:
    """What each of `services` offers now; `seen` is the outlook for them."""
    catalogue, now_ms = seen.catalogue, seen.now_ms
    wanted = [catalogue.services[service_id] for service_id in services]
    found = {s.id: _before_closing(seen, s, by_hours(catalogue, s, now_ms)) for s in wanted}
    with_quota = [s for s in wanted if s.quota is not None and found[s.id].opening.open]
    if with_quota:
        issued = views.issued_on(connection, day, [s.id for s in with_quota])
        found |= {s.id: _within_quota(catalogue, s, now_ms, found[s.id], issued.get(s.id, 0)) for s in with_quota}
    return found


def _before_closing(seen: Outlook, service: Service, opening: Opening) -> Offer:
    left = numbers_left(seen, service.id) if opening.open else None
    if left == 0:
        return Offer(closed_for_today(seen.catalogue, service, seen.now_ms, Why.PREDICTED_STOP))
    return Offer(opening, left)


def _within_quota(catalogue: Catalogue, service: Service, now_ms: int, offer: Offer, issued: int) -> Offer:
    assert service.quota is not None
    left = service.quota - issued
    if left <= 0:
        return Offer(closed_for_today(catalogue, service, now_ms, Why.QUOTA))
    return replace(offer, numbers_left=left if offer.numbers_left is None else min(left, offer.numbers_left))


def given_out(
    connection: Connection, catalogue: Catalogue, services: Collection[int], now_ms: int, day: date
) -> dict[int, Why]:
    """Those of `services` that staff stopped, or whose quota is given out.

    The predicted stop is not looked at: it needs the whole outlook.
    """
    wanted = [catalogue.services[service_id] for service_id in services]
    openings = {s.id: by_hours(catalogue, s, now_ms) for s in wanted}
    found = {service_id: Why.STOPPED for service_id, one in openings.items() if one.why is Why.STOPPED}
    quotas = {s.id: s.quota for s in wanted if s.quota is not None and openings[s.id].open}
    if quotas:
        issued = views.issued_on(connection, day, list(quotas))
        found |= {s: Why.QUOTA for s, quota in quotas.items() if issued.get(s, 0) >= quota}
    return found


def hall_opening(catalogue: Catalogue, now_ms: int) -> Opening:
    """Whether the hall is open: in its own hours, or while a service with hours of its own is."""
    hall = catalogue.timetable.at(now_ms)
    if hall.open:
        return hall
    own = {id(table): table for table in catalogue.timetables.values() if table is not catalogue.timetable}
    others = [table.at(now_ms) for table in own.values()]
    ends = [one.until for one in (hall, *others) if one.until is not None]
    if any(one.open for one in others):
        return max((one for one in others if one.open), key=lambda one: one.until or 0)
    return replace(hall, until=min(ends, default=None))


def last_change(catalogue: Catalogue, now_ms: int) -> int | None:
    """The newest instant of today, up to now, at which the hall or a service opened or closed; None if none was yet."""
    tables = {id(table): table for table in (catalogue.timetable, *catalogue.timetables.values())}.values()
    instants = [at for table in tables for at in table.changes(now_ms)]
    return max((at for at in instants if at <= now_ms), default=None)
