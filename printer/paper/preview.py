"""Render a document as a picture on the printer's grid of dots; for kiosks without a printer and for editors."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

from printer.paper.document import CELL_HEIGHT, CELL_WIDTH, LINE_HEIGHT, Cut, Feed, Number, Picture, Qr, Rule, Text
from printer.paper.qr import qr_matrix
from printer.paper.raster import LATIN, LATIN_BOLD, draw_line, load_font, logo_image
from printer.paper.text_lines import to_ascii

if TYPE_CHECKING:
    from printer.paper.document import Block, Document, PaperSize
    from printer.paper.template import Logo

_PAPER, _INK, _BACKGROUND, _SHADE = 255, 24, 222, 176
_EM = 20  # the font's characters are then as wide as a cell
_TOP, _BOTTOM, _MARGIN, _TOOTH = 40, 56, 28, 8


def render(document: Document, paper: PaperSize) -> bytes:
    """Render a document as PNG, dot for dot: as wide as the roll plus a margin of background."""
    picture = io.BytesIO()
    _on_background(_printed(document, paper)).save(picture, "PNG", compress_level=6)
    return picture.getvalue()


def _printed(document: Document, paper: PaperSize) -> Image.Image:
    side = (paper.mm * (paper.dpi // 25) - paper.dots) // 2
    pieces = [piece for block in document.blocks if (piece := _piece(block, paper)) is not None]
    height = _TOP + sum(piece.height for piece in pieces) + _BOTTOM
    sheet = Image.new("L", (paper.dots + 2 * side, height), _PAPER)
    y = _TOP
    for piece in pieces:
        sheet.paste(piece, (side, y))
        y += piece.height
    return sheet


def _piece(block: Block, paper: PaperSize) -> Image.Image | None:
    match block:
        case Text():
            return _text(block, paper)
        case Number(text, size):
            # The font marks its zero with a dot, which at this size is mistaken for an 8.
            return _row(to_ascii(text).replace("0", "O"), paper, size, size, bold=True)
        case Rule():
            return _rule(paper)
        case Qr(data, module):
            return _qr(data, module, paper)
        case Picture(logo):
            return _logo(logo, paper)
        case Feed(lines):
            return _blank(paper, lines * LINE_HEIGHT)
        case Cut():
            return None


def _blank(paper: PaperSize, height: int) -> Image.Image:
    return Image.new("L", (paper.dots, height), _PAPER)


def _text(line: Text, paper: PaperSize) -> Image.Image:
    drawn = None if line.text.isascii() else draw_line(line.text, paper.dots, height=line.height, bold=line.bold)
    if drawn is None:
        row = _row(to_ascii(line.text), paper, line.width, line.height, bold=line.bold)
        return _inverted(row, line, paper) if line.inverse else row
    piece = _blank(paper, drawn.height)
    piece.paste(drawn.point(lambda value: value or _INK), ((paper.dots - drawn.width) // 2, 0))
    return piece


def _row(text: str, paper: PaperSize, width: int, height: int, *, bold: bool) -> Image.Image:
    """Draw a line of characters, each in its own cell as the printer does."""
    cell = CELL_WIDTH * height
    typeface = load_font(LATIN_BOLD if bold else LATIN, _EM * height)
    line = Image.new("L", (cell * len(text), CELL_HEIGHT * height), _PAPER)
    pen = ImageDraw.Draw(line)
    baseline = CELL_HEIGHT * height * 4 // 5
    for place, character in enumerate(text):
        pen.text((cell * place + cell / 2, baseline), character, font=typeface, fill=_INK, anchor="ms")
    if width != height:
        line = line.resize((CELL_WIDTH * width * len(text), line.height), Image.Resampling.LANCZOS)
    row = _blank(paper, max(LINE_HEIGHT, line.height))
    row.paste(line, ((paper.dots - line.width) // 2, 0))
    return row


def _inverted(row: Image.Image, line: Text, paper: PaperSize) -> Image.Image:
    wide = CELL_WIDTH * line.width * len(line.text)
    left = (paper.dots - wide) // 2
    box = (left, 0, left + wide, CELL_HEIGHT * line.height)
    row.paste(row.crop(box).point(lambda value: _PAPER + _INK - value), box)
    return row


def _rule(paper: PaperSize) -> Image.Image:
    row = _blank(paper, LINE_HEIGHT)
    pen = ImageDraw.Draw(row)
    dash = CELL_WIDTH * 8
    for x in range(0, paper.dots, dash):
        pen.rectangle((x + 8, 12, x + dash - 9, 13), fill=_INK)
    return row


def _qr(data: str, module: int, paper: PaperSize) -> Image.Image:
    squares = qr_matrix(data)
    small = Image.new("L", (len(squares), len(squares)))
    small.putdata([_INK if dark else _PAPER for row in squares for dark in row])
    drawn = small.resize((len(squares) * module, len(squares) * module), Image.Resampling.NEAREST)
    piece = _blank(paper, drawn.height)
    piece.paste(drawn, ((paper.dots - drawn.width) // 2, 0))
    return piece


def _logo(logo: Logo, paper: PaperSize) -> Image.Image:
    drawn = logo_image(logo)
    piece = _blank(paper, drawn.height)
    piece.paste(drawn.point(lambda value: value or _INK), ((paper.dots - drawn.width) // 2, 0))
    return piece


def _on_background(sheet: Image.Image) -> Image.Image:
    """Draw the sheet with the cutter's teeth at both ends and a soft shadow."""
    mask = Image.new("L", sheet.size, 255)
    pen = ImageDraw.Draw(mask)
    for x in range(0, sheet.width, 2 * _TOOTH):
        pen.polygon([(x, 0), (x + _TOOTH, _TOOTH), (x + 2 * _TOOTH, 0)], fill=0)
        pen.polygon([(x, sheet.height), (x + _TOOTH, sheet.height - _TOOTH), (x + 2 * _TOOTH, sheet.height)], fill=0)
    size = (sheet.width + 2 * _MARGIN, sheet.height + 2 * _MARGIN)
    shadow = Image.new("L", size, _BACKGROUND)
    shadow.paste(_SHADE, (_MARGIN, _MARGIN + 6), mask)
    picture = shadow.filter(ImageFilter.GaussianBlur(7))
    picture.paste(sheet, (_MARGIN, _MARGIN), mask)
    return picture
