"""The web's ports to printers and print agents, implemented by adapters; and their reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from queue_app.domain.print_job import PrintJobState
from queue_app.domain.print_outcome import Outcome

Json = dict[str, Any]


class PrintAgents(Protocol):
    """Port: operations available to print agents; `code` is the agent's."""

    def claim(self, code: str, have: Collection[int], now: datetime) -> Json:
        """Return the agent's printers and one job for it, or null."""
        ...

    def report(self, code: str, job_id: int, state: PrintJobState, detail: str, now: datetime) -> bool:
        """Record the outcome of a job. Return False if the job is not the agent's, or not any more."""
        ...

    def health(self, code: str, printer_id: int, details: Mapping[str, Any], now: datetime) -> None:
        """Record the health of one of the agent's printers."""
        ...


class Mistake(Protocol):
    """A mistake in an address; the locale files have words for its code."""

    code: str
    facts: dict[str, object]


class Advice(Protocol):
    """Advice about a printer; as text it is an English sentence."""

    @property
    def code(self) -> str:
        """Code of the advice; the locale files have words for it."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """Facts that fill those words."""
        ...

    @property
    def mistake(self) -> Mistake | None:
        """The mistake in the printer's address, if that is the trouble."""
        ...

    @property
    def is_hint(self) -> bool:
        """Whether the printer prints all the same."""
        ...


class DiscoveredPrinter(Protocol):
    """A printer that could be added."""

    @property
    def address(self) -> str:
        """Its address."""
        ...

    @property
    def description(self) -> str:
        """Description of the device."""
        ...

    @property
    def advice(self) -> Advice | None:
        """What must be done before it can be used."""
        ...


class PrinterTools(Protocol):
    """Port: what setting up printers needs. Each operation raises BadSetting that says what is wrong."""

    def check_printer_url(self, url: str) -> None:
        """Check a printer's address."""
        ...

    def probe_printer(self, url: str) -> Advice | None:
        """Return advice on a printer that cannot be used now, or None."""
        ...

    def advice_on_status(self, health: str, outcome: Outcome | None, url: str) -> Advice | None:
        """Return advice on a printer with this reported status, or None."""
        ...

    def discover(self, hosts: Sequence[str]) -> Sequence[DiscoveredPrinter]:
        """Discover printers that could be added."""
        ...

    def check_template(self, data: Mapping[str, object], field: str = "template") -> None:
        """Check a ticket template."""
        ...

    def complete_template(self, data: Mapping[str, object]) -> Json:
        """Fill in a template's defaults."""
        ...

    def draw_ticket(
        self, slip: Mapping[str, object], template: Mapping[str, object], paper_mm: int, copy_no: int = 1
    ) -> bytes:
        """Draw a PNG of the ticket."""
        ...

    def make_logo(self, picture: bytes, *, width: int, dither: bool, threshold: int) -> Json:
        """Convert a PNG file to a template's logo."""
        ...

    def text_trouble(self) -> str | None:
        """Return the code of what the server lacks to print scripts such as Balinese, or None."""
        ...


class Word(Protocol):
    """A word and its clip: recorded, made or missing."""

    @property
    def text(self) -> str:
        """The word as written."""

    @property
    def source(self) -> str:
        """recorded, made or missing."""

    @property
    def address(self) -> str | None:
        """Address of its clip, relative to the clips' own."""


class ClipFault(Protocol):
    """A word whose clip could not be made; the locale files have words for its code, as for those of recordings."""

    @property
    def language(self) -> str:
        """The language of the word."""

    @property
    def word(self) -> str:
        """The word as written."""

    @property
    def code(self) -> str:
        """Code of the reason."""

    @property
    def facts(self) -> Mapping[str, str]:
        """Facts that fill the words of the reason."""


class VoiceTools(Protocol):
    """The voice of the hall."""

    clips_url: str

    def synthesiser(self) -> str | None:
        """Return the name of the program that makes clips, or None."""

    def words(self, language: str) -> Sequence[Word]:
        """Return every word of a language."""

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[Word]:
        """Return the words of a call, in order."""

    def record(self, language: str, text: str, data: bytes) -> Word:
        """Save a recording. Raises Refusal unknown_clip, bad_recording."""

    def remove_recording(self, language: str, text: str) -> Word:
        """Remove a recording. Raises Refusal unknown_clip."""

    def pronunciation(self) -> Mapping[str, Mapping[str, str]]:
        """Return the hall's own pronunciation table."""

    def set_pronunciation(self, table: object) -> None:
        """Replace the hall's own pronunciation table. Raises Refusal bad_setting."""

    def build(self) -> tuple[int, Sequence[ClipFault]]:
        """Make missing clips; return how many were made, and the faults of those that could not be."""
