"""Schemas of the print agents' protocol."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from queue_app.web.api.schemas.common import IdNumber, Strict
from queue_app.web.api.schemas.printing import PrinterHealthName

Detail = Annotated[str, Field(max_length=400)]


class CapabilitiesIn(Strict):
    """Result of probing a printer."""

    proof: Literal["ack", "fence", "status", "none"]
    counts_cuts: bool | None


class PairingIn(Strict):
    """The token of an earlier response; null the first time."""

    token: Annotated[str, Field(min_length=1, max_length=100)] | None


class PairingOut(BaseModel):
    """Whether the agent was approved; while it waits, the code for staff to enter and the address where they do."""

    state: Literal["waiting", "approved"]
    code: str | None
    token: str
    address: str


class ClaimIn(Strict):
    """The seconds that the agent would wait, and the jobs that it has."""

    wait: Annotated[int, Field(ge=0, le=60)] = 0
    have: Annotated[list[IdNumber], Field(max_length=1000)] = Field(default_factory=list)


class AgentPrinterOut(BaseModel):
    """A printer of the agent; `url` is what follows the agent's code in its address."""

    id: int
    code: str
    url: str
    paper_mm: int
    capabilities: dict[str, Any] | None


class AgentJobOut(BaseModel):
    """A job; `slip` and `options` are the printer's own data, described in docs/printing.md."""

    id: int
    copy_no: int
    printer: int
    clean_first: bool
    expires_in: int
    options: dict[str, Any]
    slip: dict[str, Any]


class ClaimOut(BaseModel):
    """The agent's printers, and a job for one of them or null."""

    printers: list[AgentPrinterOut]
    job: AgentJobOut | None


class ReportIn(Strict):
    """Outcome of a job; `queued` gives it back."""

    state: Literal["printed", "sent", "held", "uncertain", "failed", "expired", "queued"]
    detail: Detail = ""


class PrinterHealthIn(Strict):
    """Health of a printer; `used_mm` of paper since the report before."""

    id: IdNumber
    state: PrinterHealthName
    detail: Detail = ""
    used_mm: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    new_roll: bool = False
    capabilities: CapabilitiesIn | None = None


class HealthIn(Strict):
    """Health of the agent's printers; `trouble` is what the PC itself lacks."""

    printers: Annotated[list[PrinterHealthIn], Field(max_length=100)]
    trouble: Annotated[str, Field(max_length=1000)] | None = None
