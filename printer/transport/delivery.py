"""Delivery with proof: query status, write once, wait for proof, close; an unproved job is not reported as printed.

The steps are those of docs/printing.md. One object serves one printer and remembers what the printer is able to prove,
and whether a part of an interrupted job may be in the printer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from printer.ports import Capabilities, Ending, Health, JobState, Outcome, PrinterHealth, Proof, Reason
from printer.transport import status
from printer.transport.escpos import CUTS
from printer.transport.printer_session import PrinterSession
from printer.transport.status import Condition

if TYPE_CHECKING:
    from printer.transport.connection import Connector
    from printer.transport.payload import Payload
    from printer.transport.printer_models import Model

HEALTH_BY_REASON = {
    Reason.PAPER_LOW: Health.NEAR_END,
    Reason.PAPER_OUT: Health.PAPER_OUT,
    Reason.COVER_OPEN: Health.COVER_OPEN,
    Reason.PRINTER_ERROR: Health.ERROR,
    Reason.BAD_ADDRESS: Health.ERROR,
}
"""Reason → health of the printer; any other reason that comes from the printer is OFFLINE."""
_POLL_SECONDS = 0.2
DEFAULT_INTERRUPTED_BYTES = 1024
"""Assumed size in bytes, without a logo, of an interrupted job that another process sent."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Longest time of each step, in seconds; together less than a job's lease."""

    connect: float = 2.0
    answer: float = 1.0
    write: float = 5.0
    """In addition to the transfer time of the bytes."""
    print_seconds: float = 1.5
    """A ticket takes about 1 s."""
    proof: float = 5.0
    """In addition to the time for transfer and printing."""
    recover: float = 6.0
    """After a broken connection: until a printer that was power-cycled answers again."""
    present: float = 1.5
    """From the proof until the presenter of the printer, if any, holds the slip."""
    close: float = 0.5
    ask_again: float = 1.0
    bytes_per_second: float = 960.0
    """Rate of the slowest line, 9600 baud."""
    longest_transfer: float = 15.0

    def transfer(self, size: int) -> float:
        """Return the seconds that `size` bytes of a job take to transfer."""
        return min(size / self.bytes_per_second, self.longest_transfer)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt to deliver a job."""

    job_id: int
    cleaning: bytes
    data: bytes
    proof: Proof
    warning: Reason | None
    cuts_before: int | None
    """Value of the printer's cut counter; None if the printer has none that is trusted."""

    @property
    def size(self) -> int:
        """Bytes to print, including those that mark an interrupted job before it and without proof requests."""
        return len(self.cleaning) + len(self.data)

    @property
    def process(self) -> bytes:
        """The job's id in the printer's acknowledgement."""
        return status.process_id(self.job_id)

    @property
    def nearly(self) -> bytes:
        """Id in the acknowledgement that everything but the cut is done; no job has this id."""
        return b"<" + self.process[1:]

    def is_out(self, cuts: int) -> bool:
        """Whether the counter shows that the slip was cut."""
        expected_cuts = 2 if self.cleaning else 1
        return self.cuts_before is not None and cuts - self.cuts_before >= expected_cuts


class EscposTransport:
    """Transport for ESC/POS printers, independent of the kind of connection.

    `proof` fixes the level of proof, which is otherwise probed; `capabilities` is the result of an earlier probe.
    """

    def __init__(
        self,
        port: Connector,
        model: Model,
        *,
        proof: Proof | None = None,
        capabilities: Capabilities | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.model = model
        self._port = port
        self._required_proof = proof
        self._deadlines = deadlines or Deadlines()
        self._capabilities = capabilities if proof is None else Capabilities(proof)
        self._interrupted_bytes = 0
        """Size in bytes of a job of which a part may be in the printer, waiting for its rest; 0: none."""

    @property
    def capabilities(self) -> Capabilities | None:
        """What the printer can prove; None if it was never probed, or never answered."""
        return self._capabilities

    def mark_interrupted(self, size: int = DEFAULT_INTERRUPTED_BYTES) -> None:
        """Note that another process may have left a partial job of about `size` bytes: clear it before the next job."""
        self._interrupted_bytes = max(self._interrupted_bytes, size)

    def check_status(self) -> PrinterHealth:
        """Query the printer's health over a connection of its own; probe the printer if that was not done yet."""
        if self._required_proof is Proof.NONE:
            return PrinterHealth(Health.UNKNOWN)
        try:
            session = self._open()
        except OSError as error:
            return PrinterHealth(Health.OFFLINE, f"{Reason.UNREACHABLE}: {_message(error)}")
        try:
            condition = session.condition()
            if condition is None:
                state = Health.UNKNOWN if self._capabilities is None else Health.OFFLINE
                return PrinterHealth(state, Reason.NO_ANSWER)
            if condition.fault is None:
                condition = self._probe_once(session, condition)
            if condition.fault is not None:
                return PrinterHealth(HEALTH_BY_REASON.get(condition.fault, Health.OFFLINE), condition.fault)
        except OSError:
            return PrinterHealth(Health.OFFLINE, Reason.CONNECTION_LOST)
        finally:
            session.close(self._deadlines.close)
        state = Health.NEAR_END if condition.near_end else Health.OK
        return PrinterHealth(state, condition.remarks, slip_waiting=condition.ticket_waiting)

    def deliver(self, payload: Payload) -> Outcome:
        """Deliver one job over one connection; if it breaks, connect again to find out whether the job was printed."""
        data = payload.bytes()
        try:
            session = self._open()
        except OSError as error:
            return Outcome(JobState.QUEUED, Reason.UNREACHABLE, _message(error))
        try:
            try:
                condition = self._ready_condition(session)
                if isinstance(condition, Outcome):
                    return condition
                attempt = self._attempt(session, condition, payload, data)
            except OSError:
                return Outcome(JobState.QUEUED, Reason.CONNECTION_LOST)
            try:
                return self._await_presenter(session, self._send(session, attempt))
            except OSError:
                pass
        finally:
            session.close(self._deadlines.close)
        return self._recover(attempt)

    # --- before the first byte

    def _open(self) -> PrinterSession:
        return PrinterSession(self._port.open(self._deadlines.connect), self.model.query_status, self._deadlines.answer)

    def _ready_condition(self, session: PrinterSession) -> Condition | Outcome:
        if self._required_proof is Proof.NONE:
            return Condition()
        condition = session.condition()
        if condition is None:
            # A printer that never answered may be a cheap one that cannot; one that answered before has a fault.
            return Condition() if self._capabilities is None else Outcome(JobState.QUEUED, Reason.NO_ANSWER)
        if condition.fault is not None:
            return Outcome(JobState.QUEUED, condition.fault)
        if self._interrupted_bytes:
            session.pad(self._interrupted_bytes)
        condition = self._probe_once(session, condition)
        return condition if condition.fault is None else Outcome(JobState.QUEUED, condition.fault)

    def _probe_once(self, session: PrinterSession, condition: Condition) -> Condition:
        """Probe if that was not done yet, and return the printer's condition afterwards."""
        if self._capabilities is not None:
            return condition
        proof, counts = session.probe()
        if proof is not Proof.ACK:
            # No acknowledgement: the printer cannot, or a fault began during the probe.
            condition = session.condition() or Condition(Reason.NO_ANSWER)
        if condition.fault is None:
            self._capabilities = Capabilities(proof, None if counts else False)
        return condition

    def _attempt(self, session: PrinterSession, condition: Condition, payload: Payload, data: bytes) -> _Attempt:
        capabilities = self._capabilities or Capabilities(Proof.NONE)
        before = None
        if capabilities.proof is not Proof.NONE and capabilities.counts_cuts is not False and self.model.cut != "none":
            before = session.counter()
            if before is None:
                self._capabilities = replace(capabilities, counts_cuts=False)
        cleaning = bytes(self._interrupted_bytes) + payload.interrupted_mark() if self._interrupted_bytes else b""
        return _Attempt(payload.job_id, cleaning, data, capabilities.proof, condition.warning, before)

    # --- after it

    def _send(self, session: PrinterSession, attempt: _Attempt) -> Outcome:
        """Send the job and wait for proof. Raises OSError if the connection is lost after everything was sent."""
        job, request = self._with_proof_requests(attempt)
        everything = job + request
        before = session.link.written
        failure = session.link.write(everything, self._deadlines.write + self._deadlines.transfer(len(everything)))
        sent = session.link.written - before
        if failure is not None and sent < len(job):
            # The cut is at the end, so no complete slip can be printed.
            self._interrupted_bytes = max(self._interrupted_bytes, len(attempt.data))
            return Outcome(JobState.QUEUED, failure, ending=Ending.CANCELLED if sent else None)
        if failure is Reason.CONNECTION_LOST:
            raise ConnectionError("lost while the end was sent")
        self._interrupted_bytes, previous = 0, self._interrupted_bytes
        if attempt.proof is Proof.NONE:
            if session.close(self._deadlines.close) and failure is None:
                return Outcome(JobState.SENT)
            self._interrupted_bytes = previous or len(attempt.data)
            return Outcome(JobState.UNCERTAIN, failure or Reason.CONNECTION_LOST)
        return self._await_proof(session, attempt)

    def _with_proof_requests(self, attempt: _Attempt) -> tuple[bytes, bytes]:
        """Return the job with a proof request before its cut (could a complete slip be out?), and the last request."""
        before_cut = last = b""
        if attempt.proof is Proof.ACK:
            before_cut, last = status.proof_request(attempt.nearly), status.proof_request(attempt.process)
        elif attempt.proof is Proof.FENCE:
            before_cut = last = status.FENCE
        end = len(attempt.data) - len(CUTS[self.model.cut])
        return attempt.cleaning + attempt.data[:end] + before_cut + attempt.data[end:], last

    def _await_proof(self, session: PrinterSession, attempt: _Attempt) -> Outcome:
        """Wait for the proof, polling for faults meanwhile."""
        session.replies.fences = 0
        seconds = self._deadlines.transfer(attempt.size) + self._deadlines.print_seconds
        if attempt.proof is not Proof.STATUS:
            seconds += self._deadlines.proof
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            if session.listen(lambda: _is_proved(session, attempt), min(self._deadlines.ask_again, left)):
                return self._conclude_proved(session, attempt)
            condition = session.condition()
            if condition is not None and condition.fault is not None:
                return self._handle_fault(session, attempt, condition.fault)
            if time.monotonic() >= deadline:
                return self._conclude_unproved(session, attempt, condition)

    def _await_presenter(self, session: PrinterSession, outcome: Outcome) -> Outcome:
        """Add to the outcome whether the printer's presenter holds the slip, if the model can tell."""
        if not self.model.has_presenter or outcome.state not in (JobState.PRINTED, JobState.SENT) or session.is_closed:
            return outcome
        deadline = time.monotonic() + self._deadlines.present
        while True:
            try:
                condition = session.condition()
            except OSError:
                return outcome
            if condition is None or condition.fault is not None:
                return outcome
            if condition.ticket_waiting:
                return replace(outcome, reason=condition.warning, ending=Ending.NOT_TAKEN)
            if time.monotonic() >= deadline:  # taken already, or a model of the family without a presenter
                return outcome
            time.sleep(_POLL_SECONDS)

    def _conclude_proved(self, session: PrinterSession, attempt: _Attempt) -> Outcome:
        capabilities = self._capabilities or Capabilities(attempt.proof)
        acknowledged = attempt.proof is Proof.ACK
        if attempt.cuts_before is not None and (capabilities.counts_cuts is None or not acknowledged):
            # A counter is trusted once it has increased with a slip that was printed.
            try:
                cuts = session.counter()
            except OSError:
                cuts = None
            counted = cuts is not None and attempt.is_out(cuts)
            if capabilities.counts_cuts is None and cuts is not None:
                self._capabilities = replace(capabilities, counts_cuts=counted)
            acknowledged = acknowledged or counted
        return Outcome(JobState.PRINTED if acknowledged else JobState.SENT, attempt.warning)

    def _handle_fault(self, session: PrinterSession, attempt: _Attempt, fault: Reason) -> Outcome:
        """Handle a fault before the proof: cancel the job, or report it as held in the printer."""
        if attempt.proof is Proof.STATUS:
            # Whether the slip is out cannot be known, so the job is not queued again: it might be printed twice.
            return Outcome(JobState.HELD, fault)
        cleared = session.clear()
        if _is_proved(session, attempt):
            return self._conclude_proved(session, attempt)
        if not cleared:
            return Outcome(JobState.HELD, fault)
        if _is_nearly_done(session, attempt):
            # The fault came between the last line and the proof: the slip may have been cut, or not.
            self._interrupted_bytes = len(attempt.data)
            return Outcome(JobState.UNCERTAIN, fault)
        return self._cancel(attempt, fault)

    def _conclude_unproved(self, session: PrinterSession, attempt: _Attempt, condition: Condition | None) -> Outcome:
        if attempt.proof is Proof.STATUS and condition is not None:
            return Outcome(JobState.SENT, condition.warning or attempt.warning)
        self._interrupted_bytes = len(attempt.data)
        if condition is None:
            return Outcome(JobState.UNCERTAIN, Reason.NO_ANSWER)
        if self._may_trust_counter(attempt) and (cuts := session.counter()) is not None:
            # The printer answers when everything before is done, so nothing of the job is left in its buffer.
            if attempt.is_out(cuts):
                self._interrupted_bytes = 0
                return Outcome(JobState.PRINTED, attempt.warning)
            return self._cancel(attempt, Reason.NO_ACKNOWLEDGEMENT)
        if self._required_proof is None:
            self._capabilities = None  # the printer may have been replaced: probe again
        return Outcome(JobState.UNCERTAIN, Reason.NO_ACKNOWLEDGEMENT)

    def _cancel(self, attempt: _Attempt, reason: Reason) -> Outcome:
        self._interrupted_bytes = len(attempt.data)
        return Outcome(JobState.QUEUED, reason, ending=Ending.CANCELLED)

    def _recover(self, attempt: _Attempt) -> Outcome:
        """Find the outcome after a broken connection: connect again, clear the buffer, compare the counter."""
        self._interrupted_bytes = len(attempt.data)
        deadline = time.monotonic() + self._deadlines.recover
        while self._may_trust_counter(attempt) and time.monotonic() < deadline:
            try:
                cuts = self._cuts_after_break(attempt)
            except OSError:
                cuts = None
            if cuts is not None:
                if not attempt.is_out(cuts):
                    return Outcome(JobState.QUEUED, Reason.CONNECTION_LOST, ending=Ending.CANCELLED)
                self._interrupted_bytes = 0
                return Outcome(JobState.PRINTED, attempt.warning)
            time.sleep(_POLL_SECONDS)
        return Outcome(JobState.UNCERTAIN, Reason.CONNECTION_LOST)

    def _cuts_after_break(self, attempt: _Attempt) -> int | None:
        session = self._open()
        try:
            if session.condition() is None:
                return None
            session.clear()
            # An interrupted command takes the next bytes for its own: send enough to complete it.
            session.pad(len(attempt.data))
            return session.counter()
        finally:
            session.close(self._deadlines.close)

    def _may_trust_counter(self, attempt: _Attempt) -> bool:
        """Whether the counter is trusted to show that a slip was not printed."""
        return (
            attempt.cuts_before is not None and self._capabilities is not None and bool(self._capabilities.counts_cuts)
        )


def _is_proved(session: PrinterSession, attempt: _Attempt) -> bool:
    if attempt.proof is Proof.ACK:
        return attempt.process in session.replies.proofs
    return attempt.proof is Proof.FENCE and session.replies.fences > 1


def _is_nearly_done(session: PrinterSession, attempt: _Attempt) -> bool:
    """Whether everything before the cut is done."""
    return attempt.nearly in session.replies.proofs or session.replies.fences > 0


def _message(error: OSError) -> str:
    return error.strerror or "no connection"
