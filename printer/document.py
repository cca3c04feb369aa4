"""What is on a paper, as pure data: the one description from which bytes and picture are made."""

from __future__ import annotations

from dataclasses import dataclass

CELL_WIDTH = 12
"""Width of a character of normal size, in dots."""
CELL_HEIGHT = 24
LINE_HEIGHT = 30
"""From a line to the next, in dots; a taller line takes its own height."""
LARGEST_SIZE = 8


@dataclass(frozen=True, slots=True)
class Paper:
    """A roll: its width in millimetres, the dots that can be printed, the characters of normal size in a line."""

    mm: int
    dots: int
    columns: int


PAPERS = {80: Paper(80, 576, 48), 58: Paper(58, 384, 32)}


def paper_of(mm: int) -> Paper:
    """The paper of a width; ValueError for a width that no printer of the hall has."""
    try:
        return PAPERS[mm]
    except KeyError:
        raise ValueError(f"paper of {mm} mm is not known, use {' or '.join(map(str, PAPERS))}") from None


@dataclass(frozen=True, slots=True)
class Text:
    """One centred line, never longer than the paper; width and height multiply the normal size."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """The ticket's label in the largest size that fits."""

    text: str
    size: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of dashes across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, error correction level M; `module` is the side of its squares in dots.

    The feeds around it are part of its quiet zone.
    """

    data: str
    module: int


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed to the knife and cut."""


Block = Text | Number | Rule | Qr | Feed | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """A paper from top to bottom."""

    blocks: tuple[Block, ...]
