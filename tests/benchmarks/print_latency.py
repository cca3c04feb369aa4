"""Time from touch to printer, and the cost of a hanging printer to those who issue tickets elsewhere."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from sqlalchemy import update

from printer.paper.document import PAPER_SIZES
from printer.paper.ticket import lay_out
from printer.ports import Slip
from printer.transport import escpos
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from tests.benchmarks.bench import Bench, Load, errors_of, in_turns, issue, middle, paired
from tests.benchmarks.environment import Server
from tests.benchmarks.report import Row, Section, ms, percentile
from tests.benchmarks.wire import Http
from tests.printer.conftest import LONG
from tests.printer.simulator import Simulator

_TOUCHES = 20
"""A round; a visitor comes when the last one's paper is out."""
_PATIENCE = 30.0
_ASK_EVERY = 0.005
_BAUD = 9600
_FIRST_BYTE_SECONDS = 0.05
_HANGING_TIMES = 6
"""So many times the usual rounds: what is looked for is smaller than what one round differs from the next."""


def paper(bench: Bench) -> Section:
    """Measure touch → first byte at the printer → acknowledged; a ticket's size; issuing while a printer hangs."""
    section = Section(
        "A ticket on its way to the printer",
        "From sending `POST /api/v1/tickets` to the first byte of the ticket at a simulated printer on the loopback "
        "address, which takes everything at once and acknowledges it; and to the moment the server knows that it is "
        "printed. Before the first byte the printer is asked how it is and how many papers it has cut. One visitor "
        "comes after the other, as at a kiosk. Below, 8 clients take numbers for two printers, one of which hangs (it "
        "accepts connections and never reads), beside a second server whose printers are well, and a third like the "
        "second: what those two differ by is noise, and said beside.",
    )
    section.rows += _sizes()
    _touches(bench, section)
    _hanging(bench, section)
    return section


def _sizes() -> Sequence[Row]:
    slip = Slip(**LONG)
    rows = []
    for mm in (80, 58):
        size = len(escpos.encode(lay_out(slip, PAPER_SIZES[mm]), PAPER_SIZES[mm]))
        rows.append(
            Row(
                f"a ticket with everything on it, {mm} mm",
                f"{size} bytes",
                f"{size * 10 / _BAUD:.2f} s at {_BAUD} baud",
                "",
                "≤ 600 bytes",
                size <= 600,
            )
        )
    return rows


def _hall(bench: Bench, **addresses: str) -> str:
    """Make a hall whose printers, by their code, have these addresses."""
    url = bench.grounds.hall()
    engine = open_engine(url)
    with engine.begin() as connection:
        for code, address in addresses.items():
            connection.execute(update(t.printer).where(t.printer.c.code == code).values(url=address))
    engine.dispose()
    return url


def _touches(bench: Bench, section: Section) -> None:
    with Simulator("full") as printer:
        server = bench.grounds.serve(_hall(bench, utama=printer.url))
        http = Http(server.port)
        service = server.services[0]["id"]
        first: list[list[float]] = []
        proved: list[list[float]] = []
        _touch(server, http, printer, service, 3)
        for _ in range(bench.scale.rounds):
            begun, known = _touch(server, http, printer, service, _TOUCHES)
            first.append(begun)
            proved.append(known)
        http.close()
        server.stop()
        if len(printer.pieces) != bench.scale.rounds * _TOUCHES + 3:
            section.problems.append(f"{len(printer.pieces)} papers came of {bench.scale.rounds * _TOUCHES + 3} tickets")
    for what, rounds, limit in (
        ("touch → first byte at the printer", first, _FIRST_BYTE_SECONDS),
        ("touch → known to be printed", proved, None),
    ):
        every = [seconds for each in rounds for seconds in each]
        p50, p95, p99 = (percentile(every, share) for share in (0.5, 0.95, 0.99))
        target = f"p95 ≤ {ms(limit)}" if limit else ""
        figures = f"p50 {ms(p50)}, p95 {ms(p95)}, p99 {ms(p99)}"
        section.rows.append(Row(what, figures, f"{len(every)} tickets", "", target, p95 <= limit if limit else None))


def _touch(server: Server, http: Http, printer: Simulator, service: int, count: int) -> tuple[list[float], list[float]]:
    """Issue tickets one after the other. Return the seconds to each first byte, and to each confirmed print."""
    begun, known = [], []
    for _ in range(count):
        papers = len(printer.received_at)
        body = {"service": service, "class": "regular", "language": "id", "kiosk": "utama"}
        started = time.monotonic()
        token = http.ask("POST", "/api/v1/tickets", body, {"Idempotency-Key": secrets.token_hex(8)}).json()["ticket"][
            "token"
        ]
        while _state(http, token) != "printed":
            if time.monotonic() - started > _PATIENCE:
                raise RuntimeError("a paper did not come")
            time.sleep(_ASK_EVERY)
        known.append(time.monotonic() - started)
        begun.append(printer.received_at[papers] - started)
    return begun, known


def _state(http: Http, token: str) -> str:
    jobs = http.ask("GET", f"/api/v1/tickets/{token}/print-jobs").json()["print_jobs"]
    return str(jobs[0]["state"])


def _hanging(bench: Bench, section: Section) -> None:
    with ExitStack() as stack:
        first, other, third, fourth, fine = (stack.enter_context(Simulator("full")) for _ in range(5))
        hung = stack.enter_context(Simulator("hang"))
        servers = {
            "well": bench.grounds.serve(_hall(bench, utama=first.url, lobi=other.url)),
            "twin": bench.grounds.serve(_hall(bench, utama=third.url, lobi=fourth.url)),
            "ill": bench.grounds.serve(_hall(bench, utama=f"{hung.url}?proof=ack", lobi=fine.url)),
        }
        services = [service["id"] for service in servers["well"].services]

        def alone(server: Server) -> Load:
            # The others must not print on meanwhile: they would share the disk, and not equally.
            for each in servers.values():
                each.clear_lines()
            return issue(bench, server, 8, services)

        works = {name: partial(alone, server) for name, server in servers.items()}
        for work in works.values():
            work()
        loads: dict[str, list[Load]] = in_turns(bench.scale.rounds * _HANGING_TIMES, works)
        printed = len(fine.pieces)
        for server in servers.values():
            server.stop()
    p95 = {name: [percentile(load.latencies, 0.95) for load in each] for name, each in loads.items()}
    ratio, noise = paired(p95["ill"], p95["well"]), paired(p95["twin"], p95["well"])
    rows = {name: f"p95 {ms(percentile(each, 0.5))}, p50 {ms(middle(loads[name])[1])}" for name, each in p95.items()}
    section.rows += [
        Row(
            "issuing while a printer hangs, 8 clients", rows["ill"], f"printers are well: {rows['well']}",
            f"p95 {ratio:.2f}", "≤ 1.1", ratio <= 1.1,
        ),
        Row(
            "the same, no printer hangs at either", rows["twin"], f"printers are well: {rows['well']}",
            f"p95 {noise:.2f}",
        ),
        Row("papers of the other printer meanwhile", f"{printed}"),
    ]  # fmt: skip
    everything = [load for each in loads.values() for load in each]
    if errors_of(everything):
        section.problems.append(f"errors {errors_of(everything)}")
    if not printed:
        section.problems.append("the other printer printed nothing")
