"""A screen shows a code, staff approve it as a display, and may change and revoke it later."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.domain.display_settings import DisplaySettings
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.staff import Officer
from queue_app.services.devices import pairing_codes
from queue_app.services.devices.display_pairing import (
    Config,
    PairedDisplay,
    approve_display,
    change_display,
    display_of_token,
    display_settings_version,
    paired_displays,
    revoke_display,
)
from queue_app.services.devices.display_pairing import is_revoked as is_revoked_of_display_pairing
from queue_app.services.devices.display_presence import DisplayReport, display_statuses, store_display_reports
from queue_app.services.devices.pairing_codes import MAX_PENDING_PAIRINGS
from queue_app.store import tables as t
from tests.services.conftest import Hall

SPLIT = {"layout": "split", "also": []}


def begin(hall: Hall) -> tuple[str, str]:
    return pairing_codes.begin_pairing(hall.store, DeviceKind.DISPLAY, hall.clock())


def approve(
    hall: Hall,
    code: str,
    name: str = "TV pintu",
    zone: str = "utara",
    config: Config = SPLIT,
    by: Officer | None = None,
) -> int:
    return approve_display(hall.store, by or hall.supervisor, code, name, zone, config, hall.clock())


def change(hall: Hall, device_id: int, name: str, zone: str, config: Config = SPLIT) -> None:
    change_display(hall.store, hall.supervisor, device_id, name, zone, config, hall.clock())


def revoke(hall: Hall, device_id: int, by: Officer | None = None) -> None:
    revoke_display(hall.store, by or hall.supervisor, device_id, hall.clock())


def display_of(hall: Hall, token: str) -> PairedDisplay | None:
    """The display that signs in by this token."""
    with hall.store.read() as connection:
        return display_of_token(connection, token)


def is_revoked(hall: Hall, token: str) -> bool:
    with hall.store.read() as connection:
        return is_revoked_of_display_pairing(connection, token)


def test_a_screen_waits_under_its_code_until_it_is_approved(hall: Hall) -> None:
    code, token = begin(hall)
    assert (len(code), code.isdigit()) == (6, True)
    assert pairing_codes.pairing_code_of(hall.store, token, hall.clock()) == code
    assert display_of(hall, token) is None
    with hall.one_fact(FactKind.DEVICE, hall.supervisor):
        device_id = approve(hall, code, " TV \n pintu ")
    found = display_of(hall, token)
    assert found is not None
    assert (found.device_id, found.name, found.zone, found.config) == (device_id, "TV pintu", "utara", SPLIT)
    assert pairing_codes.pairing_code_of(hall.store, token, hall.clock()) is None
    assert not is_revoked(hall, token)
    with pytest.raises(Refusal, match="unknown_device"):
        approve(hall, code)


def test_neither_token_nor_code_is_kept(hall: Hall) -> None:
    code, token = begin(hall)
    with hall.store.read() as connection:
        assert token not in str(connection.execute(select(t.pairing)).all())
    approve(hall, code)
    with hall.store.read() as connection:
        kept = str([connection.execute(select(table)).all() for table in (t.device, t.pairing, t.log)])
    assert token not in kept
    assert f"'{code}'" not in kept


def test_a_code_ends_after_a_quarter_of_an_hour(hall: Hall, clock: Any) -> None:
    code, token = begin(hall)
    clock.forward(minutes=15)
    assert pairing_codes.pairing_code_of(hall.store, token, clock()) is None
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_device"):
        approve(hall, code)
    begin(hall)
    with hall.store.read() as connection:
        assert code not in connection.execute(select(t.pairing.c.code)).scalars().all(), "it made room"


def test_screens_that_wait_have_each_a_code_and_are_not_too_many(hall: Hall, clock: Any) -> None:
    codes = {begin(hall)[0] for _ in range(MAX_PENDING_PAIRINGS)}
    assert len(codes) == MAX_PENDING_PAIRINGS
    with pytest.raises(Refusal, match="too_many_attempts"):
        begin(hall)
    clock.forward(minutes=15)
    begin(hall)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"zone": "mars"}, "unknown_zone"),
        ({"config": {"also": ["mars"]}}, "unknown_zone"),
        ({"name": " \n "}, "bad_setting"),
        ({"name": "x" * 121}, "bad_setting"),
        ({"code": "------"}, "unknown_device"),
    ],
)
def test_a_refused_screen_waits_on(hall: Hall, wrong: dict[str, Any], refusal: str) -> None:
    code, token = begin(hall)
    with hall.nothing_changes(), pytest.raises(Refusal, match=refusal):
        approve(hall, **{"code": code, **wrong})
    assert pairing_codes.pairing_code_of(hall.store, token, hall.clock()) == code
    assert display_of(hall, token) is None


def test_officers_of_an_agency_do_not_pair(hall: Hall) -> None:
    device_id = approve(hall, begin(hall)[0], by=hall.admin)
    code, _token = begin(hall)
    with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
        approve(hall, code, by=hall.officer)
    with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
        change_display(hall.store, hall.officer, device_id, "TV", "utara", {}, hall.clock())
    with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
        revoke(hall, device_id, hall.officer)


def test_changed_settings_are_another_version(hall: Hall) -> None:
    code, token = begin(hall)
    device_id = approve(hall, code)
    before = display_of(hall, token)
    with hall.one_fact(FactKind.DEVICE, hall.supervisor):
        change(hall, device_id, "TV tengah", "tengah", {"layout": "board", "also": ["utara", "tengah"]})
    after = display_of(hall, token)
    assert before is not None
    assert after is not None
    assert (after.name, after.zone, after.zones) == ("TV tengah", "tengah", ("tengah", "utara"))
    assert (after.key, after.version != before.version) == (before.key, True)
    change(hall, device_id, "Nama lain", "tengah", {"layout": "board", "also": ["utara"]})
    assert (renamed := display_of(hall, token)) is not None
    assert renamed.version == after.version, "a page need not load anew for a name"


def test_a_refused_change_changes_nothing(hall: Hall) -> None:
    code, token = begin(hall)
    device_id = approve(hall, code)
    before = display_of(hall, token)
    for number, name, zone, refusal in (
        (device_id, "TV", "mars", "unknown_zone"),
        (device_id, "", "tengah", "bad_setting"),
        (9_999, "TV", "utara", "unknown_device"),
    ):
        with hall.nothing_changes(), pytest.raises(Refusal, match=refusal):
            change(hall, number, name, zone)
    assert display_of(hall, token) == before


def test_a_revoked_display_is_out_at_once_and_forgotten(hall: Hall) -> None:
    code, token = begin(hall)
    device_id = approve(hall, code)
    found = display_of(hall, token)
    assert found is not None
    report = DisplayReport(found.key, "utara", "split", "on", None, 1920, 1080, True, "b1")
    store_display_reports(hall.store, [(report, hall.clock())])
    with hall.one_fact(FactKind.DEVICE, hall.supervisor):
        revoke(hall, device_id)
    assert display_of(hall, token) is None
    assert is_revoked(hall, token)
    assert display_statuses(hall.store) == []
    for number in (device_id, 9_999):
        with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_device"):
            revoke(hall, number)


def test_two_displays_of_a_zone_are_two(hall: Hall) -> None:
    first, second = (approve(hall, begin(hall)[0]) for _ in range(2))
    with hall.store.read() as connection:
        found = paired_displays(connection)
    assert found.keys() == {first, second}
    assert found[first].code != found[second].code
    revoke(hall, first)
    third = approve(hall, begin(hall)[0])
    with hall.store.read() as connection:
        assert paired_displays(connection).keys() == {second, third}


def test_what_a_page_was_made_from(hall: Hall) -> None:
    """A window that nobody paired depends on the hall's settings alone, a display on both."""
    code, token = begin(hall)
    approve(hall, code)
    display, quiet = display_of(hall, token), DisplaySettings(gong=False)
    seen = {display_settings_version(one, lobby) for one in (None, display) for lobby in (DisplaySettings(), quiet)}
    assert len(seen) == 4


def test_codes_are_kept_no_longer_than_they_count(hall: Hall) -> None:
    begin(hall)
    with hall.store.read() as connection:
        ends = connection.execute(select(t.pairing.c.expires_at)).scalar_one()
    assert ends == to_ms(hall.clock() + pairing_codes.CODE_LASTS)
