"""What the lobby display needs from the house; the house implements it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .screen import Screen


@dataclass(frozen=True)
class Voice:
    """How the displays of the hall speak."""

    times: int = 2
    """How often a call is spoken."""
    both: bool = True
    """Whether a call is spoken in the board's main language as well as in the ticket's."""
    gong: bool = True
    agency: bool = True


@dataclass(frozen=True)
class BoardPage:
    """Everything one zone's board shows before its first live message."""

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
    """Number in the log that `state` was made from."""
    state: Mapping[str, object]
    now_ms: int
    """Server time, milliseconds since the epoch, UTC."""
    silence_ms: int = 15_000
    """How long the board waits without a word before it says that its data is old."""
    voice: Voice = Voice()
    screen: Screen = field(default_factory=Screen)
    hall_language: str = ""
    """The hall's own language, in which every call is spoken too; empty: the board's."""
    setup: str | None = None
    """Names the present settings of the display; it loads itself anew when the server names others."""
    key: str | None = None
    """What a paired display is called towards the staff; another makes up a name of its own."""
    late_ms: int = 20_000
    """A call that stood still for longer than this, because nobody could speak, is shown only."""
    turn_ms: int = 3_000
    """How long a call keeps the large field at least when others wait."""
    others: Sequence[BoardPage] = ()
    """The boards of further zones that this display shows, too; of them only zone, number and state count."""
    test: bool = False
    """Let the page keep a record of its announcements for a browser test."""


class Backend(Protocol):
    """The display's view of the house."""

    def page(self, zone: str) -> BoardPage | None:
        """Return the board of a zone by its code, or None when there is no such zone."""
        ...

    def elsewhere(self, zone: str) -> str | None:
        """Return the address this screen must go to instead of the zone's board, or None when it may stay."""
        ...

    def asset(self, path: str) -> str:
        """Return the URL of a static file such as `kit/tokens.css`."""
        ...
