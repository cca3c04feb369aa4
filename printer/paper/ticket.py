"""Layout of the ticket: texts, their order and size. `papers` lays out the other slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from printer.paper import other_slips
from printer.paper.blocks import LONGEST_FOOTER, LONGEST_NAME, large_text, text_lines, time_and_place
from printer.paper.document import CELL_WIDTH, LARGEST_SIZE, Cut, Document, Feed, Number, Picture, Qr, Rule, Text
from printer.paper.fields import LONGEST_URL
from printer.paper.qr import QUIET_ZONE, modules_per_side
from printer.paper.slip_phrases import plural_phrase, slip_phrase
from printer.paper.slips import ChecklistSlip, Slip, SummarySlip, TestSlip
from printer.paper.template import TemplateOptions
from printer.paper.text_lines import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from printer.paper.document import Block, PaperSize
    from printer.paper.slips import AnySlip

LONGEST_LABEL = 12
# Below 5 dots phones begin to fail on thermal paper.
MODULE = 6
SMALLEST_MODULE = 5
LONGEST_CODE = 200
"""Longest web address that becomes a QR code: up to here all paper widths have 5 dots for its modules."""
_ALL = TemplateOptions()


def lay_out(
    slip: AnySlip, paper: PaperSize, copy_no: int = 1, options: TemplateOptions = _ALL, *, qr: bool = True
) -> Document:
    """Lay out a slip; a copy (2, 3, …) of a ticket is marked as a copy. `qr`: whether the printer has QR codes."""
    match slip:
        case Slip():
            return Document(tuple(_ticket(slip, paper, copy_no, options, qr=qr)))
        case ChecklistSlip():
            return other_slips.checklist(slip, paper, options)
        case SummarySlip():
            return other_slips.summary(slip, paper)
        case TestSlip():
            return other_slips.printer_test(slip, paper, qr=qr)


def interrupted_mark() -> Document:
    """Lay out the mark that ends an interrupted print, so that nobody takes it for a ticket."""
    return Document((Feed(), Text(" BATAL ", width=2, height=2, bold=True, inverse=True), Feed(), Cut()))


def number_size(label: str, paper: PaperSize, maximum: int = LARGEST_SIZE) -> int:
    """Return the largest multiple of the normal size in which the label fits, from 1 to `maximum`."""
    return max(1, min(LARGEST_SIZE, maximum, paper.dots // (CELL_WIDTH * max(1, len(label)))))


def qr_module(data: str, paper: PaperSize) -> int:
    """Return the side of a QR code's modules in dots, so that the code with its quiet zone fits the paper."""
    return min(MODULE, paper.dots // (modules_per_side(data) + 2 * QUIET_ZONE))


def _ticket(slip: Slip, paper: PaperSize, copy_no: int, options: TemplateOptions, *, qr: bool) -> Iterator[Block]:
    yield from _header(slip, paper, options)
    yield from _number(slip, paper, copy_no, options)
    yield from _waiting_info(slip, paper, options)
    if options.show_qr and slip.url:
        yield from _qr_code(slip, paper) if qr and is_readable(slip.url, paper) else _address(slip, paper)
    yield from _footer(slip, paper, options)


def is_readable(url: str, paper: PaperSize) -> bool:
    """Whether phones can read a QR code of an address on this paper."""
    return len(url) <= LONGEST_CODE and qr_module(url, paper) >= SMALLEST_MODULE


def _qr_code(slip: Slip, paper: PaperSize) -> Iterator[Block]:
    yield Feed()
    yield Qr(slip.url, qr_module(slip.url, paper))
    yield Feed()
    yield from text_lines(slip_phrase(slip.language, "scan"), paper, 2)


def _address(slip: Slip, paper: PaperSize) -> Iterator[Block]:
    """Print the address as text, complete or not at all: a code that no phone reads is worse than none."""
    address = clean_text(slip.url, LONGEST_URL + 1)
    if len(address) <= LONGEST_URL:
        yield Feed()
        yield from text_lines(slip_phrase(slip.language, "visit"), paper, 2)
        for at in range(0, len(address), paper.columns):
            yield Text(address[at : at + paper.columns])


def _header(slip: Slip, paper: PaperSize, options: TemplateOptions) -> Iterator[Block]:
    if options.logo is not None:
        yield Picture(options.logo.within(paper.dots))
        yield Feed()
    if options.show_hall:
        yield from text_lines(slip.hall, paper, 2, bold=True)
    if options.show_agency:
        yield from text_lines(slip.agency, paper, 3)
    yield from large_text(slip.service, paper, 3)
    yield Rule()


def _number(slip: Slip, paper: PaperSize, copy_no: int, options: TemplateOptions) -> Iterator[Block]:
    if copy_no > 1:
        yield _mark(slip_phrase(slip.language, "copy"))
        yield Feed()
    yield Text(slip_phrase(slip.language, "number"))
    label = clean_text(slip.label, LONGEST_LABEL)
    yield Number(label, number_size(label, paper, options.number_scale))
    if slip.priority:
        yield _mark(slip_phrase(slip.language, "priority"))
        yield Feed()


def _waiting_info(slip: Slip, paper: PaperSize, options: TemplateOptions) -> Iterator[Block]:
    if options.show_zone and slip.zone:
        yield Text(slip_phrase(slip.language, "zone"))
        yield from large_text(slip.zone, paper, 2)
    if options.show_ahead and slip.ahead is not None:
        ahead = (
            plural_phrase(slip.language, "ahead", slip.ahead)
            if slip.ahead
            else slip_phrase(slip.language, "ahead.none")
        )
        yield from text_lines(ahead, paper, 1)
    if options.show_range and slip.wait_range is not None:
        yield from text_lines(_wait(slip.language, *slip.wait_range), paper, 2)


def _wait(language: str, low: int, high: int) -> str:
    return slip_phrase(language, "wait.range" if low < high else "wait.about", low=low, high=high)


def _footer(slip: Slip, paper: PaperSize, options: TemplateOptions) -> Iterator[Block]:
    if options.show_notice:
        yield from text_lines(slip_phrase(slip.language, "missed"), paper, 2)
    if options.show_documents and slip.documents:
        # About a hundred characters: more would make the ticket longer than 600 bytes.
        yield from text_lines(_documents(slip), paper, 2 if paper.columns > 40 else 3)
    yield Feed()
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    yield from text_lines(options.footer_in(slip.language, slip.footer), paper, 4, longest=LONGEST_FOOTER)
    yield Cut()


def _documents(slip: Slip) -> str:
    names = ", ".join(clean_text(name, LONGEST_NAME) for name in slip.documents)
    return slip_phrase(slip.language, "documents", documents=names)


def _mark(word: str) -> Text:
    return Text(f" {word} ", width=2, height=2, bold=True, inverse=True)
