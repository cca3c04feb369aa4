"""The voice clips of a hall, in one folder: recorded clips first, synthesised ones where none is recorded.

    recorded/<language>/<name>.wav   uploaded by an administrator; the name comes from the word
    made/<language>/<name>.wav       made once by the synthesiser; the name changes when word, voice or spelling does
    pronunciation.json               the hall's own table

Every file is written under a temporary name and renamed, so that a reader never sees half a clip, and two processes
may make the same clip.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from display.voice import pronunciation, recording
from display.voice.call_phrases import LANGUAGES, phrase_table, vocabulary
from display.voice.synthesis import VOICES, WORDS_A_MINUTE, Synthesiser, SynthesisError

_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Clip:
    """A word and its clip: `source` is recorded, made or missing; `path` is relative to the library's folder."""

    language: str
    text: str
    source: str
    path: str | None
    version: str = ""

    @property
    def address(self) -> str | None:
        """Address of the clip, relative to the voice's; it changes with the content, so it may be cached for ever."""
        return None if self.path is None else f"{self.path}?v={self.version}"


@dataclass(frozen=True)
class ClipFault:
    """A word whose clip could not be made: the reason as a code with facts; `str()` is an English sentence."""

    language: str
    word: str
    code: str
    facts: Mapping[str, str]
    text: str

    def __str__(self) -> str:
        return f"{self.language} “{self.word}”: {self.text}"


class ClipLibrary:
    """The clips in a folder, for the words of all languages and the hall's own names."""

    def __init__(self, folder: Path, names: Callable[[], Iterable[str]] = lambda: ()) -> None:
        self.folder = folder
        self._names = names

    def words(self, language: str) -> Sequence[Clip]:
        """Return every word of a language with its clip, if there is one."""
        own = self.own_pronunciation()
        return [self._word(language, text, own) for text in vocabulary(language, self._names())]

    def manifest(self) -> dict[str, Any]:
        """Return what a page needs to speak: by language its phrase table, and the clip of each word that has one."""
        return {
            language: {
                "book": phrase_table(language),
                "clips": {word.text: word.address for word in self.words(language) if word.address},
            }
            for language in LANGUAGES
        }

    def make_missing(
        self, synthesiser: Synthesiser, languages: Iterable[str] = LANGUAGES, *, again: bool = False
    ) -> tuple[int, list[ClipFault]]:
        """Make the clips that are neither recorded nor made (with `again` those made before too).

        Returns the number of clips made, and a fault for each that could not be made.
        """
        made, faults = 0, list[ClipFault]()
        own = self.own_pronunciation()
        for language in languages:
            for word in self.words(language):
                if word.source == "missing" or (again and word.source == "made"):
                    try:
                        self._make(synthesiser, word, own)
                        made += 1
                    except SynthesisError as error:
                        faults.append(ClipFault(language, word.text, error.code, error.facts, str(error)))
                    except recording.InvalidRecording as error:
                        faults.append(ClipFault(language, word.text, error.code, {}, str(error)))
        return made, faults

    def record(self, language: str, text: str, data: bytes) -> Clip:
        """Store a recording of a word. Raises KeyError for an unknown word, WaveError for an invalid file."""
        word = self._require_word(language, text)
        _write(self.folder / "recorded" / language / f"{_name(text)}.wav", recording.normalise_recording(data))
        return self._word(language, word, self.own_pronunciation())

    def remove_recording(self, language: str, text: str) -> Clip:
        """Remove the recording of a word, so that the synthesised clip is used again. Raises KeyError."""
        word = self._require_word(language, text)
        with suppress(FileNotFoundError):
            (self.folder / "recorded" / language / f"{_name(text)}.wav").unlink()
        return self._word(language, word, self.own_pronunciation())

    def file(self, kind: str, language: str, name: str) -> Path | None:
        """Return the file of a requested clip; None unless it is a clip of this library."""
        if kind not in ("recorded", "made") or language not in LANGUAGES or not _NAME.fullmatch(name):
            return None
        path = self.folder / kind / language / f"{name}.wav"
        return path if path.is_file() else None

    def own_pronunciation(self) -> pronunciation.Table:
        """Load the hall's own table of pronunciation."""
        return pronunciation.load_table(self.folder / "pronunciation.json")

    def set_pronunciation(self, table: object) -> pronunciation.Table:
        """Replace the hall's own table; its clips are made again at the next build. Raises WrongWord."""
        checked = pronunciation.check_table(table)
        text = json.dumps(checked, ensure_ascii=False, indent=2) + "\n"
        _write(self.folder / "pronunciation.json", text.encode())
        return checked

    def _require_word(self, language: str, text: str) -> str:
        if language not in LANGUAGES or text not in vocabulary(language, self._names()):
            raise KeyError(text)
        return text

    def _word(self, language: str, text: str, own: pronunciation.Table) -> Clip:
        for source, name in (("recorded", _name(text)), ("made", _made_name(language, text, own))):
            path = self.folder / source / language / f"{name}.wav"
            with suppress(OSError):
                version = f"{path.stat().st_mtime_ns:x}"
                return Clip(language, text, source, f"{source}/{language}/{name}.wav", version)
        return Clip(language, text, "missing", None)

    def _make(self, synthesiser: Synthesiser, word: Clip, own: pronunciation.Table) -> None:
        spelling = pronunciation.phonetic_spelling(word.language, word.text, own)
        data = recording.normalise_recording(synthesiser.synthesise(word.language, spelling))
        _write(self.folder / "made" / word.language / f"{_made_name(word.language, word.text, own)}.wav", data)


def _name(text: str) -> str:
    """Return a file name for a word: readable, and unique for each word."""
    return f"{_plain(text)}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _made_name(language: str, text: str, own: pronunciation.Table) -> str:
    spelling = pronunciation.phonetic_spelling(language, text, own)
    recipe = f"{VOICES[language]} {WORDS_A_MINUTE} {spelling}"
    return f"{_plain(text)}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "word"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
