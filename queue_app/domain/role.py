"""What staff accounts are for."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a staff account is for."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
