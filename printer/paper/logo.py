"""Convert an uploaded picture into the small monochrome logo of a ticket. Uploads are untrusted."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from printer.invalid_value import InvalidValue
from printer.paper.template import LARGEST_LOGO, Logo

LARGEST_FILE = 1_000_000
"""Largest accepted file, in bytes."""
MAX_PIXELS = 4_000_000
"""A small file may decompress into gigabytes; the size in its header is checked before."""
WIDTHS = (64, 576)
_USUAL_WIDTH = 256
_MIDDLE = 128
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4sII")
# Exceptions that Pillow raises for damaged or malicious pictures.
_DAMAGED = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, EOFError, struct.error, zlib.error, Warning)


def convert_logo(picture: bytes, *, width: int = _USUAL_WIDTH, dither: bool = False, threshold: int = _MIDDLE) -> Logo:
    """Convert a PNG file to a logo, `width` dots wide, or narrower if it would be too high.

    Grey is black below `threshold` (0 to 255), or dithered. Raises Mistake, which says what is wrong.
    """
    if not WIDTHS[0] <= width <= WIDTHS[1]:
        raise InvalidValue(
            "range", f"a logo is from {WIDTHS[0]} to {WIDTHS[1]} dots wide", "width", least=WIDTHS[0], most=WIDTHS[1]
        )
    if not 1 <= threshold <= 255:
        raise InvalidValue("range", "the threshold is from 1 to 255", "threshold", least=1, most=255)
    _check(picture)
    grey = _fitted(_greyscale(picture), width)
    if grey.getextrema() == (255, 255):
        raise InvalidValue("picture_empty", "the picture is empty: there is nothing dark on it")
    dots = grey.convert("1") if dither else grey.point(lambda value: 255 if value >= threshold else 0).convert("1")
    bits = bytes(byte ^ 0xFF for byte in dots.tobytes())
    spare = -dots.width % 8
    if spare:  # the dots that fill up a row are not black
        mask, row = 0xFF << spare & 0xFF, (dots.width + 7) // 8
        bits = bytes(byte & mask if place % row == row - 1 else byte for place, byte in enumerate(bits))
    if not any(bits):
        raise InvalidValue("picture_faint", "nothing of the picture is dark enough: raise the threshold")
    return Logo(dots.width, dots.height, bits)


def _check(picture: bytes) -> None:
    """Raise Mistake unless the file begins with the header of a PNG of acceptable size."""
    if len(picture) > LARGEST_FILE:
        raise InvalidValue(
            "picture_large", f"the file has more than {LARGEST_FILE // 1000} KB", most=LARGEST_FILE // 1000
        )
    if not picture.startswith(_SIGNATURE) or len(picture) < len(_SIGNATURE) + _HEAD.size:
        raise InvalidValue("picture_kind", "the file is no PNG picture")
    _, name, width, height = _HEAD.unpack_from(picture, len(_SIGNATURE))
    if name != b"IHDR" or not width or not height:
        raise InvalidValue("picture_kind", "the file is no PNG picture")
    if width * height > MAX_PIXELS:
        text = f"the picture has {width} x {height} dots: make it smaller, 1000 x 1000 are more than enough"
        raise InvalidValue("picture_dots", text, width=width, height=height)


def _greyscale(picture: bytes) -> Image.Image:
    """Return the picture on white, in greyscale, without its empty border."""
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            opened.load()
            if opened.mode.startswith("I"):  # 16 bits a dot
                image = opened.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGBA")
            else:
                image = opened.convert("RGBA")
    except _DAMAGED as error:
        raise InvalidValue("picture_damaged", "the picture is damaged") from error
    paper = Image.new("RGBA", image.size, "white")
    grey = Image.alpha_composite(paper, image).convert("L")
    box = ImageOps.invert(grey).getbbox()
    return grey if box is None else grey.crop(box)


def _fitted(grey: Image.Image, width: int) -> Image.Image:
    scale = min(width / grey.width, LARGEST_LOGO[1] / grey.height)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey.resize(size, Image.Resampling.LANCZOS)
