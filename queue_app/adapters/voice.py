"""Adapter: the displays' clip library for the web, filled with the hall's own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import display.voice
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.store.unit_of_work import NotReadyError, Store


def open_clip_library(store: Store, folder: Path) -> display.ClipLibrary:
    """Open the clips in `folder`, including the hall's own names: its agencies, and counters that have a name."""

    def names() -> list[str]:
        try:
            with store.read() as connection:
                catalogue = store.catalogue(connection)
        except NotReadyError:
            return []
        return [a.short for a in catalogue.agencies.values()] + [c.name for c in catalogue.counters.values()]

    return display.ClipLibrary(folder, names)


class VoiceAdapter:
    """The web's port to the voice."""

    clips_url = display.CLIPS

    def __init__(self, bank: display.ClipLibrary) -> None:
        self._bank = bank

    def synthesiser(self) -> str | None:
        """Return the name of the program that makes clips, or None."""
        synthesiser = display.voice.find_synthesiser()
        return None if synthesiser is None else synthesiser.name

    def words(self, language: str) -> Sequence[display.voice.Clip]:
        """Return every word of a language with its clip."""
        return self._bank.words(language)

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[display.voice.Clip]:
        """Return the words of a call; a word without a clip is `missing`."""
        words_by_text = {word.text: word for word in self._bank.words(language)}
        texts = display.voice.call_sentence(language, label, counter, agency)
        return [words_by_text.get(text) or display.voice.Clip(language, text, "missing", None) for text in texts]

    def record(self, language: str, text: str, data: bytes) -> display.voice.Clip:
        """Save a recording. Raises Refusal unknown_clip, bad_recording."""
        try:
            return self._bank.record(language, text, data)
        except KeyError as error:
            raise Refusal("unknown_clip") from error
        except display.voice.InvalidRecording as error:
            raise Refusal("bad_recording", detail=str(error), recording=error.code) from error

    def remove_recording(self, language: str, text: str) -> display.voice.Clip:
        """Remove a recording. Raises Refusal unknown_clip."""
        try:
            return self._bank.remove_recording(language, text)
        except KeyError as error:
            raise Refusal("unknown_clip") from error

    def pronunciation(self) -> Mapping[str, Mapping[str, str]]:
        """Return the hall's own pronunciation table."""
        return self._bank.own_pronunciation()

    def set_pronunciation(self, table: object) -> None:
        """Replace the hall's own pronunciation table. Raises Refusal bad_setting."""
        try:
            self._bank.set_pronunciation(table)
        except display.voice.InvalidPronunciation as error:
            raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error

    def build(self) -> tuple[int, Sequence[display.voice.ClipFault]]:
        """Make missing clips, if there is a synthesiser."""
        synthesiser = display.voice.find_synthesiser()
        return (0, []) if synthesiser is None else self._bank.make_missing(synthesiser)
