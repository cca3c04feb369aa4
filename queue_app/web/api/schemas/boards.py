"""Boards, kiosks and lines in responses."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from queue_app.domain.opening import ClosedReason
from queue_app.web.api.schemas.common import (
    CounterOut,
    Language,
    Ms,
    Names,
    OpeningOut,
    Range,
    ServiceOpeningOut,
    TicketState,
    ZoneOut,
)


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
    why: ClosedReason
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
    """State of a kiosk, beside its menu; `services` by service id, `printer_place` if slips come out elsewhere."""

    services: dict[str, KioskServiceOut]
    printer: Literal["ready", "elsewhere", "trouble", "none"]
    printer_place: Names | None
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
