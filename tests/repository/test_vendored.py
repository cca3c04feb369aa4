"""Third-party files are unchanged, and listed with their origin."""

from __future__ import annotations

from tests.repository.vendored import read_manifest, sha256, vendored_files


def test_each_is_listed_with_its_hash() -> None:
    """No file changed or added without listing it; `python3 -m tests.repository.vendored` writes the list."""
    present = {name: sha256(name) for name in vendored_files()}
    assert present == {name: entry["sha256"] for name, entry in read_manifest().items()}


def test_each_has_version_licence_and_source() -> None:
    """No entry is left half filled in."""
    assert [name for name, entry in read_manifest().items() if not all(entry.values())] == []
