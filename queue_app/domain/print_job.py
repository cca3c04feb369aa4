"""Print jobs: what they print, and their states."""

from __future__ import annotations

from enum import StrEnum


class PrintJobKind(StrEnum):
    """What a job prints; stored with each job."""

    TICKET = "ticket"
    COPY = "copy"
    CHECKLIST = "checklist"
    SUMMARY = "summary"
    TEST = "test"


class PrintJobState(StrEnum):
    """The states of a print job; the values are those of the printer package."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    """Proved by the printer, or confirmed by the visitor."""
    SENT = "sent"
    """Sent to a printer that cannot prove the print."""
    HELD = "held"
    """Buffered in the printer, and printed when its fault ends."""
    UNCERTAIN = "uncertain"
    """May have been printed: a person is asked."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


GOOD_STATES = frozenset({PrintJobState.PRINTED, PrintJobState.SENT})
# `sent` and `uncertain` end a job too, because nobody may print it again unasked.
ENDED_STATES = frozenset(PrintJobState) - {PrintJobState.QUEUED, PrintJobState.SENDING}
MOVABLE_KINDS = frozenset({PrintJobKind.TICKET, PrintJobKind.COPY, PrintJobKind.CHECKLIST})
"""Slips for a visitor at the kiosk, which any printer within reach may print. A test concerns one printer."""
