"""Schemas for staff: counters, actions on tickets, reception."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from queue_app.web.api.schemas.catalogue import DocumentOut
from queue_app.web.api.schemas.common import (
    CounterOut,
    IdNumber,
    Language,
    Ms,
    Names,
    Range,
    Strict,
    TicketState,
    ZoneOut,
)


class OpenCounterIn(Strict):
    """`take_over`: open the counter even if another officer has it open."""

    take_over: bool = False


class ActionIn(Strict):
    """The ticket the action is meant for: if it is not the current ticket any more, nothing happens."""

    ticket: IdNumber


FileCount = Annotated[int, Field(ge=1, le=50, description="documents of one visitor, handled in one visit")]
AssignableClass = Literal["regular", "priority", "appointment"]


class CallIn(Strict):
    """The waiting ticket to call: by id, or by its label (`A-012`, `a12`)."""

    ticket: IdNumber | None = None
    label: Annotated[str, Field(max_length=12)] | None = None

    @model_validator(mode="after")
    def _one(self) -> CallIn:
        if (self.ticket is None) == (self.label is None):
            raise ValueError("give either ticket or label")
        return self


class TransferIn(ActionIn):
    """Target of a transfer: exactly one of `service`, `counter`, `officer`; `first` in line, or by its time."""

    service: IdNumber | None = None
    counter: IdNumber | None = None
    officer: IdNumber | None = None
    first: bool = False


class ChangeIn(ActionIn):
    """Corrections of a ticket; at least one."""

    service: IdNumber | None = None
    ticket_class: AssignableClass | None = Field(alias="class", default=None)
    files: FileCount | None = None


class CancelIn(ActionIn):
    """The reason of a cancellation."""

    reason: Literal["left", "duplicate", "wrong_service", "incomplete", "other"]


class NoteIn(ActionIn):
    """A note on a visit."""

    text: Annotated[str, Field(min_length=1, max_length=500)]


class WalkUpIn(Strict):
    """The visitor an officer serves without a ticket."""

    service: IdNumber
    ticket_class: AssignableClass = Field(alias="class", default="regular")
    language: Language = "id"
    files: FileCount = 1


class StaffIssueIn(WalkUpIn):
    """A ticket that staff issue for a visitor; `printer` by its code, null to print nothing."""

    printer: Annotated[str, Field(max_length=40)] | None = None


class PauseIn(Strict):
    """The reason of a pause; `leave_waiting`: although no other counter serves the waiting tickets."""

    reason: Literal["break", "meal", "prayer", "meeting", "technical", "other"]
    leave_waiting: bool = False


class CloseCounterIn(Strict):
    """`leave_waiting`: although no other counter serves the waiting tickets; `hand_over`: leave the current ticket."""

    leave_waiting: bool = False
    hand_over: bool = False


class AgencyShortOut(BaseModel):
    """An agency by its short name."""

    short: str


class CounterSummaryOut(BaseModel):
    """A counter with its place."""

    id: int
    code: str
    name: str
    zone: ZoneOut
    agency: AgencyShortOut | None


class CounterChoiceOut(CounterSummaryOut):
    """A counter that this officer may open."""

    status: Literal["open", "closed"]
    officer: str | None
    mine: bool


class CountersOut(BaseModel):
    """The counters that this officer may open."""

    counters: list[CounterChoiceOut]


class OfficerNameOut(BaseModel):
    """An officer's name, for staff only."""

    name: str


class NoteOut(BaseModel):
    """A note on a visit, for the agency's own staff."""

    at: Ms
    by: str
    text: str


class CurrentTicketOut(BaseModel):
    """The current ticket of a counter; `notes` is null where the hall keeps none."""

    id: int
    label: str
    service: Names
    service_id: int
    minutes: int | None
    ticket_class: str = Field(alias="class")
    language: Language
    state: TicketState
    issued_at: Ms
    start_at: Ms
    called_at: Ms | None
    last_called_at: Ms | None
    serving_at: Ms | None
    auto_start_at: Ms | None
    times: int
    files: int
    was_held: bool
    documents: list[DocumentOut]
    notes: list[NoteOut] | None


class WaitingOut(BaseModel):
    """A waiting ticket; `reserved` for this counter or its officer alone, `first` in line by a transfer."""

    id: int
    label: str
    service: Names
    service_id: int
    ticket_class: str = Field(alias="class")
    issued_at: Ms
    start_at: Ms
    files: int
    reserved: Literal["counter", "officer"] | None
    first: bool


class HeldOut(BaseModel):
    """A ticket on hold; `mine`: it was put on hold at this counter."""

    id: int
    label: str
    service: Names
    ticket_class: str = Field(alias="class")
    since: Ms
    counter: CounterOut
    mine: bool
    files: int


class MissedOut(BaseModel):
    """A no-show; the visitor may come back until `until`, or while `calls_left` is not 0."""

    id: int
    label: str
    service: Names
    ticket_class: str = Field(alias="class")
    since: Ms
    until: Ms
    calls_left: int


class OtherCounterOut(BaseModel):
    """Another counter of the zone; `officer` only within the same agency."""

    code: str
    name: str
    open: bool
    paused: bool
    label: str | None
    state: TicketState | None
    officer: str | None


class PauseOut(BaseModel):
    """A break."""

    since: Ms
    reason: str | None


class UndoOut(BaseModel):
    """The action that the officer may undo, and until when."""

    ticket: int
    label: str
    verb: Literal["no_show", "complete"]
    until: Ms


class MyDayOut(BaseModel):
    """The officer's figures of today at this counter."""

    served: int
    mean_minutes: float | None
    no_shows: int


class CounterServiceOut(BaseModel):
    """A service of the counter; `minutes` is its standard, `issuing` is false while staff give no numbers for it."""

    id: int
    name: Names
    minutes: int
    issuing: bool


class CounterPolicyOut(BaseModel):
    """The hall's policy, as far as the officer's page needs it."""

    recall_interval_s: int
    calls_before_no_show: int
    auto_start_s: int
    undo_s: int
    call_any: Literal["officer", "supervisor", "admin"]
    notes: bool
    return_minutes: int


class CounterStateOut(BaseModel):
    """The officer's view of a counter as of log position `seq`; `session_id` is the session that holds it."""

    seq: int
    counter: CounterSummaryOut
    status: Literal["open", "closed"]
    officer: OfficerNameOut | None
    session_id: int | None
    mine: bool
    pause: PauseOut | None
    ticket: CurrentTicketOut | None
    waiting_count: int
    longest_since: Ms | None
    waiting: list[WaitingOut]
    held: list[HeldOut]
    missed: list[MissedOut]
    undo: UndoOut | None
    others: list[OtherCounterOut]
    my_day: MyDayOut
    services: list[CounterServiceOut]
    policy: CounterPolicyOut


class CounterWithRangeOut(CounterStateOut):
    """The officer's view of a counter, with the wait of the last in line."""

    range: Range | None


class TargetServiceOut(BaseModel):
    """A service a ticket may go to."""

    id: int
    name: Names
    agency: AgencyShortOut
    waiting: int


class TargetCounterOut(CounterSummaryOut):
    """An open counter a ticket may go to; `officer` only within the same agency."""

    officer: str | None
    services: list[int]


class TargetOfficerOut(BaseModel):
    """A colleague at work."""

    id: int
    name: str
    counter: CounterOut


class TargetsOut(BaseModel):
    """Targets of a counter's transfers."""

    services: list[TargetServiceOut]
    counters: list[TargetCounterOut]
    officers: list[TargetOfficerOut]
