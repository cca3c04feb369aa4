"""Numbers and labels of tickets, and the random tokens that stand for them."""

from __future__ import annotations

import re
import secrets

LARGEST_NUMBER = 9999
_LABEL = re.compile(r"([A-Z]{1,4})[ -]?0*([0-9]{1,4})", re.ASCII)
# No vowels and no look-alikes: a token is never a word and can be read out over a telephone.
_TOKEN_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
TOKEN_LENGTH = 12


def label(series: str, number: int) -> str:
    """The number as people read it: series and at least three digits, "A-012"."""
    return f"{series}-{number:03d}"


def parse_label(text: str) -> tuple[str, int] | None:
    """Series and number of a label as people type it ("a12", "A-012", "AB 7"); None if it is none."""
    found = _LABEL.fullmatch(text.strip().upper())
    return None if found is None else (found[1], int(found[2]))


def new_token() -> str:
    """A random public token of 57 bits; whoever holds it may see this one ticket."""
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))


def is_token(text: str) -> bool:
    """Whether `text` can be a token at all, checked before the database is asked."""
    return len(text) == TOKEN_LENGTH and set(text) <= set(_TOKEN_ALPHABET)
