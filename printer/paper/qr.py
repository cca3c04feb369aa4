"""QR codes, error correction level M, encoded in one piece as printers do it."""

from __future__ import annotations

import importlib
from typing import Any

QUIET_ZONE = 4
# Bytes that fit a QR code of level M of version 1, 2, ...; a version has 17 + 4 × version modules a side.
_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


def modules_per_side(data: str) -> int:
    """Return the modules a side of the QR code of `data`, without the quiet zone."""
    length = len(data.encode())
    version = next((number for number, capacity in enumerate(_BYTES, 1) if length <= capacity), len(_BYTES) + 1)
    return 17 + 4 * version


def qr_matrix(data: str) -> list[list[bool]]:
    """Return the modules of the QR code of `data`, row by row, True is dark; without the quiet zone."""
    qrcode: Any = importlib.import_module("qrcode")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(data, optimize=0)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows
