"""Tickets in requests and responses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from queue_app.domain.explanations import OvertakeCode
from queue_app.web.api.schemas.common import (
    CounterOut,
    IdNumber,
    Language,
    Ms,
    Names,
    PrintJobOut,
    Range,
    Strict,
    TicketState,
    ZoneOut,
)
from queue_app.web.api.schemas.printing import PrintJobRefOut


class IssueIn(Strict):
    """A request for a ticket."""

    service: IdNumber
    ticket_class: Literal["regular", "priority"] = Field(alias="class", default="regular")
    language: Language = "id"
    kiosk: Annotated[str, Field(max_length=40)] | None = None


class TicketServiceOut(BaseModel):
    """The service of a ticket."""

    id: int
    name: Names


class AgencyNameOut(BaseModel):
    """The agency of a ticket."""

    short: str
    name: Names


class TicketOut(BaseModel):
    """A ticket for its holder.

    `range` is the wait expected now, while it waits; `promised` is the wait expected when it was issued. Both are
    null where there is no estimate.
    """

    label: str
    state: TicketState
    service: TicketServiceOut
    agency: AgencyNameOut
    zone: ZoneOut | None
    priority: bool
    language: Language
    issued_at: Ms
    called_at: Ms | None
    ahead: int | None
    range: Range | None
    promised: Range | None
    counter: CounterOut | None
    token: str
    url: str
    day: str


class IssuedOut(BaseModel):
    """A fresh ticket and its print job (null where the kiosk has no printer)."""

    ticket: TicketOut
    print_job: PrintJobRefOut | None


class TicketPrintJobOut(PrintJobOut):
    """A print job of a ticket; `place` says where the slip comes out, if not at the kiosk that issued the ticket.

    `taken` is false while the slip lies in the printer's paper exit, null if the printer cannot tell.
    """

    place: Names | None
    taken: bool | None


class PrintJobsOut(BaseModel):
    """All print jobs of a ticket."""

    print_jobs: list[TicketPrintJobOut]


class ReasonOut(BaseModel):
    """A call that came before another ticket, and why; `text` is the sentence in each language."""

    label: str
    counter: CounterOut
    at: Ms
    code: OvertakeCode
    text: Names


class ReasonsOut(BaseModel):
    """Calls that came before a ticket, newest first."""

    calls: list[ReasonOut]


class OvertakeQuery(BaseModel):
    """The waiting ticket that was overtaken."""

    ticket: IdNumber
