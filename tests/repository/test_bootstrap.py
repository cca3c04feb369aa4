"""The first start on a fresh machine: the environment is complete, or a sentence says why not.

Run on a stand-in for the clone that needs no library and builds itself, so that no network is used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from queue_app import bootstrap

if TYPE_CHECKING:
    from pathlib import Path

CLI = "import sys\ndef main(arguments):\n    print(sys.prefix, *arguments)\n    return 0\n"
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
# The least that pip accepts; what the product requires is read from a file.
BACKEND = """\
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    requires = pathlib.Path("requires").read_text()
    info = "queue_app-0.1.0.dist-info"
    with zipfile.ZipFile(f"{folder}/queue_app-0.1.0-py3-none-any.whl", "w") as wheel:
        what = "Metadata-Version: 2.1\\nName: queue-app\\nVersion: 0.1.0\\n"
        wheel.writestr(f"{info}/METADATA", what + requires)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return "queue_app-0.1.0-py3-none-any.whl"
"""
# Debian leaves out ensurepip, and pip with it.
BARE = """\
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("ensurepip", "pip"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
"""


@dataclass(frozen=True)
class Clone:
    """A stand-in for the product's clone, and how to start it."""

    folder: Path
    environ: dict[str, str]

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the product with a bare Python."""
        python = os.path.realpath(sys.executable)
        command = [python, "-m", "queue_app", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=self.environ, text=True, stdout=pipe, stderr=pipe)

    def start(self, *arguments: str) -> tuple[int, str, str]:
        """Run the product to its end: exit code, output, errors."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    @property
    def stamp(self) -> Path:
        """Path of the file that marks the environment as complete."""
        return self.folder / ".venv" / bootstrap.STAMP.name


@pytest.fixture
def clone(tmp_path: Path, free_port: int) -> Clone:
    """Make a clone without environment, on a machine without ensurepip, pip and package index."""
    folder, bare = tmp_path / "clone", tmp_path / "bare"
    data = bootstrap.PIP_WHEEL.relative_to(bootstrap.ROOT)
    (folder / data).parent.mkdir(parents=True)
    (folder / "queue_app" / "cli").mkdir()
    for name in ("queue_app/__init__.py", "queue_app/__main__.py", "queue_app/bootstrap.py", data):
        shutil.copy(bootstrap.ROOT / name, folder / name)
    texts = {"queue_app/cli/parser.py": CLI, "pyproject.toml": PYPROJECT, "backend.py": BACKEND}
    for name, text in {**texts, "setup.cfg": "", "requires": ""}.items():
        (folder / name).write_text(text, "utf-8")
    bare.mkdir()
    (bare / "sitecustomize.py").write_text(BARE, "utf-8")
    index = {
        "PIP_INDEX_URL": f"http://127.0.0.1:{free_port}/",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    paths = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(bare)}
    return Clone(folder, {**index, **paths})


def test_bare_python_is_enough(clone: Clone) -> None:
    """The first start makes the environment and says so; the second is silent."""
    code, out, err = clone.start("demo", "--port", "0")
    assert (code, out) == (0, f"{clone.folder}/.venv demo --port 0\n"), err
    assert "1/3" in err
    assert "Ready after" in err
    assert clone.start("demo") == (0, f"{clone.folder}/.venv demo\n", "")


def test_changed_requirements_are_installed(clone: Clone) -> None:
    """After an update that changes setup.cfg the environment is brought up to date, once."""
    clone.start()
    (clone.folder / "setup.cfg").write_text("# newer\n", "utf-8")
    code, _, err = clone.start()
    assert code == 0
    assert "1/3" not in err
    assert "3/3" in err
    assert clone.start() == (0, f"{clone.folder}/.venv\n", "")


def test_extra_parts_are_added_and_kept(clone: Clone) -> None:
    """A PostgreSQL address brings its driver; a start without it afterwards removes nothing."""
    clone.start()
    assert "3/3" in clone.start("serve", "--database-url", "postgresql://hall")[2]
    assert json.loads(clone.stamp.read_text("utf-8"))["extras"] == ["postgres"]
    assert clone.start("serve")[2] == ""


def test_failure_is_a_sentence_and_leaves_nothing_half_made(clone: Clone) -> None:
    """Without a package index the start says what to look at; with it the next one succeeds."""
    (clone.folder / "requires").write_text("Requires-Dist: no-such-library\n", "utf-8")
    code, out, err = clone.start()
    assert (code, out) == (1, "")
    assert "no-such-library" in err
    assert err.endswith("type the same command again when it is mended.\n")
    assert json.loads(clone.stamp.read_text("utf-8"))["ready"] is False
    (clone.folder / "requires").write_text("", "utf-8")
    code, _, err = clone.start()
    assert code == 0
    assert "1/3" in err


def test_two_starts_at_once(clone: Clone) -> None:
    """The second waits for the first and uses its environment."""
    starts = [clone.begin(), clone.begin()]
    errors = [start.communicate(timeout=60)[1] for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert sum("1/3" in err for err in errors) == 1


def test_an_environment_of_someone_else_is_not_touched(clone: Clone) -> None:
    """A `.venv` made by hand or by an editor stays as it is."""
    (clone.folder / ".venv").mkdir()
    code, _, err = clone.start()
    assert code == 1
    assert "was not made by this program" in err
    assert list((clone.folder / ".venv").iterdir()) == []


def test_a_clone_that_cannot_be_written(clone: Clone) -> None:
    """A sentence says so. Root may write anywhere, so a folder in the lock's place stands for it."""
    (clone.folder / ".venv.lock").mkdir()
    code, _, err = clone.start()
    assert code == 1
    assert "cannot be written" in err
    assert "Traceback" not in err


def test_a_damaged_pip_is_not_run(clone: Clone) -> None:
    """The wheel in the repository is used only if it is the one we know."""
    (clone.folder / "queue_app" / "bootstrap_data" / bootstrap.PIP_WHEEL.name).write_bytes(b"")
    code, _, err = clone.start()
    assert code == 1
    assert "missing or damaged" in err


@pytest.mark.parametrize(
    ("arguments", "environ", "extras"),
    [
        ([], {}, ()),
        (["serve", "--database-url", "sqlite:///hall.sqlite3"], {}, ()),
        (["serve", "--database-url", "postgresql://hall"], {}, ("postgres",)),
        (["serve", "--database-url=postgresql+psycopg://hall"], {}, ("postgres",)),
        (["serve"], {"QUEUE_APP_DATABASE_URL": "postgresql://hall"}, ("postgres",)),
    ],
)
def test_extras_for(arguments: list[str], environ: dict[str, str], extras: tuple[str, ...]) -> None:
    """The database's address decides whether its driver is installed."""
    assert bootstrap.extras_for(arguments, environ) == extras


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting flask<4,>=3.1 (from queue-app==0.1.0)", "flask"),
        ("  Processing /mirror/flask_wtf-1.3.0-py3-none-any.whl (from queue-app==0.1.0)", "flask_wtf"),
        ("Requirement already satisfied: zope.event in ./lib", "zope.event"),
        ("Collecting h11", "h11"),
    ],
)
def test_progress_names_packages(line: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """pip's lines become one short line for each package."""
    progress = bootstrap._Progress()
    progress.read(line)
    progress.read(line)
    assert capsys.readouterr().err.splitlines()[1:] == [f"      1 {name}"]
