"""The shapes of papers, alarms and printers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from queue_app.web.api.schemas import IdNumber, JobState, Language, Ms, Names, PaperReasonOut, Strict

Code = Annotated[str, Field(min_length=1, max_length=40)]
PaperHealth = Literal["ok", "near_end", "paper_out", "cover_open", "offline", "error", "unknown"]


class PaperOut(BaseModel):
    """A paper that was asked for."""

    id: int
    state: JobState


class PaperIn(Strict):
    """What the visitor says of a paper that is `uncertain`."""

    came_out: bool


class ChecklistIn(Strict):
    """Which service's documents to print."""

    service: IdNumber
    language: Language = "id"


class ReprintIn(Strict):
    """Which ticket to print once more, by `ticket` or by `label` (of today), why, and where."""

    ticket: IdNumber | None = None
    label: Annotated[str, Field(min_length=1, max_length=12)] | None = None
    reason: Literal["not_out", "unreadable", "lost", "other"]
    printer: Code | None = None


class SummaryIn(Strict):
    """Where to print the day in numbers."""

    printer: Code


class AlarmReasonOut(BaseModel):
    """Why a printer is not well: a code with its facts, in no language."""

    code: str
    facts: dict[str, str]


class AlarmOut(BaseModel):
    """A machine that needs somebody: what, where, since when. `detail` of server and agents is what they lack; a voice
    that is `blocked` is a zone's, whose displays wait for a touch."""

    kind: Literal["printer", "voice", "agent", "server"]
    code: str
    place: Names | None
    state: PaperHealth | Literal["blocked"]
    detail: str
    reason: AlarmReasonOut | None
    since: Ms | None
    tickets_left: int | None


class AlarmsStateOut(BaseModel):
    """All alarms; the one that waits longest first."""

    alarms: list[AlarmOut]


class AlarmsOut(BaseModel):
    """The alarms and the number in the log they stand for."""

    seq: int
    state: AlarmsStateOut


class AdviceOut(BaseModel):
    """What to do about a printer: a code with its facts, and the same as a sentence in the caller's language."""

    code: str
    facts: dict[str, str]
    sentence: str


class PrinterOut(BaseModel):
    """A printer that staff may choose; `trouble` is why a paper would not come out now, `advice` what to do.

    `reason` says why it is not simply well. Of one that is not `used` nobody expects papers, so it raises no alarm.
    """

    code: str
    paper_mm: int
    place: Names
    state: PaperHealth
    trouble: str | None
    reason: PaperReasonOut | None
    advice: AdviceOut | None
    checked_at: Ms | None
    tickets_left: int | None
    used: bool


class PrintersOut(BaseModel):
    """All printers of the hall."""

    printers: list[PrinterOut]
