"""Families of printers: status codec, resolution, QR codes, cutter. Everything else is probed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from printer.transport.status import STATUS_CODECS, StatusCodec

QrWay = Literal["native", "raster", "none"]
CutWay = Literal["partial", "full", "none"]


@dataclass(frozen=True, slots=True)
class Model:
    """Properties of a model that cannot be probed. `dpi` is 203 or 180."""

    codec: str
    dpi: int = 203
    qr: QrWay = "native"
    """`native`: the printer's own command; `raster`: a small picture that the printer doubles; or `none`."""
    cut: CutWay = "partial"
    """`none`: without a cutter the paper is fed to the tear-off edge."""

    @property
    def has_presenter(self) -> bool:
        """Whether the model can report that its presenter holds a slip."""
        return self.codec == "custom"

    @property
    def query_status(self) -> StatusCodec:
        """The function that queries the model's condition."""
        return STATUS_CODECS[self.codec]


# No model was tried on hardware yet; docs/printing.md rates each. A key of the address overrides a field.
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
