"""Labels and tokens."""

import pytest

from queue_app.domain.numbering import is_token, label, new_token


@pytest.mark.parametrize(
    ("series", "number", "expected"), [("A", 12, "A-012"), ("AB", 7, "AB-007"), ("A", 1234, "A-1234")]
)
def test_labels(series: str, number: int, expected: str) -> None:
    assert label(series, number) == expected


def test_tokens_are_random_and_recognised() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(is_token(token) for token in tokens)


@pytest.mark.parametrize("text", ["", "a", "2" * 11, "2" * 13, "AAAAAAAAAAAA", "2345678923'-", "２" * 12])
def test_what_is_no_token(text: str) -> None:
    assert not is_token(text)
