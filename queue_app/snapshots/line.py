"""Snapshot of a service's line, as the phones in it share it."""

from __future__ import annotations

from collections.abc import Sequence

from queue_app.domain import discipline
from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import WaitingTicket
from queue_app.domain.errors import Refusal
from queue_app.services.queue.opening import opening_by_hours
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import opening_json, range_json
from queue_app.snapshots.ticket import _counter
from queue_app.store import queries


def build_line(moment: Moment, service_key: str) -> Json:
    """Build the state shared by the phones of everybody in one line. Raises Refusal unknown_service."""
    service_id = int(service_key) if service_key.isdecimal() else -1
    pool = moment.catalogue.pools.get(service_id)
    if pool is None:
        raise Refusal("unknown_service")
    outlook = moment.outlook(service_id)
    ordered = outlook.expected_order(service_id)
    labels = queries.waiting_labels(moment.connection, moment.catalogue.wide_pools[service_id])
    counters = {c.id: c for s in pool for c in _counters(moment, s)}
    in_hand = queries.current_tickets(moment.connection, counters)
    return {
        "order": [labels[ticket.id] for ticket in ordered],
        "ranges": [range_json(outlook.expected(ticket.id)) for ticket in ordered],
        "called": {
            row.label: {
                "counter": _counter(counters[counter_id]),
                "at": row.called_at,
                "times": row.times_called,
                "state": row.state.value,
            }
            for counter_id, row in in_hand.items()
            if row.service_id in pool  # those counters may serve other lines as well
        },
        "opening": _opening_for_holders(moment, service_id),
    }


def _opening_for_holders(moment: Moment, service_id: int) -> Json:
    """Describe whether a service is at work, and when that ends today: its hours and staff's stop.

    Quota and predicted stop are left out: they do not concern those who hold a number.
    """
    catalogue = moment.catalogue
    opening = opening_by_hours(catalogue, catalogue.services[service_id], moment.now_ms)
    closes_at = catalogue.timetables[service_id].closes_at(moment.now_ms) if opening.open else None
    return {**opening_json(opening), "closes_at": closes_at}


def counter_lines(moment: Moment, services: Sequence[int]) -> list[WaitingTicket]:
    """List the tickets waiting for a counter's services, in the order in which they would be called now."""
    if not services:
        return []
    outlook = moment.outlook(services[0])
    line = [job.ticket for job in outlook.jobs if job.service in services]
    return discipline.order_across_groups(outlook.rules, line, moment.now_ms)


def waiting_only(moment: Moment, services: Sequence[int]) -> list[WaitingTicket]:
    """Load a line without the open counters: cheaper than `outlook` where nothing else of it is needed."""
    regular_calls = queries.regular_streaks(moment.connection) if moment.catalogue.has_ratio else {}
    line = queries.waiting(moment.connection, services) if services else []
    return discipline.order_across_groups(moment.catalogue.rules(services, regular_calls), line, moment.now_ms)


def _counters(moment: Moment, service_id: int) -> tuple[Counter, ...]:
    return moment.catalogue.counters_of_service.get(service_id, ())
