"""Speed of issuing, beside the bare transaction; and the cost of displays and history."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

from tests.benchmarks.bench import Bench, Listeners, Load, errors_of, in_turns, issue, middle, paired
from tests.benchmarks.environment import ROOT, Server, numbers_of
from tests.benchmarks.report import Row, Section, ms, rate, rates

_CEILING_SECONDS = 0.8


def issuing(bench: Bench) -> Section:
    """Measure issuing over HTTP, from one client and from several, on SQLite and, if installed, on PostgreSQL."""
    section = Section(
        "Issuing a ticket",
        "`POST /api/v1/tickets` with an idempotency key and a kiosk: number, ticket, print job, log and answer with "
        "the place in the line, durable when it is answered, while two printers print. Beside it the bare "
        "transaction: the same statements on the same tables without a web server, one after the other.",
    )
    _on(bench, section, "SQLite", bench.grounds.hall(), bench.grounds.hall().removeprefix("sqlite:///"))
    postgres = bench.grounds.postgres
    if postgres is None:
        section.rows.append(Row("PostgreSQL", "not measured: not installed"))
        return section
    ours, ceiling = postgres.new_database("ours"), postgres.new_database("ceiling")
    for url in (ours, ceiling):
        bench.grounds.load_hall(url)
    _on(bench, section, "PostgreSQL", ours, ceiling)
    return section


def _on(bench: Bench, section: Section, database: str, url: str, ceiling: str) -> None:
    server = bench.grounds.serve(url)
    services = [service["id"] for service in server.services]
    issue(bench, server, 8, services)
    bare(ceiling)
    server_loads: list[Load] = []
    for clients in bench.scale.clients:
        loads, bares = _beside(bench, server, services, clients, lambda: bare(ceiling))
        server_loads += loads
        section.rows += _rows(database, clients, loads, bares)
    acknowledged = [label for load in server_loads for label in load.labels]
    server.stop()
    section.rows.append(_numbers(section, database, url, acknowledged, errors_of(server_loads)))


def _beside(
    bench: Bench, server: Server, services: list[int], clients: int, ceiling: Callable[[], float]
) -> tuple[list[Load], list[float]]:
    works: dict[str, Callable[[], Load | float]] = {
        "ours": lambda: issue(bench, server, clients, services),
        "bare": ceiling,
    }
    results = in_turns(bench.scale.rounds, works)
    loads = [result for result in results["ours"] if isinstance(result, Load)]
    return loads, [result for result in results["bare"] if isinstance(result, float)]


def bare(address: str) -> float:
    """Return tickets a second of the bare transaction."""
    command = [sys.executable, "-m", "tests.benchmarks.ceiling_transaction", address, str(_CEILING_SECONDS)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(result.stdout)["rate"])


def _rows(database: str, clients: int, loads: list[Load], bares: list[float]) -> Iterable[Row]:
    _, p50, p99 = middle(loads)
    held = database == "SQLite" and clients == 8
    name = f"{database}, {clients} client{'s' if clients > 1 else ''}"
    share = paired([load.rate for load in loads], bares)
    yield Row(
        name,
        rates([load.rate for load in loads]),
        f"bare transaction {rates(bares)}",
        f"{share:.2f}",
        "≥ 0.15 of the bare transaction" if held else "",
        share >= 0.15 if held else None,
    )
    spread = p99 / p50
    yield Row(
        f"{name}: answered in",
        f"p50 {ms(p50)}, p99 {ms(p99)}",
        "",
        f"p99/p50 {spread:.1f}",
        "p99/p50 ≤ 2.5" if held else "",
        spread <= 2.5 if held else None,
    )


def _numbers(section: Section, database: str, url: str, acknowledged: list[str], errors: dict[str, int]) -> Row:
    known = numbers_of(url)
    doubled = len(acknowledged) - len(set(acknowledged))
    lost = len(set(acknowledged) - known["labels"])
    fine = not (doubled or lost or known["gaps"] or errors)
    if not fine:
        section.problems.append(f"{database}: {doubled} doubled, {lost} lost, gaps {known['gaps']}, errors {errors}")
    return Row(
        f"{database}: all numbers given",
        f"{len(acknowledged):,} answered: {doubled} twice, {lost} lost, {len(known['gaps'])} gaps",
        "",
        f"{sum(errors.values())} errors",
        "0 duplicates, 0 errors",
        fine,
    )


def hearing(bench: Bench) -> Section:
    """Measure the issue rate while 1,000 displays receive every ticket, beside the rate without displays."""
    audience = bench.scale.audiences[-1]
    section = Section(
        f"Issuing while {audience:,} displays hear it",
        f"8 clients take numbers of one zone; {audience:,} displays of that zone are told of it (new states are sent "
        "at most every 25 ms). Beside it a second server without displays, taking turns.",
    )
    lonely, watched = (bench.grounds.serve(bench.grounds.hall()) for _ in range(2))
    listeners = Listeners(bench, watched.port, audience)
    services = watched.services_in("utara")
    for server in (lonely, watched):
        issue(bench, server, 8, services)
    listeners.ask(do="take")
    loads = in_turns(
        bench.scale.rounds,
        {
            "without": lambda: issue(bench, lonely, 8, services),
            "with": lambda: issue(bench, watched, 8, services),
        },
    )
    _tell(section, loads, listeners.ask(do="take"))
    for stop in (listeners.close, lonely.stop, watched.stop):
        stop()
    return section


def _tell(section: Section, loads: dict[str, list[Load]], told: dict[str, Any]) -> None:
    watched, alone = ([load.rate for load in loads[name]] for name in ("with", "without"))
    _, p50, p99 = middle(loads["with"])
    share = paired(watched, alone)
    delivered = told["messages"] / sum(load.seconds for load in loads["with"])
    beside = f"without displays {rates(alone)}"
    section.rows = [
        Row("8 clients", rates(watched), beside, f"{share:.2f}", "≥ 0.6", share >= 0.6),
        Row("answered in", f"p50 {ms(p50)}, p99 {ms(p99)}"),
        Row(
            "delivered meanwhile",
            rate(delivered),
            f"{told['bytes'] / 2**20:,.0f} MB in all",
            f"{told['lost']} cut off",
        ),
    ]
    if told["lost"] or errors_of(loads["with"]):
        section.problems.append(f"{told['lost']} displays were cut off, errors {errors_of(loads['with'])}")
