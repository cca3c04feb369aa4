"""A program: clients that issue tickets or call visitors as fast as the server answers, each on one connection.

Reads its orders as one JSON object from standard input, writes the results as one JSON object. All clients live
in one process on one loop: a client costs the machine some 20 µs a request. Standard library only.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.benchmarks.wire import HOST, Answers, Reply, request_bytes

_PATIENCE_SECONDS = 20.0


@dataclass
class Seen:
    """Results of the clients of one run."""

    latencies: list[float] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    def failed(self, reply: Reply) -> None:
        """Count a response that is not a success."""
        name = f"{reply.status} {reply.body[:120].decode(errors='replace')}"
        self.errors[name] = self.errors.get(name, 0) + 1


class Part(Protocol):
    """Script of one client: makes the next request, or None at the end, and handles its response."""

    def request(self) -> bytes | None: ...

    def take(self, reply: Reply, seconds: float) -> None: ...


class Issuing:
    """Issues tickets, going round the services, until the time is up."""

    def __init__(self, order: Mapping[str, Any], seen: Seen, until: float) -> None:
        self._services: Sequence[int] = order["services"]
        self._kiosks: Sequence[str | None] = order["kiosks"]
        self._key: str = order["key"]
        self._count = int(order["offset"])
        self._seen = seen
        self._until = until

    def request(self) -> bytes | None:
        if time.monotonic() >= self._until:
            return None
        self._count += 1
        body = {
            "service": self._services[self._count % len(self._services)],
            "class": "priority" if self._count % 8 == 0 else "regular",
            "language": "id",
            "kiosk": self._kiosks[self._count % len(self._kiosks)],
        }
        return request_bytes("POST", "/api/v1/tickets", body, {"Idempotency-Key": f"{self._key}-{self._count}"})

    def take(self, reply: Reply, seconds: float) -> None:
        if reply.status != 201:
            self._seen.failed(reply)
            return
        self._seen.latencies.append(seconds)
        ticket = json.loads(reply.body)["ticket"]
        self._seen.labels.append(f"{ticket['day']} {ticket['label']}")


class Calling:
    """Calls the next visitor at one counter and starts the visit, so many times."""

    def __init__(self, order: Mapping[str, Any], seen: Seen) -> None:
        self._base = f"/api/v1/counters/{order['counter']}"
        self._headers = {"Authorization": f"Bearer {order['token']}"}
        self._left = int(order["calls"])
        self._ticket: int | None = None
        self._seen = seen

    def request(self) -> bytes | None:
        if self._ticket is not None:
            return request_bytes("POST", f"{self._base}/start", {"ticket": self._ticket}, self._headers)
        if self._left == 0:
            return None
        self._left -= 1
        return request_bytes("POST", f"{self._base}/call-next", {}, self._headers)

    def take(self, reply: Reply, seconds: float) -> None:
        calling, self._ticket = self._ticket is None, None
        if reply.status != 200:
            self._seen.failed(reply)
        elif calling:
            ticket = json.loads(reply.body)["ticket"]
            self._ticket = ticket["id"]
            self._seen.latencies.append(seconds)
            self._seen.labels.append(ticket["label"])


class Client:
    """One keep-alive connection and its script."""

    def __init__(self, port: int, part: Part) -> None:
        self.sock = socket.create_connection((HOST, port), 10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = Answers()
        self._part = part
        self._sent = 0.0

    def send(self) -> bool:
        """Send the next request. Return False when there is none."""
        data = self._part.request()
        if data is None:
            return False
        self._sent = time.monotonic()
        self.sock.sendall(data)
        return True

    def read(self) -> bool:
        """Read available input and go on. Return False when this client has finished."""
        data = self.sock.recv(1 << 16)
        if not data:
            raise ConnectionError("the server closed a connection")
        reply = self._answers.feed(data)
        if reply is None:
            return True
        self._part.take(reply, time.monotonic() - self._sent)
        return self.send()


def drive(clients: Sequence[Client]) -> float:
    """Run all clients to their ends. Return the seconds it took."""
    selector = selectors.DefaultSelector()
    started = time.monotonic()
    for client in clients:
        if client.send():
            selector.register(client.sock, selectors.EVENT_READ, client)
    while selector.get_map():
        ready = selector.select(_PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError("the server does not answer any more")
        for key, _ in ready:
            if not key.data.read():
                selector.unregister(key.fileobj)
    seconds = time.monotonic() - started
    for client in clients:
        client.sock.close()
    return seconds


def main() -> int:
    """Carry out the orders on standard input."""
    orders = json.load(sys.stdin)
    seen = Seen()
    until = time.monotonic() + orders.get("seconds", 0.0)
    parts: list[Part] = [
        Calling(order, seen) if "counter" in order else Issuing(order, seen, until) for order in orders["clients"]
    ]
    seconds = drive([Client(orders["port"], part) for part in parts])
    json.dump({"seconds": seconds, **vars(seen)}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
