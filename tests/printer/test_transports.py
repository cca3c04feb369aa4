"""Delivery: against a simulated network printer, into files and into a folder of pictures."""

from __future__ import annotations

import dataclasses
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from printer import status
from printer.face import JobState, Outcome, Reason
from printer.network import Deadlines, TcpTransport
from printer.transports import PICTURES_KEPT, FileTransport, PreviewTransport, open_transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUICK = Deadlines(connect=1, answer=0.15, write=0.3, proof=0.3, close=0.3)
DATA = b"\x1b@A-012\n\x1dVB\x00"


@dataclass
class Paperwork:
    """A job that is already rendered."""

    job_id: int = 7
    data: bytes = DATA

    def png(self) -> bytes:
        return b"picture"

    def bytes(self) -> bytes:
        return self.data


def tcp(simulator: Any, *, status: bool = True, proof: bool = False) -> TcpTransport:
    """A transport that does not make tests wait."""
    return TcpTransport("127.0.0.1", simulator.port, ask_status=status, want_proof=proof, deadlines=QUICK)


@pytest.mark.parametrize(
    ("mode", "proof", "state", "detail"),
    [
        ("ok", False, JobState.SENT, ""),
        ("mute", False, JobState.SENT, ""),
        ("hang", False, JobState.SENT, ""),
        ("chatty", False, JobState.SENT, ""),
        ("paper_low", False, JobState.SENT, "paper_low"),
        ("ack", True, JobState.PRINTED, ""),
        ("chatty", True, JobState.PRINTED, ""),
        ("paper_out", True, JobState.QUEUED, "paper_out"),
        ("paper_out_clone", False, JobState.QUEUED, "paper_out"),
        ("cover_open", True, JobState.QUEUED, "cover_open"),
        ("error", False, JobState.QUEUED, "printer_error"),
        ("offline", False, JobState.QUEUED, "off_line"),
        ("jam", True, JobState.HELD, "paper_out"),
        ("ok", True, JobState.UNCERTAIN, "no_acknowledgement"),
        ("mute", True, JobState.UNCERTAIN, "no_acknowledgement"),
    ],
)
def test_states_are_honest(simulate: Callable[..., Any], mode: str, proof: bool, state: JobState, detail: str) -> None:
    """Printed only with proof, queued only if nothing was sent."""
    printer = simulate(mode)
    assert tcp(printer, proof=proof).deliver(Paperwork()) == Outcome(state, detail)
    if state is JobState.QUEUED:
        assert printer.jobs == []


def test_the_bytes_arrive(simulate: Callable[..., Any]) -> None:
    """Whole, once, and the request for proof with the job's id after them."""
    printer = simulate("ack")
    assert tcp(printer, proof=True).deliver(Paperwork(job_id=36)).state is JobState.PRINTED
    assert printer.jobs == [DATA + b"\x1d(H\x06\x00000010"]


@pytest.mark.parametrize("proof", [False, True])
@pytest.mark.parametrize(("after", "ask", "state"), [(0, True, JobState.QUEUED), (1, True, JobState.UNCERTAIN)])
def test_broken_off(simulate: Callable[..., Any], after: int, ask: bool, state: JobState, proof: bool) -> None:
    """Before the first byte it may be tried again; after it a person has to look."""
    printer = simulate("break", after=after)
    outcome = tcp(printer, status=ask, proof=proof).deliver(Paperwork())
    assert outcome == Outcome(state, Reason.CONNECTION_LOST)


def test_nobody_there(free_port: int) -> None:
    """Nothing was sent."""
    outcome = TcpTransport("127.0.0.1", free_port, ask_status=True, want_proof=False).deliver(Paperwork())
    assert outcome.state is JobState.QUEUED
    assert outcome.detail.startswith(Reason.UNREACHABLE)


def test_silence_of_one_that_used_to_answer(simulate: Callable[..., Any]) -> None:
    """A printer that answered before and says nothing now is not trusted with a ticket."""
    printer = simulate("ok")
    transport = tcp(printer)
    assert transport.deliver(Paperwork()).state is JobState.SENT
    printer.mode = "mute"
    assert transport.deliver(Paperwork()) == Outcome(JobState.QUEUED, Reason.NO_ANSWER)


def test_a_printer_that_takes_no_more(simulate: Callable[..., Any]) -> None:
    """A deadline ends the write; what came out is not known."""
    started = time.monotonic()
    outcome = tcp(simulate("hang"), status=False).deliver(Paperwork(data=b"x" * 30_000_000))
    assert outcome == Outcome(JobState.UNCERTAIN, Reason.TIME_OUT)
    assert time.monotonic() - started < 2


def test_deadlines_fit_into_a_lease() -> None:
    """The slowest delivery ends long before somebody else may take the job."""
    deadlines = Deadlines()
    steps = sum(dataclasses.astuple(deadlines)) + 5 * deadlines.answer
    assert steps < 30


def test_proofs_of_neighbouring_jobs_differ() -> None:
    """And each is what the printer sends back for the id in the request."""
    proofs = {status.proof(job_id) for job_id in range(2000)}
    assert len(proofs) == 2000
    assert status.proof(71) == b"\x37\x22001Z\x00"
    assert status.process_id(10**12).isalnum()


# --- files and pictures


def test_file_is_appended_to(tmp_path: Path) -> None:
    """Job after job."""
    transport = open_transport((tmp_path / "a b").as_uri())
    assert [transport.deliver(Paperwork()), transport.deliver(Paperwork())] == [Outcome(JobState.PRINTED)] * 2
    assert (tmp_path / "a b").read_bytes() == DATA * 2


def test_file_needs_its_folder(tmp_path: Path) -> None:
    """A device that is not plugged in: nothing was sent, and no folder is made."""
    outcome = FileTransport(tmp_path / "gone" / "lp0").deliver(Paperwork())
    assert outcome.state is JobState.QUEUED
    assert outcome.detail.startswith("not_writable: ")
    assert list(tmp_path.iterdir()) == []


def test_device_that_hangs(tmp_path: Path) -> None:
    """A pipe that takes something and then no more, and one that nobody reads at all."""
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    assert FileTransport(pipe).deliver(Paperwork()).state is JobState.QUEUED
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = FileTransport(pipe, deadline=0.1).deliver(Paperwork(data=b"x" * 1_000_000))
    finally:
        os.close(reader)
    assert outcome.state is JobState.UNCERTAIN
    assert outcome.detail.startswith(Reason.TIME_OUT)


def test_pictures(tmp_path: Path) -> None:
    """One for each job, the oldest forgotten, what else is in the folder left alone, no half pictures."""
    folder = tmp_path / "made" / "here"
    transport = open_transport(f"preview://{folder}")
    for job_id in range(PICTURES_KEPT + 3):
        assert transport.deliver(Paperwork(job_id)) == Outcome(JobState.PRINTED)
        (folder / "mine.png").touch()
    names = {path.name for path in folder.iterdir()}
    assert names == {"mine.png", *(f"{job_id}.png" for job_id in range(3, PICTURES_KEPT + 3))}
    assert (folder / "7.png").read_bytes() == b"picture"


def test_pictures_cannot_be_kept(tmp_path: Path) -> None:
    """A file is in the folder's place."""
    (tmp_path / "x").touch()
    assert PreviewTransport(tmp_path / "x").deliver(Paperwork()).state is JobState.QUEUED


# --- addresses


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("usb://04b8:0e28", "tcp://, file://, preview://"),
        ("10.0.0.5:9100", "begins with one of"),
        ("", "begins with one of"),
        ("tcp://10.0.0.5?baud=9600", "allows only status, ack"),
        ("tcp://10.0.0.5?ack=maybe", "yes or no"),
        ("tcp://10.0.0.5?ack=yes&ack=no", "given once"),
        ("tcp://10.0.0.5?ack", "yes or no"),
        ("tcp://:9100", "tcp://HOST:9100"),
        ("tcp://me@host", "tcp://HOST:9100"),
        ("tcp://host/queue", "tcp://HOST:9100"),
        ("tcp://host:99999", "[Pp]ort"),
        ("tcp://host#1", "no # part"),
        ("file://lp0", "three slashes"),
        ("file:///", "three slashes"),
        ("file:///dev/usb/lp0?status=yes", "allows none"),
        ("preview:///x?keep=3", "allows none"),
    ],
)
def test_wrong_address(url: str, hint: str) -> None:
    """The message says what is allowed."""
    with pytest.raises(ValueError, match=hint):
        open_transport(url)


@pytest.mark.parametrize("url", ["tcp://10.0.0.5", "tcp://[::1]:9100/?status=no&ack=yes", "file:///dev/usb/lp0"])
def test_right_address(url: str) -> None:
    """Nothing is connected to yet."""
    assert open_transport(url)
