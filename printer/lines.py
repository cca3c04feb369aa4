"""Text on its way to paper: harmless, in the printer's own characters where that is natural, wrapped by words."""

from __future__ import annotations

import unicodedata

_SIGNS = str.maketrans(
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
_MORE = "..."


def clean(text: str, longest: int) -> str:
    """One line of at most `longest` characters without control characters, ASCII where there is a natural spelling."""
    # What is dropped must not use up the length, but a text of megabytes is not worth reading to its end.
    kept = "".join(map(_kept, text[: longest * 8]))
    plain = kept if kept.isascii() else _plain(unicodedata.normalize("NFC", kept))
    return " ".join(plain.split())[:longest].strip()


def _kept(sign: str) -> str:
    if sign in _LINE_ENDS:
        return " "
    return "" if unicodedata.category(sign) in _DROPPED else sign


def _plain(text: str) -> str:
    return "".join(map(_plain_sign, text.translate(_SIGNS)))


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    parts = unicodedata.normalize("NFKD", sign).replace("\N{FRACTION SLASH}", "/")
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare if bare and bare.isascii() else sign


def questioned(text: str) -> str:
    """ASCII at any price: one question mark for each run of other characters."""
    marked = "".join(sign if sign.isascii() else "\0" for sign in text)
    while "\0\0" in marked:
        marked = marked.replace("\0\0", "\0")
    return marked.replace("\0", "?")


def wrap(text: str, columns: int, most: int) -> list[str]:
    """Lines of about the same length, at most `most`; breaks between words, and ends in “...” if there is more.

    Only a word longer than a whole line is divided.
    """
    words = [piece for word in text.split() for piece in _divided(word, columns)]
    lines = _filled(words, columns)
    if len(lines) > most:
        return [*lines[: most - 1], _shortened(lines[most - 1], columns)]
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
    while len(words) > 1 and len(" ".join(words)) + len(_MORE) > columns:
        words.pop()
    return " ".join(words)[: columns - len(_MORE)].rstrip(" ,;:/-(") + _MORE
