"""What the hall offers: agencies, services, zones, counters. Read-only and small enough to hold in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

Names = Mapping[str, str]
LANGUAGES = ("id", "en", "ban")


@dataclass(frozen=True)
class Zone:
    """A part of the hall with its own displays."""

    id: int
    code: str
    name: Names


@dataclass(frozen=True)
class Agency:
    """A tenant of the hall."""

    id: int
    code: str
    short: str
    name: Names
    kind: str
    icon: str


@dataclass(frozen=True)
class Service:
    """One thing an agency does; `series` is the letter of its numbers, `minutes` its usual handling time."""

    id: int
    agency_id: int
    code: str
    name: Names
    series: str
    minutes: int
    issuing: bool
    documents: tuple[Names, ...]


@dataclass(frozen=True)
class Counter:
    """A desk; `service_ids` are what is served there, in order of preference."""

    id: int
    code: str
    name: str
    zone_id: int
    agency_id: int | None
    service_ids: tuple[int, ...]


@dataclass(frozen=True)
class Kiosk:
    """A touch screen that issues tickets, and the printer beside it."""

    id: int
    code: str
    name: str
    printer_id: int | None


@dataclass(frozen=True)
class Catalogue:
    """The hall's offer at one version; replaced as a whole when an administrator changes anything."""

    version: int
    hall_code: str
    hall_name: str
    full_name: Names
    address: str
    time_zone: str
    language: str
    footer: Names
    zones: Mapping[int, Zone]
    agencies: Mapping[int, Agency]
    services: Mapping[int, Service]
    counters: Mapping[int, Counter]
    kiosks: Mapping[str, Kiosk]

    @cached_property
    def zones_by_code(self) -> Mapping[str, Zone]:
        """Zones by their code in addresses."""
        return {zone.code: zone for zone in self.zones.values()}

    @cached_property
    def counters_of_service(self) -> Mapping[int, tuple[Counter, ...]]:
        """The counters that serve each service, in the order of their numbers."""
        found: dict[int, list[Counter]] = {service_id: [] for service_id in self.services}
        for counter in self.counters.values():
            for service_id in counter.service_ids:
                found[service_id].append(counter)
        return {service_id: tuple(counters) for service_id, counters in found.items()}

    @cached_property
    def pools(self) -> Mapping[int, frozenset[int]]:
        """For each service, the services that compete with it for some counter (itself included)."""
        return {
            service_id: frozenset({service_id}).union(*(counter.service_ids for counter in counters))
            for service_id, counters in self.counters_of_service.items()
        }

    def zone_of(self, service_id: int) -> Zone | None:
        """Where a visitor of the service should wait: the zone of its first counter."""
        counters = self.counters_of_service.get(service_id, ())
        return self.zones[counters[0].zone_id] if counters else None

    def agency_of(self, service_id: int) -> Agency:
        """The agency a service belongs to."""
        return self.agencies[self.services[service_id].agency_id]


def pick(names: Names, language: str) -> str:
    """The name in `language`, else in Indonesian, else whatever there is."""
    return names.get(language) or names.get("id") or next(iter(names.values()), "")
