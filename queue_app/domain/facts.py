"""The facts of the log: one dataclass per kind with what is particular to it, and the codec of its stored payload.

Rows of earlier versions are never rewritten, so everything read from the log may lack what came later: each field has a
default, which also stands in for a value that no longer has a meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar

from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.events import FactKind
from queue_app.domain.print_job import PrintJobKind
from queue_app.domain.printer import Health, ReprintReason
from queue_app.domain.ticket import State, TicketClass

Payload = Mapping[str, object]


def _stored(key: str | None = None, read: Callable[[Any], object] | None = None) -> dict[str, object]:
    """Return the metadata of a field that is stored under `key` (None: its own name) and parsed by `read`."""
    return {"key": key, "read": read}


def _pair(value: Any) -> tuple[Any, Any]:
    first, second = value
    return first, second


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPart:
    """A value of several fields in a fact's details, stored as an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDetails(FactPart):
    """What is particular to one kind of fact."""

    KIND: ClassVar[FactKind]

    @classmethod
    def upgrade(cls, payload: Payload) -> Payload:
        """Convert a payload that an earlier version stored under other keys."""
        return payload


# --- tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIssued(FactDetails):
    """A ticket was issued; `to` is its first state."""

    KIND = FactKind.ISSUED
    to: State | None = field(default=None, metadata=_stored(read=State))
    label: str = ""
    ticket_class: TicketClass | None = field(default=None, metadata=_stored("class", TicketClass))
    ahead: int | None = None
    promised: tuple[int, int] | None = field(default=None, metadata=_stored("range", _pair))
    """The range promised, in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMove(FactDetails):
    """A ticket went from one state to another; `mean` is the service's mean time before and after, in ms."""

    from_state: State | None = field(default=None, metadata=_stored("from", State))
    to: State | None = field(default=None, metadata=_stored(read=State))
    label: str = ""
    mean: tuple[int, int] | None = field(default=None, metadata=_stored(read=_pair))


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
    ticket_class: TicketClass | None = field(default=None, metadata=_stored("class", TicketClass))
    score: float | None = None
    start_at: int | None = None


def _passed(payload: Payload) -> PassedTicket:
    return PassedTicket(**_read_fields(PassedTicket, payload))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCalled(AnnouncedCall):
    """A ticket was called; `how` and `score` say why it was its turn. `start_at` of None: the row does not have it."""

    KIND = FactKind.CALLED
    how: str = "turn"
    ticket_class: TicketClass | None = field(default=None, metadata=_stored("class", TicketClass))
    score: float | None = None
    start_at: int | None = None
    passed: PassedTicket | None = field(default=None, metadata=_stored(read=_passed))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecalled(AnnouncedCall):
    """A ticket was called once more."""

    KIND = FactKind.RECALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed(AnnouncedCall):
    """A ticket on hold was called again."""

    KIND = FactKind.RESUMED
    how: str = "resumed"
    ticket_class: TicketClass | None = field(default=None, metadata=_stored("class", TicketClass))
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

    service_id: tuple[int, int] | None = field(default=None, metadata=_stored(read=_pair))
    ticket_class: tuple[str, str] | None = field(default=None, metadata=_stored(read=_pair))
    files: tuple[int, int] | None = field(default=None, metadata=_stored(read=_pair))


def _changes(payload: Payload) -> TicketChanges:
    return TicketChanges(**_read_fields(TicketChanges, payload))


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(TicketMove):
    """Service, class or number of files of a ticket were corrected."""

    KIND = FactKind.CHANGED
    changed: TicketChanges = field(default=TicketChanges(), metadata=_stored(read=_changes))


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
    copy_no: int = field(default=0, metadata=_stored("copy"))
    why: ReprintReason | None = field(default=None, metadata=_stored(read=ReprintReason))
    printer_id: int | None = field(default=None, metadata=_stored("printer"))
    job_id: int | None = field(default=None, metadata=_stored("job"))


# --- counters and staff


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterOpened(FactDetails):
    """A counter was opened; `taken_from` is the officer who had it."""

    KIND = FactKind.COUNTER_OPENED
    taken_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterClosed(FactDetails):
    """A counter was closed."""

    KIND = FactKind.COUNTER_CLOSED
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPaused(FactDetails):
    """A counter was paused."""

    KIND = FactKind.COUNTER_PAUSED
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterResumed(FactDetails):
    """A pause of so many milliseconds ended."""

    KIND = FactKind.COUNTER_RESUMED
    why: str | None = None
    ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerSignedOut(FactDetails):
    """An officer's session ended."""

    KIND = FactKind.SIGNED_OUT
    session_id: int | None = field(default=None, metadata=_stored("session"))


# --- the hall


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(FactDetails):
    """A business day was opened, and the day before closed."""

    KIND = FactKind.DAY_OPENED
    from_day: date | None = field(default=None, metadata=_stored("from", date.fromisoformat))
    to_day: date | None = field(default=None, metadata=_stored("to", date.fromisoformat))


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChanged(FactDetails):
    """A setting was changed; `of` is what it belongs to, None: to the hall. Old rows do not have the values."""

    KIND = FactKind.CATALOGUE_CHANGED
    setting: str = ""
    of: str | None = None
    before: object = None
    after: object = None

    @classmethod
    def upgrade(cls, payload: Payload) -> Payload:
        """Convert {"set": "notice"}, {"printer": "utama", "what": "added"} and {"issuing": …}, {"hours": true}, …."""
        if "setting" in payload or not payload:
            return payload
        if "set" in payload:
            return {"setting": payload["set"]}
        if "printer" in payload:
            return {"setting": "printer", "of": payload["printer"], "after": payload.get("what")}
        setting, after = next(iter(payload.items()))
        return {"setting": setting, "after": None if after is True and setting != "issuing" else after}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPassed(FactDetails):
    """An opening or closing time has passed."""

    KIND = FactKind.OPENING_PASSED


# --- printers and devices


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterChanged(FactDetails):
    """A printer began or ceased to need somebody, or got a new roll."""

    KIND = FactKind.PRINTER
    printer_id: int | None = field(default=None, metadata=_stored("printer"))
    state: Health = field(default=Health.UNKNOWN, metadata=_stored(read=Health))
    trouble: str | None = None
    new_roll: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequested(FactDetails):
    """A slip that is no ticket was requested."""

    KIND = FactKind.PAPER_ASKED
    what: PrintJobKind | None = field(default=None, metadata=_stored(read=PrintJobKind))
    printer_id: int | None = field(default=None, metadata=_stored("printer"))
    job_id: int | None = field(default=None, metadata=_stored("job"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJobMoved(FactDetails):
    """A print job was moved to another printer."""

    KIND = FactKind.PAPER_MOVED
    job_id: int | None = field(default=None, metadata=_stored("job"))
    from_printer: int | None = field(default=None, metadata=_stored("from"))
    to_printer: int | None = field(default=None, metadata=_stored("to"))
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(FactDetails):
    """A device was added, changed or revoked, or reports a trouble of itself (None: none any more)."""

    KIND = FactKind.DEVICE
    device_kind: DeviceKind | None = field(default=None, metadata=_stored("kind", DeviceKind))
    code: str = ""
    what: DeviceChange | None = field(default=None, metadata=_stored(read=DeviceChange))
    trouble: str | None = None


DETAILS: Mapping[FactKind, type[FactDetails]] = {
    details.KIND: details
    for details in (
        TicketIssued,
        TicketCalled,
        TicketRecalled,
        TicketStarted,
        TicketCompleted,
        TicketNoShow,
        TicketReturned,
        TicketHeld,
        TicketResumed,
        TicketTransferred,
        TicketChanged,
        TicketNoted,
        TicketUndone,
        TicketCancelled,
        TicketExpired,
        TicketClosed,
        CounterOpened,
        CounterClosed,
        CounterPaused,
        CounterResumed,
        OfficerSignedOut,
        DayOpened,
        CatalogueChanged,
        OpeningPassed,
        PrinterChanged,
        TicketReprinted,
        PrintRequested,
        PrintJobMoved,
        DeviceChanged,
    )
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the log: what happened, when, to which ticket, where and by whom. `at` is in ms since the epoch."""

    seq: int
    at: int
    details: FactDetails
    ticket_id: int | None = None
    service_id: int | None = None
    counter_id: int | None = None
    staff_id: int | None = None

    @property
    def kind(self) -> FactKind:
        """The kind of the fact, which its details determine."""
        return self.details.KIND

    def service_ids(self) -> set[int]:
        """Return the services whose lines this fact affects: a transfer or change may affect two."""
        ids = {self.service_id}
        if isinstance(self.details, TicketTransferred):
            ids.add(self.details.to_service)
        elif isinstance(self.details, TicketChanged):
            ids.update(self.details.changed.service_id or ())
        return {service_id for service_id in ids if service_id is not None}


# --- the codec


def encode_details(details: FactDetails) -> dict[str, object]:
    """Return the payload to store; what is None is left out."""
    return _written(details)


def decode_details(kind: FactKind, payload: Payload) -> FactDetails:
    """Parse a stored payload, also one of an earlier version."""
    cls = DETAILS[kind]
    return cls(**_read_fields(cls, cls.upgrade(payload)))


def _written(part: FactPart) -> dict[str, object]:
    payload: dict[str, object] = {}
    for each, key in _keys(type(part)):
        value = getattr(part, each.name)
        if isinstance(value, FactPart):
            payload[key] = _written(value)
        elif isinstance(value, date):
            payload[key] = value.isoformat()
        elif value is not None:
            payload[key] = value
    return payload


def _read_fields(cls: type[Any], payload: Payload) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for each, key in _keys(cls):
        value, parse = payload.get(key), each.metadata.get("read")
        if value is None:
            continue
        try:
            read[each.name] = value if parse is None else parse(value)
        except (TypeError, ValueError):
            continue
    return read


_KEYS_OF: dict[type[Any], list[tuple[Field[Any], str]]] = {}


def _keys(cls: type[Any]) -> list[tuple[Field[Any], str]]:
    """Return the fields of a class with the keys under which they are stored."""
    if cls not in _KEYS_OF:
        _KEYS_OF[cls] = [(each, each.metadata.get("key") or each.name) for each in fields(cls)]
    return _KEYS_OF[cls]
