"""Idempotency keys: a repeated request changes nothing."""

from __future__ import annotations

import hashlib

from sqlalchemy import bindparam, insert, select

from queue_app.domain.errors import Refusal
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Unit

_REQUEST = select(t.idempotency.c.request).where(t.idempotency.c.key == bindparam("key"))


_KEEP_REQUEST = insert(t.idempotency)


def already_processed(unit: Unit, key: str | None, request: str) -> bool:
    """Whether a request with this key was processed before; if not, record it. Raises Refusal key_reused."""
    if key is None:
        return False
    digest = hashlib.sha256(request.encode()).hexdigest()
    earlier = unit.connection.execute(_REQUEST, {"key": key}).scalar_one_or_none()
    if earlier is None:
        unit.connection.execute(_KEEP_REQUEST, {"key": key, "request": digest, "at": unit.now_ms})
        return False
    if earlier != digest:
        raise Refusal("key_reused")
    return True
