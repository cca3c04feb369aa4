"""A slip survives JSON, and only a slip does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.ports import LANGUAGES, Slip

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = st.integers(0, 10_000)
SLIPS = st.builds(
    Slip,
    label=st.text(min_size=1).filter(str.strip),
    zone=st.none() | st.text(),
    issued_at=st.integers(0, 10**13).map(lambda ms: datetime.fromtimestamp(ms // 1000, UTC)),
    ahead=st.none() | COUNTS,
    wait_range=st.none() | st.tuples(COUNTS, COUNTS).map(lambda pair: (min(pair), max(pair))),
    url=st.just("https://mpp.example/t/abc"),
    language=st.sampled_from(LANGUAGES),
)


@given(SLIPS.filter(lambda slip: slip.issued_at.year < 9000))
def test_there_and_back(slip: Slip) -> None:
    """Through JSON text, nothing is lost."""
    assert Slip.from_json(json.loads(json.dumps(slip.to_json()))) == slip


def test_the_time_keeps_its_zone(make_slip: Callable[..., Slip]) -> None:
    """The hour on the paper is the hall's."""
    back = Slip.from_json(make_slip().to_json())
    assert (back.issued_at.hour, back.issued_at.minute) == (10, 42)


@pytest.mark.parametrize(
    "change",
    [
        {"label": " "},
        {"label": None},
        {"hall": 7},
        {"zone": 7},
        {"issued_at": "10:42"},
        {"issued_at": True},
        {"issued_at": 10**30},
        {"utc_offset": 10**6},
        {"ahead": -1},
        {"ahead": 1.5},
        {"wait_range": [40, 25]},
        {"wait_range": [25]},
        {"wait_range": "ab"},
        {"url": "javascript:alert(1)"},
        {"url": "http://a b"},
        {"url": "http://x\x1dV\x00"},
        {"url": "http://" + "x" * 300},
        {"language": "jv"},
        {"language": []},
        {"priority": 1},
        {"documents": "KTP"},
        {"documents": [1]},
        {"colour": "red"},
    ],
)
def test_garbage_is_refused(make_slip: Callable[..., Slip], change: dict[str, object]) -> None:
    """ValueError, and it names the field."""
    with pytest.raises(ValueError, match=next(iter(change)) if "utc_offset" not in change else "offset"):
        Slip.from_json({**make_slip().to_json(), **change})


def test_missing_and_no_object(make_slip: Callable[..., Slip]) -> None:
    """A field that is not there, and what is no object at all."""
    data = make_slip().to_json()
    del data["footer"]
    with pytest.raises(ValueError, match="footer is missing"):
        Slip.from_json(data)
    with pytest.raises(ValueError, match="object"):
        Slip.from_json([])


def test_naive_time(make_slip: Callable[..., Slip]) -> None:
    """A naive time would be printed in a wrong zone."""
    with pytest.raises(ValueError, match="time zone"):
        make_slip(issued_at=datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point
