"""A long day with a bad printer: nothing lost silently, nothing doubled unmarked, no fragment before a ticket."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from printer.paper.document import PAPER_SIZES
from printer.paper.ticket import interrupted_mark, lay_out
from printer.ports import JobState
from printer.transport import escpos
from printer.transport.connection import TcpConnector
from printer.transport.delivery import Deadlines, EscposTransport
from printer.transport.printer_models import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.ports import Slip
    from tests.printer.printer_emulator import Piece
    from tests.printer.simulator import Simulator

TICKETS = 160
QUICK = Deadlines(answer=1, print_seconds=0.01, proof=0.2, recover=10, ask_again=0.02, longest_transfer=0.02)
FAULTS = {
    "": 10,
    "paper_out": 2,
    "cover_open": 1,
    "offline": 1,
    "jam": 4,
    "lid": 2,
    "drop": 4,
    "cycle": 3,
    "swallow": 1,
}
PAPER = PAPER_SIZES[58]
TORN = escpos.encode(interrupted_mark(), PAPER)
ADDRESS = re.compile(r"http://mpp\.test/t/(\d+)")


class Ticket:
    """A rendered job."""

    def __init__(self, job_id: int, data: bytes) -> None:
        self.job_id = job_id
        self._data = data

    def png(self) -> bytes:
        return b""

    def bytes(self) -> bytes:
        return self._data

    def interrupted_mark(self) -> bytes:
        return TORN


def misbehave(printer: Simulator, dice: random.Random, size: int) -> None:
    """Something happens to the next ticket, or nothing."""
    (fault,) = dice.choices(list(FAULTS), list(FAULTS.values()))
    if fault in ("jam", "lid", "drop", "cycle"):
        # Often at the end, where it is hardest to say what came out.
        printer.arm(fault, dice.choice((dice.randint(1, size), size + dice.randint(-5, 25))))
    elif fault == "swallow":
        printer.machine.swallow = True
    elif fault:
        printer.machine.condition = fault


@pytest.mark.parametrize(("rung", "seed"), [("full", 1), ("ack", 2)])
def test_a_long_day(simulate: Callable[..., Simulator], make_slip: Callable[..., Slip], rung: str, seed: int) -> None:
    """Two of 160 tickets, at the printer's full speed; random faults, the same ones in each run."""
    dice, printer = random.Random(seed), simulate(rung)
    transport = EscposTransport(TcpConnector("127.0.0.1", printer.port), MODELS["generic"], deadlines=QUICK)
    states: dict[int, JobState] = {}
    for number in range(TICKETS):
        slip = make_slip(label=f"B-{number:03}", url=f"http://mpp.test/t/{number:03}")
        job = Ticket(number, escpos.encode(lay_out(slip, PAPER), PAPER))
        while states.get(number, JobState.QUEUED) is JobState.QUEUED:
            misbehave(printer, dice, len(job.bytes()))
            states[number] = transport.deliver(job).state
            printer.mend()
            printer.machine.swallow = False
    assert_honest(states, printer.pieces)
    kinds = Counter(states.values())
    assert kinds[JobState.PRINTED] > TICKETS / 2
    assert set(kinds) <= {JobState.PRINTED, JobState.UNCERTAIN}


def assert_honest(states: dict[int, JobState], pieces: list[Piece]) -> None:
    """No ticket called printed is missing, none is there twice, and each piece is a whole ticket or says BATAL."""
    whole: Counter[int] = Counter()
    for piece in pieces:
        if "BATAL" in piece.text:
            assert set(piece.text.partition("BATAL")[2].split()) <= {"BATAL"}, "nothing else follows the mark"
            continue
        assert piece.text.count("NOMOR ANTREAN") == 1
        assert piece.lines[0].startswith("Mal Pelayanan")
        (address,) = piece.qr
        match = ADDRESS.fullmatch(address)
        assert match is not None
        whole[int(match[1])] += 1
    lost = [
        number for number, state in states.items() if state in (JobState.PRINTED, JobState.HELD) and not whole[number]
    ]
    assert lost == []
    assert [number for number, count in whole.items() if count > 1] == []
