"""Opening state as JSON: for kiosks, boards and the catalogue."""

from __future__ import annotations

from typing import Any

from queue_app.domain.estimates import Estimate
from queue_app.domain.opening import Opening
from queue_app.services.queue.cutoff import FEW_NUMBERS
from queue_app.services.queue.opening import ServiceOffer

Json = dict[str, Any]


def opening_json(opening: Opening) -> Json:
    """Describe whether it is open, why not, until when, and the name of the holiday or break."""
    return {
        "open": opening.open,
        "why": None if opening.why is None else opening.why.value,
        "until": opening.until,
        "occasion": opening.name,
    }


def offer_json(offer: ServiceOffer) -> Json:
    """Describe the opening of a service, with about how many numbers are left today where they are few."""
    left = offer.numbers_left
    few = offer.opening.open and left is not None and left <= FEW_NUMBERS
    return {**opening_json(offer.opening), "numbers_left": left if few else None}


def range_json(promised: Estimate | None) -> list[int] | None:
    """Round the expected wait to the range to show, in minutes."""
    return None if promised is None else [promised.low, promised.high]
