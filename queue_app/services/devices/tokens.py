"""Devices of the hall that authenticate by a token: print agents, displays and kiosks. Tokens are revocable."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.facts import DeviceChanged
from queue_app.domain.numbering import digest
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.throttle import Limit
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

WRONG_WINDOW = timedelta(minutes=15)
WRONG_PER_ADDRESS = 200
"""Wrong tokens; an agent whose token was revoked retries every 30 s, and several may be behind one address."""
_SEEN_EVERY_MS = 10_000
# Attempts of devices are counted apart, so that a device with an old token never blocks staff at the same address.
_FROM = "device:"
CODE = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, slots=True)
class Device:
    """A device with a token; times in milliseconds since the epoch."""

    id: int
    kind: DeviceKind
    code: str
    name: str
    created_at: int
    last_seen_at: int | None
    revoked_at: int | None
    trouble: str | None


_DEVICE = tuple(
    t.device.c[name] for name in ("id", "kind", "code", "name", "created_at", "last_seen_at", "revoked_at", "trouble")
)
_BY_TOKEN = select(*_DEVICE).where(t.device.c.token_hash == bindparam("digest"), t.device.c.revoked_at.is_(None))


def _device(row: Row[Any]) -> Device:
    return Device(**{**row._mapping, "kind": DeviceKind(row.kind)})


def devices(store: Store, kind: DeviceKind) -> Sequence[Device]:
    """Read all devices of a kind, including revoked ones."""
    with store.read() as connection:
        rows = connection.execute(select(*_DEVICE).where(t.device.c.kind == kind).order_by(t.device.c.code))
        return [_device(row) for row in rows]


def add_device(store: Store, kind: DeviceKind, code: str, name: str, now: datetime, by: Officer | None = None) -> str:
    """Register a device and return its token (shown once). A code that was revoked gets a new token.

    Raises Refusal bad_setting when the code is malformed or in use.
    """
    if not CODE.fullmatch(code):
        raise BadSetting("code", "code", "“code” must be 1 to 60 of A-Z a-z 0-9 . _ -", most=60).refusal()
    token = secrets.token_urlsafe(32)
    values = {"name": name[:120], "token_hash": digest(token), "revoked_at": None, "last_seen_at": None}
    same_device = (t.device.c.kind == kind) & (t.device.c.code == code)
    with begin_today(store, now) as unit:
        existing = unit.connection.execute(select(t.device.c.revoked_at).where(same_device)).one_or_none()
        if existing is not None and existing.revoked_at is None:
            raise BadSetting("in_use", "code", f"“{code}” is in use: revoke it first", value=code).refusal()
        if existing is None:
            unit.connection.execute(insert(t.device).values(kind=kind, code=code, created_at=unit.now_ms, **values))
        else:
            unit.connection.execute(update(t.device).where(same_device).values(**values))
        unit.record(
            DeviceChanged(device_kind=kind, code=code, what=DeviceChange.ADDED),
            staff_id=None if by is None else by.id,
        )
    return token


def revoke_device(store: Store, kind: DeviceKind, code: str, now: datetime, by: Officer | None = None) -> None:
    """Revoke a device, effective from its next request. Raises Refusal unknown_device."""
    with begin_today(store, now) as unit:
        done = unit.connection.execute(
            update(t.device)
            .where(t.device.c.kind == kind, t.device.c.code == code, t.device.c.revoked_at.is_(None))
            .values(revoked_at=unit.now_ms)
        )
        if done.rowcount == 0:
            raise Refusal("unknown_device")
        unit.record(
            DeviceChanged(device_kind=kind, code=code, what=DeviceChange.REVOKED),
            staff_id=None if by is None else by.id,
        )


def authenticate(store: Store, token: str, address: str, now: datetime) -> Device | None:
    """Return the device of `token`, or None.

    Raises Refusal too_many_attempts after WRONG_PER_ADDRESS wrong tokens from one address in WRONG_WINDOW.
    """
    now_ms = to_ms(now)
    with store.read() as connection:
        row = connection.execute(_BY_TOKEN, {"digest": digest(token)}).one_or_none()
        if row is None:
            _refuse_flood(connection, address, now_ms)
    if row is None:
        with store.transaction() as connection:
            values = {"username": "", "address": _FROM + address[:38], "at": now_ms}
            connection.execute(insert(t.sign_in_attempt), values)
        return None
    if row.last_seen_at is None or now_ms - row.last_seen_at >= _SEEN_EVERY_MS:
        with store.transaction() as connection:
            connection.execute(update(t.device).where(t.device.c.id == row.id).values(last_seen_at=now_ms))
    return _device(row)


def _refuse_flood(connection: Connection, address: str, now_ms: int) -> None:
    wrong, limit = t.sign_in_attempt.c, Limit(WRONG_PER_ADDRESS, WRONG_WINDOW)
    if limit.is_reached(connection, wrong.at, now_ms, wrong.address == _FROM + address[:38]):
        raise limit.refusal()


def touch_device(store: Store, kind: DeviceKind, code: str, now: datetime) -> None:
    """Update the last-seen time of a device that authenticates by its cookie."""
    now_ms = to_ms(now)
    same_device = (t.device.c.kind == kind) & (t.device.c.code == code)
    outdated = t.device.c.last_seen_at.is_(None) | (t.device.c.last_seen_at <= now_ms - _SEEN_EVERY_MS)
    with store.transaction() as connection:
        connection.execute(update(t.device).where(same_device, outdated).values(last_seen_at=now_ms))


def report_trouble(store: Store, device: Device, trouble: str | None, now: datetime) -> None:
    """Store the trouble that a device reports of itself; None: it has none."""
    if trouble == device.trouble:
        return
    with store.write(now) as unit:
        unit.connection.execute(update(t.device).where(t.device.c.id == device.id).values(trouble=trouble))
        what = DeviceChange.TROUBLE
        unit.record(DeviceChanged(device_kind=device.kind, code=device.code, what=what, trouble=trouble))
