"""Schemas of the calling settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from queue_app.services.settings.calling_rules import MAX_TIERS
from queue_app.web.api.schemas.common import IdNumber, Names, Strict

DisciplineName = Literal["accumulating", "fifo", "strict", "ratio"]
Name = Annotated[str, Field(min_length=1, max_length=60)]
# An empty tier passes the schema: the domain's check says where it is and what to do.
Tier = Annotated[list[IdNumber], Field(max_length=200)]


class PolicyIn(Strict):
    """The policy of calling; docs/calling.md lists the field names, and a wrong name is named in the refusal."""

    policy: dict[str, Any]


class PolicyOut(BaseModel):
    """The policy in force."""

    policy: dict[str, Any]


class Weights(Strict):
    """Weight of a minute of waiting, by class."""

    regular: int
    priority: int
    appointment: int
    transferred: int


class GroupNames(Strict):
    """A group's name."""

    id: Name
    en: Name | None = None
    ban: Name | None = None


class GroupIn(Strict):
    """A service group: its rule, and the services to move into it."""

    name: GroupNames
    discipline: DisciplineName
    weights: Weights
    ratio: int
    services: list[IdNumber] = Field(default_factory=list, max_length=500)


class GroupTodayOut(BaseModel):
    """Today's numbers of a group; `share` of those with a heavier class, null before the first."""

    issued: int
    preferred: int
    share: float | None


class WarningOut(BaseModel):
    """A warning for administrators."""

    code: Literal["ratio_inverts"]
    text: str


class GroupOut(BaseModel):
    """A service group with its rule and today's share of priority."""

    code: str
    name: Names
    discipline: DisciplineName
    weights: Weights
    ratio: int
    services: list[int]
    today: GroupTodayOut
    warning: WarningOut | None


class GroupsOut(BaseModel):
    """All service groups."""

    groups: list[GroupOut]


class CallingOut(GroupsOut):
    """Policy and service groups of calling."""

    policy: dict[str, Any]


class PreferenceIn(Strict):
    """Services of a counter: one tier is a pool, more are an order of preference."""

    tiers: Annotated[list[Tier], Field(max_length=MAX_TIERS)]
    help_after_minutes: int | None = None


class PreferenceOut(BaseModel):
    """Services of a counter, in tiers."""

    tiers: list[list[int]]
    help_after_minutes: int | None
