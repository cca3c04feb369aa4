"""What is said for a call, as a list of words that each have a clip. `static/sentence.js` does the same in the page.

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
_PLACES = re.compile(r"\{(label|counter|agency)\}")
_COUNTER = re.compile(r"(?:loket|counter)\s+(\S.*)", re.IGNORECASE)
_SPELLED = re.compile(r"[A-Z]{0,2}\d{1,4}")
_LARGEST_SPOKEN_NUMBER = 99


@cache
def book(language: str) -> dict[str, str]:
    """The words of one language by key: phrase.call, word.counter, digit.0, number.12, letter.A."""
    text = (Path(__file__).parent / "locale" / f"{language}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words


def sentence(language: str, label: str, counter: str, agency: str = "") -> list[str]:
    """The words of a call, in order: “nomor antrean”, “A”, “nol”, … Empty parts are left out."""
    parts = {"label": _spell(language, label), "counter": _counter(language, counter), "agency": [agency.strip()]}
    words: list[str] = []
    for piece in _pieces(language):
        words += parts.get(piece[1:-1], []) if piece.startswith("{") else [piece]
    return [word for word in words if word]


def words_of(language: str, names: Iterable[str] = ()) -> Sequence[str]:
    """Every word that this language may need, each once; `names` are agencies and counters with a name of their own."""
    carriers = [piece for piece in _pieces(language) if not piece.startswith("{")]
    fixed = [word for key, word in book(language).items() if not key.startswith("phrase.")]
    marks = [counter_mark(name) for name in names]
    # A counter called “3” or “C3” is spelled; one called “Bantuan Lansia” is a word of its own.
    named = [mark for mark in marks if mark and not _SPELLED.fullmatch(mark.upper())]
    return list(dict.fromkeys([*carriers, *fixed, *named]))


def counter_mark(name: str) -> str:
    """What tells a counter from the others: “Loket 3” gives “3”, “Loket Bantuan Lansia” gives “Bantuan Lansia”."""
    found = _COUNTER.fullmatch(name.strip())
    return found[1].strip() if found else name.strip()


def _pieces(language: str) -> list[str]:
    """The phrase of a call, cut at its places: ["nomor antrean", "{label}", "silakan menuju", …]."""
    phrase = book(language)["phrase.call"]
    cut = [piece.strip() for piece in re.split(r"(\{\w+\})", phrase)]
    return [piece for piece in cut if piece]


def _spell(language: str, label: str) -> list[str]:
    """A number sign by sign: letters and digits are said, all else (the hyphen) is not."""
    words = book(language)
    keys = (f"digit.{sign}" if sign.isdigit() else f"letter.{sign}" for sign in label.upper())
    return [words[key] for key in keys if key in words]


def _counter(language: str, name: str) -> list[str]:
    mark = counter_mark(name)
    if not mark:
        return []
    return [book(language)["word.counter"], *_mark(language, mark)]


def _mark(language: str, mark: str) -> list[str]:
    words = book(language)
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
