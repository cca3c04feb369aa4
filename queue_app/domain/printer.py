"""Printers of the hall: their health, which may replace another, and the alarms raised for staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from queue_app.domain.print_outcome import Outcome


class Health(StrEnum):
    """The health of a printer; the values are those of the printer package."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    ERROR = "error"
    UNKNOWN = "unknown"


class ReprintReason(StrEnum):
    """The reason why a ticket is printed once more."""

    NOT_OUT = "not_out"
    UNREADABLE = "unreadable"
    LOST = "lost"
    OTHER = "other"
    VISITOR = "visitor"
    """The visitor reported at the kiosk that nothing came out; staff cannot choose this reason."""


FAULTY = frozenset({Health.PAPER_OUT, Health.COVER_OPEN, Health.OFFLINE, Health.ERROR})
FEW_TICKETS = 30
"""Staff are asked for a new roll when so few tickets are left on it."""


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer of the hall; times in milliseconds since the epoch.

    `zones` is where the printer's visitors are: its own zone, or the zones of the kiosks that print on it. `kiosks` are
    the names of these kiosks.
    """

    id: int
    code: str
    paper_mm: int
    health: Health
    outcome: Outcome | None
    since: int | None
    checked_at: int | None
    tickets_left: int | None
    fallback_id: int | None
    place: Mapping[str, str] | None
    zones: frozenset[int]
    kiosks: tuple[str, ...]
    url: str

    @property
    def is_faulty(self) -> bool:
        """Whether a slip sent to the printer now would not come out."""
        return self.health in FAULTY

    def was_taken(self, printed_at: int) -> bool:
        """Whether the slip in the paper exit at `printed_at` has been seen to be taken."""
        in_exit = self.outcome is not None and self.outcome.is_in_paper_exit
        return not in_exit and (self.checked_at or 0) > printed_at

    @property
    def alarm(self) -> Health | None:
        """The health that staff must act on; None if there is nothing to do."""
        if self.is_faulty or self.health is Health.NEAR_END:
            return self.health
        few = self.tickets_left is not None and self.tickets_left <= FEW_TICKETS
        return Health.NEAR_END if few else None


def reachable_fallback(printers: Mapping[int, Printer], printer_id: int) -> Printer | None:
    """Return a working printer within reach of a printer's visitors: its fallback, else one of the same zone."""
    home = printers[printer_id]
    others = [printer for printer in printers.values() if printer.id != printer_id and not printer.is_faulty]
    named = [printer for printer in others if printer.id == home.fallback_id]
    near = [printer for printer in others if printer.zones & home.zones]
    return next(iter([*named, *near]), None)


def tickets_left(roll_mm: int | None, used_mm: int, ticket_mm: int) -> int | None:
    """Return how many tickets are left on a roll; None if the roll's length is not known."""
    return None if roll_mm is None else max(0, roll_mm - used_mm) // max(1, ticket_mm)


def is_used(printers: Iterable[Printer], printer: Printer) -> bool:
    """Whether the printer is in use: a kiosk prints on it, it has a zone or a place, or it is a fallback.

    A printer at the reception has a zone or a place; one that was just added, or is a spare, has nothing.
    """
    return bool(printer.kiosks or printer.zones or printer.place) or any(
        other.fallback_id == printer.id for other in printers
    )


def printers_with_alarm(printers: Collection[Printer]) -> list[Printer]:
    """Return the printers in use that staff must act on, the longest-standing alarm first."""
    alarms = [printer for printer in printers if printer.alarm is not None and is_used(printers, printer)]
    return sorted(alarms, key=lambda printer: (printer.since or 0, printer.id))
