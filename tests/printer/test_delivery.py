"""Delivery against a simulated printer: every fault at every level of proof gives the correct state."""

from __future__ import annotations

import dataclasses
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from printer.paper.document import PAPER_SIZES
from printer.paper.ticket import interrupted_mark, lay_out
from printer.ports import Capabilities, Ending, Health, JobState, Outcome, PrinterHealth, Proof, Reason
from printer.transport import escpos, status
from printer.transport.connection import TcpConnector
from printer.transport.delivery import Deadlines, EscposTransport
from printer.transport.device_file import SerialConnector
from printer.transport.printer_models import MODELS, Model
from tests.printer.simulator import black_hole
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from printer.ports import Slip
    from tests.printer.simulator import Simulator

# Long where an answer is expected, short where silence is.
T = TypeVar("T")
QUICK = Deadlines(
    connect=2,
    answer=0.5,
    write=0.2,
    print_seconds=0.1,
    proof=0.3,
    recover=3,
    close=0.3,
    ask_again=0.2,
    longest_transfer=0.2,
)
# Where nothing but silence is expected anyway.
HASTY = dataclasses.replace(QUICK, answer=0.1)
LEVELS = ("full", "ack", "fence", "status", "mute")
PAPER = PAPER_SIZES[80]
KNOWN = {
    "full": Capabilities(Proof.ACK, counts_cuts=True),
    "ack": Capabilities(Proof.ACK, counts_cuts=False),
    "fence": Capabilities(Proof.FENCE, counts_cuts=False),
    "status": Capabilities(Proof.STATUS, counts_cuts=False),
    "mute": None,
}


@dataclass
class Ticket:
    """A job that is rendered already."""

    job_id: int
    data: bytes

    def png(self) -> bytes:
        return b"picture"

    def interrupted_mark(self) -> bytes:
        return escpos.encode(interrupted_mark(), PAPER)

    def bytes(self) -> bytes:
        return self.data


@pytest.fixture
def ticket(make_slip: Callable[..., Slip]) -> Callable[..., Ticket]:
    """Return a function that makes a ticket of a number; its web address has the number too."""

    def make(number: int = 7) -> Ticket:
        slip = make_slip(label=f"B-{number:03}", url=f"http://mpp.test/t/{number:03}")
        return Ticket(number, escpos.encode(lay_out(slip, PAPER), PAPER))

    return make


def tcp(
    simulator: Simulator,
    level: str = "",
    *,
    model: Model | None = None,
    proof: Proof | None = None,
    deadlines: Deadlines = QUICK,
) -> EscposTransport:
    """Make a transport with short deadlines, with the capabilities of a level of proof if one is named."""
    port = TcpConnector("127.0.0.1", simulator.port)
    model = model or MODELS["generic"]
    return EscposTransport(port, model, proof=proof, capabilities=KNOWN.get(level), deadlines=deadlines)


GOOD = {"full": "printed", "ack": "printed", "fence": "sent", "status": "sent", "mute": "sent"}
LOW = {
    **dict.fromkeys(("full", "ack"), "printed paper_low"),
    "fence": "sent paper_low",
    "status": "sent paper_low",
    "mute": "sent",
}
# Before the first byte: everybody who can be asked says so, and nothing is sent.
BEFORE = dict.fromkeys(LEVELS[:-1], "queued {}")
# The paper stops in the middle: taken back where that is sure, else left to come out.
MIDDLE = {**dict.fromkeys(("full", "ack", "fence"), "queued {}: cancelled"), "status": "held {}", "mute": "sent"}
LOST = "uncertain connection_lost"
FAULTS: dict[str, dict[str, str]] = {
    "": GOOD,
    "chatty": GOOD,
    "paper_low": LOW,
    "paper_out": {**{level: text.format("paper_out") for level, text in BEFORE.items()}, "mute": "sent"},
    "paper_out_clone": {**{level: text.format("paper_out") for level, text in BEFORE.items()}, "mute": "sent"},
    "cover_open": {**{level: text.format("cover_open") for level, text in BEFORE.items()}, "mute": "sent"},
    "error": {**{level: text.format("printer_error") for level, text in BEFORE.items()}, "mute": "sent"},
    "offline": {**{level: text.format("off_line") for level, text in BEFORE.items()}, "mute": "sent"},
    "hang": {**{level: text.format("no_answer") for level, text in BEFORE.items()}, "mute": "sent"},
    "jam": {level: text.format("paper_out") for level, text in MIDDLE.items()},
    "lid": {level: text.format("cover_open") for level, text in MIDDLE.items()},
    "jam+no_clear": {**dict.fromkeys(("full", "ack", "fence", "status"), "held paper_out"), "mute": "sent"},
    "drop": {**dict.fromkeys(LEVELS, LOST), "full": "queued connection_lost: cancelled"},
    "cycle": {**dict.fromkeys(LEVELS, LOST), "full": "queued connection_lost: cancelled"},
    "freeze": {**dict.fromkeys(LEVELS, "uncertain no_answer"), "mute": "sent"},
    "swallow": {
        "full": "queued no_acknowledgement: cancelled",
        "ack": "uncertain no_acknowledgement",
        "fence": "uncertain no_acknowledgement",
        "status": "sent",
        "mute": "sent",
    },
}
ROWS = [(fault, level, states[level]) for fault, states in FAULTS.items() for level in LEVELS]


@pytest.mark.parametrize(("fault", "level", "expected"), ROWS, ids=[f"{row[0] or 'fine'}-{row[1]}" for row in ROWS])
def test_every_fault_at_every_level(
    simulate: Callable[..., Simulator], ticket: Callable[..., Ticket], fault: str, level: str, expected: str
) -> None:
    """Printed only with proof, queued only if no whole paper comes of it."""
    printer = simulate("+".join(filter(None, (level, fault))), after=90)
    silent = level == "mute" or fault == "hang"
    outcome = tcp(printer, level, deadlines=HASTY if silent else QUICK).deliver(ticket())
    state, _, detail = expected.partition(" ")
    assert (outcome.state, outcome.detail) == (JobState(state), detail)
    whole = [piece for piece in printer.pieces if "http://mpp.test/t/007" in piece.qr]
    if outcome.state is JobState.PRINTED:
        assert len(whole) == 1
    if outcome.state is JobState.QUEUED:
        printer.mend()
        assert not [piece for piece in printer.pieces if "http://mpp.test/t/007" in piece.qr]


@pytest.mark.parametrize("level", LEVELS)
def test_probing_finds_the_level(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket], level: str) -> None:
    """Once, and what an unknown command leaves behind is not on the paper."""
    printer = simulate(level)
    transport = tcp(printer)
    outcomes = [transport.deliver(ticket(number)) for number in (1, 2)]
    assert [outcome.state for outcome in outcomes] == [JobState(GOOD[level])] * 2
    assert transport.capabilities == KNOWN[level]
    assert [piece.lines[0] for piece in printer.pieces] == ["Mal Pelayanan Publik Kabupaten Tabanan"] * 2
    assert all(ticket(number).data in job for number, job in zip((1, 2), printer.jobs, strict=True))


def test_a_counter_that_stands_still_is_not_trusted(
    simulate: Callable[..., Simulator], ticket: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some answer the question and count something else; a paper would be called taken back that came out."""
    printer = simulate("full")
    monkeypatch.setattr(type(printer.machine), "cuts", property(lambda _: 5, lambda *_: None), raising=False)
    transport = tcp(printer)
    assert transport.deliver(ticket()).state is JobState.PRINTED
    assert transport.capabilities == Capabilities(Proof.ACK, counts_cuts=False)


def test_the_counter_is_proof_for_a_fence(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """It read everything, and it cut: that is a paper."""
    printer = simulate("fence")
    printer.machine.traits = dataclasses.replace(printer.machine.traits, counts=True)
    assert tcp(printer).deliver(ticket()).state is JobState.PRINTED


@pytest.mark.parametrize("level", ["full", "ack", "fence", "status"])
def test_a_torn_piece_is_marked_and_cut_off(
    simulate: Callable[..., Simulator], ticket: Callable[..., Ticket], level: str
) -> None:
    """The next ticket begins on a clean edge, even if the piece ended in the middle of a command."""
    for after in (3, 60, 200, 300):
        printer = simulate(f"{level}+drop", after=after)
        transport = tcp(printer, level)
        assert transport.deliver(ticket(1)).state in (JobState.UNCERTAIN, JobState.QUEUED)
        assert transport.deliver(ticket(2)).state in (JobState.PRINTED, JobState.SENT)
        torn, whole = printer.pieces
        assert "BATAL" in torn.text
        assert torn.qr == [] or after > 200
        assert whole.qr == ["http://mpp.test/t/002"]
        assert "B-001" not in whole.text
        assert whole.lines[0].startswith("Mal Pelayanan")


def test_dropped_after_every_25th_byte(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """Whole or cancelled, never in between, and never two whole ones."""
    size = len(ticket().data)
    for after in range(1, size + 25, 25):
        printer = simulate("full+drop", after=after)
        transport = tcp(printer, "full")
        states = [transport.deliver(ticket()).state]
        while states[-1] is JobState.QUEUED:
            states.append(transport.deliver(ticket()).state)
        assert states[-1] is JobState.PRINTED
        whole = [piece for piece in printer.pieces if "BATAL" not in piece.text]
        assert [piece.qr for piece in whole] == [["http://mpp.test/t/007"]]
        assert whole[0].lines[0].startswith("Mal")


@pytest.mark.parametrize("level", ["full", "ack", "fence"])
def test_a_fault_between_the_last_line_and_the_proof(
    simulate: Callable[..., Simulator], ticket: Callable[..., Ticket], level: str
) -> None:
    """It may be cut or not: a person is asked, rather than a second paper printed here or elsewhere."""
    size = len(ticket().data)
    states = []
    for after in range(size - 8, size + 16):
        printer = simulate(f"{level}+jam", after=after)
        outcome = tcp(printer, level).deliver(ticket())
        states.append(outcome.state)
        assert not printer.pieces or outcome.state is not JobState.QUEUED
    assert set(states) >= {JobState.QUEUED, JobState.UNCERTAIN}


def test_held_comes_out_by_itself(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """Paper is loaded, and it is there, once, whole; the one behind it follows."""
    printer = simulate("ack+no_clear+jam", after=100)
    transport = tcp(printer, "ack")
    assert transport.deliver(ticket(1)).state is JobState.HELD
    assert transport.deliver(ticket(2)) == Outcome(JobState.QUEUED, Reason.PAPER_OUT)
    printer.mend()
    assert transport.deliver(ticket(2)).state is JobState.PRINTED
    assert [piece.qr for piece in printer.pieces] == [["http://mpp.test/t/001"], ["http://mpp.test/t/002"]]


def test_a_slow_line(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """Paced, on a printer that serves one connection at a time."""
    printer = simulate("full", baud=38400)
    transport = tcp(printer, "full")
    assert [transport.deliver(ticket(number)).state for number in (1, 2)] == [JobState.PRINTED] * 2
    assert printer.most_connections == 1


def test_a_serial_line(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """The same protocol through a terminal."""
    printer = simulate("full", serial=True)
    port = SerialConnector(Path(printer.path), 9600, "none")
    transport = EscposTransport(port, MODELS["generic"], deadlines=QUICK)
    assert [transport.deliver(ticket(number)).state for number in (1, 2)] == [JobState.PRINTED] * 2
    printer.mode = "full+paper_out"
    assert transport.deliver(ticket(3)) == Outcome(JobState.QUEUED, Reason.PAPER_OUT)
    assert transport.check_status() == PrinterHealth(Health.PAPER_OUT, "paper_out")


def test_a_serial_printer_that_holds_its_hand_up(
    ticket: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads: a deadline ends the write, no whole paper can come of it, and a close that waits is not waited for.

    A pseudo-terminal keeps nothing back; a USB adapter's driver would keep a paper, and its close takes half a minute.
    """
    kept = [100]
    monkeypatch.setattr("printer.transport.device_file._unsent", lambda _: kept[0])
    closed = threading.Event()

    def slow_to_close(work: Callable[[], T]) -> T:
        if getattr(work, "func", None) is os.close:
            closed.wait(10)
        return work()

    master, slave = os.openpty()
    try:
        port = SerialConnector(Path(os.ttyname(slave)), 9600, "rtscts", slow_to_close)
        transport = EscposTransport(port, MODELS["generic"], proof=Proof.NONE, deadlines=QUICK)
        job = Ticket(1, ticket().data * 200)
        assert transport.deliver(ticket()) == Outcome(JobState.QUEUED, Reason.TIME_OUT)
        assert transport.deliver(job) == Outcome(JobState.QUEUED, Reason.UNREACHABLE, "the printer takes nothing")
        closed.set()
        kept[0] = 3

        def reached() -> Outcome | None:
            outcome = transport.deliver(job)
            return None if outcome.detail.startswith("unreachable") else outcome

        outcome = wait_until(reached, "the end of the old line")
        assert outcome is not None
        assert outcome.detail == "time_out: cancelled"
    finally:
        os.close(master)
        os.close(slave)


def test_nobody_there(free_port: int, ticket: Callable[..., Ticket]) -> None:
    """Nothing was sent, and the printer is off line."""
    transport = EscposTransport(TcpConnector("127.0.0.1", free_port), MODELS["generic"], deadlines=QUICK)
    assert transport.deliver(ticket()).detail.startswith(Reason.UNREACHABLE)
    assert transport.check_status().state is Health.OFFLINE


def test_a_black_hole(ticket: Callable[..., Ticket]) -> None:
    """It does not even say that it is not there: a deadline ends the call, and nothing was sent."""
    with black_hole() as port:
        quick = dataclasses.replace(QUICK, connect=0.2)
        transport = EscposTransport(TcpConnector("127.0.0.1", port), MODELS["generic"], deadlines=quick)
        assert transport.deliver(ticket()) == Outcome(JobState.QUEUED, Reason.UNREACHABLE, "no connection")
        assert transport.check_status().state is Health.OFFLINE


def test_a_printer_that_takes_no_more(simulate: Callable[..., Simulator]) -> None:
    """A deadline ends the write; the cut never left, so no whole paper comes of it."""
    outcome = tcp(simulate("hang"), proof=Proof.NONE).deliver(Ticket(1, b"x" * 30_000_000))
    assert outcome == Outcome(JobState.QUEUED, Reason.TIME_OUT, ending=Ending.CANCELLED)


def test_another_printer_stands_there_now(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """One that cannot acknowledge: one job is uncertain, then it is probed anew."""
    printer = simulate("ack")
    transport = tcp(printer)
    assert transport.deliver(ticket(1)).state is JobState.PRINTED
    printer.mode = "status"
    assert transport.deliver(ticket(2)).state is JobState.UNCERTAIN
    assert transport.deliver(ticket(3)).state is JobState.SENT
    assert transport.capabilities == KNOWN["status"]


def test_somebody_else_left_a_piece(simulate: Callable[..., Simulator], ticket: Callable[..., Ticket]) -> None:
    """A spooler died while it was sending: the next one cleans first."""
    printer = simulate("full")
    printer.machine.take(ticket(1).data[:150])
    transport = tcp(printer, "full")
    transport.mark_interrupted()
    assert transport.deliver(ticket(2)).state is JobState.PRINTED
    torn, whole = printer.pieces
    assert "BATAL" in torn.text
    assert whole.qr == ["http://mpp.test/t/002"]


@pytest.mark.parametrize(
    ("mode", "health"),
    [
        ("full", PrinterHealth(Health.OK)),
        ("status+paper_low", PrinterHealth(Health.NEAR_END, "paper_low")),
        ("status+paper_out_clone", PrinterHealth(Health.PAPER_OUT, "paper_out")),
        ("ack+cover_open", PrinterHealth(Health.COVER_OPEN, "cover_open")),
        ("ack+error", PrinterHealth(Health.ERROR, "printer_error")),
        ("ack+offline", PrinterHealth(Health.OFFLINE, "off_line")),
        ("mute", PrinterHealth(Health.UNKNOWN, "no_answer")),
    ],
)
def test_look(simulate: Callable[..., Simulator], mode: str, health: PrinterHealth) -> None:
    """For staff, without a paper."""
    printer = simulate(mode)
    assert tcp(printer).check_status() == health
    assert printer.pieces == []


@pytest.mark.parametrize(
    ("condition", "health"),
    [
        ("fine", "ok"),
        ("paper_low", "near_end"),
        ("paper_out", "paper_out"),
        ("cover_open", "cover_open"),
        ("error", "error"),
    ],
)
def test_kiosk_printers_of_custom(simulate: Callable[..., Simulator], condition: str, health: str) -> None:
    """They are asked for their full status."""
    assert tcp(simulate(f"fence+custom+{condition}"), model=MODELS["custom"]).check_status().state == health


@pytest.mark.parametrize(
    ("level", "condition", "held", "taken"),
    [
        ("full", "fine", "printed not_taken", "printed "),
        ("fence", "paper_low", "sent paper_low: not_taken", "sent paper_low"),
        ("status", "fine", "sent not_taken", "sent "),
    ],
)
def test_a_paper_in_the_mouth_of_the_printer(
    simulate: Callable[..., Simulator],
    ticket: Callable[..., Ticket],
    level: str,
    condition: str,
    held: str,
    taken: str,
) -> None:
    """Reported with the print and until the slip is taken; never by a model of the family without a presenter."""
    quick = dataclasses.replace(QUICK, present=0.3)
    printer = simulate(f"{level}+presenter+{condition}")
    transport = tcp(printer, model=MODELS["custom"], deadlines=quick)
    outcome = transport.deliver(ticket(1))
    assert (outcome.state, outcome.detail) == parted(held)
    assert "not_taken" in transport.check_status().detail
    printer.machine.take_paper()
    assert "not_taken" not in transport.check_status().detail
    plain = simulate(f"{level}+custom+{condition}")
    outcome = tcp(plain, model=MODELS["custom"], deadlines=quick).deliver(ticket(1))
    assert (outcome.state, outcome.detail) == parted(taken)


def parted(words: str) -> tuple[JobState, str]:
    state, _, detail = words.partition(" ")
    return JobState(state), detail


def test_deadlines_fit_into_a_lease() -> None:
    """The slowest delivery ends long before another process may claim the job."""
    deadlines = Deadlines()
    longest = deadlines.longest_transfer
    before = deadlines.connect + 8 * deadlines.answer
    after = (
        deadlines.write
        + deadlines.print_seconds
        + deadlines.proof
        + deadlines.present
        + deadlines.recover
        + 6 * deadlines.answer
    )
    assert before + longest + after < 60
    assert len(dataclasses.fields(deadlines)) == 11


def test_proofs_of_neighbouring_jobs_differ() -> None:
    """And each is what the printer sends back for the id in the request."""
    assert len({status.process_id(job_id) for job_id in range(2000)}) == 2000
    assert status.process_id(71) == b"001Z"
    assert status.process_id(10**12).isalnum()
