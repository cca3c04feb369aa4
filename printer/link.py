"""The way of bytes to a printer and back: what every port can do, and the port of network printers."""

from __future__ import annotations

import socket
import time
from typing import Protocol

from printer.face import Reason

CHUNK = 4096
PACKET = 64
_PIECE = 512


class Link(Protocol):
    """An open connection; each call ends within its seconds."""

    written: int
    """Bytes that have left, or may have: never less than the printer has."""

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong: TIME_OUT or CONNECTION_LOST."""
        ...

    def read(self, seconds: float) -> bytes:
        """What the printer says, as soon as it says something; empty when time is up. OSError if the link is lost."""
        ...

    def close(self, seconds: float) -> bool:
        """Say that nothing follows, read what is left, close; False if the printer broke off instead."""
        ...


def piece_of(rest: memoryview) -> memoryview:
    """What of the rest to give to a printer on a wire next.

    Of a piece that fails nobody knows how much was taken, and the cut is at the end: that goes packet by packet.
    """
    return rest[: _PIECE if len(rest) > 2 * _PIECE else PACKET]


class Port(Protocol):
    """Where a printer is connected."""

    def open(self, seconds: float) -> Link:
        """Connect; OSError if that fails."""
        ...


class TcpPort:
    """Port 9100 of a network printer, or anything that listens like one.

    Plain TCP takes a ticket into its buffers whether or not the printer lives, so success of a write means nothing.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    def open(self, seconds: float) -> Link:
        """Connect; OSError if that fails."""
        connection = socket.create_connection(self._address, seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return TcpLink(connection)


class TcpLink:
    """A connection over the network."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.written = 0

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong."""
        until = time.monotonic() + seconds
        rest = memoryview(data)
        try:
            while rest:
                self._connection.settimeout(max(0.001, until - time.monotonic()))
                count = self._connection.send(rest)
                self.written += count
                rest = rest[count:]
        except TimeoutError:
            return Reason.TIME_OUT
        except OSError:
            return Reason.CONNECTION_LOST
        return None

    def read(self, seconds: float) -> bytes:
        """What the printer says; empty when time is up. OSError if the connection is lost."""
        self._connection.settimeout(max(0.001, seconds))
        try:
            heard = self._connection.recv(CHUNK)
        except TimeoutError:
            return b""
        if not heard:
            raise ConnectionResetError("the printer closed the connection")
        return heard

    def close(self, seconds: float) -> bool:
        """Say that nothing follows, read what is left, close; False if the printer broke off instead.

        Closing with an unread byte would reset the connection, and the printer would lose the job.
        """
        until = time.monotonic() + seconds
        try:
            self._connection.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                self._connection.settimeout(left)
                if not self._connection.recv(CHUNK):
                    break
        except TimeoutError:
            pass
        except OSError:
            return False
        finally:
            self._connection.close()
        return True
