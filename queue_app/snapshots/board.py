"""Snapshot of a zone's board, and the calls it announces."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Collection, Iterable, Sequence

from queue_app.domain.catalogue import Catalogue
from queue_app.domain.errors import Refusal
from queue_app.domain.facts import Fact
from queue_app.domain.opening import ClosedReason
from queue_app.domain.ticket import State, TicketClass
from queue_app.domain.ticket_facts import AnnouncedCall
from queue_app.services.queue.opening import closed_services, hall_opening, service_offers
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import opening_json
from queue_app.snapshots.ticket import _counter
from queue_app.store import queries
from queue_app.store.queries import TicketRow

BOARD_CALLS = 12


BOARD_MISSED = 8


FEW_ON_BOARD = (10, 5, 3, 2, 1)
"""A service with so many or fewer numbers left today is listed on the board."""


_STOPS = frozenset({ClosedReason.STOPPED, ClosedReason.QUOTA, ClosedReason.PREDICTED_STOP})


def build_board(moment: Moment, zone_code: str) -> Json:
    """Build the state of a zone's displays. Raises Refusal unknown_zone."""
    catalogue = moment.catalogue
    zone = catalogue.zones_by_code.get(zone_code)
    if zone is None:
        raise Refusal("unknown_zone")
    counters = [counter.id for counter in catalogue.counters.values() if counter.zone_id == zone.id]
    waiting = queries.waiting_counts(moment.connection)
    calls = queries.newest_calls(moment.connection, moment.day, counters, BOARD_CALLS)
    services = [s for s in catalogue.services if catalogue.zone_of(s) == zone]
    return {
        "zone": {"code": zone.code, "name": zone.name},
        "hall": {"name": catalogue.hall_name},
        "day": moment.day.isoformat(),
        "waiting": sum(waiting.get(service_id, 0) for service_id in services),
        "calls": [_call_of_ticket(catalogue, row) for row in calls],
        "missed": queries.missed_labels(moment.connection, moment.day, counters, BOARD_MISSED),
        "opening": opening_json(hall_opening(catalogue, moment.now_ms)),
        "stops": _stops(moment, services),
        "notices": [
            {"id": notice.id, "text": notice.text, "from_at": notice.from_at, "until_at": notice.until_at}
            for notice in catalogue.notices
            if notice.zone_id in (None, zone.id) and notice.until_at > moment.now_ms
        ],
    }


def _stops(moment: Moment, services: Collection[int]) -> list[Json]:
    """List the agencies of a zone that give no more numbers today, or only a few, though the hall is open.

    An agency is listed once none of its services goes on as usual. `left` is about how many numbers it still gives, in
    steps, so that the text on the board does not begin anew with each number.
    """
    catalogue = moment.catalogue
    endings: dict[int, list[tuple[ClosedReason, int]]] = {}
    for service_id, (why, left) in _ending(moment, services).items():
        endings.setdefault(catalogue.services[service_id].agency_id, []).append((why, left))
    usual = {s: catalogue.services[s].agency_id for s in services}
    counts = Counted(usual.values())
    listed = []
    for agency_id, ending in endings.items():
        if len(ending) == counts[agency_id]:
            why, left = max(ending, key=lambda one: one[1])
            listed.append({"agency": catalogue.agencies[agency_id].short, "why": why.value, "left": left})
    return listed


def _ending(moment: Moment, services: Collection[int]) -> dict[int, tuple[ClosedReason, int]]:
    """List those of `services` that ended for today, or soon will: why, and about how many numbers are left."""
    catalogue, now_ms = moment.catalogue, moment.now_ms
    if all(catalogue.timetables[s].closes_at(now_ms) is None for s in services):
        # Nothing to predict, so the line need not be read: a board is built at each call.
        ended = closed_services(moment.connection, catalogue, services, now_ms, moment.day)
        return {service_id: (why, 0) for service_id, why in ended.items()}
    endings = {}
    for service_id, offer in service_offers(moment.connection, moment.outlook(), services, moment.day).items():
        why, left = offer.opening.why, offer.numbers_left
        if why in _STOPS:
            endings[service_id] = (why, 0)
        elif offer.opening.open and left is not None and 0 < left <= FEW_ON_BOARD[0]:
            endings[service_id] = (ClosedReason.PREDICTED_STOP, max(step for step in FEW_ON_BOARD if step <= left))
    return endings


def announcements(catalogue: Catalogue, facts: Iterable[Fact], zone_code: str) -> Sequence[Json]:
    """Return the calls among `facts` to announce in a zone, in order."""
    zone = catalogue.zones_by_code[zone_code]
    return [
        _call_of_fact(catalogue, fact)
        for fact in facts
        if (counter := catalogue.counters.get(fact.counter_id or 0)) is not None and counter.zone_id == zone.id
    ]


def _call(catalogue: Catalogue, service_id: int | None, counter_id: int | None) -> Json:
    service = None if service_id is None else catalogue.services.get(service_id)
    counter = None if counter_id is None else catalogue.counters.get(counter_id)
    return {
        "counter": {"code": "", "name": ""} if counter is None else _counter(counter),
        "agency": "" if service is None else catalogue.agencies[service.agency_id].short,
        "service": {} if service is None else service.name,
    }


def _call_of_ticket(catalogue: Catalogue, row: TicketRow) -> Json:
    return {
        "seq": row.last_call_seq,
        "label": row.label,
        "language": row.language,
        "priority": row.ticket_class is TicketClass.PRIORITY,
        "at": row.called_at,
        "state": row.state.value,
        "times": row.times_called,
        **_call(catalogue, row.service_id, row.counter_id),
    }


def _call_of_fact(catalogue: Catalogue, fact: Fact) -> Json:
    call = fact.details
    assert isinstance(call, AnnouncedCall)
    return {
        "seq": fact.seq,
        "label": call.label,
        "language": call.language,
        "priority": call.priority,
        "at": fact.at,
        "state": State.CALLED.value,
        "times": call.times,
        **_call(catalogue, fact.service_id, fact.counter_id),
    }
