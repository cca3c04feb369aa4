"""Permissions of staff: one table, and the functions that decide by it.

Beside it stand two settings of a hall: the least role that may call a given number (`policy.may_call_any`), and whether
an unpaired kiosk may issue tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from queue_app.domain.errors import Refusal
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer


class Permission(StrEnum):
    """Something that signed-in staff may be permitted to do."""

    SIGN_OUT = "sign_out"
    OPERATE_COUNTERS = "operate_counters"
    CHANGE_NOTES = "change_notes"
    VIEW_NAMES = "view_names"
    STOP_SERVICES = "stop_services"
    ISSUE_TICKETS = "issue_tickets"
    REPRINT_TICKETS = "reprint_tickets"
    VIEW_PRINTS = "view_prints"
    USE_PRINTERS = "use_printers"
    VIEW_ALARMS = "view_alarms"
    VIEW_DEVICES = "view_devices"
    VIEW_PROMISES = "view_promises"
    FORECAST_WAITS = "forecast_waits"
    OPEN_ADMINISTRATION = "open_administration"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_NOTICES = "manage_notices"
    MANAGE_AGENTS = "manage_agents"
    MANAGE_PRINTERS = "manage_printers"
    MANAGE_HALL = "manage_hall"
    MANAGE_CALLING = "manage_calling"
    MANAGE_HOURS = "manage_hours"
    MANAGE_DISPLAYS = "manage_displays"
    MANAGE_VOICE = "manage_voice"


class Reach(StrEnum):
    """What an officer reaches with a permission. Supervisors and administrators always reach the whole hall."""

    HALL = "hall"
    AGENCY = "agency"  # what belongs to the officer's agency
    AGENCY_AND_SHARED = "agency_and_shared"  # and what belongs to no agency, such as a shared counter
    AGENCY_IF_ANY = "agency_if_any"  # an officer of no agency, such as one at the reception, reaches the hall


@dataclass(frozen=True, slots=True)
class Grant:
    """The roles that have a permission, and what officers reach with it."""

    roles: frozenset[Role]
    reach: Reach = Reach.HALL


_STAFF = frozenset(Role)
_SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

GRANTS: Mapping[Permission, Grant] = {
    Permission.SIGN_OUT: Grant(_STAFF),
    Permission.OPERATE_COUNTERS: Grant(_STAFF, Reach.AGENCY_AND_SHARED),
    Permission.CHANGE_NOTES: Grant(_STAFF, Reach.AGENCY),
    Permission.VIEW_NAMES: Grant(_STAFF, Reach.AGENCY),
    Permission.STOP_SERVICES: Grant(_STAFF, Reach.AGENCY),
    Permission.ISSUE_TICKETS: Grant(_STAFF),
    Permission.REPRINT_TICKETS: Grant(_STAFF, Reach.AGENCY_IF_ANY),
    Permission.VIEW_PRINTS: Grant(_STAFF),
    Permission.USE_PRINTERS: Grant(_STAFF),
    Permission.VIEW_ALARMS: Grant(_STAFF),
    Permission.VIEW_DEVICES: Grant(_STAFF),
    Permission.VIEW_PROMISES: Grant(_STAFF, Reach.AGENCY),
    Permission.FORECAST_WAITS: Grant(_SUPERVISORS),
    Permission.OPEN_ADMINISTRATION: Grant(_SUPERVISORS),
    Permission.MANAGE_DEVICES: Grant(_SUPERVISORS),
    Permission.MANAGE_NOTICES: Grant(_SUPERVISORS),
    # A print agent sees every printed ticket.
    Permission.MANAGE_AGENTS: Grant(_ADMINS),
    Permission.MANAGE_PRINTERS: Grant(_ADMINS),
    Permission.MANAGE_HALL: Grant(_ADMINS),
    Permission.MANAGE_CALLING: Grant(_ADMINS),
    Permission.MANAGE_HOURS: Grant(_ADMINS),
    Permission.MANAGE_DISPLAYS: Grant(_ADMINS),
    Permission.MANAGE_VOICE: Grant(_ADMINS),
}


def allows(officer: Officer, permission: Permission) -> bool:
    """Whether this member of staff has the permission, at least for some of the hall."""
    return officer.role in GRANTS[permission].roles


def allows_in(officer: Officer, permission: Permission, agency_id: int | None) -> bool:
    """Whether this member of staff has the permission for what belongs to this agency (None: to no agency)."""
    if not allows(officer, permission):
        return False
    if officer.role is not Role.OFFICER or officer.agency_id == agency_id:
        return True
    reach = GRANTS[permission].reach
    return (
        reach is Reach.HALL
        or (reach is Reach.AGENCY_AND_SHARED and agency_id is None)
        or (reach is Reach.AGENCY_IF_ANY and officer.agency_id is None)
    )


def require(officer: Officer, permission: Permission) -> None:
    """Require a permission, at least for some of the hall. Raises Refusal not_allowed."""
    if not allows(officer, permission):
        raise Refusal("not_allowed")


def require_in(officer: Officer, permission: Permission, agency_id: int | None) -> None:
    """Require a permission for what belongs to this agency. Raises Refusal not_allowed."""
    if not allows_in(officer, permission, agency_id):
        raise Refusal("not_allowed")
