"""The commands as a person types them: a wrong value is named, a stop is quick, the doctor says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "queue_app.cli", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["--port", "99999"], {}, "--port is “99999”: it must be between 1 and 65535."),
        (["--port", "eighty"], {}, "--port is “eighty”"),
        (["--host", "a b"], {}, "--host is “a b”"),
        (["--database-url", "mysql://x/y"], {}, "--database-url is “mysql://x/y”"),
        (["--transport", "pigeon"], {}, "--transport is “pigeon”: it must be one of lean, stock."),
        (["--workers", "0"], {}, "--workers is “0”"),
        (["--workers", "2"], {}, "SQLite lets only one process write at a time"),
        (["--public-url", "antrean"], {}, "--public-url is “antrean”"),
        (["--data-dir", "/proc/nowhere"], {}, "--data-dir is “/proc/nowhere”"),
        ([], {"QUEUE_APP_PORT": "x"}, "QUEUE_APP_PORT is “x”"),
        ([], {"QUEUE_APP_PROT": "80"}, "QUEUE_APP_PROT is not a setting"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(arguments, environment, sentence, tmp_path) -> None:
    folder = [] if "--data-dir" in arguments else ["--data-dir", str(tmp_path)]
    result = run("serve", *arguments, *folder, **environment)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_is_away_is_a_sentence(free_port) -> None:
    result = run("serve", "--database-url", f"postgresql://queue@127.0.0.1:{free_port}/queue", "--data-dir", "/tmp")
    assert result.returncode == 2
    assert "cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_is_a_sentence(sqlite_hall_url, start_server, tmp_path) -> None:
    server = start_server(sqlite_hall_url)
    result = run("serve", "--port", str(server.port), "--data-dir", str(tmp_path))
    assert result.returncode == 2
    assert "is the server running already?" in result.stderr


def test_from_nothing_to_a_working_account(tmp_path) -> None:
    folder = ("--data-dir", str(tmp_path))
    assert "run python3 -m queue_app db upgrade" in run("db", "check", *folder).stdout
    assert run("db", "upgrade", *folder).returncode == 0
    assert run("db", "check", *folder).returncode == 0
    plan = str(ROOT / "queue_app" / "demo" / "mpp_tabanan.json")
    loaded = run("hall", "load", plan, "--password-stdin", *folder, given="a-first-password\n")
    assert loaded.returncode == 0, loaded.stderr
    again = run("hall", "load", plan, "--password-stdin", *folder, given="a-first-password\n")
    assert "holds a hall already" in again.stderr
    account = ("staff", "add", "sari", "--name", "Ni Luh Sari", "--agency", "disdukcapil", "--password-stdin", *folder)
    assert "at least 10 characters" in run(*account, given="short\n").stderr
    assert "can sign in now" in run(*account, given="a-long-password\n").stdout
    assert "is taken" in run(*account, given="a-long-password\n").stderr


def test_the_doctor_says_what_to_do(tmp_path, free_port) -> None:
    folder = ("--data-dir", str(tmp_path), "--port", str(free_port))
    sick = run("doctor", *folder)
    assert sick.returncode == 1
    assert "run: python3 -m queue_app db upgrade" in sick.stdout
    run("db", "upgrade", "--demo", *folder)
    well = run("doctor", *folder)
    assert well.returncode == 0, well.stdout
    assert "Asia/Makassar" in well.stdout
    assert "All is well." in well.stdout


def test_the_stop_does_not_wait_for_the_screens(sqlite_hall_url, start_server, listen) -> None:
    server = start_server(sqlite_hall_url)
    boards = [listen(server.port, "board:utara") for _ in range(20)]
    assert len(boards) == 20
    assert server.stop() < 6


def test_an_empty_hall_serves_its_pages(tmp_path, start_server, api) -> None:
    server = start_server(f"sqlite:///{tmp_path / 'empty.db'}")
    assert api(server.port).call("GET", "/catalogue")[1]["agencies"] == []
    assert api(server.port).call("GET", "/zones/utara/board")[0] == 404


def test_the_access_log_is_off(sqlite_hall_url, start_server, api) -> None:
    server = start_server(sqlite_hall_url)
    client = api(server.port)
    issued = client.issue(1, "quiet-visitor-1")
    client.close()  # else the stop would wait for it
    server.stop()  # and so has written what it had to
    log = server.log.read_text("utf-8")
    assert "GET /" not in log
    assert issued["ticket"]["token"] not in log
