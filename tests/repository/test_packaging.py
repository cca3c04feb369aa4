"""Contents of the wheel: every module, template, font and text, and the command."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.repository.tree import INSTALLED, ROOT, files

NOT_OURS = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")
NOT_INSTALLED = "bootstrap_data"  # an installed product has its libraries already


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Build the wheel of `pip install .`, from a copy so that the clone stays clean."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=NOT_OURS)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(tmp_path)!r})"
    built = subprocess.run([sys.executable, "-c", build], cwd=clone, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return next(tmp_path.glob("*.whl"))


def installed(path: Path) -> Path:
    """Return the installed path of a file of the clone."""
    return Path("queue_app", path) if path.parts[0] == "migrations" else path


def test_every_package_is_listed() -> None:
    """setup.cfg names each folder with Python files; a new one is to be added there."""
    folders = {installed(path).parent for path in files(*INSTALLED) if path.suffix == ".py"}
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", "utf-8")
    listed = settings["options"]["packages"].split()
    assert sorted(listed) == sorted(".".join(folder.parts) for folder in folders)


def test_wheel_has_every_file(wheel: Path) -> None:
    """Nothing that the clone has is missing after an installation, and nothing unused is brought."""
    expected = {installed(path).as_posix() for path in files(*INSTALLED) if NOT_INSTALLED not in path.parts}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "queue-app = queue_app.cli.parser:main" in archive.read(points).decode()
    assert sorted(expected - names) == []
    assert sorted(names - expected) == []
