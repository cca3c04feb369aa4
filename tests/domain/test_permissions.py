"""The table of permissions: everything in it is meant, and reaches what it should."""

from __future__ import annotations

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import GRANTS, Permission, allows, allows_in, require, require_in
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer

OWN, OTHER, NONE = 1, 2, None


def person(role: Role, agency: int | None = OWN) -> Officer:
    return Officer(1, 1, "petugas", "Petugas", role, agency)


def reached(permission: Permission, role: Role, agency: int | None = OWN) -> set[int | None]:
    return {thing for thing in (OWN, OTHER, NONE) if allows_in(person(role, agency), permission, thing)}


def test_every_permission_is_granted() -> None:
    assert set(GRANTS) == set(Permission)


def test_an_administrator_has_every_permission_everywhere() -> None:
    for permission in Permission:
        assert reached(permission, Role.ADMIN, NONE) == {OWN, OTHER, NONE}


def test_each_role_has_what_the_one_below_has() -> None:
    for permission in Permission:
        held = [allows(person(role), permission) for role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMIN)]
        assert held == sorted(held), permission


def test_a_supervisor_reaches_the_whole_hall() -> None:
    for permission in Permission:
        everything = {OWN, OTHER, NONE} if allows(person(Role.SUPERVISOR), permission) else set()
        assert reached(permission, Role.SUPERVISOR) == everything


@pytest.mark.parametrize(
    ("permission", "own", "unattached"),
    [
        (Permission.OPERATE_COUNTERS, {OWN, NONE}, {NONE}),
        (Permission.STOP_SERVICES, {OWN}, {NONE}),
        (Permission.REPRINT_TICKETS, {OWN}, {OWN, OTHER, NONE}),
        (Permission.ISSUE_TICKETS, {OWN, OTHER, NONE}, {OWN, OTHER, NONE}),
        (Permission.MANAGE_NOTICES, set(), set()),
    ],
)
def test_what_an_officer_reaches(permission: Permission, own: set[int | None], unattached: set[int | None]) -> None:
    assert reached(permission, Role.OFFICER) == own
    assert reached(permission, Role.OFFICER, NONE) == unattached


def test_a_refusal_names_nothing() -> None:
    with pytest.raises(Refusal, match="not_allowed"):
        require(person(Role.OFFICER), Permission.MANAGE_VOICE)
    with pytest.raises(Refusal, match="not_allowed"):
        require_in(person(Role.OFFICER), Permission.OPERATE_COUNTERS, OTHER)
    require(person(Role.OFFICER), Permission.OPERATE_COUNTERS)
    require_in(person(Role.OFFICER), Permission.OPERATE_COUNTERS, OWN)
