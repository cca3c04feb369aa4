"""Pictures and videos that a display shows beside the calls: the files of one folder, by kind, and nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, send_from_directory

MEDIA = "/display/media.json"
KINDS = {
    ".jpg": ("picture", "image/jpeg"),
    ".jpeg": ("picture", "image/jpeg"),
    ".png": ("picture", "image/png"),
    ".webp": ("picture", "image/webp"),
    ".mp4": ("video", "video/mp4"),
    ".webm": ("video", "video/webm"),
}
_MOST = 200
_DAY_SECONDS = 86_400


def add_routes(blueprint: Blueprint, folder: Path) -> None:
    """`GET /display/media.json` and `GET /display/media/<name>`; a folder that is not there is an empty one."""

    @blueprint.get(MEDIA)
    def media_list() -> Response:
        response = jsonify({"media": [_entry(path) for path in _files(folder)]})
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/display/media/<name>")
    def media(name: str) -> Response:
        suffix = Path(name).suffix.lower()
        if suffix not in KINDS or name.startswith("."):
            abort(404)
        return send_from_directory(folder, name, mimetype=KINDS[suffix][1], conditional=True, max_age=_DAY_SECONDS)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.suffix.lower() in KINDS and not path.name.startswith(".")]
    return sorted((path for path in found if path.is_file()), key=lambda path: path.name)[:_MOST]


def _entry(path: Path) -> dict[str, str]:
    # The version makes a file that was replaced under its old name a new address.
    return {"url": f"/display/media/{path.name}?v={path.stat().st_mtime_ns:x}", "kind": KINDS[path.suffix.lower()][0]}
