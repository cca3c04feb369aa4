"""Letting kiosks and print agents in by the code they show, as displays are (`services/pairing.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import Kind
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.services.devices import AGENT, CODE, Device, devices, digest, revoke_device
from queue_app.services.hours import require_admin
from queue_app.services.lobby import require_supervisor
from queue_app.services.pairing import DISPLAY, device_name, take_code
from queue_app.store import tables as t
from queue_app.store.unit import Store, Unit

KIOSK = "kiosk"


def let_in(store: Store, officer: Officer, kind: str, code: str, name: str, place: str, now: datetime) -> None:
    """Let the machine that shows this code in: as a kiosk, which `place` is the code of, or as the print agent `place`.

    Raises Refusal not_allowed, unknown_device (nothing shows this code), unknown_kiosk, bad_setting.
    """
    _require(officer, kind)
    with acting(store, now) as unit:
        # A screen does not know what it will be: it waits as a display, whatever staff make of it.
        token_hash = take_code(unit, code, AGENT if kind == AGENT else DISPLAY)
        if kind == KIOSK and place not in unit.catalogue.kiosks:
            raise Refusal("unknown_kiosk")
        if kind == AGENT and not CODE.fullmatch(place):
            raise BadSetting("code", "place", "An agent's code is 1 to 60 of A-Z a-z 0-9 . _ -", most=60).refusal()
        _keep(unit, kind, place, device_name(name), token_hash)
        payload = {"kind": kind, "code": place, "what": "added"}
        unit.record(Kind.DEVICE, staff_id=officer.id, payload=payload)


def _keep(unit: Unit, kind: str, place: str, name: str, token_hash: str) -> None:
    which = (t.device.c.kind == kind) & (t.device.c.code == place)
    known = unit.connection.execute(select(t.device.c.revoked_at).where(which)).one_or_none()
    if known is not None and known.revoked_at is None:
        text = f"Another machine is “{place}”: lock it out first."
        raise BadSetting("in_use", "place", text, value=place).refusal()
    # It showed its code a moment ago.
    seen = {"last_seen_at": unit.now_ms, "trouble": None}
    values = {"name": name, "token_hash": token_hash, "revoked_at": None, **seen}
    if known is None:
        unit.connection.execute(insert(t.device).values(kind=kind, code=place, created_at=unit.now_ms, **values))
    else:
        unit.connection.execute(update(t.device).where(which).values(**values))


def lock_out(store: Store, officer: Officer, device_id: int, now: datetime) -> None:
    """Lock a kiosk or print agent out. Raises Refusal not_allowed, unknown_device."""
    found = next((one for one in machines(store) if one.id == device_id), None)
    if found is None:
        raise Refusal("unknown_device")
    _require(officer, found.kind)
    revoke_device(store, found.kind, found.code, now, officer)


def machines(store: Store) -> Sequence[Device]:
    """The kiosks and print agents that are let in."""
    return [one for kind in (KIOSK, AGENT) for one in devices(store, kind) if one.revoked_at is None]


def kiosk_of_token(connection: Connection, token: str) -> str | None:
    """The code of the kiosk that holds this token; None if nobody does, or it is locked out."""
    return _code_of(connection, token, KIOSK)


def is_agents_token(connection: Connection, token: str) -> bool:
    """Whether a print agent that is let in holds this token."""
    return _code_of(connection, token, AGENT) is not None


def _code_of(connection: Connection, token: str, kind: str) -> str | None:
    known = (t.device.c.token_hash == digest(token)) & (t.device.c.kind == kind) & t.device.c.revoked_at.is_(None)
    code: str | None = connection.execute(select(t.device.c.code).where(known)).scalar_one_or_none()
    return code


def _require(officer: Officer, kind: str) -> None:
    # A print agent learns what stands on every paper of its printers: administrators let it in, by token or by code.
    if kind == AGENT:
        require_admin(officer)
    else:
        require_supervisor(officer)
