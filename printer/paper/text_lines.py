"""Prepare text for printing: remove control characters, transliterate to ASCII where natural, wrap at words."""

from __future__ import annotations

import unicodedata

_REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛′`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("•·", "*"),
        "…": "...",
        "×": "x",
        "÷": ":",
        "€": "EUR",
        "©": "(c)",
        "®": "(R)",
        "±": "+/-",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "þ": "th",
        "Þ": "Th",
    }
)
# Controls, direction marks, surrogates, private and unassigned characters, line and paragraph separators.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LINE_ENDS = "\t\n\v\f\r\x85\u2028\u2029"
_ELLIPSIS = "..."


def clean_text(text: str, longest: int) -> str:
    """Return one line of at most `longest` characters: no control characters, ASCII where that is natural."""
    # Dropped characters must not count towards the length, but a text of megabytes need not be read to its end.
    kept = "".join(map(_kept, text[: longest * 8]))
    plain = kept if kept.isascii() else _plain(unicodedata.normalize("NFC", kept))
    return " ".join(plain.split())[:longest].strip()


def _kept(character: str) -> str:
    if character in _LINE_ENDS:
        return " "
    return "" if unicodedata.category(character) in _DROPPED else character


def _plain(text: str) -> str:
    return "".join(map(_plain_character, text.translate(_REPLACEMENTS)))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    parts = unicodedata.normalize("NFKD", character).replace("\N{FRACTION SLASH}", "/")
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare if bare and bare.isascii() else character


def to_ascii(text: str) -> str:
    """Replace each run of non-ASCII characters by one question mark."""
    marked = "".join(character if character.isascii() else "\0" for character in text)
    while "\0\0" in marked:
        marked = marked.replace("\0\0", "\0")
    return marked.replace("\0", "?")


def wrap(text: str, columns: int, maximum: int) -> list[str]:
    """Wrap into at most `maximum` lines of about the same length, between words; the last ends in “...” if cut off.

    Only a word longer than a whole line is divided.
    """
    words = [piece for word in text.split() for piece in _divided(word, columns)]
    lines = _filled(words, columns)
    if len(lines) > maximum:
        return [*lines[: maximum - 1], _shortened(lines[maximum - 1], columns)]
    widest = max(map(len, words), default=0)
    for width in range(columns - 1, widest - 1, -1):
        narrower = _filled(words, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _divided(word: str, columns: int) -> list[str]:
    pieces = []
    while len(word) > columns:
        pieces.append(f"{word[: columns - 1]}-")
        word = word[columns - 1 :]
    return [*pieces, word]


def _filled(words: list[str], columns: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _shortened(line: str, columns: int) -> str:
    words = line.split()
    while len(words) > 1 and len(" ".join(words)) + len(_ELLIPSIS) > columns:
        words.pop()
    return " ".join(words)[: columns - len(_ELLIPSIS)].rstrip(" ,;:/-(") + _ELLIPSIS
