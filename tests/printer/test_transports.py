"""Delivery into files, a folder of pictures and a queue of CUPS, and the addresses of printers."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.executor import run_inline
from printer.invalid_value import InvalidValue
from printer.ports import Ending, JobState, Outcome, Proof, Reason
from printer.transport.address import parse_address
from printer.transport.delivery import Deadlines, EscposTransport
from printer.transport.device_file import DeviceConnector
from printer.transport.printer_models import Model
from printer.transport.transports import (
    PICTURES_KEPT,
    CupsTransport,
    FileTransport,
    PreviewTransport,
    is_device_path,
    open_transport,
)
from printer.transport.usb import UsbConnector, UsbId, _library, _reattach_drivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = b"\x1b@A-012\n\x1dVB\x00"


@dataclass
class FakePayload:
    """A job that is already rendered."""

    job_id: int = 7
    data: bytes = DATA

    def png(self) -> bytes:
        return b"picture"

    def interrupted_mark(self) -> bytes:
        return b"BATAL\n"

    def bytes(self) -> bytes:
        return self.data


# --- files and pictures


def test_file_is_appended_to(tmp_path: Path) -> None:
    """Job after job."""
    transport = open_transport((tmp_path / "a b").as_uri())
    assert [transport.deliver(FakePayload()), transport.deliver(FakePayload())] == [Outcome(JobState.PRINTED)] * 2
    assert (tmp_path / "a b").read_bytes() == DATA * 2


def test_file_needs_its_folder(tmp_path: Path) -> None:
    """A device that is not plugged in: nothing was sent, and no folder is made."""
    outcome = FileTransport(tmp_path / "gone" / "lp0").deliver(FakePayload())
    assert outcome.state is JobState.QUEUED
    assert outcome.detail.startswith("not_writable: ")
    assert list(tmp_path.iterdir()) == []


def test_device_that_is_not_plugged_in() -> None:
    """No file of that name is made among the devices."""
    outcome = open_transport("file:///dev/usb/no-such-printer").deliver(FakePayload())
    assert outcome.state is JobState.QUEUED
    assert outcome.detail.startswith(Reason.UNREACHABLE)


@pytest.mark.parametrize(
    ("path", "is_one"), [("/dev/usb/lp9", True), ("/dev/shm/spool/lp9", False), ("/var/spool/lp9", False)]
)
def test_where_a_device_would_be(path: str, is_one: bool) -> None:
    """Memory is mounted below /dev too, and holds files."""
    assert is_device_path(Path(path)) is is_one


def test_device_that_hangs(tmp_path: Path) -> None:
    """A pipe that takes something and then no more: the cut never left, so no whole paper comes of it."""
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    quick = Deadlines(write=0.1, longest_transfer=0.1, answer=0.1)
    device = EscposTransport(DeviceConnector(pipe), Model("none"), proof=Proof.NONE, deadlines=quick)
    outcome = FileTransport(pipe, device=device).deliver(FakePayload(data=b"x" * 1_000_000))
    assert outcome == Outcome(JobState.QUEUED, Reason.TIME_OUT, ending=Ending.CANCELLED)


@pytest.mark.parametrize(
    ("room", "outcome"),
    [
        (500, Outcome(JobState.SENT)),
        (128, Outcome(JobState.QUEUED, Reason.TIME_OUT, ending=Ending.CANCELLED)),
        (200, Outcome(JobState.UNCERTAIN, Reason.TIME_OUT)),
    ],
)
def test_device_that_sends_behind_our_back(monkeypatch: pytest.MonkeyPatch, room: int, outcome: Outcome) -> None:
    """As USB's driver does: it says that it took the end, and closing takes back what has not gone."""
    accepted = b""

    def write(_: int, piece: bytes) -> int:
        nonlocal accepted
        if len(accepted) >= room:
            raise BlockingIOError
        accepted += piece
        return len(piece)

    quick = Deadlines(write=0.05, longest_transfer=0.01)
    device = EscposTransport(DeviceConnector(Path("/dev/null")), Model("none"), proof=Proof.NONE, deadlines=quick)
    monkeypatch.setattr("printer.transport.device_file.os.write", write)
    assert device.deliver(FakePayload(data=b"x" * 200)) == outcome


@pytest.mark.parametrize(
    ("script", "state", "detail"),
    [
        ("cat > {taken}", JobState.SENT, ""),
        ("echo 'lp: no such queue' >&2; exit 1", JobState.QUEUED, "not_writable: lp: no such queue"),
        ("exec sleep 30", JobState.UNCERTAIN, "time_out"),
    ],
)
def test_cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, state: JobState, detail: str) -> None:
    """By `lp`, raw, with a deadline; nothing is known of the paper."""
    lp, accepted = tmp_path / "lp", tmp_path / "taken"
    lp.write_text(f"#!/bin/sh\necho $* > {tmp_path}/args\n{script.format(taken=accepted)}\n", "utf-8")
    lp.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    deadline = 0.5 if "sleep" in script else 20
    outcome = CupsTransport("tiket", deadline=deadline).deliver(FakePayload())
    assert (outcome.state, outcome.detail) == (state, detail)
    assert (tmp_path / "args").read_text("utf-8").split() == ["-s", "-d", "tiket", "-t", "ticket-7", "-o", "raw"]
    assert state is not JobState.SENT or accepted.read_bytes() == DATA


def test_cups_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing was sent."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert CupsTransport("tiket").deliver(FakePayload()).detail.startswith("not_writable: lp")


def test_pictures(tmp_path: Path) -> None:
    """One for each job, the oldest forgotten, what else is in the folder left alone, no half pictures."""
    folder = tmp_path / "made" / "here"
    transport = open_transport(f"preview://{folder}")
    for job_id in range(PICTURES_KEPT + 3):
        assert transport.deliver(FakePayload(job_id)) == Outcome(JobState.PRINTED)
        (folder / "mine.png").touch()
    names = {path.name for path in folder.iterdir()}
    assert names == {"mine.png", *(f"{job_id}.png" for job_id in range(3, PICTURES_KEPT + 3))}
    assert (folder / "7.png").read_bytes() == b"picture"


def test_pictures_cannot_be_kept(tmp_path: Path) -> None:
    """A file is in the folder's place."""
    (tmp_path / "x").touch()
    assert PreviewTransport(tmp_path / "x").deliver(FakePayload()).state is JobState.QUEUED


# --- addresses


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("lpt://1", "tcp://, serial://, usb://, file://, cups://, preview://, agent://"),
        ("10.0.0.5:9100", "begins with one of"),
        ("", "begins with one of"),
        ("tcp://10.0.0.5?baud=9600", "tcp:// allows model, proof"),
        ("tcp://10.0.0.5?modell=epson", "did you mean 'model'"),
        ("tcp://10.0.0.5?model=epsom", "did you mean 'epson'"),
        ("tcp://10.0.0.5?proof=maybe", "one of auto, ack, fence, status, none"),
        ("tcp://10.0.0.5?proof=ack&proof=none", "given twice"),
        ("tcp://10.0.0.5?proof", "one of auto"),
        ("tcp://10.0.0.5?roll=long", "metres"),
        ("tcp://:9100", "tcp://HOST:9100"),
        ("tcp://me@host", "tcp://HOST:9100"),
        ("tcp://host/queue", "tcp://HOST:9100"),
        ("tcp://host:99999", "[Pp]ort"),
        ("tcp://host#1", "no # part"),
        ("serial:///dev/ttyUSB0?baud=9601", "did you mean '9600'"),
        ("serial:///dev/ttyUSB0?flow=hard", "rtscts, xonxoff, none"),
        ("serial://ttyUSB0", "three slashes"),
        ("usb://04b8", "lsusb"),
        ("usb://04b8:0e28/x", r"\?serial="),
        ("cups://", "lpstat"),
        ("cups://-o", "lpstat"),
        ("cups://queue?proof=ack", "cups:// allows model, dpi"),
        ("file://lp0", "three slashes"),
        ("file:///", "three slashes"),
        ("file:///dev/usb/lp0?status=yes", "allows model"),
        ("preview:///x?keep=3", "allows dpi"),
        ("agent://kiosk-1", "agent://AGENT/NAME"),
        ("agent://kiosk-1/tcp://host?modell=epson", "did you mean 'model'"),
        ("agent://kiosk-1/agent://kiosk-2/x", "another agent"),
        ("agent://kiosk-1/a b", "letters, digits"),
    ],
)
def test_wrong_address(url: str, hint: str) -> None:
    """The message says what is allowed, and what was probably meant."""
    with pytest.raises(ValueError, match=hint):
        parse_address(url)


@given(st.text(max_size=60) | st.text(max_size=40).map("tcp://{}".format) | st.text(max_size=40).map("usb://{}".format))
def test_any_other_address(url: str) -> None:
    """Whatever is typed is an address or a mistake with a code, for which there are words."""
    with contextlib.suppress(InvalidValue):
        parse_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "tcp://10.0.0.5",
        "tcp://[::1]:9100/?proof=none&model=clone58",
        "file:///dev/usb/lp0",
        "serial:///dev/ttyUSB0?baud=19200&flow=rtscts&model=custom",
        "usb://04b8:0e28?serial=ABC123",
        "cups://tiket?qr=raster&cut=full",
        "preview:///x?dpi=180",
    ],
)
def test_right_address(url: str) -> None:
    """Nothing is connected to yet."""
    assert open_transport(url)


def test_what_an_address_says() -> None:
    """Each key has its effect."""
    address = parse_address("tcp://10.0.0.5:9101?model=clone58&qr=native&dpi=180&proof=fence&roll=30")
    assert address.endpoint == ("10.0.0.5", 9101)
    assert address.model == Model("epson", dpi=180, qr="native", cut="none")
    assert (address.proof, address.roll_mm) == (Proof.FENCE, 30_000)
    assert parse_address("usb://04b8:0e28?serial=A").usb == UsbId(0x04B8, 0x0E28, "A")


@pytest.mark.parametrize(
    ("url", "inner"),
    [
        ("agent://kiosk-1/usb", "usb"),
        ("agent://kiosk-1/serial:///dev/ttyUSB0?flow=none", "serial:///dev/ttyUSB0?flow=none"),
    ],
)
def test_an_agents_printer(url: str, inner: str) -> None:
    """It is checked here and opened there."""
    assert parse_address(url).agent == ("kiosk-1", inner)
    with pytest.raises(ValueError, match="by its agent"):
        open_transport(url)


# --- USB, with a stand-in for libusb; tests/printer/usb_gadget.py is one that needs no stand-in


class UsbCore:
    """Fake of `usb.core` and `usb.util`, for one printer."""

    class USBError(OSError):
        pass

    def __init__(self, *serials: str) -> None:
        self.serials = serials
        self.written = b""
        self.answers: list[bytes] = []
        self.takes = 512
        """Bytes of a piece, before time is up."""
        self.room: float = math.inf
        """Bytes until it takes nothing more, or until `trouble`."""
        self.trouble: OSError | None = None
        self.refuses: OSError | None = None
        self.released = 0
        self.has_driver = True
        self.log: list[str] = []

    def find(self, **_: object) -> list[UsbDevice]:
        return [UsbDevice(self, serial) for serial in self.serials]

    def get_string(self, device: UsbDevice, _: int) -> str:
        if self.refuses:
            raise self.refuses
        return device.serial

    def claim_interface(self, *_: object) -> None:
        self.log.append("claim")
        if self.refuses:
            raise self.refuses

    def release_interface(self, *_: object) -> None:
        self.log.append("release")

    def dispose_resources(self, *_: object) -> None:
        self.log.append("close")


class UsbDevice:
    """A USB printer with two endpoints."""

    def __init__(self, core: UsbCore, serial: str) -> None:
        self.core, self.serial, self.iSerialNumber = core, serial, 3
        self.bInterfaceClass, self.bInterfaceNumber = 7, 0
        self.bus, self.address = 1, 5

    def __iter__(self) -> Iterator[object]:
        points = ((0x83, 3), (0x01, 2), (0x82, 2))
        return iter([SimpleNamespace(bEndpointAddress=number, bmAttributes=kind) for number, kind in points])

    def get_active_configuration(self) -> list[UsbDevice]:
        return [self]

    def is_kernel_driver_active(self, _: int) -> bool:
        return self.core.has_driver

    def detach_kernel_driver(self, _: int) -> None:
        self.core.has_driver = False

    def attach_kernel_driver(self, _: int) -> None:
        self.core.has_driver = True

    def clear_halt(self, point: int) -> None:
        self.core.log.append(f"clear {point}")

    def write(self, point: int, data: bytes, timeout: int) -> int:
        assert (point, timeout > 0) == (0x01, True), "0 would wait for ever"
        room = min(len(data), self.core.takes, self.core.room)
        self.core.room -= room
        self.core.written += data[: int(room)]
        if self.core.trouble and room < len(data):
            raise self.core.trouble
        if not room:
            time.sleep(timeout / 1000)
            raise self.core.USBError(errno.ETIMEDOUT, "timed out")
        return int(room)

    def read(self, point: int, size: int, timeout: int) -> bytes:
        assert point == 0x82
        if not self.core.answers:
            raise self.core.USBError(errno.ETIMEDOUT, "timed out")
        return self.core.answers.pop(0)


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> UsbCore:
    """Two printers of a kind; only one of them is used."""
    core = UsbCore("A", "B")
    monkeypatch.setattr("printer.transport.usb._library", lambda: (core, core, None))
    monkeypatch.setattr("printer.transport.usb._detached", {})
    monkeypatch.setattr("atexit.register", lambda _: None)
    return core


def usb(serial: str | None = "B") -> EscposTransport:
    """Return a transport to the USB printer."""
    quick = Deadlines(answer=0.01, write=0.05, print_seconds=0.01, longest_transfer=0.01, ask_again=0.01)
    return EscposTransport(
        UsbConnector(UsbId(1, 2, serial), run_inline), Model("epson"), proof=Proof.NONE, deadlines=quick
    )


@pytest.mark.parametrize("has_driver", [True, False])
def test_usb_by_serial_number(core: UsbCore, has_driver: bool) -> None:
    """The right one of several, in pieces of any size, and given back: to the kernel's driver at the end only.

    Also where a process that was killed before has detached that driver.
    """
    core.takes, core.has_driver = 7, has_driver
    assert usb().deliver(FakePayload(data=bytes(range(250)) * 5)) == Outcome(JobState.SENT)
    assert core.written == bytes(range(250)) * 5
    assert (core.log[-2:], core.has_driver) == (["release", "close"], False)
    _reattach_drivers()
    assert core.has_driver


@pytest.mark.parametrize(("serial", "words"), [("C", "another serial number"), (None, r"\?serial=")])
def test_usb_not_found(core: UsbCore, serial: str | None, words: str) -> None:
    """Not there, or more than one."""
    outcome = usb(serial).deliver(FakePayload())
    assert outcome.state is JobState.QUEUED
    assert re.search(words, outcome.detail)


@pytest.mark.parametrize(
    ("serial", "number", "words"), [("B", errno.EACCES, "may not use"), (None, errno.EBUSY, "another program")]
)
def test_usb_refused(core: UsbCore, serial: str | None, number: int, words: str) -> None:
    """No permission, or in use by another process: the device is closed."""
    core.serials, core.refuses = ("B",), core.USBError(number, "no")
    outcome = usb(serial).deliver(FakePayload())
    assert (outcome.state, words in outcome.detail) == (JobState.QUEUED, True)
    assert core.log[-1:] != ["claim"]


@pytest.mark.parametrize(
    ("room", "number", "outcome"),
    [
        (100, None, Outcome(JobState.QUEUED, Reason.TIME_OUT, ending=Ending.CANCELLED)),
        (100, errno.ENODEV, Outcome(JobState.QUEUED, Reason.CONNECTION_LOST, ending=Ending.CANCELLED)),
        (199, errno.ENODEV, Outcome(JobState.UNCERTAIN, Reason.CONNECTION_LOST)),
        (150, errno.EPIPE, Outcome(JobState.QUEUED, Reason.CONNECTION_LOST, ending=Ending.CANCELLED)),
    ],
)
def test_usb_breaks_off(core: UsbCore, room: int, number: int | None, outcome: Outcome) -> None:
    """How much of a failed packet was received is unknown: with the cut in it, a complete slip may be out."""
    core.room, core.trouble = room, None if number is None else core.USBError(number, "broken")
    assert usb().deliver(FakePayload(data=b"x" * 200)) == outcome
    assert ("clear 1" in core.log) is (number == errno.EPIPE)


def test_usb_forgets_what_was_said_to_others(core: UsbCore) -> None:
    """An answer that nobody fetched any more, perhaps of a program that was killed, is none to our question."""
    core.answers = [b"\x12", b"\x00"]
    assert UsbConnector(UsbId(1, 2, "A"), run_inline).open(1).read(0.01) == b""


def test_usb_without_libusb() -> None:
    """Or without such a printer: a sentence, and nothing was sent."""
    outcome = open_transport("usb://ffff:fffe").deliver(FakePayload())
    assert outcome.state is JobState.QUEUED
    assert outcome.detail.startswith(Reason.UNREACHABLE)


def test_libusb_is_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searching starts programs, which fails in the threads of a server."""
    names: list[str] = []

    def get_backend(find_library: Callable[[str], str]) -> object:
        names.append(find_library("usb-1.0"))
        return object()

    monkeypatch.setattr("usb.backend.libusb1.get_backend", get_backend)
    _library()
    assert names == ["libusb-1.0.so.0"]
