"""Facts about tickets, one dataclass per kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from queue_app.domain.events import FactKind
from queue_app.domain.fact_fields import FactDetails, FactPart, Payload, pair, read_fields, stored
from queue_app.domain.printer import ReprintReason
from queue_app.domain.ticket import State, TicketClass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIssued(FactDetails):
    """A ticket was issued; `to` is its first state."""

    KIND = FactKind.ISSUED
    to: State | None = field(default=None, metadata=stored(read=State))
    label: str = ""
    ticket_class: TicketClass | None = field(default=None, metadata=stored("class", TicketClass))
    ahead: int | None = None
    promised: tuple[int, int] | None = field(default=None, metadata=stored("range", pair))
    """The range promised, in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMove(FactDetails):
    """A ticket went from one state to another; `mean` is the service's mean time before and after, in ms."""

    from_state: State | None = field(default=None, metadata=stored("from", State))
    to: State | None = field(default=None, metadata=stored(read=State))
    label: str = ""
    mean: tuple[int, int] | None = field(default=None, metadata=stored(read=pair))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedCall(TicketMove):
    """A number is called out; everything that is announced stands here, so that each reading gives the same."""

    language: str = ""
    priority: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedTicket(FactPart):
    """The ticket that waited longest when another was called before it."""

    id: int = 0
    label: str = ""
    ticket_class: TicketClass | None = field(default=None, metadata=stored("class", TicketClass))
    score: float | None = None
    start_at: int | None = None


def _passed(payload: Payload) -> PassedTicket:
    return PassedTicket(**read_fields(PassedTicket, payload))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCalled(AnnouncedCall):
    """A ticket was called; `how` and `score` say why it was its turn. `start_at` of None: the row does not have it."""

    KIND = FactKind.CALLED
    how: str = "turn"
    ticket_class: TicketClass | None = field(default=None, metadata=stored("class", TicketClass))
    score: float | None = None
    start_at: int | None = None
    passed: PassedTicket | None = field(default=None, metadata=stored(read=_passed))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecalled(AnnouncedCall):
    """A ticket was called once more."""

    KIND = FactKind.RECALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed(AnnouncedCall):
    """A ticket on hold was called again."""

    KIND = FactKind.RESUMED
    how: str = "resumed"
    ticket_class: TicketClass | None = field(default=None, metadata=stored("class", TicketClass))
    start_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStarted(TicketMove):
    """A visit began."""

    KIND = FactKind.STARTED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCompleted(TicketMove):
    """A visit ended."""

    KIND = FactKind.COMPLETED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNoShow(TicketMove):
    """The visitor did not come."""

    KIND = FactKind.NO_SHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReturned(TicketMove):
    """A no-show came back into the line."""

    KIND = FactKind.RETURNED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld(TicketMove):
    """A ticket was put on hold."""

    KIND = FactKind.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTransferred(TicketMove):
    """A ticket was transferred, or (`why` is "released") its reservation ended."""

    KIND = FactKind.TRANSFERRED
    to_service: int | None = None
    to_counter: int | None = None
    to_officer: int | None = None
    first: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanges(FactPart):
    """The values corrected, each before and after; None: not corrected."""

    service_id: tuple[int, int] | None = field(default=None, metadata=stored(read=pair))
    ticket_class: tuple[str, str] | None = field(default=None, metadata=stored(read=pair))
    files: tuple[int, int] | None = field(default=None, metadata=stored(read=pair))


def _changes(payload: Payload) -> TicketChanges:
    return TicketChanges(**read_fields(TicketChanges, payload))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(TicketMove):
    """Service, class or number of files of a ticket were corrected."""

    KIND = FactKind.CHANGED
    changed: TicketChanges = field(default=TicketChanges(), metadata=stored(read=_changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNoted(FactDetails):
    """A note was written; the log does not have its text."""

    KIND = FactKind.NOTED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUndone(TicketMove):
    """A no-show or completion was undone."""

    KIND = FactKind.UNDONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled(TicketMove):
    """A ticket was cancelled; without `why`, by its visitor."""

    KIND = FactKind.CANCELLED
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketExpired(TicketMove):
    """A ticket that was not served ended with its day."""

    KIND = FactKind.EXPIRED
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(TicketMove):
    """A visit that nobody ended was ended with its day."""

    KIND = FactKind.CLOSED
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReprinted(FactDetails):
    """A copy of a ticket was requested."""

    KIND = FactKind.REPRINTED
    label: str = ""
    copy_no: int = field(default=0, metadata=stored("copy"))
    why: ReprintReason | None = field(default=None, metadata=stored(read=ReprintReason))
    printer_id: int | None = field(default=None, metadata=stored("printer"))
    job_id: int | None = field(default=None, metadata=stored("job"))
