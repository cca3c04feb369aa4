"""The predicted stop: no further number is issued when its visit would end after closing time.

Better to say so at once than to let somebody wait for hours and be sent away at closing time.
"""

from __future__ import annotations

from queue_app.domain import estimates
from queue_app.services.queue.outlook import Outlook

FEW_NUMBERS = 30  # the count of numbers left today is shown from here down


def numbers_left(outlook: Outlook, service_id: int, maximum: int = FEW_NUMBERS) -> int | None:
    """Estimate how many further tickets of a service would be finished by today's closing time, up to `maximum`.

    None if there are more, if the service has no closing time today, or if no open counter serves it, so that there is
    no estimate.
    """
    closes_at = outlook.catalogue.timetables[service_id].closes_at(outlook.now_ms)
    if closes_at is None or _finished_anyway(outlook, service_id, maximum + 1, closes_at) is not False:
        return None
    mean = outlook.means[service_id]
    left = estimates.numbers_left(
        service_id,
        mean,
        outlook.jobs,
        outlook.counters,
        outlook.now_ms,
        closes_at,
        outlook.rules,
        free=outlook.forecast.free_after,
    )
    return left if left <= maximum else None


def is_cut_off(outlook: Outlook, service_id: int) -> bool:
    """Whether one more ticket of this service would not be finished by closing time."""
    return numbers_left(outlook, service_id, maximum=0) == 0


def _finished_anyway(outlook: Outlook, service_id: int, numbers: int, closes_at: int) -> bool | None:
    """Whether one counter alone would serve the whole line and `numbers` more before closing; None if none is open.

    Far from closing time this bound saves simulating the line; it uses the widest range possible.
    """
    counter = next((counter for counter in outlook.counters if service_id in counter.services), None)
    if counter is None:
        return None
    now = outlook.now_ms
    work = sum(outlook.line_ms.get(s, 0.0) for s in outlook.pool(service_id)) + numbers * outlook.means[service_id]
    breaks = sum(
        closes_at if end is None else end - max(start, now)
        for start, end in counter.unavailable
        if end is None or end > now
    )
    longest = max(0.0, counter.free_at - now) + breaks + work
    return now + longest + estimates.STOP_CAUTION * estimates.deviation(longest, 0) <= closes_at
