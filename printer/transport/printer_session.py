"""Query a printer over one link: send queries, wait for replies."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from printer.ports import Proof
from printer.transport import status
from printer.transport.reply_parser import ReplyParser

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.transport.connection import Connection
    from printer.transport.status import Condition, StatusCodec

_PROBE_ID = b"PROB"


class PrinterSession:
    """Sends queries and waits for replies, `answer` seconds each. Every method raises OSError if the link is lost."""

    def __init__(self, link: Connection, codec: StatusCodec, answer: float) -> None:
        self.link = link
        self.replies = ReplyParser(full_status=codec is status.custom)
        self._codec = codec
        self._answer = answer
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether the link is closed and no query possible."""
        return self._closed

    def close(self, seconds: float) -> bool:
        """Close the link, if that was not done yet; False if the printer closed the connection first."""
        if self._closed:
            return True
        self._closed = True
        return self.link.close(seconds)

    def pad(self, size: int) -> None:
        """Send zero bytes that print nothing, but complete a command that waits for the rest of its data."""
        self._send(bytes(size), self._answer + size / 960)

    def condition(self) -> Condition | None:
        """Query the printer's condition; None if it does not answer."""
        self.replies.statuses.clear()
        return self._codec(self._ask)

    def counter(self) -> int | None:
        """Query the number of cuts, answered when everything before is done; None if there is no answer."""
        self.replies.counter = None
        self._send(status.CUT_COUNTER)
        self.listen(lambda: self.replies.counter is not None, self._answer)
        return self.replies.counter

    def clear(self) -> bool:
        """Clear the printer's buffer of what is not printed yet; True if the printer confirms it."""
        self.replies.cleared = False
        self._send(status.CLEAR)
        return self.listen(lambda: self.replies.cleared, self._answer)

    def probe(self) -> tuple[Proof, bool]:
        """Probe what a printer can prove, and whether it counts cuts; it must be on line and answer `DLE EOT`.

        A printer takes an unknown command for text, which the last command discards before a line is complete.
        """
        replies = self.replies
        replies.fences, replies.counter = 0, None
        # The acknowledgement is requested last: after it no other reply comes.
        ask = status.FENCE + status.CUT_COUNTER + status.proof_request(_PROBE_ID)
        self._send(status.INITIALISE + status.NO_AUTOMATIC_STATUS + ask + status.INITIALISE)
        self.listen(lambda: _PROBE_ID in replies.proofs, self._answer)
        if _PROBE_ID in replies.proofs:
            return Proof.ACK, replies.counter is not None
        return Proof.FENCE if replies.fences else Proof.STATUS, replies.counter is not None

    def listen(self, received: Callable[[], bool], seconds: float) -> bool:
        """Parse replies until `received` returns True or `seconds` are over; return whether it did."""
        deadline = time.monotonic() + seconds
        while not received():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self.replies.take(self.link.read(remaining))
        return True

    def _ask(self, subject: int) -> bytes | None:
        self._send(status.status_query(subject))
        if not self.listen(lambda: bool(self.replies.statuses), self._answer):
            return None
        return self.replies.statuses.popleft()

    def _send(self, data: bytes, seconds: float | None = None) -> None:
        if self.link.write(data, seconds or self._answer) is not None:
            raise ConnectionError("the printer takes no question")
