"""A program, the ceiling of issuing: the bare transaction, by the same statements, on the same tables, no web.

`python -m tests.benchmarks.ceiling_transaction ADDRESS SECONDS`, ADDRESS a SQLite file or `postgresql://…`, of a
database that holds a hall. Prints how many tickets a second it stored, one after the other, each durable.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

_HALL = "SELECT seq, business_date, catalogue_version, time_zone FROM hall"
_KEY = "SELECT request, ticket_id FROM idempotency WHERE key = ?"
_NUMBER = (
    "INSERT INTO number_counter (business_date, series, last) VALUES (?, ?, 1) "
    "ON CONFLICT (business_date, series) DO UPDATE SET last = number_counter.last + 1 RETURNING last"
)
_DESKS = (
    "SELECT counter.id, staff_id FROM counter JOIN counter_service ON counter_id = counter.id "
    "WHERE service_id = ? AND staff_id IS NOT NULL AND paused_at IS NULL"
)
_COUNT = (
    "INSERT INTO service_day (business_date, service_id, issued, preferred, promised, kept) VALUES (?, ?, 1, 0, 0, 0) "
    "ON CONFLICT (business_date, service_id) DO UPDATE SET issued = service_day.issued + 1 RETURNING issued"
)
_AHEAD = "SELECT count(*) FROM ticket WHERE state = 'waiting' AND service_id = ? AND business_date = ?"
_TICKET = (
    "INSERT INTO ticket (business_date, series, number, label, token, service_id, ticket_class, language, kiosk_id, "
    "state, issued_at, start_at, times_called, files) VALUES (?,?,?,?,?,?,'regular','id',?,'waiting',?,?,0,1) "
    "RETURNING id"
)
_JOB = (
    "INSERT INTO print_job (kind, ticket_id, copy_no, printer_id, state, slip, attempts, created_at) "
    "VALUES ('ticket', ?, 1, ?, 'queued', ?, 0, ?)"
)
_REMEMBER = "INSERT INTO idempotency (key, request, ticket_id, at) VALUES (?,?,?,?)"
_LOG = "INSERT INTO log (seq, kind, version, at, ticket_id, service_id, payload) VALUES (?, 'issued', 1, ?, ?, ?, ?)"
_SEQ = "UPDATE hall SET seq = ?"
_SLIP = json.dumps(
    {"hall": "MPP", "service": "x" * 40, "url": "http://127.0.0.1:8000/t/bcdfghjkmnpq", "text": "y" * 250}
)
_PAYLOAD = json.dumps({"to": "waiting", "label": "A-0123", "class": "regular", "ahead": 12})


def open_sqlite(path: str) -> tuple[Any, Callable[[], object]]:
    """Open a durable connection; return it with the statement that begins its transactions."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=200)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-20000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection, lambda: connection.execute("BEGIN IMMEDIATE")


def open_postgres(url: str) -> tuple[Any, Callable[[], object]]:
    """Open a connection, whose transactions begin implicitly."""
    import psycopg  # only needed with PostgreSQL

    return psycopg.connect(url), lambda: None


def issue(run: Callable[..., Any], services: list[Any], key: str, mark: str) -> None:
    """Store one ticket."""
    now = time.time_ns() // 1_000_000
    seq, day, _, _ = run(_HALL + ("" if mark == "?" else " FOR UPDATE")).fetchone()
    service, series = services[seq % len(services)]
    run(_KEY, (key,)).fetchone()
    (number,) = run(_NUMBER, (day, series)).fetchone()
    run(_DESKS, (service,)).fetchall()
    run(_AHEAD, (service, day)).fetchone()
    label = f"{series}-{number:03d}"
    (ticket,) = run(_TICKET, (day, series, number, label, key[-20:], service, 1, now, now)).fetchone()
    run(_COUNT, (day, service)).fetchone()
    run(_JOB, (ticket, 1, _SLIP, now))
    run(_REMEMBER, (key, "0" * 64, ticket, now))
    run(_LOG, (seq + 1, now, ticket, service, _PAYLOAD))
    run(_SEQ, (seq + 1,))


def main(arguments: list[str]) -> int:
    """Store tickets for so many seconds."""
    address, seconds = arguments[0], float(arguments[1])
    postgres = address.startswith("postgresql")
    connection, begin = open_postgres(address) if postgres else open_sqlite(address)
    mark = "%s" if postgres else "?"
    cursor = connection.cursor()

    def run(statement: str, values: tuple[Any, ...] = ()) -> Any:
        return cursor.execute(statement.replace("?", mark), values)

    run("UPDATE ticket SET state = 'expired' WHERE state = 'waiting'")  # of the round before
    services = run("SELECT id, series FROM service ORDER BY id").fetchall()
    connection.commit()
    prefix = f"{time.time_ns():x}"
    started, count = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        begin()
        issue(run, services, f"{prefix}{count:08d}", mark)
        connection.commit()
        count += 1
    print(json.dumps({"rate": count / (time.monotonic() - started)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
