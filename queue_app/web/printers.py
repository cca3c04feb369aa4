"""What the web needs of printers and print agents; the composition root brings it."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from queue_app.web.texts import chosen_language, setting_words, translate

Json = dict[str, Any]
_REASONS = {
    **dict.fromkeys(map(os.strerror, (errno.ECONNREFUSED, errno.ECONNRESET)), "refused"),
    **dict.fromkeys(map(os.strerror, (errno.EHOSTUNREACH, errno.ENETUNREACH)), "no_way"),
    **dict.fromkeys((os.strerror(errno.ETIMEDOUT), "timed out", "no connection"), "no_answer"),
    **dict.fromkeys(("Name or service not known", "Temporary failure in name resolution"), "no_name"),
    "No address associated with hostname": "no_name",
}
"""What the system says about connections → what the pages have words for; beside them the reasons of the printers."""


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
    reason = words.partition(":")[0]
    key = f"lobby.printers.why.{_REASONS.get(words, reason)}"
    found = translate(key, chosen_language())
    return words if found == key else found


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
