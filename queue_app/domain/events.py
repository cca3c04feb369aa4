"""The kinds of facts of the log. `version` of a kind rises when the meaning of its payload changes."""

from __future__ import annotations

from enum import StrEnum


class FactKind(StrEnum):
    """The kinds of facts; stored in the log."""

    ISSUED = "ticket_issued"
    CALLED = "ticket_called"
    RECALLED = "ticket_recalled"
    STARTED = "ticket_started"
    COMPLETED = "ticket_completed"
    NO_SHOW = "ticket_no_show"
    RETURNED = "ticket_returned"
    HELD = "ticket_held"
    RESUMED = "ticket_resumed"
    TRANSFERRED = "ticket_transferred"
    CHANGED = "ticket_changed"
    NOTED = "ticket_noted"
    UNDONE = "ticket_undone"
    CANCELLED = "ticket_cancelled"
    EXPIRED = "ticket_expired"
    CLOSED = "ticket_closed"
    COUNTER_OPENED = "counter_opened"
    COUNTER_CLOSED = "counter_closed"
    COUNTER_PAUSED = "counter_paused"
    COUNTER_RESUMED = "counter_resumed"
    SIGNED_OUT = "officer_signed_out"
    DAY_OPENED = "day_opened"
    CATALOGUE_CHANGED = "catalogue_changed"
    OPENING_PASSED = "opening_passed"
    PRINTER = "printer_state_changed"
    REPRINTED = "ticket_reprinted"
    PAPER_ASKED = "paper_asked"
    PAPER_MOVED = "paper_moved"
    DEVICE = "device_changed"


VERSION = 1


# The facts that are announced: a number is called to a counter.
SPOKEN = frozenset({FactKind.CALLED, FactKind.RECALLED, FactKind.RESUMED})
