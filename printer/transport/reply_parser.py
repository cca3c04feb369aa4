"""Parse the stream of bytes from a printer: status answers, proofs, and unsolicited bytes.

| first byte | fixed bits | what | length |
|---|---|---|---|
| `0xx1xx10` | 93h = 12h | answer to `DLE EOT` | 1 |
| `0xx1xx00` | 93h = 10h | automatic status | 4, the others with 90h = 00h |
| `0xx0xxxx` | 90h = 00h | answer to `GS r` | 1 |
| 37h 22h | | acknowledgement: four characters, 00h | 7 |
| 37h 25h 00h | | the buffer was cleared | 3 |
| 5Fh | | counter: digits, 00h | to 20 |
| 10h 0Fh | | full status of Custom's printers, if asked for | 6 |
| anything else | | flow control, noise | 1 |
"""

from __future__ import annotations

from collections import deque

from printer.transport.status import is_answer

_LONGEST_COUNTER = 20
_PROOF, _CLEARED, _COUNTER = b"\x37\x22", b"\x37\x25", 0x5F
_BLOCK = 0x37


class ReplyParser:
    """Collects the replies of a printer over one connection. `full_status`: the printer is queried by `DLE EOT 20`."""

    def __init__(self, *, full_status: bool = False) -> None:
        self.statuses: deque[bytes] = deque()
        self.fences = 0
        self.proofs: set[bytes] = set()
        self.cleared = False
        self.counter: int | None = None
        self._full_status = full_status
        self._buffer = bytearray()

    def take(self, data: bytes) -> None:
        """Parse the next bytes; an answer may be spread over several calls."""
        self._buffer += data
        while self._buffer and (length := self._parse_next()):
            del self._buffer[:length]

    def _parse_next(self) -> int:
        """Parse from the front of the buffer; return the number of bytes consumed, 0 if more must arrive first."""
        first = self._buffer[0]
        if first == _BLOCK:
            return self._block()
        if first == _COUNTER:
            return self._counter()
        if self._full_status and bytes(self._buffer[:2]) in (b"\x10", b"\x10\x0f"):
            return self._full()
        if first & 0x93 == 0x10:
            return self._automatic()
        if is_answer(first):
            self.statuses.append(bytes((first,)))
        elif first & 0x90 == 0:
            self.fences += 1
        return 1

    def _block(self) -> int:
        head = bytes(self._buffer[:2])
        if head == _CLEARED:
            if len(self._buffer) < 3:
                return 0
            self.cleared = self._buffer[2] == 0
            return 3
        if head != _PROOF:
            return 0 if len(head) < 2 else 1
        # A truncated block is dropped whole: its tail must not be parsed as another reply.
        for place in range(2, min(6, len(self._buffer))):
            if not 0x20 <= self._buffer[place] <= 0x7E:
                return place
        if len(self._buffer) < 7:
            return 0
        if self._buffer[6] == 0:
            self.proofs.add(bytes(self._buffer[2:6]))
            return 7
        return 6

    def _counter(self) -> int:
        for place in range(1, min(_LONGEST_COUNTER, len(self._buffer))):
            byte = self._buffer[place]
            if byte == 0:
                self.counter = int(self._buffer[1:place] or b"0")
                return place + 1
            if not 0x30 <= byte <= 0x39:
                return place
        return 0 if len(self._buffer) < _LONGEST_COUNTER else _LONGEST_COUNTER

    def _full(self) -> int:
        if len(self._buffer) < 6:
            return 0
        self.statuses.append(bytes(self._buffer[:6]))
        return 6

    def _automatic(self) -> int:
        for place in range(1, min(4, len(self._buffer))):
            if self._buffer[place] & 0x90:
                return place
        return 4 if len(self._buffer) >= 4 else 0
