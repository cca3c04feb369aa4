"""Printers of the USB printer class, through libusb; needed where `/dev/usb/lp*` is not there, or moves."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from printer.face import Reason
from printer.link import CHUNK

if TYPE_CHECKING:
    from printer.link import Link
    from printer.offload import Offload

_PRINTER_CLASS = 7
_IN = 0x80
_PIECE = 512
_TIMED_OUT = (errno.ETIMEDOUT, 110)


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
        core, util = _library()
        try:
            found = core.find(find_all=True, idVendor=self._name.vendor, idProduct=self._name.product)
            device = self._chosen(list(found or ()), util)
            interface = _printer_interface(device.get_active_configuration())
            number = interface.bInterfaceNumber
            if device.is_kernel_driver_active(number):
                device.detach_kernel_driver(number)
            util.claim_interface(device, number)
        except core.NoBackendError as error:
            raise OSError(errno.ENOSYS, "libusb is not installed (Debian: libusb-1.0-0)") from error
        except core.USBError as error:
            raise OSError(error.errno or errno.EIO, f"{error.strerror}: may this user use the printer?") from error
        return UsbLink(device, interface, self._offload)

    def _chosen(self, found: list[Any], util: Any) -> Any:
        wanted = self._name.serial
        matching = [one for one in found if wanted is None or _serial(one, util) == wanted]
        if not matching:
            raise OSError(errno.ENODEV, "not plugged in, or another serial number")
        if len(matching) > 1:
            raise OSError(errno.ENOTUNIQ, "several are plugged in: add ?serial= to the address")
        return matching[0]


class UsbLink:
    """A claimed printer."""

    def __init__(self, device: Any, interface: Any, offload: Offload) -> None:
        self._device = device
        self._interface = interface.bInterfaceNumber
        self._offload = offload
        points: Iterable[Any] = interface
        addresses = [point.bEndpointAddress for point in points]
        self._out = next(address for address in addresses if not address & _IN)
        self._in = next((address for address in addresses if address & _IN), None)
        self.written = 0

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong."""
        core, _ = _library()
        pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]
        for piece in pieces:
            try:
                self.written += self._offload(partial(self._write, piece, seconds / len(pieces)))
            except core.USBError as error:
                return Reason.TIME_OUT if error.errno in _TIMED_OUT else Reason.CONNECTION_LOST
        return None

    def read(self, seconds: float) -> bytes:
        """What the printer says; empty when time is up. OSError if it is gone."""
        core, _ = _library()
        if self._in is None:
            return b""
        try:
            return self._offload(lambda: self._read(seconds))
        except core.USBError as error:
            if error.errno in _TIMED_OUT:
                return b""
            raise ConnectionResetError(error.errno, error.strerror) from error

    def close(self, seconds: float) -> bool:
        """Give the printer back."""
        core, util = _library()
        try:
            util.release_interface(self._device, self._interface)
            util.dispose_resources(self._device)
        except core.USBError:
            return False
        return True

    def _write(self, piece: bytes, seconds: float) -> int:
        return int(self._device.write(self._out, piece, _milliseconds(seconds)))

    def _read(self, seconds: float) -> bytes:
        return bytes(self._device.read(self._in, CHUNK, _milliseconds(seconds)))


def _library() -> tuple[Any, Any]:
    """pyusb, loaded when the first USB printer is used; OSError if it is not installed."""
    try:
        return importlib.import_module("usb.core"), importlib.import_module("usb.util")
    except ImportError as error:
        raise OSError(errno.ENOSYS, "pyusb is not installed") from error


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))  # 0 would mean for ever


def _serial(device: Any, util: Any) -> str | None:
    try:
        text: str | None = util.get_string(device, device.iSerialNumber)
    except ValueError:  # its texts may not be read
        return None
    return text


def _printer_interface(configuration: Iterable[Any]) -> Any:
    for interface in configuration:
        if interface.bInterfaceClass == _PRINTER_CLASS:
            return interface
    raise OSError(errno.ENODEV, "this USB device is no printer")
