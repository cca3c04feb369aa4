"""The honest stop: no further number when its visit would end after closing time (field guide §7)."""

from __future__ import annotations

from queue_app.domain import estimates
from queue_app.services.estimating import Outlook

FEW_NUMBERS = 30  # so many or fewer left today are worth saying


def numbers_left(seen: Outlook, service_id: int, most: int = FEW_NUMBERS) -> int | None:
    """About how many further numbers of a service would be finished by today's closing time, if that is at most `most`.

    None if it is more, if the service has no closing time today, or if no open counter serves it, so that nobody can
    say.
    """
    closes_at = seen.catalogue.timetables[service_id].closes_at(seen.now_ms)
    if closes_at is None or _finished_anyway(seen, service_id, most + 1, closes_at) is not False:
        return None
    mean = seen.means[service_id]
    left = estimates.numbers_left(
        service_id, mean, seen.jobs, seen.desks, seen.now_ms, closes_at, seen.rules, free=seen.forecast.free_after
    )
    return left if left <= most else None


def must_stop(seen: Outlook, service_id: int) -> bool:
    """Whether one more number of this service would not be finished by closing time."""
    return numbers_left(seen, service_id, most=0) == 0


def _finished_anyway(seen: Outlook, service_id: int, numbers: int, closes_at: int) -> bool | None:
    """Whether a single counter would serve the whole line and so many more before closing; None if none is open.

    Far from closing this bound saves walking the line; it takes the widest range there is.
    """
    desk = next((desk for desk in seen.desks if service_id in desk.services), None)
    if desk is None:
        return None
    now = seen.now_ms
    work = sum(seen.work.get(s, 0.0) for s in seen.pool(service_id)) + numbers * seen.means[service_id]
    breaks = sum(
        closes_at if end is None else end - max(start, now) for start, end in desk.away if end is None or end > now
    )
    longest = max(0.0, desk.free_at - now) + breaks + work
    return now + longest + estimates.STOP_CAUTION * estimates.deviation(longest, 0) <= closes_at
