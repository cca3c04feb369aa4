"""Numbers and labels of tickets, and the random tokens that identify tickets in public links."""

from __future__ import annotations

import hashlib
import re
import secrets

LARGEST_NUMBER = 9999
_LABEL = re.compile(r"([A-Z]{1,4})[ -]?0*([0-9]{1,4})", re.ASCII)
# No vowels and no look-alikes: a token is never a word and can be read out over a telephone.
_TOKEN_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
TOKEN_LENGTH = 12


def label(series: str, number: int) -> str:
    """Format a number for people: series and at least three digits, "A-012"."""
    return f"{series}-{number:03d}"


def parse_label(text: str) -> tuple[str, int] | None:
    """Parse a label as people type it ("a12", "A-012", "AB 7") into series and number; None if it is not a label."""
    match = _LABEL.fullmatch(text.strip().upper())
    return None if match is None else (match[1], int(match[2]))


def new_token() -> str:
    """Return a random public token of 57 bits; its holder may see this one ticket."""
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))


def is_token(text: str) -> bool:
    """Whether `text` has the form of a token; saves a query for text that cannot be one."""
    return len(text) == TOKEN_LENGTH and set(text) <= set(_TOKEN_ALPHABET)


def digest(token: str) -> str:
    """Return the hash under which a token is stored: whoever reads the database learns no token."""
    return hashlib.sha256(token.encode()).hexdigest()
