"""A simulated printer on a real socket or a pseudo-terminal, with the habits and faults of real ones.

By hand: `python -m tests.printer.simulator --port 9100 --mode full`, then give a printer the address
tcp://127.0.0.1:9100. A mode is words joined by `+`, such as `ack+chatty` or `fence+jam`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import socket
import struct
import threading
import time
import tty
from collections.abc import Callable, Iterator
from typing import Any

from tests.printer.printer_emulator import WORDS, Piece, PrinterEmulator, build

EVENTS = {
    "jam": "the paper runs out after `after` bytes of a job",
    "lid": "the cover is opened after `after` bytes of a job",
    "drop": "the connection is reset after `after` bytes of a job",
    "cycle": "the printer is switched off and on after `after` bytes of a job",
    "freeze": "after `after` bytes of a job it reads and answers no more",
    "gag": "prints the job, and then reads and answers no more",
    "hang": "accepts connections and never reads",
}
MODES = (*WORDS, *EVENTS)
_LASTING = {"jam": "paper_out", "lid": "cover_open"}
# Everything that is no part of a paper.
_QUERIES = re.compile(
    rb"\x10\x04.|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08|\x1b@\x1da\x00.{20}\x1b@|\x1dg2\x00\x32\x00|\x1dr\x01"
    rb"|\x1d\(H\x06\x0000....|\x00{64,}",
    re.DOTALL,
)


class Simulator:
    """Listens on the loopback address, or is a terminal (`serial`); a context manager.

    It serves one connection at a time, as cheap printers do. `baud` paces what it reads.
    """

    def __init__(
        self,
        mode: str = "ok",
        *,
        port: int = 0,
        after: int = 1,
        baud: int = 0,
        serial: bool = False,
        wordy: bool = False,
    ) -> None:
        self.jobs: list[bytes] = []
        """What came over each connection that brought a paper, without questions."""
        self.received_at: list[float] = []
        """When the first byte of each of them came, by `time.monotonic`."""
        self.most_connections = 0
        self.connections = 0
        self.serial = serial
        self._frozen = False
        self._baud = baud
        self._wordy = wordy
        self._open: set[socket.socket] = set()
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._machine, self._event, self._after = build("ok")[0], "", after
        self.become(mode, after)
        self._thread = threading.Thread(target=self._set_up(port), daemon=True)

    def _set_up(self, port: int) -> Callable[[], None]:
        """Open the socket or terminal, and return the function for its thread."""
        if self.serial:
            self._master, self._slave = os.openpty()
            tty.setraw(self._master)
            os.set_blocking(self._master, False)
            self.path = os.ttyname(self._slave)
            return self._serve_terminal
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = int(self._server.getsockname()[1])
        return self._serve

    @property
    def machine(self) -> PrinterEmulator:
        """The printer behind it."""
        return self._machine

    @property
    def pieces(self) -> list[Piece]:
        """The slips that were cut off."""
        return self._machine.pieces

    @property
    def url(self) -> str:
        """Its address for the product."""
        return f"serial://{self.path}" if self.serial else f"tcp://127.0.0.1:{self.port}"

    @property
    def mode(self) -> str:
        """Words of its mode."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self.become(mode, self._after)

    def become(self, mode: str, after: int = 1) -> None:
        """Replace the printer by another mode, with the paper and the counter of the old one."""
        machine, others = build(mode)
        unknown = set(others) - set(EVENTS)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: use {', '.join(MODES)}")
        machine.pieces, machine.cuts = self._machine.pieces, self._machine.cuts
        self._machine, self._mode = machine, mode
        self.arm(next(iter(others), ""), after)

    def arm(self, event: str, after: int) -> None:
        """Arm an event after so many bytes of a job; each happens once."""
        self._event, self._after = event, after

    def mend(self) -> None:
        """End the fault; replies to that are dropped."""
        self._event, self._frozen = "", False
        self._machine.mend()

    def __enter__(self) -> Simulator:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        if self.serial:
            self._thread.join(5)
            os.close(self._master)
            os.close(self._slave)
            return
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    # --- network

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self.connections += 1
                self.most_connections = max(self.most_connections, len(self._open))
            threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        received = bytearray()
        with self._turn, connection:
            with contextlib.suppress(OSError):
                self._listen(connection, received)
            self._note(bytes(received))
            # Before the other side can see the end and connect again.
            with self._lock:
                self._open.discard(connection)

    def _listen(self, connection: socket.socket, received: bytearray) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self._event == "hang" and not self._closing.wait(0.01):
            pass
        while data := connection.recv(self._chunk()):
            reply, stop = self._hear(data, received)
            while stop == "freeze" and self._frozen and not self._closing.wait(0.01):
                pass
            if stop:
                # Closes with a reset, as a printer does that is switched off.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if reply:
                connection.sendall(reply)

    # --- serial line

    def _serve_terminal(self) -> None:
        received = bytearray()
        while not self._closing.is_set():
            try:
                data = os.read(self._master, self._chunk())
            except BlockingIOError:
                self._closing.wait(0.002)
                continue
            except OSError:
                return
            reply, stop = self._hear(data, received)
            if stop:
                self._closing.wait()
            os.write(self._master, reply)
            if b"\x1dV" in received:
                self._note(bytes(received))
                received.clear()

    # --- both

    def _chunk(self) -> int:
        return 16 if self._baud else 4096

    def _hear(self, data: bytes, received: bytearray) -> tuple[bytes, str]:
        """Process data and armed events; return the reply, and how the connection ends if it does."""
        if self._baud:
            self._closing.wait(len(data) * 10 / self._baud)
        job = _QUERIES.sub(b"", data)
        if job and b"\x1dV" not in received:
            self.received_at.append(time.monotonic())
        received += data
        event, left = self._event, self._after
        if not event or not job:
            return self._machine.take(data), ""
        if event in _LASTING:
            self._machine.trip, self._event = (_LASTING[event], left), ""
            return self._machine.take(data), ""
        if event == "gag":
            self._machine.take(data)
            if b"\x1dV" not in received:
                return b"", ""
            self._event, self._frozen = "", True
            return b"", "freeze"
        if len(job) < left:
            self._after -= len(job)
            return self._machine.take(data), ""
        self._event, self._frozen = "", event == "freeze"
        kept = data[: data.index(job[:8]) + left] if job[:8] in data else data[:left]
        self._machine.take(kept)
        if event == "cycle":
            self._machine.power_cycle()
        return b"", event

    def _note(self, received: bytes) -> None:
        if b"\x1dV" in received:
            self.jobs.append(_QUERIES.sub(b"", received))
            if self._wordy:
                print(describe(self.jobs[-1]), flush=True)


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """Open a port that answers nothing, not even a refusal: its backlog is full."""
    with contextlib.ExitStack() as open_ones:
        hole = open_ones.enter_context(socket.socket())
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        for _ in range(4):
            caller = open_ones.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(hole.getsockname())
        yield hole.getsockname()[1]


def describe(job: bytes) -> str:
    """Return a readable line about a job."""
    words = re.sub(rb"[^ -~\n]+", b" ", bytes(job)).decode("ascii")
    return f"{len(job)} bytes, {job.count(bytes((0x1D, 0x56)))} cut\n{words}"


def main() -> None:
    """Run until Ctrl-C."""
    events = "\n".join(f"  {name:8} {what}" for name, what in EVENTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.printer.simulator",
        description=f"{__doc__}\nwords:    {', '.join(WORDS)}\nevents, each once:\n{events}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--serial", action="store_true", help="be a serial line instead; its name is printed")
    parser.add_argument("--usb", metavar="SERIAL", help="be a USB printer instead (tests/printer/usb_gadget.py)")
    parser.add_argument("--mode", default="full", help="words joined by +, default %(default)s")
    parser.add_argument("--after", type=int, default=1, help="bytes, for the events")
    parser.add_argument("--baud", type=int, default=0, help="pace, default as fast as it comes")
    options = parser.parse_args()
    common: dict[str, Any] = {"mode": options.mode, "after": options.after, "baud": options.baud, "wordy": True}
    if options.usb:
        from tests.printer.usb_gadget import UsbSimulator

        simulator: Simulator = UsbSimulator(options.usb, **common)
    else:
        simulator = Simulator(port=options.port, serial=options.serial, **common)
    with simulator, contextlib.suppress(KeyboardInterrupt):
        print(f"{simulator.url} is {options.mode}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
