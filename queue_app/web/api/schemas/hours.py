"""Schemas of opening hours; `domain/hours.py` checks their contents and names what is wrong."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from queue_app.web.api.schemas.common import Strict

Hours = dict[str, Any]


class HallHoursIn(Strict):
    """The hall's hours; null opens it at any hour."""

    hours: Hours | None


class HallHoursOut(BaseModel):
    """The hall's hours, and the Balinese days that `holidays.bali` may name."""

    hours: Hours | None
    bali_days: list[str]


class ServiceHoursIn(Strict):
    """A service's own hours (null: the hall's) and daily quota (null: no limit)."""

    hours: Hours | None
    quota: Annotated[int, Field(ge=1, le=9999)] | None


class ServiceHoursOut(BaseModel):
    """A service's own hours and daily quota."""

    hours: Hours | None
    quota: int | None


class BreaksIn(Strict):
    """Breaks of a counter."""

    breaks: list[dict[str, Any]]


class BreaksOut(BaseModel):
    """Breaks of a counter."""

    breaks: list[dict[str, Any]]
