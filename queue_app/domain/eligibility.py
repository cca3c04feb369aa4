"""Eligibility: the waiting tickets that a counter may call now, before the discipline chooses among them."""

from __future__ import annotations

from collections.abc import Iterable

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import WaitingTicket

MINUTE_MS = 60_000


def may_be_called_at(ticket: WaitingTicket, counter_id: int, staff_id: int | None) -> bool:
    """Whether this counter with this officer may call the ticket: it is reserved for nobody, or for one of them."""
    return ticket.counter_id in (None, counter_id) and ticket.staff_id in (None, staff_id)


def candidates(
    counter: Counter, staff_id: int | None, line: Iterable[WaitingTicket], now_ms: int
) -> list[WaitingTicket]:
    """Return the tickets of `line` among which the discipline chooses for this counter.

    A counter without tiers chooses among all its services. A counter with an order of preference takes the first of
    its tiers in which somebody waits; it serves a later tier while all earlier tiers are empty, and in addition the
    tickets of any later tier that have waited longer than the counter's `help_after_minutes`, if that is set.
    """
    served = set(counter.service_ids)
    eligible = [t for t in line if t.service_id in served and may_be_called_at(t, counter.id, staff_id)]
    if len(counter.tiers) < 2:
        return eligible
    chosen: list[WaitingTicket] = []
    for tier in counter.tiers:
        in_tier = [t for t in eligible if t.service_id in tier]
        chosen += in_tier if not chosen else [t for t in in_tier if needs_help(t, counter.help_after_minutes, now_ms)]
    return chosen


def needs_help(ticket: WaitingTicket, help_after_minutes: int | None, now_ms: int) -> bool:
    """Whether a counter that prefers other services should serve this ticket; never where no such time is set."""
    return help_after_minutes is not None and now_ms - ticket.start_at > help_after_minutes * MINUTE_MS
