"""The web's port to the voice: words with their clips. An adapter implements it with the display's clips."""

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
        """Address of its clip, relative to the clips' own."""


class Fault(Protocol):
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


class Voice(Protocol):
    """The voice of the hall."""

    clips_url: str

    def synthesiser(self) -> str | None:
        """Return the name of the program that makes clips, or None."""

    def words(self, language: str) -> Sequence[Word]:
        """Return every word of a language."""

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[Word]:
        """Return the words of a call, in order."""

    def record(self, language: str, text: str, data: bytes) -> Word:
        """Save a recording. Raises Refusal unknown_word, bad_recording."""

    def forget(self, language: str, text: str) -> Word:
        """Remove a recording. Raises Refusal unknown_word."""

    def pronunciation(self) -> Mapping[str, Mapping[str, str]]:
        """Return the hall's own pronunciation table."""

    def set_pronunciation(self, table: object) -> None:
        """Replace the hall's own pronunciation table. Raises Refusal bad_setting."""

    def build(self) -> tuple[int, Sequence[Fault]]:
        """Make missing clips; return how many were made, and the faults of those that could not be."""
