"""Document → ESC/POS bytes, by python-escpos with a profile of our own.

Characters and QR code are the printer's own: a few hundred bytes, where a picture would be tens of thousands.
"""

from __future__ import annotations

import importlib
import shutil
from dataclasses import dataclass
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any

from printer.paper.document import Cut, Feed, Number, Picture, Qr, Rule, Text
from printer.paper.qr import qr_matrix
from printer.paper.raster import draw_line, logo_image
from printer.paper.text_lines import to_ascii
from printer.transport.printer_models import Model

if TYPE_CHECKING:
    from printer.paper.document import Block, Document, PaperSize

# Dashes of eight times the normal width: a rule of few bytes.
_RULE_STRETCH = 8
_LEVEL_M = 1
CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x04"}
"""Each command feeds to the cutter by itself (the library's own feed wastes 12 mm), or to the tear-off edge."""


def encode(document: Document, paper: PaperSize, model: Model | None = None) -> bytes:
    """Encode a document as ESC/POS bytes, from initialising the printer to the cut."""
    pen = _Pen(_device(paper), paper, model or Model("epson"))
    for block in document.blocks:
        pen.put(block)
    return bytes(pen.device.output)


def warm_up() -> None:
    """Load the library now (0.2 s) rather than with the first ticket."""
    _library()


@cache
def _library() -> tuple[Any, Any]:
    capabilities = importlib.import_module("escpos.capabilities")
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in environ:
        # The library's pickle cache is in a random folder that no later process would find.
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return importlib.import_module("escpos.printer").Dummy, capabilities.Profile


def _device(paper: PaperSize) -> Any:
    dummy, profile = _library()
    own_profile = profile()
    own_profile.profile_data = {
        "codePages": {"0": "CP437"},
        "fonts": {"0": {"name": "Font A", "columns": paper.columns}},
        "media": {"width": {"pixels": paper.dots, "mm": paper.mm}},
    }
    device = dummy(profile=own_profile, magic_encode_args={"encoding": "CP437"})
    device.hw("INIT")
    device.set(align="center")
    return device


@dataclass(frozen=True)
class _Style:
    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False


class _Pen:
    """Writes blocks to a device, sending only commands that change the style."""

    def __init__(self, device: Any, paper: PaperSize, model: Model) -> None:
        self.device = device
        self._paper = paper
        self._model = model
        self._style = _Style()

    def put(self, block: Block) -> None:
        match block:
            case Text(text, width, height, bold, inverse):
                self._text(text, _Style(width, height, bold, inverse))
            case Number(text, size):
                self._write(to_ascii(text), _Style(size, size))
            case Rule():
                self._write("-" * (self._paper.columns // _RULE_STRETCH), _Style(width=_RULE_STRETCH))
            case Qr(data, module):
                self._use(_Style())
                self._qr(data, module)
            case Picture(logo):
                self._use(_Style())
                self.device.image(logo_image(logo))
            case Feed(lines):
                self._use(_Style(bold=self._style.bold))
                self.device.ln(lines)
            case Cut():
                self.device._raw(CUTS[self._model.cut])

    def _qr(self, data: str, module: int) -> None:
        if self._model.qr == "native":
            self.device.qr(data, ec=_LEVEL_M, size=module, native=True)
        elif self._model.qr == "raster":
            self.device._raw(_qr_picture(data, module))

    def _text(self, text: str, style: _Style) -> None:
        picture = None if text.isascii() else draw_line(text, self._paper.dots, height=style.height, bold=style.bold)
        if picture is None:
            self._write(to_ascii(text), style)
        else:
            self.device.image(picture)

    def _write(self, text: str, style: _Style) -> None:
        self._use(style)
        self.device.textln(text)

    def _use(self, style: _Style) -> None:
        now, self._style = self._style, style
        if (now.width, now.height) != (style.width, style.height):
            self.device.set(custom_size=True, width=style.width, height=style.height)
        if now.bold != style.bold:
            self.device.set(bold=style.bold)
        if now.inverse != style.inverse:
            self.device.set(invert=style.inverse)


def _qr_picture(data: str, module: int) -> bytes:
    """Encode a QR code as a raster picture; the printer doubles it both ways, which needs a quarter of the bytes."""
    doubled = module % 2 == 0
    side = module // 2 if doubled else module
    rows = [_packed([dark for dark in row for _ in range(side)]) for row in qr_matrix(data)]
    width, height = len(rows[0]), len(rows) * side
    head = b"\x1dv0" + bytes((3 if doubled else 0,)) + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return head + b"".join(row * side for row in rows)


def _packed(dots: list[bool]) -> bytes:
    padded = dots + [False] * (-len(dots) % 8)
    return bytes(
        sum(dot << (7 - place) for place, dot in enumerate(padded[at : at + 8])) for at in range(0, len(padded), 8)
    )
