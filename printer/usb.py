"""Printers of the USB printer class, through libusb; needed where `/dev/usb/lp*` is not there, or moves.

The kernel's own driver `usblp` has such a printer first. It is sent away at the first use and called back when this
process ends. Not after each paper: when it comes it resets the way to the printer, and what is still on it is lost.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import importlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from printer.face import Reason
from printer.link import CHUNK, piece_of

if TYPE_CHECKING:
    from printer.link import Link
    from printer.offload import Offload

_LIBRARY = "libusb-1.0.so.0"
_PRINTER_CLASS = 7
_BULK = 2
_IN = 0x80
_NAP = 0.01
_STALE = 0.01
"""Seconds: what the printer still wanted to say comes at once."""
_LONGEST_STALE = 64
_WORDS = {
    errno.EACCES: "this user may not use it",
    errno.EBUSY: "another program uses it",
    errno.ENODEV: "not plugged in",
}
_taken: dict[tuple[int, int, int], Any] = {}
"""Bus, address and interface → a device that the kernel's driver shall have again."""


@dataclass(frozen=True, slots=True)
class UsbName:
    """Vendor and product, and the serial number if there are several of a kind."""

    vendor: int
    product: int
    serial: str | None


class UsbPort:
    """A printer by its USB name. libusb waits inside C, so `offload` keeps it from holding up others."""

    def __init__(self, name: UsbName, offload: Offload) -> None:
        self._name = name
        self._offload = offload

    def open(self, seconds: float) -> Link:
        """Find and claim the printer; OSError if it is not there, is not ours, or libusb is missing."""
        return self._offload(self._open)

    def _open(self) -> Link:
        core, util, backend = _library()
        try:
            wanted = {"idVendor": self._name.vendor, "idProduct": self._name.product}
            device = self._chosen(list(core.find(find_all=True, backend=backend, **wanted)), core, util)
            try:
                link = UsbLink(device, _printer_interface(device.get_active_configuration()), self._offload)
                link.claim()
            except (core.USBError, OSError):
                util.dispose_resources(device)
                raise
        except core.USBError as error:
            number = error.errno or errno.EIO
            raise OSError(number, _WORDS.get(number, error.strerror)) from error
        return link

    def _chosen(self, found: list[Any], core: Any, util: Any) -> Any:
        wanted, refused = self._name.serial, None
        matching = found
        if wanted is not None:
            matching = []
            for one in found:
                try:
                    matching += [one] if _serial(one, util) == wanted else []
                except core.USBError as error:
                    refused = error
        if len(matching) > 1:
            raise OSError(errno.ENOTUNIQ, "several are plugged in: add ?serial= to the address")
        if matching:
            return matching[0]
        if refused is not None:  # it may be the one
            raise refused
        raise OSError(errno.ENODEV, "not plugged in, or another serial number")


class UsbLink:
    """A printer that can be claimed."""

    def __init__(self, device: Any, interface: Any, offload: Offload) -> None:
        self._device = device
        self._interface = interface.bInterfaceNumber
        self._offload = offload
        points: Iterable[Any] = interface
        addresses = [point.bEndpointAddress for point in points if point.bmAttributes & 3 == _BULK]
        self._out = next((address for address in addresses if not address & _IN), 0)
        self._in = next((address for address in addresses if address & _IN), None)
        self.written = 0

    def claim(self) -> None:
        """Take it from the kernel's driver, and away from others; forget what it wanted to say to somebody before."""
        core, util, _ = _library()
        if self._device.is_kernel_driver_active(self._interface):
            self._device.detach_kernel_driver(self._interface)
        # Also where none was: a process before, which was killed, may have sent it away.
        if not _taken:
            atexit.register(_call_back)
        _taken[self._device.bus, self._device.address, self._interface] = self._device
        util.claim_interface(self._device, self._interface)
        with contextlib.suppress(core.USBError):
            for _ in range(_LONGEST_STALE):
                if self._in is None or not self._read(_STALE):
                    break

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong."""
        core, _, _ = _library()
        until = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            if (left := until - time.monotonic()) <= 0:
                return Reason.TIME_OUT
            piece = piece_of(rest)
            try:
                count = self._offload(partial(self._write, bytes(piece), left))
            except core.USBError as error:
                self.written += len(piece)
                self._unblock(error, self._out)
                return Reason.CONNECTION_LOST
            self.written += count
            rest = rest[count:]
        return None

    def read(self, seconds: float) -> bytes:
        """What the printer says; empty when time is up. OSError if it is gone."""
        core, _, _ = _library()
        until = time.monotonic() + seconds
        try:
            while self._in is not None and (left := until - time.monotonic()) > 0:
                if heard := self._offload(partial(self._read, left)):
                    return heard
                time.sleep(_NAP)  # some answer at once that they have nothing to say
        except core.USBError as error:
            self._unblock(error, self._in)
            raise ConnectionResetError(error.errno, error.strerror) from error
        return b""

    def close(self, seconds: float) -> bool:
        """Let others claim it."""
        core, util, _ = _library()
        try:
            util.release_interface(self._device, self._interface)
        except core.USBError:
            return False
        finally:
            util.dispose_resources(self._device)
        return True

    def _write(self, piece: bytes, seconds: float) -> int:
        """How much of it was taken; it may be a part, when time is up."""
        core, _, _ = _library()
        try:
            return int(self._device.write(self._out, piece, _milliseconds(seconds)))
        except core.USBError as error:
            if error.errno == errno.ETIMEDOUT:
                return 0
            raise

    def _read(self, seconds: float) -> bytes:
        core, _, _ = _library()
        try:
            return bytes(self._device.read(self._in, CHUNK, _milliseconds(seconds)))
        except core.USBError as error:
            if error.errno == errno.ETIMEDOUT:
                return b""
            raise

    def _unblock(self, error: Any, point: int | None) -> None:
        """A printer that refused stays so until it is told that this was understood."""
        core, _, _ = _library()
        if error.errno == errno.EPIPE:
            with contextlib.suppress(core.USBError):
                self._device.clear_halt(point)


def _library() -> tuple[Any, Any, Any]:
    """pyusb and its way to libusb, loaded when the first USB printer is used; OSError if one is not installed.

    By its name, because pyusb would start programs to look for it, which cannot be done in the server's threads.
    """
    try:
        core, util = importlib.import_module("usb.core"), importlib.import_module("usb.util")
        backend = importlib.import_module("usb.backend.libusb1").get_backend(find_library=lambda _: _LIBRARY)
    except ImportError as error:
        raise OSError(errno.ENOSYS, "pyusb is not installed") from error
    if backend is None:
        raise OSError(errno.ENOSYS, "libusb is not installed (Debian: libusb-1.0-0)")
    return core, util, backend


def _call_back() -> None:
    """Let the kernel's driver have its printers again: /dev/usb/lp* comes back."""
    core, util, _ = _library()
    for (_, _, interface), device in _taken.items():
        with contextlib.suppress(core.USBError):  # unplugged since, or there is no such driver
            device.attach_kernel_driver(interface)
        util.dispose_resources(device)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))  # 0 would mean for ever


def _serial(device: Any, util: Any) -> str | None:
    try:
        text: str | None = util.get_string(device, device.iSerialNumber)
    except ValueError:  # its texts cannot be read
        return None
    return text


def _printer_interface(configuration: Iterable[Any]) -> Any:
    for interface in configuration:
        if interface.bInterfaceClass == _PRINTER_CLASS:
            return interface
    raise OSError(errno.ENODEV, "this USB device is no printer")
