"""The list of third-party files in the repository.

`python3 -m tests.repository.vendored` rewrites the hashes after a file was replaced or added; version, licence and
source of a new file are then to be filled in by hand. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.repository.tree import PACKAGES, ROOT, files

MANIFEST = Path("queue_app/web/static/kit/vendor/manifest.json")
ICONS = Path("queue_app/web/static/kit/icons.svg")
FOLDERS = {"vendor", "fonts", "bootstrap_data"}
BESIDE_THEM = {".LICENSE", ".py", ".md", ".ts"}  # .ts: our own declarations of what we use of them


def vendored_files() -> list[str]:
    """List every third-party file, as a path from the clone."""
    theirs = [path for path in files(*PACKAGES) if FOLDERS & set(path.parts) and path.suffix not in BESIDE_THEM]
    return [path.as_posix() for path in sorted([*theirs, ICONS]) if path != MANIFEST]


def sha256(name: str) -> str:
    """Return the hash of a file's content."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def read_manifest() -> dict[str, dict[str, str]]:
    """Load file → its entry."""
    return {entry["file"]: entry for entry in json.loads((ROOT / MANIFEST).read_text("utf-8"))}


def refresh() -> None:
    """Rewrite the manifest from the files that are there."""
    known = read_manifest()
    blank = {"version": "", "licence": "", "source": ""}
    entries = [{"file": name, **blank, **known.get(name, {}), "sha256": sha256(name)} for name in vendored_files()]
    (ROOT / MANIFEST).write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    refresh()
