"""Which of the waiting tickets a counter may call now, before the discipline chooses among them."""

from __future__ import annotations

from collections.abc import Iterable

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import Waiting

MINUTE_MS = 60_000


def reserved_for(ticket: Waiting, counter_id: int, staff_id: int | None) -> bool:
    """Whether a ticket waits for everybody, or for this counter or this officer."""
    return ticket.counter_id in (None, counter_id) and ticket.staff_id in (None, staff_id)


def candidates(counter: Counter, staff_id: int | None, line: Iterable[Waiting], now_ms: int) -> list[Waiting]:
    """The tickets of `line` among which the discipline chooses for this counter.

    A pool chooses among all its services. A counter with an order of preference takes the first of its tiers in which
    somebody waits; it helps a later tier while all before it are empty, and besides those of any later tier who have
    waited longer than its `help_after_minutes`, if it has any.
    """
    served = set(counter.service_ids)
    mine = [t for t in line if t.service_id in served and reserved_for(t, counter.id, staff_id)]
    if len(counter.tiers) < 2:
        return mine
    found: list[Waiting] = []
    for tier in counter.tiers:
        here = [t for t in mine if t.service_id in tier]
        found += here if not found else [t for t in here if waits_too_long(t, counter.help_after_minutes, now_ms)]
    return found


def waits_too_long(ticket: Waiting, help_after_minutes: int | None, now_ms: int) -> bool:
    """Whether a counter of another service should help this one; never where no such time is set."""
    return help_after_minutes is not None and now_ms - ticket.start_at > help_after_minutes * MINUTE_MS
