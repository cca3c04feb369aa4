"""Pictures and videos that a display shows beside the calls: the media files of one folder."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, send_from_directory

MEDIA = "/display/media.json"
MEDIA_KINDS = {
    ".jpg": ("picture", "image/jpeg"),
    ".jpeg": ("picture", "image/jpeg"),
    ".png": ("picture", "image/png"),
    ".webp": ("picture", "image/webp"),
    ".mp4": ("video", "video/mp4"),
    ".webm": ("video", "video/webm"),
}
_MAX_FILES = 200
_DAY_SECONDS = 86_400


def add_routes(blueprint: Blueprint, folder: Path) -> None:
    """Add `GET /display/media.json` and `GET /display/media/<name>`; a missing folder is an empty one."""

    @blueprint.get(MEDIA)
    def media_list() -> Response:
        response = jsonify({"media": [_entry(path) for path in _files(folder)]})
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/display/media/<name>")
    def media(name: str) -> Response:
        suffix = Path(name).suffix.lower()
        if suffix not in MEDIA_KINDS or name.startswith("."):
            abort(404)
        return send_from_directory(
            folder, name, mimetype=MEDIA_KINDS[suffix][1], conditional=True, max_age=_DAY_SECONDS
        )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    media = [path for path in folder.iterdir() if path.suffix.lower() in MEDIA_KINDS and not path.name.startswith(".")]
    return sorted((path for path in media if path.is_file()), key=lambda path: path.name)[:_MAX_FILES]


def _entry(path: Path) -> dict[str, str]:
    # The version gives a file that was replaced under its name a new address.
    return {
        "url": f"/display/media/{path.name}?v={path.stat().st_mtime_ns:x}",
        "kind": MEDIA_KINDS[path.suffix.lower()][0],
    }
