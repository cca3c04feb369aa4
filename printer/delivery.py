"""Delivery with proof: ask, write once, listen, close; what is not proved is not called printed.

The steps are those of docs/printing.md. One object serves one printer and remembers what it is able to prove, and
whether a torn piece of a paper may be in it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from printer import status
from printer.escpos import CUTS
from printer.face import Capabilities, Health, JobState, Outcome, PrinterHealth, Proof, Reason
from printer.status import Condition
from printer.talk import Talk

if TYPE_CHECKING:
    from printer.link import Port
    from printer.models import Model
    from printer.payload import Payload

HEALTH = {
    Reason.PAPER_LOW: Health.NEAR_END,
    Reason.NOT_TAKEN: Health.OK,
    Reason.PAPER_OUT: Health.PAPER_OUT,
    Reason.COVER_OPEN: Health.COVER_OPEN,
    Reason.PRINTER_ERROR: Health.ERROR,
    Reason.BAD_ADDRESS: Health.ERROR,
}
"""What a reason says about the printer; any other that comes from the printer is OFFLINE."""
_NAP = 0.2
TICKET_BYTES = 1024
"""Of a torn job whose size is not known, because another process sent it; without its logo."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each step may take, in seconds; together less than a job's lease."""

    connect: float = 2.0
    answer: float = 1.0
    write: float = 5.0
    """Besides the time that the bytes take."""
    print: float = 1.5
    """A ticket takes about 1 s."""
    proof: float = 5.0
    """Besides the time that bytes and printing take."""
    recover: float = 6.0
    """After a broken connection: until a printer that was switched off and on answers again."""
    present: float = 1.5
    """From the proof until the paper lies in the mouth of a printer that has one."""
    close: float = 0.5
    ask_again: float = 1.0
    bytes_per_second: float = 960.0
    """The slowest line, 9600 baud."""
    longest_transfer: float = 15.0

    def transfer(self, size: int) -> float:
        """Seconds that the bytes of a job take."""
        return min(size / self.bytes_per_second, self.longest_transfer)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One job on its way."""

    job_id: int
    cleaning: bytes
    data: bytes
    proof: Proof
    warning: str
    cuts_before: int | None
    """The printer's counter; None if it has none, or none that is trusted."""

    @property
    def size(self) -> int:
        """Bytes of the paper, with those that mark a torn one before it and without requests."""
        return len(self.cleaning) + len(self.data)

    @property
    def process(self) -> bytes:
        """Its name in the printer's acknowledgement."""
        return status.process_id(self.job_id)

    @property
    def nearly(self) -> bytes:
        """Name in the acknowledgement that everything but the cut is done; no job has this one."""
        return b"<" + self.process[1:]

    def is_out(self, cuts: int) -> bool:
        """Whether the counter shows that the paper was cut."""
        papers = 2 if self.cleaning else 1
        return self.cuts_before is not None and cuts - self.cuts_before >= papers


class ProvingTransport:
    """A printer that understands ESC/POS, whatever it is connected to.

    `wanted` fixes the rung of proof, which is else probed; `known` is what probing found before.
    """

    def __init__(
        self,
        port: Port,
        model: Model,
        *,
        wanted: Proof | None = None,
        known: Capabilities | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.model = model
        self._port = port
        self._wanted = wanted
        self._deadlines = deadlines or Deadlines()
        self._capabilities = known if wanted is None else Capabilities(wanted)
        self._torn = 0
        """Bytes of a job of which a piece may be in the printer, waiting for its rest; 0: none."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What the printer can prove; None while it was never asked, or never answered."""
        return self._capabilities

    def may_be_torn(self, size: int = TICKET_BYTES) -> None:
        """Somebody else left a job of about that size half-sent: clean before the next one."""
        self._torn = max(self._torn, size)

    def look(self) -> PrinterHealth:
        """How the printer is now, over a connection of its own; probes it if that was not done yet."""
        if self._wanted is Proof.NONE:
            return PrinterHealth(Health.UNKNOWN)
        try:
            talk = self._open()
        except OSError as error:
            return PrinterHealth(Health.OFFLINE, _unreachable(error))
        try:
            condition = talk.condition()
            if condition is None:
                state = Health.UNKNOWN if self._capabilities is None else Health.OFFLINE
                return PrinterHealth(state, Reason.NO_ANSWER)
            if condition.fault is None:
                condition = self._probed(talk, condition)
            if condition.fault is not None:
                return PrinterHealth(HEALTH.get(condition.fault, Health.OFFLINE), condition.fault)
        except OSError:
            return PrinterHealth(Health.OFFLINE, Reason.CONNECTION_LOST)
        finally:
            talk.close(self._deadlines.close)
        return PrinterHealth(Health.NEAR_END if condition.near_end else Health.OK, condition.remarks)

    def deliver(self, payload: Payload) -> Outcome:
        """One job over one connection, and another one to find out what became of it if the first breaks."""
        data = payload.bytes()
        try:
            talk = self._open()
        except OSError as error:
            return Outcome(JobState.QUEUED, _unreachable(error))
        try:
            try:
                condition = self._asked(talk)
                if isinstance(condition, Outcome):
                    return condition
                attempt = self._attempt(talk, condition, payload, data)
            except OSError:
                return Outcome(JobState.QUEUED, Reason.CONNECTION_LOST)
            try:
                return self._presented(talk, self._send(talk, attempt))
            except OSError:
                pass
        finally:
            talk.close(self._deadlines.close)
        return self._recover(attempt)

    # --- before the first byte

    def _open(self) -> Talk:
        return Talk(self._port.open(self._deadlines.connect), self.model.talk, self._deadlines.answer)

    def _asked(self, talk: Talk) -> Condition | Outcome:
        if self._wanted is Proof.NONE:
            return Condition()
        condition = talk.condition()
        if condition is None:
            # One that never answered may be a cheap one that cannot; one that used to answer is in trouble.
            return Condition() if self._capabilities is None else Outcome(JobState.QUEUED, Reason.NO_ANSWER)
        if condition.fault is not None:
            return Outcome(JobState.QUEUED, condition.fault)
        if self._torn:
            talk.pad(self._torn)
        condition = self._probed(talk, condition)
        return condition if condition.fault is None else Outcome(JobState.QUEUED, condition.fault)

    def _probed(self, talk: Talk, condition: Condition) -> Condition:
        """Probe if that was not done yet; the printer's condition afterwards."""
        if self._capabilities is not None:
            return condition
        proof, counts = talk.probe()
        if proof is not Proof.ACK:
            # Did it say nothing because it cannot, or because something happened just now?
            condition = talk.condition() or Condition(Reason.NO_ANSWER)
        if condition.fault is None:
            self._capabilities = Capabilities(proof, None if counts else False)
        return condition

    def _attempt(self, talk: Talk, condition: Condition, payload: Payload, data: bytes) -> _Attempt:
        can = self._capabilities or Capabilities(Proof.NONE)
        before = None
        if can.proof is not Proof.NONE and can.counts_cuts is not False and self.model.cut != "none":
            before = talk.counter()
            if before is None:
                self._capabilities = replace(can, counts_cuts=False)
        cleaning = bytes(self._torn) + payload.torn() if self._torn else b""
        return _Attempt(payload.job_id, cleaning, data, can.proof, condition.warning, before)

    # --- after it

    def _send(self, talk: Talk, attempt: _Attempt) -> Outcome:
        """OSError if the connection is lost when everything was sent."""
        paper, request = self._with_requests(attempt)
        everything = paper + request
        before = talk.link.written
        trouble = talk.link.write(everything, self._deadlines.write + self._deadlines.transfer(len(everything)))
        sent = talk.link.written - before
        if trouble is not None and sent < len(paper):
            # The cut is at the end, so no whole paper can come of it.
            self._torn = max(self._torn, len(attempt.data))
            return Outcome(JobState.QUEUED, f"{trouble}: cancelled" if sent else trouble)
        if trouble is Reason.CONNECTION_LOST:
            raise ConnectionError("lost while the end was sent")
        self._torn, old = 0, self._torn
        if attempt.proof is Proof.NONE:
            if talk.close(self._deadlines.close) and trouble is None:
                return Outcome(JobState.SENT)
            self._torn = old or len(attempt.data)
            return Outcome(JobState.UNCERTAIN, trouble or Reason.CONNECTION_LOST)
        return self._listen(talk, attempt)

    def _with_requests(self, attempt: _Attempt) -> tuple[bytes, bytes]:
        """The job with a request for proof before its cut (is a whole paper possible?), and the last request."""
        nearly = wanted = b""
        if attempt.proof is Proof.ACK:
            nearly, wanted = status.proof_wanted(attempt.nearly), status.proof_wanted(attempt.process)
        elif attempt.proof is Proof.FENCE:
            nearly = wanted = status.FENCE
        end = len(attempt.data) - len(CUTS[self.model.cut])
        return attempt.cleaning + attempt.data[:end] + nearly + attempt.data[end:], wanted

    def _listen(self, talk: Talk, attempt: _Attempt) -> Outcome:
        """Wait for the proof, asking for faults all the while."""
        talk.replies.fences = 0
        seconds = self._deadlines.transfer(attempt.size) + self._deadlines.print
        if attempt.proof is not Proof.STATUS:
            seconds += self._deadlines.proof
        until = time.monotonic() + seconds
        while True:
            left = max(0.0, until - time.monotonic())
            if talk.listen(lambda: _proved(talk, attempt), min(self._deadlines.ask_again, left)):
                return self._proved(talk, attempt)
            condition = talk.condition()
            if condition is not None and condition.fault is not None:
                return self._in_trouble(talk, attempt, condition.fault)
            if time.monotonic() >= until:
                return self._unproved(talk, attempt, condition)

    def _presented(self, talk: Talk, outcome: Outcome) -> Outcome:
        """Add whether the paper lies in the printer's mouth, of a printer that can tell."""
        if not self.model.presents or outcome.state not in (JobState.PRINTED, JobState.SENT) or talk.is_closed:
            return outcome
        until = time.monotonic() + self._deadlines.present
        while True:
            try:
                condition = talk.condition()
            except OSError:
                return outcome
            if condition is None or condition.fault is not None:
                return outcome
            if condition.ticket_waiting:
                return replace(outcome, detail=condition.remarks)
            if time.monotonic() >= until:  # taken already, or a printer of the family without a presenter
                return outcome
            time.sleep(_NAP)

    def _proved(self, talk: Talk, attempt: _Attempt) -> Outcome:
        can = self._capabilities or Capabilities(attempt.proof)
        acknowledged = attempt.proof is Proof.ACK
        if attempt.cuts_before is not None and (can.counts_cuts is None or not acknowledged):
            # A counter is trusted when it has been seen to go up with a paper that came out.
            try:
                cuts = talk.counter()
            except OSError:
                cuts = None
            counted = cuts is not None and attempt.is_out(cuts)
            if can.counts_cuts is None and cuts is not None:
                self._capabilities = replace(can, counts_cuts=counted)
            acknowledged = acknowledged or counted
        return Outcome(JobState.PRINTED if acknowledged else JobState.SENT, attempt.warning)

    def _in_trouble(self, talk: Talk, attempt: _Attempt, fault: Reason) -> Outcome:
        """A fault while the paper was expected: take the job back, or leave it to come out by itself."""
        if attempt.proof is Proof.STATUS:
            # Whether it is out already cannot be known, so nothing is taken back that might be printed again.
            return Outcome(JobState.HELD, fault)
        cleared = talk.clear()
        if _proved(talk, attempt):
            return self._proved(talk, attempt)
        if not cleared:
            return Outcome(JobState.HELD, fault)
        if _nearly(talk, attempt):
            # The fault came between the last line and the proof: it may have been cut, or not.
            self._torn = len(attempt.data)
            return Outcome(JobState.UNCERTAIN, fault)
        return self._take_back(attempt, fault)

    def _unproved(self, talk: Talk, attempt: _Attempt, condition: Condition | None) -> Outcome:
        if attempt.proof is Proof.STATUS and condition is not None:
            return Outcome(JobState.SENT, condition.warning or attempt.warning)
        self._torn = len(attempt.data)
        if condition is None:
            return Outcome(JobState.UNCERTAIN, Reason.NO_ANSWER)
        if self._counts(attempt) and (cuts := talk.counter()) is not None:
            # It answers when everything before is done, so nothing of the job is waiting in it any more.
            if attempt.is_out(cuts):
                self._torn = 0
                return Outcome(JobState.PRINTED, attempt.warning)
            return self._take_back(attempt, Reason.NO_ACKNOWLEDGEMENT)
        if self._wanted is None:
            self._capabilities = None  # another printer may stand there now: probe again
        return Outcome(JobState.UNCERTAIN, Reason.NO_ACKNOWLEDGEMENT)

    def _take_back(self, attempt: _Attempt, reason: Reason) -> Outcome:
        self._torn = len(attempt.data)
        return Outcome(JobState.QUEUED, f"{reason}: cancelled")

    def _recover(self, attempt: _Attempt) -> Outcome:
        """The connection broke: connect again, clear, compare the counter."""
        self._torn = len(attempt.data)
        until = time.monotonic() + self._deadlines.recover
        while self._counts(attempt) and time.monotonic() < until:
            try:
                cuts = self._cuts_after_break(attempt)
            except OSError:
                cuts = None
            if cuts is not None:
                if not attempt.is_out(cuts):
                    return Outcome(JobState.QUEUED, f"{Reason.CONNECTION_LOST}: cancelled")
                self._torn = 0
                return Outcome(JobState.PRINTED, attempt.warning)
            time.sleep(_NAP)
        return Outcome(JobState.UNCERTAIN, Reason.CONNECTION_LOST)

    def _cuts_after_break(self, attempt: _Attempt) -> int | None:
        talk = self._open()
        try:
            if talk.condition() is None:
                return None
            talk.clear()
            # A command that was torn takes the next bytes for its own: give it enough to be satisfied.
            talk.pad(len(attempt.data))
            return talk.counter()
        finally:
            talk.close(self._deadlines.close)

    def _counts(self, attempt: _Attempt) -> bool:
        """Whether the counter may be believed when it says that a paper did not come."""
        return (
            attempt.cuts_before is not None and self._capabilities is not None and bool(self._capabilities.counts_cuts)
        )


def _proved(talk: Talk, attempt: _Attempt) -> bool:
    if attempt.proof is Proof.ACK:
        return attempt.process in talk.replies.proofs
    return attempt.proof is Proof.FENCE and talk.replies.fences > 1


def _nearly(talk: Talk, attempt: _Attempt) -> bool:
    """Whether everything before the cut is done."""
    return attempt.nearly in talk.replies.proofs or talk.replies.fences > 0


def _unreachable(error: OSError) -> str:
    return f"{Reason.UNREACHABLE}: {error.strerror or 'no connection'}"
