"""What the printer needs of the house (jobs) and what it tells back; pure data, standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from printer.fields import LANGUAGES, LONGEST_URL, Fields, Language
from printer.slips import (
    AnySlip,
    ChecklistSlip,
    Slip,
    SummarySlip,
    TestSlip,
    slip_from_json,
    slip_to_json,
)
from printer.template import Logo, TemplateOptions

__all__ = [
    "LANGUAGES",
    "LONGEST_URL",
    "AnySlip",
    "Capabilities",
    "ChecklistSlip",
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
    """The life of a print job."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    """Proved by the printer."""
    SENT = "sent"
    """Given to a printer that does not prove the paper."""
    HELD = "held"
    """In the printer, comes out when its trouble is over: never print it elsewhere."""
    UNCERTAIN = "uncertain"
    """May have come out: ask a person."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why an outcome is not simply good; the first word of `Outcome.detail`."""

    BAD_ADDRESS = "bad_address"
    CONNECTION_LOST = "connection_lost"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NO_ANSWER = "no_answer"
    NOT_TAKEN = "not_taken"
    """No fault: the paper lies in the mouth of the printer until somebody takes it."""
    NOT_WRITABLE = "not_writable"
    OFF_LINE = "off_line"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    PRINTER_ERROR = "printer_error"
    TIME_OUT = "time_out"
    UNREACHABLE = "unreachable"


class Proof(StrEnum):
    """The rungs of proof: what a printer can say about a job, the best first."""

    ACK = "ack"
    """It acknowledges the job by its number (`GS ( H`): the paper is out."""
    FENCE = "fence"
    """It says when it has worked through everything so far (`GS r`)."""
    STATUS = "status"
    """It only says whether it is on line (`DLE EOT`)."""
    NONE = "none"
    """It says nothing."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What probing found out about a printer; to be remembered with its address."""

    proof: Proof
    counts_cuts: bool | None = None
    """Whether its counter of cuts (`GS g 2`) goes up with each paper; None while it has not been seen to."""

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {"proof": self.proof.value, "counts_cuts": self.counts_cuts}

    @classmethod
    def from_json(cls, data: object) -> Capabilities:
        """What `to_json` described; ValueError with the field's name if anything is amiss."""
        fields = Fields(data, "capabilities")
        proof, counts = fields.text("proof"), fields.take("counts_cuts")
        fields.finish()
        if proof not in list(Proof):
            raise ValueError(f"proof is not one of {', '.join(Proof)}")
        if counts is not None and not isinstance(counts, bool):
            raise ValueError("counts_cuts is neither true, false nor null")
        return cls(Proof(proof), counts)


class Health(StrEnum):
    """How a printer is, for staff."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    ERROR = "error"
    UNKNOWN = "unknown"
    """It cannot be asked."""


@dataclass(frozen=True, slots=True)
class PrinterHealth:
    """What the last look at a printer said."""

    state: Health
    detail: str = ""
    """Empty, or a `Reason` with words."""
    used_mm: int = 0
    """Paper used since the report before this one, in millimetres."""
    new_roll: bool = False
    """Whether paper had run out and is there again since the report before: begin to count anew, then add `used_mm`."""

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {
            "state": self.state.value,
            "detail": self.detail,
            "used_mm": self.used_mm,
            "new_roll": self.new_roll,
        }


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """A printer of the hall: where it is (`tcp://…`, `usb://…`, …) and its paper, 80 or 58 mm."""

    id: int
    code: str
    url: str
    paper_mm: int
    capabilities: Capabilities | None = None
    """What was reported for this address before; None: find out."""


@dataclass(frozen=True, slots=True)
class Job:
    """A slip to print; `copy_no` is 1 for the original."""

    id: int
    copy_no: int
    slip: AnySlip
    printer: PrinterConfig
    options: TemplateOptions = field(default_factory=TemplateOptions)
    clean_first: bool = False
    """Whether the job before this one was being sent when its spooler died: its torn piece may be in the printer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. QUEUED means that no whole paper comes of it, so that it may be tried again.

    `detail` is empty or begins with a `Reason`; a good state with a detail is a warning (paper low). QUEUED with
    `…: cancelled` means that a part was sent and taken back.
    """

    state: JobState
    detail: str = ""


class JobSource(Protocol):
    """The house, as the spooler sees it. Expiry and jobs of dead spoolers are the source's business."""

    def printers(self) -> Sequence[PrinterConfig]:
        """The printers to serve; those with an `agent://` address are left to their agents."""
        ...

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> Job | None:
        """Take the oldest queued job (compare and set, queued → sending), or None."""
        ...

    def report(self, job_id: int, owner: str, state: JobState, detail: str) -> bool:
        """Say what became of a claimed job; False if the lease was lost."""
        ...

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        """Queue a claimed job, of which no whole paper comes here, at another printer that the visitor can reach.

        The source chooses which; False if there is none, then the job stays claimed.
        """
        ...

    def may_look(self, printer_id: int, owner: str) -> bool:
        """Whether this spooler may connect to an idle printer to ask how it is: no other is sending to it or asking.

        Of several spoolers for a printer one is enough. A source with one spooler says True.
        """
        ...

    def report_health(self, printer_id: int, health: PrinterHealth) -> None:
        """How a printer is; called after each poll (15-30 s) and after each job, also when nothing has changed."""
        ...

    def report_capabilities(self, printer_id: int, capabilities: Capabilities) -> None:
        """What probing found out; called when it differs from what `printers` or the report before said."""
        ...

    def wait(self, timeout: float) -> None:
        """Return when the doorbell has rung since the last call, at the latest after `timeout` seconds.

        Called from one place only.
        """
        ...
