"""Real servers and a real print agent at one simulated printer: killed, restarted, shared, and held up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import printer as printer_package
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from tests.e2e.conftest import Api, set_printers
from tests.printer.simulator import Simulator, black_hole
from tests.waiting import wait_until

TICKETS = 12


def take(client: Api, service: int = 1, kiosk: str = "utama") -> Any:
    return client.issue(service, kiosk=kiosk)["ticket"]


def states(client: Api, ticket: Any) -> list[str]:
    return [job["state"] for job in client.call("GET", f"/tickets/{ticket['token']}/print-jobs")[1]["print_jobs"]]


def papers(printer: Simulator) -> list[str]:
    """List the numbers on all whole slips; the QR code is their last part before the cut."""
    return [piece.qr[0].rpartition("/")[2] for piece in printer.pieces if piece.qr]


def test_two_servers_share_one_printer(postgres_hall_url: str, start_server: Any, api: Any) -> None:
    with Simulator("ack") as printer:
        set_printers(postgres_hall_url, utama=f"{printer.url}?proof=ack")
        servers = [start_server(postgres_hall_url) for _ in range(2)]
        clients = [api(server.port) for server in servers]
        tickets = [take(clients[number % 2]) for number in range(TICKETS)]
        wait_until(lambda: all(states(clients[0], ticket) == ["printed"] for ticket in tickets), "every paper")
        assert sorted(papers(printer)) == sorted(ticket["token"] for ticket in tickets)
        assert len({ticket["label"] for ticket in tickets}) == TICKETS
        assert printer.most_connections == 1
        # The one that serves the printer is killed: the other one does.
        served = serving(postgres_hall_url)
        (left,) = [server for server in servers if os.getpgid(served) != server.pid]
        os.killpg(os.getpgid(served), signal.SIGKILL)
        client = api(left.port)
        last = take(client)
        wait_until(lambda: states(client, last) == ["printed"], "the paper after the kill")
        assert papers(printer).count(last["token"]) == 1


def serving(url: str) -> int:
    """Return the process that serves the main kiosk's printer."""
    engine = open_engine(url)
    with engine.connect() as connection:
        name = connection.execute(select(t.printer.c.server).where(t.printer.c.code == "utama")).scalar_one()
    engine.dispose()
    return int(name.rpartition(":")[2])


@pytest.mark.parametrize(("event", "whole"), [("freeze", 0), ("gag", 1)], ids=["half sent", "all sent"])
def test_a_server_killed_between_sending_and_proof(
    sqlite_hall_url: str, start_server: Any, api: Any, event: str, whole: int
) -> None:
    with Simulator(f"ack+{event}", after=200) as printer:
        set_printers(sqlite_hall_url, utama=f"{printer.url}?proof=ack")
        server = start_server(sqlite_hall_url)
        first = take(api(server.port))
        wait_until(lambda: printer.received_at, "the first byte")
        wait_until(lambda: len(papers(printer)) == whole, "what the printer makes of it")
        assert states(api(server.port), first) == ["sending"]
        server.kill()
        printer.mend()
        client = api(start_server(sqlite_hall_url, port=server.port).port)
        wait_until(lambda: states(client, first) == ["uncertain"], "somebody to be asked")
        second = take(client)
        wait_until(lambda: states(client, second) == ["printed"], "the next paper")
        assert states(client, first) == ["uncertain"], "it is not queued again"
        assert papers(printer) == [first["token"]] * whole + [second["token"]]
        # What may hang out of the printer is cut off before, and nothing of it is on the next paper.
        assert ["BATAL" in piece.text for piece in printer.pieces] == [False] * whole + [True, False]


@contextlib.contextmanager
def agent(server: Any, folder: Path, token: str, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the print agent as a user does; it is stopped with its test."""
    secret = folder / "token"
    secret.write_text(token, "utf-8")
    secret.chmod(0o600)
    options = ["--server", server.base, "--token-file", str(secret), "--data", str(folder / "agent.db")]
    command = [sys.executable, "-m", "printer", *options, "--printer", f"usb={address}"]
    root = Path(printer_package.__file__).parents[1]
    with (folder / "agent.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)


def test_an_agent_goes_on_when_the_server_comes_back(
    sqlite_hall_url: str, start_server: Any, api: Any, tmp_path: Path
) -> None:
    with Simulator("ack", baud=2400) as printer:
        set_printers(sqlite_hall_url, utama="agent://kiosk-1/usb")
        server = start_server(sqlite_hall_url)
        admin = api(server.port).sign_in("pengelola")
        status, made = admin.call("POST", "/devices/agents", {"code": "kiosk-1", "name": "PC kios"})
        assert status in (200, 201), made
        with agent(server, tmp_path, made["token"], f"{printer.url}?proof=ack"):
            first = take(api(server.port))
            wait_until(lambda: printer.received_at, "the first byte")
            server.kill()
            wait_until(lambda: papers(printer), "the paper, without a server")
            client = api(start_server(sqlite_hall_url, port=server.port).port)
            # The agent asks again in pauses of up to 15 s.
            wait_until(lambda: states(client, first) == ["printed"], "what the agent has to tell", seconds=60)
            second = take(client)
            wait_until(lambda: states(client, second) == ["printed"], "the next paper")
        assert papers(printer) == [first["token"], second["token"]]


def test_a_printer_that_swallows_everything_holds_up_nobody(sqlite_hall_url: str, start_server: Any, api: Any) -> None:
    with Simulator("ack") as well, black_hole() as port:
        set_printers(sqlite_hall_url, utama=f"tcp://127.0.0.1:{port}", lobi=f"{well.url}?proof=ack")
        client = api(start_server(sqlite_hall_url).port)
        stuck, others = [], []
        for _ in range(TICKETS):
            stuck.append(take(client))
            others.append(take(client, 20, "lobi"))
        wait_until(
            lambda: all(states(client, ticket) == ["printed"] for ticket in others), "the papers of the other printer"
        )
        assert papers(well) == [ticket["token"] for ticket in others]
        assert [ticket["label"] for ticket in stuck] == [f"A-{number:03}" for number in range(1, TICKETS + 1)]
        for ticket in stuck:
            (state,) = states(client, ticket)
            assert state in ("queued", "sending")
