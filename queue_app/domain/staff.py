"""Signed-in staff. Their rights are in domain/permissions.py."""

from __future__ import annotations

from dataclasses import dataclass

from queue_app.domain.role import Role


@dataclass(frozen=True, slots=True)
class Officer:
    """A signed-in member of staff; `session_id` is the sign-in that acts."""

    id: int
    session_id: int
    username: str
    name: str
    role: Role
    agency_id: int | None
