"""Draw lines for which printers have no characters (Balinese script) with Pillow."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, features

if TYPE_CHECKING:
    from printer.paper.template import Logo

LATIN = "dejavu-sans-mono-400.ttf"
LATIN_BOLD = "dejavu-sans-mono-700.ttf"
BALINESE = "noto-sans-balinese-400.ttf"
TEXT_SHAPING = "text_shaping"
NO_SHAPING = "text shaping is missing, Balinese script is printed as ?: install libfribidi0 (Debian) and start again"
_FOLDER = Path(__file__).parent.parent / "fonts"
_BALINESE_SIZE = 26
_LATIN_SIZE = 20
_MARGIN = 3
# Characters of the Balinese block that the font has.
_BALINESE_CHARACTERS = frozenset(map(chr, (*range(0x1B00, 0x1B4C), *range(0x1B50, 0x1B7D))))


@cache
def load_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a font of this package, `size` pixels an em."""
    return ImageFont.truetype(_FOLDER / name, size)


def missing_fonts() -> list[str]:
    """Return the fonts of this package that are missing or cannot be read."""
    missing = []
    for name in (LATIN, LATIN_BOLD, BALINESE):
        try:
            load_font(name, _LATIN_SIZE)
        except OSError:
            missing.append(name)
    return missing


@cache
def can_shape() -> bool:
    """Whether Balinese is drawn correctly: without raqm and FriBiDi, Pillow silently draws characters one by one."""
    return all(features.check(name) is True for name in ("raqm", "fribidi"))


def missing_feature() -> str | None:
    """Return the code of what this machine lacks, `TEXT_SHAPING` (Balinese lines are printed as "?"), or None."""
    return None if can_shape() else TEXT_SHAPING


def shaping_advice() -> str | None:
    """Return what this machine lacks as an English sentence with advice, for logs and consoles, or None."""
    return None if can_shape() else NO_SHAPING


def logo_image(logo: Logo) -> Image.Image:
    """Return a logo as a picture, black on white."""
    inverted = bytes(byte ^ 0xFF for byte in logo.bits)
    return Image.frombytes("1", (logo.width, logo.height), inverted).convert("L")


def draw_line(text: str, dots: int, *, height: int = 1, bold: bool = False) -> Image.Image | None:
    """Draw a line, black on white, cropped, at most `dots` wide; None if the fonts lack a character."""
    if not can_shape() or not all(character.isascii() or character in _BALINESE_CHARACTERS for character in text):
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


def _is_latin(character: str) -> bool:
    return character.isascii() and character != " "


def _font(*, latin: bool, height: int, bold: bool) -> ImageFont.FreeTypeFont:
    if latin:
        return load_font(LATIN_BOLD if bold else LATIN, _LATIN_SIZE * height)
    return load_font(BALINESE, _BALINESE_SIZE * height)


def _drawn(parts: list[tuple[str, ImageFont.FreeTypeFont]], bold: bool) -> Image.Image:
    widths = [typeface.getlength(text) for text, typeface in parts]
    tallest = max(int(typeface.size) for _, typeface in parts)
    image = Image.new("L", (int(sum(widths)) + 2 * tallest, 4 * tallest), 255)
    pen = ImageDraw.Draw(image)
    x = float(tallest)
    for (text, typeface), width in zip(parts, widths, strict=True):
        heavier = 1 if bold and typeface.path == str(_FOLDER / BALINESE) else 0
        pen.text((x, 2 * tallest), text, font=typeface, fill=0, anchor="ls", stroke_width=heavier)
        x += width
    return image
