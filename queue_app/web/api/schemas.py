"""Schemas of requests and responses, as pydantic models; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_app.domain.opening import Why
from queue_app.domain.why import Code

Names = dict[str, str]
Language = Literal["id", "en", "ban"]
Ms = Annotated[int, Field(description="milliseconds since the Unix epoch, UTC")]
TicketState = Literal["waiting", "called", "serving", "held", "served", "no_show", "cancelled", "expired"]
JobState = Literal["queued", "sending", "printed", "sent", "held", "uncertain", "failed", "cancelled", "expired"]
Range = Annotated[list[int], Field(min_length=2, max_length=2, description="a wait in minutes, from and to")]
# Ids fit 53 bits, so that every JSON reader keeps them exact.
IdNumber = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Strict(BaseModel):
    """A request body: exact types, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpeningOut(BaseModel):
    """Open or closed, why, and until when (null if unknown); `occasion` names the holiday or the break."""

    open: bool
    why: Why | None
    until: Ms | None
    occasion: Names | None


class ServiceOpeningOut(OpeningOut):
    """Opening of a service; `numbers_left` is about how many more today, where they are few."""

    numbers_left: int | None


class Problem(BaseModel):
    """Every error has this shape (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    opening: OpeningOut | None = Field(default=None, description="only where a service gives no number")
    field: str | None = Field(default=None, description="only where a setting is wrong: which one")


class IssueIn(Strict):
    """A request for a ticket."""

    service: IdNumber
    ticket_class: Literal["regular", "priority"] = Field(alias="class", default="regular")
    language: Language = "id"
    kiosk: Annotated[str, Field(max_length=40)] | None = None


class ZoneOut(BaseModel):
    """A part of the hall."""

    code: str
    name: Names


class CounterOut(BaseModel):
    """A counter as visitors know it."""

    code: str
    name: str


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


class JobRefOut(BaseModel):
    """The print job of a fresh ticket."""

    id: int
    state: JobState


class IssuedOut(BaseModel):
    """A fresh ticket and its print job (null where the kiosk has no printer)."""

    ticket: TicketOut
    print_job: JobRefOut | None


class PaperReasonOut(BaseModel):
    """Reason of a print job's or printer's state: a code with its facts, and a sentence in the caller's language."""

    code: str
    facts: dict[str, str]
    sentence: str


class PrintJobOut(BaseModel):
    """A print job and its state; `reason` explains its `detail`."""

    id: int
    kind: Literal["ticket", "copy", "checklist", "summary", "test"]
    copy_no: int = Field(alias="copy")
    state: JobState
    detail: str
    reason: PaperReasonOut | None


class TicketPaperOut(PrintJobOut):
    """A print job of a ticket; `place` says where the slip comes out, if not at the kiosk that issued the ticket.

    `taken` is false while the slip lies in the printer's paper exit, null if the printer cannot tell.
    """

    place: Names | None
    taken: bool | None


class PrintJobsOut(BaseModel):
    """All print jobs of a ticket."""

    print_jobs: list[TicketPaperOut]


class DocumentOut(BaseModel):
    """A document the visitor has to bring."""

    name: Names


class ServiceOut(ServiceOpeningOut):
    """A service of the catalogue."""

    id: int
    code: str
    name: Names
    minutes: int
    series: str
    zone: ZoneOut | None
    documents: list[DocumentOut]


class AgencyOut(BaseModel):
    """An agency of the catalogue."""

    id: int
    code: str
    name: Names
    short: str
    kind: str
    icon: str
    services: list[ServiceOut]


class HallOut(BaseModel):
    """The hall."""

    name: str
    full_name: Names
    address: str
    time_zone: str
    languages: list[Language]


class CatalogueOut(BaseModel):
    """Everything the hall offers."""

    hall: HallOut
    agencies: list[AgencyOut]
    zones: list[ZoneOut]


class CallOut(BaseModel):
    """A call as the displays show it."""

    seq: int
    label: str
    language: Language
    priority: bool
    at: Ms
    state: TicketState
    times: int
    counter: CounterOut
    agency: str
    service: Names


class HallNameOut(BaseModel):
    """The hall's name."""

    name: str


class StopOut(BaseModel):
    """An agency that gives no more numbers today, or only about `left`: by staff, its quota or closing time."""

    agency: str
    why: Why
    left: int


class BoardNoticeOut(BaseModel):
    """A sentence that a board shows from one instant to another."""

    id: int
    text: str
    from_at: Ms
    until_at: Ms


class BoardStateOut(BaseModel):
    """State of the displays of a zone."""

    zone: ZoneOut
    hall: HallNameOut
    day: str
    waiting: int
    calls: list[CallOut]
    missed: list[str]
    opening: OpeningOut
    stops: list[StopOut]
    notices: list[BoardNoticeOut]


class BoardOut(BaseModel):
    """A board and the log position (`seq`) it reflects."""

    seq: int
    state: BoardStateOut


class KioskServiceOut(ServiceOpeningOut):
    """A service as a kiosk shows it now; `ahead` and `range` are those of a regular visitor who takes a number."""

    waiting: int
    ahead: int
    range: Range | None


class KioskStateOut(BaseModel):
    """State of a kiosk, beside its menu; `services` by service id, `paper_place` if slips come out elsewhere."""

    services: dict[str, KioskServiceOut]
    paper: Literal["ready", "elsewhere", "trouble", "none"]
    paper_place: Names | None
    opening: OpeningOut


class KioskOut(BaseModel):
    """A kiosk's state and the log position (`seq`) it reflects."""

    seq: int
    state: KioskStateOut


class CalledOut(BaseModel):
    """The counter that called a number."""

    counter: CounterOut
    at: Ms
    times: int
    state: TicketState


class LineOpeningOut(OpeningOut):
    """Whether the service of a line is at work, and when that ends today."""

    closes_at: Ms | None


class LineStateOut(BaseModel):
    """One line: waiting numbers in the order of calling, each with its expected wait, and those called or served."""

    order: list[str]
    ranges: list[Range | None]
    called: dict[str, CalledOut]
    opening: LineOpeningOut


class LineOut(BaseModel):
    """A line and the log position (`seq`) it reflects."""

    seq: int
    state: LineStateOut


class ReasonOut(BaseModel):
    """A call that came before another ticket, and why; `text` is the sentence in each language."""

    label: str
    counter: CounterOut
    at: Ms
    code: Code
    text: Names


class ReasonsOut(BaseModel):
    """Calls that came before a ticket, newest first."""

    calls: list[ReasonOut]


class WhyQuery(BaseModel):
    """The waiting ticket that was overtaken."""

    ticket: IdNumber


class SignInIn(Strict):
    """A sign-in by an API client."""

    username: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class OfficerOut(BaseModel):
    """The signed-in officer."""

    name: str
    role: Literal["officer", "supervisor", "admin"]


class SessionOut(BaseModel):
    """A session; send the token as `Authorization: Bearer …`."""

    token: str
    officer: OfficerOut


class NothingIn(Strict):
    """An empty body."""


class HealthOut(BaseModel):
    """Whether the server and its database answer."""

    status: Literal["ok"]
    version: str
    build: str
    seq: int
    day: str
