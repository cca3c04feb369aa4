"""Printers that are a file of the operating system: `/dev/usb/lp0` and serial lines.

Serial lines are set up by the standard library's termios: the usual package for it has had no release since 2020.
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

from printer.face import Reason
from printer.link import CHUNK, PACKET, piece_of
from printer.offload import in_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.link import Link
    from printer.offload import Offload

FLOWS = ("rtscts", "xonxoff", "none")
BAUDS = (9600, 19200, 38400, 57600, 115200)
# Not by waiting on the file: some drivers never say that they can take more.
_NAP = 0.01
_FIRST_NAP = 0.001
_READ_WRITE = os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_WRITE_ONLY = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_IFLAG, _OFLAG, _CFLAG, _LFLAG, _ISPEED, _OSPEED, _CC = range(7)


class DevicePort:
    """A device file such as /dev/usb/lp0; one that cannot be read from can at least be written to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, seconds: float) -> Link:
        """Open the device, without waiting for it; OSError if that fails."""
        try:
            link = DeviceLink(os.open(self._path, _READ_WRITE))
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EINVAL):
                raise
            return DeviceLink(os.open(self._path, _WRITE_ONLY), readable=False)
        link.forget()
        return link


class SerialPort:
    """A serial line, eight bits, no parity, one stop bit. `flow` is one of FLOWS, `baud` one of BAUDS.

    Where the printer takes no more, closing waits for it inside the kernel, for half a minute, and so does who opens
    it then; USB adapters' drivers discard nothing when told to. `offload` keeps that from holding up others.
    """

    def __init__(self, path: Path, baud: int, flow: str, offload: Offload = in_place) -> None:
        self._path = path
        self._speed = getattr(termios, f"B{baud}")
        self._flow = flow
        self._offload = offload
        self._closing: threading.Thread | None = None

    def open(self, seconds: float) -> Link:
        """Open and set up the line; OSError if that fails, or the one before is not closed yet."""
        if self._closing is not None and self._closing.is_alive():
            raise OSError(errno.EBUSY, "the printer takes nothing")
        return self._offload(self._open)

    def _open(self) -> Link:
        handle = os.open(self._path, _READ_WRITE)
        try:
            self._set_up(handle)
        except (OSError, termios.error) as error:
            os.close(handle)
            raise OSError(errno.EINVAL, f"not a serial line: {error.args[-1]}") from error
        return DeviceLink(handle, hang_up=self._hang_up)

    def _hang_up(self, handle: int) -> None:
        """Close it, some time."""
        self._closing = threading.Thread(target=self._offload, args=(partial(os.close, handle),), daemon=True)
        self._closing.start()

    def _set_up(self, handle: int) -> None:
        line = termios.tcgetattr(handle)
        line[_IFLAG] = termios.IXON | termios.IXOFF if self._flow == "xonxoff" else 0
        line[_OFLAG] = line[_LFLAG] = 0
        hardware = termios.CRTSCTS if self._flow == "rtscts" else 0
        line[_CFLAG] = termios.CS8 | termios.CREAD | termios.CLOCAL | hardware
        line[_ISPEED] = line[_OSPEED] = self._speed
        line[_CC][termios.VMIN] = line[_CC][termios.VTIME] = 0
        termios.tcsetattr(handle, termios.TCSANOW, line)
        # What is left from before belongs to no question of ours.
        termios.tcflush(handle, termios.TCIFLUSH)


class DeviceLink:
    """An open device. Not blocking: a device that hangs would hold up everything. `hang_up` closes a serial line."""

    def __init__(self, handle: int, *, readable: bool = True, hang_up: Callable[[int], None] | None = None) -> None:
        self._handle = handle
        self._readable = readable
        self._serial = hang_up is not None
        self._hang_up = hang_up or os.close
        self.written = 0

    def forget(self) -> None:
        """Take away what was said to somebody before: it answers no question of ours."""
        with contextlib.suppress(OSError):  # the next question will find out
            while self.read(_NAP):
                pass

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong.

        TIME_OUT with everything `written`: the last piece is on its way, and closing may cut it off.
        """
        until = time.monotonic() + seconds
        rest = memoryview(data)
        nap = _FIRST_NAP
        while True:
            try:
                # USB's driver says that it took a piece when it only begins to send it, and takes the next one, at
                # the end a piece of nothing, when that has gone. A serial one's would take a whole paper and keep it.
                if self._serial and _waiting(self._handle) > PACKET:
                    raise BlockingIOError
                count = os.write(self._handle, piece_of(rest))
            except BlockingIOError:
                if time.monotonic() > until:
                    return Reason.TIME_OUT
                time.sleep(nap)
                nap = min(2 * nap, _NAP)
            except OSError:
                return Reason.CONNECTION_LOST
            else:
                if not rest:
                    return None
                self.written += count
                rest = rest[count:]
                nap = _FIRST_NAP

    def read(self, seconds: float) -> bytes:
        """What the printer says; empty when time is up. OSError if the device is gone."""
        until = time.monotonic() + seconds
        nap = _FIRST_NAP
        while True:
            if self._readable:
                with contextlib.suppress(BlockingIOError):
                    if heard := os.read(self._handle, CHUNK):
                        return heard
            left = until - time.monotonic()
            if left <= 0:
                return b""
            time.sleep(min(nap, left))
            nap = min(2 * nap, _NAP)

    def close(self, seconds: float) -> bool:
        """Wait, at most `seconds`, until a serial line has sent everything, and close; False if it did not."""
        until = time.monotonic() + seconds
        sent = True
        try:
            while self._serial and (sent := _waiting(self._handle) == 0) is False and time.monotonic() < until:
                time.sleep(_NAP)
            if self._serial and not sent:
                termios.tcflush(self._handle, termios.TCOFLUSH)
        except (OSError, termios.error):
            sent = False
        finally:
            (os.close if sent else self._hang_up)(self._handle)
        return sent


def _waiting(handle: int) -> int:
    """Bytes that the driver still has to send."""

    count = array.array("i", [0])
    fcntl.ioctl(handle, termios.TIOCOUTQ, count)
    return count[0]
