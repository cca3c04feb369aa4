"""What an ESC/POS printer says about itself (`DLE EOT n`), and its proof that a job is on paper (`GS ( H`)."""

from __future__ import annotations

from printer.face import Reason

PRINTER, CAUSE, PAPER = 1, 2, 4
"""What can be asked: the printer, why it is off line, its paper."""
_FIXED, _STATUS = 0x93, 0x12  # these bits are the same in every answer, and in nothing else a printer sends
_OFF_LINE = 0x08
_COVER_OPEN, _FEEDING, _PAPER_STOP, _ERROR = 0x04, 0x08, 0x20, 0x40
# Some clones set only one bit of each pair.
_PAPER_LOW, _PAPER_OUT = 0x0C, 0x60
_ID_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 4


def question(subject: int) -> bytes:
    """The bytes that ask for a status; printers answer them even in the middle of a job."""
    return bytes((0x10, 0x04, subject))


def is_answer(byte: int) -> bool:
    """Whether a byte answers `question`: an automatic status or flow control has other fixed bits."""
    return byte & _FIXED == _STATUS


def is_off_line(answer: int) -> bool:
    """Whether the answer about the printer says that it does not print."""
    return bool(answer & _OFF_LINE)


def cause(answer: int | None) -> Reason:
    """Why a printer is off line, by its answer about the cause."""
    causes = (
        (_COVER_OPEN, Reason.COVER_OPEN),
        (_PAPER_STOP, Reason.PAPER_OUT),
        (_ERROR, Reason.PRINTER_ERROR),
        (_FEEDING, Reason.OFF_LINE),
    )
    return next((reason for bit, reason in causes if (answer or 0) & bit), Reason.OFF_LINE)


def is_paper_out(answer: int | None) -> bool:
    """Whether the answer about the paper says that there is none."""
    return bool((answer or 0) & _PAPER_OUT)


def is_paper_low(answer: int | None) -> bool:
    """Whether the answer about the paper says that the roll is near its end."""
    return bool((answer or 0) & _PAPER_LOW)


def process_id(job_id: int) -> bytes:
    """Four characters that tell a job from those printed shortly before it."""
    signs = []
    for _ in range(_ID_LENGTH):
        job_id, rest = divmod(job_id, len(_ID_SIGNS))
        signs.append(_ID_SIGNS[rest])
    return "".join(reversed(signs)).encode("ascii")


def proof_wanted(job_id: int) -> bytes:
    """The bytes that ask for proof when everything before them is printed."""
    return b"\x1d(H\x06\x00\x30\x30" + process_id(job_id)


def proof(job_id: int) -> bytes:
    """The bytes that are the proof."""
    return b"\x37\x22" + process_id(job_id) + b"\x00"
