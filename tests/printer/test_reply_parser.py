"""Parsing of replies: by the fixed bits of each answer, however the stream is divided."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.transport.reply_parser import ReplyParser
from printer.transport.status import Condition, custom, epson

AUTOMATIC = b"\x10\x00\x00\x0f"
PROOF = b"\x37\x22001Z\x00"


def parsed(*pieces: bytes, full_status: bool = False) -> ReplyParser:
    """Return the parser after these bytes."""
    replies = ReplyParser(full_status=full_status)
    for piece in pieces:
        replies.take(piece)
    return replies


def test_each_kind() -> None:
    """In one stream, with flow control and automatic status between."""
    replies = parsed(b"\x11\x12" + AUTOMATIC + b"\x00" + PROOF + b"\x13\x37\x25\x00\x5f1234\x00\x1a")
    assert list(replies.statuses) == [b"\x12", b"\x1a"]
    assert (replies.fences, replies.proofs, replies.cleared, replies.counter) == (1, {b"001Z"}, True, 1234)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_chopped_anywhere(places: list[int]) -> None:
    """An answer may come in several pieces."""
    stream = b"\x12" + AUTOMATIC + PROOF + b"\x00\x5f77\x00\x37\x25\x00"
    cuts = [0, *sorted(places), len(stream)]
    replies = parsed(*(stream[a:b] for a, b in pairwise(cuts)))
    assert (list(replies.statuses), replies.fences, replies.proofs) == ([b"\x12"], 1, {b"001Z"})
    assert (replies.counter, replies.cleared) == (77, True)


@pytest.mark.parametrize(
    "stray",
    [AUTOMATIC, b"\x14\x00\x00\x0f", b"\x10\x0c\x40\x00", b"\x11", b"\x13", b"\x37\x22ab\x12", b"\x5f12\x12"],
)
def test_stray_bytes_prove_nothing(stray: bytes) -> None:
    """Neither a fence nor a proof, and the answer behind them is still found."""
    replies = parsed(stray + b"\x12")
    assert (replies.fences, replies.proofs, replies.cleared) == (0, set(), False)
    assert replies.statuses[-1] == b"\x12"


@given(st.binary(max_size=60))
def test_any_noise_is_survived(noise: bytes) -> None:
    """And never waits for ever: enough plain answers get through."""
    assert parsed(noise, b"\x12" * 24).statuses[-1] == b"\x12"


def test_full_status_of_custom() -> None:
    """Six bytes, of which the first two are fixed; presenter and paper."""
    replies = parsed(b"\x10\x0f\x24\x00", b"\x00\x00", full_status=True)
    answers = [replies.statuses.popleft()]
    assert custom(lambda _: answers[0]) == Condition(None, near_end=True, ticket_waiting=True)
    assert custom(lambda _: None) is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({1: 0x12, 4: 0x12}, Condition()),
        ({1: 0x12, 4: 0x16}, Condition(near_end=True)),
        ({1: 0x12, 4: 0x1A}, Condition(near_end=True)),
        ({1: 0x12, 4: 0x32}, Condition("paper_out")),
        ({1: 0x1A, 4: 0x72, 2: 0x32}, Condition("paper_out")),
        ({1: 0x1A, 4: 0x12, 2: 0x16}, Condition("cover_open")),
        ({1: 0x1A, 4: 0x12, 2: 0x52}, Condition("printer_error")),
        ({1: 0x1A, 4: 0x12}, Condition("off_line")),
        ({1: 0x12}, Condition()),
        ({}, None),
    ],
)
def test_epson(answers: dict[int, int], expected: Condition | None) -> None:
    """One bit of a pair is enough: clones set only one."""
    assert epson(lambda subject: bytes((answers[subject],)) if subject in answers else None) == expected
