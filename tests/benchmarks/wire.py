"""Minimal HTTP and websocket clients that cost next to nothing. Standard library only."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_TIMEOUT_SECONDS = 30.0


class WireError(Exception):
    """The peer sent unexpected data, or ended the connection."""


@dataclass(frozen=True)
class Reply:
    """One HTTP response; `sent` and `seconds` are on the machine's monotonic clock, which all processes share."""

    status: int
    body: bytes
    sent: float = 0.0
    seconds: float = 0.0

    def json(self) -> Any:
        """Parse the body. Raises WireError unless the response was a success."""
        if not 200 <= self.status < 300:
            raise WireError(f"HTTP {self.status}: {self.body[:300]!r}")
        return json.loads(self.body) if self.body else None


def request_bytes(method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Encode one keep-alive request with a JSON body."""
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


class Answers:
    """Splits the bytes of one keep-alive connection into responses. Every response must carry its length."""

    def __init__(self) -> None:
        self._read = bytearray()

    def feed(self, data: bytes) -> Reply | None:
        """Return the response, if it is complete now. One request at a time is under way."""
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._read[:end])
        status = int(head[9:12])
        _, result, after = head.lower().partition(b"content-length:")
        length = int(after.split(b"\r\n", 1)[0]) if result else 0
        if not result and status != 204:
            raise WireError("an answer without a length")
        if len(self._read) < end + 4 + length:
            return None
        body = bytes(self._read[end + 4 : end + 4 + length])
        self._read.clear()
        return Reply(status, body)


class Http:
    """One blocking keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection((HOST, port), _TIMEOUT_SECONDS)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = Answers()

    def close(self) -> None:
        """End the connection."""
        self._sock.close()

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request and wait for its response. Raises WireError, OSError."""
        data = request_bytes(method, path, body, headers)
        sent = time.monotonic()
        self._sock.sendall(data)
        while True:
            data = self._sock.recv(1 << 16)
            if not data:
                raise WireError("the server closed the connection")
            reply = self._answers.feed(data)
            if reply is not None:
                return Reply(reply.status, reply.body, sent, time.monotonic() - sent)


def opening(path: str) -> bytes:
    """Encode the websocket handshake request; it offers no compression."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def client_frame(content: str | bytes, opcode: int = TEXT) -> bytes:
    """Encode one frame of a client; its mask is zero, which is allowed and costs nothing."""
    payload = content.encode() if isinstance(content, str) else content
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


def frames(read: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the complete frames out of `read`, as (opcode, payload). Raises WireError for a corrupt stream."""
    at = 0
    while len(read) - at >= 2:
        first, size = read[at], read[at + 1]
        if first & 0xF0 != 0x80 or size & 0x80:
            raise WireError(f"a frame that begins {first:#x} {size:#x}")
        start = at + 2
        if size == 126:
            start += 2
        elif size == 127:
            start += 8
        if len(read) < start:
            break
        if start > at + 2:
            size = int.from_bytes(read[at + 2 : start], "big")
        if len(read) < start + size:
            break
        yield first & 0xF, bytes(read[start : start + size])
        at = start + size
    del read[:at]
