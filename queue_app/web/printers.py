"""What the web needs of printers and print agents; the composition root brings it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

Json = dict[str, Any]


class PrintAgents(Protocol):
    """What print agents may ask of the house; `code` is the agent's."""

    def claim(self, code: str, have: Collection[int], now: datetime) -> Json:
        """The agent's printers and one job for it, or null."""
        ...

    def report(self, code: str, job_id: int, state: str, detail: str, now: datetime) -> bool:
        """Keep what became of a job; False if it is not the agent's (any more)."""
        ...

    def health(self, code: str, printer_id: int, said: Mapping[str, Any], now: datetime) -> None:
        """Keep how one of the agent's printers is."""
        ...


class Advice(Protocol):
    """What to do about a printer; as text it is an English sentence."""

    @property
    def code(self) -> str:
        """What it is about; the pages have words for it."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """What those words are filled with."""
        ...

    @property
    def is_hint(self) -> bool:
        """Whether papers come out all the same."""
        ...


def advice_json(advice: Advice | None) -> Json | None:
    """Advice for the API."""
    return None if advice is None else {"code": advice.code, "facts": dict(advice.facts), "sentence": str(advice)}


class Found(Protocol):
    """A printer that could be added."""

    @property
    def address(self) -> str:
        """Where it is."""
        ...

    @property
    def what(self) -> str:
        """What is there."""
        ...

    @property
    def advice(self) -> Advice | None:
        """What must be done before it can be used."""
        ...


class PrinterTools(Protocol):
    """What setting up printers needs to know of them. Each raises ValueError that says what is wrong."""

    def check_printer_url(self, url: str) -> None:
        """Whether a printer can have this address."""
        ...

    def probe_printer(self, url: str) -> Advice | None:
        """What to do about a printer that cannot be used now; None if it can."""
        ...

    def advice_of(self, health: str, detail: str) -> Advice | None:
        """What to do about a printer that was seen like this; None if nothing."""
        ...

    def discover(self, hosts: Sequence[str]) -> Sequence[Found]:
        """Printers that could be added."""
        ...

    def check_template(self, data: Mapping[str, object]) -> None:
        """Whether this can be on a ticket."""
        ...

    def whole_template(self, data: Mapping[str, object]) -> Json:
        """A template with its defaults filled in."""
        ...

    def draw_ticket(
        self, slip: Mapping[str, object], template: Mapping[str, object], paper_mm: int, copy_no: int = 1
    ) -> bytes:
        """A PNG of the paper."""
        ...

    def make_logo(self, picture: bytes, *, width: int, dither: bool, threshold: int) -> Json:
        """The logo of a PNG file, as a template has it."""
        ...

    def text_trouble(self) -> str | None:
        """What the server lacks to print scripts such as Balinese; None if nothing."""
        ...
