"""The sound of displays and zones, and the announcement of a call."""

from __future__ import annotations

from enum import StrEnum


class SoundState(StrEnum):
    """Whether a display speaks, as it reports it."""

    ON = "on"
    BLOCKED = "blocked"
    """The browser holds the sound back until somebody touches the screen."""
    OFF = "off"
    """Silent by its settings."""
    NONE = "none"
    """There is no loudspeaker."""


class ZoneSound(StrEnum):
    """Whether calls are heard in a zone."""

    ON = "on"
    BLOCKED = "blocked"
    """Every display that could speak is blocked by its browser."""
    SILENT = "silent"
    """No display there speaks."""


class AnnouncementState(StrEnum):
    """The state of a call's announcement."""

    NONE = "none"
    """Nobody is called."""
    QUEUED = "queued"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    SHOWN = "shown"
    """Only shown: it is too late to speak it."""
