"""Sentences on the boards: who writes them, where they stand, how many and how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.services.settings.notices import LONGEST_NOTICE, MAX_NOTICES, add_notice, remove_notice
from tests.services.conftest import Hall


def add(
    hall: Hall, text: str = "Tutup lebih awal", zone: str | None = "utara", minutes: int = 60, by: Officer | None = None
) -> int:
    """Put a sentence on the boards for so many minutes from now on."""
    now = hall.clock()
    until = to_ms(now + timedelta(minutes=minutes))
    return add_notice(hall.store, by or hall.supervisor, text, zone, to_ms(now), until, now)


def remove(hall: Hall, notice_id: int, by: Officer | None = None) -> None:
    remove_notice(hall.store, by or hall.supervisor, notice_id, hall.clock())


def texts(hall: Hall) -> list[str]:
    """What is kept, in the order in which it was written."""
    return [notice.text for notice in hall.catalogue().notices]


def test_supervisors_and_administrators_write_and_remove(hall: Hall) -> None:
    for who in (hall.supervisor, hall.admin):
        with hall.one_change(who):
            made = add(hall, by=who)
        assert texts(hall) == ["Tutup lebih awal"]
        with hall.one_change(who):
            remove(hall, made, who)
        assert texts(hall) == []


def test_officers_do_not(hall: Hall) -> None:
    made = add(hall)
    with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
        add(hall, by=hall.officer)
    with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
        remove(hall, made, hall.officer)
    assert len(texts(hall)) == 1


def test_one_is_for_a_zone_or_for_all(hall: Hall) -> None:
    one, all_of_them = add(hall, zone="tengah"), add(hall, zone=None)
    zone_id = hall.catalogue().zones_by_code["tengah"].id
    assert [(notice.id, notice.zone_id) for notice in hall.catalogue().notices] == [(one, zone_id), (all_of_them, None)]
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_zone"):
        add(hall, zone="mars")


def test_a_text_is_one_line(hall: Hall) -> None:
    add(hall, "  Layanan \n tutup\t<b>awal</b> ")
    assert texts(hall) == ["Layanan tutup <b>awal</b>"]
    add(hall, "x" * LONGEST_NOTICE)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " \n "}, "text"),
        ({"text": "x" * (LONGEST_NOTICE + 1)}, "text"),
        ({"minutes": 0}, "until_at"),
        ({"minutes": -1}, "until_at"),
    ],
)
def test_a_wrong_notice_is_refused_by_its_field(hall: Hall, wrong: dict[str, Any], field: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall, **wrong)
    assert refused.value.facts["field"] == field


def test_removing_one_that_is_gone_is_no_fault(hall: Hall) -> None:
    made = add(hall)
    remove(hall, made)
    remove(hall, made)
    assert texts(hall) == []


def test_there_are_not_too_many_and_old_ones_make_room(hall: Hall, clock: Any) -> None:
    for number in range(MAX_NOTICES):
        add(hall, f"Pengumuman {number}")
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall)
    assert refused.value.facts["wrong"] == "too_many_notices"
    clock.forward(hours=24)  # they ended an hour after they were written, and are kept for a day
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting"):
        add(hall)
    clock.forward(hours=1, minutes=1)
    add(hall, "Yang baru")
    assert texts(hall) == ["Yang baru"]
