"""What the kiosk needs of the house that shows it: one page's data, and where its files are served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Timings:
    """How long the page waits, in milliseconds.

    Accessibility asks for an idle time of at least 60 s (120 s on an assisted kiosk) and a warning of at least 20 s.
    """

    idle: int = 60_000
    """Without a touch before the warning appears."""
    warning: int = 20_000
    """Of the warning before everything is forgotten."""
    number: int = 20_000
    """The number stays on the screen; each request for more time gives as much again."""
    paper: int = 5_000
    """Without proof of the paper before the visitor is told to photograph the screen."""
    answer: int = 20_000
    """For the question whether a paper came out; no answer is none."""
    settle: int = 400
    """After a change of screen in which touches are ignored, so that a double touch chooses nothing below it."""
    retry: int = 2_000
    """Between two attempts to reach the server."""
    grace: int = 1_500
    """Without live data before the page says so; a reconnect is quicker than that."""


@dataclass(frozen=True)
class KioskPage:
    """All that one kiosk shows at first: who it is, the hall's catalogue and the state of its room."""

    code: str
    name: str
    language: str
    build: str
    time_zone: str
    hall_name: str
    catalogue: Mapping[str, object]
    """The JSON of GET /api/v1/catalogue."""
    seq: int
    """Number of `state` in the log."""
    state: Mapping[str, object]
    """The state of the room `kiosk:<code>`."""
    now_ms: int
    """The server's time, milliseconds since the Unix epoch."""
    place: str = ""
    """Address that says where this kiosk must go, if not here; empty: it may stay."""
    timings: Timings = field(default_factory=Timings)


class Backend(Protocol):
    """The house, as the kiosk sees it."""

    def page(self, code: str) -> KioskPage | None:
        """Return the data of the kiosk with this code, or None when there is no such kiosk."""
        ...

    def elsewhere(self, code: str) -> str | None:
        """Return the address this screen must go to instead of the kiosk, or None when it may stay."""
        ...

    def asset(self, path: str) -> str:
        """Return the address of a static file, for example of `kit/tokens.css`."""
        ...
