"""The simulated printer as a real USB device: the kernel's gadget, plugged into a USB host that the kernel imitates.

By hand, as root of a virtual machine: `python3 -m tests.printer.simulator --usb X1`. It needs the modules dummy_hcd,
libcomposite and usb_f_fs, which Debian's kernel has. There is a /dev/usb/lp0 then, and libusb finds 04b8:0e28.
"""

from __future__ import annotations

import contextlib
import os
import queue
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.printer.simulator import Simulator

VENDOR, PRODUCT = 0x04B8, 0x0E28
PACKET = 64
"""Bytes that go at a time: full speed, as nearly all of these printers have."""
_GADGETS = Path("/sys/kernel/config/usb_gadget")
_CONTROLLERS = Path("/sys/class/udc")
_SETUP = 4
_DEVICE_ID = b"MFG:Simulated;CMD:ESC/POS;MDL:Printer;CLS:PRINTER;"
_PORT_STATUS = b"\x18"  # selected, no error, paper is there
_DESCRIPTORS = (
    struct.pack("<BBBBBBBBB", 9, 4, 0, 0, 2, 7, 1, 2, 0)  # printer class, both ways
    + struct.pack("<BBBBHB", 7, 5, 0x01, 2, PACKET, 0)
    + struct.pack("<BBBBHB", 7, 5, 0x82, 2, PACKET, 0)
)


class UsbSimulator(Simulator):
    """A USB printer of this machine, by its serial number. `drop` pulls its cable, `cycle` its power, for `away` s."""

    def __init__(self, number: str, mode: str = "ok", *, away: float = 1.0, **options: Any) -> None:
        self.number, self.away = number, away
        self._gadget, self._files = _GADGETS / f"queue-{number}", Path(f"/dev/ffs-queue-{number}")
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        super().__init__(mode, **options)

    @property
    def url(self) -> str:
        """Its address for the product."""
        return f"usb://{VENDOR:04x}:{PRODUCT:04x}?serial={self.number}"

    def plug(self) -> None:
        """Put the cable in, at the first free controller."""
        in_use = {path.read_text().strip() for path in _GADGETS.glob("*/UDC")}
        free = sorted(path.name for path in _CONTROLLERS.iterdir() if path.name not in in_use)
        (self._gadget / "UDC").write_text(free[0])

    def unplug(self) -> None:
        """Pull the cable; what was said and not read is lost."""
        with contextlib.suppress(OSError):
            (self._gadget / "UDC").write_text("\n")
        while not self._said.empty():
            self._said.get()

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.unplug()

    def _set_up(self, port: int) -> Callable[[], None]:
        for module in ("libcomposite", "usb_f_fs", "usblp"):
            subprocess.run(["modprobe", module], check=True)
        subprocess.run(["modprobe", "dummy_hcd", "num=2"], check=True)
        self._describe()
        self._files.mkdir(exist_ok=True)
        if not self._files.is_mount():
            subprocess.run(["mount", "-t", "functionfs", self._gadget.name, self._files], check=True)
        self._control = os.open(self._files / "ep0", os.O_RDWR)
        os.write(self._control, struct.pack("<IIII", 3, 16 + len(_DESCRIPTORS), 1, 3) + _DESCRIPTORS)
        os.write(self._control, struct.pack("<IIII", 2, 16, 0, 0))
        self._out, self._in = (os.open(self._files / name, os.O_RDWR) for name in ("ep1", "ep2"))
        for work in (self._obey_control, self._speak):
            threading.Thread(target=work, daemon=True).start()
        self.plug()
        return self._serve_usb

    def _describe(self) -> None:
        """In the kernel's own words; a gadget of an earlier run is used again."""
        names = {"serialnumber": self.number, "manufacturer": "Simulated", "product": "Printer"}
        texts = {"idVendor": hex(VENDOR), "idProduct": hex(PRODUCT), "max_speed": "full-speed"}
        texts |= {f"strings/0x409/{name}": text for name, text in names.items()}
        function, configuration = (
            self._gadget / "functions" / f"ffs.{self._gadget.name}",
            self._gadget / "configs" / "c.1",
        )
        for folder in (self._gadget, self._gadget / "strings" / "0x409", function, configuration):
            folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (self._gadget / name).write_text(text)
        if not (configuration / function.name).exists():
            (configuration / function.name).symlink_to(function)

    def _obey_control(self) -> None:
        """Answer the requests of the printer class."""
        while event := os.read(self._control, 12):
            if event[8] != _SETUP:
                continue
            asked_in, request = event[0] & 0x80, event[1]
            with contextlib.suppress(OSError):
                if asked_in and request < 2:
                    answer = _PORT_STATUS if request else struct.pack(">H", 2 + len(_DEVICE_ID)) + _DEVICE_ID
                    os.write(self._control, answer[: struct.unpack_from("<H", event, 6)[0]])
                else:
                    os.read(self._control, 0)

    def _speak(self) -> None:
        """Send replies, which stay in the buffer until the host reads them, whoever asked."""
        while True:
            answer = self._said.get()
            with contextlib.suppress(OSError):
                os.write(self._in, answer)

    def _serve_usb(self) -> None:
        received = bytearray()
        while not self._closing.is_set():
            while self._event == "hang" and not self._closing.wait(0.01):
                pass
            try:
                data = os.read(self._out, PACKET)
            except OSError:  # unplugged
                self._closing.wait(0.01)
                continue
            reply, stop = self._hear(data, received)
            while stop == "freeze" and self._frozen and not self._closing.wait(0.01):
                pass
            if stop in ("drop", "cycle"):
                self.unplug()
                self._closing.wait(self.away)
                self.plug()
            elif reply:
                self._said.put(reply)
            if b"\x1dV" in received:
                self._note(bytes(received))
                received.clear()
