"""The printer package's port: jobs in, outcomes and health out. Pure data, standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from printer.paper.fields import LANGUAGES, LONGEST_URL, Fields, Language
from printer.paper.slips import AnySlip, ChecklistSlip, Slip, SummarySlip, TestSlip, slip_from_json, slip_to_json
from printer.paper.template import Logo, TemplateOptions

__all__ = [
    "LANGUAGES",
    "LONGEST_URL",
    "AnySlip",
    "Capabilities",
    "ChecklistSlip",
    "Ending",
    "Health",
    "Job",
    "JobSource",
    "JobState",
    "Language",
    "Logo",
    "Outcome",
    "PrinterConfig",
    "PrinterHealth",
    "Proof",
    "Reason",
    "Slip",
    "SummarySlip",
    "TemplateOptions",
    "TestSlip",
    "slip_from_json",
    "slip_to_json",
]


class JobState(StrEnum):
    """States of a print job."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    """Proved by the printer."""
    SENT = "sent"
    """Sent to a printer that cannot prove the print."""
    HELD = "held"
    """Buffered in the printer, printed when its fault ends: never print it elsewhere."""
    UNCERTAIN = "uncertain"
    """May have been printed: ask a person."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Reason of a failure or warning; the first word of `Outcome.detail`."""

    BAD_ADDRESS = "bad_address"
    CONNECTION_LOST = "connection_lost"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NO_ANSWER = "no_answer"
    NOT_WRITABLE = "not_writable"
    OFF_LINE = "off_line"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    PRINTER_ERROR = "printer_error"
    TIME_OUT = "time_out"
    UNREACHABLE = "unreachable"


class Ending(StrEnum):
    """What happened after a reason arose; the last word of `Outcome.detail`."""

    CANCELLED = "cancelled"
    NOT_TAKEN = "not_taken"
    """The presenter holds the slip until somebody takes it."""


class Proof(StrEnum):
    """Levels of proof: what a printer can report about a job, the best first."""

    ACK = "ack"
    """The printer acknowledges the job by its id (`GS ( H`): the slip is printed."""
    FENCE = "fence"
    """The printer answers when it has processed everything so far (`GS r`)."""
    STATUS = "status"
    """The printer only reports whether it is on line (`DLE EOT`)."""
    NONE = "none"
    """The printer reports nothing."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Result of probing a printer; to be stored with its address."""

    proof: Proof
    counts_cuts: bool | None = None
    """Whether the cut counter (`GS g 2`) increases with each slip; None while that was not observed."""

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {"proof": self.proof.value, "counts_cuts": self.counts_cuts}

    @classmethod
    def from_json(cls, data: object) -> Capabilities:
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        fields = Fields(data, "capabilities")
        proof, counts = fields.text("proof"), fields.take("counts_cuts")
        fields.finish()
        if proof not in list(Proof):
            raise ValueError(f"proof is not one of {', '.join(Proof)}")
        if counts is not None and not isinstance(counts, bool):
            raise ValueError("counts_cuts is neither true, false nor null")
        return cls(Proof(proof), counts)


class Health(StrEnum):
    """Health of a printer, for staff."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    ERROR = "error"
    UNKNOWN = "unknown"
    """The printer cannot be queried."""


@dataclass(frozen=True, slots=True)
class PrinterHealth:
    """Result of the last status query of a printer."""

    state: Health
    detail: str = ""
    """Empty, or a `Reason` with words."""
    used_mm: int = 0
    """Paper used since the report before this one, in millimetres."""
    new_roll: bool = False
    """Whether a new roll was inserted since the report before: reset the paper counter, then add `used_mm`."""
    slip_waiting: bool = False
    """Whether the presenter holds a slip that nobody has taken; the detail says so too."""

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "state": self.state.value,
            "detail": self.detail,
            "used_mm": self.used_mm,
            "new_roll": self.new_roll,
        }


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """A printer of the hall: its address (`tcp://…`, `usb://…`, …) and the width of its paper, 80 or 58 mm."""

    id: int
    code: str
    url: str
    paper_mm: int
    capabilities: Capabilities | None = None
    """Capabilities reported for this address before; None: probe the printer."""


@dataclass(frozen=True, slots=True)
class Job:
    """A slip to print; `copy_no` is 1 for the original."""

    id: int
    copy_no: int
    slip: AnySlip
    printer: PrinterConfig
    options: TemplateOptions = field(default_factory=TemplateOptions)
    clean_first: bool = False
    """Whether the previous job was being sent when its spooler died: a part of it may be in the printer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of a delivery. QUEUED means that no complete slip will be printed, so that the job may be tried again.

    A good state with a reason is a warning (paper low). QUEUED with the ending CANCELLED means that a part was sent and
    cancelled.
    """

    state: JobState
    reason: Reason | None = None
    why: str = ""
    """The message of the system."""
    ending: Ending | None = None

    @property
    def detail(self) -> str:
        """The outcome as the text that is reported: reason, message and ending, each if there is one."""
        return ": ".join(filter(None, (self.reason, self.why, self.ending)))


class JobSource(Protocol):
    """The spooler's source of jobs. The source also expires jobs and handles jobs of dead spoolers."""

    def printers(self) -> Sequence[PrinterConfig]:
        """Return the printers to serve; those with an `agent://` address are left to their agents."""
        ...

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> Job | None:
        """Take the oldest queued job (compare and set, queued → sending), or None."""
        ...

    def report(self, job_id: int, owner: str, state: JobState, detail: str) -> bool:
        """Report the outcome of a claimed job; False if the lease was lost."""
        ...

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        """Queue a claimed job that this printer did not print at another printer that the visitor can reach.

        The source chooses the printer; False if there is none, then the job stays claimed.
        """
        ...

    def may_poll(self, printer_id: int, owner: str) -> bool:
        """Whether this spooler may query an idle printer's status: no other spooler is sending or querying.

        Of several spoolers for a printer one is enough. A source with one spooler returns True.
        """
        ...

    def report_health(self, printer_id: int, health: PrinterHealth) -> None:
        """Report a printer's health; called after each poll (15-30 s) and each job, also when nothing has changed."""
        ...

    def report_capabilities(self, printer_id: int, capabilities: Capabilities) -> None:
        """Report the result of probing; called when it differs from `printers` or the report before."""
        ...

    def wait(self, timeout: float) -> None:
        """Return when there has been a change notification since the last call, at the latest after `timeout` seconds.

        Called from one place only.
        """
        ...
