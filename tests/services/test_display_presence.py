"""Which displays are alive: what they report is kept, ages, and is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queue_app.domain.clock import to_ms
from queue_app.services.devices.display_presence import (
    ALIVE_MS,
    DisplayReport,
    DisplayStatus,
    display_statuses,
    purge_display_report,
    purge_old_display_reports,
    store_display_reports,
    zones_with_blocked_sound,
)
from queue_app.store.unit_of_work import Store


def report(key: str, zone: str = "utara", sound: str = "on", shown: str | None = None) -> DisplayReport:
    return DisplayReport(key, zone, "board", sound, shown, 1920, 1080, True, "b1")


def keep(store: Store, clock: Any, *reports: DisplayReport) -> None:
    store_display_reports(store, [(report, clock()) for report in reports])


def test_the_last_report_counts_and_the_first_is_remembered(store: Store, clock: Any) -> None:
    first = to_ms(clock())
    keep(store, clock, report("one"), report("two"))
    clock.forward(milliseconds=ALIVE_MS)
    keep(store, clock, report("one", "tengah", "blocked"), report("one", "tengah", "blocked", "A-001"))
    one, two = display_statuses(store)
    now = to_ms(clock())
    assert one == DisplayStatus("one", "tengah", "board", "blocked", "A-001", 1920, 1080, True, "b1", first, now)
    assert (two.key, two.last_seen_at) == ("two", first)
    assert two.is_alive(now)
    assert not two.is_alive(now + 1)


def test_they_come_by_zone(store: Store, clock: Any) -> None:
    for key, zone in (("3", "utara"), ("1", "utara"), ("2", "selatan")):
        keep(store, clock, report(key, zone))
        clock.forward(seconds=1)
    assert [screen.key for screen in display_statuses(store)] == ["2", "3", "1"]


def test_no_report_is_no_news(store: Store) -> None:
    store_display_reports(store, [])
    assert display_statuses(store) == []


def test_who_says_nothing_for_a_week_is_forgotten(store: Store, clock: Any) -> None:
    keep(store, clock, report("one"), report("two"))
    clock.forward(seconds=1)
    keep(store, clock, report("one"))
    clock.now += timedelta(days=7)
    purge_old_display_reports(store, clock())
    assert [screen.key for screen in display_statuses(store)] == ["one"]


def test_one_that_is_revoked_is_forgotten_alone(store: Store, clock: Any) -> None:
    keep(store, clock, report("d1"), report("d2"))
    for _ in range(2):
        purge_display_report(store, "d1")
    assert [screen.key for screen in display_statuses(store)] == ["d2"]


@pytest.mark.parametrize(
    ("said", "silent"),
    [
        ([("d1", "utara", "on"), ("s-1", "utara", "blocked")], []),
        ([("d1", "utara", "blocked")], ["tengah", "utara"]),
        ([("d1", "utara", "blocked"), ("d2", "tengah", "on")], ["utara"]),
        ([("d2", "tengah", "blocked"), ("s-1", "tengah", "on")], ["tengah"]),  # a window for a try is no loudspeaker
        ([("s-1", "utara", "blocked")], ["utara"]),  # in a hall that pairs no display it counts
        ([("s-1", "utara", "blocked"), ("s-2", "utara", "on")], []),
        ([("d1", "utara", "off"), ("d2", "tengah", "none")], []),
        ([], []),
    ],
)
def test_zones_whose_sound_is_held_back(
    store: Store, clock: Any, said: list[tuple[str, str, str]], silent: list[str]
) -> None:
    """Of two paired displays, the first shows a second zone as well."""
    shown = {"d1": ["utara", "tengah"], "d2": ["tengah"]}
    keep(store, clock, *(report(*one) for one in said))

    def now_silent() -> list[str]:
        return sorted(
            zones_with_blocked_sound(display_statuses(store), ["utara", "tengah", "selatan"], shown, to_ms(clock()))
        )

    assert now_silent() == silent
    clock.forward(seconds=30)
    assert now_silent() == []
