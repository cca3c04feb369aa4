"""kill -9 in mid-load: nothing acknowledged is lost, numbering goes on, everybody is right again by themselves."""

from __future__ import annotations

import http.client
import threading
from collections import defaultdict

from sqlalchemy import select

from queue_app.store import tables as t
from queue_app.store.database import open_engine
from tests.waiting import wait_until

CLIENTS, KILLS = 6, 3


class Visitors:
    """Clients that take numbers without pause; each knows what was acknowledged to it."""

    def __init__(self, api, port, services):
        self.acknowledged: dict[str, str] = {}
        self.doubled: list[str] = []
        self._api, self._port, self._services = api, port, services
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._take, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _take(self, number):
        client, turn = self._api(self._port), 0
        while not self._stop.is_set():
            key = f"visitor-{number}-{turn:05d}"
            try:
                issued = client.issue(self._services[turn % len(self._services)], key)
            except (OSError, http.client.HTTPException):
                self._stop.wait(0.05)
                continue  # with the same key: it must not become a second ticket
            self.acknowledged[key] = issued["ticket"]["token"]
            turn += 1

    def take(self, count):
        """Wait until so many numbers more are acknowledged."""
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) >= before + count, f"{count} numbers")

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_kill_in_mid_load(hall_url, start_server, api, listen) -> None:
    server = start_server(hall_url)
    services = [1, 7, 8, 12]
    officer = api(server.port).sign_in("dukcapil1")
    assert officer.call("POST", "/counters/1/open", {})[0] == 200
    boards = [listen(server.port, "board:utara") for _ in range(5)]
    visitors = Visitors(api, server.port, services)
    for kill in range(KILLS):
        visitors.take(40)
        for board in boards:
            board.wait(lambda board=board, kill=kill: board.joins > kill, "the server again")
        server.kill()
        server.start()
    visitors.take(40)
    visitors.stop()
    officer.close()  # the old connection died with the server

    status, state = officer.call("POST", "/counters/1/call-next", {})
    assert status == 200, "the session and the seat outlive the crash"
    label = state["ticket"]["label"]
    for board in boards:
        board.wait(lambda board=board: any(c["label"] == label for c in board.state["calls"]), f"the call of {label}")
        assert board.seqs == sorted(set(board.seqs))
        assert board.labels == [label]
    _status, snapshot = api(server.port).call("GET", "/zones/utara/board")
    for board in boards:
        assert board.state == snapshot["state"]
    server.stop()
    check_database(hall_url, visitors.acknowledged)


def check_database(url: str, acknowledged: dict[str, str]) -> None:
    assert len(acknowledged) >= 40 * (KILLS + 1)
    engine = open_engine(url)
    with engine.connect() as connection:
        tickets = connection.execute(select(t.ticket.c.token, t.ticket.c.series, t.ticket.c.number)).all()
        seqs = connection.execute(select(t.log.c.seq).order_by(t.log.c.seq)).scalars().all()
    engine.dispose()
    stored = {row.token for row in tickets}
    assert set(acknowledged.values()) <= stored, "an acknowledged ticket is missing"
    assert len(set(acknowledged.values())) == len(acknowledged), "two visitors got one ticket"
    assert len(stored) - len(acknowledged) <= CLIENTS, "a retry became a second ticket"
    numbers = defaultdict(list)
    for row in tickets:
        numbers[row.series].append(row.number)
    for issued in numbers.values():
        assert sorted(issued) == list(range(1, len(issued) + 1))
    assert seqs == list(range(1, len(seqs) + 1))
