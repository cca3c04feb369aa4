"""Families of printers: how they are asked, what they draw themselves, how they cut. Everything else is probed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from printer.status import CODECS, Codec

QrWay = Literal["native", "raster", "none"]
CutWay = Literal["partial", "full", "none"]


@dataclass(frozen=True, slots=True)
class Model:
    """What must be known beforehand. `dpi` is 203 or 180."""

    codec: str
    dpi: int = 203
    qr: QrWay = "native"
    """By the printer's own command; as a small picture that the printer doubles; or none at all."""
    cut: CutWay = "partial"
    """A printer without a knife feeds the paper to its tear-off edge."""

    @property
    def presents(self) -> bool:
        """Whether it can tell that a paper lies in its mouth."""
        return self.codec == "custom"

    @property
    def talk(self) -> Codec:
        """How it is asked for its condition."""
        return CODECS[self.codec]


# None has been tried on hardware yet; docs/printing.md says how good each is. A key of the address overrides a field.
MODELS: Mapping[str, Model] = {
    "generic": Model("epson"),
    "epson": Model("epson"),
    "epson180": Model("epson", dpi=180),
    "custom": Model("custom"),
    "nippon": Model("nippon"),
    "star": Model("epson"),
    "clone": Model("epson", qr="raster"),
    "clone58": Model("epson", qr="raster", cut="none"),
}
