"""How displays speak, as administrators set it."""

from __future__ import annotations

import pytest

from queue_app.cli.database import demo_plan
from queue_app.domain.display_settings import DisplaySettings
from queue_app.domain.errors import Refusal
from queue_app.services.settings import display_settings
from queue_app.services.settings.hall_file import load_hall
from queue_app.store import migrate
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from tests.conftest import DEMO_PASSWORD, NOON
from tests.services.conftest import Hall


def test_what_is_left_out_gets_its_default(hall: Hall) -> None:
    before = hall.catalogue().display_settings.version
    with hall.one_change(hall.admin):
        display_settings.set_display_settings(hall.store, hall.admin, {"times": 3, "gong": False}, hall.clock())
    assert hall.catalogue().display_settings == DisplaySettings(times=3, gong=False)
    assert hall.catalogue().display_settings.version != before, (
        "displays that are on learn by it that they are to load anew"
    )
    with hall.one_change(hall.admin):
        display_settings.set_display_settings(hall.store, hall.admin, {"pairing": True}, hall.clock())
    assert hall.catalogue().display_settings == DisplaySettings(pairing=True)


@pytest.mark.parametrize(
    ("stored", "wrong"),
    [
        ({"times": 0}, "range"),
        ({"times": 4}, "range"),
        ({"times": True}, "range"),
        ({"times": "2"}, "range"),
        ({"gong": 1}, "boolean"),
        ({"volume": 80}, "unknown"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_field(hall: Hall, stored: dict[str, object], wrong: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        display_settings.set_display_settings(hall.store, hall.admin, stored, hall.clock())
    assert (refused.value.facts["wrong"], refused.value.facts["field"]) == (wrong, *stored)


def test_only_administrators(hall: Hall) -> None:
    for who in (hall.officer, hall.supervisor):
        with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
            display_settings.set_display_settings(hall.store, who, {}, hall.clock())


@pytest.mark.parametrize("key", ["display_settings", "lobby"])
def test_the_hall_file_sets_them_also_under_their_old_name(sqlite_url: str, key: str) -> None:
    engine = open_engine(sqlite_url)
    migrate.upgrade(engine)
    plan = demo_plan()
    plan = {**plan, "hall": {**plan["hall"], key: {"gong": False}}}
    store = Store(engine)
    assert load_hall(store, plan, NOON, password=DEMO_PASSWORD, printer_url="file:///dev/null")
    with store.read() as connection:
        assert store.catalogue(connection).display_settings == DisplaySettings(gong=False)
    engine.dispose()
