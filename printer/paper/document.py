"""Content of a printed slip as pure data, from which both ESC/POS bytes and preview picture are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from printer.paper.qr import modules_per_side

if TYPE_CHECKING:
    from printer.paper.template import Logo

CELL_WIDTH = 12
"""Width of a character of normal size, in dots."""
CELL_HEIGHT = 24
LINE_HEIGHT = 30
"""Distance between lines in dots; a taller line takes its own height."""
LARGEST_SIZE = 8
CUTTER_MM = 15
"""From the last line to the cutter, in millimetres: fed before each cut."""


@dataclass(frozen=True, slots=True)
class PaperSize:
    """Paper of a roll: width in millimetres, printable dots, characters of normal size in a line."""

    mm: int
    dots: int
    columns: int
    dpi: int = 203

    @property
    def dots_per_mm(self) -> float:
        """Dots in a millimetre, both along and across the paper."""
        return self.dpi / 25.4


PAPER_SIZES = {80: PaperSize(80, 576, 48), 58: PaperSize(58, 384, 32)}
PAPER_SIZES_180 = {80: PaperSize(80, 512, 42, 180), 58: PaperSize(58, 360, 30, 180)}


def paper_size(mm: int, dpi: int = 203) -> PaperSize:
    """Return the paper of a width at 203 or 180 dots per inch. Raises ValueError for an unsupported width."""
    papers = PAPER_SIZES_180 if dpi == 180 else PAPER_SIZES
    try:
        return papers[mm]
    except KeyError:
        raise ValueError(f"paper of {mm} mm is not known, use {' or '.join(map(str, papers))}") from None


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
    """A line of dashes across the slip."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, error correction level M; `module` is the side of its squares in dots.

    The feeds around it are part of its quiet zone.
    """

    data: str
    module: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A small monochrome picture, centred."""

    logo: Logo


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed to the cutter and cut."""


Block = Text | Number | Rule | Qr | Picture | Feed | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """A printed slip from top to bottom."""

    blocks: tuple[Block, ...]


def document_length_mm(document: Document, paper: PaperSize) -> int:
    """Return the paper that a document uses, in millimetres, including the feed to the cutter."""
    return round(sum(map(_height, document.blocks)) / paper.dots_per_mm) + CUTTER_MM


def tickets_left(roll_mm: int, used_mm: int, ticket_mm: int) -> int:
    """Estimate the tickets left on a roll, never below 0. Raises ValueError if a ticket has no length."""
    if ticket_mm <= 0:
        raise ValueError("a ticket is longer than nothing")
    return max(0, roll_mm - used_mm) // ticket_mm


def _height(block: Block) -> int:
    """Return the height of a block in dots."""
    match block:
        case Text(height=size) | Number(size=size):
            return max(LINE_HEIGHT, CELL_HEIGHT * size)
        case Qr(data, module):
            return modules_per_side(data) * module
        case Picture(logo):
            return logo.height
        case Feed(lines):
            return lines * LINE_HEIGHT
        case Rule():
            return LINE_HEIGHT
        case Cut():
            return 0
