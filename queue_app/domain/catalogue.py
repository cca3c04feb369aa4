"""What the hall offers: agencies, services, zones, counters. Read-only and small enough to hold in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from queue_app.domain.clock import business_date, from_ms
from queue_app.domain.discipline import Discipline, Rule, Rules
from queue_app.domain.hours import breaks_of, hall_hours, service_hours
from queue_app.domain.lobby import Lobby
from queue_app.domain.opening import Away, Holidays, Timetable, away, no_holidays
from queue_app.domain.policy import Policy

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
class ServiceGroup:
    """Services that are called by one rule."""

    id: int
    code: str
    name: Names
    rule: Rule


@dataclass(frozen=True)
class Service:
    """One thing an agency does; `series` is the letter of its numbers, `minutes` its usual handling time.

    `hours` are its own opening hours as stored (None: the hall's), `quota` the most numbers it gives a day.
    """

    id: int
    agency_id: int
    code: str
    name: Names
    series: str
    minutes: int
    issuing: bool
    documents: tuple[Names, ...]
    group_id: int = 0
    hours: Mapping[str, object] | None = None
    quota: int | None = None


@dataclass(frozen=True)
class Counter:
    """A desk; `service_ids` are what is served there.

    A counter without `tiers` serves them as one pool. With tiers it prefers those of an earlier one, and helps the
    later ones as `eligibility` says. `breaks` is its roster as stored: when nobody sits there.
    """

    id: int
    code: str
    name: str
    zone_id: int
    agency_id: int | None
    service_ids: tuple[int, ...]
    tiers: tuple[frozenset[int], ...] = ()
    help_after_minutes: int | None = None
    breaks: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class Kiosk:
    """A touch screen that issues tickets, and the printer beside it."""

    id: int
    code: str
    name: str
    printer_id: int | None


@dataclass(frozen=True)
class Notice:
    """A sentence on the displays of a zone (None: of all zones) from one instant to another, in ms since the epoch."""

    id: int
    zone_id: int | None
    text: str
    from_at: int
    until_at: int


@dataclass(frozen=True)
class Catalogue:
    """The hall's offer at one version; replaced as a whole when an administrator changes anything."""

    version: int
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
    groups: Mapping[int, ServiceGroup] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    lobby: Lobby = field(default_factory=Lobby)
    notices: tuple[Notice, ...] = ()
    hours: Mapping[str, object] | None = None  # as stored; None: open at any hour
    holidays: Holidays = no_holidays

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

    @cached_property
    def wide_pools(self) -> Mapping[int, frozenset[int]]:
        """For each service, those that compete with it directly or by way of others: what its wait may depend on."""
        wide: dict[int, frozenset[int]] = {}
        for service_id in self.services:
            if service_id in wide:
                continue
            found: set[int] = set()
            left = {service_id}
            while left:
                near = self.pools[left.pop()]
                left |= near - found
                found |= near
            wide |= dict.fromkeys(found, frozenset(found))
        return wide

    @cached_property
    def has_ratio(self) -> bool:
        """Whether any group is called by a ratio, the one rule that remembers."""
        return any(group.rule.discipline is Discipline.RATIO for group in self.groups.values())

    @cached_property
    def timetable(self) -> Timetable:
        """When the hall is open."""
        return Timetable(self.time_zone, hall_hours(self.hours), None, self.holidays)

    @cached_property
    def timetables(self) -> Mapping[int, Timetable]:
        """When each service is open; those without hours of their own share the hall's."""
        hall = hall_hours(self.hours)
        return {
            s.id: self.timetable
            if s.hours is None
            else Timetable(self.time_zone, hall, service_hours(s.hours), self.holidays)
            for s in self.services.values()
        }

    @cached_property
    def _away(self) -> dict[tuple[int, date], Away]:
        return {}

    def away(self, counter: Counter, now_ms: int) -> Away:
        """When nobody sits at a counter today, by its roster and the hours of its services; worked out once a day."""
        key = (counter.id, business_date(from_ms(now_ms), self.time_zone))
        if key not in self._away:
            tables = [self.timetables[service_id] for service_id in counter.service_ids]
            self._away[key] = away(breaks_of(counter.breaks), tables, now_ms)
        return self._away[key]

    def rules(self, services: Collection[int], regulars: Mapping[int, int]) -> Rules:
        """By which rules the tickets of `services` are called; `regulars` is the ratio's state of each group."""
        group_of = {s: self.services[s].group_id for s in services}
        return Rules(group_of, {g: self.groups[g].rule for g in set(group_of.values())}, regulars)

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
