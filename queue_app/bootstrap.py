"""Make the product's environment, `.venv` beside the clone, and start in it.

A fresh machine has python3 and nothing more: no pip, no ensurepip, no root. So pip comes from a wheel kept
in this repository, and the rest from whatever package index that machine's pip is set to use.

Standard library only, and written so that Python 3.7 can still parse it and print what is wrong.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "queue-app.json"
PIP_WHEEL = ROOT / "queue_app" / "bootstrap_data" / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

PIP_INSTALL = (
    *("-I", "-m", "pip", "install", "--no-input", "--no-user", "--disable-pip-version-check"),
    *("--root-user-action=ignore", "--no-warn-script-location", "--progress-bar=off", "--editable"),
)
NAMES_A_PACKAGE = re.compile(
    r"(?:Collecting |Requirement already satisfied: |Processing \S*/)([A-Za-z0-9._-]+?)(?:-\d|[^\w.-]|$)"
)
INSTALLS = "Installing collected packages: "
ADVICE = """\
The packages could not be installed; the last lines above say why. What usually helps:
  - network: is the package index reachable from here? A mirror is set by pip's settings or PIP_INDEX_URL.
  - proxy:   set HTTPS_PROXY=http://host:port if this network needs one.
  - disk:    {free:,} MB are free in {root}; about 500 MB are needed.
Nothing half-made will be used: type the same command again when it is mended."""


class BootstrapError(Exception):
    """The environment cannot be made; the text is for the user."""


def extras_for(arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the extras that a command line needs: `postgres` when it names a PostgreSQL database."""
    text = " ".join(arguments).replace("--database-url=", "--database-url ")
    url = environ.get("QUEUE_APP_DATABASE_URL", "")
    return ("postgres",) if "--database-url postgresql" in text or url.startswith("postgresql") else ()


def ensure_environment(extras: Sequence[str] = ()) -> None:
    """Return if the libraries are importable here; otherwise install them and restart this command in `.venv`.

    Exits with 1 and a message when that is impossible, with 130 when interrupted.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must reach this message
        sys.exit("queue_app needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info[:2]))
    if not (ROOT / "setup.cfg").is_file():
        return  # installed as a package: its installer has brought the libraries
    inside = Path(sys.executable) == PYTHON
    if not (inside and STAMP.is_file()) and _installed_elsewhere():
        return
    try:
        if not _is_ready(extras):
            _prepare(extras)
        elif inside:
            return
        os.execv(str(PYTHON), [str(PYTHON), *sys.orig_argv[1:]])
    except BootstrapError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The environment {ENVIRONMENT} could not be made: {error}")
    except KeyboardInterrupt:
        _say("\nInterrupted; type the same command again to go on.")
        sys.exit(130)


def _installed_elsewhere() -> bool:
    """Whether the product is installed in the running interpreter by its owner."""
    return any(glob.glob(os.path.join(folder, "queue_app-*.dist-info")) for folder in sys.path)


def _inputs() -> str:
    """Return a hash of the files that determine what has to be installed."""
    parts = [(ROOT / name).read_bytes() for name in ("setup.cfg", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def _read_stamp() -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    # Debian's upgrades move python3 to another version and leave the environment's libraries behind.
    return stamp if stamp.get("python") == os.path.realpath(PYTHON) else {}


def _write_stamp(*, ready: bool, extras: Sequence[str]) -> None:
    stamp = {"ready": ready, "python": os.path.realpath(PYTHON), "inputs": _inputs(), "extras": extras}
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp), "utf-8")
    draft.replace(STAMP)


def _is_ready(extras: Sequence[str]) -> bool:
    stamp = _read_stamp()
    return bool(stamp.get("ready")) and stamp["inputs"] == _inputs() and set(extras) <= set(stamp["extras"])


@contextmanager
def _only_one() -> Iterator[int]:
    """Hold the lock that keeps two starts from installing at once; yield its file descriptor."""
    try:
        lock = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        raise BootstrapError(
            f"The libraries belong into {ENVIRONMENT}, but that cannot be written ({error.strerror}). "
            "Clone into a folder of your own, or type this as the user who owns it."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is preparing the environment; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _prepare(extras: Sequence[str]) -> None:
    with _only_one() as lock:
        if _is_ready(extras):
            return  # the other start has made it
        started = time.monotonic()
        stamp = _read_stamp()
        if not stamp.get("ready"):
            _make_environment()
        requested = sorted({*extras, *stamp.get("extras", ())})
        _write_stamp(ready=False, extras=requested)
        _install(requested, lock)
        _write_stamp(ready=True, extras=requested)
        _say(f"Ready after {time.monotonic() - started:.0f} s; the next start takes none of this.")


def _make_environment() -> None:
    """Make an empty environment with pip in it; delete one that an earlier start left incomplete."""
    import venv

    if ENVIRONMENT.exists() and not STAMP.is_file():
        raise BootstrapError(
            f"{ENVIRONMENT} is there, but was not made by this program. Move it away, "
            "or activate it, install the product into it (pip install -e .) and start from there."
        )
    _say(f"First start: the libraries are installed into {ENVIRONMENT}.\n1/3 making the environment")
    if not PIP_WHEEL.is_file() or hashlib.sha256(PIP_WHEEL.read_bytes()).hexdigest() != PIP_SHA256:
        raise BootstrapError(f"{PIP_WHEEL} is missing or damaged; clone the repository again.")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    ENVIRONMENT.mkdir()
    STAMP.write_text("{}", "utf-8")  # marks the folder as ours, should the next lines be interrupted
    venv.create(ENVIRONMENT, with_pip=False, symlinks=True)
    libraries = glob.glob(str(ENVIRONMENT / "lib" / "python3*" / "site-packages"))[0]
    with zipfile.ZipFile(PIP_WHEEL) as wheel:
        wheel.extractall(libraries)


def _install(extras: Sequence[str], lock: int) -> None:
    target = ".[{}]".format(",".join(extras)) if extras else "."
    command = [str(PYTHON), *PIP_INSTALL, target]
    last_lines: deque[str] = deque(maxlen=8)
    # pip holds the lock too, so that no other start interferes with one that outlives this process.
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=[lock],
    ) as pip:
        assert pip.stdout is not None
        progress = _Progress()
        for line in pip.stdout:
            progress.read(line)
            last_lines.append(line.rstrip())
    progress.close()
    if pip.returncode:
        _say("\n".join(["", *last_lines, ""]))
        raise BootstrapError(ADVICE.format(root=ROOT, free=shutil.disk_usage(ROOT).free >> 20))


class _Progress:
    """Shows pip's progress: on a terminal one changing line, elsewhere a line for each package."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.live = sys.stderr.isatty()
        _say("2/3 fetching the packages")

    def read(self, line: str) -> None:
        """Parse one line of pip's output, and show its package."""
        named = NAMES_A_PACKAGE.match(line.strip())
        if line.startswith(INSTALLS):
            self.close()
            _say(f"3/3 installing {line.count(',') + 1} packages")
        elif "Retrying (" in line:
            self._show("no answer from the package index, trying again")
        elif named and named[1] not in self.names:
            self.names.add(named[1])
            self._show(f"{len(self.names):3} {named[1]}")

    def _show(self, text: str) -> None:
        if self.live:
            sys.stderr.write(f"\r\x1b[K    {text}")
            sys.stderr.flush()
        else:
            _say(f"    {text}")

    def close(self) -> None:
        """Clear the changing line."""
        if self.live:
            sys.stderr.write("\r\x1b[K")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
