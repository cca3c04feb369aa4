"""The ticket: which words, in which order and size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from printer.document import CELL_WIDTH, LARGEST_SIZE, Cut, Document, Feed, Number, Qr, Rule, Text
from printer.face import LONGEST_URL
from printer.lines import clean, wrap
from printer.wording import counted, long_date, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from printer.document import Block, Paper
    from printer.face import Slip

LONGEST_LABEL = 12
LONGEST_NAME = 160
LONGEST_FOOTER = 240
# Below 5 dots phones begin to fail on thermal paper.
MODULE = 6
QUIET_ZONE = 4
# Bytes that fit a QR code of level M of version 1, 2, ...; a version has 17 + 4 × version modules a side.
_QR_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


def lay_out(slip: Slip, paper: Paper, copy_no: int = 1) -> Document:
    """The paper of a ticket; a copy (2, 3, …) says that it is one."""
    return Document((*_head(slip, paper), *_number(slip, paper, copy_no), *_line(slip, paper), *_foot(slip, paper)))


def number_size(label: str, paper: Paper) -> int:
    """How many times the normal size a label may have."""
    return max(1, min(LARGEST_SIZE, paper.dots // (CELL_WIDTH * max(1, len(label)))))


def qr_module(data: str, paper: Paper) -> int:
    """Side of a QR code's squares in dots, so that the code with its quiet zone fits the paper."""
    length = len(data.encode())
    version = next((number for number, most in enumerate(_QR_BYTES, 1) if length <= most), len(_QR_BYTES) + 1)
    return min(MODULE, paper.dots // (17 + 4 * version + 2 * QUIET_ZONE))


def _head(slip: Slip, paper: Paper) -> Iterator[Block]:
    yield from _lines(slip.hall, paper, 2, bold=True)
    yield from _lines(slip.agency, paper, 3)
    yield from _large(slip.service, paper, 3)
    yield Rule()


def _number(slip: Slip, paper: Paper, copy_no: int) -> Iterator[Block]:
    if copy_no > 1:
        yield _mark(phrase(slip.language, "copy"))
        yield Feed()
    yield Text(phrase(slip.language, "number"))
    label = clean(slip.label, LONGEST_LABEL)
    yield Number(label, number_size(label, paper))
    if slip.priority:
        yield _mark(phrase(slip.language, "priority"))
        yield Feed()


def _line(slip: Slip, paper: Paper) -> Iterator[Block]:
    if slip.zone:
        yield Text(phrase(slip.language, "zone"))
        yield from _large(slip.zone, paper, 2)
    if slip.ahead is not None:
        ahead = counted(slip.language, "ahead", slip.ahead) if slip.ahead else phrase(slip.language, "ahead.none")
        yield from _lines(ahead, paper, 1)
    if slip.wait_range is not None:
        yield from _lines(_wait(slip.language, *slip.wait_range), paper, 2)
    if slip.url and len(slip.url) <= LONGEST_URL:
        yield Feed()
        yield Qr(slip.url, qr_module(slip.url, paper))
        yield Feed()
        yield from _lines(phrase(slip.language, "scan"), paper, 2)


def _wait(language: str, low: int, high: int) -> str:
    return phrase(language, "wait.range" if low < high else "wait.about", low=low, high=high)


def _foot(slip: Slip, paper: Paper) -> Iterator[Block]:
    yield from _lines(phrase(slip.language, "missed"), paper, 2)
    if slip.documents:
        yield from _lines(_documents(slip), paper, 3)
    yield Feed()
    date = long_date(slip.language, slip.issued_at)
    time = f"{slip.issued_at:%H:%M} {clean(slip.zone_name, 10)}"
    whole = f"{date}, {time}"
    for text in (whole,) if len(whole) <= paper.columns else (date, time):
        yield from _lines(text, paper, 1)
    yield from _lines(slip.footer, paper, 4, longest=LONGEST_FOOTER)
    yield Cut()


def _documents(slip: Slip) -> str:
    names = ", ".join(clean(name, LONGEST_NAME) for name in slip.documents)
    return phrase(slip.language, "documents", documents=names)


def _mark(word: str) -> Text:
    return Text(f" {word} ", width=2, height=2, bold=True, inverse=True)


def _large(text: str, paper: Paper, most: int) -> Iterator[Text]:
    """Bold and twice as tall; twice as wide too if it then fits in one line."""
    plain = clean(text, LONGEST_NAME)
    if 0 < len(plain) <= paper.columns // 2:
        yield Text(plain, width=2, height=2, bold=True)
        return
    for line in wrap(plain, paper.columns, most):
        yield Text(line, height=2, bold=True)


def _lines(text: str, paper: Paper, most: int, *, bold: bool = False, longest: int = LONGEST_NAME) -> Iterator[Text]:
    for line in wrap(clean(text, longest), paper.columns, most):
        yield Text(line, bold=bold)
