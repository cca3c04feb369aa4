"""What the web needs of printers and print agents; the composition root brings it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from queue_app.domain.reasons import Why, why
from queue_app.web.texts import chosen_language, setting_words, translate

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


class Mistake(Protocol):
    """What is wrong with an address; the pages have words for its code."""

    code: str
    facts: dict[str, object]


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
    def mistake(self) -> Mistake | None:
        """What is wrong with the printer's address, if that is it."""
        ...

    @property
    def is_hint(self) -> bool:
        """Whether papers come out all the same."""
        ...


def advice_json(advice: Advice | None) -> Json | None:
    """Advice for the API, its sentence in the caller's language."""
    if advice is None:
        return None
    words = {**advice.facts, **({"why": _why(advice, advice.facts["why"])} if "why" in advice.facts else {})}
    sentence = translate(f"lobby.printers.advice.{advice.code}", chosen_language(), **words)
    return {"code": advice.code, "facts": dict(advice.facts), "sentence": sentence}


def _why(advice: Advice, words: str) -> str:
    """The reason in the caller's language; what nobody has translated stays as the system or the printer said it."""
    if advice.mistake is not None:
        return setting_words(advice.mistake.code, advice.mistake.facts)
    found = why(words)
    return words if found is None or found.code == "other" else reason_words(found, chosen_language())


def reason_json(detail: str) -> Json | None:
    """Why a paper or a printer is not simply well, for the API; its sentence in the caller's language."""
    found = why(detail)
    if found is None:
        return None
    return {"code": found.code, "facts": dict(found.facts), "sentence": reason_words(found, chosen_language())}


def with_reason(job: Json) -> Json:
    """A paper of the API, with its `reason`."""
    return {**job, "reason": reason_json(str(job["detail"]))}


def reason_words(found: Why, language: str) -> str:
    """The same as words, to stand behind a colon or between brackets."""
    words = translate(f"officer.alarm.why.{found.code}", language)
    if "why" in found.facts:
        words = f"{words} ({found.facts['why']})"
    if "then" in found.facts:
        words = f"{words}; {translate('officer.alarm.why.then.' + found.facts['then'], language)}"
    return words


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
    """What setting up printers needs to know of them. Each raises BadSetting that says what is wrong."""

    def check_printer_url(self, url: str) -> None:
        """Whether a printer can have this address."""
        ...

    def probe_printer(self, url: str) -> Advice | None:
        """What to do about a printer that cannot be used now; None if it can."""
        ...

    def advice_of(self, health: str, detail: str, url: str) -> Advice | None:
        """What to do about the printer of an address that was seen like this; None if nothing."""
        ...

    def discover(self, hosts: Sequence[str]) -> Sequence[Found]:
        """Printers that could be added."""
        ...

    def check_template(self, data: Mapping[str, object], field: str = "template") -> None:
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
        """What the server lacks to print scripts such as Balinese, as a code; None if nothing."""
        ...
