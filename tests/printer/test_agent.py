"""The print agent against a small server: whatever ends or begins anew, each job is one paper, and the server knows."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from printer.agent import main as agent_module
from printer.agent.job_store import AgentJobStore
from printer.agent.main import Agent, AgentTimings, main, systemd_unit
from printer.agent.pairing import keep_token, wait_for_approval
from printer.agent.server_client import ServerClient, job_from_json, printer_from_json, printer_to_json
from printer.ports import Capabilities, Health, JobState, PrinterConfig, PrinterHealth, Proof, slip_to_json
from printer.spooler import WorkerTimings
from tests.printer.agent_server import TOKEN, AgentServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from printer.ports import Slip
    from tests.printer.simulator import Simulator

PACE = AgentTimings(wait=5, first_pause=0.05, longest_pause=0.2, no_entry=0.1, health=0.3)
QUICK = WorkerTimings(poll=0.05, first_retry=0.05, longest_retry=0.2, report_retry=0.01)


@pytest.fixture
def server() -> Iterator[AgentServer]:
    """Running."""
    with AgentServer() as running:
        yield running


@pytest.fixture
def slip(make_slip: Callable[..., Slip]) -> dict[str, object]:
    """Return the JSON of a ticket."""
    return slip_to_json(make_slip())


def printer_at(url: str) -> dict[str, object]:
    """Return the JSON of a printer."""
    return printer_to_json(PrinterConfig(1, "kiosk", url, 80))


@dataclass
class AgentStarter:
    """Agents of a test."""

    server: AgentServer
    folder: Path
    running: list[tuple[Agent, AgentJobStore]] = field(default_factory=list)

    def __call__(self, names: dict[str, str] | None = None, timing: WorkerTimings = QUICK) -> AgentJobStore:
        store = AgentJobStore(self.folder / "jobs.db", names or {})
        agent = Agent(ServerClient(self.server.url, TOKEN), store, PACE, timing)
        self.running.append((agent, store))
        agent.start()
        return store

    def stop(self) -> None:
        """As at the end of the program."""
        while self.running:
            self.running.pop()[0].stop()


@pytest.fixture
def start(server: AgentServer, tmp_path: Path) -> Iterator[AgentStarter]:
    """Start an agent; all are stopped after the test."""
    started = AgentStarter(server, tmp_path)
    yield started
    started.stop()


def test_jobs_are_printed_and_told(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """By a printer that only this PC knows; health and capabilities too."""
    printer = simulate("full")
    server.printers = [printer_at("usb")]
    start(names={"usb": printer.url})
    for job_id in (1, 2):
        server.add(job_id, slip)
    assert server.until(lambda: len(server.reports) == 2)
    assert server.reports == [(1, "printed", ""), (2, "printed", "")]
    assert len(printer.pieces) == 2

    def has_capabilities() -> bool:
        printers = [printer for body in server.health for printer in body["printers"]]
        return any(printer["capabilities"] == {"proof": "ack", "counts_cuts": True} for printer in printers)

    assert server.until(has_capabilities)
    assert server.until(lambda: sum(printer["used_mm"] for body in server.health for printer in body["printers"]) > 160)
    assert {body["trouble"] for body in server.health} == {None}


def test_the_same_job_twice_is_one_paper(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """Its outcome is reported again; another ticket of that id (a restored server) is printed."""
    printer = simulate("full")
    server.printers = [printer_at(printer.url)]
    start()
    for again in range(1, 3):
        server.add(1, slip)
        assert server.until(lambda again=again: len(server.reports) == again)
    assert set(server.reports) == {(1, "printed", "")}
    assert len(printer.pieces) == 1
    server.add(1, {**slip, "label": "C-001"})
    assert server.until(lambda: len(server.reports) == 3)
    assert len(printer.pieces) == 2


def test_the_server_restarts(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """Claimed jobs are printed meanwhile and reported afterwards; then the agent goes on."""
    printer = simulate("full+paper_out")
    server.printers = [printer_at(printer.url)]
    store = start(timing=replace(QUICK, hand_over_after=10_000))

    def out() -> bool:
        return any(printer["state"] == "paper_out" for body in server.health for printer in body["printers"])

    server.add(1, slip)
    assert server.until(out)
    server.stop()
    printer.mode = "full"
    for _ in range(2000):
        if store.pending_reports():
            break
        store.report_pending.wait(0.01)
    server.start()
    server.add(2, slip)
    assert server.until(lambda: len(server.reports) >= 2)
    assert set(server.reports) == {(1, "printed", ""), (2, "printed", "")}
    assert len(printer.pieces) == 2


def test_nothing_came_of_it_here(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """After two tries it is given back; the server may choose another printer, or this one again."""
    printer = simulate("full+cover_open")
    server.printers = [printer_at(printer.url)]
    start()
    server.add(1, slip)
    assert server.until(lambda: server.reports[:1] == [(1, "queued", "cover_open")])
    printer.mode = "full"
    server.add(1, slip)
    assert server.until(lambda: (1, "printed", "") in server.reports)
    assert len(printer.pieces) == 1


def test_an_old_job_is_not_printed(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """The visitor has gone."""
    printer = simulate("full")
    server.printers = [printer_at(printer.url)]
    store = start()
    store._clock = iter(range(10**6, 10**9, 60)).__next__
    server.add(1, slip, expires_in=5)
    assert server.until(lambda: server.reports == [(1, "expired", "")])
    assert printer.pieces == []


@pytest.mark.parametrize(
    "change",
    [{"slip": {"kind": "poem"}}, {"printer": 9}, {"copy_no": -1}, {"extra": 1}, {"options": {"number_scale": 99}}],
)
def test_a_job_that_is_not_understood_fails(
    server: AgentServer, start: AgentStarter, slip: dict[str, object], change: dict[str, Any]
) -> None:
    """With a reason, and the agent goes on."""
    server.printers = [printer_at("tcp://127.0.0.1")]
    start()
    server.add(1, slip)
    server.queue[0].update(change)
    assert server.until(lambda: bool(server.reports))
    number, state, detail = server.reports[0]
    assert (number, state) == (1, "failed")
    assert detail.startswith("fault: ")


def test_a_report_that_comes_too_late_is_dropped(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object]
) -> None:
    """The server gave the job up meanwhile."""
    server.printers = [printer_at(simulate("full").url)]
    server.answers["/report"] = 409
    store = start()
    server.add(1, slip)
    assert server.until(
        lambda: bool(server.have and server.health and not store.unacknowledged_ids() and store.take_health_reports())
    )


@pytest.mark.parametrize("status", [401, 500])
def test_a_server_that_refuses_is_asked_again(
    server: AgentServer, start: AgentStarter, simulate: Callable[..., Simulator], slip: dict[str, object], status: int
) -> None:
    """For ever."""
    server.printers = [printer_at(simulate("full").url)]
    server.answers["/claim"] = status
    start()
    server.add(1, slip)
    assert not server.until(lambda: bool(server.reports), 0.3)
    del server.answers["/claim"]
    assert server.until(lambda: server.reports == [(1, "printed", "")])


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive its test."""
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def test_killed_between_sending_and_proof(
    server: AgentServer, simulate: Callable[..., Simulator], slip: dict[str, object], tmp_path: Path
) -> None:
    """`kill -9`: the job is uncertain, not printed again; its interrupted print is cut off before the next."""
    printer = simulate("full+freeze", after=200)
    server.printers = [printer_to_json(PrinterConfig(1, "kiosk", printer.url, 80, Capabilities(Proof.ACK, True)))]
    (tmp_path / "token").write_text(f"{TOKEN}\n", "utf-8")
    options = ["--server", server.url, "--token-file", str(tmp_path / "token"), "--data", str(tmp_path / "jobs.db")]
    command = [sys.executable, "-m", "printer", *options]
    folder = Path(agent_module.__file__).parents[1]
    with ended(subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)) as first:
        server.add(1, slip)
        while not printer.received_at:
            assert not server.until(lambda: bool(server.reports), 0.02)
        first.kill()
    printer.mend()
    with ended(subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)) as second:
        assert server.until(lambda: bool(server.reports))
        server.add(2, slip)
        assert server.until(lambda: len(server.reports) == 2)
        second.terminate()
        second.wait(30)
    assert server.reports == [(1, "uncertain", "fault: stopped"), (2, "printed", "")]
    assert ["BATAL" in piece.text for piece in printer.pieces] == [True, False]
    assert second.returncode == 0


# --- the file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AgentJobStore]:
    """With a printer and no job."""
    made = AgentJobStore(tmp_path / "jobs.db", {})
    made.set_printers([PrinterConfig(1, "kiosk", "tcp://127.0.0.1", 80)])
    yield made
    made.close()


def job(slip: dict[str, object], number: int = 1) -> dict[str, object]:
    """Return the JSON of a job."""
    fixed = {"copy_no": 1, "printer": 1, "options": {}, "clean_first": False, "expires_in": 120}
    return {"id": number, "slip": slip, **fixed}


def test_a_lost_answer_is_made_good(store: AgentJobStore, slip: dict[str, object]) -> None:
    """The server learns which jobs the agent holds, and can give again what was lost on the way."""
    store.accept(job(slip, 1))
    store.accept(job(slip, 2))
    assert store.unacknowledged_ids() == [1, 2]
    assert store.claim(1, "me", 60) is not None
    assert store.report(1, "me", JobState.PRINTED, "")
    assert store.unacknowledged_ids() == [1, 2], "the server does not know yet"
    (report,) = store.pending_reports()
    store.acknowledge(report)
    assert store.unacknowledged_ids() == [2]


def test_what_happens_while_it_is_told_is_told_too(store: AgentJobStore, slip: dict[str, object]) -> None:
    """The server asks about a job again just while it hears of it."""
    store.accept(job(slip))
    store.claim(1, "me", 60)
    store.report(1, "me", JobState.PRINTED, "")
    (report,) = store.pending_reports()
    store.accept(job(slip))
    store.acknowledge(report)
    assert [(again.job_id, again.state) for again in store.pending_reports()] == [(1, "printed")]


def test_paper_used_is_told_once(store: AgentJobStore) -> None:
    """Also if the server was away in between, and a new roll begins at nothing."""
    store.report_health(1, PrinterHealth(Health.OK, used_mm=100))
    store.report_health(1, PrinterHealth(Health.OK, used_mm=50))
    health = store.take_health_reports()
    assert health[1][0].used_mm == 150
    store.report_health(1, PrinterHealth(Health.OK, used_mm=7))
    store.restore_health_reports(health)
    assert store.take_health_reports()[1][0].used_mm == 157
    store.report_health(1, PrinterHealth(Health.OK, used_mm=3, new_roll=True))
    assert store.take_health_reports()[1][0] == PrinterHealth(Health.OK, used_mm=3, new_roll=True)
    assert store.take_health_reports()[1][0] == PrinterHealth(Health.OK)


def test_what_goes_over_the_wire_is_checked(slip: dict[str, object]) -> None:
    """There and back; what is missing or too much is a ValueError."""
    config = PrinterConfig(1, "kiosk", "usb", 58, Capabilities(Proof.FENCE, None))
    assert printer_from_json(printer_to_json(config)) == config
    assert job_from_json(job(slip), {1: config}).printer == config
    with pytest.raises(ValueError, match="copy_no is missing"):
        job_from_json({"id": 1, "printer": 1}, {1: config})
    with pytest.raises(ValueError, match="proof is not one of"):
        printer_from_json({**printer_to_json(config), "capabilities": {"proof": "trust me", "counts_cuts": None}})


# --- the command


def test_install_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The options are in it; the token is not."""
    token = tmp_path / "token"
    options = [
        "--server",
        "https://antrean.example.go.id",
        "--token-file",
        str(token),
        "--printer",
        "usb=usb://04b8:0e28",
    ]
    assert main([*options, "--install-unit"]) == 0
    text, errors = capsys.readouterr()
    assert "approve it" in errors
    token.write_text("secret")
    assert main([*options, "--install-unit"]) == 0
    assert capsys.readouterr() == (text, "")
    assert f"LoadCredential=token:{token}" in text
    assert "-m printer --server https://antrean.example.go.id" in text
    assert "--printer usb=usb://04b8:0e28" in text
    assert "Restart=always" in text
    assert systemd_unit("http://x", token, []) != text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--server", "ftp://x"], "http://HOST"),
        (["--server", "http://x", "--printer", "usb"], "NAME=ADDRESS"),
        (["--server", "http://x", "--printer", "usb=tcp://h?modell=x"], "did you mean 'model'"),
    ],
)
def test_mistakes_in_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    """A sentence, and exit code 2."""
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main([*options, "--token-file", str(tmp_path / "token"), "--data", str(tmp_path / "jobs.db")])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_without_a_token_it_shows_a_code_and_keeps_its_token(server: AgentServer, tmp_path: Path) -> None:
    messages: list[str] = []

    def say(text: str) -> None:
        messages.append(text)
        server.approved = "123 456" in text  # staff read the code and approve it

    server.stop()
    threading.Timer(0.3, server.start).start()  # the PC is up before the server
    token = wait_for_approval(ServerClient(server.url, ""), say, pause=0.02)
    assert token == TOKEN
    assert server.asked == [None, TOKEN]
    assert messages[0].startswith("No code yet, trying again: ")
    assert f"{server.url}/admin/displays?code=123456" in messages[1]
    assert messages[2] == "This print agent was approved."
    path = tmp_path / "token"
    keep_token(path, token)
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == (f"{TOKEN}\n", 0o600)
    with pytest.raises(FileExistsError):
        keep_token(path, "another")


def test_the_program_without_a_token(server: AgentServer, tmp_path: Path) -> None:
    """As started on a new PC: the code is on the console, and once approved it works."""
    options = ["--server", server.url, "--token-file", str(tmp_path / "token"), "--data", str(tmp_path / "jobs.db")]
    agent = subprocess.Popen(
        [sys.executable, "-m", "printer", *options], stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    try:
        assert agent.stderr is not None
        while "123 456" not in agent.stderr.readline():
            assert agent.poll() is None
        assert not (tmp_path / "token").exists()
        server.approved = True
        assert server.until(lambda: bool(server.have))
        assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    finally:
        agent.terminate()
        agent.communicate(timeout=30)


def test_needs_neither_database_nor_flask() -> None:
    """It installs on a kiosk's PC alone."""
    text = "import sys, printer.agent; print(sorted({'flask', 'sqlalchemy', 'queue_app', 'gevent'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
