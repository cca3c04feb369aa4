"""The catalogue in responses."""

from __future__ import annotations

from pydantic import BaseModel

from queue_app.web.api.schemas.common import Language, Names, ServiceOpeningOut, ZoneOut


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
