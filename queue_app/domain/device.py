"""Devices of the hall that authenticate by a token of their own."""

from __future__ import annotations

from enum import StrEnum


class DeviceKind(StrEnum):
    """The kinds of devices; stored with each device."""

    DISPLAY = "display"
    KIOSK = "kiosk"
    AGENT = "agent"
    """A print agent: the program on a kiosk's own PC that prints there."""


class DeviceChange(StrEnum):
    """What happened to a device, as the log has it."""

    ADDED = "added"
    CHANGED = "changed"
    REVOKED = "revoked"
    TROUBLE = "trouble"
    """The device reports a trouble of itself, or that it has none any more."""
