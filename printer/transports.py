"""The way to a printer, chosen by its URL.

| URL | |
|---|---|
| `tcp://10.0.0.5:9100?status=yes&ack=no` | network printer; see `printer.network` |
| `file:///dev/usb/lp0` | bytes are appended to a file or device |
| `preview:///var/lib/queue/tickets` | pictures `<job id>.png` in a folder |
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from printer.face import JobState, Outcome, Reason
from printer.network import TcpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from urllib.parse import SplitResult

PICTURES_KEPT = 200
FILE_DEADLINE = 5.0
_NAP = 0.01
_YES_NO = {"yes": True, "no": False}


class Payload(Protocol):
    """A job in every form that a transport may want; made when it is asked for."""

    @property
    def job_id(self) -> int:
        """Number of the job."""
        ...

    def png(self) -> bytes:
        """Picture of the paper."""
        ...

    def bytes(self) -> bytes:
        """ESC/POS bytes with the cut."""
        ...


class Transport(Protocol):
    """Delivers jobs to one printer, one at a time. Every call ends within its deadlines."""

    def deliver(self, payload: Payload) -> Outcome:
        """Deliver one job; trouble with the printer is an outcome, not an exception."""
        ...


def open_transport(url: str) -> Transport:
    """The transport of a printer's URL; connects to nothing. ValueError, with what is allowed, for a wrong one."""
    parts = urlsplit(url)
    make = _SCHEMES.get(parts.scheme)
    if make is None:
        allowed = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise ValueError(f"a printer's address begins with one of {allowed}, not with {parts.scheme or url!r}")
    if parts.fragment:
        raise ValueError("a printer's address has no # part")
    return make(parts)


def _tcp(parts: SplitResult) -> Transport:
    options = _options(parts, {"status": _YES_NO, "ack": _YES_NO})
    if not parts.hostname or parts.path not in ("", "/") or parts.username is not None:
        raise ValueError("a network printer's address is tcp://HOST:9100")
    port = 9100 if parts.port is None else parts.port
    return TcpTransport(
        parts.hostname, port, ask_status=options.get("status", True), want_proof=options.get("ack", False)
    )


def _file(parts: SplitResult) -> Transport:
    return FileTransport(_local_path(parts))


def _preview(parts: SplitResult) -> Transport:
    return PreviewTransport(_local_path(parts))


def _local_path(parts: SplitResult) -> Path:
    _options(parts, {})
    if parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"a path on this machine has three slashes: {parts.scheme}:///folder/name")
    return Path(unquote(parts.path))


_SCHEMES: Mapping[str, Callable[[SplitResult], Transport]] = {"tcp": _tcp, "file": _file, "preview": _preview}


def _options(parts: SplitResult, known: Mapping[str, Mapping[str, bool]]) -> dict[str, bool]:
    options: dict[str, bool] = {}
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key not in known:
            allowed = f"only {', '.join(known)}" if known else "none"
            raise ValueError(f"option {key!r} is not known, {parts.scheme}:// allows {allowed}")
        if value not in known[key] or key in options:
            raise ValueError(f"option {key!r} is given once, as {' or '.join(known[key])}")
        options[key] = known[key][value]
    return options


class FileTransport:
    """Appends to a file or writes to a device such as /dev/usb/lp0. The folder must exist."""

    def __init__(self, path: Path, deadline: float = FILE_DEADLINE) -> None:
        self._path = path
        self._deadline = deadline

    def deliver(self, payload: Payload) -> Outcome:
        """PRINTED when everything is in a file on the disk; SENT when a device took it, which proves no paper."""
        data = payload.bytes()
        written = 0
        try:
            # Not blocking: a device that hangs would hold up everything, and a pipe that nobody reads the opening.
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o640)
        except OSError as error:
            return Outcome(JobState.QUEUED, f"{Reason.NOT_WRITABLE}: {error.strerror}")
        try:
            for part in _pieces(handle, data, time.monotonic() + self._deadline):
                written += part
            regular = stat.S_ISREG(os.fstat(handle).st_mode)
            if regular:
                os.fsync(handle)
        except OSError as error:
            reason = Reason.TIME_OUT if isinstance(error, TimeoutError) else Reason.NOT_WRITABLE
            return Outcome(JobState.UNCERTAIN if written else JobState.QUEUED, f"{reason}: {error.strerror}")
        finally:
            os.close(handle)
        return Outcome(JobState.PRINTED if regular else JobState.SENT)


def _pieces(handle: int, data: bytes, until: float) -> Iterator[int]:
    """Write all of `data`; yields the number of bytes of each write. TimeoutError when `until` has passed."""
    rest = memoryview(data)
    while rest:
        try:
            count = os.write(handle, rest)
        except BlockingIOError:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "the device takes no more data") from None
            time.sleep(_NAP)
            continue
        rest = rest[count:]
        yield count


class PreviewTransport:
    """Keeps the newest pictures of tickets in a folder, which it makes if it is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, payload: Payload) -> Outcome:
        """PRINTED when the picture is in the folder; it appears there whole."""
        picture = payload.png()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._folder / f"{payload.job_id}.png", picture)
            self._forget_old()
        except OSError as error:
            return Outcome(JobState.QUEUED, f"{Reason.NOT_WRITABLE}: {error.strerror}")
        return Outcome(JobState.PRINTED)

    def _forget_old(self) -> None:
        pictures = [path for path in self._folder.glob("*.png") if path.stem.isdecimal()]
        for path in sorted(pictures, key=lambda path: int(path.stem))[:-PICTURES_KEPT]:
            path.unlink(missing_ok=True)


def _write_whole(path: Path, content: bytes) -> None:
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
