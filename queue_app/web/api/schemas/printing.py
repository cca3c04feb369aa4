"""Schemas of print jobs, alarms and printers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from queue_app.web.api.schemas.common import IdNumber, Language, Ms, Names, PrintEndingName, PrintReasonOut, Strict

Code = Annotated[str, Field(min_length=1, max_length=40)]
PrinterHealthName = Literal["ok", "near_end", "paper_out", "cover_open", "offline", "error", "unknown"]


class PrintConfirmationIn(Strict):
    """The visitor's confirmation of a print job that is `uncertain`."""

    printed: bool


class ChecklistIn(Strict):
    """The service whose documents to print."""

    service: IdNumber
    language: Language = "id"


class ReprintIn(Strict):
    """The ticket to reprint, by `ticket` or by `label` (of today), with reason and printer."""

    ticket: IdNumber | None = None
    label: Annotated[str, Field(min_length=1, max_length=12)] | None = None
    reason: Literal["not_out", "unreadable", "lost", "other"]
    printer: Code | None = None


class SummaryIn(Strict):
    """The printer for the day's figures."""

    printer: Code


class AlarmReasonOut(BaseModel):
    """Reason of an alarm: a code with its facts, in no language."""

    code: str
    facts: dict[str, str]


class AlarmOut(BaseModel):
    """A machine that needs somebody: what, where, since when. `detail` of server and agents is what they lack; a voice
    that is `blocked` is a zone's, whose displays wait for a touch.
    """

    kind: Literal["printer", "voice", "agent", "server"]
    code: str
    place: Names | None
    state: PrinterHealthName | Literal["blocked"]
    detail: str
    reason: AlarmReasonOut | None
    ending: PrintEndingName | None
    since: Ms | None
    tickets_left: int | None


class AlarmsStateOut(BaseModel):
    """All alarms, oldest first."""

    alarms: list[AlarmOut]


class AlarmsOut(BaseModel):
    """The alarms and the log position (`seq`) they reflect."""

    seq: int
    state: AlarmsStateOut


class AdviceOut(BaseModel):
    """Advice about a printer: a code with its facts, and the same as a sentence in the caller's language."""

    code: str
    facts: dict[str, str]
    sentence: str


class PrinterOut(BaseModel):
    """A printer that staff may choose; `trouble` is why it cannot print now, `advice` what to do.

    `reason` says why it is not simply well. A printer that is not `used` prints no tickets, so it raises no alarm.
    """

    code: str
    paper_mm: int
    place: Names
    state: PrinterHealthName
    trouble: str | None
    reason: PrintReasonOut | None
    advice: AdviceOut | None
    checked_at: Ms | None
    tickets_left: int | None
    used: bool


class PrintersOut(BaseModel):
    """All printers of the hall."""

    printers: list[PrinterOut]
