"""Schemas of requests and responses, as pydantic models; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_app.domain.opening import ClosedReason
from queue_app.domain.print_job import PrintJobKind, PrintJobState

Names = dict[str, str]
Language = Literal["id", "en", "ban"]
Ms = Annotated[int, Field(description="milliseconds since the Unix epoch, UTC")]
TicketState = Literal["waiting", "called", "serving", "held", "served", "no_show", "cancelled", "expired"]
Range = Annotated[list[int], Field(min_length=2, max_length=2, description="a wait in minutes, from and to")]
# Ids fit 53 bits, so that every JSON reader keeps them exact.
IdNumber = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Strict(BaseModel):
    """A request body: exact types, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpeningOut(BaseModel):
    """Open or closed, why, and until when (null if unknown); `occasion` names the holiday or the break."""

    open: bool
    why: ClosedReason | None
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


class ZoneOut(BaseModel):
    """A part of the hall."""

    code: str
    name: Names


class CounterOut(BaseModel):
    """A counter as visitors know it."""

    code: str
    name: str


PrintEndingName = Literal["cancelled", "mended", "not_taken"]


class PrintReasonOut(BaseModel):
    """Reason of a print job's or printer's state: a code with its facts, and a sentence in the caller's language."""

    code: str
    facts: dict[str, str]
    sentence: str


class PrintJobOut(BaseModel):
    """A print job and its state; `detail` is the text that the printing program reported, `reason` and `ending` say
    the same.
    """

    id: int
    kind: PrintJobKind
    copy_no: int = Field(alias="copy")
    state: PrintJobState
    detail: str
    reason: PrintReasonOut | None
    ending: PrintEndingName | None


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


class EmptyIn(Strict):
    """An empty body."""


class HealthOut(BaseModel):
    """Whether the server and its database answer."""

    status: Literal["ok"]
    version: str
    build: str
    seq: int
    day: str


class PrintJobRefOut(BaseModel):
    """A queued print job."""

    id: int
    state: PrintJobState
