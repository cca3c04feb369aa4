"""The kiosk package's port: data of the page and addresses of its static files, provided by the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Timings:
    """Timings of the page, in milliseconds.

    Accessibility asks for an idle time of at least 60 s (120 s on an assisted kiosk) and a warning of at least 20 s.
    """

    idle: int = 60_000
    """Time without a touch before the warning appears."""
    warning: int = 20_000
    """Time of the warning before the page returns to its start and forgets all input."""
    number: int = 20_000
    """How long the number stays on the screen; each request for more time adds as much again."""
    paper: int = 5_000
    """Time without proof of the print before the visitor is asked to photograph the screen."""
    answer: int = 20_000
    """Time to confirm whether a slip was printed; without an answer nothing is confirmed."""
    settle: int = 400
    """Time after a change of screen in which touches are ignored, so that a double touch chooses nothing on it."""
    retry: int = 2_000
    """Time between two attempts to reach the server."""
    grace: int = 1_500
    """Time without live data before the page reports it; longer than a normal reconnect."""


@dataclass(frozen=True)
class KioskPage:
    """Initial data of one kiosk: its identity, the hall's catalogue and the state of its room."""

    code: str
    name: str
    language: str
    build: str
    time_zone: str
    hall_name: str
    catalogue: Mapping[str, object]
    """The JSON of GET /api/v1/catalogue."""
    seq: int
    """Log position (`seq`) that `state` reflects."""
    state: Mapping[str, object]
    """The state of the room `kiosk:<code>`."""
    now_ms: int
    """The server's time, milliseconds since the Unix epoch."""
    redirect_to: str = ""
    """Address that redirects this kiosk when it must show another page; empty: none."""
    timings: Timings = field(default_factory=Timings)


class KioskBackend(Protocol):
    """Operations that the kiosk needs of the app."""

    def page(self, code: str) -> KioskPage | None:
        """Return the initial data of the kiosk with this code, or None when there is no such kiosk."""
        ...

    def redirect_target(self, code: str) -> str | None:
        """Return the address to redirect this screen to, or None when it may show the kiosk."""
        ...

    def asset(self, path: str) -> str:
        """Return the address of a static file, for example of `kit/tokens.css`."""
        ...
