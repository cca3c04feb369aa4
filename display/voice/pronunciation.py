"""Phonetic spellings for words that espeak-ng would mispronounce. A hall's own table overrides this one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from display.voice.call_phrases import LANGUAGES

Table = dict[str, dict[str, str]]

MAX_ENTRIES = 200
LONGEST = 120
_LETTERS_ID = {
    "A": "a", "B": "bé", "C": "cé", "D": "dé", "E": "é", "F": "èf", "G": "gé", "H": "ha", "I": "i", "J": "jé",
    "K": "ka", "L": "èl", "M": "èm", "N": "èn", "O": "o", "P": "pé", "Q": "ki", "R": "èr", "S": "ès", "T": "té",
    "U": "u", "V": "fé", "W": "wé", "X": "èks", "Y": "yé", "Z": "zèt",
}  # fmt: skip
_NAMES_ID = {
    "loket": "lokét", "Disdukcapil": "Dis duk capil", "DPMPTSP": "dé pé èm pé té ès pé",
    "BKD": "bé ka dé", "BPJS Kesehatan": "bé pé jé ès keséhatan", "PUPRPKP": "pé u pé èr pé ka pé",
    "MPP": "èm pé pé", "BPD Bali": "bé pé dé Bali", "PLN": "pé èl èn", "UKM": "u ka èm",
}  # fmt: skip
DEFAULT: Mapping[str, Mapping[str, str]] = {
    "id": {**_LETTERS_ID, **_NAMES_ID},
    "en": {"A": "ay"},  # alone it would be read as the article
    "ban": {**_LETTERS_ID, **_NAMES_ID},
}


class InvalidPronunciation(ValueError):
    """An invalid table: the word, and the reason as a code with facts; the text is for logs."""

    def __init__(self, code: str, field: str, text: str, **facts: object) -> None:
        super().__init__(f"“{field}” {text}.")
        self.code = code
        self.field = field
        self.facts = facts


def check_table(table: object) -> Table:
    """Check a table before it is stored: language → word → phonetic spelling. Raises WrongWord."""
    if not isinstance(table, dict) or not set(table) <= set(LANGUAGES):
        choices = ", ".join(LANGUAGES)
        raise InvalidPronunciation("choice", "table", f"must name languages among {choices}", choices=choices)
    for language, words in table.items():
        if not isinstance(words, dict) or len(words) > MAX_ENTRIES:
            raise InvalidPronunciation(
                "list", f"table.{language}", f"must have at most {MAX_ENTRIES} words", most=MAX_ENTRIES
            )
        for word, spelling in words.items():
            if not (isinstance(spelling, str) and 0 < len(word) <= LONGEST and 0 < len(spelling.strip()) <= LONGEST):
                raise InvalidPronunciation(
                    "length", str(word)[:40], f"must be said by 1 to {LONGEST} characters", most=LONGEST
                )
            # espeak-ng interprets control characters and tags as commands.
            if any(ord(character) < 32 or character in "<>" for character in spelling):
                raise InvalidPronunciation("unspeakable", word[:40], "has a character that cannot be spoken")
    return {language: dict(words) for language, words in table.items()}


def load_table(path: Path) -> Table:
    """Load the hall's own table; empty if the file is missing or invalid."""
    try:
        return check_table(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def phonetic_spelling(language: str, word: str, own: Table) -> str:
    """Return the phonetic spelling of a word for the synthesiser, or the word itself."""
    return own.get(language, {}).get(word) or DEFAULT[language].get(word) or word
