"""Which words are on a ticket."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from printer.paper.document import PAPER_SIZES, PAPER_SIZES_180, Cut, Document, Number, Qr, Text, paper_size
from printer.paper.qr import QUIET_ZONE, modules_per_side
from printer.paper.ticket import LONGEST_CODE, SMALLEST_MODULE, lay_out, number_size, qr_module
from printer.ports import TestSlip

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.ports import Slip

WIDE, NARROW = PAPER_SIZES[80], PAPER_SIZES[58]


def words(document: Document) -> list[str]:
    """Return the lines of text."""
    return [block.text.strip() for block in document.blocks if isinstance(block, Text)]


def only_block(document: Document, kind: type) -> object:
    """Return the only block of a kind."""
    (block,) = (block for block in document.blocks if isinstance(block, kind))
    return block


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "id",
            [
                "Mal Pelayanan Publik Kabupaten Tabanan",
                "Dinas Penanaman Modal dan",
                "Pelayanan Terpadu Satu Pintu",
                "SIP tenaga kesehatan",
                "NOMOR ANTREAN",
                "PRIORITAS",
                "Silakan tunggu di",
                "Zona Utara",
                "12 orang di depan Anda",
                "Perkiraan tunggu 25-40 menit",
                "Senin, 23 November 2026, 10:42 WITA",
            ],
        ),
        ("en", ["PRIORITY", "12 people ahead of you", "Monday, 23 November 2026, 10:42 WITA"]),
        ("ban", ["PRIORITAS", "12 krama ring ajeng ragane", "Soma, 23 November 2026, 10:42 WITA"]),
    ],
)
def test_all_that_a_visitor_needs(make_slip: Callable[..., Slip], language: str, expected: list[str]) -> None:
    """In the visitor's language, in this order."""
    texts = words(lay_out(make_slip(language=language), WIDE))
    assert [line for line in texts if line in expected] == expected


def test_what_is_unknown_is_left_out(make_slip: Callable[..., Slip]) -> None:
    """No zone, no count, no range, no priority, no footer: no empty lines and no words about them."""
    bare = make_slip(zone=None, ahead=None, wait_range=None, priority=False, footer="", url="")
    document = lay_out(bare, WIDE)
    assert words(document)[-1] == "Senin, 23 November 2026, 10:42 WITA"
    assert not {"PRIORITAS", "Silakan tunggu di", ""} & set(words(document))
    assert not [block for block in document.blocks if isinstance(block, Qr)]


@pytest.mark.parametrize(("ahead", "line"), [(0, "You are next"), (1, "1 person ahead of you")])
def test_few_ahead(make_slip: Callable[..., Slip], ahead: int, line: str) -> None:
    """Nobody and one have words of their own."""
    assert line in words(lay_out(make_slip(language="en", ahead=ahead), WIDE))


def test_one_minute_is_no_range(make_slip: Callable[..., Slip]) -> None:
    """Not “5-5 minutes”."""
    assert "Perkiraan tunggu 5 menit" in words(lay_out(make_slip(wait_range=(5, 5)), WIDE))


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_a_copy_says_so(make_slip: Callable[..., Slip], language: str) -> None:
    """In every language with the word that officers look for; the original does not have it."""
    slip = make_slip(language=language)
    assert not [line for line in words(lay_out(slip, NARROW)) if "SALINAN" in line]
    assert [line for line in words(lay_out(slip, NARROW, 2)) if "SALINAN" in line]


def test_documents(make_slip: Callable[..., Slip]) -> None:
    """What to have ready while waiting."""
    assert "Siapkan: KTP-el, STR" in words(lay_out(make_slip(documents=("KTP-el", "STR")), WIDE))


@pytest.mark.parametrize(
    ("label", "wide", "narrow"),
    [("A-1", 8, 8), ("A-012", 8, 6), ("AB-0123", 6, 4), ("ABCDEFGHIJKL", 4, 2)],
)
def test_number_is_as_large_as_fits(label: str, wide: int, narrow: int) -> None:
    """Never larger than 8, the largest a printer can do."""
    assert (number_size(label, WIDE), number_size(label, NARROW)) == (wide, narrow)


@pytest.mark.parametrize("paper", PAPER_SIZES.values(), ids=str)
def test_everything_fits(make_slip: Callable[..., Slip], paper: object) -> None:
    """Absurd texts: no line wider than the paper, the label complete up to twelve characters."""
    texts = dict.fromkeys(("hall", "agency", "service", "zone", "footer"), "Ketenagakerjaan dan " * 40)
    document = lay_out(make_slip(**texts, label="W" * 40), paper, 3)
    assert all(len(block.text) * block.width <= paper.columns for block in document.blocks if isinstance(block, Text))
    number = only_block(document, Number)
    assert number == Number("W" * 12, number_size("W" * 12, paper))
    assert document.blocks[-1] == Cut()


@pytest.mark.parametrize(("length", "wide", "narrow"), [(26, 6, 6), (42, 6, 6), (180, 6, 6), (200, 6, 5)])
def test_qr_with_its_quiet_zone_fits(length: int, wide: int, narrow: int) -> None:
    """Squares of 6 dots, 5 for the longest address on narrow paper."""
    assert (qr_module("x" * length, WIDE), qr_module("x" * length, NARROW)) == (wide, narrow)


@pytest.mark.parametrize("paper", [*PAPER_SIZES.values(), *PAPER_SIZES_180.values()], ids=str)
def test_no_code_is_too_fine_for_phones(paper: Any) -> None:
    """On no paper, however long the address: beyond that there is none."""
    assert min(qr_module("x" * length, paper) for length in range(1, LONGEST_CODE + 1)) >= SMALLEST_MODULE
    assert paper.dots >= (modules_per_side("x" * LONGEST_CODE) + 2 * QUIET_ZONE) * SMALLEST_MODULE


@pytest.mark.parametrize(
    ("length", "qr", "code", "address"),
    [(200, True, True, False), (201, True, False, True), (40, False, False, True), (301, True, False, False)],
)
def test_the_address_instead_of_a_code(
    make_slip: Callable[..., Slip], length: int, qr: bool, code: bool, address: bool
) -> None:
    """Of an address too long for a readable code, or on a printer that draws none; but whole or not at all."""
    url = "http://x/".ljust(length, "y")
    document = lay_out(make_slip(url=url), NARROW, qr=qr)
    assert bool([block for block in document.blocks if isinstance(block, Qr)]) == code
    assert ("Pindai untuk memantau antrean" in "".join(words(document))) == code
    assert (url in "".join(words(document))) == address
    assert ("Ikuti antrean di" in words(document)) == address


def test_a_test_of_a_printer_that_draws_no_code() -> None:
    trial = TestSlip("MPP", "utama", datetime(2026, 11, 23, tzinfo=UTC), "WITA", "id")
    assert [block for block in lay_out(trial, NARROW).blocks if isinstance(block, Qr)]
    assert not [block for block in lay_out(trial, NARROW, qr=False).blocks if isinstance(block, Qr)]


def test_documents_are_data(make_slip: Callable[..., Slip]) -> None:
    """The same slip gives the same document, comparable and unchangeable."""
    first, second = (lay_out(make_slip(), WIDE) for _ in range(2))
    assert first == second
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.blocks = ()


def test_unknown_paper() -> None:
    """The message says what there is."""
    with pytest.raises(ValueError, match="80 or 58"):
        paper_size(72)
