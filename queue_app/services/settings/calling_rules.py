"""Settings of calling: the hall's policy, the rules of service groups, a counter's order of preference."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from queue_app.domain.discipline import Discipline, ratio_inverts
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.permissions import require_admin
from queue_app.domain.policy import parse_policy
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass
from queue_app.services.day import begin_today
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
    require_admin(officer)
    try:
        validated = parse_policy(policy)
    except BadSetting as error:
        raise error.refusal() from error
    with begin_today(store, now) as unit:
        unit.connection.execute(update(t.hall).values(policy=validated.as_json()))
        _changed(unit, officer, "policy")


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
    require_admin(officer)
    _check(rule)
    with begin_today(store, now) as unit:
        unknown = set(services) - set(unit.catalogue.services)
        if unknown:
            raise Refusal("unknown_service")
        group = t.service_group
        values = {
            "name": dict(name),
            "discipline": rule.discipline.value,
            "weights": {kind.value: weight for kind, weight in rule.weights.items()},
            "ratio": rule.ratio,
            "regular_streak": 0,
        }
        group_id = unit.connection.execute(select(group.c.id).where(group.c.code == code)).scalar_one_or_none()
        if group_id is None:
            unit.connection.execute(insert(group).values(code=code, **values))
            group_id = unit.connection.execute(select(group.c.id).where(group.c.code == code)).scalar_one()
        else:
            unit.connection.execute(update(group).where(group.c.id == group_id).values(**values))
        if services:
            chosen = t.service.c.id.in_(list(services))
            unit.connection.execute(update(t.service).where(chosen).values(group_id=group_id))
        _changed(unit, officer, "group")


def _check(rule: GroupRule) -> None:
    for kind in TicketClass:
        _within(f"weights.{kind.value}", rule.weights.get(kind), 1, LARGEST_WEIGHT)
    _within("ratio", rule.ratio, 1, LARGEST_RATIO)


def _within(field: str, value: int | None, minimum: int, maximum: int) -> None:
    if value is None or not minimum <= value <= maximum:
        text = f"“{field}” must be a whole number from {minimum} to {maximum}."
        raise BadSetting("range", field, text, least=minimum, most=maximum).refusal()


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
    require_admin(officer)
    _check_tiers(tiers)
    listed = [service_id for tier in tiers for service_id in tier]
    if help_after_minutes is not None:
        _within("help_after_minutes", help_after_minutes, 0, LONGEST_HELP_MINUTES)
    with begin_today(store, now) as unit:
        if counter_id not in unit.catalogue.counters:
            raise Refusal("unknown_counter")
        if set(listed) - set(unit.catalogue.services):
            raise Refusal("unknown_service")
        served = t.counter_service
        unit.connection.execute(delete(served).where(served.c.counter_id == counter_id))
        unit.connection.execute(
            insert(served),
            [
                {"counter_id": counter_id, "service_id": service_id, "rank": rank}
                for rank, tier in enumerate(tiers)
                for service_id in tier
            ],
        )
        unit.connection.execute(
            update(t.counter)
            .where(t.counter.c.id == counter_id)
            .values(by_preference=len(tiers) > 1, help_after_minutes=help_after_minutes)
        )
        _changed(unit, officer, "counter", counter_id=counter_id)


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


def _changed(unit: Unit, officer: Officer, what: str, counter_id: int | None = None) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(FactKind.CATALOGUE_CHANGED, counter_id=counter_id, staff_id=officer.id, payload={"setting": what})


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
