"""Staff accounts and sign-in sessions. Sessions are stored in the database: revocable, shared by pages and sockets."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.facts import OfficerSignedOut
from queue_app.domain.numbering import digest
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.queue.counters import close_all_counters
from queue_app.services.throttle import Limit
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, new_id

SESSION_LENGTH = timedelta(hours=12)
ATTEMPT_WINDOW = timedelta(minutes=15)
WRONG_PER_ACCOUNT = 5
# A whole hall may be behind one address.
WRONG_PER_ADDRESS = 50
SHORTEST_PASSWORD = 10

# Hash of a discarded random password: compared against when the account does not exist, so that both replies take
# the same time. A constant, since hashing one would take every process a tenth of a second at its start.
_DUMMY_HASH = (
    "scrypt:32768:8:1$4rg4ea9IryPeLQ4H$d9e87471dd2a9bddcc84c906b20f6f03764d54ebe685258274c35bb7e70d4a9aec31fbc1792603b5"
    "27ec44c1afd34a1a629ec7daaecc2a83d250fe5335914daa"
)


def add_staff(store: Store, *, username: str, name: str, password: str, role: Role, agency_code: str | None) -> int:
    """Create a staff account and return its id.

    Raises ValueError with a sentence if the name is taken, the agency unknown or the password too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"the password must have at least {SHORTEST_PASSWORD} characters")
    if not username or len(username) > 40 or not username.isascii() or not username.isprintable():
        raise ValueError("the username must be 1 to 40 plain characters")
    hashed = generate_password_hash(password)
    with store.transaction() as connection:
        agency_id = None
        if agency_code is not None:
            agency_id = connection.execute(
                select(t.agency.c.id).where(t.agency.c.code == agency_code)
            ).scalar_one_or_none()
            if agency_id is None:
                raise ValueError(f"there is no agency “{agency_code}”")
        taken = connection.execute(select(t.staff.c.id).where(t.staff.c.username == username)).first()
        if taken is not None:
            raise ValueError(f"the username “{username}” is taken")
        result = connection.execute(
            insert(t.staff).values(
                username=username,
                name=name,
                password_hash=hashed,
                role=role.value,
                agency_id=agency_id,
                active=True,
            )
        )
        return new_id(result)


def sign_in(store: Store, username: str, password: str, address: str, now: datetime) -> tuple[str, Officer]:
    """Check a password and open a session; return its secret token and the officer.

    Raises Refusal too_many_attempts (5 wrong ones per account or 50 per address in 15 minutes), wrong_sign_in.
    """
    username = username.replace("\0", "").strip().lower()[:40]  # PostgreSQL takes no NUL
    now_ms = to_ms(now)
    with store.read() as connection:
        _refuse_flood(connection, username, address, now_ms)
        row = connection.execute(select(t.staff).where(t.staff.c.username == username)).one_or_none()
    right = check_password_hash(_DUMMY_HASH if row is None else row.password_hash, password)
    if row is None or not right or not row.active:
        with store.transaction() as connection:
            connection.execute(insert(t.sign_in_attempt), {"username": username, "address": address[:45], "at": now_ms})
        raise Refusal("wrong_sign_in")
    token = secrets.token_urlsafe(32)
    with store.transaction() as connection:
        connection.execute(delete(t.sign_in_attempt).where(t.sign_in_attempt.c.username == username))
        result = connection.execute(
            insert(t.staff_session).values(
                token_hash=digest(token),
                staff_id=row.id,
                created_at=now_ms,
                expires_at=to_ms(now + SESSION_LENGTH),
            )
        )
        session_id = new_id(result)
    return token, Officer(row.id, session_id, row.username, row.name, Role(row.role), row.agency_id)


_WHO = (
    select(
        t.staff.c.id,
        t.staff_session.c.id.label("session_id"),
        t.staff.c.username,
        t.staff.c.name,
        t.staff.c.role,
        t.staff.c.agency_id,
    )
    .join(t.staff, t.staff.c.id == t.staff_session.c.staff_id)
    .where(
        t.staff_session.c.token_hash == bindparam("digest"),
        t.staff_session.c.ended_at.is_(None),
        t.staff_session.c.expires_at > bindparam("now_ms"),
        t.staff.c.active,
    )
)


def authenticate(store: Store, token: str, now: datetime) -> Officer | None:
    """Return the officer of a session token; None if the session is unknown, ended or expired."""
    if not token or len(token) > 100:
        return None
    with store.read() as connection:
        row = connection.execute(_WHO, {"digest": digest(token), "now_ms": to_ms(now)}).one_or_none()
    if row is None:
        return None
    return Officer(row.id, row.session_id, row.username, row.name, Role(row.role), row.agency_id)


def valid_sessions(store: Store, sessions: Collection[int], now: datetime) -> set[int]:
    """Return those of `sessions` (ids) that have neither ended nor expired."""
    with store.read() as connection:
        rows = connection.execute(
            select(t.staff_session.c.id)
            .join(t.staff, t.staff.c.id == t.staff_session.c.staff_id)
            .where(
                t.staff_session.c.id.in_(list(sessions)),
                t.staff_session.c.ended_at.is_(None),
                t.staff_session.c.expires_at > to_ms(now),
                t.staff.c.active,
            )
        )
        return set(rows.scalars())


def sign_out(store: Store, officer: Officer, now: datetime) -> None:
    """End this session and close the counters it holds."""
    with begin_today(store, now) as unit:
        close_all_counters(unit, officer)
        unit.connection.execute(
            update(t.staff_session).where(t.staff_session.c.id == officer.session_id).values(ended_at=unit.now_ms)
        )
        unit.record(OfficerSignedOut(session_id=officer.session_id), staff_id=officer.id)


def purge_old_sessions(store: Store, now: datetime) -> None:
    """Delete sessions, sign-in attempts and idempotency keys that are older than a day."""
    day_ago = to_ms(now - timedelta(days=1))
    with store.transaction() as connection:
        connection.execute(
            delete(t.staff_session).where(
                or_(t.staff_session.c.expires_at < day_ago, t.staff_session.c.ended_at < day_ago)
            )
        )
        connection.execute(delete(t.sign_in_attempt).where(t.sign_in_attempt.c.at < day_ago))
        connection.execute(delete(t.idempotency).where(t.idempotency.c.at < day_ago))


def _refuse_flood(connection: Connection, username: str, address: str, now_ms: int) -> None:
    wrong = t.sign_in_attempt.c
    for most, same in (
        (WRONG_PER_ACCOUNT, wrong.username == username),
        (WRONG_PER_ADDRESS, wrong.address == address[:45]),
    ):
        limit = Limit(most, ATTEMPT_WINDOW)
        if limit.is_reached(connection, wrong.at, now_ms, same):
            raise limit.refusal()
