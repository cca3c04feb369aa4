"""The full state of each room as JSON: what a page shows, and nothing that its audience must not see."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from queue_app.domain import discipline
from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.discipline import Waiting
from queue_app.domain.errors import Refusal
from queue_app.domain.estimates import Estimate
from queue_app.domain.events import Fact
from queue_app.domain.opening import Why
from queue_app.domain.ticket import IN_HAND, State, TicketClass
from queue_app.live.openings import offer_json, opening_json
from queue_app.live.papers import paper_state
from queue_app.services.estimating import Outlook, outlook
from queue_app.services.opening import Offer, by_hours, given_out, hall_opening, offers
from queue_app.store import views
from queue_app.store.views import TicketRow

Json = dict[str, Any]

BOARD_CALLS = 12
BOARD_MISSED = 8
FEW_ON_BOARD = (10, 5, 3, 2, 1)
"""A service with so many or fewer numbers left today is listed on the board."""
_STOPS = frozenset({Why.STOPPED, Why.QUOTA, Why.PREDICTED_STOP})


@dataclass(frozen=True)
class Moment:
    """One consistent moment of the database: everything a state is built from."""

    connection: Connection
    catalogue: Catalogue
    seq: int
    day: date
    now_ms: int
    lacking: str | None = None
    """Code of what this server lacks for printing, found out at its start; None if nothing."""
    outlooks: dict[frozenset[int], Outlook] = field(default_factory=dict, compare=False, repr=False)

    def outlook(self, service_id: int | None = None) -> Outlook:
        """Load lines and open counters that affect the waits of one service, or of all; read once for this moment."""
        catalogue = self.catalogue
        services = frozenset(catalogue.services) if service_id is None else catalogue.wide_pools[service_id]
        if services not in self.outlooks:
            self.outlooks[services] = outlook(self.connection, catalogue, services, self.now_ms)
        return self.outlooks[services]


def range_json(promised: Estimate | None) -> list[int] | None:
    """Round the expected wait to the range to show, in minutes."""
    return None if promised is None else [promised.low, promised.high]


def board(moment: Moment, zone_code: str) -> Json:
    """Build the state of a zone's displays. Raises Refusal unknown_zone."""
    catalogue = moment.catalogue
    zone = catalogue.zones_by_code.get(zone_code)
    if zone is None:
        raise Refusal("unknown_zone")
    counters = [counter.id for counter in catalogue.counters.values() if counter.zone_id == zone.id]
    waiting = views.waiting_counts(moment.connection)
    calls = views.newest_calls(moment.connection, moment.day, counters, BOARD_CALLS)
    services = [s for s in catalogue.services if catalogue.zone_of(s) == zone]
    return {
        "zone": {"code": zone.code, "name": zone.name},
        "hall": {"name": catalogue.hall_name},
        "day": moment.day.isoformat(),
        "waiting": sum(waiting.get(service_id, 0) for service_id in services),
        "calls": [_call_of_ticket(catalogue, row) for row in calls],
        "missed": views.missed(moment.connection, moment.day, counters, BOARD_MISSED),
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
    endings: dict[int, list[tuple[Why, int]]] = {}
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


def _ending(moment: Moment, services: Collection[int]) -> dict[int, tuple[Why, int]]:
    """List those of `services` that ended for today, or soon will: why, and about how many numbers are left."""
    catalogue, now_ms = moment.catalogue, moment.now_ms
    if all(catalogue.timetables[s].closes_at(now_ms) is None for s in services):
        # Nothing to predict, so the line need not be read: a board is built at each call.
        ended = given_out(moment.connection, catalogue, services, now_ms, moment.day)
        return {service_id: (why, 0) for service_id, why in ended.items()}
    endings = {}
    for service_id, offer in offers(moment.connection, moment.outlook(), services, moment.day).items():
        why, left = offer.opening.why, offer.numbers_left
        if why in _STOPS:
            endings[service_id] = (why, 0)
        elif offer.opening.open and left is not None and 0 < left <= FEW_ON_BOARD[0]:
            endings[service_id] = (Why.PREDICTED_STOP, max(step for step in FEW_ON_BOARD if step <= left))
    return endings


def kiosk(moment: Moment, kiosk_code: str) -> Json:
    """Build the state of a kiosk, beside its menu. Raises Refusal unknown_kiosk."""
    row = moment.catalogue.kiosks.get(kiosk_code)
    if row is None:
        raise Refusal("unknown_kiosk")
    outlook = moment.outlook()
    services = {
        str(service_id): {
            "waiting": outlook.waiting.get(service_id, 0),
            "ahead": outlook.ahead_of_newcomer(service_id),
            "range": range_json(outlook.newcomers.get(service_id)),
            **offer_json(offer),
        }
        for service_id, offer in offered(moment).items()
    }
    opening = opening_json(hall_opening(moment.catalogue, moment.now_ms))
    return {"services": services, **paper_state(moment, row.printer_id), "opening": opening}


def offered(moment: Moment, service_id: int | None = None) -> dict[int, Offer]:
    """Return the offer of each service, or of one, at this moment."""
    services = moment.catalogue.services if service_id is None else [service_id]
    return offers(moment.connection, moment.outlook(service_id), services, moment.day)


def line(moment: Moment, service_key: str) -> Json:
    """Build the state shared by the phones of everybody in one line. Raises Refusal unknown_service."""
    service_id = int(service_key) if service_key.isdecimal() else -1
    pool = moment.catalogue.pools.get(service_id)
    if pool is None:
        raise Refusal("unknown_service")
    outlook = moment.outlook(service_id)
    standing = outlook.standing(service_id)
    labels = views.waiting_labels(moment.connection, moment.catalogue.wide_pools[service_id])
    counters = {c.id: c for s in pool for c in _counters(moment, s)}
    in_hand = views.tickets_in_hand(moment.connection, counters)
    return {
        "order": [labels[ticket.id] for ticket in standing],
        "ranges": [range_json(outlook.expected(ticket.id)) for ticket in standing],
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
    opening = by_hours(catalogue, catalogue.services[service_id], moment.now_ms)
    closes_at = catalogue.timetables[service_id].closes_at(moment.now_ms) if opening.open else None
    return {**opening_json(opening), "closes_at": closes_at}


def in_order(moment: Moment, services: Sequence[int]) -> list[Waiting]:
    """List the tickets waiting for a counter's services, in the order in which they would be called now."""
    if not services:
        return []
    outlook = moment.outlook(services[0])
    line = [job.ticket for job in outlook.jobs if job.service in services]
    return discipline.arrange_across(outlook.rules, line, moment.now_ms)


def line_alone(moment: Moment, services: Sequence[int]) -> list[Waiting]:
    """Load a line without the open counters: cheaper than `outlook` where nothing else of it is needed."""
    regular_calls = views.regulars(moment.connection) if moment.catalogue.has_ratio else {}
    line = views.waiting(moment.connection, services) if services else []
    return discipline.arrange_across(moment.catalogue.rules(services, regular_calls), line, moment.now_ms)


def announcements(catalogue: Catalogue, facts: Iterable[Fact], zone_code: str) -> Sequence[Json]:
    """Return the calls among `facts` to announce in a zone, in order."""
    zone = catalogue.zones_by_code[zone_code]
    return [
        _call_of_fact(catalogue, fact)
        for fact in facts
        if (counter := catalogue.counters.get(fact.counter_id or 0)) is not None and counter.zone_id == zone.id
    ]


def public_ticket(moment: Moment, row: TicketRow, public_url: str) -> Json:
    """Describe a ticket for its holder: without personal data, and nothing of other visitors."""
    ahead, promised = None, None
    if row.state is State.WAITING:
        ahead, promised = moment.outlook(row.service_id).place(row.id, row.service_id)
    return ticket_json(moment.catalogue, row, ahead, promised, public_url)


def ticket_json(
    catalogue: Catalogue, row: TicketRow, ahead: int | None, promised: Estimate | None, public_url: str
) -> Json:
    """Describe a ticket for its holder, given the number of tickets `ahead` and the current promise."""
    service = catalogue.services[row.service_id]
    agency, zone = catalogue.agency_of(row.service_id), catalogue.zone_of(row.service_id)
    called = row.state in IN_HAND and row.counter_id is not None
    return {
        "label": row.label,
        "state": row.state.value,
        "service": {"id": service.id, "name": service.name},
        "agency": {"short": agency.short, "name": agency.name},
        "zone": None if zone is None else {"code": zone.code, "name": zone.name},
        "priority": row.ticket_class is TicketClass.PRIORITY,
        "language": row.language,
        "issued_at": row.issued_at,
        "called_at": row.called_at,
        "ahead": ahead,
        "range": range_json(promised),
        "promised": row.promised,
        "counter": _counter(catalogue.counters[row.counter_id]) if called and row.counter_id else None,
        "token": row.token,
        "url": f"{public_url}/t/{row.token}",
        "day": row.business_date.isoformat(),
    }


def counter_summary(catalogue: Catalogue, counter: Counter) -> Json:
    """Describe a counter with its zone and agency."""
    zone = catalogue.zones[counter.zone_id]
    agency = None if counter.agency_id is None else catalogue.agencies.get(counter.agency_id)
    return {
        "id": counter.id,
        "code": counter.code,
        "name": counter.name,
        "zone": {"code": zone.code, "name": zone.name},
        "agency": None if agency is None else {"short": agency.short},
    }


def catalogue_json(moment: Moment) -> Json:
    """Describe the whole public offer: agencies with their services and required documents."""
    catalogue, offer = moment.catalogue, offered(moment)
    return {
        "hall": {
            "name": catalogue.hall_name,
            "full_name": catalogue.full_name,
            "address": catalogue.address,
            "time_zone": catalogue.time_zone,
            "languages": ["id", "en", "ban"],
        },
        "agencies": [
            {
                "id": agency.id,
                "code": agency.code,
                "name": agency.name,
                "short": agency.short,
                "kind": agency.kind,
                "icon": agency.icon,
                "services": [
                    _service(catalogue, s.id, offer[s.id])
                    for s in catalogue.services.values()
                    if s.agency_id == agency.id
                ],
            }
            for agency in catalogue.agencies.values()
        ],
        "zones": [{"code": zone.code, "name": zone.name} for zone in catalogue.zones.values()],
    }


def service_json(moment: Moment, service_id: int) -> Json:
    """Describe a service of the catalogue."""
    return _service(moment.catalogue, service_id, offered(moment, service_id)[service_id])


def _service(catalogue: Catalogue, service_id: int, offer: Offer) -> Json:
    service, zone = catalogue.services[service_id], catalogue.zone_of(service_id)
    return {
        "id": service.id,
        "code": service.code,
        "name": service.name,
        "minutes": service.minutes,
        "series": service.series,
        **offer_json(offer),
        "zone": None if zone is None else {"code": zone.code, "name": zone.name},
        "documents": [{"name": name} for name in service.documents],
    }


def _counters(moment: Moment, service_id: int) -> tuple[Counter, ...]:
    return moment.catalogue.counters_of_service.get(service_id, ())


def _counter(counter: Counter) -> Json:
    return {"code": counter.code, "name": counter.name}


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
    return {
        "seq": fact.seq,
        "label": fact.payload["label"],
        "language": fact.payload["language"],
        "priority": fact.payload["priority"],
        "at": fact.at,
        "state": State.CALLED.value,
        "times": fact.payload["times"],
        **_call(catalogue, fact.service_id, fact.counter_id),
    }
