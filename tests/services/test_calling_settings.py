"""How numbers are called, as administrators set it: the policy, service groups, what counters prefer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_app.domain.discipline import DEFAULT_WEIGHTS, Discipline
from queue_app.domain.errors import Refusal
from queue_app.domain.policy import CallingPolicy
from queue_app.domain.role import Role
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.services.settings import calling_rules
from queue_app.services.settings.calling_rules import GroupCounts, GroupRule
from queue_app.store import queries
from tests.services.conftest import Hall, OfficerAtCounter

FIFO = GroupRule(Discipline.FIFO, DEFAULT_WEIGHTS, 4)
NAME = {"id": "Kependudukan"}


def set_group(hall: Hall, rule: GroupRule = FIFO, services: tuple[int, ...] = (), code: str = "kependudukan") -> None:
    calling_rules.set_group(hall.store, hall.admin, code, NAME, rule, services, hall.clock())


def set_preference(hall: Hall, counter_id: int, tiers: Any, help_after_minutes: int | None = None) -> None:
    calling_rules.set_preference(hall.store, hall.admin, counter_id, tiers, help_after_minutes, hall.clock())


def members(hall: Hall, code: str) -> set[int]:
    """The services in a group."""
    catalogue = hall.catalogue()
    (group,) = [group for group in catalogue.groups.values() if group.code == code]
    return {service.id for service in catalogue.services.values() if service.group_id == group.id}


# --- the policy


def test_what_a_policy_leaves_out_gets_its_default(hall: Hall) -> None:
    with hall.one_change(hall.admin):
        calling_rules.set_policy(hall.store, hall.admin, {"undo_s": 30, "call_any": "supervisor"}, hall.clock())
    assert hall.catalogue().policy == CallingPolicy(undo_s=30, call_any=Role.SUPERVISOR)
    with hall.one_change(hall.admin):
        calling_rules.set_policy(hall.store, hall.admin, {"notes": True}, hall.clock())
    assert hall.catalogue().policy == CallingPolicy(notes=True)


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ({"undo_s": 61}, "range"),
        ({"undo_s": True}, "range"),
        ({"calls_before_no_show": 0}, "range"),
        ({"notes": "yes"}, "boolean"),
        ({"call_any": "visitor"}, "choice"),
        ({"colour": "red"}, "unknown"),
    ],
)
def test_a_wrong_policy_is_refused_by_its_field(hall: Hall, policy: dict[str, object], wrong: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        calling_rules.set_policy(hall.store, hall.admin, policy, hall.clock())
    assert (refused.value.facts["wrong"], refused.value.facts["field"]) == (wrong, *policy)


# --- who may


SETTERS: dict[str, Callable[[Hall, Any], None]] = {
    "policy": lambda hall, who: calling_rules.set_policy(hall.store, who, {}, hall.clock()),
    "group": lambda hall, who: calling_rules.set_group(hall.store, who, "umum", NAME, FIFO, (), hall.clock()),
    "preference": lambda hall, who: calling_rules.set_preference(hall.store, who, 1, [[1]], None, hall.clock()),
}


@pytest.mark.parametrize("setting", SETTERS)
def test_only_administrators_set(hall: Hall, setting: str) -> None:
    for who in (hall.officer, hall.supervisor):
        with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
            SETTERS[setting](hall, who)


# --- service groups


def test_a_group_takes_services_and_keeps_what_no_other_takes(hall: Hall) -> None:
    everything = set(hall.catalogue().services)
    with hall.one_change(hall.admin):
        set_group(hall, services=(1, 2))
    assert members(hall, "kependudukan") == {1, 2}
    assert members(hall, "umum") == everything - {1, 2}
    with hall.one_change(hall.admin):
        set_group(hall, GroupRule(Discipline.RATIO, {**DEFAULT_WEIGHTS, TicketClass.PRIORITY: 7}, 3))
    assert members(hall, "kependudukan") == {1, 2}, "it named none, and lost none"
    (group,) = [group for group in hall.catalogue().groups.values() if group.code == "kependudukan"]
    assert (group.name, group.rule.discipline, group.rule.ratio) == (NAME, Discipline.RATIO, 3)
    assert group.rule.weights == {**DEFAULT_WEIGHTS, TicketClass.PRIORITY: 7}
    set_group(hall, services=(2,), code="lain")
    assert (members(hall, "kependudukan"), members(hall, "lain")) == ({1}, {2})


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (GroupRule(Discipline.FIFO, {**DEFAULT_WEIGHTS, TicketClass.PRIORITY: 0}, 4), "weights.priority"),
        (GroupRule(Discipline.FIFO, {**DEFAULT_WEIGHTS, TicketClass.PRIORITY: 101}, 4), "weights.priority"),
        (GroupRule(Discipline.FIFO, {TicketClass.PRIORITY: 4}, 4), "weights.regular"),
        (GroupRule(Discipline.RATIO, DEFAULT_WEIGHTS, 0), "ratio"),
        (GroupRule(Discipline.RATIO, DEFAULT_WEIGHTS, 51), "ratio"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_field(hall: Hall, rule: GroupRule, field: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        set_group(hall, rule)
    assert refused.value.facts["field"] == field


def test_the_limits_themselves_are_allowed(hall: Hall) -> None:
    for least_or_most in (1, 100):
        set_group(hall, GroupRule(Discipline.STRICT, dict.fromkeys(TicketClass, least_or_most), 50))
    set_preference(hall, 1, [[1]], 480)
    assert hall.catalogue().counters[1].help_after_minutes == 480


def test_no_group_takes_a_service_that_is_not_there(hall: Hall) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_service"):
        set_group(hall, services=(1, 9_999))
    assert 1 in members(hall, "umum")


def test_a_ratio_that_is_set_begins_to_count_anew(session: OfficerAtCounter, hall: Hall) -> None:
    set_group(hall, GroupRule(Discipline.RATIO, DEFAULT_WEIGHTS, 1), (session.service.id,))
    regular = [session.issue() for _ in range(2)]
    priority = session.issue(TicketClass.PRIORITY)

    def call() -> int:
        ticket = session.call()
        assert ticket is not None
        session.act(Verb.START, ticket.id)
        session.act(Verb.COMPLETE, ticket.id)
        return ticket.id

    assert call() == regular[0].id
    set_group(hall, GroupRule(Discipline.RATIO, {**DEFAULT_WEIGHTS, TicketClass.PRIORITY: 5}, 1))
    assert call() == regular[1].id, "after one regular number the one with priority would have been next"
    assert call() == priority.id


def test_what_the_groups_issued_today(session: OfficerAtCounter, hall: Hall) -> None:
    def today() -> dict[int, GroupCounts]:
        with hall.store.read() as connection:
            _seq, day = queries.log_head(connection)
            return calling_rules.groups_today(connection, day)

    assert today() == {}
    for kind in (TicketClass.REGULAR, TicketClass.REGULAR, TicketClass.REGULAR, TicketClass.PRIORITY):
        session.issue(kind)
    assert today() == {session.service.group_id: GroupCounts(4, 1)}


@pytest.mark.parametrize(
    ("today", "share", "inverts"),
    [(GroupCounts(0, 0), None, False), (GroupCounts(10, 2), 0.2, False), (GroupCounts(10, 3), 0.3, True)],
)
def test_a_ratio_of_four_to_one_carries_a_fifth_of_preferred_visitors(
    today: GroupCounts, share: float | None, inverts: bool
) -> None:
    assert (today.share, today.inverts(4)) == (share, inverts)


# --- what a counter prefers


def test_one_tier_is_a_pool_and_more_are_an_order(hall: Hall) -> None:
    with hall.one_change(hall.admin):
        set_preference(hall, 1, [[1], [3, 2]], 20)
    counter = hall.catalogue().counters[1]
    assert (counter.tiers, counter.help_after_minutes) == (({1}, {2, 3}), 20)
    with hall.one_change(hall.admin):
        set_preference(hall, 1, [[2, 1]])
    counter = hall.catalogue().counters[1]
    assert (counter.tiers, counter.help_after_minutes, set(counter.service_ids)) == ((), None, {1, 2})


@pytest.mark.parametrize(
    ("tiers", "wrong", "field"),
    [
        ([], "tier_empty", "tiers[0]"),
        ([[1], []], "tier_empty", "tiers[1]"),
        ([[1, 1]], "tier_twice", "tiers[0]"),
        ([[1], [2], [1]], "tier_twice", "tiers[2]"),
    ],
)
def test_wrong_tiers_are_refused_by_their_place(hall: Hall, tiers: list[list[int]], wrong: str, field: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        set_preference(hall, 1, tiers)
    assert (refused.value.facts["wrong"], refused.value.facts["field"]) == (wrong, field)


@pytest.mark.parametrize("minutes", [-1, 481])
def test_helping_after_so_long_cannot_be_set(hall: Hall, minutes: int) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        set_preference(hall, 1, [[1], [2]], minutes)
    assert refused.value.facts["field"] == "help_after_minutes"


def test_no_counter_prefers_what_is_not_there(hall: Hall) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_counter"):
        set_preference(hall, 9_999, [[1]])
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_service"):
        set_preference(hall, 1, [[1], [9_999]])
