"""The sentence announced for a call, as a list of words that each have a clip; `static/sentence.js` does the same.

A *word* is a piece that is recorded or made at once: “nomor antrean”, “A”, “nol”, “loket”, “Disdukcapil”. The table of
cases in `tests/display/sentences.json` holds both to the same answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

LANGUAGES = ("id", "en", "ban")
_PLACEHOLDERS = re.compile(r"\{(label|counter|agency)\}")
_COUNTER = re.compile(r"(?:loket|counter)\s+(\S.*)", re.IGNORECASE)
_SPELLED = re.compile(r"[A-Z]{0,2}\d{1,4}")
_LARGEST_SPOKEN_NUMBER = 99


@cache
def phrase_table(language: str) -> dict[str, str]:
    """Load the phrase table of one language by key: phrase.call, word.counter, digit.0, number.12, letter.A."""
    text = (Path(__file__).parent / "locale" / f"{language}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words


def call_sentence(language: str, label: str, counter: str, agency: str = "") -> list[str]:
    """Return the words of a call, in order: “nomor antrean”, “A”, “nol”, … Empty parts are left out."""
    parts = {"label": _spell(language, label), "counter": _counter(language, counter), "agency": [agency.strip()]}
    words: list[str] = []
    for piece in _pieces(language):
        words += parts.get(piece[1:-1], []) if piece.startswith("{") else [piece]
    return [word for word in words if word]


def vocabulary(language: str, names: Iterable[str] = ()) -> Sequence[str]:
    """Return every word that this language may need, each once; `names` are those of agencies and counters."""
    carriers = [piece for piece in _pieces(language) if not piece.startswith("{")]
    fixed = [word for key, word in phrase_table(language).items() if not key.startswith("phrase.")]
    marks = [counter_mark(name) for name in names]
    # A counter called “3” or “C3” is spelled; one called “Bantuan Lansia” is a word of its own.
    named = [mark for mark in marks if mark and not _SPELLED.fullmatch(mark.upper())]
    return list(dict.fromkeys([*carriers, *fixed, *named]))


def counter_mark(name: str) -> str:
    """Return the mark in a counter's name: “Loket 3” → “3”, “Loket Bantuan Lansia” → “Bantuan Lansia”."""
    match = _COUNTER.fullmatch(name.strip())
    return match[1].strip() if match else name.strip()


def _pieces(language: str) -> list[str]:
    """Split the phrase of a call at its placeholders: ["nomor antrean", "{label}", "silakan menuju", …]."""
    phrase = phrase_table(language)["phrase.call"]
    cut = [piece.strip() for piece in re.split(r"(\{\w+\})", phrase)]
    return [piece for piece in cut if piece]


def _spell(language: str, label: str) -> list[str]:
    """Spell a number: letters and digits are spoken, all else (the hyphen) is not."""
    words = phrase_table(language)
    keys = (f"digit.{character}" if character.isdigit() else f"letter.{character}" for character in label.upper())
    return [words[key] for key in keys if key in words]


def _counter(language: str, name: str) -> list[str]:
    mark = counter_mark(name)
    if not mark:
        return []
    return [phrase_table(language)["word.counter"], *_mark(language, mark)]


def _mark(language: str, mark: str) -> list[str]:
    words = phrase_table(language)
    if mark.isascii() and mark.isdecimal() and int(mark) <= _LARGEST_SPOKEN_NUMBER and mark[0] != "0":
        number = int(mark)
        if number < 10:
            return [words[f"digit.{number}"]]
        if f"number.{number}" in words:
            return [words[f"number.{number}"]]
        return [words[f"number.{number - number % 10}"], words[f"digit.{number % 10}"]]
    if mark.isascii() and _SPELLED.fullmatch(mark.upper()):
        return _spell(language, mark)
    return [mark]
