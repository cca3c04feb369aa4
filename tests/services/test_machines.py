"""Kiosks and print agents that show a code are approved, by whom they may, and revoked."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.staff import Officer
from queue_app.services.devices import device_pairing, pairing_codes, tokens
from tests.services.conftest import Hall


def begin(hall: Hall, kind: str) -> tuple[str, str]:
    """A machine shows a code: a print agent as such, a kiosk like any screen."""
    return pairing_codes.begin_pairing(
        hall.store, DeviceKind.AGENT if kind == DeviceKind.AGENT else DeviceKind.DISPLAY, hall.clock()
    )


def approve(hall: Hall, by: Officer, kind: str, code: str, place: str, name: str = "Mesin") -> None:
    device_pairing.approve_device(hall.store, by, kind, code, name, place, hall.clock())


def revoke(hall: Hall, by: Officer, device_id: int) -> None:
    device_pairing.revoke_paired_device(hall.store, by, device_id, hall.clock())


def kiosk_of(hall: Hall, token: str) -> str | None:
    with hall.store.read() as connection:
        return device_pairing.kiosk_of_token(connection, token)


def is_agent(hall: Hall, token: str) -> bool:
    with hall.store.read() as connection:
        return device_pairing.is_agent_token(connection, token)


def known(hall: Hall) -> list[tuple[str, str]]:
    """Kind and code of what is approved."""
    return [(machine.kind, machine.code) for machine in device_pairing.paired_devices(hall.store)]


def test_a_kiosk_is_approved_and_revoked(hall: Hall) -> None:
    code, token = begin(hall, DeviceKind.KIOSK)
    assert kiosk_of(hall, token) is None
    with hall.one_fact(FactKind.DEVICE, hall.supervisor):
        approve(hall, hall.supervisor, DeviceKind.KIOSK, code, "utama", " Kios \n utama ")
    assert kiosk_of(hall, token) == "utama"
    assert not is_agent(hall, token)
    (machine,) = device_pairing.paired_devices(hall.store)
    assert (machine.name, machine.last_seen_at) == ("Kios utama", to_ms(hall.clock()))
    with hall.one_fact(FactKind.DEVICE, hall.supervisor):
        revoke(hall, hall.supervisor, machine.id)
    assert kiosk_of(hall, token) is None
    assert known(hall) == []
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_device"):
        revoke(hall, hall.supervisor, machine.id)


def test_an_agent_that_is_approved_signs_in_with_its_token(hall: Hall) -> None:
    code, token = begin(hall, DeviceKind.AGENT)
    with hall.one_fact(FactKind.DEVICE, hall.admin):
        approve(hall, hall.admin, DeviceKind.AGENT, code, "kiosk-1")
    assert is_agent(hall, token)
    assert kiosk_of(hall, token) is None
    device = tokens.authenticate(hall.store, token, "10.0.0.7", hall.clock())
    assert device is not None
    assert (device.kind, device.code) == (DeviceKind.AGENT, "kiosk-1")
    revoke(hall, hall.admin, device.id)
    assert not is_agent(hall, token)
    assert tokens.authenticate(hall.store, token, "10.0.0.7", hall.clock()) is None


def test_whom_it_is_refused(hall: Hall) -> None:
    """A print agent reads every paper of its printers, so that administrators alone approve and revoke it."""
    kiosk, agent = begin(hall, DeviceKind.KIOSK)[0], begin(hall, DeviceKind.AGENT)[0]
    for who, kind, code in (
        (hall.officer, DeviceKind.KIOSK, kiosk),
        (hall.officer, DeviceKind.AGENT, agent),
        (hall.supervisor, DeviceKind.AGENT, agent),
    ):
        with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
            approve(hall, who, kind, code, "utama")
    approve(hall, hall.supervisor, DeviceKind.KIOSK, kiosk, "utama")
    approve(hall, hall.admin, DeviceKind.AGENT, agent, "utama")
    one_kiosk, one_agent = device_pairing.paired_devices(hall.store)
    for who, machine in ((hall.officer, one_kiosk), (hall.officer, one_agent), (hall.supervisor, one_agent)):
        with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
            revoke(hall, who, machine.id)
    assert known(hall) == [(DeviceKind.KIOSK, "utama"), (DeviceKind.AGENT, "utama")]


@pytest.mark.parametrize(
    ("kind", "wrong", "refusal"),
    [
        (DeviceKind.KIOSK, {"place": "mars"}, "unknown_kiosk"),
        (DeviceKind.KIOSK, {"name": " "}, "bad_setting"),
        (DeviceKind.KIOSK, {"code": "------"}, "unknown_device"),
        (DeviceKind.AGENT, {"place": "a b"}, "bad_setting"),
        (DeviceKind.AGENT, {"place": "x" * 61}, "bad_setting"),
        (DeviceKind.AGENT, {"name": "x" * 121}, "bad_setting"),
    ],
)
def test_a_refused_machine_waits_on(hall: Hall, kind: str, wrong: dict[str, Any], refusal: str) -> None:
    code, token = begin(hall, kind)
    with hall.nothing_changes(), pytest.raises(Refusal, match=refusal):
        approve(hall, hall.admin, kind, **{"code": code, "place": "utama", **wrong})
    assert pairing_codes.pairing_code_of(hall.store, token, hall.clock()) == code


def test_a_screens_code_makes_no_agent_and_the_other_way_round(hall: Hall) -> None:
    for shown, wanted in ((DeviceKind.DISPLAY, DeviceKind.AGENT), (DeviceKind.AGENT, DeviceKind.KIOSK)):
        code, _token = begin(hall, shown)
        with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_device"):
            approve(hall, hall.admin, wanted, code, "utama")


@pytest.mark.parametrize("kind", [DeviceKind.KIOSK, DeviceKind.AGENT])
def test_a_place_is_for_one_machine_until_that_is_revoked(hall: Hall, kind: str) -> None:
    code, old = begin(hall, kind)
    approve(hall, hall.admin, kind, code, "utama")
    code, new = begin(hall, kind)
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        approve(hall, hall.admin, kind, code, "utama")
    assert (refused.value.facts["wrong"], refused.value.facts["field"]) == ("in_use", "place")
    (machine,) = device_pairing.paired_devices(hall.store)
    revoke(hall, hall.admin, machine.id)
    approve(hall, hall.admin, kind, code, "utama")
    accepted = kiosk_of if kind == DeviceKind.KIOSK else is_agent
    assert (bool(accepted(hall, old)), bool(accepted(hall, new))) == (False, True)
    assert device_pairing.paired_devices(hall.store)[0].id == machine.id, "its printers are still its own"
