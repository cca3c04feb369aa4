"""Pairing of displays: the screen shows a code, staff approve the code, and the screen's token is valid from then on.

The token is created with the code, and only its hash is stored: first beside the code, then with the device. So no
secret is transmitted at the approval, and reading the code off the screen reveals no token.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import Kind
from queue_app.domain.lobby import Lobby
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.services.devices import digest, revoke_device
from queue_app.services.lobby import require_supervisor
from queue_app.services.screens import forget_screen
from queue_app.store import tables as t
from queue_app.store.unit import Store, Unit, new_id

DISPLAY = "display"
CODE_LENGTH = 6
CODE_LASTS = timedelta(minutes=15)
MOST_WAITING = 200
_TRIES = 20
_LONGEST_NAME = 120

Config = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Setup:
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


def settings_version(setup: Setup | None, lobby: Lobby) -> str:
    """Return the version of a display page's settings; changes with the display's own settings and the hall's."""
    return lobby.version if setup is None else f"{setup.version}-{lobby.version}"


def begin(store: Store, kind: str, now: datetime) -> tuple[str, str]:
    """Create a pairing code for an unpaired screen, and its token.

    Raises Refusal too_many_attempts when 200 screens wait already.
    """
    now_ms = to_ms(now)
    token = secrets.token_urlsafe(32)
    with store.transaction() as connection:
        connection.execute(delete(t.pairing).where(t.pairing.c.expires_at <= now_ms))
        waiting = set(connection.execute(select(t.pairing.c.code)).scalars())
        if len(waiting) >= MOST_WAITING:
            raise Refusal("too_many_attempts", minutes=round(CODE_LASTS.total_seconds() / 60))
        codes = (f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}" for _ in range(_TRIES))
        code = next(code for code in codes if code not in waiting)
        values = {"code": code, "token_hash": digest(token), "kind": kind, "created_at": now_ms}
        connection.execute(insert(t.pairing).values(**values, expires_at=to_ms(now + CODE_LASTS)))
    return code, token


def code_of(store: Store, token: str, now: datetime) -> str | None:
    """Return the pairing code of a waiting token; None if it does not wait or its code has expired."""
    waits = (t.pairing.c.token_hash == digest(token)) & (t.pairing.c.expires_at > to_ms(now))
    with store.read() as connection:
        code: str | None = connection.execute(select(t.pairing.c.code).where(waits)).scalar_one_or_none()
    return code


def approve(store: Store, officer: Officer, code: str, name: str, zone: str, config: Config, now: datetime) -> int:
    """Approve the screen with this code, as a display of a zone; return the device's id.

    Raises Refusal not_allowed, unknown_device (no screen shows this code), unknown_zone, bad_setting.
    """
    require_supervisor(officer)
    with acting(store, now) as unit:
        token_hash = take_code(unit, code, DISPLAY)
        zone_id = _zone_id(unit, zone)
        number = unit.connection.execute(select(func.coalesce(func.max(t.device.c.id), 0))).scalar_one() + 1
        inserted = unit.connection.execute(
            insert(t.device).values(
                kind=DISPLAY,
                code=f"{zone}-{number}"[:60],
                name=device_name(name),
                token_hash=token_hash,
                created_at=unit.now_ms,
            )
        )
        device_id = new_id(inserted)
        values = {"device_id": device_id, "zone_id": zone_id, "config": _checked(unit, zone, config)}
        unit.connection.execute(insert(t.display_setup).values(**values))
        _changed(unit, officer, device_id, "added")
    return device_id


def change(store: Store, officer: Officer, device_id: int, name: str, zone: str, config: Config, now: datetime) -> None:
    """Change name, zone and configuration of a display. Raises Refusal not_allowed, unknown_device, unknown_zone."""
    require_supervisor(officer)
    with acting(store, now) as unit:
        values = {"zone_id": _zone_id(unit, zone), "config": _checked(unit, zone, config)}
        same_display = t.display_setup.c.device_id == device_id
        if unit.connection.execute(update(t.display_setup).where(same_display).values(**values)).rowcount == 0:
            raise Refusal("unknown_device")
        unit.connection.execute(update(t.device).where(t.device.c.id == device_id).values(name=device_name(name)))
        _changed(unit, officer, device_id, "changed")


def revoke(store: Store, officer: Officer, device_id: int, now: datetime) -> None:
    """Revoke a display: its screen shows a pairing code again. Raises Refusal not_allowed, unknown_device."""
    require_supervisor(officer)
    with store.read() as connection:
        setup = setups(connection).get(device_id)
    if setup is None:
        raise Refusal("unknown_device")
    revoke_device(store, DISPLAY, setup.code, now, officer)
    forget_screen(store, setup.key)


def setups(connection: Connection) -> dict[int, Setup]:
    """Read all paired displays that are not revoked, by device id."""
    rows = connection.execute(
        select(t.device.c.id, t.device.c.code, t.device.c.name, t.zone.c.code.label("zone"), t.display_setup.c.config)
        .join(t.display_setup, t.display_setup.c.device_id == t.device.c.id)
        .join(t.zone, t.zone.c.id == t.display_setup.c.zone_id)
        .where(t.device.c.kind == DISPLAY, t.device.c.revoked_at.is_(None))
        .order_by(t.device.c.id)
    )
    return {row.id: Setup(row.id, row.code, row.name, row.zone, row.config) for row in rows}


def setup_of_token(connection: Connection, token: str) -> Setup | None:
    """Return the paired display with this token; None if there is none or it is revoked."""
    paired = (t.device.c.token_hash == digest(token)) & (t.device.c.kind == DISPLAY) & t.device.c.revoked_at.is_(None)
    device_id = connection.execute(select(t.device.c.id).where(paired)).scalar_one_or_none()
    return None if device_id is None else setups(connection).get(device_id)


def is_locked_out(connection: Connection, token: str) -> bool:
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


def take_code(unit: Unit, code: str, kind: str) -> str:
    """Consume a pairing code and return the hash of its token. Raises Refusal unknown_device."""
    waits = (t.pairing.c.code == code) & (t.pairing.c.kind == kind) & (t.pairing.c.expires_at > unit.now_ms)
    token_hash: str | None = unit.connection.execute(select(t.pairing.c.token_hash).where(waits)).scalar_one_or_none()
    if token_hash is None:
        raise Refusal("unknown_device")
    unit.connection.execute(delete(t.pairing).where(t.pairing.c.code == code))
    return token_hash


def device_name(name: str) -> str:
    """Normalise the name of a device as staff entered it. Raises Refusal bad_setting."""
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        text = f"“name” has 1 to {_LONGEST_NAME} characters."
        raise BadSetting("length", "name", text, most=_LONGEST_NAME).refusal()
    return name


def _changed(unit: Unit, officer: Officer, device_id: int, what: str) -> None:
    payload = {"kind": DISPLAY, "code": str(device_id), "what": what}
    unit.record(Kind.DEVICE, staff_id=officer.id, payload=payload)
