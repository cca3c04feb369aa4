"""The one way to change a setting: what is logged of it, and that what does not change is left alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import queue_app
from queue_app.domain.clock import to_ms
from queue_app.domain.discipline import DEFAULT_WEIGHTS, Discipline
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.facts import Fact
from queue_app.services.day import begin_today
from queue_app.services.settings import calling_rules, display_settings, hours, notices, printers, service_stop
from queue_app.services.settings.editing import MOST_BYTES_LOGGED, Setting, change, set_columns
from queue_app.store import tables as t
from tests.services.conftest import Hall

FIFO = calling_rules.GroupRule(Discipline.FIFO, DEFAULT_WEIGHTS, 4)
LUNCH = [{"time": "12:00-13:00", "name": {"id": "Istirahat"}}]
BALAI = printers.PrinterSettings("balai", "tcp://10.0.0.9:9100", kiosks=("utama", "lobi"))
PICTURE = "data:image/png;base64," + "A" * MOST_BYTES_LOGGED


def set_policy(hall: Hall, **policy: object) -> None:
    wanted = hall.catalogue().policy.as_json() | policy
    calling_rules.set_policy(hall.store, hall.admin, wanted, hall.clock())


def set_printer(hall: Hall, wanted: printers.PrinterSettings, *, new: bool = False) -> None:
    printers.set_printer(hall.store, wanted, hall.clock(), hall.admin, new=new)


def set_templates(hall: Hall, template: dict[str, object], agencies: dict[str, dict[str, object]]) -> None:
    printers.set_templates(hall.store, template, agencies, hall.clock(), hall.admin)


def newest(hall: Hall) -> Fact:
    """The last change of a setting in the log."""
    return hall.facts(FactKind.CATALOGUE_CHANGED)[-1]


def logged(hall: Hall) -> tuple[object, ...]:
    """What the last change says: the setting, of what, before and after."""
    return tuple(getattr(newest(hall).details, key) for key in ("setting", "of", "before", "after"))


# Each sets the same on every call.
SETTERS: dict[str, tuple[Callable[[Hall], None], tuple[object, ...]]] = {
    "policy": (
        lambda hall: set_policy(hall, undo_s=31),
        ("policy", None, {"policy": {"undo_s": 10}}, {"policy": {"undo_s": 31}}),
    ),
    "group": (
        lambda hall: calling_rules.set_group(hall.store, hall.admin, "baru", {"id": "B"}, FIFO, [2, 1], hall.clock()),
        (
            "service_group",
            "baru",
            None,
            {
                "name": {"id": "B"},
                "discipline": "fifo",
                "weights": {kind.value: weight for kind, weight in DEFAULT_WEIGHTS.items()},
                "ratio": 4,
                "services": [1, 2],
            },
        ),
    ),
    "preference": (
        lambda hall: calling_rules.set_preference(hall.store, hall.admin, 1, [[2], [1]], 15, hall.clock()),
        (
            "counter_services",
            1,
            {"tiers": [[1, 2, 3, 4, 5]], "help_after_minutes": None},
            {"tiers": [[2], [1]], "help_after_minutes": 15},
        ),
    ),
    "hours": (
        lambda hall: hours.set_hall_hours(hall.store, hall.admin, {"weekly": {"mon": ["08:00-15:00"]}}, hall.clock()),
        ("hours", None, {"hours": None}, {"hours": {"weekly": {"mon": ["08:00-15:00"]}}}),
    ),
    "service's hours": (
        lambda hall: hours.set_service_hours(hall.store, hall.admin, 1, None, 20, hall.clock()),
        ("service_hours", 1, {"quota": None}, {"quota": 20}),
    ),
    "breaks": (
        lambda hall: hours.set_breaks(hall.store, hall.admin, 1, LUNCH, hall.clock()),
        ("breaks", 1, {"breaks": []}, {"breaks": LUNCH}),
    ),
    "displays": (
        lambda hall: display_settings.set_display_settings(hall.store, hall.admin, {"times": 3}, hall.clock()),
        ("displays", None, {"display_settings": {"times": 2}}, {"display_settings": {"times": 3}}),
    ),
    "stop": (
        lambda hall: service_stop.set_issuing(hall.store, hall.admin, 1, issuing=False, now=hall.clock()),
        ("issuing", 1, {"issuing": True}, {"issuing": False}),
    ),
    "templates": (
        lambda hall: set_templates(hall, {"show_qr": False}, {"dinkes": {"footer": "F"}}),
        (
            "ticket_templates",
            None,
            {"hall": {}, "agencies": {}},
            {"hall": {"show_qr": False}, "agencies": {"dinkes": {"footer": "F"}}},
        ),
    ),
}


@pytest.mark.parametrize("setter", SETTERS)
def test_a_change_is_one_fact_and_the_same_again_is_none(hall: Hall, setter: str) -> None:
    act, fact = SETTERS[setter]
    with hall.one_change(hall.admin):
        act(hall)
    assert logged(hall) == fact
    with hall.nothing_changes():
        act(hall)


def test_of_an_object_only_what_differs_is_logged(hall: Hall) -> None:
    set_printer(hall, BALAI, new=True)
    setting, code, before, after = logged(hall)
    assert (setting, code, before) == ("printer", "balai", None)
    assert isinstance(after, dict)
    assert (after["url"], after["kiosks"]) == (BALAI.url, ["lobi", "utama"])
    with hall.nothing_changes():
        set_printer(hall, replace(BALAI, kiosks=("lobi", "utama")))
    with hall.one_change(hall.admin):
        set_printer(hall, replace(BALAI, paper_mm=58))
    assert logged(hall) == ("printer", "balai", {"paper_mm": 80}, {"paper_mm": 58})
    printers.remove_printer(hall.store, "balai", hall.clock())
    setting, code, before, after = logged(hall)
    assert isinstance(before, dict)
    assert (setting, code, before["paper_mm"], after, newest(hall).staff_id) == ("printer", "balai", 58, None, None)


def test_a_group_that_takes_no_more_is_left_alone(hall: Hall) -> None:
    def set_group(*services: int) -> None:
        calling_rules.set_group(hall.store, hall.admin, "baru", {"id": "B"}, FIFO, services, hall.clock())

    set_group(1, 2)
    with hall.nothing_changes():
        set_group(2)
    set_group(3)
    assert logged(hall) == ("service_group", "baru", {"services": [1, 2]}, {"services": [1, 2, 3]})


def test_notices_are_logged_by_their_id(hall: Hall) -> None:
    now = to_ms(hall.clock())
    made = notices.add_notice(hall.store, hall.supervisor, "Tutup", None, now, now + 1, hall.clock())
    written = {"zone_id": None, "text": "Tutup", "from_at": now, "until_at": now + 1}
    assert logged(hall) == ("notice", made, None, written)
    with hall.one_change(hall.supervisor):
        notices.remove_notice(hall.store, hall.supervisor, made, hall.clock())
    assert logged(hall) == ("notice", made, {"id": made, **written}, None)
    with hall.nothing_changes():
        notices.remove_notice(hall.store, hall.supervisor, made, hall.clock())


def test_a_picture_is_logged_as_its_digest(hall: Hall) -> None:
    set_templates(hall, {"logo": PICTURE, "footer": "F"}, {})
    *_, after = logged(hall)
    assert isinstance(after, dict)
    assert after["hall"]["footer"] == "F"
    assert after["hall"]["logo"].keys() == {"sha256", "bytes"}
    assert after["hall"]["logo"]["bytes"] > MOST_BYTES_LOGGED
    set_templates(hall, {"logo": PICTURE + "B", "footer": "F"}, {})
    *_, before, other = logged(hall)
    assert before == {"hall": {"logo": after["hall"]["logo"]}}
    assert other != before


def test_a_wrong_value_changes_nothing(hall: Hall) -> None:
    set_policy(hall, undo_s=31)
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting"):
        set_policy(hall, undo_s=9_999)
    assert hall.catalogue().policy.undo_s == 31


def test_a_write_that_fails_leaves_neither_value_nor_fact(hall: Hall) -> None:
    def fail() -> None:
        raise RuntimeError("the write fails")

    def set_twice() -> None:
        with begin_today(hall.store, hall.clock()) as unit:
            set_columns(unit, hall.admin, Setting("language"), t.hall, {"language": "en"})
            change(unit, hall.admin, Setting("language"), "en", "id", fail)

    with hall.nothing_changes(), pytest.raises(RuntimeError):
        set_twice()
    assert hall.catalogue().language == "id"


def test_two_changes_at_once_are_logged_one_after_the_other(hall: Hall) -> None:
    values = [11 + number for number in range(8)]
    version = hall.catalogue().version
    with ThreadPoolExecutor(len(values)) as pool:
        list(pool.map(lambda value: set_policy(hall, undo_s=value), values))
    facts: list[Any] = [fact.details for fact in hall.facts(FactKind.CATALOGUE_CHANGED)]
    chain = [facts[0].before["policy"]["undo_s"]] + [fact.after["policy"]["undo_s"] for fact in facts]
    assert [fact.before["policy"]["undo_s"] for fact in facts] == chain[:-1], "each knows what the one before set"
    assert sorted(chain[1:]) == values
    assert hall.catalogue().policy.undo_s == chain[-1]
    assert hall.catalogue().version == version + len(values)


def test_the_version_is_raised_in_one_place() -> None:
    """Whoever raises it elsewhere changes a setting without a fact that says from what to what."""
    package = Path(queue_app.__file__).parent
    raising = [path.name for path in package.rglob("*.py") if "catalogue_version + 1" in path.read_text("utf-8")]
    assert raising == ["editing.py"]
