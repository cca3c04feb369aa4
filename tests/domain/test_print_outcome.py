"""Tests of outcomes of print jobs, and of the text that stores them."""

from __future__ import annotations

import pytest

from queue_app.domain.print_outcome import CODES, LONGEST_TEXT, Outcome, outcome_text, parse_outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", None),
        ("paper_out", Outcome("paper_out")),
        ("not_taken", Outcome("not_taken")),
        ("paper_low: not_taken", Outcome("paper_low", ending="not_taken")),
        ("time_out: cancelled", Outcome("time_out", ending="cancelled")),
        (
            "unreachable: Connection refused: not_taken",
            Outcome("refused", {"reason": "unreachable", "message": "Connection refused"}, "not_taken"),
        ),
        ("unreachable: agent_away", Outcome("agent_away", {"reason": "unreachable", "message": "agent_away"})),
        ("unreachable: Strange: mended", Outcome("unreachable", {"why": "Strange"}, "mended")),
        ("bad_address: unknown option", Outcome("bad_address", {"message": "unknown option"})),
        ("lp: no such queue", Outcome("other", {"why": "lp: no such queue"})),
        ("Connection refused", Outcome("refused", {"reason": "other", "message": "Connection refused"})),
    ],
)
def test_a_text_is_parsed_and_written_again(text: str, outcome: Outcome | None) -> None:
    assert parse_outcome(text) == outcome
    assert outcome_text(outcome) == text


@pytest.mark.parametrize(
    ("old", "text"), [("the printer was removed", "removed"), ("the visitor has it: mended", "has_it: mended")]
)
def test_an_old_sentence_becomes_its_code(old: str, text: str) -> None:
    assert outcome_text(parse_outcome(old)) == text


def test_each_code_is_read_as_itself() -> None:
    for code in CODES - {"other"}:
        assert parse_outcome(code) == Outcome(code)


def test_a_long_message_keeps_its_ending() -> None:
    text = outcome_text(Outcome("fault", {"why": "x" * 400}, "mended"))
    assert len(text) == LONGEST_TEXT
    assert parse_outcome(text).ending == "mended"


def test_a_slip_in_the_paper_exit() -> None:
    waiting = [parse_outcome(text).is_in_paper_exit for text in ("not_taken", "paper_low: not_taken", "paper_low")]
    assert waiting == [True, True, False]
