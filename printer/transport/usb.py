"""Printers of the USB printer class, through libusb; needed where `/dev/usb/lp*` is not there, or moves.

The kernel's own driver `usblp` claims such a printer first. It is detached at the first use and attached again when
this process ends. Not after each job: attaching resets the connection, and data still in transfer is lost.
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

from printer.ports import Reason
from printer.transport.connection import CHUNK, next_chunk

if TYPE_CHECKING:
    from printer.executor import Executor
    from printer.transport.connection import Connection

_LIBRARY = "libusb-1.0.so.0"
_PRINTER_CLASS = 7
_BULK = 2
_IN = 0x80
_POLL_SECONDS = 0.01
_STALE_SECONDS = 0.01
"""Seconds to wait for stale input, which arrives at once."""
_MAX_STALE_READS = 64
_ERROR_TEXTS = {
    errno.EACCES: "this user may not use it",
    errno.EBUSY: "another program uses it",
    errno.ENODEV: "not plugged in",
}
_detached: dict[tuple[int, int, int], Any] = {}
"""Bus, address and interface → a device to attach to the kernel's driver again."""


@dataclass(frozen=True, slots=True)
class UsbId:
    """USB id of a printer: vendor and product, and the serial number to distinguish several of a kind."""

    vendor: int
    product: int
    serial: str | None


class UsbConnector:
    """A printer by its USB id. libusb blocks inside C; `offload` keeps it from blocking other greenlets."""

    def __init__(self, name: UsbId, offload: Executor) -> None:
        self._name = name
        self._offload = offload

    def open(self, seconds: float) -> Connection:
        """Find and claim the printer. Raises OSError if it is missing or in use, or libusb is not installed."""
        return self._offload(self._open)

    def _open(self) -> Connection:
        core, util, backend = _library()
        try:
            ids = {"idVendor": self._name.vendor, "idProduct": self._name.product}
            device = self._select(list(core.find(find_all=True, backend=backend, **ids)), core, util)
            try:
                link = UsbConnection(device, _printer_interface(device.get_active_configuration()), self._offload)
                link.claim()
            except (core.USBError, OSError):
                util.dispose_resources(device)
                raise
        except core.USBError as error:
            number = error.errno or errno.EIO
            raise OSError(number, _ERROR_TEXTS.get(number, error.strerror)) from error
        return link

    def _select(self, devices: list[Any], core: Any, util: Any) -> Any:
        serial, refused = self._name.serial, None
        matching = devices
        if serial is not None:
            matching = []
            for device in devices:
                try:
                    matching += [device] if _serial(device, util) == serial else []
                except core.USBError as error:
                    refused = error
        if len(matching) > 1:
            raise OSError(errno.ENOTUNIQ, "several are plugged in: add ?serial= to the address")
        if matching:
            return matching[0]
        if refused is not None:  # the refused device may be the requested one
            raise refused
        raise OSError(errno.ENODEV, "not plugged in, or another serial number")


class UsbConnection:
    """A USB printer, to be claimed before use."""

    def __init__(self, device: Any, interface: Any, offload: Executor) -> None:
        self._device = device
        self._interface = interface.bInterfaceNumber
        self._offload = offload
        points: Iterable[Any] = interface
        addresses = [point.bEndpointAddress for point in points if point.bmAttributes & 3 == _BULK]
        self._out = next((address for address in addresses if not address & _IN), 0)
        self._in = next((address for address in addresses if address & _IN), None)
        self.written = 0

    def claim(self) -> None:
        """Detach the kernel driver, claim the interface, and drain stale input."""
        core, util, _ = _library()
        if self._device.is_kernel_driver_active(self._interface):
            self._device.detach_kernel_driver(self._interface)
        # Also where no driver was attached: an earlier process may have detached it and been killed.
        if not _detached:
            atexit.register(_reattach_drivers)
        _detached[self._device.bus, self._device.address, self._interface] = self._device
        util.claim_interface(self._device, self._interface)
        with contextlib.suppress(core.USBError):
            for _ in range(_MAX_STALE_READS):
                if self._in is None or not self._read(_STALE_SECONDS):
                    break

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`; return TIME_OUT or CONNECTION_LOST if that fails, or None."""
        core, _, _ = _library()
        deadline = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            if (remaining := deadline - time.monotonic()) <= 0:
                return Reason.TIME_OUT
            piece = next_chunk(rest)
            try:
                count = self._offload(partial(self._write, bytes(piece), remaining))
            except core.USBError as error:
                self.written += len(piece)
                self._clear_halt(error, self._out)
                return Reason.CONNECTION_LOST
            self.written += count
            rest = rest[count:]
        return None

    def read(self, seconds: float) -> bytes:
        """Return bytes from the printer; empty after `seconds`. Raises OSError if the printer is gone."""
        core, _, _ = _library()
        deadline = time.monotonic() + seconds
        try:
            while self._in is not None and (remaining := deadline - time.monotonic()) > 0:
                if received := self._offload(partial(self._read, remaining)):
                    return received
                time.sleep(_POLL_SECONDS)  # some printers answer at once with nothing
        except core.USBError as error:
            self._clear_halt(error, self._in)
            raise ConnectionResetError(error.errno, error.strerror) from error
        return b""

    def close(self, seconds: float) -> bool:
        """Release the interface; False if the printer is gone."""
        core, util, _ = _library()
        try:
            util.release_interface(self._device, self._interface)
        except core.USBError:
            return False
        finally:
            util.dispose_resources(self._device)
        return True

    def _write(self, piece: bytes, seconds: float) -> int:
        """Write a chunk; return the number of bytes written, which is less when time is up."""
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

    def _clear_halt(self, error: Any, point: int | None) -> None:
        """Clear the endpoint halt after a stall, without which the printer refuses all further transfers."""
        core, _, _ = _library()
        if error.errno == errno.EPIPE:
            with contextlib.suppress(core.USBError):
                self._device.clear_halt(point)


def _library() -> tuple[Any, Any, Any]:
    """Load pyusb and libusb when the first USB printer is used. Raises OSError if one is not installed.

    libusb is loaded by its file name: pyusb's own search starts programs, which fails in the server's threads.
    """
    try:
        core, util = importlib.import_module("usb.core"), importlib.import_module("usb.util")
        backend = importlib.import_module("usb.backend.libusb1").get_backend(find_library=lambda _: _LIBRARY)
    except ImportError as error:
        raise OSError(errno.ENOSYS, "pyusb is not installed") from error
    if backend is None:
        raise OSError(errno.ENOSYS, "libusb is not installed (Debian: libusb-1.0-0)")
    return core, util, backend


def _reattach_drivers() -> None:
    """Attach the kernel's driver to its printers again, so that /dev/usb/lp* comes back."""
    core, util, _ = _library()
    for (_, _, interface), device in _detached.items():
        with contextlib.suppress(core.USBError):  # unplugged since, or the kernel has no such driver
            device.attach_kernel_driver(interface)
        util.dispose_resources(device)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))  # 0 would mean for ever


def _serial(device: Any, util: Any) -> str | None:
    try:
        text: str | None = util.get_string(device, device.iSerialNumber)
    except ValueError:  # the device's strings cannot be read
        return None
    return text


def _printer_interface(configuration: Iterable[Any]) -> Any:
    for interface in configuration:
        if interface.bInterfaceClass == _PRINTER_CLASS:
            return interface
    raise OSError(errno.ENODEV, "this USB device is no printer")
