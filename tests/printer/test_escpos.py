"""Bytes: golden files, an interpreter of our own, and the size of a ticket.

`UPDATE_GOLDEN=1 pytest tests/printer/test_escpos.py` writes the golden files anew; look at the difference.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pyzbar import pyzbar

from printer.paper.document import PAPER_SIZES, paper_size
from printer.paper.raster import can_shape
from printer.paper.ticket import interrupted_mark, lay_out
from printer.transport import escpos
from printer.transport.printer_models import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.ports import Slip
    from printer.transport.printer_models import Model

GOLDEN = Path(__file__).parent / "golden"
BUDGET = 600
BALINESE = "ᬤᬶᬦᬲ᭄ ᬧᬾᬦᬦᬫᬦ᭄"
# Everything that may be in a ticket; anything else is a mistake.
COMMAND = re.compile(
    rb"(?P<start>\x1b@)|(?P<page>\x1bt\x00)|(?P<align>\x1ba\x01)|(?P<bold>\x1bE[\x00\x01])"
    rb"|(?P<inverse>\x1dB[\x00\x01])|(?P<size>\x1d!(?P<factor>[\x00-\x77]))|(?P<cut>\x1dVB\x00)"
    rb"|(?P<qr_data>\x1d\(k(?P<low>.)(?P<high>.)1P0)|(?P<qr>\x1d\(k(?:\x04\x001A2\x00|\x03\x001[CEQ].))"
    rb"|(?P<raster>\x1dv0\x00(?P<wide>..)(?P<tall>..))|(?P<text>[ -~]+)|(?P<end>\n)",
    re.DOTALL,
)


@dataclass
class Paper:
    """The printed paper, decoded from ESC/POS."""

    lines: list[tuple[str, int]]
    """Text and its width in columns."""
    qr: list[str]
    rasters: list[int]
    """Widths in dots."""
    cuts: int = 0


def read(data: bytes) -> Paper:
    """Interpret bytes; fails at the first that is no command known here."""
    paper, at, width, line = Paper([], [], []), 0, 1, ("", 0)
    while at < len(data):
        match = COMMAND.match(data, at)
        assert match is not None, f"byte {at}: {data[at : at + 12]!r}"
        at = match.end()
        if match["factor"]:
            width = (match["factor"][0] >> 4) + 1
        elif match["qr_data"]:
            length = match["low"][0] + 256 * match["high"][0] - 3
            paper.qr.append(data[at : at + length].decode("ascii"))
            at += length
        elif match["raster"]:
            wide, tall = (int.from_bytes(match[name], "little") for name in ("wide", "tall"))
            paper.rasters.append(wide * 8)
            at += wide * tall
        elif match["text"]:
            line = (line[0] + match["text"].decode("ascii"), line[1] + len(match["text"]) * width)
        elif match["end"]:
            paper.lines.append(line)
            line = ("", 0)
        elif match["cut"]:
            paper.cuts += 1
    return paper


@pytest.mark.parametrize("mm", PAPER_SIZES)
@pytest.mark.parametrize(
    ("name", "changes", "copy_no"),
    [
        ("id", {}, 1),
        ("en", {"language": "en"}, 1),
        ("ban", {"language": "ban"}, 1),
        ("copy", {"priority": False, "documents": ("KTP-el", "STR"), "wait_range": None}, 2),
        ("bare", {"priority": False, "zone": None, "ahead": None, "wait_range": None, "footer": ""}, 1),
    ],
)
def test_golden(make_slip: Callable[..., Slip], mm: int, name: str, changes: dict[str, object], copy_no: int) -> None:
    """The bytes are those that were looked at."""
    data = escpos.encode(lay_out(make_slip(**changes), PAPER_SIZES[mm], copy_no), PAPER_SIZES[mm])
    compare(GOLDEN / f"{mm}-{name}.bin", data)


@pytest.mark.parametrize("mm", PAPER_SIZES)
@pytest.mark.parametrize("model", ["epson180", "clone", "clone58"])
def test_golden_of_models(make_slip: Callable[..., Slip], mm: int, model: str) -> None:
    """Other resolutions, a QR code as a picture, no knife: the bytes are those that were looked at."""
    paper = paper_size(mm, MODELS[model].dpi)
    data = escpos.encode(lay_out(make_slip(), paper), paper, MODELS[model])
    compare(GOLDEN / f"{mm}-{model}.bin", data)


@pytest.mark.parametrize("mm", PAPER_SIZES)
def test_the_other_models_print_the_same(make_slip: Callable[..., Slip], mm: int) -> None:
    """They are asked in other ways, and get the golden bytes of any printer."""
    others = set(MODELS) - {"epson180", "clone", "clone58"}
    assert others == {"generic", "epson", "custom", "nippon", "star"}
    for model in others:
        compare(
            GOLDEN / f"{mm}-id.bin",
            escpos.encode(lay_out(make_slip(), PAPER_SIZES[mm]), PAPER_SIZES[mm], MODELS[model]),
        )


def compare(path: Path, data: bytes) -> None:
    """With a golden file, or write it anew."""
    if os.environ.get("UPDATE_GOLDEN"):
        assert not os.environ.get("CI"), "golden files are not written in CI"
        path.write_bytes(data)
    assert data == path.read_bytes()


@pytest.mark.parametrize("mm", PAPER_SIZES)
def test_qr_as_a_picture(make_slip: Callable[..., Slip], mm: int) -> None:
    """For printers without a QR command: doubled by the printer, it stays small; a phone reads what comes out."""
    paper, slip = PAPER_SIZES[mm], make_slip()
    data = escpos.encode(lay_out(slip, paper), paper, MODELS["clone"])
    (head,) = re.finditer(rb"\x1dv0\x03(..)(..)", data, re.DOTALL)
    wide, tall = (int.from_bytes(head[number], "little") for number in (1, 2))
    small = Image.frombytes("1", (wide * 8, tall), data[head.end() : head.end() + wide * tall]).convert("L")
    printed = Image.new("L", (small.width * 2 + 96, small.height * 2 + 96), 255)
    printed.paste(ImageOps.invert(small.resize((small.width * 2, small.height * 2))), (48, 48))
    assert [code.data.decode() for code in pyzbar.decode(printed)] == [slip.url]
    assert len(data) < 2600


def test_without_a_knife(make_slip: Callable[..., Slip]) -> None:
    """The paper is fed to the tear-off edge."""
    data = escpos.encode(lay_out(make_slip(), PAPER_SIZES[58]), PAPER_SIZES[58], MODELS["clone58"])
    assert data.endswith(b"\x1bd\x04")
    assert b"\x1dV" not in data


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_torn_mark(model: Model) -> None:
    """Short, and it cuts."""
    data = escpos.encode(interrupted_mark(), PAPER_SIZES[58], model)
    assert b"BATAL" in data
    assert len(data) < 64


@pytest.mark.parametrize("mm", PAPER_SIZES)
@pytest.mark.parametrize("language", ["id", "en", "ban"])
@pytest.mark.parametrize("copy_no", [1, 2])
def test_size(make_slip: Callable[..., Slip], mm: int, language: str, copy_no: int) -> None:
    """A ticket with long names and everything on it, even a copy, stays within the budget."""
    slip = make_slip(language=language)
    assert len(escpos.encode(lay_out(slip, PAPER_SIZES[mm], copy_no), PAPER_SIZES[mm])) <= BUDGET


@pytest.mark.parametrize("mm", PAPER_SIZES)
def test_interpreted(make_slip: Callable[..., Slip], mm: int) -> None:
    """An interpreter finds the address in the QR code, the label alone in its line, and one cut, at the end."""
    slip = make_slip()
    data = escpos.encode(lay_out(slip, PAPER_SIZES[mm]), PAPER_SIZES[mm])
    paper = read(data)
    assert paper.qr == [slip.url]
    assert slip.label in [text for text, _ in paper.lines]
    assert paper.cuts == 1
    assert data.endswith(b"\x1dVB\x00")
    assert data.startswith(b"\x1b@")


def test_control_bytes_change_nothing(make_slip: Callable[..., Slip]) -> None:
    """A name that cuts the paper, opens the drawer or turns the text round does not."""
    evil = "".join(map(chr, (*range(9), *range(14, 32), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0))))
    evil += "\u200b\u200e\u202a\u202e\u2066\u2069\ufeff"
    names = ("label", "hall", "agency", "service", "zone", "footer", "zone_name")
    plain = make_slip()
    dirty = make_slip(**{name: f"{evil}{getattr(plain, name)}{evil}" for name in names})
    for paper in PAPER_SIZES.values():
        assert escpos.encode(lay_out(dirty, paper), paper) == escpos.encode(lay_out(plain, paper), paper)


@given(
    text=st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("\x1b\x1d@V\x00\x10\x04"), max_size=200),
    mm=st.sampled_from(sorted(PAPER_SIZES)),
)
def test_any_name_is_only_text(make_slip: Callable[..., Slip], text: str, mm: int) -> None:
    """Whatever a name contains, the bytes are commands of ours and lines that fit."""
    slip = make_slip(hall=text, agency=text, service=text, zone=text, footer=text, documents=(text,), label=text)
    paper = read(escpos.encode(lay_out(slip, PAPER_SIZES[mm]), PAPER_SIZES[mm]))
    assert all(width <= PAPER_SIZES[mm].columns for _, width in paper.lines)
    assert paper.cuts == 1


@pytest.mark.parametrize("mm", PAPER_SIZES)
def test_balinese_is_drawn(make_slip: Callable[..., Slip], mm: int) -> None:
    """One line as a picture, the rest as characters."""
    assert can_shape(), "libfribidi0 is not installed"
    slip = make_slip(agency=BALINESE, service=f"{BALINESE} 2")
    paper = read(escpos.encode(lay_out(slip, PAPER_SIZES[mm]), PAPER_SIZES[mm]))
    assert len(paper.rasters) == 2
    assert all(0 < width <= PAPER_SIZES[mm].dots for width in paper.rasters)


def test_without_shaping_a_line_is_marked(make_slip: Callable[..., Slip], monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong signs are worse than none."""
    monkeypatch.setattr("printer.paper.raster.can_shape", lambda: False)
    slip = make_slip(agency=f"Dinas {BALINESE}")
    paper = read(escpos.encode(lay_out(slip, PAPER_SIZES[80]), PAPER_SIZES[80]))
    assert "Dinas ? ?" in [text for text, _ in paper.lines]
    assert paper.rasters == []


def test_unknown_script_is_marked(make_slip: Callable[..., Slip]) -> None:
    """A script for which there is no font."""
    slip = make_slip(agency="日本 Dinas", label="日-1")
    paper = read(escpos.encode(lay_out(slip, PAPER_SIZES[80]), PAPER_SIZES[80]))
    assert {"? Dinas", "?-1"} <= {text for text, _ in paper.lines}
