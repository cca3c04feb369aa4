"""An emulated thermal printer: it executes ESC/POS, counts its cuts, keeps its slips, and has faults on request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

REAL_TIME = re.compile(rb"\x10\x04([\x01\x02\x03\x04\x14])|(\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)")
UNFINISHED = re.compile(rb"\x10(?:\x04?|\x14(?:\x08(?:\x01(?:\x03(?:\x14(?:\x01(?:\x06(?:\x02)?)?)?)?)?)?)?)?\Z")
CHATTER = b"\x11\x10\x00\x00\x0f"  # XON, and an automatic status
FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
CONDITIONS = {
    "fine": FINE,
    "paper_low": {**FINE, 4: 0x1E},
    "paper_out": {1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x72},
    "paper_out_clone": {**FINE, 4: 0x32},
    "cover_open": {**FINE, 1: 0x1A, 2: 0x16},
    "error": {**FINE, 1: 0x1A, 2: 0x52},
    "offline": {**FINE, 1: 0x1A},
}
# Custom's full status: paper, user, recoverable and unrecoverable errors.
FULL = {
    "paper_low": (4, 0, 0, 0),
    "paper_out": (1, 0, 0, 0),
    "paper_out_clone": (1, 0, 0, 0),
    "cover_open": (0, 2, 0, 0),
    "error": (0, 0, 0x40, 0),
}
PRINTS = ("fine", "paper_low")


@dataclass(frozen=True)
class Traits:
    """Capabilities of a model."""

    status: bool = True
    fences: bool = False
    acks: bool = False
    counts: bool = False
    clears: bool = False
    custom: bool = False
    presenter: bool = False
    """Its presenter holds a cut slip until it is taken; the next one pushes it out."""
    chatty: bool = False
    """Mixes in what was not asked for."""


TRAITS = {
    "full": Traits(fences=True, acks=True, counts=True, clears=True),
    "ack": Traits(fences=True, acks=True, clears=True),
    "fence": Traits(fences=True, clears=True),
    "status": Traits(),
    "mute": Traits(status=False),
}


@dataclass
class Piece:
    """A piece of paper, to the cut."""

    lines: list[str] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    rasters: int = 0

    @property
    def text(self) -> str:
        """All text on the piece."""
        return "\n".join(self.lines)


class PrinterEmulator:
    """The printer behind the socket. `take` is called with what arrives and returns what it answers."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.condition = "fine"
        self.pieces: list[Piece] = []
        """Papers that were cut off."""
        self.hanging = Piece()
        """What is printed and not cut."""
        self.cuts = 1234
        self.in_mouth = False
        self.trip: tuple[str, int] | None = None
        """A condition that begins after so many more bytes were obeyed."""
        self.swallow = False
        """Whether the next job is lost on its way."""
        self._line = b""
        self._incoming = b""
        self._buffer = b""
        self._lock = threading.RLock()

    def take(self, data: bytes) -> bytes:
        """Execute commands and return the answers. Real-time commands are executed at once, even during a fault."""
        with self._lock:
            data = self._incoming + data
            tail = UNFINISHED.search(data)
            self._incoming = data[tail.start() :] if tail else b""
            data = data[: tail.start()] if tail else data
            answer, at = b"", 0
            for match in REAL_TIME.finditer(data):
                answer += self._receive(data[at : match.start()])
                answer += self._at_once(match)
                at = match.end()
            return answer + self._receive(data[at:])

    def mend(self) -> bytes:
        """End the fault: printing continues with the buffer."""
        with self._lock:
            self.condition, self.trip = "fine", None
            return self._obey()

    def take_paper(self) -> None:
        """Take the slip from the presenter."""
        self.in_mouth = False

    def power_cycle(self) -> None:
        """Power-cycle: the buffer is cleared, paper and counter stay."""
        with self._lock:
            self._buffer = self._incoming = self._line = b""
            self.condition, self.trip = "fine", None

    # --- inside

    def _at_once(self, match: re.Match[bytes]) -> bytes:
        if match[2]:
            if not self.traits.clears:
                return b""
            self._buffer = self._line = b""
            return b"\x37\x25\x00"
        if not self.traits.status:
            return b""
        subject = match[1][0]
        if subject == 20:
            if not self.traits.custom:
                return b""
            paper, *others = FULL.get(self.condition, (0, 0, 0, 0))
            return b"\x10\x0f" + bytes((paper | (0x20 if self.in_mouth else 0), *others))
        return (CHATTER if self.traits.chatty else b"") + bytes((CONDITIONS[self.condition][subject],))

    def _receive(self, data: bytes) -> bytes:
        if self.swallow and b"\x1dV" in data:
            self.swallow = False
            return b""
        self._buffer += data
        return self._obey()

    def _obey(self) -> bytes:
        answer = b""
        while self._buffer and self.condition in PRINTS:
            length, reply = self._command(self._buffer)
            if not length:
                break
            answer += reply
            self._buffer = self._buffer[length:]
            if self.trip is not None:
                condition, left = self.trip
                self.trip = (condition, left - length)
                if left <= length:
                    self.condition, self.trip = condition, None
        return answer

    def _command(self, data: bytes) -> tuple[int, bytes]:
        """Execute the first command; return its length and answer. Length 0: the command is incomplete."""
        if data[0] not in b"\x1b\x1d\n":
            self._line += data[:1] if data[0] >= 32 else b""
            return 1, b""
        if data[0] == 10:
            self._feed()
            return 1, b""
        return self._escape(data) if len(data) >= 3 or data[:2] == b"\x1b@" else (0, b"")

    def _escape(self, data: bytes) -> tuple[int, bytes]:
        head = data[:2]
        if head == b"\x1b@":
            self._line = b""
            return 2, b""
        if head == b"\x1dV":
            return self._cut(data)
        if head == b"\x1d(" and data[2:3] in b"kH":
            return self._long(data)
        if head == b"\x1dv":
            return self._raster(data)
        if head == b"\x1dr":
            return 3, b"\x00" if self.traits.fences else b""
        if head == b"\x1dg":
            if not self.traits.counts:
                return 2, b""
            return (6, b"_%d\0" % self.cuts) if len(data) >= 6 else (0, b"")
        if head == b"\x1bd":
            self.hanging.lines += [""] * data[2]
        return 3, b""

    def _feed(self) -> None:
        self.hanging.lines.append(self._line.decode("ascii", "replace"))
        self._line = b""

    def _cut(self, data: bytes) -> tuple[int, bytes]:
        length = 4 if data[2] in (65, 66) else 3
        if len(data) < length:
            return 0, b""
        self.pieces.append(self.hanging)
        self.hanging = Piece()
        self.cuts += 1
        self.in_mouth = self.traits.presenter
        return length, b""

    def _long(self, data: bytes) -> tuple[int, bytes]:
        """`GS ( k` draws a QR code, `GS ( H` acknowledges."""
        if data[2:3] == b"H" and not self.traits.acks:
            return 2, b""  # not known: the rest comes out as text
        if len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "little"):
            return 0, b""
        length = 5 + int.from_bytes(data[3:5], "little")
        body = data[5:length]
        if data[2:3] == b"H":
            return length, b"\x37\x22" + body[2:6] + b"\0"
        if body[:3] == b"1P0":
            self.hanging.qr.append(body[3:].decode("ascii", "replace"))
        return length, b""

    def _raster(self, data: bytes) -> tuple[int, bytes]:
        if len(data) < 8:
            return 0, b""
        length = 8 + int.from_bytes(data[4:6], "little") * int.from_bytes(data[6:8], "little")
        if len(data) < length:
            return 0, b""
        self.hanging.rasters += 1
        return length, b""


def build(words: str) -> tuple[PrinterEmulator, dict[str, bool]]:
    """Build a printer from words such as `ack+chatty+paper_low`, and return it with options of the simulator.

    Raises ValueError for an unknown word.
    """
    machine, others = PrinterEmulator(TRAITS["status"]), {}
    for word in words.split("+"):
        change = _WORDS.get(word)
        if change is not None:
            change(machine)
        elif word in TRAITS:
            machine.traits = TRAITS[word]
        elif word in CONDITIONS:
            machine.condition = word
        else:
            others[word] = True
    return machine, others


def _trait(**changes: bool) -> Callable[[PrinterEmulator], None]:
    def change(machine: PrinterEmulator) -> None:
        machine.traits = replace(machine.traits, **changes)

    return change


def _swallow(machine: PrinterEmulator) -> None:
    machine.swallow = True


_WORDS: dict[str, Callable[[PrinterEmulator], None]] = {
    "ok": _trait(),
    "chatty": _trait(chatty=True),
    "custom": _trait(custom=True),
    "presenter": _trait(custom=True, presenter=True),
    "no_clear": _trait(clears=False),
    "swallow": _swallow,
}
WORDS = (*TRAITS, *CONDITIONS, *_WORDS)
