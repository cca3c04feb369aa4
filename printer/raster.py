"""Lines that a printer has no characters for, drawn by Pillow: Balinese script."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, features

if TYPE_CHECKING:
    from printer.template import Logo

LATIN = "dejavu-sans-mono-400.ttf"
LATIN_BOLD = "dejavu-sans-mono-700.ttf"
BALINESE = "noto-sans-balinese-400.ttf"
TEXT_SHAPING = "text_shaping"
NO_SHAPING = "text shaping is missing, Balinese script is printed as ?: install libfribidi0 (Debian) and start again"
_FOLDER = Path(__file__).parent / "fonts"
_BALINESE_SIZE = 26
_LATIN_SIZE = 20
_MARGIN = 3
# What the font has of the Balinese block.
_BALINESE_SIGNS = frozenset(map(chr, (*range(0x1B00, 0x1B4C), *range(0x1B50, 0x1B7D))))


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of this package, `size` pixels an em."""
    return ImageFont.truetype(_FOLDER / name, size)


def missing_fonts() -> list[str]:
    """The fonts of this package that are not there or cannot be read."""
    missing = []
    for name in (LATIN, LATIN_BOLD, BALINESE):
        try:
            font(name, _LATIN_SIZE)
        except OSError:
            missing.append(name)
    return missing


@cache
def can_shape() -> bool:
    """Whether Balinese comes out right: without raqm and FriBiDi, Pillow draws signs one by one and says nothing."""
    return all(features.check(name) is True for name in ("raqm", "fribidi"))


def lacking() -> str | None:
    """Code of what this machine lacks, `TEXT_SHAPING`, so that a Balinese line is marked with "?"; None if nothing."""
    return None if can_shape() else TEXT_SHAPING


def shaping_trouble() -> str | None:
    """The same as a sentence for logs and consoles, with what to do."""
    return None if can_shape() else NO_SHAPING


def logo_image(logo: Logo) -> Image.Image:
    """A logo as black on white."""
    inverted = bytes(byte ^ 0xFF for byte in logo.bits)
    return Image.frombytes("1", (logo.width, logo.height), inverted).convert("L")


def strip(text: str, dots: int, *, height: int = 1, bold: bool = False) -> Image.Image | None:
    """A line as black on white, cropped, at most `dots` wide; None if it cannot be drawn properly."""
    if not can_shape() or not all(sign.isascii() or sign in _BALINESE_SIGNS for sign in text):
        return None
    parts = [("".join(run), latin) for latin, run in groupby(text, key=_is_latin)]
    drawn = _drawn([(part, _font(latin=latin, height=height, bold=bold)) for part, latin in parts], bold)
    box = drawn.point(lambda value: 255 - value).getbbox()
    if box is None:
        return None
    image = drawn.crop((box[0], max(0, box[1] - _MARGIN), box[2], box[3] + _MARGIN))
    if image.width > dots:
        image = image.resize((dots, max(1, image.height * dots // image.width)), Image.Resampling.LANCZOS)
    return image.point(lambda value: 255 if value > 127 else 0)


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign != " "


def _font(*, latin: bool, height: int, bold: bool) -> ImageFont.FreeTypeFont:
    if latin:
        return font(LATIN_BOLD if bold else LATIN, _LATIN_SIZE * height)
    return font(BALINESE, _BALINESE_SIZE * height)


def _drawn(parts: list[tuple[str, ImageFont.FreeTypeFont]], bold: bool) -> Image.Image:
    widths = [face.getlength(text) for text, face in parts]
    tallest = max(int(face.size) for _, face in parts)
    image = Image.new("L", (int(sum(widths)) + 2 * tallest, 4 * tallest), 255)
    pen = ImageDraw.Draw(image)
    x = float(tallest)
    for (text, face), width in zip(parts, widths, strict=True):
        heavier = 1 if bold and face.path == str(_FOLDER / BALINESE) else 0
        pen.text((x, 2 * tallest), text, font=face, fill=0, anchor="ls", stroke_width=heavier)
        x += width
    return image
