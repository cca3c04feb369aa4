"""A sample ticket with the hall's own words, for the preview of a template."""

from __future__ import annotations

from queue_app.domain.catalogue import localised_name
from queue_app.snapshots.moment import Moment

_SAMPLE_AHEAD = 12
_SAMPLE_RANGE = [25, 40]


def sample_slip(
    moment: Moment, agency_code: str | None, language: str, *, priority: bool, site: str
) -> dict[str, object]:
    """Make the slip of a fictitious ticket; of an agency (by code), if it exists, with its longest service."""
    catalogue = moment.catalogue
    agencies = list(catalogue.agencies.values())
    agency = next((row for row in agencies if row.code == agency_code), next(iter(agencies), None))
    services = [row for row in catalogue.services.values() if agency is not None and row.agency_id == agency.id]
    service = max(services, key=lambda row: len(localised_name(row.name, language)), default=None)
    zone = None if service is None else catalogue.zone_of(service.id)
    return {
        "label": f"{'A' if service is None else service.series}-012",
        "hall": catalogue.hall_name,
        "agency": "…" if agency is None else localised_name(agency.name, language),
        "service": "…" if service is None else localised_name(service.name, language),
        "zone": None if zone is None else localised_name(zone.name, language),
        "issued_at": moment.now_ms,
        "time_zone": catalogue.time_zone,
        "ahead": _SAMPLE_AHEAD,
        "range": _SAMPLE_RANGE,
        "url": f"{site}/t/contoh-1",
        "language": language,
        "priority": priority,
        "documents": [] if service is None else [localised_name(name, language) for name in service.documents],
        "footer": localised_name(catalogue.footer, language),
    }
