"""Commands `serve` and `demo`: prepare the database, then run the server."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

from queue_app.cli.port import port_error
from queue_app.config import ConfigError, Settings, to_environment

DEMO_PASSWORD = "antrean-tabanan"


def run_server(settings: Settings, arguments: argparse.Namespace, *, demo: bool, opening_hours: bool = False) -> int:
    _require_folder(settings)
    _require_port(settings)
    # In a child process: gunicorn's master must not load modules that its workers patch.
    options = [*(["--demo"] if demo else []), *(["--opening-hours"] if opening_hours else [])]
    command = [sys.executable, "-m", "queue_app.cli", "db", "upgrade", *options]
    prepared = subprocess.run(command, env={**os.environ, **to_environment(settings)}, check=False)
    if prepared.returncode:
        return prepared.returncode
    from queue_app.server import serve  # gunicorn is not needed by the other commands

    def ready() -> None:
        print(_welcome(settings, demo=demo), flush=True)
        if settings.voice == "auto":
            _make_clips(settings)

    serve(settings, ready, demo=demo, reload=arguments.reload)
    return 0


def _make_clips(settings: Settings) -> None:
    """Make missing clips in a child process beside the server: the first time this takes some seconds of CPU."""
    command = ["nice", sys.executable, "-m", "queue_app.cli", "voice", "build", "--quiet"]
    if not shutil.which("nice"):
        command = command[1:]
    quiet = subprocess.DEVNULL
    environment = {**os.environ, **to_environment(settings)}
    subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)


def _require_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.preview_dir.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--data-dir is “{settings.data_dir}”: it cannot be written ({error.strerror}).") from error
    if not os.access(settings.data_dir, os.W_OK):
        raise ConfigError(f"--data-dir is “{settings.data_dir}”: it cannot be written.")


def _require_port(settings: Settings) -> None:
    error = port_error(settings)
    if error is not None:
        raise ConfigError(
            f"--host {settings.host} --port {settings.port} cannot be used ({error.strerror}): is the server "
            "running already? Choose another by --port."
        ) from error


def _welcome(settings: Settings, *, demo: bool) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    lines = ["", f"  Ready on {base}  (Ctrl+C stops)", ""]
    if demo:
        lines += [
            f"  Kiosk      {base}/kiosk/utama",
            f"  Displays   {base}/display/utara   …/tengah   …/selatan",
            f"  Officer    {base}/counter",
            f"  Slips      {base}/preview",
            "",
            "  Sign in as dukcapil1 (an officer of Disdukcapil), penyelia (supervisor) or pengelola (administrator).",
            f"  The password of every demo account is {DEMO_PASSWORD}",
            "",
            "  A demo hall is loaded once, open at any hour; with --opening-hours it closes as the real one does.",
        ]
    else:
        lines += [f"  Start      {base}/", f"  Officer    {base}/counter"]
    return "\n".join([*lines, ""])
