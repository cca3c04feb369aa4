"""Websocket framing for the server: handshake, incoming messages, and one ordered outbox per client.

simple-websocket 1.1 calls `sock.send` once and ignores a short write; on a non-blocking socket (gevent) a slow
reader then gets a part of a frame, and the rest of its stream is garbage. Here a frame leaves whole or not at all.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import logging
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from select import POLLOUT
from typing import Any, NoReturn

from gevent import monkey
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import generate_accept_token

TEXT, CLOSE, PONG = 0x1, 0x8, 0xA

# A client with this much queued, or that has not caught up for so long, is dropped: it rejoins later
# and gets one snapshot, which costs both sides less than everything it missed.
MAX_FRAMES = 256
MAX_BYTES = 1 << 20
SLOW_READER_TIMEOUT_S = 15.0
KERNEL_BYTES = 1 << 18  # what the kernel may hold for one client; it grows to megabytes otherwise
LINGER_S = 1.0
_DO_NOT_WAIT = int(socket.MSG_DONTWAIT)  # the member of an enumeration costs more, at each of a thousand displays

_log = logging.getLogger(__name__)

# The native lock, even when gevent replaced it: it is held for moments in which no greenlet can be switched, and so
# it also keeps native threads apart. Re-entrant, because a signal handler may close while a frame is being put.
_Lock: Callable[[], contextlib.AbstractContextManager[object]] = monkey.get_original("_thread", "RLock")


def frame(opcode: int, payload: bytes) -> bytes:
    """Encode one final, unmasked frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
    return head + payload


def text_frame(text: str) -> bytes:
    """Encode one text message in one frame."""
    return frame(TEXT, text.encode())


def handshake_response(environ: Mapping[str, str]) -> bytes | None:
    """Build the response to a correct handshake, without any extension; None if the handshake is not correct."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip()
    tokens = [token.strip() for token in environ.get("HTTP_CONNECTION", "").lower().split(",")]
    try:
        whole = len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return None
    if not whole or "upgrade" not in tokens or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return None
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + generate_accept_token(key.encode()) + b"\r\n\r\n"
    )


def socket_of(environ: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the connection that the web server left under its key in `environ`.

    Raises RuntimeError if there is none, or if it is not a plain socket.
    """
    for key in ("gunicorn.socket", "werkzeug.socket"):
        sock = environ.get(key)
        if isinstance(sock, ssl.SSLSocket):
            raise RuntimeError("the transport needs a plain socket: let a proxy in front do TLS")
        if sock is not None:
            return key, sock
    raise RuntimeError("the transport runs under gunicorn or Werkzeug's development server only")


def release_socket(environ: Mapping[str, Any]) -> NoReturn:
    """Tell the web server, each in its own way, that the connection is used up."""
    raise StopIteration if "gunicorn.socket" in environ else ConnectionError


class Outbox:
    """Ordered outgoing data of one client. Nothing here blocks, except the task that sends to a slow reader.

    `spawn` starts a task of the server's kind, `poll` makes a `select.poll` of the same kind. With gevent call it
    from the server's own thread only, because the writer of a slow reader is a greenlet of the calling thread.
    """

    __slots__ = ("_bytes", "_lock", "_poll", "_raw", "_sock", "_spawn", "_waiting", "_writing", "live")

    def __init__(self, sock: Any, *, spawn: Callable[[Callable[[], None]], object], poll: Callable[[], Any]) -> None:
        sock.settimeout(None)  # with a timeout, the standard library would wait for room before a send
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        with contextlib.suppress(OSError):  # a Unix socket has no such option
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._raw = getattr(sock, "_sock", sock)  # under gevent's socket is one that never waits
        self._spawn = spawn
        self._poll = poll
        self._lock = _Lock()
        self._waiting: list[bytes | memoryview] = []
        self._bytes = 0
        self._writing = False
        self.live = True

    def put(self, data: bytes) -> None:
        """Send `data`, as much of it as the kernel takes now if nothing is queued; queue the rest.

        Whole frames only. Drops the client if too much is queued. Does nothing once the client is gone.
        """
        with self._lock:
            if not self.live:
                return
            if not self._waiting:  # the usual case
                sent = self._send(data)
                if sent == len(data) or not self.live:
                    return
                data = data[sent:]
            self._waiting.append(data)
            self._bytes += len(data)
            self._hold()

    def close(self, code: int | None = None) -> None:
        """End the connection and wake its reader; with a Close frame, if a code is given and nothing waits."""
        self._end(code, socket.SHUT_RDWR)

    def close_after_drain(self, code: int) -> None:
        """End the connection, from its reader's own task.

        Drains input for a moment: closing over unread input is a reset, and the Close frame would be lost.
        """
        self._end(code, socket.SHUT_WR)
        until = time.monotonic() + LINGER_S
        with contextlib.suppress(OSError):
            self._sock.settimeout(LINGER_S)
            while time.monotonic() < until and self._sock.recv(1 << 16):
                pass

    def _end(self, code: int | None, how: int) -> None:
        with self._lock:
            if self.live and code is not None:
                self._waiting.append(frame(CLOSE, struct.pack("!H", code)))
                self._flush()
            self.live = False
            self._waiting = []
            self._bytes = 0
        with contextlib.suppress(OSError):
            self._sock.shutdown(how)

    def _send(self, data: bytes | memoryview) -> int:
        """Return how many bytes of `data` the kernel took. Ends the connection if the client is gone."""
        try:
            sent: int = self._raw.send(data, _DO_NOT_WAIT)
        except BlockingIOError:
            return 0
        except OSError:
            self.close()
            return 0
        return sent

    def _flush(self) -> None:
        while self._waiting:
            first = self._waiting[0]
            sent = self._send(first)
            if not self.live:
                return
            self._bytes -= sent
            if sent < len(first):
                self._waiting[0] = memoryview(first)[sent:]
                return
            del self._waiting[0]

    def _hold(self) -> None:
        too_much = len(self._waiting) > MAX_FRAMES or self._bytes > MAX_BYTES
        if too_much and len(self._waiting) > 1:  # one huge message alone is not the reader's fault
            _log.info("dropped a client: %d frames, %d bytes wait for it", len(self._waiting), self._bytes)
            self.close()
        elif not self._writing:
            self._writing = True
            self._spawn(self._write)

    def _write(self) -> None:
        until = time.monotonic() + SLOW_READER_TIMEOUT_S
        while True:
            in_time = self._wait_for_room(until - time.monotonic())
            with self._lock:
                if in_time:
                    self._flush()
                elif self.live:
                    _log.info("dropped a client: it was behind for %g s", SLOW_READER_TIMEOUT_S)
                    self.close()
                if not self._waiting:
                    self._writing = False
                    return

    def _wait_for_room(self, seconds: float) -> bool:
        number = self._raw.fileno()
        if seconds <= 0 or number < 0:
            return False
        poller = self._poll()
        poller.register(number, POLLOUT)
        return bool(poller.poll(seconds * 1000))


class WholeFrames:
    """The socket for simple-websocket: `send` takes a frame whole and does not wait."""

    def __init__(self, sock: Any, outbox: Outbox, on_close: Callable[[], None]) -> None:
        self._sock = sock
        self._outbox = outbox
        self._on_close = on_close

    def send(self, data: bytes) -> int:
        """Put the frame into the outbox. Raises BrokenPipeError once the client is gone."""
        if not self._outbox.live:
            raise BrokenPipeError
        self._outbox.put(bytes(data))
        return len(data)

    def recv(self, size: int) -> bytes:
        """Read available bytes."""
        data: bytes = self._sock.recv(size)
        return data

    def close(self) -> None:
        """End the connection; the web server closes the socket."""
        self._outbox.close()
        self._on_close()


class ConnectionClosing(Exception):  # not an error: every connection ends
    """The connection must be closed with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Inbox:
    """Decoder of one client's text messages of at most `limit` characters. Pings are answered through `outbox`."""

    __slots__ = ("_limit", "_outbox", "_text", "_wire")

    def __init__(self, outbox: Outbox, limit: int) -> None:
        self._outbox = outbox
        self._limit = limit
        self._wire = Connection(ConnectionType.SERVER)
        self._text = ""

    def take(self, data: bytes) -> Iterator[str]:
        """Decode `data` and return the messages that are complete now. Raises Ending."""
        self._wire.receive_data(data)
        for event in self._wire.events():
            match event:
                case TextMessage():
                    self._text += event.data
                    if len(self._text) > self._limit:
                        raise ConnectionClosing(CloseReason.MESSAGE_TOO_BIG)
                    if event.message_finished:
                        text, self._text = self._text, ""
                        yield text
                case Ping():
                    self._outbox.put(frame(PONG, bytes(event.payload)))
                case BytesMessage():
                    raise ConnectionClosing(CloseReason.UNSUPPORTED_DATA)
                case CloseConnection():  # wsproto makes one of a broken frame, too
                    no_code = event.code == CloseReason.NO_STATUS_RCVD
                    raise ConnectionClosing(CloseReason.NORMAL_CLOSURE if no_code else event.code)
