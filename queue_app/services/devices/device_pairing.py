"""Approve and revoke kiosks and print agents by the pairing code they show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.facts import DeviceChanged
from queue_app.domain.numbering import digest
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.devices.pairing_codes import consume_pairing_code, device_name
from queue_app.services.devices.tokens import CODE, Device, devices, revoke_device
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit


def approve_device(
    store: Store, officer: Officer, kind: DeviceKind, code: str, name: str, place: str, now: datetime
) -> None:
    """Approve the device that shows this pairing code, as a kiosk or print agent whose code is `place`.

    Raises Refusal not_allowed, unknown_device (nothing shows this code), unknown_kiosk, bad_setting.
    """
    _require(officer, kind)
    with begin_today(store, now) as unit:
        # A screen's kind is decided at approval: it waits as a display, even if it becomes a kiosk.
        token_hash = consume_pairing_code(
            unit, code, DeviceKind.AGENT if kind is DeviceKind.AGENT else DeviceKind.DISPLAY
        )
        if kind is DeviceKind.KIOSK and place not in unit.catalogue.kiosks:
            raise Refusal("unknown_kiosk")
        if kind is DeviceKind.AGENT and not CODE.fullmatch(place):
            raise BadSetting("code", "place", "An agent's code is 1 to 60 of A-Z a-z 0-9 . _ -", most=60).refusal()
        _keep(unit, kind, place, device_name(name), token_hash)
        added = DeviceChanged(device_kind=kind, code=place, what=DeviceChange.ADDED)
        unit.record(added, staff_id=officer.id)


def _keep(unit: Unit, kind: DeviceKind, place: str, name: str, token_hash: str) -> None:
    same_device = (t.device.c.kind == kind) & (t.device.c.code == place)
    existing = unit.connection.execute(select(t.device.c.revoked_at).where(same_device)).one_or_none()
    if existing is not None and existing.revoked_at is None:
        text = f"Another device is “{place}”: revoke it first."
        raise BadSetting("in_use", "place", text, value=place).refusal()
    # The device showed its code a moment ago, so it was seen now.
    presence = {"last_seen_at": unit.now_ms, "trouble": None}
    values = {"name": name, "token_hash": token_hash, "revoked_at": None, **presence}
    if existing is None:
        unit.connection.execute(insert(t.device).values(kind=kind, code=place, created_at=unit.now_ms, **values))
    else:
        unit.connection.execute(update(t.device).where(same_device).values(**values))


def revoke_paired_device(store: Store, officer: Officer, device_id: int, now: datetime) -> None:
    """Revoke a kiosk or print agent. Raises Refusal not_allowed, unknown_device."""
    device = next((device for device in paired_devices(store) if device.id == device_id), None)
    if device is None:
        raise Refusal("unknown_device")
    _require(officer, device.kind)
    revoke_device(store, device.kind, device.code, now, officer)


def paired_devices(store: Store) -> Sequence[Device]:
    """Read the paired kiosks and print agents, without revoked ones."""
    return [
        device
        for kind in (DeviceKind.KIOSK, DeviceKind.AGENT)
        for device in devices(store, kind)
        if device.revoked_at is None
    ]


def kiosk_of_token(connection: Connection, token: str) -> str | None:
    """Return the code of the paired kiosk with this token; None if there is none or it is revoked."""
    return _code_of(connection, token, DeviceKind.KIOSK)


def is_agent_token(connection: Connection, token: str) -> bool:
    """Whether a paired print agent has this token."""
    return _code_of(connection, token, DeviceKind.AGENT) is not None


def _code_of(connection: Connection, token: str, kind: DeviceKind) -> str | None:
    paired = (t.device.c.token_hash == digest(token)) & (t.device.c.kind == kind) & t.device.c.revoked_at.is_(None)
    code: str | None = connection.execute(select(t.device.c.code).where(paired)).scalar_one_or_none()
    return code


def _require(officer: Officer, kind: DeviceKind) -> None:
    require(officer, Permission.MANAGE_AGENTS if kind is DeviceKind.AGENT else Permission.MANAGE_DEVICES)
