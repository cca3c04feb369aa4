"""Network printers: ask, write once, listen, close; what is not proved is not called printed.

Plain TCP takes a ticket into its buffers whether or not the printer lives, so success of a write means nothing.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from printer import status
from printer.face import JobState, Outcome, Reason

if TYPE_CHECKING:
    from printer.transports import Payload

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each step may take, in seconds; together less than a job's lease."""

    connect: float = 2.0
    answer: float = 1.0
    write: float = 5.0
    proof: float = 8.0
    """Printing a ticket takes about 1 s, at 9600 baud 2 s."""
    close: float = 0.5


class TcpTransport:
    """A printer on port 9100, or anything that listens like one.

    `ask_status` asks for faults before printing; a printer that never answered is printed on all the same.
    `want_proof` asks the printer to say when the paper is out (`GS ( H`); only for models that do.
    """

    def __init__(
        self, host: str, port: int, *, ask_status: bool, want_proof: bool, deadlines: Deadlines | None = None
    ) -> None:
        self._address = (host, port)
        self._ask_status = ask_status
        self._want_proof = want_proof
        self._deadlines = deadlines or Deadlines()
        self._has_answered = False

    def deliver(self, payload: Payload) -> Outcome:
        """One job over one connection."""
        data = payload.bytes()
        if self._want_proof:
            data += status.proof_wanted(payload.job_id)
        try:
            connection = socket.create_connection(self._address, self._deadlines.connect)
        except OSError as error:
            return Outcome(JobState.QUEUED, f"{Reason.UNREACHABLE}: {error.strerror or 'no connection'}")
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._print(_Link(connection), payload.job_id, data)

    def _print(self, link: _Link, job_id: int, data: bytes) -> Outcome:
        try:
            fault, warning = self._condition(link)
        except OSError:
            return Outcome(JobState.QUEUED, Reason.CONNECTION_LOST)
        if fault is not None:
            link.close(self._deadlines.close)
            return Outcome(JobState.QUEUED, fault)
        if (reason := link.write(data, self._deadlines.write)) is not None:
            return Outcome(JobState.UNCERTAIN if link.written else JobState.QUEUED, reason)
        if self._want_proof:
            return self._proved(link, job_id, warning)
        closed = link.close(self._deadlines.close)
        return Outcome(JobState.SENT, warning) if closed else Outcome(JobState.UNCERTAIN, Reason.CONNECTION_LOST)

    def _condition(self, link: _Link) -> tuple[Reason | None, str]:
        """What forbids printing, and a warning."""
        if not self._ask_status:
            return None, ""
        answer = link.ask(status.PRINTER, self._deadlines.answer)
        if answer is None:
            return (Reason.NO_ANSWER if self._has_answered else None), ""
        self._has_answered = True
        paper = link.ask(status.PAPER, self._deadlines.answer)
        if status.is_paper_out(paper):
            return Reason.PAPER_OUT, ""
        if status.is_off_line(answer):
            return status.cause(link.ask(status.CAUSE, self._deadlines.answer)), ""
        return None, Reason.PAPER_LOW if status.is_paper_low(paper) else ""

    def _proved(self, link: _Link, job_id: int, warning: str) -> Outcome:
        try:
            if link.await_bytes(status.proof(job_id), self._deadlines.proof):
                link.close(self._deadlines.close)
                return Outcome(JobState.PRINTED, warning)
            fault, _ = self._condition(link)
        except OSError:
            return Outcome(JobState.UNCERTAIN, Reason.CONNECTION_LOST)
        link.close(self._deadlines.close)
        if fault is None or fault is Reason.NO_ANSWER:
            return Outcome(JobState.UNCERTAIN, Reason.NO_ACKNOWLEDGEMENT)
        # It is in the printer's memory and comes out when somebody helps.
        return Outcome(JobState.HELD, fault)


class _Link:
    """One connection, every step with its own deadline."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._heard = bytearray()
        self.written = 0

    def ask(self, subject: int, seconds: float) -> int | None:
        """The answer to a status question, or None. OSError if the connection is gone."""
        self._connection.settimeout(seconds)
        self._connection.sendall(status.question(subject))
        until = time.monotonic() + seconds
        while True:
            while self._heard:
                byte = self._heard.pop(0)
                if status.is_answer(byte):
                    return byte
            if not self._listen(until):
                return None

    def write(self, data: bytes, seconds: float) -> Reason | None:
        """Send all of `data`, or say what went wrong; `written` tells whether anything left."""
        until = time.monotonic() + seconds
        rest = memoryview(data)
        try:
            while rest:
                self._connection.settimeout(max(0.001, until - time.monotonic()))
                count = self._connection.send(rest)
                self.written += count
                rest = rest[count:]
        except TimeoutError:
            return Reason.TIME_OUT
        except OSError:
            return Reason.CONNECTION_LOST
        return None

    def await_bytes(self, wanted: bytes, seconds: float) -> bool:
        """Whether the printer sends these bytes in time. OSError if the connection is gone."""
        until = time.monotonic() + seconds
        while wanted not in self._heard:
            if not self._listen(until):
                return False
        self._heard.clear()
        return True

    def close(self, seconds: float) -> bool:
        """Say that nothing follows, read what is left, close; False if the printer broke off instead.

        Closing with an unread byte would reset the connection, and the printer would lose the job.
        """
        until = time.monotonic() + seconds
        try:
            self._connection.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                self._connection.settimeout(left)
                if not self._connection.recv(_CHUNK):
                    break
        except TimeoutError:
            pass
        except OSError:
            return False
        finally:
            self._connection.close()
        return True

    def _listen(self, until: float) -> bool:
        """Take in what the printer says; False when time is up. ConnectionError if it closed."""
        left = until - time.monotonic()
        if left <= 0:
            return False
        self._connection.settimeout(left)
        try:
            heard = self._connection.recv(_CHUNK)
        except TimeoutError:
            return False
        if not heard:
            raise ConnectionResetError("the printer closed the connection")
        self._heard += heard
        return True
