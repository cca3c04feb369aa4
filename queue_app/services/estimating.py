"""How long will it take, now: one consistent read of the line and the desks, put before the rules of `estimates`."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection

from queue_app.domain import estimates
from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.discipline import Rules, Waiting, arrange_across
from queue_app.domain.estimates import MINUTE_MS, NEWCOMER, Estimate, Forecast
from queue_app.domain.scheduling import Desk, Job, pool_of
from queue_app.domain.ticket import TicketClass
from queue_app.store import lines, views
from queue_app.store.lines import OpenDesk


@dataclass(frozen=True)
class Outlook:
    """Everybody who waits for some services, the desks that will call them, and what one number of each takes in ms.

    The services are whole wide pools of the catalogue, so that nobody outside has a say in their waits.
    """

    catalogue: Catalogue
    now_ms: int
    jobs: Sequence[Job]
    desks: Sequence[Desk]
    rules: Rules
    means: Mapping[int, float]

    @cached_property
    def forecast(self) -> Forecast:
        """The one walk of the line from which nearly everything is read."""
        return estimates.forecast(self.jobs, self.desks, self.now_ms, self.rules)

    @cached_property
    def newcomers(self) -> Mapping[int, Estimate]:
        """What may be promised to a regular visitor who takes a number now, by service; likewise."""
        return self._newcomers(self.means)

    def _newcomers(self, expected: Mapping[int, float]) -> Mapping[int, Estimate]:
        return estimates.newcomers(expected, self.jobs, self.desks, self.now_ms, self.rules, walked=self.forecast)

    @cached_property
    def waiting(self) -> Mapping[int, int]:
        """How many wait, by service; services with nobody waiting are left out."""
        return Counted(job.service for job in self.jobs)

    @cached_property
    def work(self) -> Mapping[int, float]:
        """What the line of each service takes of a counter's time in all, in ms; left out where nobody waits."""
        found: dict[int, float] = {}
        for job in self.jobs:
            found[job.service] = found.get(job.service, 0.0) + job.expected_ms
        return found

    def promise(self, service_id: int, ticket_class: TicketClass, files: int) -> Estimate | None:
        """What may be promised to somebody who takes a number now; None if no open counter serves it."""
        takes_ms = self.means[service_id] * files
        if ticket_class is TicketClass.REGULAR:
            return self._newcomers({service_id: takes_ms}).get(service_id)
        job = Job(Waiting(NEWCOMER, ticket_class, self.now_ms, service_id), service_id, takes_ms)
        return estimates.estimate(job, self.jobs, self.desks, self.now_ms, self.rules)

    def pool(self, service_id: int) -> frozenset[int]:
        """The services that compete with this one for an open counter; if none serves it, for any counter."""
        if any(service_id in desk.services for desk in self.desks):
            return pool_of(service_id, self.desks)
        return self.catalogue.pools[service_id]

    def expected(self, ticket_id: int) -> Estimate | None:
        """What may be promised now to one who waits; None if no open counter serves it."""
        place = self.forecast.places.get(ticket_id)
        return None if place is None else estimates.promised(place, self.now_ms)

    def standing(self, service_id: int) -> list[Waiting]:
        """Who competes with the visitors of a service, in the order in which they are likely to be called.

        Whom no open counter serves comes last, in the order of the discipline.
        """
        pool = self.pool(service_id)
        tickets = [job.ticket for job in self.jobs if job.service in pool]
        places = self.forecast.places
        placed = sorted((t for t in tickets if t.id in places), key=lambda ticket: places[ticket.id].ahead)
        others = [ticket for ticket in tickets if ticket.id not in places]
        return [*placed, *(arrange_across(self.rules, others, self.now_ms) if others else [])]

    def place(self, ticket_id: int, service_id: int) -> tuple[int | None, Estimate | None]:
        """How many will be called before a waiting ticket, and what may be promised to it."""
        mine = self.expected(ticket_id)
        if mine is not None:
            return mine.ahead, mine
        ids = [ticket.id for ticket in self.standing(service_id)]
        return (ids.index(ticket_id) if ticket_id in ids else None), None

    def last_finish(self, service_id: int) -> float | None:
        """When the last of those who compete with the visitors of a service is done; None if nobody is expected."""
        pool, places = self.pool(service_id), self.forecast.places
        ends = [places[job.ticket.id].ends_at for job in self.jobs if job.service in pool and job.ticket.id in places]
        return max(ends, default=None)

    def ahead_of_newcomer(self, service_id: int) -> int:
        """How many will be called before a regular visitor who takes a number now."""
        mine = self.newcomers.get(service_id)
        if mine is not None:
            return mine.ahead
        return sum(self.waiting.get(other, 0) for other in self.pool(service_id))


def opening_more(seen: Outlook, service_id: int, more: int) -> tuple[Outlook, list[Counter]]:
    """The same if so many more counters of a service opened now, and which: those that do not work, in their order."""
    at_work = {desk.id for desk in seen.desks}
    idle = [c for c in seen.catalogue.counters_of_service[service_id] if c.id not in at_work][:more]
    desks = [_desk(seen.catalogue, c, OpenDesk(c.id, None, None, None, None), seen.means, seen.now_ms) for c in idle]
    return replace(seen, desks=[*seen.desks, *desks]), idle


def outlook(connection: Connection, catalogue: Catalogue, services: Collection[int], now_ms: int) -> Outlook:
    """The outlook for `services`, which are whole wide pools."""
    return _outlook(connection, catalogue, services, now_ms, _open_desks(connection, catalogue, services))


class Prospect(NamedTuple):
    """How many are ahead of a newcomer and what may be promised, as `seen`; both of these None where nobody serves."""

    ahead: int
    promised: Estimate | None
    seen: Outlook | None


def promise(
    connection: Connection, catalogue: Catalogue, service_id: int, ticket_class: TicketClass, files: int, now_ms: int
) -> Prospect:
    """What somebody faces who takes a number now.

    The line is read only where somebody serves it: where nobody does, it may be long.
    """
    wide = catalogue.wide_pools[service_id]
    open_desks = _open_desks(connection, catalogue, wide)
    if not any(service_id in catalogue.counters[desk.counter_id].service_ids for desk in open_desks):
        # A new ticket has score 0: whoever waits in its pool is ahead of it, whatever their class.
        return Prospect(views.count_waiting(connection, catalogue.pools[service_id]), None, None)
    found = _outlook(connection, catalogue, wide, now_ms, open_desks)
    mine = found.promise(service_id, ticket_class, files)
    if mine is None:  # whoever serves it leaves before the newcomer's turn
        return Prospect(found.ahead_of_newcomer(service_id), None, found)
    return Prospect(mine.ahead, mine, found)


def _open_desks(connection: Connection, catalogue: Catalogue, services: Collection[int]) -> list[OpenDesk]:
    counters = {counter.id for s in services for counter in catalogue.counters_of_service[s]}
    return lines.open_desks(connection, counters)


def _outlook(
    connection: Connection,
    catalogue: Catalogue,
    services: Collection[int],
    now_ms: int,
    open_desks: Collection[OpenDesk],
) -> Outlook:
    line = lines.line_of(connection, services)
    means = {s: _mean(catalogue, s, line.means.get(s)) for s in services}
    jobs = [Job(ticket, ticket.service_id, means[ticket.service_id] * files) for ticket, files in line.waiting]
    desks = [_desk(catalogue, catalogue.counters[desk.counter_id], desk, means, now_ms) for desk in open_desks]
    regulars = views.regulars(connection) if catalogue.has_ratio else {}
    return Outlook(catalogue, now_ms, jobs, desks, catalogue.rules(services, regulars), means)


def _mean(catalogue: Catalogue, service_id: int, mean_ms: int | None) -> float:
    return float(catalogue.services[service_id].minutes * MINUTE_MS if mean_ms is None else mean_ms)


def _desk(catalogue: Catalogue, counter: Counter, found: OpenDesk, means: Mapping[int, float], now_ms: int) -> Desk:
    return Desk(
        counter.id,
        frozenset(counter.service_ids),
        now_ms + _busy_for(catalogue, found, means, now_ms),
        catalogue.away(counter, now_ms),
        staff_id=found.staff_id,
        tiers=counter.tiers,
        help_after_minutes=counter.help_after_minutes,
    )


def _busy_for(catalogue: Catalogue, found: OpenDesk, means: Mapping[int, float], now_ms: int) -> float:
    """How much longer the visit in hand is expected to take; 0 where there is none."""
    if found.service_id is None or found.called_at is None:
        return 0.0
    mean = means.get(found.service_id)  # a ticket may have been changed to a service that is served elsewhere
    if mean is None:
        known = catalogue.services.get(found.service_id)
        mean = 0.0 if known is None else float(known.minutes * MINUTE_MS)
    return estimates.residual(mean * (found.files or 1), now_ms - found.called_at)
