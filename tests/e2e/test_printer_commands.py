"""`queue-app printer …` and `agent …` as a person types them, with real databases and a simulated printer."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from queue_app.cli import parser
from tests.printer.simulator import Simulator

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """Output of a command."""

    stdout: str
    stderr: str


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command, on a database if one is named, without a terminal to answer questions."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def start(*words: str, database: str = "", code: int = 0) -> Said:
        where = ["--database-url", database] if database else []
        returned = parser.main([*words, "--data-dir", str(tmp_path), *where])
        output = Said(*capsys.readouterr())
        assert returned == code, output
        return output

    return start


def test_from_nothing_to_a_paper_and_out_again(hall_url: str, run: Run) -> None:
    with Simulator("full") as paper:
        added = run("printer", "add", "info", paper.url, "--paper", "58", "--kiosk", "utama", database=hall_url)
        assert "acknowledges each slip" in added.stdout
        assert "proved it" in run("printer", "test", "info", database=hall_url).stdout
        assert len(paper.jobs) == 1
        assert b"58 mm, 384 dots" in paper.jobs[0]
        assert paper.most_connections == 1
    away = run("printer", "probe", "info", database=hall_url, code=1)
    assert "is it switched on" in away.stdout
    run("printer", "set", "info", "--address", "file:///dev/null", "--roll", "80", database=hall_url)
    listed = run("printer", "list", database=hall_url).stdout
    (line,) = (line for line in listed.splitlines() if line.startswith("info "))
    assert line.split()[-2:] == ["utama", "file:///dev/null"]
    assert "58 mm" in line
    unsure = run("printer", "remove", "info", database=hall_url, code=2)
    assert "Kiosk utama then prints nothing" in unsure.stderr
    assert "--yes" in unsure.stderr
    run("printer", "remove", "info", "--yes", database=hall_url)
    gone = run("printer", "test", "info", database=hall_url, code=2)
    assert "there is no such printer" in gone.stderr


def test_a_running_server_prints_the_test_and_no_second_connection_is_made(
    sqlite_hall_url: str, run: Run, start_server: Callable[..., object]
) -> None:
    with Simulator("full") as paper:
        run("printer", "set", "lobi", "--address", paper.url, database=sqlite_hall_url)
        start_server(sqlite_hall_url)
        end = time.monotonic() + 30
        while (
            "by the running server" not in (output := run("printer", "probe", "lobi", database=sqlite_hall_url)).stdout
        ):
            assert time.monotonic() < end, output.stdout
        assert "proved it" in run("printer", "test", "lobi", "--wait", "30", database=sqlite_hall_url).stdout
        assert len(paper.jobs) == 1
        assert paper.most_connections == 1
        # One that fails is left alone for a while: the next paper has no reason of its own.
        run("printer", "set", "lobi", "--address", "file:///no/folder/lobi", database=sqlite_hall_url)
        for _ in range(2):
            away = run("printer", "test", "lobi", "--wait", "3", database=sqlite_hall_url, code=1)
        assert "tried again for two minutes" in away.stdout
        assert "/no/folder/lobi cannot be written" in away.stdout


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("full", 0, "acknowledges each slip"),
        ("full+paper_out", 1, "load a new roll"),
        ("full+cover_open", 1, "close it"),
        ("status+paper_low", 0, "have a new roll ready"),
        ("mute", 0, "proof=none"),
    ],
)
def test_a_printer_that_is_not_added_yet_says_how_it_is(run: Run, mode: str, code: int, words: str) -> None:
    with Simulator(mode) as paper:
        assert words in run("printer", "probe", paper.url, code=code).stdout
        assert paper.jobs == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("printer", "add", "x", "tcp://10.0.0.5?modell=epson"), "did you mean 'model'?"),
        (("printer", "add", "x", "10.0.0.5"), "a printer's address begins with one of"),
        (("printer", "add", "utama", "file:///dev/null"), "there is a printer “utama” already"),
        (("printer", "add", "x", "file:///dev/null", "--kiosk", "mars"), "there is no kiosk “mars”"),
        (("printer", "set", "mars", "--paper", "58"), "there is no such printer"),
        (("printer", "discover", "/etc"), "is tcp://HOST:9100"),
        (("agent", "add", "kiosk 1"), "“code” must be"),
        (("agent", "revoke", "mars", "--yes"), "there is no such print agent"),
    ],
)
def test_what_is_wrong_is_a_sentence(sqlite_hall_url: str, run: Run, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in run(*words, database=sqlite_hall_url, code=2).stderr


def test_before_there_is_a_database_the_next_step_is_named(run: Run) -> None:
    assert "db upgrade" in run("printer", "list", code=2).stderr


def test_looking_around_tries_what_is_named(run: Run, free_port: int) -> None:
    with Simulator() as paper:
        host = paper.url.removeprefix("tcp://")
        result = run("printer", "discover", host, f"127.0.0.1:{free_port}").stdout
    assert f"printer add CODE {paper.url}" in result
    assert f"tcp://127.0.0.1:{free_port}" in result
    assert "is it switched on" in result


def test_a_print_agent_from_its_token_to_its_end(sqlite_hall_url: str, run: Run) -> None:
    added = run("agent", "add", "kiosk-1", "--name", "PC kios", database=sqlite_hall_url)
    assert len(added.stdout.split()) == 1, "the token alone, to be put into a file"
    assert "queue-printer --server" in added.stderr
    run("printer", "set", "lobi", "--address", "agent://kiosk-1/usb", database=sqlite_hall_url)
    assert "never seen" in run("agent", "list", database=sqlite_hall_url, code=1).stdout
    assert "does not report" in run("printer", "list", database=sqlite_hall_url, code=1).stdout
    waiting = run("printer", "test", "lobi", "--wait", "0", database=sqlite_hall_url, code=1)
    assert "print agent kiosk-1 has not fetched it" in waiting.stdout
    assert "its print agent does not report" in waiting.stdout
    assert (
        "Printer lobi then prints nothing" in run("agent", "revoke", "kiosk-1", database=sqlite_hall_url, code=2).stderr
    )
    run("agent", "revoke", "kiosk-1", "--yes", database=sqlite_hall_url)
    assert "revoked" in run("agent", "list", database=sqlite_hall_url).stdout


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("y\n", 0)])
def test_who_sits_at_a_terminal_is_asked(sqlite_hall_url: str, tmp_path: Path, answer: str, code: int) -> None:
    master, slave = pty.openpty()
    os.write(master, answer.encode())
    words = ("printer", "remove", "lobi", "--data-dir", str(tmp_path), "--database-url", sqlite_hall_url)
    result = subprocess.run(
        [sys.executable, "-m", "queue_app.cli", *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        stdin=slave,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    os.close(master)
    os.close(slave)
    assert result.returncode == code
    assert "[y/N]" in result.stdout
    assert ("Nothing was changed" in result.stdout) == (code == 1)


def test_the_doctor_says_what_a_printer_needs(sqlite_hall_url: str, run: Run, free_port: int) -> None:
    with Simulator("full+paper_out") as empty, Simulator("mute") as mute:
        run("printer", "set", "utama", "--address", empty.url, database=sqlite_hall_url)
        run("printer", "set", "lobi", "--address", mute.url, database=sqlite_hall_url)
        run("printer", "add", "away", f"tcp://127.0.0.1:{free_port}", database=sqlite_hall_url)
        output = run("doctor", "--port", str(free_port), database=sqlite_hall_url, code=1).stdout
    for words in ("load a new roll", "proof=none", "is it switched on", "3 thing(s) to do"):
        assert words in output
    assert "ticket fonts" in output


def test_a_logo_from_a_file(sqlite_hall_url: str, run: Run, tmp_path: Path) -> None:
    good, bad, paper = tmp_path / "logo.png", tmp_path / "bad.png", tmp_path / "paper"
    Image.new("L", (64, 32), 0).save(good)
    bad.write_bytes(b"\x89PNG\r\n\x1a\n and more")
    output = run("printer", "logo", str(good), "--width", "128", "--agency", "disdukcapil", database=sqlite_hall_url)
    assert "128 x 64 dots" in output.stdout
    assert "no PNG" in run("printer", "logo", str(bad), database=sqlite_hall_url, code=2).stderr
    assert "cannot be read" in run("printer", "logo", str(paper), database=sqlite_hall_url, code=2).stderr
    assert "--remove" in run("printer", "logo", database=sqlite_hall_url, code=2).stderr
    strange = run("printer", "logo", str(good), "--agency", "mars", database=sqlite_hall_url, code=2)
    assert "there is no agency “mars”" in strange.stderr
    run("printer", "logo", "--remove", "--agency", "disdukcapil", database=sqlite_hall_url)
