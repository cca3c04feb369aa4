"""Static files of all pages under one address that changes with every build, so browsers cache them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import flask

from queue_app.web.permissions import public

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}


def build_of(version: str, rooms: Mapping[str, Path]) -> str:
    """Return a short name of this build, which changes whenever a static file does."""
    digest = hashlib.sha256(version.encode())
    for room, folder in sorted(rooms.items()):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{room}/{path.relative_to(folder)}".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def create_blueprint(rooms: Mapping[str, Path]) -> flask.Blueprint:
    """Create the blueprint of `/assets/<build>/<room>/<path>`; any build name gets the current file."""
    blueprint = flask.Blueprint("assets", __name__)

    @blueprint.get("/assets/<build>/<room>/<path:path>")
    @public
    def asset(build: str, room: str, path: str) -> flask.Response:
        if room not in rooms:
            flask.abort(404)
        mimetype = _TYPES.get(Path(path).suffix)
        response = flask.send_from_directory(rooms[room], path, mimetype=mimetype, conditional=True)
        current = flask.current_app.extensions["queue_app"].build == build
        response.cache_control.no_cache = None if current else True
        if current:
            response.cache_control.public = True
            response.cache_control.max_age = 31_536_000
            response.cache_control.immutable = True
        return response

    return blueprint
