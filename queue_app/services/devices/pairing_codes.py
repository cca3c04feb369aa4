"""Pairing of displays: the screen shows a code, staff approve the code, and the screen's token is valid from then on.

The token is created with the code, and only its hash is stored: first beside the code, then with the device. So no
secret is transmitted at the approval, and reading the code off the screen reveals no token.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.numbering import digest
from queue_app.services.throttle import Limit
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit

CODE_LENGTH = 6
CODE_LASTS = timedelta(minutes=15)
MAX_PENDING_PAIRINGS = 200
_TRIES = 20
_LONGEST_NAME = 120


def begin_pairing(store: Store, kind: DeviceKind, now: datetime) -> tuple[str, str]:
    """Create a pairing code for an unpaired screen, and its token.

    Raises Refusal too_many_attempts when 200 screens wait already.
    """
    now_ms = to_ms(now)
    token = secrets.token_urlsafe(32)
    with store.transaction() as connection:
        connection.execute(delete(t.pairing).where(t.pairing.c.expires_at <= now_ms))
        waiting = set(connection.execute(select(t.pairing.c.code)).scalars())
        if len(waiting) >= MAX_PENDING_PAIRINGS:
            raise Limit(MAX_PENDING_PAIRINGS, CODE_LASTS).refusal()
        codes = (f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}" for _ in range(_TRIES))
        code = next(code for code in codes if code not in waiting)
        values = {"code": code, "token_hash": digest(token), "kind": kind, "created_at": now_ms}
        connection.execute(insert(t.pairing).values(**values, expires_at=to_ms(now + CODE_LASTS)))
    return code, token


def pairing_code_of(store: Store, token: str, now: datetime) -> str | None:
    """Return the pairing code of a waiting token; None if it does not wait or its code has expired."""
    waits = (t.pairing.c.token_hash == digest(token)) & (t.pairing.c.expires_at > to_ms(now))
    with store.read() as connection:
        code: str | None = connection.execute(select(t.pairing.c.code).where(waits)).scalar_one_or_none()
    return code


def consume_pairing_code(unit: Unit, code: str, kind: DeviceKind) -> str:
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
