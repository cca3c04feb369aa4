"""The display package's port: what the display needs of the app, and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from display.display_config import DisplayConfig


@dataclass(frozen=True)
class VoiceSettings:
    """Voice settings of the hall's displays."""

    times: int = 2
    """How often a call is spoken."""
    both: bool = True
    """Whether a call is spoken in the board's main language as well as in the ticket's."""
    gong: bool = True
    agency: bool = True


@dataclass(frozen=True)
class BoardPage:
    """Initial data of one zone's board, before its first live message."""

    zone_code: str
    zone_name: Mapping[str, str]
    """Name by language code; Indonesian is always there."""
    hall_name: str
    language: str
    """Main language of the board: id, en or ban."""
    build: str
    time_zone: str
    """IANA name of the hall's zone, such as Asia/Makassar."""
    seq: int
    """Log position (`seq`) that `state` reflects."""
    state: Mapping[str, object]
    now_ms: int
    """Server time, milliseconds since the epoch, UTC."""
    silence_ms: int = 15_000
    """Time without a message before the board marks its data as stale."""
    voice: VoiceSettings = VoiceSettings()
    config: DisplayConfig = field(default_factory=DisplayConfig)
    hall_language: str = ""
    """The hall's own language, in which every call is spoken too; empty: the board's."""
    settings_version: str | None = None
    """Version of the display's settings; the page reloads when the server sends another."""
    display_name: str | None = None
    """Name of a paired display, as staff see it; an unpaired display makes up its own."""
    late_ms: int = 20_000
    """A call that waited longer than this for its announcement is shown without one."""
    turn_ms: int = 3_000
    """Shortest time that a call keeps the large field while other calls wait."""
    further_boards: Sequence[BoardPage] = ()
    """Boards of further zones that this display shows; only their zone, `seq` and `state` are used."""
    test: bool = False
    """Whether the page keeps a record of its announcements for a browser test."""


class DisplayBackend(Protocol):
    """Operations that the display needs of the app."""

    def page(self, zone: str) -> BoardPage | None:
        """Return the board of a zone by its code, or None when there is no such zone."""
        ...

    def redirect_target(self, zone: str) -> str | None:
        """Return the address to redirect this screen to, or None when it may show the zone's board."""
        ...

    def asset(self, path: str) -> str:
        """Return the URL of a static file such as `kit/tokens.css`."""
        ...
