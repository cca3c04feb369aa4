"""The picture of a ticket."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from printer.paper.document import PAPER_SIZES
from printer.paper.preview import render
from printer.paper.ticket import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.ports import Slip


def picture(slip: Slip, mm: int) -> Image.Image:
    """Rendered and read again."""
    image = Image.open(io.BytesIO(render(lay_out(slip, PAPER_SIZES[mm]), PAPER_SIZES[mm])))
    image.load()
    return image


@pytest.mark.parametrize("mm", PAPER_SIZES)
@pytest.mark.parametrize("length", [20, 42, 100, 200])
def test_a_phone_can_read_it(make_slip: Callable[..., Slip], mm: int, length: int) -> None:
    """Also small and out of focus."""
    url = "http://x/".ljust(length, "y")
    image = picture(make_slip(url=url), mm)
    blurred = image.filter(ImageFilter.GaussianBlur(1.2)).resize((image.width * 3 // 4, image.height * 3 // 4))
    for seen in (image, blurred):
        assert [code.data.decode() for code in pyzbar.decode(seen)] == [url]


@pytest.mark.parametrize(("mm", "width"), [(80, 640), (58, 464)])
def test_as_wide_as_the_roll(make_slip: Callable[..., Slip], mm: int, width: int) -> None:
    """8 dots a millimetre and a margin of table on both sides."""
    image = picture(make_slip(), mm)
    assert image.width == width + 56
    assert image.format == "PNG"


def test_other_scripts_do_not_break_it(make_slip: Callable[..., Slip]) -> None:
    """Balinese, and a script without a font."""
    assert picture(make_slip(agency="ᬤᬶᬦᬲ᭄ Dinas", service="日本"), 58).height > 500
