"""Connections to printers that are device files of the operating system: `/dev/usb/lp0` and serial lines.

Serial lines are configured by the standard library's termios: the usual package for it has had no release since 2020.
"""

from __future__ import annotations

import array
import contextlib
import errno
import fcntl
import os
import termios
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from printer.executor import run_inline
from printer.ports import Reason
from printer.transport.connection import CHUNK, PACKET, next_chunk

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.executor import Executor
    from printer.transport.connection import Connection

FLOWS = ("rtscts", "xonxoff", "none")
BAUDS = (9600, 19200, 38400, 57600, 115200)
# Polling instead of select: some drivers never report that they are writable.
_POLL_SECONDS = 0.01
_FIRST_POLL_SECONDS = 0.001
_READ_WRITE = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_WRITE_ONLY = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_IFLAG, _OFLAG, _CFLAG, _LFLAG, _ISPEED, _OSPEED, _CC = range(7)


class DeviceConnector:
    """A device file such as /dev/usb/lp0; a device that cannot be read is opened for writing only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, seconds: float) -> Connection:
        """Open the device without blocking. Raises OSError if that fails."""
        try:
            link = DeviceConnection(os.open(self._path, _READ_WRITE))
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EINVAL):
                raise
            return DeviceConnection(os.open(self._path, _WRITE_ONLY), readable=False)
        link.forget()
        return link


class SerialConnector:
    """A serial line, eight bits, no parity, one stop bit. `flow` is one of FLOWS, `baud` one of BAUDS.

    When the printer accepts no more data, close blocks in the kernel for half a minute, and so does the next open;
    drivers of USB adapters ignore a flush. `offload` keeps these calls from blocking other greenlets.
    """

    def __init__(self, path: Path, baud: int, flow: str, offload: Executor = run_inline) -> None:
        self._path = path
        self._speed = getattr(termios, f"B{baud}")
        self._flow = flow
        self._offload = offload
        self._closing: threading.Thread | None = None

    def open(self, seconds: float) -> Connection:
        """Open and configure the line. Raises OSError if that fails, or the previous one is still being closed."""
        if self._closing is not None and self._closing.is_alive():
            raise OSError(errno.EBUSY, "the printer takes nothing")
        return self._offload(self._open)

    def _open(self) -> Connection:
        handle = os.open(self._path, _READ_WRITE)
        try:
            self._configure(handle)
        except (OSError, termios.error) as error:
            os.close(handle)
            raise OSError(errno.EINVAL, f"not a serial line: {error.args[-1]}") from error
        return DeviceConnection(handle, hang_up=self._hang_up)

    def _hang_up(self, handle: int) -> None:
        """Close the line in a background thread."""
        self._closing = threading.Thread(target=self._offload, args=(partial(os.close, handle),), daemon=True)
        self._closing.start()

    def _configure(self, handle: int) -> None:
        line = termios.tcgetattr(handle)
        line[_IFLAG] = termios.IXON | termios.IXOFF if self._flow == "xonxoff" else 0
        line[_OFLAG] = line[_LFLAG] = 0
        hardware = termios.CRTSCTS if self._flow == "rtscts" else 0
        line[_CFLAG] = termios.CS8 | termios.CREAD | termios.CLOCAL | hardware
        line[_ISPEED] = line[_OSPEED] = self._speed
        line[_CC][termios.VMIN] = line[_CC][termios.VTIME] = 0
        termios.tcsetattr(handle, termios.TCSANOW, line)
        # Unread input is no answer to a query of this connection.
        termios.tcflush(handle, termios.TCIFLUSH)


class DeviceConnection:
    """An open device, non-blocking so that a device that hangs blocks nothing else. `hang_up` closes a serial line."""

    def __init__(self, handle: int, *, readable: bool = True, hang_up: Callable[[int], None] | None = None) -> None:
        self._handle = handle
        self._readable = readable
        self._serial = hang_up is not None
        self._hang_up = hang_up or os.close
        self.written = 0

    def forget(self) -> None:
        """Discard unread input: it is no answer to a query of this connection."""
        with contextlib.suppress(OSError):  # the next query will report the error
            while self.read(_POLL_SECONDS):
                pass

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data` within `seconds`; return the reason if that fails, or None.

        TIME_OUT with everything `written`: the last chunk is still being sent, and closing may cancel it.
        """
        deadline = time.monotonic() + seconds
        rest = memoryview(data)
        pause = _FIRST_POLL_SECONDS
        while True:
            try:
                # usblp accepts a chunk when it begins to send it, and the next one, at the end an empty one, when that
                # has been sent. A serial driver would accept a whole slip into its buffer.
                if self._serial and _unsent(self._handle) > PACKET:
                    raise BlockingIOError
                count = os.write(self._handle, next_chunk(rest))
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return Reason.TIME_OUT
                time.sleep(pause)
                pause = min(2 * pause, _POLL_SECONDS)
            except OSError:
                return Reason.CONNECTION_LOST
            else:
                if not rest:
                    return None
                self.written += count
                rest = rest[count:]
                pause = _FIRST_POLL_SECONDS

    def read(self, seconds: float) -> bytes:
        """Return bytes from the printer; empty after `seconds`. Raises OSError if the device is gone."""
        deadline = time.monotonic() + seconds
        pause = _FIRST_POLL_SECONDS
        while True:
            if self._readable:
                with contextlib.suppress(BlockingIOError):
                    if received := os.read(self._handle, CHUNK):
                        return received
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return b""
            time.sleep(min(pause, remaining))
            pause = min(2 * pause, _POLL_SECONDS)

    def close(self, seconds: float) -> bool:
        """Wait, at most `seconds`, until a serial line has sent everything, and close; False if data was left."""
        deadline = time.monotonic() + seconds
        sent = True
        try:
            while self._serial and (sent := _unsent(self._handle) == 0) is False and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            if self._serial and not sent:
                termios.tcflush(self._handle, termios.TCOFLUSH)
        except (OSError, termios.error):
            sent = False
        finally:
            (os.close if sent else self._hang_up)(self._handle)
        return sent


def _unsent(handle: int) -> int:
    """Return the number of bytes that the driver still has to send."""

    count = array.array("i", [0])
    fcntl.ioctl(handle, termios.TIOCOUTQ, count)
    return count[0]
