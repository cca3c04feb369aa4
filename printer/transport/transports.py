"""Transports to printers, chosen by address; docs/printing.md has the table of addresses."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from printer.executor import run_inline
from printer.ports import JobState, Outcome, PrinterHealth, Reason
from printer.transport.address import Address, parse_address
from printer.transport.connection import TcpConnector
from printer.transport.delivery import DEFAULT_INTERRUPTED_BYTES, EscposTransport
from printer.transport.device_file import DeviceConnection, DeviceConnector, SerialConnector
from printer.transport.printer_models import Model
from printer.transport.usb import UsbConnector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from printer.executor import Executor
    from printer.ports import Capabilities
    from printer.transport.connection import Connector
    from printer.transport.payload import Payload

PICTURES_KEPT = 200
FILE_DEADLINE = 5.0
LP_DEADLINE = 10.0


class Transport(Protocol):
    """Delivers jobs to one printer, one at a time. Every call ends within its deadlines."""

    model: Model
    """The configured model of the printer."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What the printer can prove, as far as it was probed."""
        ...

    def deliver(self, payload: Payload) -> Outcome:
        """Deliver one job; a fault of the printer is an outcome, not an exception."""
        ...

    def check_status(self) -> PrinterHealth | None:
        """Query the printer's health over a connection of its own; None if the printer cannot be queried."""
        ...

    def mark_interrupted(self, size: int = DEFAULT_INTERRUPTED_BYTES) -> None:
        """Note that another process may have left a partial job of about `size` bytes: clear it before the next job."""
        ...


def open_transport(url: str, offload: Executor = run_inline, capabilities: Capabilities | None = None) -> Transport:
    """Return the transport for an address, without connecting to anything yet.

    `capabilities` is the result of an earlier probe at this address. Raises ValueError with a hint if the address is
    invalid, or is an agent's: only its agent reaches such a printer.
    """
    address = parse_address(url)
    if address.scheme == "agent":
        raise ValueError("an agent's printer is reached by its agent only")
    return _SCHEMES[address.scheme](address, offload, capabilities)


def _tcp(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    return _proving(TcpConnector(*address.endpoint), address, capabilities)


def _serial(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    options = address.options
    port = SerialConnector(address.path, int(options.get("baud", "9600")), options.get("flow", "rtscts"), offload)
    return _proving(port, address, capabilities)


def _usb(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    return _proving(UsbConnector(address.usb, offload), address, capabilities)


def _file(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    return FileTransport(address.path, address.model, _proving(DeviceConnector(address.path), address, capabilities))


def _proving(port: Connector, address: Address, capabilities: Capabilities | None) -> EscposTransport:
    return EscposTransport(port, address.model, proof=address.proof, capabilities=capabilities)


def _cups(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    return CupsTransport(address.parts.netloc, address.model)


def _preview(address: Address, offload: Executor, capabilities: Capabilities | None) -> Transport:
    return PreviewTransport(address.path, address.model)


_SCHEMES: Mapping[str, Callable[[Address, Executor, Capabilities | None], Transport]] = {
    "tcp": _tcp,
    "serial": _serial,
    "usb": _usb,
    "file": _file,
    "cups": _cups,
    "preview": _preview,
}


class _Unqueryable:
    """Base of transports to printers that cannot be queried."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model or Model("none")

    @property
    def capabilities(self) -> Capabilities | None:
        """None: nothing can be probed."""
        return None

    def check_status(self) -> PrinterHealth | None:
        """Return None: there is nothing to query."""
        return None

    def mark_interrupted(self, size: int = DEFAULT_INTERRUPTED_BYTES) -> None:
        """Do nothing: there is no partial job to clear."""


def is_device_path(path: Path) -> bool:
    """Whether a missing path would be a device's: below /dev, except the memory file system /dev/shm."""
    return path.is_relative_to("/dev") and not path.is_relative_to("/dev/shm")


class FileTransport(_Unqueryable):
    """Appends to a regular file, whose folder must exist; jobs for a device such as /dev/usb/lp0 go to `device`."""

    def __init__(self, path: Path, model: Model | None = None, device: EscposTransport | None = None) -> None:
        super().__init__(model)
        self._path = path
        self._device = device or EscposTransport(DeviceConnector(path), self.model)

    @property
    def capabilities(self) -> Capabilities | None:
        """Capabilities of the device."""
        return self._device.capabilities

    def mark_interrupted(self, size: int = DEFAULT_INTERRUPTED_BYTES) -> None:
        """Clear a partial job before the next one, if the path is a device."""
        self._device.mark_interrupted(size)

    def check_status(self) -> PrinterHealth | None:
        """Query the health of the device; None if the path is a file."""
        return self._device.check_status() if self._is_device() else None

    def deliver(self, payload: Payload) -> Outcome:
        """Deliver a job: PRINTED when a file is synced to the disk; of a device the outcome that it proves."""
        return self._device.deliver(payload) if self._is_device() else self._append(payload.bytes())

    def _is_device(self) -> bool:
        try:
            return not stat.S_ISREG(self._path.stat().st_mode)
        except OSError:
            # An unplugged device: a file of that name in /dev would block it later.
            return is_device_path(self._path)

    def _append(self, data: bytes) -> Outcome:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            handle = os.open(self._path, flags, 0o640)
        except OSError as error:
            return Outcome(JobState.QUEUED, Reason.NOT_WRITABLE, error.strerror or "")
        link = DeviceConnection(handle)
        try:
            reason = link.write(data, FILE_DEADLINE)
            if reason is None:
                os.fsync(handle)
        except OSError:
            reason = Reason.NOT_WRITABLE
        finally:
            link.close(0)
        if reason is None:
            return Outcome(JobState.PRINTED)
        return Outcome(JobState.UNCERTAIN if link.written else JobState.QUEUED, Reason.NOT_WRITABLE)


class CupsTransport(_Unqueryable):
    """Passes the raw bytes to a queue of this machine's CUPS; the outcome of the print is not known."""

    def __init__(self, queue: str, model: Model | None = None, deadline: float = LP_DEADLINE) -> None:
        super().__init__(model)
        self._queue = queue
        self._deadline = deadline

    def deliver(self, payload: Payload) -> Outcome:
        """Deliver a job: SENT when `lp` accepted it."""
        command = ["lp", "-s", "-d", self._queue, "-t", f"ticket-{payload.job_id}", "-o", "raw"]
        try:
            done = subprocess.run(
                command, input=payload.bytes(), capture_output=True, timeout=self._deadline, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome(JobState.UNCERTAIN, Reason.TIME_OUT)
        except OSError as error:
            return Outcome(JobState.QUEUED, Reason.NOT_WRITABLE, f"lp: {error.strerror}")
        if done.returncode:
            words = " ".join(done.stderr.decode("utf-8", "replace").split())
            return Outcome(JobState.QUEUED, Reason.NOT_WRITABLE, words)
        return Outcome(JobState.SENT)


class PreviewTransport(_Unqueryable):
    """Keeps the newest preview pictures in a folder, which is created if missing."""

    def __init__(self, folder: Path, model: Model | None = None) -> None:
        super().__init__(model)
        self._folder = folder

    def deliver(self, payload: Payload) -> Outcome:
        """Write the picture of a job atomically; PRINTED when it is in the folder."""
        picture = payload.png()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_atomically(self._folder / f"{payload.job_id}.png", picture)
            self._delete_old()
        except OSError as error:
            return Outcome(JobState.QUEUED, Reason.NOT_WRITABLE, error.strerror or "")
        return Outcome(JobState.PRINTED)

    def _delete_old(self) -> None:
        pictures = [path for path in self._folder.glob("*.png") if path.stem.isdecimal()]
        for path in sorted(pictures, key=lambda path: int(path.stem))[:-PICTURES_KEPT]:
            path.unlink(missing_ok=True)


def _write_atomically(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
