"""The catalogue of the hall: agencies, services, zones, counters. Read-only and small enough to hold in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from queue_app.domain.clock import business_date, from_ms
from queue_app.domain.discipline import Discipline, Rule, Rules
from queue_app.domain.display_settings import DisplaySettings
from queue_app.domain.hours import parse_breaks, parse_hall_hours, parse_service_hours
from queue_app.domain.opening import Holidays, Timetable, Unavailable, no_holidays, unavailable_times
from queue_app.domain.policy import CallingPolicy

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
    """A service of an agency; `series` is the letter of its numbers, `minutes` its usual handling time.

    `hours` are the service's own opening hours as stored (None: the hall's), `quota` the most numbers issued a day.
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
    """A counter of the hall; `service_ids` are the services served there.

    A counter without `tiers` serves its services as one pool. With tiers it prefers the services of an earlier tier,
    and helps the later tiers as `eligibility` says. `breaks` is the counter's roster as stored: when it is not staffed.
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
    """The catalogue at one version; replaced as a whole when an administrator changes anything."""

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
    policy: CallingPolicy = field(default_factory=CallingPolicy)
    display_settings: DisplaySettings = field(default_factory=DisplaySettings)
    notices: tuple[Notice, ...] = ()
    hours: Mapping[str, object] | None = None  # as stored; None: open at any hour
    holidays: Holidays = no_holidays

    @cached_property
    def zones_by_code(self) -> Mapping[str, Zone]:
        """Zones by the code that addresses use."""
        return {zone.code: zone for zone in self.zones.values()}

    @cached_property
    def counters_of_service(self) -> Mapping[int, tuple[Counter, ...]]:
        """The counters that serve each service, in the order of their numbers."""
        by_service: dict[int, list[Counter]] = {service_id: [] for service_id in self.services}
        for counter in self.counters.values():
            for service_id in counter.service_ids:
                by_service[service_id].append(counter)
        return {service_id: tuple(counters) for service_id, counters in by_service.items()}

    @cached_property
    def pools(self) -> Mapping[int, frozenset[int]]:
        """For each service, the services that compete with it for some counter (itself included)."""
        return {
            service_id: frozenset({service_id}).union(*(counter.service_ids for counter in counters))
            for service_id, counters in self.counters_of_service.items()
        }

    @cached_property
    def wide_pools(self) -> Mapping[int, frozenset[int]]:
        """For each service, those that compete with it directly or through others: what its wait may depend on."""
        wide: dict[int, frozenset[int]] = {}
        for service_id in self.services:
            if service_id in wide:
                continue
            pool: set[int] = set()
            pending = {service_id}
            while pending:
                neighbours = self.pools[pending.pop()]
                pending |= neighbours - pool
                pool |= neighbours
            wide |= dict.fromkeys(pool, frozenset(pool))
        return wide

    @cached_property
    def has_ratio(self) -> bool:
        """Whether any group is called by a ratio, the one rule that keeps a state between calls."""
        return any(group.rule.discipline is Discipline.RATIO for group in self.groups.values())

    @cached_property
    def timetable(self) -> Timetable:
        """The hall's opening hours."""
        return Timetable(self.time_zone, parse_hall_hours(self.hours), None, self.holidays)

    @cached_property
    def timetables(self) -> Mapping[int, Timetable]:
        """The opening hours of each service; services without hours of their own share the hall's timetable."""
        hall = parse_hall_hours(self.hours)
        return {
            s.id: self.timetable
            if s.hours is None
            else Timetable(self.time_zone, hall, parse_service_hours(s.hours), self.holidays)
            for s in self.services.values()
        }

    @cached_property
    def _away(self) -> dict[tuple[int, date], Unavailable]:
        return {}

    def unavailable_intervals(self, counter: Counter, now_ms: int) -> Unavailable:
        """Return when a counter is unavailable today, by its roster and its services' hours; computed once a day."""
        key = (counter.id, business_date(from_ms(now_ms), self.time_zone))
        if key not in self._away:
            tables = [self.timetables[service_id] for service_id in counter.service_ids]
            self._away[key] = unavailable_times(parse_breaks(counter.breaks), tables, now_ms)
        return self._away[key]

    def rules(self, services: Collection[int], regular_streak: Mapping[int, int]) -> Rules:
        """Return the rules by which tickets of `services` are called; `regular_streak` is each group's ratio state."""
        group_of = {s: self.services[s].group_id for s in services}
        return Rules(group_of, {g: self.groups[g].rule for g in set(group_of.values())}, regular_streak)

    def zone_of(self, service_id: int) -> Zone | None:
        """Return the zone in which a visitor of the service should wait: that of the service's first counter."""
        counters = self.counters_of_service.get(service_id, ())
        return self.zones[counters[0].zone_id] if counters else None

    def agency_of(self, service_id: int) -> Agency:
        """Return the agency that a service belongs to."""
        return self.agencies[self.services[service_id].agency_id]


def localised_name(names: Names, language: str) -> str:
    """Return the name in `language`, else in Indonesian, else in any language."""
    return names.get(language) or names.get("id") or next(iter(names.values()), "")
