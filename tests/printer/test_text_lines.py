"""Text on its way to paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.paper.text_lines import clean_text, to_ascii, wrap

WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=20), max_size=20).map(" ".join)


@given(WORDS, st.integers(20, 48))
def test_wrapped_text_is_the_text(text: str, columns: int) -> None:
    """No line is too long, no word is divided or lost, and there are no more lines than needed."""
    lines = wrap(text, columns, 100)
    assert " ".join(lines) == text
    assert all(len(line) <= columns for line in lines)
    assert all(line.strip() == line for line in lines)
    needed, free = 0, -1
    for word in text.split():
        free -= len(word) + 1
        if free < 0:
            needed, free = needed + 1, columns - len(word)
    assert len(lines) == needed


@given(st.text(min_size=1, max_size=300), st.integers(8, 48), st.integers(1, 4))
def test_any_text_stays_in_its_place(text: str, columns: int, maximum: int) -> None:
    """Whatever the text: so many columns, so many lines, nothing that a printer obeys."""
    lines = wrap(clean_text(text, 160), columns, maximum)
    assert len(lines) <= maximum
    assert all(len(line) <= columns and line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        (
            "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
            48,
            ["Dinas Penanaman Modal dan", "Pelayanan Terpadu Satu Pintu"],
        ),
        ("SIP tenaga kesehatan", 32, ["SIP tenaga kesehatan"]),
        ("Pertanggungjawaban", 10, ["Pertanggu-", "ngjawaban"]),
        ("", 32, []),
    ],
)
def test_wrap(text: str, columns: int, lines: list[str]) -> None:
    """Lines of about the same length."""
    assert wrap(text, columns, 3) == lines


def test_too_much_text_ends_between_words() -> None:
    """What was left out is marked."""
    assert wrap("Dinas Penanaman Modal dan Pelayanan Terpadu", 20, 1) == ["Dinas Penanaman..."]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Izin café – “klinik”…", 'Izin cafe - "klinik"...'),
        ("Nyepi\u00a0Çaka", "Nyepi Caka"),
        ("cafe\u0301", "cafe"),
        ("\u202eDisdukcapil\u202c", "Disdukcapil"),
        ("Dis\x1bduk\x1d\x9bcapil\x00", "Disdukcapil"),
        ("  dua\n baris\t", "dua baris"),
        ("ﬁnal ½", "final 1/2"),
        ("\ud800a", "a"),
        ("ᬩᬮᬶ", "ᬩᬮᬶ"),
    ],
)
def test_clean(text: str, printed: str) -> None:
    """Harmless, and ASCII where there is a natural spelling."""
    assert clean_text(text, 80) == printed


@given(st.text(max_size=400))
def test_clean_is_settled(text: str) -> None:
    """Cleaning again changes nothing."""
    once = clean_text(text, 160)
    assert clean_text(once, 160) == once
    assert len(once) <= 160


def test_questioned() -> None:
    """One mark for each run of unknown characters."""
    assert to_ascii("Loket 日本 3語") == "Loket ? 3?"
