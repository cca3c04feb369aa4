"""Snapshot of a ticket as its holder may see it."""

from __future__ import annotations

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.estimates import Estimate
from queue_app.domain.ticket import CURRENT_STATES, State, TicketClass
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import range_json
from queue_app.store.queries import TicketRow


def public_ticket(moment: Moment, row: TicketRow, public_url: str) -> Json:
    """Describe a ticket for its holder: without personal data, and nothing of other visitors."""
    ahead, promised = None, None
    if row.state is State.WAITING:
        ahead, promised = moment.outlook(row.service_id).position(row.id, row.service_id)
    return ticket_json(moment.catalogue, row, ahead, promised, public_url)


def ticket_json(
    catalogue: Catalogue, row: TicketRow, ahead: int | None, promised: Estimate | None, public_url: str
) -> Json:
    """Describe a ticket for its holder, given the number of tickets `ahead` and the current promise."""
    service = catalogue.services[row.service_id]
    agency, zone = catalogue.agency_of(row.service_id), catalogue.zone_of(row.service_id)
    called = row.state in CURRENT_STATES and row.counter_id is not None
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


def _counter(counter: Counter) -> Json:
    return {"code": counter.code, "name": counter.name}
