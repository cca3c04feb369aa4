"""Snapshot of the hall's offer: agencies, services, documents."""

from __future__ import annotations

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.services.queue.opening import ServiceOffer, service_offers
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import offer_json


def current_offers(moment: Moment, service_id: int | None = None) -> dict[int, ServiceOffer]:
    """Return the offer of each service, or of one, at this moment."""
    services = moment.catalogue.services if service_id is None else [service_id]
    return service_offers(moment.connection, moment.outlook(service_id), services, moment.day)


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
    catalogue, offer = moment.catalogue, current_offers(moment)
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
    return _service(moment.catalogue, service_id, current_offers(moment, service_id)[service_id])


def _service(catalogue: Catalogue, service_id: int, offer: ServiceOffer) -> Json:
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
