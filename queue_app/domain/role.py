"""The roles of staff accounts."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The role of a staff account."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
