"""The print agent: prints on the printer of a kiosk's PC, without database server and without Flask.

`python3 -m printer` or `queue-printer`. It connects out to the server, so the PC needs no open port.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from printer.agent.job_store import AgentJobStore
from printer.agent.pairing import keep_token, wait_for_approval
from printer.agent.server_client import RequestRefused, ServerClient, health_json
from printer.paper.raster import missing_feature
from printer.ports import JobState
from printer.spooler import Spooler, WorkerTimings
from printer.transport.address import is_for_agent, parse_address

_log = logging.getLogger("printer.agent")
# Statuses after which a report is not repeated: the job is no longer this agent's, or never was.
_NO_LONGER_OURS = (404, 409, 410)
_NO_ENTRY = (401, 403)
SYSTEMD_UNIT = """\
[Unit]
Description=Queue App print agent
Wants=network-online.target
After=network-online.target

[Service]
DynamicUser=yes
SupplementaryGroups=lp dialout
StateDirectory=queue-printer
LoadCredential=token:{token}
WorkingDirectory={folder}
ExecStart={command}
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class AgentTimings:
    """Intervals of the agent's requests, in seconds."""

    wait: int = 20
    """How long the server may hold a claim open before it answers that there is no job."""
    first_pause: float = 1.0
    longest_pause: float = 15.0
    no_entry: float = 30.0
    """Pause after the server refused the token."""
    health: float = 20.0
    """Longest time between two health reports to the server."""


class Agent:
    """Fetches jobs, prints them and reports their outcomes; runs until stopped, whatever the server does."""

    def __init__(
        self,
        server: ServerClient,
        store: AgentJobStore,
        timings: AgentTimings | None = None,
        worker_timings: WorkerTimings | None = None,
    ) -> None:
        self._server = server
        self._store = store
        self._timings = timings or AgentTimings()
        self._spooler = Spooler(store, f"agent:{os.getpid()}", timing=worker_timings)
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start fetching, printing and reporting in background threads."""
        if uncertain := self._store.recover():
            _log.warning("%s jobs were being sent when the agent stopped; they are uncertain", uncertain)
        self._spooler.start()
        for work in (self._fetch, self._report):
            threading.Thread(target=self._for_ever, args=(work,), daemon=True).start()

    def stop(self) -> None:
        """Finish the job being printed, and claim no other."""
        self._stopping.set()
        self._store.report_pending.set()
        self._spooler.stop()

    def wait(self) -> None:
        """Block until the agent is stopped."""
        while not self._stopping.wait(3600):
            pass

    def _for_ever(self, work: Callable[[], None]) -> None:
        """Repeat `work` until the agent stops, with growing pauses while it fails."""
        pause = self._timings.first_pause
        while not self._stopping.is_set():
            try:
                work()
                pause = self._timings.first_pause
                continue
            except RequestRefused as error:
                _log.error("%s%s", error, ": is the token right?" if error.status in _NO_ENTRY else "")
                delay = self._timings.no_entry if error.status in _NO_ENTRY else pause
            except OSError as error:
                _log.warning("the server cannot be reached: %s", error)
                delay = pause
            except Exception:
                _log.exception("something is wrong, trying again")
                delay = pause
            self._stopping.wait(delay)
            pause = min(pause * 2, self._timings.longest_pause)

    def _fetch(self) -> None:
        claim = self._server.claim(self._timings.wait, self._store.unacknowledged_ids())
        self._store.set_printers(claim.printers)
        if claim.job is None:
            return
        try:
            self._store.accept(claim.job)
        except (ValueError, KeyError) as error:
            _log.error("a job is not understood: %s", error)
            number = claim.job.get("id")
            if isinstance(number, int):
                self._server.report(number, JobState.FAILED, f"fault: {error}"[:200])

    def _report(self) -> None:
        self._store.report_pending.wait(self._timings.health)
        self._store.report_pending.clear()
        for report in self._store.pending_reports():
            try:
                self._server.report(report.job_id, report.state, report.detail)
            except RequestRefused as error:
                if error.status not in _NO_LONGER_OURS:
                    self._store.report_pending.set()
                    raise
                _log.warning("job %s (%s) is not this agent's any more", report.job_id, report.state)
            except OSError:
                self._store.report_pending.set()  # else this report would wait for the next change
                raise
            self._store.acknowledge(report)
        health = self._store.take_health_reports()
        try:
            self._server.health(health_json(health, trouble=missing_feature()))
        except (OSError, RequestRefused):
            self._store.restore_health_reports(health)
            raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent until a signal stops it, and return the exit code: 2 for a mistake in the options."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        names = dict(_name(text) for text in options.printer)
        if options.install_unit:
            print(systemd_unit(options.server, options.token_file, options.printer), end="")
            if not options.token_file.exists():
                # Without this hint systemd says only that it cannot load a credential.
                print(
                    f"{options.token_file} is not there yet: first run this without --install-unit, and approve it.",
                    file=sys.stderr,
                )
            return 0
        server = ServerClient(options.server, _token(options.token_file) if options.token_file.exists() else "")
        store = AgentJobStore(options.data, names)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    logging.basicConfig(level=options.log_level.upper(), format="%(levelname)s %(message)s")
    if not options.token_file.exists():
        try:
            keep_token(options.token_file, wait_for_approval(server))
        except KeyboardInterrupt:
            return 130
    agent = Agent(server, store)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=agent.stop).start())
    agent.start()
    agent.wait()
    agent.stop()
    store.close()
    return 0


def systemd_unit(server: str, token_file: Path, printers: Sequence[str]) -> str:
    """Return a systemd unit for these options: an unprivileged user that may use printers, always restarted."""
    words = [sys.executable, "-m", "printer", "--server", server]
    words += ["--token-file", "${CREDENTIALS_DIRECTORY}/token", "--data", "/var/lib/queue-printer/jobs.db"]
    words += [word for printer in printers for word in ("--printer", printer)]
    command = " ".join(word if word.startswith("${") else shlex.quote(word).replace("%", "%%") for word in words)
    return SYSTEMD_UNIT.format(
        token=token_file.resolve(), folder=Path(__file__).resolve().parent.parent.parent, command=command
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="queue-printer", description="Prints tickets on this PC's printer.")
    parser.add_argument("--server", required=True, help="address of the server, such as https://antrean.example.go.id")
    parser.add_argument(
        "--token-file",
        default=Path("queue-printer.token"),
        type=Path,
        help="file with the device's token, default %(default)s; where there is none, the agent shows a code for staff "
        "to approve, and keeps its token there",
    )
    parser.add_argument("--data", default=Path("queue-printer.db"), type=Path, help="file of jobs, default %(default)s")
    parser.add_argument(
        "--printer",
        action="append",
        default=[],
        metavar="NAME=ADDRESS",
        help="the printer that the server calls agent://…/NAME, such as usb=usb://04b8:0e28; once for each",
    )
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    parser.add_argument("--install-unit", action="store_true", help="print a systemd unit for these options, and end")
    return parser


def _token(path: Path) -> str:
    """Return the first word of a file. Raises ValueError if there is none, OSError if the file cannot be read."""
    words = path.read_text("utf-8").split()
    if not words:
        raise ValueError(f"{path} is empty: it must hold the device's token")
    return words[0]


def _name(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not name or not url or is_for_agent(url):
        raise ValueError("--printer is NAME=ADDRESS")
    parse_address(url)
    return name, url
