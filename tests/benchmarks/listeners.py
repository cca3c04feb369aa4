"""A program: many displays in one process, on one epoll loop, which only note what arrives and when.

`python -m tests.benchmarks.listeners PORT COUNT MODE ROOM`, MODE `socketio` (joins the room), `returning` (the same,
and comes back with the displays' own back-off when it is cut off) or `bare` (a plain websocket). Takes orders as lines
of JSON: {"do": "heard", "label": …} → how many listeners heard this call; {"do": "take"} → all that was heard since.
Standard library only; a delivery costs it some 5 µs.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import socket
import sys
import time
from typing import Any

from tests.benchmarks.wire import CLOSE, HOST, PING, PONG, TEXT, WireError, client_frame, frames, opening

_SOCKETIO = "/socket.io/?EIO=4&transport=websocket"
_PATHS = {"socketio": _SOCKETIO, "returning": _SOCKETIO, "bare": "/"}
# As in queue_app/web/static/kit/live.js: seconds of the first wait, of the longest, and the share that is chance.
_BACK_OFF, _LONGEST, _CHANCE = 0.5, 2.0, 0.5
_AT_ONCE = 40  # connections that are being opened at a time
_PATIENCE_SECONDS = 60.0
# More at a time would cost more: the memory comes and goes with each read.
_PIECE_BYTES = 1 << 14
_HEAD_BYTES = 4  # of a frame of up to 64 KB


class Listener:
    """One display; `enter` handles the next message until it has joined its room."""

    def __init__(self, number: int, port: int, mode: str, room: str, last: int | None = None) -> None:
        self.number = number
        self.newest = b""
        self._last = last
        self.sock = socket.create_connection((HOST, port), 10)
        self.sock.setblocking(False)
        self.read = bytearray()
        self.upgraded = False
        self.ready = False
        self._mode = mode
        self._room = room
        self.sock.sendall(opening(_PATHS[mode]))

    def take_head(self) -> None:
        """Parse the handshake response, once it is complete."""
        end = self.read.find(b"\r\n\r\n")
        if end < 0:
            return
        if not self.read.startswith(b"HTTP/1.1 101"):
            raise WireError(f"refused: {bytes(self.read[:60])!r}")
        del self.read[: end + 4]
        self.upgraded = True
        self.ready = self._mode == "bare"

    def enter(self, text: bytes) -> None:
        """Open the Engine.IO and Socket.IO sessions, join the room."""
        if text.startswith(b"0{"):
            self.sock.sendall(client_frame("40"))
        elif text.startswith(b"40{"):
            self.sock.sendall(client_frame("420" + json.dumps(["join", {"room": self._room, "last": self._last}])))
        elif text.startswith(b"430["):
            if not text.startswith(b'430[{"ok":true'):
                raise WireError(f"may not join: {text[:100]!r}")
            # The answer tells what was missed, as a message does.
            self.newest = b'42["state",' + text[4:]
            self.ready = True

    @property
    def last(self) -> int | None:
        """Position of the newest state it has."""
        return int(json.loads(self.newest[2:])[1]["seq"]) if self.newest else self._last


class Audience:
    """All listeners of this process and the messages they received."""

    def __init__(self, port: int, count: int, mode: str, room: str) -> None:
        self._epoll = select.epoll()
        self._listeners: dict[int, Listener] = {}
        self.lost = 0
        self._make = lambda number, last: Listener(number, port, mode, room, last)
        self._returning = mode == "returning"
        self._away: list[tuple[float, int, int | None, int]] = []  # when it tries again, who, its number, how often
        self._clear()
        self._gather(count)

    def _clear(self) -> None:
        # Listeners of a room get the same bytes: each message is kept once, with its arrivals.
        self._arrivals: dict[bytes, list[tuple[float, int]]] = {}
        self._labels: dict[bytes, list[str]] = {}
        self._bytes = 0
        self._back: list[float] = []
        # The newest message as it came in one piece, its text and its arrivals: most listeners are sent the same.
        self._piece = b""
        self._text = b""
        self._heard: list[tuple[float, int]] = []

    def _gather(self, count: int) -> None:
        made = ready = 0
        until = time.monotonic() + _PATIENCE_SECONDS
        while ready < count:
            while made < count and made - ready < _AT_ONCE:
                self._enter(self._make(made, None))
                made += 1
            self.step(1.0)
            ready = sum(listener.ready for listener in self._listeners.values())
            if self.lost or time.monotonic() > until:
                raise WireError(f"{ready} of {count} listeners came in, {self.lost} were lost")
        self._clear()

    def _enter(self, listener: Listener) -> None:
        self._listeners[listener.sock.fileno()] = listener
        self._epoll.register(listener.sock.fileno(), select.EPOLLIN)

    def _lose(self, number: int, listener: Listener) -> None:
        self.lost += 1
        self._epoll.unregister(number)
        listener.sock.close()
        if self._returning:
            self._wait(listener.number, listener.last, 0)

    def _wait(self, number: int, last: int | None, tried: int) -> None:
        wait = min(_LONGEST, _BACK_OFF * 2**tried) * (1 + _CHANCE * random.uniform(-1, 1))
        self._away.append((time.monotonic() + wait, number, last, tried))

    def _come_back(self) -> None:
        now = time.monotonic()
        due = [entry for entry in self._away if entry[0] <= now]
        self._away = [entry for entry in self._away if entry[0] > now]
        for _, number, last, tried in due:
            try:
                self._enter(self._make(number, last))
            except OSError:
                self._wait(number, last, tried + 1)

    def step(self, timeout: float, orders: int | None = None) -> bool:
        """Read available input; return True if `orders` (a file descriptor registered here) has some."""
        asked = False
        if self._away:
            self._come_back()
            timeout = 0.01
        for number, _ in self._epoll.poll(timeout):
            if number == orders:
                asked = True
                continue
            listener = self._listeners[number]
            try:
                self._hear(listener)
            except (OSError, WireError):
                self._lose(number, listener)
        return asked

    def _hear(self, listener: Listener) -> None:
        data = listener.sock.recv(_PIECE_BYTES)
        now = time.monotonic()
        if not data:
            raise ConnectionError
        self._bytes += len(data)
        if data == self._piece and listener.ready and not listener.read:
            listener.newest = self._text
            self._heard.append((now, listener.number))
            return
        whole = not listener.read
        listener.read += data
        if not listener.upgraded:
            listener.take_head()
        if listener.upgraded:
            for opcode, payload in frames(listener.read):
                if opcode == TEXT:
                    self._message(listener, payload, now)
                elif opcode == PING:
                    listener.sock.sendall(client_frame(payload, PONG))
                elif opcode == CLOSE:
                    raise ConnectionError
            text = listener.newest
            if whole and text in self._arrivals and data.endswith(text) and len(data) <= _HEAD_BYTES + len(text):
                self._piece, self._text, self._heard = data, text, self._arrivals[text]

    def _message(self, listener: Listener, payload: bytes, now: float) -> None:
        if payload == b"2":
            listener.sock.sendall(client_frame("3"))
        elif not listener.ready:
            listener.enter(payload)
            if self._returning and listener.ready:
                self._back.append(now)
                self._arrivals.setdefault(listener.newest, []).append((now, listener.number))
        elif payload.startswith(b'42["state"'):
            listener.newest = payload
            self._arrivals.setdefault(payload, []).append((now, listener.number))

    def watch(self, number: int) -> None:
        """Take orders from this file descriptor."""
        self._epoll.register(number, select.EPOLLIN)

    def _labels_in(self, payload: bytes) -> list[str]:
        if payload not in self._labels:
            _, message = json.loads(payload[2:])
            self._labels[payload] = [call["label"] for call in message.get("news", ())]
        return self._labels[payload]

    def first_arrivals(self, label: str) -> dict[int, float]:
        """Return when each listener first received this call."""
        first: dict[int, float] = {}
        for payload, arrivals in self._arrivals.items():
            if label in self._labels_in(payload):
                for at, number in arrivals:
                    first[number] = min(at, first.get(number, at))
        return first

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order."""
        if order["do"] == "heard":
            return {"heard": len(self.first_arrivals(order["label"]))}
        labels = {label for payload in self._arrivals for label in self._labels_in(payload)}
        answer = {
            "calls": {label: sorted(self.first_arrivals(label).values()) for label in labels},
            "messages": sum(len(arrivals) for arrivals in self._arrivals.values()),
            "bytes": self._bytes,
            "lost": self.lost,
            "back": self._back,
            "sample": max(self._arrivals, key=len, default=b"").decode(),
        }
        self._clear()
        return answer


def main(arguments: list[str]) -> int:
    """Listen until standard input ends."""
    port, count, mode, room = int(arguments[0]), int(arguments[1]), arguments[2], arguments[3]
    audience = Audience(port, count, mode, room)
    orders = sys.stdin.fileno()
    audience.watch(orders)
    print(json.dumps({"ready": count}), flush=True)
    waiting = b""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            if not audience.step(1.0, orders):
                continue
            data = os.read(orders, 1 << 16)
            if not data:
                return 0
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                print(json.dumps(audience.obey(json.loads(line))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
