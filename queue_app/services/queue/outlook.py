"""Wait estimates for now: one consistent read of the line and the open counters, evaluated by `estimates`."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection

from queue_app.domain import estimates
from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.discipline import Rules, WaitingTicket, order_across_groups
from queue_app.domain.estimates import MINUTE_MS, NEW_TICKET_ID, Estimate, Forecast
from queue_app.domain.scheduling import Job, OpenCounter, competing_services
from queue_app.domain.ticket import TicketClass
from queue_app.store import queries, waiting_line
from queue_app.store.waiting_line import OpenCounterRow


@dataclass(frozen=True)
class Outlook:
    """The line of some services, the counters that will call it, and the mean service times in ms.

    The services are whole wide pools of the catalogue, so that no ticket outside them affects their waits.
    """

    catalogue: Catalogue
    now_ms: int
    jobs: Sequence[Job]
    counters: Sequence[OpenCounter]
    rules: Rules
    means: Mapping[int, float]

    @cached_property
    def forecast(self) -> Forecast:
        """The one simulation of the line from which nearly every estimate is read."""
        return estimates.forecast(self.jobs, self.counters, self.now_ms, self.rules)

    @cached_property
    def newcomers(self) -> Mapping[int, Estimate]:
        """The estimate for a regular visitor who takes a number now, by service, from the same simulation."""
        return self._newcomers(self.means)

    def _newcomers(self, expected: Mapping[int, float]) -> Mapping[int, Estimate]:
        return estimates.newcomers(expected, self.jobs, self.counters, self.now_ms, self.rules, simulated=self.forecast)

    @cached_property
    def waiting(self) -> Mapping[int, int]:
        """The number of waiting tickets by service; services without any are left out."""
        return Counted(job.service for job in self.jobs)

    @cached_property
    def line_ms(self) -> Mapping[int, float]:
        """The total counter time of each service's line, in ms; services without waiting tickets are left out."""
        by_service: dict[int, float] = {}
        for job in self.jobs:
            by_service[job.service] = by_service.get(job.service, 0.0) + job.expected_ms
        return by_service

    def estimate_newcomer(self, service_id: int, ticket_class: TicketClass, files: int) -> Estimate | None:
        """Estimate the wait of a ticket issued now; None if no open counter serves it."""
        takes_ms = self.means[service_id] * files
        if ticket_class is TicketClass.REGULAR:
            return self._newcomers({service_id: takes_ms}).get(service_id)
        job = Job(WaitingTicket(NEW_TICKET_ID, ticket_class, self.now_ms, service_id), service_id, takes_ms)
        return estimates.estimate(job, self.jobs, self.counters, self.now_ms, self.rules)

    def pool(self, service_id: int) -> frozenset[int]:
        """Return the services that compete with this one for an open counter; if none serves it, for any counter."""
        if any(service_id in counter.services for counter in self.counters):
            return competing_services(service_id, self.counters)
        return self.catalogue.pools[service_id]

    def expected(self, ticket_id: int) -> Estimate | None:
        """Return the current estimate of a waiting ticket; None if no open counter serves it."""
        turn = self.forecast.turns.get(ticket_id)
        return None if turn is None else estimates.promised(turn, self.now_ms)

    def expected_order(self, service_id: int) -> list[WaitingTicket]:
        """Return the tickets that compete with those of a service, in the order in which calls are expected.

        Tickets that no open counter serves come last, in the order of the discipline.
        """
        pool = self.pool(service_id)
        tickets = [job.ticket for job in self.jobs if job.service in pool]
        turns = self.forecast.turns
        placed = sorted((t for t in tickets if t.id in turns), key=lambda ticket: turns[ticket.id].ahead)
        others = [ticket for ticket in tickets if ticket.id not in turns]
        return [*placed, *(order_across_groups(self.rules, others, self.now_ms) if others else [])]

    def position(self, ticket_id: int, service_id: int) -> tuple[int | None, Estimate | None]:
        """Return how many tickets will be called before a waiting one, and its estimate."""
        own = self.expected(ticket_id)
        if own is not None:
            return own.ahead, own
        ids = [ticket.id for ticket in self.expected_order(service_id)]
        return (ids.index(ticket_id) if ticket_id in ids else None), None

    def last_finish(self, service_id: int) -> float | None:
        """Return when the last ticket that competes with those of a service is finished; None if there is none."""
        pool, turns = self.pool(service_id), self.forecast.turns
        ends = [turns[job.ticket.id].ends_at for job in self.jobs if job.service in pool and job.ticket.id in turns]
        return max(ends, default=None)

    def ahead_of_newcomer(self, service_id: int) -> int:
        """Count the tickets that will be called before that of a regular visitor who takes a number now."""
        estimate = self.newcomers.get(service_id)
        if estimate is not None:
            return estimate.ahead
        return sum(self.waiting.get(other, 0) for other in self.pool(service_id))


def with_more_counters(current: Outlook, service_id: int, more: int) -> tuple[Outlook, list[Counter]]:
    """Return the outlook if `more` idle counters of a service opened now, and these counters, in catalogue order."""
    at_work = {counter.id for counter in current.counters}
    idle = [c for c in current.catalogue.counters_of_service[service_id] if c.id not in at_work][:more]
    counters = [
        _open_counter(current.catalogue, c, OpenCounterRow(c.id, None, None, None, None), current.means, current.now_ms)
        for c in idle
    ]
    return replace(current, counters=[*current.counters, *counters]), idle


def read_outlook(connection: Connection, catalogue: Catalogue, services: Collection[int], now_ms: int) -> Outlook:
    """Read the outlook of `services`, which must be whole wide pools."""
    return _outlook(connection, catalogue, services, now_ms, _open_counters(connection, catalogue, services))


class Prospect(NamedTuple):
    """People ahead of a newcomer, the estimate, and the outlook it is from; the last two None without a counter."""

    ahead: int
    promised: Estimate | None
    outlook: Outlook | None


def estimate_newcomer(
    connection: Connection, catalogue: Catalogue, service_id: int, ticket_class: TicketClass, files: int, now_ms: int
) -> Prospect:
    """Estimate the wait of somebody who takes a number now.

    The line is read only if an open counter serves it: otherwise it may be long.
    """
    services = catalogue.wide_pools[service_id]
    rows = _open_counters(connection, catalogue, services)
    if not any(service_id in catalogue.counters[row.counter_id].service_ids for row in rows):
        # A new ticket has score 0: all that wait in its pool are ahead of it, whatever their class.
        return Prospect(queries.count_waiting(connection, catalogue.pools[service_id]), None, None)
    current = _outlook(connection, catalogue, services, now_ms, rows)
    estimate = current.estimate_newcomer(service_id, ticket_class, files)
    if estimate is None:  # the counters that serve it close before the newcomer's turn
        return Prospect(current.ahead_of_newcomer(service_id), None, current)
    return Prospect(estimate.ahead, estimate, current)


def _open_counters(connection: Connection, catalogue: Catalogue, services: Collection[int]) -> list[OpenCounterRow]:
    counters = {counter.id for s in services for counter in catalogue.counters_of_service[s]}
    return waiting_line.open_counters(connection, counters)


def _outlook(
    connection: Connection,
    catalogue: Catalogue,
    services: Collection[int],
    now_ms: int,
    rows: Collection[OpenCounterRow],
) -> Outlook:
    line = waiting_line.waiting_line(connection, services)
    means = {s: _mean(catalogue, s, line.means.get(s)) for s in services}
    jobs = [Job(ticket, ticket.service_id, means[ticket.service_id] * files) for ticket, files in line.waiting]
    counters = [_open_counter(catalogue, catalogue.counters[row.counter_id], row, means, now_ms) for row in rows]
    regular_streak = queries.regular_streaks(connection) if catalogue.has_ratio else {}
    return Outlook(catalogue, now_ms, jobs, counters, catalogue.rules(services, regular_streak), means)


def _mean(catalogue: Catalogue, service_id: int, mean_ms: int | None) -> float:
    return float(catalogue.services[service_id].minutes * MINUTE_MS if mean_ms is None else mean_ms)


def _open_counter(
    catalogue: Catalogue, counter: Counter, row: OpenCounterRow, means: Mapping[int, float], now_ms: int
) -> OpenCounter:
    return OpenCounter(
        counter.id,
        frozenset(counter.service_ids),
        now_ms + _remaining_ms(catalogue, row, means, now_ms),
        catalogue.unavailable_intervals(counter, now_ms),
        staff_id=row.staff_id,
        tiers=counter.tiers,
        help_after_minutes=counter.help_after_minutes,
    )


def _remaining_ms(catalogue: Catalogue, row: OpenCounterRow, means: Mapping[int, float], now_ms: int) -> float:
    """Return the expected remaining time of the current visit in ms; 0 where there is none."""
    if row.service_id is None or row.called_at is None:
        return 0.0
    mean = means.get(row.service_id)  # a ticket may have been changed to a service that is served elsewhere
    if mean is None:
        service = catalogue.services.get(row.service_id)
        mean = 0.0 if service is None else float(service.minutes * MINUTE_MS)
    return estimates.residual(mean * (row.files or 1), now_ms - row.called_at)
