"""Start time, memory, and the cost of five years of tickets."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import text

from queue_app.store.database import open_engine
from tests.benchmarks.bench import Bench, Listeners, Load, errors_of, in_turns, issue, middle, paired, run_load
from tests.benchmarks.call_latency import fill
from tests.benchmarks.environment import Server
from tests.benchmarks.report import Row, Section, ms, rate

_DAYS = 1_250
_SERIES = 20
_CALLS = 60
_WAITING = 100
_LARGEST_MB = 160


def server(bench: Bench) -> Section:
    """Measure the time from start to ready of a second start, and memory."""
    audience = bench.scale.audiences[-1]
    section = Section(
        "Starting, and memory",
        "From the command to the first answer, on a database that is there already. Memory is the proportional set "
        "size of gunicorn's master and its worker together, after half a second of issuing.",
    )
    url = bench.grounds.hall()
    starts = []
    for _ in range(bench.scale.starts + 1):
        running = bench.grounds.serve(url)
        starts.append(running.start_seconds)
        running.stop()
    seconds = median(starts[1:])
    section.rows.append(Row("start to ready, second start", f"{seconds:.2f} s", "", "", "≤ 3 s", seconds <= 3))
    running = bench.grounds.serve(url)
    issue(bench, running, 1, [service["id"] for service in running.services], seconds=0.5)
    alone, alone_rss = running.memory_mb(), running.memory_mb("Rss")
    listeners = Listeners(bench, running.port, audience)
    time.sleep(6)  # a beat
    full, full_rss = running.memory_mb(), running.memory_mb("Rss")
    section.rows += [
        Row("memory, no displays", f"{alone:.0f} MB", f"RSS {alone_rss:.0f} MB"),
        Row(
            f"memory, {audience:,} displays",
            f"{full:.0f} MB",
            f"RSS {full_rss:.0f} MB",
            f"{(full - alone) / audience * 1024:.0f} KB each",
            f"≤ {_LARGEST_MB} MB",
            full <= _LARGEST_MB,
        ),
    ]
    listeners.close()
    running.stop()
    return section


def history(bench: Bench) -> Section:
    """Measure issue and call-next with five years of tickets, beside an empty database."""
    old = bench.scale.old_tickets
    section = Section(
        f"With {old:,} old tickets",
        "Five years of tickets, each with four facts in the log and a print job, beside an empty database, taking "
        f"turns: 8 clients take numbers; one counter calls with {_WAITING} people waiting.",
    )
    started = time.monotonic()
    empty, full = bench.grounds.hall(), bench.grounds.hall()
    remember(full, old)
    size = _size_mb(full)
    bench.say(f"{old:,} old tickets made in {time.monotonic() - started:.0f} s, {size:,.0f} MB")
    servers = {"empty": bench.grounds.serve(empty), "full": bench.grounds.serve(full)}
    every = [service["id"] for service in servers["empty"].services]
    for running in servers.values():
        issue(bench, running, 8, every)
    issued = in_turns(bench.scale.rounds, {k: lambda s=s: issue(bench, s, 8, every) for k, s in servers.items()})
    called = in_turns(bench.scale.rounds, {k: _caller(s) for k, s in servers.items()})
    for what, loads in (("issue, 8 clients", issued), ("call-next, 1 counter", called)):
        (speed, p50, p99), (speed0, p500, p990) = middle(loads["full"]), middle(loads["empty"])
        slower = paired([load.p50 for load in loads["full"]], [load.p50 for load in loads["empty"]])
        section.rows.append(
            Row(
                what,
                f"p50 {ms(p50)}, p99 {ms(p99)}, {rate(speed)}",
                f"empty: p50 {ms(p500)}, p99 {ms(p990)}, {rate(speed0)}",
                f"p50 {slower:.2f}",
                "≤ 1.1",
                slower <= 1.1,
            )
        )
        errors = errors_of(loads["full"] + loads["empty"])
        if errors:
            section.problems.append(f"{what}: errors {errors}")
    section.rows.append(Row("size of the database", f"{size:,.0f} MB"))
    for running in servers.values():
        running.stop()
    return section


def _caller(running: Server) -> Callable[[], Load]:
    seat = running.take_seat("dukcapil1", "1")
    line = running.services_at_first_counter()

    def call() -> Load:
        running.clear_lines()
        fill(running.url, line, _WAITING)
        return run_load(running, [{**seat, "calls": _CALLS}])

    return call


def _size_mb(url: str) -> float:
    engine = open_engine(url)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    engine.dispose()
    return float(pages * size / 2**20)


_OLD_TICKETS = """
INSERT INTO ticket (id, business_date, series, number, label, token, service_id, ticket_class, language, kiosk_id,
    state, issued_at, start_at, called_at, serving_at, ended_at, counter_id, staff_id, times_called, last_call_seq)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :tickets)
SELECT i + 1, date('2020-01-01', '+' || (i * :days / :tickets) || ' days'),
    char(65 + i % :series), i / :series % 9999 + 1, char(65 + i % :series) || '-' || (i / :series % 9999 + 1),
    lower(hex(randomblob(6))), i % :services + 1, CASE i % 8 WHEN 0 THEN 'priority' ELSE 'regular' END, 'id', 1,
    CASE i % 20 WHEN 0 THEN 'no_show' ELSE 'served' END, 1577836800000 + i * 158000, 1577836800000 + i * 158000,
    1577836800000 + i * 158000 + 600000, 1577836800000 + i * 158000 + 630000, 1577836800000 + i * 158000 + 1200000,
    i % 27 + 1, i % 27 + 1, 1, i * 4 + 2
FROM n
"""
_OLD_FACTS = """
INSERT INTO log (seq, kind, version, at, ticket_id, service_id, counter_id, staff_id, payload)
SELECT (id - 1) * 4 + place, kind, 1, issued_at + place * 300000, id, service_id, counter_id, staff_id,
    json_object('from', 'waiting', 'to', 'called', 'label', label, 'language', 'id', 'priority', 0, 'times', 1)
FROM ticket CROSS JOIN (SELECT 1 AS place, 'issued' AS kind UNION ALL SELECT 2, 'called'
    UNION ALL SELECT 3, 'started' UNION ALL SELECT 4, 'completed')
"""
_OLD_JOBS = """
INSERT INTO print_job (kind, ticket_id, copy_no, printer_id, state, slip, attempts, created_at, ended_at)
SELECT 'ticket', id, 1, 1, 'printed', (SELECT json_object('label', label, 'hall', 'MPP Tabanan',
    'service', 'KTP-el', 'url', 'http://127.0.0.1:8000/t/' || token,
    'footer', 'Nomor dipanggil sesuai giliran.')), 1, issued_at, issued_at
FROM ticket
"""


def remember(url: str, tickets: int) -> None:
    """Insert old tickets with their facts and print jobs into a SQLite hall that has none."""
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("PRAGMA synchronous=OFF"))
        connection.execute(text("PRAGMA cache_size=-400000"))
        connection.execute(text("BEGIN"))
        services = connection.execute(text("SELECT count(*) FROM service")).scalar_one()
        values = {"tickets": tickets, "days": _DAYS, "series": _SERIES, "services": services}
        connection.execute(text(_OLD_TICKETS), values)
        connection.execute(text(_OLD_FACTS))
        connection.execute(text(_OLD_JOBS))
        connection.execute(text("UPDATE hall SET seq = :seq"), {"seq": tickets * 4})
        connection.commit()
    engine.dispose()
