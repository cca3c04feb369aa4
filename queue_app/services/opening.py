"""Whether a service gives numbers now: hours, staff's stop and the day's quota together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from queue_app.domain.catalogue import Catalogue, Service
from queue_app.domain.opening import Opening, Why
from queue_app.store import views

MINUTE_MS = 60_000
REVIEWED_MINUTES = 60  # before a closing
REVIEW_MINUTES = 5


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


def offers(
    connection: Connection, catalogue: Catalogue, day: date, now_ms: int, services: Collection[int] | None = None
) -> dict[int, Offer]:
    """What each of `services` (all, if None) offers now."""
    wanted = [s for s in catalogue.services.values() if services is None or s.id in services]
    found = {s.id: Offer(by_hours(catalogue, s, now_ms)) for s in wanted}
    with_quota = [s for s in wanted if s.quota is not None and found[s.id].opening.open]
    if with_quota:
        issued = views.issued_on(connection, day, [s.id for s in with_quota])
        found |= {s.id: _within_quota(catalogue, s, now_ms, found[s.id], issued.get(s.id, 0)) for s in with_quota}
    return found


def _within_quota(catalogue: Catalogue, service: Service, now_ms: int, offer: Offer, issued: int) -> Offer:
    assert service.quota is not None
    left = service.quota - issued
    if left <= 0:
        return Offer(closed_for_today(catalogue, service, now_ms, Why.QUOTA))
    return replace(offer, numbers_left=left)


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
    """The newest instant of today, up to now, at which a kiosk may have to say something else; None if none was yet.

    That is whenever the hall or a service opens or closes, and every few minutes before a closing, when the predicted
    stop comes nearer though nobody does anything.
    """
    tables = {id(table): table for table in (catalogue.timetable, *catalogue.timetables.values())}.values()
    instants = [at for table in tables for at in table.changes(now_ms)]
    closings = {at for table in tables if (at := table.closes_at(now_ms)) is not None}
    instants += [at - minutes * MINUTE_MS for at in closings for minutes in range(0, REVIEWED_MINUTES, REVIEW_MINUTES)]
    return max((at for at in instants if at <= now_ms), default=None)
