"""Layout of the other slips (documents to bring, daily summary, printer test), and the blocks that all slips share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from printer.paper.blocks import LONGEST_FOOTER, LONGEST_NAME, large_text, text_lines, time_and_place
from printer.paper.document import Cut, Document, Feed, Picture, Qr, Rule, Text
from printer.paper.qr import QUIET_ZONE, modules_per_side
from printer.paper.slip_phrases import slip_phrase
from printer.paper.text_lines import clean_text, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from printer.paper.document import Block, PaperSize
    from printer.paper.slips import ChecklistSlip, SummarySlip, TestSlip
    from printer.paper.template import TemplateOptions

MAX_DOCUMENTS = 40
MAX_ROWS = 80
_BOX = "[ ] "
_TEST_ADDRESS = "http://printer.test/ok"
_TEST_MODULE = 6


def checklist(slip: ChecklistSlip, paper: PaperSize, options: TemplateOptions) -> Document:
    """Lay out the documents of a service with boxes to tick, marked as no queue number."""
    return Document(tuple(_checklist(slip, paper, options)))


def summary(slip: SummarySlip, paper: PaperSize) -> Document:
    """Lay out the daily summary: names on the left, figures on the right."""
    return Document(tuple(_summary(slip, paper)))


def printer_test(slip: TestSlip, paper: PaperSize, *, qr: bool) -> Document:
    """Lay out a printer test: a ruler as wide as the paper, the largest characters, a QR code if `qr`, the name."""
    return Document(tuple(_test(slip, paper, qr=qr)))


def _checklist(slip: ChecklistSlip, paper: PaperSize, options: TemplateOptions) -> Iterator[Block]:
    if options.logo is not None:
        yield Picture(options.logo.within(paper.dots))
        yield Feed()
    yield from text_lines(slip.hall, paper, 2, bold=True)
    yield from text_lines(slip.agency, paper, 3)
    yield from large_text(slip.service, paper, 3)
    yield Rule()
    yield from text_lines(slip_phrase(slip.language, "checklist.title"), paper, 2, bold=True)
    for name in slip.documents[:MAX_DOCUMENTS]:
        yield from _item(name, paper)
    if not slip.documents:
        yield from text_lines(slip_phrase(slip.language, "checklist.none"), paper, 2)
    yield Rule()
    yield from text_lines(slip_phrase(slip.language, "checklist.no_number"), paper, 2, bold=True)
    yield Feed()
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    # The template's footer is about a number (“keep this ticket”), which a checklist is not.
    yield from text_lines(slip.footer, paper, 4, longest=LONGEST_FOOTER)
    yield Cut()


def _summary(slip: SummarySlip, paper: PaperSize) -> Iterator[Block]:
    yield from text_lines(slip.hall, paper, 2, bold=True)
    yield from large_text(slip.title, paper, 2)
    yield Rule()
    for name, figure in slip.rows[:MAX_ROWS]:
        yield Text(_row(name, figure, paper.columns))
    yield Rule()
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    yield Cut()


def _test(slip: TestSlip, paper: PaperSize, *, qr: bool) -> Iterator[Block]:
    yield from text_lines(slip.hall, paper, 2, bold=True)
    yield from large_text(slip_phrase(slip.language, "test.title"), paper, 2)
    yield from text_lines(
        slip_phrase(slip.language, "test.printer", printer=clean_text(slip.printer, LONGEST_NAME)), paper, 2
    )
    # The ends of the ruler are missing if the printer is set to another paper width.
    yield Text(("1234567890" * 5)[: paper.columns])
    yield Rule()
    yield Text("8", width=8, height=8, bold=True)
    yield Text(" 1234 ", width=2, height=2, bold=True, inverse=True)
    yield Feed()
    if qr:
        yield Qr(_TEST_ADDRESS, min(_TEST_MODULE, paper.dots // (modules_per_side(_TEST_ADDRESS) + 2 * QUIET_ZONE)))
        yield Feed()
    yield from text_lines(f"{paper.mm} mm, {paper.dots} dots, {paper.columns} columns, {paper.dpi} dpi", paper, 2)
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    yield Cut()


def _item(name: str, paper: PaperSize) -> Iterator[Text]:
    """Yield one document, its lines behind the box; padded, so that centring leaves the lines on the left."""
    room = paper.columns - len(_BOX)
    for place, line in enumerate(wrap(clean_text(name, LONGEST_NAME), room, 3)):
        yield Text(((_BOX if place == 0 else " " * len(_BOX)) + line).ljust(paper.columns))


def _row(name: str, figure: str, columns: int) -> str:
    right = clean_text(figure, columns // 2)
    left = clean_text(name, columns - len(right) - 1)
    return left.ljust(columns - len(right)) + right
