"""Paths of the product's files."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("queue_app", "kiosk", "display", "printer")
INSTALLED = (*PACKAGES, "migrations")
LEFT_BY_TOOLS = (".", "__pyc", "node_modules")


def files(*tops: str) -> list[Path]:
    """List every file below these folders of the clone, relative to it; files that tools left are not counted."""
    result = [path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*") if path.is_file()]
    return sorted(path for path in result if not any(part.startswith(LEFT_BY_TOOLS) for part in path.parts))


def own_sources(suffix: str, tops: tuple[str, ...] = INSTALLED) -> dict[str, str]:
    """Return name → text of the product's files of one kind, third-party files left out."""
    own = [path for path in files(*tops) if path.suffix == suffix and "vendor" not in path.parts]
    return {path.as_posix(): (ROOT / path).read_text("utf-8") for path in own}
