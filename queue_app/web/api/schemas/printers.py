"""Schemas of the settings of printers, print agents and tickets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from queue_app.web.api.schemas.common import Language, Ms, Names, Strict
from queue_app.web.api.schemas.printing import AdviceOut

Url = Annotated[str, Field(min_length=1, max_length=300)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Template = dict[str, Any]


class PrinterSettingsIn(Strict):
    """Settings of a printer. `roll_m` is the length of a new roll in metres."""

    url: Url
    paper_mm: Literal[80, 58] = 80
    kiosks: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)
    zone: Code | None = None
    fallback: Code | None = None
    place: dict[Language, Annotated[str, Field(max_length=120)]] | None = None
    roll_m: Annotated[int, Field(ge=1, le=1000)] | None = None


class NewPrinterIn(PrinterSettingsIn):
    """A new printer."""

    code: Code


class PrinterSettingsOut(BaseModel):
    """Settings of a printer."""

    code: str
    url: str
    paper_mm: int
    kiosks: list[str]
    zone: str | None
    fallback: str | None
    place: Names | None
    roll_m: int | None


class PrintersSettingsOut(BaseModel):
    """Settings of all printers."""

    printers: list[PrinterSettingsOut]


class ProbeOut(BaseModel):
    """Whether a printer can be used now; `advice` says what to do if not, or soon."""

    usable: bool
    advice: AdviceOut | None


class DiscoverIn(Strict):
    """The hosts to try, HOST or HOST:PORT; no others are tried."""

    hosts: Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(max_length=32)] = Field(
        default_factory=list
    )


class DiscoveredPrinterOut(BaseModel):
    """A printer that could be added; `advice` says what must be done before it can be used."""

    address: str
    description: str
    advice: AdviceOut | None


class DiscoverOut(BaseModel):
    """Printers that were discovered."""

    printers: list[DiscoveredPrinterOut]


class NewAgentIn(Strict):
    """A new print agent."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=120)]


class AgentTokenOut(BaseModel):
    """The agent's token, shown once."""

    code: str
    token: str


class AgentOut(BaseModel):
    """A print agent; `trouble` is what its PC lacks: `text_shaping`, or a sentence."""

    code: str
    name: str
    created_at: Ms
    last_seen_at: Ms | None
    revoked_at: Ms | None
    trouble: str | None


class AgentsOut(BaseModel):
    """All print agents, the revoked ones too."""

    agents: list[AgentOut]


class TemplatesIn(Strict):
    """The ticket template, and where agencies (by code) differ; missing fields have their defaults."""

    template: Template
    agencies: dict[str, Template] = Field(default_factory=dict)


class TemplatesOut(BaseModel):
    """The hall's whole ticket template, and only what differs of the agencies'."""

    template: Template
    agencies: dict[str, Template]


class PreviewIn(Strict):
    """A template to be drawn, over that of an `agency` if one is named."""

    template: Template = Field(default_factory=dict)
    agency: Code | None = None
    paper_mm: Literal[80, 58] = 80
    language: Language = "id"
    priority: bool = False
    copy_no: Annotated[int, Field(ge=1, le=9, alias="copy")] = 1


class LogoIn(Strict):
    """A PNG file (base64) and how it becomes a logo: `width` in dots; black below `threshold`, or `dither`."""

    picture: Annotated[str, Field(min_length=1, max_length=1_400_000)]
    width: Annotated[int, Field(ge=64, le=576)] = 256
    dither: bool = False
    threshold: Annotated[int, Field(ge=1, le=255)] = 128


class LogoOut(BaseModel):
    """A logo for a template; `bits` are base64."""

    width: int
    height: int
    bits: str
