"""Printers as the hall sees them: how they are, which may stand in for another, what staff must know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a printer is; the words are those of the printer leaf."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    ERROR = "error"
    UNKNOWN = "unknown"


class Reprint(StrEnum):
    """Why a ticket is printed once more."""

    NOT_OUT = "not_out"
    UNREADABLE = "unreadable"
    LOST = "lost"
    OTHER = "other"
    VISITOR = "visitor"
    """The visitor told the kiosk that nothing came out; staff do not choose this one."""


NOT_TAKEN = "not_taken"
"""In the detail of a paper and of its printer: it lies in the printer's mouth until somebody takes it."""
IN_TROUBLE = frozenset({Health.PAPER_OUT, Health.COVER_OPEN, Health.OFFLINE, Health.ERROR})
FEW_TICKETS = 30
"""So few left on the roll, and staff are told to bring a new one."""


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer as it stands in the hall; times in milliseconds since the epoch.

    `zones` is where its visitors are: its own zone, or those of the kiosks that print on it. `kiosks` are their names.
    """

    id: int
    code: str
    paper_mm: int
    health: Health
    detail: str
    since: int | None
    checked_at: int | None
    tickets_left: int | None
    fallback_id: int | None
    place: Mapping[str, str] | None
    zones: frozenset[int]
    kiosks: tuple[str, ...]
    url: str

    @property
    def in_trouble(self) -> bool:
        """Whether a paper sent to it now would not come out."""
        return self.health in IN_TROUBLE

    def was_taken(self, printed_at: int) -> bool:
        """Whether a paper that lay in its mouth at that time was seen to be gone."""
        return NOT_TAKEN not in self.detail and (self.checked_at or 0) > printed_at

    @property
    def alarm(self) -> Health | None:
        """What staff must do something about; None if nothing."""
        if self.in_trouble or self.health is Health.NEAR_END:
            return self.health
        few = self.tickets_left is not None and self.tickets_left <= FEW_TICKETS
        return Health.NEAR_END if few else None


def stand_in(printers: Mapping[int, Printer], printer_id: int) -> Printer | None:
    """The printer that the visitors of another one can reach, and that works: the one named for it, else a near one."""
    home = printers[printer_id]
    others = [printer for printer in printers.values() if printer.id != printer_id and not printer.in_trouble]
    named = [printer for printer in others if printer.id == home.fallback_id]
    near = [printer for printer in others if printer.zones & home.zones]
    return next(iter([*named, *near]), None)


def tickets_left(roll_mm: int | None, used_mm: int, ticket_mm: int) -> int | None:
    """How many tickets are still on a roll; None if nobody knows how long it was."""
    return None if roll_mm is None else max(0, roll_mm - used_mm) // max(1, ticket_mm)


def is_used(printers: Iterable[Printer], one: Printer) -> bool:
    """Whether papers are expected of it: a kiosk prints there, or it has a zone, a place, or another to stand in for.

    One at the reception has a zone or a place; one that was just added, or is a spare, has nothing.
    """
    return bool(one.kiosks or one.zones or one.place) or any(other.fallback_id == one.id for other in printers)


def alarming(printers: Collection[Printer]) -> list[Printer]:
    """Those in use that staff must do something about, the one that waits longest first."""
    found = [one for one in printers if one.alarm is not None and is_used(printers, one)]
    return sorted(found, key=lambda one: (one.since or 0, one.id))
