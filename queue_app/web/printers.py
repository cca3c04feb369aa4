"""The web's ports to printers and print agents, implemented by adapters; and their reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from queue_app.domain.reasons import Why, why
from queue_app.web.texts import chosen_language, setting_words, translate

Json = dict[str, Any]


class PrintAgents(Protocol):
    """Port: operations available to print agents; `code` is the agent's."""

    def claim(self, code: str, have: Collection[int], now: datetime) -> Json:
        """Return the agent's printers and one job for it, or null."""
        ...

    def report(self, code: str, job_id: int, state: str, detail: str, now: datetime) -> bool:
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


def advice_json(advice: Advice | None) -> Json | None:
    """Describe advice for the API, its sentence in the caller's language."""
    if advice is None:
        return None
    words = {**advice.facts, **({"why": _why(advice, advice.facts["why"])} if "why" in advice.facts else {})}
    sentence = translate(f"lobby.printers.advice.{advice.code}", chosen_language(), **words)
    return {"code": advice.code, "facts": dict(advice.facts), "sentence": sentence}


def _why(advice: Advice, text: str) -> str:
    """Return the reason in the caller's language; an unknown reason stays as the system or the printer said it."""
    if advice.mistake is not None:
        return setting_words(advice.mistake.code, advice.mistake.facts)
    reason = why(text)
    return text if reason is None or reason.code == "other" else reason_words(reason, chosen_language())


def reason_json(detail: str) -> Json | None:
    """Describe why a print job or printer is not simply well, for the API: a sentence in the caller's language too."""
    reason = why(detail)
    if reason is None:
        return None
    return {"code": reason.code, "facts": dict(reason.facts), "sentence": reason_words(reason, chosen_language())}


def with_reason(job: Json) -> Json:
    """Add `reason` to a print job of the API."""
    return {**job, "reason": reason_json(str(job["detail"]))}


def reason_words(reason: Why, language: str) -> str:
    """Describe a reason as words to stand behind a colon or between brackets."""
    text = translate(f"officer.alarm.why.{reason.code}", language)
    if "why" in reason.facts:
        text = f"{text} ({reason.facts['why']})"
    if "then" in reason.facts:
        text = f"{text}; {translate('officer.alarm.why.then.' + reason.facts['then'], language)}"
    return text


class Found(Protocol):
    """A printer that could be added."""

    @property
    def address(self) -> str:
        """Its address."""
        ...

    @property
    def what(self) -> str:
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

    def advice_of(self, health: str, detail: str, url: str) -> Advice | None:
        """Return advice on a printer with this reported status, or None."""
        ...

    def discover(self, hosts: Sequence[str]) -> Sequence[Found]:
        """Discover printers that could be added."""
        ...

    def check_template(self, data: Mapping[str, object], field: str = "template") -> None:
        """Check a ticket template."""
        ...

    def whole_template(self, data: Mapping[str, object]) -> Json:
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
