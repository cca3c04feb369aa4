"""Blocks that several kinds of slip share: lines, large lines, time and place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from printer.paper.document import PaperSize, Text
from printer.paper.slip_phrases import long_date
from printer.paper.text_lines import clean_text, wrap

LONGEST_NAME = 160


LONGEST_FOOTER = 240


def time_and_place(language: str, moment: datetime, zone_name: str, paper: PaperSize) -> Iterator[Text]:
    """Yield date and time with the short name of the time zone, in one line if they fit."""
    date = long_date(language, moment)
    time = f"{moment:%H:%M} {clean_text(zone_name, 10)}"
    whole = f"{date}, {time}"
    for text in (whole,) if len(whole) <= paper.columns else (date, time):
        yield from text_lines(text, paper, 1)


def large_text(text: str, paper: PaperSize, maximum: int) -> Iterator[Text]:
    """Yield a text bold and twice as tall; twice as wide too if it then fits in one line."""
    plain = clean_text(text, LONGEST_NAME)
    if 0 < len(plain) <= paper.columns // 2:
        yield Text(plain, width=2, height=2, bold=True)
        return
    for line in wrap(plain, paper.columns, maximum):
        yield Text(line, height=2, bold=True)


def text_lines(
    text: str, paper: PaperSize, maximum: int, *, bold: bool = False, longest: int = LONGEST_NAME
) -> Iterator[Text]:
    """Yield a text in at most `maximum` lines."""
    for line in wrap(clean_text(text, longest), paper.columns, maximum):
        yield Text(line, bold=bold)
