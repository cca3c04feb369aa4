"""Connections to printers: the protocols that every kind implements, and TCP for network printers."""

from __future__ import annotations

import socket
import time
from typing import Protocol

from printer.ports import Reason

CHUNK = 4096
PACKET = 64
_PIECE = 512


class Connection(Protocol):
    """An open connection; each call ends within its `seconds`."""

    written: int
    """Bytes sent or possibly sent: never less than the printer received."""

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`; return TIME_OUT or CONNECTION_LOST if that fails, or None."""
        ...

    def read(self, seconds: float) -> bytes:
        """Return the next bytes from the printer; empty after `seconds`. Raises OSError if the link is lost."""
        ...

    def close(self, seconds: float) -> bool:
        """Shut down writing, read what is left, close; False if the printer closed the connection first."""
        ...


def next_chunk(rest: memoryview) -> memoryview:
    """Return the next chunk of `rest` to send over USB or a serial line.

    How much of a failed chunk was received is unknown, and the cut is at the end: the end goes packet by packet.
    """
    return rest[: _PIECE if len(rest) > 2 * _PIECE else PACKET]


class Connector(Protocol):
    """Opens connections to one printer."""

    def open(self, seconds: float) -> Connection:
        """Connect within `seconds`. Raises OSError if that fails."""
        ...


class TcpConnector:
    """Port 9100 of a network printer, or anything that listens like one.

    TCP buffers a whole ticket whether or not the printer is alive, so a successful write proves nothing.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    def open(self, seconds: float) -> Connection:
        """Connect within `seconds`. Raises OSError if that fails."""
        connection = socket.create_connection(self._address, seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return TcpConnection(connection)


class TcpConnection:
    """A TCP connection to a printer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.written = 0

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`; return TIME_OUT or CONNECTION_LOST if that fails, or None."""
        deadline = time.monotonic() + seconds
        rest = memoryview(data)
        try:
            while rest:
                self._connection.settimeout(max(0.001, deadline - time.monotonic()))
                count = self._connection.send(rest)
                self.written += count
                rest = rest[count:]
        except TimeoutError:
            return Reason.TIME_OUT
        except OSError:
            return Reason.CONNECTION_LOST
        return None

    def read(self, seconds: float) -> bytes:
        """Return the next bytes from the printer; empty after `seconds`. Raises OSError if the connection is lost."""
        self._connection.settimeout(max(0.001, seconds))
        try:
            received = self._connection.recv(CHUNK)
        except TimeoutError:
            return b""
        if not received:
            raise ConnectionResetError("the printer closed the connection")
        return received

    def close(self, seconds: float) -> bool:
        """Shut down writing, read what is left, close; False if the printer closed the connection first.

        Closing with an unread byte would reset the connection, and the printer would lose the job.
        """
        deadline = time.monotonic() + seconds
        try:
            self._connection.shutdown(socket.SHUT_WR)
            while (remaining := deadline - time.monotonic()) > 0:
                self._connection.settimeout(remaining)
                if not self._connection.recv(CHUNK):
                    break
        except TimeoutError:
            pass
        except OSError:
            return False
        finally:
            self._connection.close()
        return True
