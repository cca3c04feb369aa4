"""Paired displays: approve one by its code, change what it shows, revoke it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.display_settings import DisplaySettings
from queue_app.domain.errors import Refusal
from queue_app.domain.facts import DeviceChanged
from queue_app.domain.numbering import digest
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.devices.display_presence import purge_display_report
from queue_app.services.devices.pairing_codes import consume_pairing_code, device_name
from queue_app.services.devices.tokens import revoke_device
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit, new_id

Config = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PairedDisplay:
    """A paired display that is not revoked: its zone, and its configuration."""

    device_id: int
    code: str
    name: str
    zone: str
    config: Config

    @property
    def key(self) -> str:
        """The key that identifies the display in its reports."""
        return f"d{self.device_id}"

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones whose calls the display shows and speaks, its own first."""
        also = self.config.get("also", ())
        return tuple(dict.fromkeys([self.zone, *(also if isinstance(also, list) else ())]))

    @property
    def version(self) -> str:
        """A short hash that changes when staff give the display another zone or configuration."""
        return hashlib.sha256(json.dumps([self.zone, dict(self.config)]).encode()).hexdigest()[:12]


def display_settings_version(setup: PairedDisplay | None, settings: DisplaySettings) -> str:
    """Return the version of a display page's settings; changes with the display's own settings and the hall's."""
    return settings.version if setup is None else f"{setup.version}-{settings.version}"


def approve_display(
    store: Store, officer: Officer, code: str, name: str, zone: str, config: Config, now: datetime
) -> int:
    """Approve the screen with this code, as a display of a zone; return the device's id.

    Raises Refusal not_allowed, unknown_device (no screen shows this code), unknown_zone, bad_setting.
    """
    require(officer, Permission.MANAGE_DEVICES)
    with begin_today(store, now) as unit:
        token_hash = consume_pairing_code(unit, code, DeviceKind.DISPLAY)
        zone_id = _zone_id(unit, zone)
        number = unit.connection.execute(select(func.coalesce(func.max(t.device.c.id), 0))).scalar_one() + 1
        inserted = unit.connection.execute(
            insert(t.device).values(
                kind=DeviceKind.DISPLAY,
                code=f"{zone}-{number}"[:60],
                name=device_name(name),
                token_hash=token_hash,
                created_at=unit.now_ms,
            )
        )
        device_id = new_id(inserted)
        values = {"device_id": device_id, "zone_id": zone_id, "config": _checked(unit, zone, config)}
        unit.connection.execute(insert(t.display_setup).values(**values))
        _changed(unit, officer, device_id, DeviceChange.ADDED)
    return device_id


def change_display(
    store: Store, officer: Officer, device_id: int, name: str, zone: str, config: Config, now: datetime
) -> None:
    """Change name, zone and configuration of a display. Raises Refusal not_allowed, unknown_device, unknown_zone."""
    require(officer, Permission.MANAGE_DEVICES)
    with begin_today(store, now) as unit:
        values = {"zone_id": _zone_id(unit, zone), "config": _checked(unit, zone, config)}
        same_display = t.display_setup.c.device_id == device_id
        if unit.connection.execute(update(t.display_setup).where(same_display).values(**values)).rowcount == 0:
            raise Refusal("unknown_device")
        unit.connection.execute(update(t.device).where(t.device.c.id == device_id).values(name=device_name(name)))
        _changed(unit, officer, device_id, DeviceChange.CHANGED)


def revoke_display(store: Store, officer: Officer, device_id: int, now: datetime) -> None:
    """Revoke a display: its screen shows a pairing code again. Raises Refusal not_allowed, unknown_device."""
    require(officer, Permission.MANAGE_DEVICES)
    with store.read() as connection:
        setup = paired_displays(connection).get(device_id)
    if setup is None:
        raise Refusal("unknown_device")
    revoke_device(store, DeviceKind.DISPLAY, setup.code, now, officer)
    purge_display_report(store, setup.key)


def paired_displays(connection: Connection) -> dict[int, PairedDisplay]:
    """Read all paired displays that are not revoked, by device id."""
    rows = connection.execute(
        select(t.device.c.id, t.device.c.code, t.device.c.name, t.zone.c.code.label("zone"), t.display_setup.c.config)
        .join(t.display_setup, t.display_setup.c.device_id == t.device.c.id)
        .join(t.zone, t.zone.c.id == t.display_setup.c.zone_id)
        .where(t.device.c.kind == DeviceKind.DISPLAY, t.device.c.revoked_at.is_(None))
        .order_by(t.device.c.id)
    )
    return {row.id: PairedDisplay(row.id, row.code, row.name, row.zone, row.config) for row in rows}


def display_of_token(connection: Connection, token: str) -> PairedDisplay | None:
    """Return the paired display with this token; None if there is none or it is revoked."""
    paired = (
        (t.device.c.token_hash == digest(token))
        & (t.device.c.kind == DeviceKind.DISPLAY)
        & t.device.c.revoked_at.is_(None)
    )
    device_id = connection.execute(select(t.device.c.id).where(paired)).scalar_one_or_none()
    return None if device_id is None else paired_displays(connection).get(device_id)


def is_revoked(connection: Connection, token: str) -> bool:
    """Whether this is the token of a device that staff have revoked."""
    revoked = (t.device.c.token_hash == digest(token)) & t.device.c.revoked_at.is_not(None)
    return connection.execute(select(t.device.c.id).where(revoked)).first() is not None


def _zone_id(unit: Unit, zone: str) -> int:
    known_zone = unit.catalogue.zones_by_code.get(zone)
    if known_zone is None:
        raise Refusal("unknown_zone")
    return known_zone.id


def _checked(unit: Unit, zone: str, config: Config) -> dict[str, object]:
    """Validate a configuration: the zones that a display also shows must exist. Raises Refusal unknown_zone."""
    also = config.get("also", ())
    assert isinstance(also, list | tuple)
    for code in also:
        _zone_id(unit, code)
    return {**config, "also": [code for code in also if code != zone]}


def _changed(unit: Unit, officer: Officer, device_id: int, what: DeviceChange) -> None:
    changed = DeviceChanged(device_kind=DeviceKind.DISPLAY, code=str(device_id), what=what)
    unit.record(changed, staff_id=officer.id)
