"""Machines that sign in by a token: shown once, kept as a hash, revoked at once, guessed in vain."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.numbering import digest
from queue_app.services.devices import tokens
from queue_app.services.devices.tokens import WRONG_PER_ADDRESS, Device
from queue_app.store import tables as t
from tests.services.conftest import Hall

HERE = "10.0.0.7"


def add(hall: Hall, code: str = "kiosk-1", kind: DeviceKind = DeviceKind.AGENT, **more: Any) -> str:
    return tokens.add_device(hall.store, kind, code, "PC kios", hall.clock(), **more)


def revoke(hall: Hall, code: str = "kiosk-1", kind: DeviceKind = DeviceKind.AGENT, **more: Any) -> None:
    tokens.revoke_device(hall.store, kind, code, hall.clock(), **more)


def whose(hall: Hall, token: str, address: str = HERE) -> Device | None:
    return tokens.authenticate(hall.store, token, address, hall.clock())


def known(hall: Hall, kind: DeviceKind = DeviceKind.AGENT) -> list[Device]:
    return list(tokens.devices(hall.store, kind))


def test_a_token_opens_for_its_device_alone(hall: Hall) -> None:
    with hall.one_fact(FactKind.DEVICE, hall.admin):
        token = add(hall, by=hall.admin)
    other = add(hall, "kiosk-2")
    device = whose(hall, token)
    assert device is not None
    assert (device.kind, device.code, device.name, device.revoked_at) == (DeviceKind.AGENT, "kiosk-1", "PC kios", None)
    assert (found := whose(hall, other)) is not None
    assert found.code == "kiosk-2"
    assert whose(hall, token[:-1]) is None
    assert whose(hall, "") is None


def test_no_token_is_kept(hall: Hall) -> None:
    token = add(hall)
    with hall.store.read() as connection:
        stored = str(connection.execute(select(t.device)).all()) + str(connection.execute(select(t.log)).all())
    assert token not in stored
    assert digest(token) in stored


def test_a_revoked_one_is_out_at_once_and_may_come_back_with_a_new_token(hall: Hall) -> None:
    old = add(hall)
    (before,) = known(hall)
    with hall.one_fact(FactKind.DEVICE, hall.admin):
        revoke(hall, by=hall.admin)
    assert whose(hall, old) is None
    assert known(hall)[0].revoked_at == to_ms(hall.clock())
    with pytest.raises(Refusal, match="unknown_device"):
        revoke(hall)
    new = add(hall)
    assert new != old
    assert whose(hall, old) is None
    assert (back := whose(hall, new)) is not None
    assert back.id == before.id


def test_kinds_do_not_mix(hall: Hall) -> None:
    add(hall, "utama")
    add(hall, "utama", kind="kiosk")
    assert [
        device.kind for kind in (DeviceKind.AGENT, DeviceKind.KIOSK, DeviceKind.DISPLAY) for device in known(hall, kind)
    ] == [DeviceKind.AGENT, DeviceKind.KIOSK]
    with pytest.raises(Refusal, match="unknown_device"):
        revoke(hall, "utama", kind="display")
    revoke(hall, "utama", kind="kiosk")
    assert known(hall)[0].revoked_at is None


def test_a_code_is_for_one_machine(hall: Hall) -> None:
    token = add(hall)
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall)
    assert refused.value.facts["wrong"] == "in_use"
    assert whose(hall, token) is not None


@pytest.mark.parametrize("code", ["", "a b", "kios/1", "x" * 61, "ké"])
def test_a_code_that_cannot_be(hall: Hall, code: str) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall, code)
    assert refused.value.facts["field"] == "code"


def test_when_it_was_seen_is_noted_now_and_then(hall: Hall, clock: Any) -> None:
    """Agents ask many times a minute; not each time is written down."""
    token, start = add(hall), to_ms(clock())
    assert known(hall)[0].last_seen_at is None
    for seconds, noted in ((0, start), (9, start), (1, start + 10_000)):
        clock.forward(seconds=seconds)
        whose(hall, token)
        assert known(hall)[0].last_seen_at == noted
    add(hall, "utama", kind="kiosk")
    for _ in range(2):
        tokens.touch_device(hall.store, DeviceKind.KIOSK, "utama", clock())
        clock.forward(seconds=9)
    assert known(hall, "kiosk")[0].last_seen_at == start + 10_000


def test_what_a_device_says_of_itself_is_a_fact_once(hall: Hall) -> None:
    token = add(hall)

    def say(trouble: str | None) -> None:
        device = whose(hall, token)
        assert device is not None
        tokens.report_trouble(hall.store, device, trouble, hall.clock())

    with hall.one_fact(FactKind.DEVICE, None):
        say("disk_full")
        say("disk_full")
    assert known(hall)[0].trouble == "disk_full"
    with hall.one_fact(FactKind.DEVICE, None):
        say(None)
        say(None)
    assert known(hall)[0].trouble is None


def test_guessing_ends_for_an_address_and_for_a_while(hall: Hall, clock: Any) -> None:
    token = add(hall)
    for number in range(WRONG_PER_ADDRESS):
        assert whose(hall, f"guess-{number}") is None
    with pytest.raises(Refusal, match="too_many_attempts"):
        whose(hall, "guess")
    assert whose(hall, token) is not None, "the agent beside it is still paired"
    assert whose(hall, "guess", "10.0.0.8") is None
    clock.forward(minutes=16)
    assert whose(hall, "guess") is None
