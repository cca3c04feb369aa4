"""Prospects and kept promises in requests and responses."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from queue_app.web.api.schemas.common import CounterOut, Ms, Names, Range
from queue_app.web.api.schemas.counters import AgencyShortOut


class WhatIfQuery(BaseModel):
    """Number of additional counters."""

    counters: Annotated[int, Field(ge=1, le=20)] = 1


class ProspectOut(BaseModel):
    """A service before so many counters: people ahead of a newcomer, the wait, when the last in line is done."""

    counters: int
    ahead: int
    range: Range | None
    last_finish: Ms | None


class WhatIfOut(BaseModel):
    """A service now, and with the counters `opened` besides: fewer than asked for if there are no more."""

    now: ProspectOut
    then: ProspectOut
    opened: list[CounterOut]


class DayQuery(BaseModel):
    """A business day (default: today)."""

    day: date | None = None


class PromiseOut(BaseModel):
    """Numbers called with a promised range, and how many of them came within it; `share` is null without any."""

    id: int
    name: Names
    agency: AgencyShortOut
    issued: int
    promised: int
    kept: int
    share: float | None


class PromisesOut(BaseModel):
    """The promises of a day."""

    day: str
    services: list[PromiseOut]
