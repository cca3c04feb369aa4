"""Settings of calling: the hall's policy, the rules of service groups, a counter's order of preference."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from queue_app.domain.discipline import Discipline, ratio_inverts
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.permissions import Permission, require
from queue_app.domain.policy import parse_policy
from queue_app.domain.setting_checks import require_number
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, change, parsed, set_columns
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit

LARGEST_WEIGHT = 100
LARGEST_RATIO = 50
LONGEST_HELP_MINUTES = 480
MAX_TIERS = 20


@dataclass(frozen=True, slots=True)
class GroupRule:
    """The rule by which the tickets of a service group are called."""

    discipline: Discipline
    weights: Mapping[TicketClass, int]
    ratio: int


def set_policy(store: Store, officer: Officer, policy: Mapping[str, object], now: datetime) -> None:
    """Set the policy of calling; a missing setting gets its default. Raises Refusal not_allowed, bad_setting."""
    require(officer, Permission.MANAGE_CALLING)
    validated = parsed(lambda: parse_policy(policy))
    with begin_today(store, now) as unit:
        set_columns(unit, officer, Setting("policy"), t.hall, {"policy": validated.as_json()})


def set_group(
    store: Store,
    officer: Officer,
    code: str,
    name: Mapping[str, str],
    rule: GroupRule,
    services: Collection[int],
    now: datetime,
) -> None:
    """Create or change a service group, and add `services` to it; other services stay in their groups.

    Raises Refusal not_allowed, unknown_service, bad_setting.
    """
    require(officer, Permission.MANAGE_CALLING)
    _check(rule)
    with begin_today(store, now) as unit:
        unknown = set(services) - set(unit.catalogue.services)
        if unknown:
            raise Refusal("unknown_service")
        values: dict[str, object] = {
            "name": dict(name),
            "discipline": rule.discipline.value,
            "weights": {kind.value: weight for kind, weight in rule.weights.items()},
            "ratio": rule.ratio,
        }
        before = _stored_group(unit, code)
        members = set(services).union(before["services"] if before else ())
        change(
            unit,
            officer,
            Setting("service_group", of=code),
            before,
            {**values, "services": sorted(members)},
            lambda: _write_group(unit, code, values, services),
        )


def _stored_group(unit: Unit, code: str) -> dict[str, Any] | None:
    group, service = t.service_group.c, t.service.c
    columns = (group.id, group.name, group.discipline, group.weights, group.ratio)
    row = unit.connection.execute(select(*columns).where(group.code == code)).one_or_none()
    if row is None:
        return None
    in_group = select(service.id).where(service.group_id == row.id).order_by(service.id)
    stored = {**row._asdict(), "services": list(unit.connection.execute(in_group).scalars())}
    del stored["id"]
    return stored


def _write_group(unit: Unit, code: str, values: Mapping[str, object], services: Collection[int]) -> None:
    group, run = t.service_group, unit.connection.execute
    if run(update(group).where(group.c.code == code).values(**values, regular_streak=0)).rowcount == 0:
        run(insert(group).values(code=code, **values, regular_streak=0))
    if services:
        group_id = select(group.c.id).where(group.c.code == code).scalar_subquery()
        run(update(t.service).where(t.service.c.id.in_(list(services))).values(group_id=group_id))


def _check(rule: GroupRule) -> None:
    for kind in TicketClass:
        _within(f"weights.{kind.value}", rule.weights.get(kind), 1, LARGEST_WEIGHT)
    _within("ratio", rule.ratio, 1, LARGEST_RATIO)


def _within(field: str, value: int | None, minimum: int, maximum: int) -> None:
    parsed(lambda: require_number(field, value, minimum, maximum))


def set_preference(
    store: Store,
    officer: Officer,
    counter_id: int,
    tiers: Sequence[Collection[int]],
    help_after_minutes: int | None,
    now: datetime,
) -> None:
    """Set what a counter serves, in tiers: one tier is a pool, more are an order of preference.

    With `help_after_minutes` the counter also serves tickets of a later tier that have waited longer.
    Raises Refusal not_allowed, unknown_counter, unknown_service, bad_setting.
    """
    require(officer, Permission.MANAGE_CALLING)
    _check_tiers(tiers)
    listed = [service_id for tier in tiers for service_id in tier]
    if help_after_minutes is not None:
        _within("help_after_minutes", help_after_minutes, 0, LONGEST_HELP_MINUTES)
    with begin_today(store, now) as unit:
        if counter_id not in unit.catalogue.counters:
            raise Refusal("unknown_counter")
        if set(listed) - set(unit.catalogue.services):
            raise Refusal("unknown_service")
        counter = unit.catalogue.counters[counter_id]
        change(
            unit,
            officer,
            Setting("counter_services", of=counter_id, counter_id=counter_id),
            _preference(counter.tiers or [counter.service_ids], counter.help_after_minutes),
            _preference(tiers, help_after_minutes),
            lambda: _write_preference(unit, counter_id, tiers, help_after_minutes),
        )


def _preference(tiers: Sequence[Collection[int]], help_after_minutes: int | None) -> dict[str, object]:
    return {"tiers": [sorted(tier) for tier in tiers], "help_after_minutes": help_after_minutes}


def _write_preference(
    unit: Unit, counter_id: int, tiers: Sequence[Collection[int]], help_after_minutes: int | None
) -> None:
    served, run = t.counter_service, unit.connection.execute
    run(delete(served).where(served.c.counter_id == counter_id))
    run(
        insert(served),
        [
            {"counter_id": counter_id, "service_id": service_id, "rank": rank}
            for rank, tier in enumerate(tiers)
            for service_id in tier
        ],
    )
    run(
        update(t.counter)
        .where(t.counter.c.id == counter_id)
        .values(by_preference=len(tiers) > 1, help_after_minutes=help_after_minutes)
    )


def _check_tiers(tiers: Sequence[Collection[int]]) -> None:
    if not tiers:
        raise BadSetting("tier_empty", "tiers[0]", "A counter must serve something.").refusal()
    assigned: set[int] = set()
    for index, tier in enumerate(tiers):
        if not tier:
            raise BadSetting("tier_empty", f"tiers[{index}]", "Each tier must name services.").refusal()
        if len(set(tier)) < len(tier) or assigned & set(tier):
            raise BadSetting("tier_twice", f"tiers[{index}]", "A service must stand in one tier alone.").refusal()
        assigned |= set(tier)


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Tickets that a group's services have issued today, and how many of those of a heavier class than regular."""

    issued: int
    preferred: int

    @property
    def share(self) -> float | None:
        """The share of the heavier classes, 0 to 1; None before the first ticket."""
        return self.preferred / self.issued if self.issued else None

    def inverts(self, ratio: int) -> bool:
        """Whether a ratio of `ratio` : 1 makes preferred visitors wait longer than the others today."""
        return self.share is not None and ratio_inverts(self.share, ratio)


def groups_today(connection: Connection, day: date) -> dict[int, GroupCounts]:
    """Return the counts of a day of each service group that has issued any ticket."""
    rows = connection.execute(
        select(t.service.c.group_id, func.sum(t.service_day.c.issued), func.sum(t.service_day.c.preferred))
        .join(t.service, t.service.c.id == t.service_day.c.service_id)
        .where(t.service_day.c.business_date == day)
        .group_by(t.service.c.group_id)
    )
    return {row[0]: GroupCounts(int(row[1]), int(row[2])) for row in rows}
