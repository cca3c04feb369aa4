"""The spooler, with a source of jobs in memory.

One file, because every test stands on the same source, printers and clock.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from printer.ports import Capabilities, Health, Job, JobState, PrinterConfig, PrinterHealth, Proof
from printer.spooler import Spooler, WorkerTimings
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from printer.ports import Slip

QUICK = WorkerTimings(poll=0.05, first_retry=0.05, longest_retry=0.2, report_retry=0.01)
# Only a notification can be quick with this interval.
DROWSY = WorkerTimings(poll=30)


class Source:
    """Jobs in memory."""

    def __init__(self, slip: Slip) -> None:
        self.configs: list[PrinterConfig] = []
        self.reports: list[tuple[int, JobState, str]] = []
        self.claims = 0
        self.lost = False
        self.broken = 0
        self.health: dict[int, list[PrinterHealth]] = {}
        self.capabilities: dict[int, Capabilities] = {}
        self.alternative: int | None = None
        self._slip = slip
        self.rounds = 0
        """How often the spooler has waited for a notification."""
        self._queued: deque[Job] = deque()
        self._sending: dict[int, Job] = {}
        self._lock = threading.Condition()
        self._changed = False

    def add_printer(self, url: str, paper_mm: int = 80) -> int:
        """Returns its number."""
        number = len(self.configs) + 1
        self.configs = [*self.configs, PrinterConfig(number, f"p{number}", url, paper_mm)]
        return number

    def add_job(self, job_id: int, printer_id: int, *, clean_first: bool = False) -> None:
        """Queue a job and notify."""
        with self._lock:
            job = Job(job_id, 1, self._slip, self.configs[printer_id - 1], clean_first=clean_first)
            self._queued.append(job)
            self._changed = True
            self._lock.notify_all()

    def ended(self, count: int = 1, *, seconds: float = 30) -> list[tuple[int, JobState, str]]:
        """Reports of jobs that are over, when there are so many."""
        with self._lock:
            self._lock.wait_for(lambda: len(self._over()) >= count, seconds)
            return sorted(self._over())

    def _over(self) -> list[tuple[int, JobState, str]]:
        return [report for report in self.reports if report[1] is not JobState.QUEUED]

    def printers(self) -> list[PrinterConfig]:
        return self.configs

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> Job | None:
        assert owner == "me"
        assert lease_seconds >= 30
        with self._lock:
            self.claims += 1
            if self.broken:
                self.broken -= 1
                raise ConnectionError("database is away")
            job = next((job for job in self._queued if job.printer.id == printer_id), None)
            if job is not None:
                self._queued.remove(job)
                self._sending[job.id] = job
            return job

    def report(self, job_id: int, owner: str, state: JobState, detail: str) -> bool:
        with self._lock:
            job = self._sending.pop(job_id)
            self.reports.append((job_id, state, detail))
            if state is JobState.QUEUED:
                self._queued.appendleft(job)
            self._lock.notify_all()
            return not self.lost

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        with self._lock:
            if self.alternative is None:
                return False
            job = self._sending.pop(job_id)
            self.reports.append((job_id, JobState.QUEUED, f"handed over: {detail}"))
            self._queued.append(dataclasses.replace(job, printer=self.configs[self.alternative - 1]))
            self._changed = True
            self._lock.notify_all()
            return True

    def may_poll(self, printer_id: int, owner: str) -> bool:
        return True

    def report_health(self, printer_id: int, health: PrinterHealth) -> None:
        with self._lock:
            self.health.setdefault(printer_id, []).append(health)
            self._lock.notify_all()

    def report_capabilities(self, printer_id: int, capabilities: Capabilities) -> None:
        with self._lock:
            self.capabilities[printer_id] = capabilities
            self._lock.notify_all()

    def until(self, what: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait for something that is reported."""
        with self._lock:
            return self._lock.wait_for(what, seconds)

    def pass_rounds(self, count: int) -> None:
        """Wait until the spooler has woken its workers so many times more."""
        before = self.rounds
        assert self.until(lambda: self.rounds >= before + count)

    def wait(self, timeout: float) -> None:
        with self._lock:
            self.rounds += 1
            self._lock.notify_all()
            self._lock.wait_for(lambda: self._changed, timeout)
            self._changed = False


@pytest.fixture
def source(make_slip: Callable[..., Slip]) -> Source:
    """No printers and no jobs yet."""
    return Source(make_slip())


@pytest.fixture
def run(source: Source) -> Iterator[Callable[..., Spooler]]:
    """Start a spooler on the source; stopped after the test."""
    started: list[Spooler] = []

    def start(timing: WorkerTimings = QUICK, **options: Any) -> Spooler:
        spooler = Spooler(source, "me", timing=timing, **options)
        started.append(spooler)
        spooler.start()
        return spooler

    yield start
    for spooler in started:
        spooler.stop()


def test_jobs_in_order_one_connection_at_a_time(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """Ten tickets, none lost, none double."""
    printer = simulate("ack")
    number = source.add_printer(f"{printer.url}?proof=ack")
    run()
    for job_id in range(1, 11):
        source.add_job(job_id, number)
    assert source.ended(10) == [(job_id, JobState.PRINTED, "") for job_id in range(1, 11)]
    assert [report[0] for report in source.reports] == list(range(1, 11))
    assert printer.most_connections == 1


def test_one_hung_printer_blocks_nobody(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """While one hangs and one has no paper, the third prints."""
    hung = source.add_printer(f"{simulate('hang').url}?proof=ack")
    empty = source.add_printer(simulate("paper_out").url)
    good = source.add_printer(simulate("full").url)
    run()
    source.add_job(1, hung)
    source.add_job(2, empty)
    for job_id in range(3, 8):
        source.add_job(job_id, good)
    assert source.ended(5) == [(job_id, JobState.PRINTED, "") for job_id in range(3, 8)]


def test_a_notification_is_enough(source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]) -> None:
    """Nothing waits for the next poll, which is half a minute away."""
    number = source.add_printer(simulate("full").url)
    run(DROWSY)
    for job_id in range(1, 21):
        source.add_job(job_id, number)
        assert len(source.ended(job_id)) == job_id


def test_not_sent_is_tried_again(source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]) -> None:
    """Paper is loaded: the same job comes out, once, without anyone's help."""
    printer = simulate("full+paper_out")
    number = source.add_printer(printer.url)
    run()
    source.add_job(1, number)
    assert source.until(lambda: len(source.reports) >= 3)
    assert set(source.reports) == {(1, JobState.QUEUED, "paper_out")}
    printer.mode = "full"
    assert source.ended() == [(1, JobState.PRINTED, "")]
    assert len(printer.jobs) == 1


def test_another_printer_takes_over(source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]) -> None:
    """After two tries of which nothing came, and those behind it too."""
    empty = source.add_printer(simulate("full+paper_out").url)
    other = simulate("full")
    source.alternative = source.add_printer(other.url)
    run()
    source.add_job(1, empty)
    source.add_job(2, empty)
    assert source.ended(2) == [(1, JobState.PRINTED, ""), (2, JobState.PRINTED, "")]
    tries = [detail for _, state, detail in source.reports if state is JobState.QUEUED]
    assert tries[:2] == ["paper_out", "handed over: paper_out"]
    assert len(other.pieces) == 2


def test_what_may_come_out_is_not_handed_over(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """Held in the printer: a second paper elsewhere would be a double."""
    number = source.add_printer(simulate("ack+no_clear+jam", after=50).url)
    source.alternative = source.add_printer(simulate("full").url)
    run()
    source.add_job(1, number)
    assert source.ended() == [(1, JobState.HELD, "paper_out")]


def test_staff_see_how_a_printer_is(source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]) -> None:
    """An idle printer is asked; the paper that was used, and that there is a new roll."""
    printer = simulate("full")
    number = source.add_printer(printer.url)
    run(dataclasses.replace(QUICK, status_poll=0.05))
    assert source.until(lambda: source.capabilities.get(number) == Capabilities(Proof.ACK))
    source.add_job(1, number)
    assert source.ended() == [(1, JobState.PRINTED, "")]
    assert source.until(lambda: any(health.used_mm > 80 for health in source.health[number]))
    assert source.until(lambda: source.capabilities[number] == Capabilities(Proof.ACK, counts_cuts=True))
    printer.mode = "full+paper_low"
    assert source.until(lambda: source.health[number][-1] == PrinterHealth(Health.NEAR_END, "paper_low"))
    printer.mode = "full+paper_out"
    assert source.until(lambda: source.health[number][-1].state is Health.PAPER_OUT)
    printer.mode = "full"
    assert source.until(lambda: any(health.new_roll for health in source.health[number]))
    assert len(printer.jobs) == 1, "looking prints nothing"


def test_a_paper_in_the_mouth_is_watched(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """The printer is looked at again and again until it was taken, though otherwise it would be left alone."""
    printer = simulate("full+presenter")
    number = source.add_printer(f"{printer.url}?model=custom")
    run(dataclasses.replace(QUICK, status_poll=600, presenter_poll=0.05))
    source.add_job(1, number)
    assert source.ended() == [(1, JobState.PRINTED, "not_taken")]
    assert source.until(lambda: source.health[number][-2:] == [PrinterHealth(Health.OK, "not_taken")] * 2)
    printer.machine.take_paper()
    assert source.until(lambda: source.health[number][-1] == PrinterHealth(Health.OK))


def test_a_roll_may_be_changed_before_it_is_empty(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """Low, open, and not low any more; the cover alone tells nothing of the roll."""
    printer = simulate("full+cover_open")
    number = source.add_printer(printer.url)
    run(dataclasses.replace(QUICK, status_poll=0.05))

    def becomes(mode: str, state: Health) -> None:
        printer.mode = mode
        assert source.until(lambda: source.health[number][-1].state is state, 20)

    assert source.until(lambda: number in source.health, 20)
    becomes("full", Health.OK)
    becomes("full+paper_low", Health.NEAR_END)
    becomes("full", Health.OK)
    becomes("full+paper_low", Health.NEAR_END)
    assert not any(health.new_roll for health in source.health[number])
    becomes("full+cover_open", Health.COVER_OPEN)
    becomes("full", Health.OK)
    assert source.until(lambda: any(health.new_roll for health in source.health[number]), 20)


def test_a_piece_of_a_dead_spooler_is_cut_off(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """The source says that the job before was being sent when its spooler died."""
    printer = simulate("full")
    number = source.add_printer(printer.url)
    run()
    source.add_job(1, number, clean_first=True)
    assert source.ended() == [(1, JobState.PRINTED, "")]
    assert ["BATAL" in piece.text for piece in printer.pieces] == [True, False]


def test_printers_of_agents_are_left_alone(source: Source, run: Callable[..., Spooler], tmp_path: Path) -> None:
    """Their jobs are not claimed here."""
    source.add_printer("agent://kiosk-1/usb")
    number = source.add_printer((tmp_path / "lp0").as_uri())
    run()
    source.add_job(1, 1)
    source.add_job(2, number)
    assert source.ended() == [(2, JobState.PRINTED, "")]


def test_back_off_ignores_notifications(
    source: Source, run: Callable[..., Spooler], simulate: Callable[..., Any]
) -> None:
    """A busy hall does not make a printer in trouble be asked a hundred times a second."""
    number = source.add_printer(simulate("cover_open").url)
    run(WorkerTimings(poll=0.02, first_retry=10))
    for job_id in range(1, 6):
        source.add_job(job_id, number)
        source.pass_rounds(2)
    assert source.until(lambda: bool(source.reports))
    source.pass_rounds(2)
    assert source.reports == [(1, JobState.QUEUED, "cover_open")]


def test_a_new_printer_needs_no_restart(source: Source, run: Callable[..., Spooler], tmp_path: Path) -> None:
    """And one that was taken away is left alone."""
    run()
    number = source.add_printer((tmp_path / "lp0").as_uri())
    source.add_job(1, number)
    assert source.ended() == [(1, JobState.PRINTED, "")]
    source.configs = []
    source.pass_rounds(2)  # and who is claiming ends meanwhile
    claims = source.claims
    source.pass_rounds(4)
    assert source.claims == claims


def test_a_mistake_fails_one_job(
    source: Source, run: Callable[..., Spooler], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker lives on."""
    number = source.add_printer((tmp_path / "lp0").as_uri())
    with monkeypatch.context() as patch:
        patch.setattr("printer.transport.payload.lay_out", lambda *_, **__: 1 / 0)
        run()
        source.add_job(1, number)
        source.ended()
    source.add_job(2, number)
    assert source.ended(2) == [
        (1, JobState.FAILED, "fault: ZeroDivisionError: division by zero"),
        (2, JobState.PRINTED, ""),
    ]


@pytest.mark.parametrize(
    ("url", "paper", "detail"),
    [("usb://1", 80, "bad_address: a USB printer's address"), ("file:///tmp/x", 72, "fault: ValueError: paper of 72")],
)
def test_wrong_settings_fail_the_job(
    source: Source, run: Callable[..., Spooler], url: str, paper: int, detail: str
) -> None:
    """With a sentence that helps."""
    number = source.add_printer(url, paper)
    run()
    source.add_job(1, number)
    ((_, state, text),) = source.ended()
    assert state is JobState.FAILED
    assert text.startswith(detail)


def test_a_wrong_address_is_told_with_the_job_and_not_with_the_next_look(
    source: Source, run: Callable[..., Spooler], tmp_path: Path
) -> None:
    """Of an agent's printer nobody else knows better."""
    number = source.add_printer((tmp_path / "lp0").as_uri())
    run()
    source.add_job(1, number)
    source.ended()
    source.configs = [replace(source.configs[0], url="usb://1")]
    source.add_job(2, number)
    assert source.until(lambda: source.health[number][-1].detail.startswith("bad_address: a USB"))
    assert source.health[number][-1].state is Health.ERROR


def test_the_source_is_away_for_a_while(source: Source, run: Callable[..., Spooler], tmp_path: Path) -> None:
    """A database that restarts does not end the printing."""
    number = source.add_printer((tmp_path / "lp0").as_uri())
    source.broken = 2
    run()
    source.add_job(1, number)
    assert source.ended() == [(1, JobState.PRINTED, "")]


def test_a_lost_lease_is_said(
    source: Source, run: Callable[..., Spooler], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log; the job belongs to another process now."""
    source.lost = True
    number = source.add_printer((tmp_path / "lp0").as_uri())
    run()
    source.add_job(1, number)
    source.ended()
    wait_until(lambda: "lease of job 1 lost" in caplog.text, "a line in the log")


def test_pictures_are_drawn_elsewhere(source: Source, run: Callable[..., Spooler], tmp_path: Path) -> None:
    """By `offload`; bytes are not worth it."""
    offloaded = []

    def offload(work: Callable[[], Any]) -> Any:
        offloaded.append(1)
        return work()

    picture = source.add_printer(f"preview://{tmp_path}")
    bare = source.add_printer((tmp_path / "lp0").as_uri())
    run(offload=offload)
    source.add_job(1, picture)
    source.add_job(2, bare)
    assert [state for _, state, _ in source.ended(2)] == [JobState.PRINTED] * 2
    assert offloaded == [1]
    assert (tmp_path / "1.png").read_bytes().startswith(b"\x89PNG")


def test_stop_finishes_the_job_in_hand(source: Source, simulate: Callable[..., Any]) -> None:
    """And claims no other."""
    printer = simulate("mute")
    number = source.add_printer(printer.url)
    spooler = Spooler(source, "me", timing=QUICK)
    spooler.start()
    source.add_job(1, number)
    source.add_job(2, number)
    wait_until(lambda: source.reports or source._sending, "a claim")
    spooler.stop()
    assert source.reports == [(1, JobState.SENT, "")]


GREENLETS = """
import gevent.monkey; gevent.monkey.patch_all()
import time, gevent
from gevent.event import Event
from printer.ports import Capabilities, Health, Job, JobState, PrinterConfig, PrinterHealth, Proof
from printer.spooler import Spooler
from printer.ports import Slip
hung, path = {hung!r}, {path!r}
printers = [PrinterConfig(1, "a", hung, 80), PrinterConfig(2, "b", "preview://" + path, 58)]
slip = Slip.from_json({slip!r})
jobs = {{1: [Job(1, 1, slip, printers[0])], 2: [Job(2, 2, slip, printers[1])]}}
changed, done = Event(), Event()
class Source:
    def printers(self): return printers
    def claim(self, printer, owner, lease): return jobs[printer].pop() if jobs[printer] else None
    def report(self, job, owner, state, detail): print(job, state.value); done.set(); return True
    def may_poll(self, printer, owner): return False
    def report_health(self, printer, health): pass
    def wait(self, timeout): changed.wait(timeout); changed.clear()
pool = gevent.get_hub().threadpool
spooler = Spooler(Source(), "me", gevent.spawn, lambda work: pool.apply(work))
spooler.start()
assert done.wait(10)
"""


def test_among_greenlets(make_slip: Callable[..., Slip], simulate: Callable[..., Any], tmp_path: Path) -> None:
    """As in the server: a hung printer does not stop the others, and pictures come from native threads."""
    text = GREENLETS.format(hung=f"{simulate('hang').url}?proof=ack", path=str(tmp_path), slip=make_slip().to_json())
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("2 printed\n", "")
