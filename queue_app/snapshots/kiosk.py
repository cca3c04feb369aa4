"""Snapshot of a kiosk: what it shows beside its menu."""

from __future__ import annotations

from queue_app.domain.errors import Refusal
from queue_app.services.queue.opening import hall_opening
from queue_app.snapshots.catalogue import current_offers
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import offer_json, opening_json, range_json
from queue_app.snapshots.print_jobs import print_availability


def build_kiosk(moment: Moment, kiosk_code: str) -> Json:
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
        for service_id, offer in current_offers(moment).items()
    }
    opening = opening_json(hall_opening(moment.catalogue, moment.now_ms))
    return {"services": services, **print_availability(moment, row.printer_id), "opening": opening}
