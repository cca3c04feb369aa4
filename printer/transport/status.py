"""Status queries and answers of printers, by family.

Answers carry no name. Each kind is recognised by its fixed bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from printer.ports import Ending, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PRINTER, CAUSE, PAPER, FULL = 1, 2, 4, 20
"""Subjects of a query: the printer, why it is off line, its paper; FULL only for Custom's kiosk printers."""
_FIXED, _STATUS = 0x93, 0x12
_OFF_LINE = 0x08
_COVER_OPEN, _FEEDING, _PAPER_STOP, _ERROR = 0x04, 0x08, 0x20, 0x40
# Some clones set only one bit of each pair.
_PAPER_LOW, _PAPER_OUT = 0x0C, 0x60
_ID_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 4

INITIALISE = b"\x1b@"
NO_AUTOMATIC_STATUS = b"\x1da\x00"
FENCE = b"\x1dr\x01"
CUT_COUNTER = b"\x1dg2\x00\x32\x00"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""Clear the buffer of everything that is not printed yet; executed at once, even off line."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Condition of a printer: the fault that prevents printing (None: none), and what staff should know."""

    fault: Reason | None = None
    near_end: bool = False
    ticket_waiting: bool = False
    """The presenter holds a slip that nobody has taken."""

    @property
    def warning(self) -> Reason | None:
        """Reason of an outcome that is good in spite of it: `paper_low`, or None."""
        return Reason.PAPER_LOW if self.near_end else None

    @property
    def remarks(self) -> str:
        """Remarks about a printer that prints: `paper_low`, `not_taken`, both, or empty."""
        return ": ".join(filter(None, (self.warning, Ending.NOT_TAKEN if self.ticket_waiting else "")))


class StatusCodec(Protocol):
    """Queries and parses the status of a family of printers."""

    def __call__(self, ask: Callable[[int], bytes | None], /) -> Condition | None:
        """Return the printer's condition; None if it does not answer. `ask` sends one query (see `question`)."""
        ...


def epson(ask: Callable[[int], bytes | None]) -> Condition | None:
    """Query by `DLE EOT` 1, then 4 (paper), and 2 (the cause) if off line; nearly every printer supports this."""
    printer = ask(PRINTER)
    if printer is None:
        return None
    paper = (ask(PAPER) or b"\0")[0]
    if paper & _PAPER_OUT:
        return Condition(Reason.PAPER_OUT)
    if printer[0] & _OFF_LINE:
        return Condition(_cause((ask(CAUSE) or b"\0")[0]))
    return Condition(near_end=bool(paper & _PAPER_LOW))


def custom(ask: Callable[[int], bytes | None]) -> Condition | None:
    """Query by `DLE EOT 20`, the full status of Custom's kiosk printers: paper, user, two kinds of errors."""
    full = ask(FULL)
    if full is None:
        return None
    paper, user, recoverable, unrecoverable = full[2:6]
    if paper & 0x01:
        fault: Reason | None = Reason.PAPER_OUT
    elif user & 0x03:
        fault = Reason.COVER_OPEN
    elif recoverable & 0x49 or unrecoverable:
        fault = Reason.PRINTER_ERROR  # head, power or jam; cutter or memory
    else:
        fault = None
    return Condition(fault, near_end=bool(paper & 0x44), ticket_waiting=bool(paper & 0x20))


def no_status(ask: Callable[[int], bytes | None]) -> Condition | None:
    """Return None: the printer is not queried."""
    return None


STATUS_CODECS: Mapping[str, StatusCodec] = {
    "epson": epson,
    "custom": custom,
    # Nippon's own acknowledgement of jobs is not used: no manual was at hand. They answer Epson's queries.
    "nippon": epson,
    "none": no_status,
}


def status_query(subject: int) -> bytes:
    """Return the bytes that query a status; printers answer them even in the middle of a job."""
    return bytes((0x10, 0x04, subject))


def is_answer(byte: int) -> bool:
    """Whether a byte answers `question`: an automatic status or flow control has other fixed bits."""
    return byte & _FIXED == _STATUS


def _cause(answer: int) -> Reason:
    causes = (
        (_COVER_OPEN, Reason.COVER_OPEN),
        (_PAPER_STOP, Reason.PAPER_OUT),
        (_ERROR, Reason.PRINTER_ERROR),
        (_FEEDING, Reason.OFF_LINE),
    )
    return next((reason for bit, reason in causes if answer & bit), Reason.OFF_LINE)


def process_id(job_id: int) -> bytes:
    """Return four characters that distinguish a job from those printed shortly before it."""
    characters = []
    for _ in range(_ID_LENGTH):
        job_id, remainder = divmod(job_id, len(_ID_CHARACTERS))
        characters.append(_ID_CHARACTERS[remainder])
    return "".join(reversed(characters)).encode("ascii")


def proof_request(process: bytes) -> bytes:
    """Return the bytes that request an acknowledgement with these four characters when all before is printed."""
    return b"\x1d(H\x06\x00\x30\x30" + process
