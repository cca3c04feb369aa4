"""The facts of the log: one dataclass per kind with what is particular to it, and the codec of its stored payload.

Rows of earlier versions are never rewritten, so everything read from the log may lack what came later: each field has a
default, which also stands in for a value that no longer has a meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.events import FactKind
from queue_app.domain.fact_fields import FactDetails, Payload, read_fields, stored, write_fields
from queue_app.domain.print_job import PrintJobKind
from queue_app.domain.printer import Health
from queue_app.domain.ticket_facts import (
    TicketCalled,
    TicketCancelled,
    TicketChanged,
    TicketClosed,
    TicketCompleted,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketNoShow,
    TicketNoted,
    TicketRecalled,
    TicketReprinted,
    TicketResumed,
    TicketReturned,
    TicketStarted,
    TicketTransferred,
    TicketUndone,
)

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
    session_id: int | None = field(default=None, metadata=stored("session"))


# --- the hall


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(FactDetails):
    """A business day was opened, and the day before closed."""

    KIND = FactKind.DAY_OPENED
    from_day: date | None = field(default=None, metadata=stored("from", date.fromisoformat))
    to_day: date | None = field(default=None, metadata=stored("to", date.fromisoformat))


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChanged(FactDetails):
    """A setting was changed; `of` is what it belongs to, None: to the hall. Old rows do not have the values."""

    KIND = FactKind.CATALOGUE_CHANGED
    setting: str = ""
    of: int | str | None = None
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
    printer_id: int | None = field(default=None, metadata=stored("printer"))
    state: Health = field(default=Health.UNKNOWN, metadata=stored(read=Health))
    trouble: str | None = None
    new_roll: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequested(FactDetails):
    """A slip that is no ticket was requested."""

    KIND = FactKind.PAPER_ASKED
    what: PrintJobKind | None = field(default=None, metadata=stored(read=PrintJobKind))
    printer_id: int | None = field(default=None, metadata=stored("printer"))
    job_id: int | None = field(default=None, metadata=stored("job"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJobMoved(FactDetails):
    """A print job was moved to another printer."""

    KIND = FactKind.PAPER_MOVED
    job_id: int | None = field(default=None, metadata=stored("job"))
    from_printer: int | None = field(default=None, metadata=stored("from"))
    to_printer: int | None = field(default=None, metadata=stored("to"))
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(FactDetails):
    """A device was added, changed or revoked, or reports a trouble of itself (None: none any more)."""

    KIND = FactKind.DEVICE
    device_kind: DeviceKind | None = field(default=None, metadata=stored("kind", DeviceKind))
    code: str = ""
    what: DeviceChange | None = field(default=None, metadata=stored(read=DeviceChange))
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
    return write_fields(details)


def decode_details(kind: FactKind, payload: Payload) -> FactDetails:
    """Parse a stored payload, also one of an earlier version."""
    cls = DETAILS[kind]
    return cls(**read_fields(cls, cls.upgrade(payload)))
