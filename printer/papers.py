"""Layout of the other slips (documents to bring, daily summary, printer test), and the blocks that all slips share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from printer.document import Cut, Document, Feed, Picture, Qr, Rule, Text
from printer.lines import clean, wrap
from printer.qr import QUIET_ZONE, squares
from printer.wording import long_date, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from printer.document import Block, Paper
    from printer.slips import ChecklistSlip, SummarySlip, TestSlip
    from printer.template import TemplateOptions

LONGEST_NAME = 160
LONGEST_FOOTER = 240
MOST_DOCUMENTS = 40
MOST_ROWS = 80
_BOX = "[ ] "
_TEST_ADDRESS = "http://printer.test/ok"
_TEST_MODULE = 6


def checklist(slip: ChecklistSlip, paper: Paper, options: TemplateOptions) -> Document:
    """Lay out the documents of a service with boxes to tick, marked as no queue number."""
    return Document(tuple(_checklist(slip, paper, options)))


def summary(slip: SummarySlip, paper: Paper) -> Document:
    """Lay out the daily summary: names on the left, figures on the right."""
    return Document(tuple(_summary(slip, paper)))


def test(slip: TestSlip, paper: Paper, *, qr: bool) -> Document:
    """Lay out a printer test: a ruler as wide as the paper, the largest characters, a QR code if `qr`, the name."""
    return Document(tuple(_test(slip, paper, qr=qr)))


def _checklist(slip: ChecklistSlip, paper: Paper, options: TemplateOptions) -> Iterator[Block]:
    if options.logo is not None:
        yield Picture(options.logo.within(paper.dots))
        yield Feed()
    yield from lines(slip.hall, paper, 2, bold=True)
    yield from lines(slip.agency, paper, 3)
    yield from large(slip.service, paper, 3)
    yield Rule()
    yield from lines(phrase(slip.language, "checklist.title"), paper, 2, bold=True)
    for name in slip.documents[:MOST_DOCUMENTS]:
        yield from _item(name, paper)
    if not slip.documents:
        yield from lines(phrase(slip.language, "checklist.none"), paper, 2)
    yield Rule()
    yield from lines(phrase(slip.language, "checklist.no_number"), paper, 2, bold=True)
    yield Feed()
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    # The template's footer is about a number (“keep this ticket”), which a checklist is not.
    yield from lines(slip.footer, paper, 4, longest=LONGEST_FOOTER)
    yield Cut()


def _summary(slip: SummarySlip, paper: Paper) -> Iterator[Block]:
    yield from lines(slip.hall, paper, 2, bold=True)
    yield from large(slip.title, paper, 2)
    yield Rule()
    for name, figure in slip.rows[:MOST_ROWS]:
        yield Text(_row(name, figure, paper.columns))
    yield Rule()
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    yield Cut()


def _test(slip: TestSlip, paper: Paper, *, qr: bool) -> Iterator[Block]:
    yield from lines(slip.hall, paper, 2, bold=True)
    yield from large(phrase(slip.language, "test.title"), paper, 2)
    yield from lines(phrase(slip.language, "test.printer", printer=clean(slip.printer, LONGEST_NAME)), paper, 2)
    # The ends of the ruler are missing if the printer is set to another paper width.
    yield Text(("1234567890" * 5)[: paper.columns])
    yield Rule()
    yield Text("8", width=8, height=8, bold=True)
    yield Text(" 1234 ", width=2, height=2, bold=True, inverse=True)
    yield Feed()
    if qr:
        yield Qr(_TEST_ADDRESS, min(_TEST_MODULE, paper.dots // (squares(_TEST_ADDRESS) + 2 * QUIET_ZONE)))
        yield Feed()
    yield from lines(f"{paper.mm} mm, {paper.dots} dots, {paper.columns} columns, {paper.dpi} dpi", paper, 2)
    yield from time_and_place(slip.language, slip.issued_at, slip.zone_name, paper)
    yield Cut()


def _item(name: str, paper: Paper) -> Iterator[Text]:
    """Yield one document, its lines behind the box; padded, so that centring leaves the lines on the left."""
    room = paper.columns - len(_BOX)
    for place, line in enumerate(wrap(clean(name, LONGEST_NAME), room, 3)):
        yield Text(((_BOX if place == 0 else " " * len(_BOX)) + line).ljust(paper.columns))


def _row(name: str, figure: str, columns: int) -> str:
    right = clean(figure, columns // 2)
    left = clean(name, columns - len(right) - 1)
    return left.ljust(columns - len(right)) + right


def time_and_place(language: str, moment: datetime, zone_name: str, paper: Paper) -> Iterator[Text]:
    """Yield date and time with the short name of the time zone, in one line if they fit."""
    date = long_date(language, moment)
    time = f"{moment:%H:%M} {clean(zone_name, 10)}"
    whole = f"{date}, {time}"
    for text in (whole,) if len(whole) <= paper.columns else (date, time):
        yield from lines(text, paper, 1)


def large(text: str, paper: Paper, maximum: int) -> Iterator[Text]:
    """Yield a text bold and twice as tall; twice as wide too if it then fits in one line."""
    plain = clean(text, LONGEST_NAME)
    if 0 < len(plain) <= paper.columns // 2:
        yield Text(plain, width=2, height=2, bold=True)
        return
    for line in wrap(plain, paper.columns, maximum):
        yield Text(line, height=2, bold=True)


def lines(text: str, paper: Paper, maximum: int, *, bold: bool = False, longest: int = LONGEST_NAME) -> Iterator[Text]:
    """Yield a text in at most `maximum` lines."""
    for line in wrap(clean(text, longest), paper.columns, maximum):
        yield Text(line, bold=bold)
