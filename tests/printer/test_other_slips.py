"""The look of a ticket as data, the hall's other papers, and how much of a roll they use."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyzbar import pyzbar

from printer.invalid_value import InvalidValue
from printer.paper import raster
from printer.paper.document import (
    PAPER_SIZES,
    PAPER_SIZES_180,
    Document,
    Feed,
    Number,
    Picture,
    Qr,
    Text,
    document_length_mm,
    paper_size,
    tickets_left,
)
from printer.paper.preview import render
from printer.paper.qr import QUIET_ZONE, modules_per_side
from printer.paper.ticket import lay_out
from printer.ports import ChecklistSlip, Logo, SummarySlip, TemplateOptions, TestSlip, slip_from_json, slip_to_json
from printer.transport import escpos

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.paper.document import PaperSize
    from printer.ports import Slip

ALL_PAPERS = (*PAPER_SIZES.values(), *PAPER_SIZES_180.values())
AT = datetime(2026, 11, 23, 16, 5, tzinfo=timezone(timedelta(hours=8)))
LOGO = Logo(16, 3, b"\xff\xff\x80\x01\xff\xff")
CHECKLIST = ChecklistSlip("MPP Tabanan", "Disdukcapil", "KTP-el", ("KTP lama", "Kartu keluarga"), AT, "WITA", "id", "")
SUMMARY = SummarySlip(
    "MPP Tabanan", "Ringkasan hari ini", (("Nomor diambil", "312"), ("Selesai", "288")), AT, "WITA", "id"
)
TRIAL = TestSlip("MPP Tabanan", "utama", AT, "WITA", "en")


def words(document: Document) -> list[str]:
    """Return the lines of text."""
    return [block.text.strip() for block in document.blocks if isinstance(block, Text)]


@pytest.mark.parametrize(
    ("option", "gone"),
    [
        ("show_hall", "Mal Pelayanan Publik Kabupaten Tabanan"),
        ("show_agency", "Dinas Penanaman Modal dan"),
        ("show_zone", "Zona Utara"),
        ("show_ahead", "12 orang di depan Anda"),
        ("show_range", "Perkiraan tunggu 25-40 menit"),
        ("show_documents", "Siapkan: KTP-el"),
        ("show_notice", "Nomor terlewat? Hubungi petugas."),
    ],
)
def test_lines_can_be_left_out(make_slip: Callable[..., Slip], option: str, gone: str) -> None:
    """Each by its option, and nothing else changes."""
    slip = make_slip(documents=("KTP-el",))
    full = words(lay_out(slip, PAPER_SIZES[80]))
    less = words(lay_out(slip, PAPER_SIZES[80], options=TemplateOptions(**{option: False})))
    assert gone in full
    assert gone not in less
    assert set(less) < set(full)


def test_other_options(make_slip: Callable[..., Slip]) -> None:
    """No QR code, a smaller number, a footer of the hall, a logo at the top."""
    options = TemplateOptions(show_qr=False, number_scale=3, footer="Terima kasih", logo=LOGO)
    document = lay_out(make_slip(), PAPER_SIZES[80], options=options)
    assert document.blocks[0] == Picture(LOGO)
    assert not [block for block in document.blocks if isinstance(block, Qr)]
    assert [block.size for block in document.blocks if isinstance(block, Number)] == [3]
    assert words(document)[-1] == "Terima kasih"
    assert b"\x1dv0\x00\x02\x00\x03\x00\xff\xff\x80\x01\xff\xff" in escpos.encode(document, PAPER_SIZES[80])


def test_a_logo_too_wide_for_the_paper_is_made_smaller(make_slip: Callable[..., Slip]) -> None:
    """Half a logo would look like a fault of the printer, and none like a mistake of the administrator."""
    frame = Logo(576, 6, b"\xff" * 72 + (b"\x80" + bytes(70) + b"\x01") * 4 + b"\xff" * 72)
    picture = lay_out(make_slip(), PAPER_SIZES[58], 1, TemplateOptions(logo=frame)).blocks[0]
    assert picture == Picture(Logo(384, 4, b"\xff" * 48 + (b"\x80" + bytes(46) + b"\x01") * 2 + b"\xff" * 48))


@pytest.mark.parametrize(
    ("footer", "language", "last"),
    [
        ({"id": "Simpan tiket ini", "en": "Keep this ticket"}, "en", "Keep this ticket"),
        ({"id": "Simpan tiket ini", "en": ""}, "en", "Simpan tiket ini"),
        ({"id": "Simpan tiket ini"}, "ban", "Simpan tiket ini"),
        ("Simpan tiket ini", "en", "Simpan tiket ini"),
        (None, "en", "Om Swastiastu"),
        ({}, "en", "10:42 WITA"),
        ("", "id", "10:42 WITA"),
    ],
)
def test_a_footer_speaks_the_visitors_language(
    make_slip: Callable[..., Slip], footer: object, language: str, last: str
) -> None:
    """What is not translated is Indonesian; a template from before has one text for all.

    A list of documents is no ticket: it has the hall's own words, whatever the template says.
    """
    options = TemplateOptions.from_json(json.loads(json.dumps(TemplateOptions.from_json({"footer": footer}).to_json())))
    slip = make_slip(language=language, footer="Om Swastiastu")
    assert last in words(lay_out(slip, PAPER_SIZES[58], options=options))[-1]
    documents = replace(CHECKLIST, language=slip.language, issued_at=slip.issued_at, footer="Om Swastiastu")
    assert words(lay_out(documents, PAPER_SIZES[58], options=options))[-1] == "Om Swastiastu"


def test_options_survive_json() -> None:
    """What is missing has its default, so that older and newer servers understand each other."""
    options = TemplateOptions(show_zone=False, number_scale=5, footer="", logo=LOGO)
    assert TemplateOptions.from_json(json.loads(json.dumps(options.to_json()))) == options
    assert TemplateOptions.from_json({}) == TemplateOptions()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"show_zone": 1}, "show_zone"),
        ({"number_scale": 9}, "number_scale"),
        ({"footer": {"fr": "Merci"}}, "not known: fr"),
        ({"footer": {"id": 7}}, "footer"),
        ({"footer": 7}, "footer"),
        ({"colour": "red"}, "unknown fields: colour"),
        ({"logo": {"width": 8, "height": 1, "bits": "//8="}}, "do not match"),
        ({"logo": {"width": 8, "height": 1, "bits": "?"}}, "base64"),
        ({"logo": {"width": 9999, "height": 1, "bits": ""}}, "at most"),
        ([], "an object"),
    ],
)
def test_wrong_options(data: object, words: str) -> None:
    """ValueError, and it names what is wrong."""
    with pytest.raises(ValueError, match=words):
        TemplateOptions.from_json(data)


SIGNS = st.none() | st.booleans() | st.integers(-9, 999) | st.text(max_size=9)
JSON = SIGNS | st.lists(SIGNS, max_size=3) | st.dictionaries(st.sampled_from(("width", "height", "bits")), SIGNS)


@given(st.dictionaries(st.sampled_from([field.name for field in fields(TemplateOptions)]), JSON) | JSON)
def test_any_other_options(data: object) -> None:
    """Whatever is sent is a template or a mistake with a code, for which there are words."""
    with contextlib.suppress(InvalidValue):
        TemplateOptions.from_json(data)


@pytest.mark.parametrize("slip", [CHECKLIST, SUMMARY, TRIAL], ids=lambda slip: type(slip).__name__)
@pytest.mark.parametrize("paper", ALL_PAPERS, ids=str)
def test_other_papers(slip: ChecklistSlip | SummarySlip | TestSlip, paper: PaperSize) -> None:
    """They survive JSON, fit the paper, and are few bytes."""
    assert slip_from_json(json.loads(json.dumps(slip_to_json(slip)))) == slip
    document = lay_out(slip, paper)
    assert all(len(block.text) * block.width <= paper.columns for block in document.blocks if isinstance(block, Text))
    assert len(escpos.encode(document, paper)) <= 600
    assert render(document, paper).startswith(b"\x89PNG")


@pytest.mark.parametrize("paper", PAPER_SIZES.values(), ids=str)
def test_control_bytes_change_no_other_paper(paper: PaperSize) -> None:
    """A document that cuts the paper, or a figure that opens the drawer, is only text."""
    evil = "\x1bi\x1dV\x00\x10\x14\x01\x9b\u202e"
    plain = "iV"  # what is left of it
    for dirty, clean in (
        (
            replace(CHECKLIST, service=f"KTP{evil}", documents=(f"KK{evil}",)),
            replace(CHECKLIST, service=f"KTP{plain}", documents=(f"KK{plain}",)),
        ),
        (
            replace(SUMMARY, rows=((f"Selesai{evil}", f"2{evil}"),)),
            replace(SUMMARY, rows=((f"Selesai{plain}", f"2{plain}"),)),
        ),
        (replace(TRIAL, printer=f"utama{evil}"), replace(TRIAL, printer=f"utama{plain}")),
    ):
        assert escpos.encode(lay_out(dirty, paper), paper) == escpos.encode(lay_out(clean, paper), paper)


def test_documents_to_bring() -> None:
    """Boxes to tick, on the left, and that it is no number."""
    document = lay_out(CHECKLIST, PAPER_SIZES[58])
    lines = [block.text for block in document.blocks if isinstance(block, Text)]
    assert "[ ] KTP lama".ljust(32) in lines
    assert "Ini bukan nomor antrean" in lines
    assert not [block for block in document.blocks if isinstance(block, Number)]


def test_the_day_in_numbers() -> None:
    """Names on the left, figures on the right."""
    assert "Nomor diambil".ljust(29) + "312" in [
        block.text for block in lay_out(SUMMARY, PAPER_SIZES[58]).blocks if isinstance(block, Text)
    ]


def test_a_slip_without_kind_is_a_ticket(make_slip: Callable[..., Slip]) -> None:
    """And an unknown kind is refused."""
    slip = make_slip()
    assert slip_from_json(slip.to_json()) == slip
    with pytest.raises(ValueError, match="kind is not one of ticket"):
        slip_from_json({"kind": "poem"})


@pytest.mark.parametrize("paper", ALL_PAPERS, ids=str)
@pytest.mark.parametrize("length", [26, 42, 120, 200])
def test_the_code_on_the_picture_is_readable(make_slip: Callable[..., Slip], paper: PaperSize, length: int) -> None:
    """Squares of at least 5 dots and 4 of them quiet on each side; the picture is that of the paper."""
    url = "http://x/".ljust(length, "y")
    document = lay_out(make_slip(url=url), paper)
    (place,) = (place for place, block in enumerate(document.blocks) if isinstance(block, Qr))
    code = document.blocks[place]
    assert isinstance(code, Qr)
    assert code.module >= 5
    assert paper.dots - modules_per_side(url) * code.module >= 2 * QUIET_ZONE * code.module
    assert isinstance(document.blocks[place - 1], Feed)
    assert isinstance(document.blocks[place + 1], Feed)
    image = Image.open(io.BytesIO(render(document, paper)))
    (decoded,) = pyzbar.decode(image)
    assert decoded.data.decode() == url
    assert abs(decoded.rect.width - modules_per_side(url) * code.module) <= code.module
    assert quiet(image.convert("1"), decoded.rect, code.module)


def quiet(image: Image.Image, code: pyzbar.Rect, module: int) -> bool:
    """Whether nothing is printed around a code, four of its squares wide; the reader is half a square off."""
    for dots in range(module // 2 + 1, QUIET_ZONE * module - module // 2):
        left, top = code.left - dots, code.top - dots
        right, bottom = code.left + code.width + dots, code.top + code.height + dots
        frame = [(x, y) for x in range(left, right) for y in (top, bottom - 1)]
        frame += [(x, y) for y in range(top, bottom) for x in (left, right - 1)]
        if not all(image.getpixel(place) for place in frame):
            return False
    return True


def test_missing_shaping_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install; nothing is said when it is there."""
    assert raster.shaping_advice() is None
    monkeypatch.setattr("printer.paper.raster.features.check", lambda name: name != "fribidi")
    raster.can_shape.cache_clear()
    try:
        assert "libfribidi0" in (raster.shaping_advice() or "")
        assert raster.draw_line("ᬤᬶᬦᬲ᭄", 384) is None
    finally:
        raster.can_shape.cache_clear()


def test_length_of_a_ticket(make_slip: Callable[..., Slip]) -> None:
    """About as long as its picture, and the way to the knife."""
    document = lay_out(make_slip(), PAPER_SIZES[80])
    height = Image.open(io.BytesIO(render(document, PAPER_SIZES[80]))).height
    assert abs(document_length_mm(document, PAPER_SIZES[80]) - height / PAPER_SIZES[80].dots_per_mm) < 15


@pytest.mark.parametrize(("used", "left"), [(0, 533), (79_900, 0), (40_000, 266), (90_000, 0)])
def test_tickets_left(used: int, left: int) -> None:
    """Of 80 m at 150 mm each, never less than none."""
    assert tickets_left(80_000, used, 150) == left


def test_no_length() -> None:
    """A mistake, not a division by zero."""
    with pytest.raises(ValueError, match="longer than nothing"):
        tickets_left(80_000, 0, 0)


def test_papers_of_other_resolutions() -> None:
    """As in the manuals."""
    assert [(paper.dots, paper.columns) for paper in ALL_PAPERS] == [(576, 48), (384, 32), (512, 42), (360, 30)]
    assert paper_size(80, 180).dpi == 180
