"""A conversation with a printer over one link: questions, and waiting for what it says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from printer import status
from printer.face import Proof
from printer.replies import Replies

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.link import Link
    from printer.status import Codec, Condition

_NAME = b"PROB"


class Talk:
    """Asks and listens. Every method raises OSError if the link is lost; `answer` is in seconds."""

    def __init__(self, link: Link, codec: Codec, answer: float) -> None:
        self.link = link
        self.replies = Replies(full_status=codec is status.custom)
        self._codec = codec
        self._answer = answer
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._closed

    def close(self, seconds: float) -> bool:
        """Close the link; False if the printer broke off instead. Once is enough."""
        if self._closed:
            return True
        self._closed = True
        return self.link.close(seconds)

    def pad(self, size: int) -> None:
        """Send bytes that print nothing, but satisfy a command that waits for the rest of its data."""
        self._say(bytes(size), self._answer + size / 960)

    def condition(self) -> Condition | None:
        """How the printer is; None if it does not answer."""
        self.replies.statuses.clear()
        return self._codec(self._ask)

    def counter(self) -> int | None:
        """How many cuts it has made, told when everything before is done; None if it does not say."""
        self.replies.counter = None
        self._say(status.CUT_COUNTER)
        self.listen(lambda: self.replies.counter is not None, self._answer)
        return self.replies.counter

    def clear(self) -> bool:
        """Make it forget what is not printed yet; whether it says that it did."""
        self.replies.cleared = False
        self._say(status.CLEAR)
        return self.listen(lambda: self.replies.cleared, self._answer)

    def probe(self) -> tuple[Proof, bool]:
        """What it can prove, and whether it counts cuts; of a printer that is on line and answers `DLE EOT`.

        One that does not know a command takes it for text, which the last command discards before it is a line.
        """
        replies = self.replies
        replies.fences, replies.counter = 0, None
        # The acknowledgement is asked for last: when it comes, nothing else will.
        ask = status.FENCE + status.CUT_COUNTER + status.proof_wanted(_NAME)
        self._say(status.INITIALISE + status.NO_AUTOMATIC_STATUS + ask + status.INITIALISE)
        self.listen(lambda: _NAME in replies.proofs, self._answer)
        if _NAME in replies.proofs:
            return Proof.ACK, replies.counter is not None
        return Proof.FENCE if replies.fences else Proof.STATUS, replies.counter is not None

    def listen(self, heard: Callable[[], bool], seconds: float) -> bool:
        """Take in what it says until `heard` or time is up; whether it was heard."""
        until = time.monotonic() + seconds
        while not heard():
            left = until - time.monotonic()
            if left <= 0:
                return False
            self.replies.take(self.link.read(left))
        return True

    def _ask(self, subject: int) -> bytes | None:
        self._say(status.question(subject))
        if not self.listen(lambda: bool(self.replies.statuses), self._answer):
            return None
        return self.replies.statuses.popleft()

    def _say(self, data: bytes, seconds: float | None = None) -> None:
        if self.link.write(data, seconds or self._answer) is not None:
            raise ConnectionError("the printer takes no question")
