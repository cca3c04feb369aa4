"""What the web needs of the voice: the words with their clips. `queue_app.faces` shows the display's bank this way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


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
        """Its clip below the address of clips."""


class Fault(Protocol):
    """A word of which no clip could be made; the pages have words for its code, as for those of recordings."""

    @property
    def language(self) -> str:
        """The language of the word."""

    @property
    def word(self) -> str:
        """The word as written."""

    @property
    def code(self) -> str:
        """Why."""

    @property
    def facts(self) -> Mapping[str, str]:
        """What the words for that are filled with."""


class Voice(Protocol):
    """The voice of the hall."""

    clips_url: str

    def synthesiser(self) -> str | None:
        """Name of the program that makes clips; None where there is none."""

    def words(self, language: str) -> Sequence[Word]:
        """Every word of a language."""

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[Word]:
        """The words of a call, in order."""

    def record(self, language: str, text: str, data: bytes) -> Word:
        """Keep a recording. Raises Refusal unknown_word, bad_recording."""

    def forget(self, language: str, text: str) -> Word:
        """Remove a recording. Raises Refusal unknown_word."""

    def pronunciation(self) -> Mapping[str, Mapping[str, str]]:
        """The hall's own table."""

    def set_pronunciation(self, table: object) -> None:
        """Replace it. Raises Refusal bad_setting."""

    def build(self) -> tuple[int, Sequence[Fault]]:
        """Make what is missing: how many were made, and what went wrong with each that could not be."""
