"""The unit of work: lock the hall, make the changes, log their facts, commit once, notify listeners.

Every write transaction holds the lock of the hall row, so numbers and log positions are gap-free and two officers can
never take the same ticket. The only commit of the whole product is in this file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, bindparam, func, select, text, update

from queue_app.domain.catalogue import Catalogue
from queue_app.domain.clock import to_ms
from queue_app.domain.fact_fields import FactDetails
from queue_app.domain.facts import Fact
from queue_app.store import tables as t
from queue_app.store.catalogue import load_catalogue
from queue_app.store.database import is_sqlite
from queue_app.store.log import append_facts

CHANNEL = "queue_log"  # PostgreSQL NOTIFY channel between processes

_LOCK_HALL = select(t.hall.c.seq, t.hall.c.business_date, t.hall.c.catalogue_version, t.hall.c.time_zone)
_LOCK_HALL_FOR_UPDATE = _LOCK_HALL.with_for_update()
_RAISE_SEQ = update(t.hall).values(seq=bindparam("new_seq"))
# PostgreSQL notifies its listeners when the transaction commits.
_RAISE_SEQ_AND_NOTIFY = _RAISE_SEQ.returning(func.pg_notify(CHANNEL, ""))
_BEGIN = text("BEGIN IMMEDIATE")


class NotReadyError(Exception):
    """The database holds no hall yet."""


@dataclass
class Unit:
    """One open write transaction that holds the lock of the hall."""

    connection: Connection
    catalogue: Catalogue
    now: datetime
    now_ms: int
    business_date: date
    seq: int
    facts: list[Fact]

    def record(
        self,
        details: FactDetails,
        *,
        ticket_id: int | None = None,
        service_id: int | None = None,
        counter_id: int | None = None,
        staff_id: int | None = None,
    ) -> int:
        """Log one fact in this transaction and return its log position."""
        self.seq += 1
        self.facts.append(Fact(self.seq, self.now_ms, details, ticket_id, service_id, counter_id, staff_id))
        return self.seq


class Store:
    """The database with its write lock and its commit listeners. One per process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sqlite = is_sqlite(engine)
        # SQLite allows one writer at a time; queueing here is fair, SQLite's busy handler sleeps and is not.
        self._writer = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit that logged facts; it must not block."""
        self._listeners.append(listener)

    def notify_listeners(self) -> None:
        """Notify the listeners of this process that the log has new facts."""
        for listener in self._listeners:
            listener()

    @contextmanager
    def write(self, now: datetime) -> Iterator[Unit]:
        """Open a write transaction at `now` that locks the hall. Commits if the block ends, rolls back if it raises.

        Raises NotReadyError if no hall was loaded.
        """
        with self.transaction() as connection:
            unit = self._lock_hall(connection, now)
            yield unit
            if unit.facts:
                append_facts(connection, unit.facts)
                connection.execute(_RAISE_SEQ if self._sqlite else _RAISE_SEQ_AND_NOTIFY, {"new_seq": unit.seq})
        if unit.facts:
            self.notify_listeners()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a write transaction without hall lock and log: for setup, sessions, leases."""
        with self._writer if self._sqlite else nullcontext(), self.engine.connect() as connection:
            try:
                if self._sqlite:
                    connection.execute(_BEGIN)
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def _lock_hall(self, connection: Connection, now: datetime) -> Unit:
        row = connection.execute(_LOCK_HALL if self._sqlite else _LOCK_HALL_FOR_UPDATE).one_or_none()
        if row is None:
            raise NotReadyError("the database holds no hall: load one first")
        catalogue = self.catalogue(connection, row.catalogue_version)
        return Unit(connection, catalogue, now, to_ms(now), row.business_date, row.seq, [])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read-only snapshot: all statements inside see the same state."""
        with self.engine.connect() as connection:
            if self._sqlite:
                connection.execute(text("BEGIN"))
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            try:
                yield connection
            finally:
                connection.rollback()

    def catalogue(self, connection: Connection, version: int | None = None) -> Catalogue:
        """Return the catalogue as of this transaction; read again only when its version has changed."""
        if version is None:
            version = connection.execute(select(t.hall.c.catalogue_version)).scalar_one_or_none()
            if version is None:
                raise NotReadyError("the database holds no hall: load one first")
        if self._catalogue is None or self._catalogue.version != version:
            self._catalogue = load_catalogue(connection)
        return self._catalogue


def new_id(result: CursorResult[Any]) -> int:
    """Return the id that the database assigned to the one row just inserted."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
