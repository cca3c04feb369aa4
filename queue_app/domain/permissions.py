"""Who may do what."""

from __future__ import annotations

from queue_app.domain.errors import Refusal
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer


def require_admin(officer: Officer) -> None:
    """Require the admin role. Raises Refusal not_allowed."""
    if officer.role is not Role.ADMIN:
        raise Refusal("not_allowed")


def require_supervisor(officer: Officer) -> None:
    """Require the supervisor or admin role. Raises Refusal not_allowed."""
    if officer.role is Role.OFFICER:
        raise Refusal("not_allowed")
