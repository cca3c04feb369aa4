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

    def build(self) -> tuple[int, Sequence[str]]:
        """Make what is missing: how many were made, and a sentence for each that could not be."""
