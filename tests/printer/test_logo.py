"""Pictures from outside: what becomes of good ones, and that bad ones are refused before they cost anything."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from printer.paper.document import PAPER_SIZES
from printer.paper.logo import LARGEST_FILE, convert_logo
from printer.paper.raster import logo_image
from printer.paper.template import LARGEST_LOGO
from printer.ports import Logo


def png(image: Image.Image, **options: object) -> bytes:
    """Encode a picture as PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def emblem(mode: str = "RGB", size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Draw a dark disc on white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((50, 20, size[0] - 50, size[1] - 20), fill="#203040")
    return image.convert(mode)


def dark(logo: Logo) -> float:
    """Return the share of black dots."""
    return sum(byte.bit_count() for byte in logo.bits) / (logo.width * logo.height)


def chunk(name: bytes, data: bytes) -> bytes:
    """Make a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def made_by_hand(width: int, height: int, *chunks: bytes) -> bytes:
    """Make a PNG file of these chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_the_same_logo(mode: str) -> None:
    """The empty border is cut off, the rest is as wide as asked for."""
    if mode == "I;16":
        values = [value * 257 for value in emblem("L").tobytes()]
        image = Image.frombytes("I;16", (400, 200), struct.pack(f"<{len(values)}H", *values))
    else:
        image = emblem(mode)
    logo = convert_logo(png(image), width=200)
    assert (logo.width, logo.height) == (200, 107)
    assert 0.75 < dark(logo) < 0.82, "a disc fills π/4 of its box"


def test_what_is_transparent_is_paper() -> None:
    image = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 49, 49), fill=(0, 0, 0, 255))
    ImageDraw.Draw(image).rectangle((99, 0, 99, 49), fill=(0, 0, 0, 255))
    assert 0.45 < dark(convert_logo(png(image), width=100)) < 0.55


def test_grey_is_black_white_or_dots() -> None:
    image = Image.new("L", (200, 100), 150)
    assert dark(convert_logo(png(image), width=200, threshold=200)) == 1
    assert 0.3 < dark(convert_logo(png(image), width=200, dither=True)) < 0.5
    with pytest.raises(ValueError, match="raise the threshold"):
        convert_logo(png(image), width=200)


def test_the_dots_are_those_of_the_picture() -> None:
    """Odd widths too: what fills a row up is not black."""
    logo = convert_logo(png(Image.new("L", (101, 30), 0)), width=101)
    assert (logo.width, logo.height, dark(logo)) == (101, 30, 1)
    assert logo_image(logo).getextrema() == (0, 0)


def test_a_tall_picture_becomes_narrow() -> None:
    logo = convert_logo(png(Image.new("L", (100, 1000), 0)), width=300)
    assert (logo.width, logo.height) == (20, LARGEST_LOGO[1])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "no PNG"),
        (b"GIF89a" + bytes(100), "no PNG"),
        (b"\x89PNG\r\n\x1a\n", "no PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no PNG"),
        (b'<svg onload="alert(1)"/>' * 9, "no PNG"),
        (made_by_hand(100_000, 100_000), "100000 x 100000"),
        (made_by_hand(0, 10), "no PNG"),
        (made_by_hand(100, 100), "damaged"),
        (made_by_hand(100, 100, chunk(b"IDAT", b"nonsense")), "damaged"),
        (made_by_hand(100, 100, chunk(b"IDAT", zlib.compress(b"")[:3])), "damaged"),
        (png(emblem())[:900], "damaged"),
        (png(Image.new("L", (50, 50), 255)), "empty"),
        (bytes(LARGEST_FILE + 1), "KB"),
    ],
)
def test_what_is_no_logo_is_refused(file: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        convert_logo(file)


def test_a_text_that_unfolds_is_not_unfolded() -> None:
    """20 KB of compressed zeros would be 20 MB."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9))
    rows = chunk(b"IDAT", zlib.compress((b"\0" + bytes(10)) * 10))
    with pytest.raises(ValueError, match="damaged"):
        convert_logo(made_by_hand(10, 10, bomb, rows))


def test_damage_of_any_kind_is_a_sentence() -> None:
    """Three hundred files, each with a few wrong bytes: a logo comes of it, or a ValueError."""
    chance, good = random.Random(7), png(emblem(size=(120, 60)))
    for _ in range(300):
        file = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            file[chance.randrange(len(file))] = chance.randrange(256)
        try:
            logo = convert_logo(bytes(file))
        except ValueError:
            continue
        assert logo.width <= LARGEST_LOGO[0]


@pytest.mark.parametrize("choice", [{"width": 63}, {"width": 577}, {"threshold": 0}, {"threshold": 256}])
def test_choices_have_bounds(choice: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="from"):
        convert_logo(png(emblem()), **choice)


def test_it_is_small_enough_for_a_slow_line() -> None:
    """As it comes by default: 5 seconds at 9600 baud at most, and it fits narrow paper."""
    assert len(convert_logo(png(emblem())).bits) < 960 * 5
    assert PAPER_SIZES[58].dots >= convert_logo(png(emblem())).width
