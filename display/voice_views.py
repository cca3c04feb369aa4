"""Routes of the voice clips as static files, and of their list that a display fetches."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify

from .voice import ClipLibrary

BANK = "/display/voice/bank.json"
CLIPS = "/display/voice/clips/"
_YEAR_SECONDS = 31_536_000


def add_routes(blueprint: Blueprint, bank: ClipLibrary) -> None:
    """Add `GET /display/voice/bank.json` and `GET /display/voice/clips/<kind>/<language>/<name>.wav`."""

    @blueprint.get(BANK)
    def bank_list() -> Response:
        response = jsonify({"clips": CLIPS, "languages": bank.manifest()})
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get(f"{CLIPS}<kind>/<language>/<name>.wav")
    def clip(kind: str, language: str, name: str) -> Response:
        path = bank.file(kind, language, name)
        if path is None:
            abort(404)
        # Read at once, not streamed from an open file: a clip is small, and displays may disconnect at any time.
        response = Response(path.read_bytes(), mimetype="audio/wav")
        # The address ends in a version that changes with the clip, so a display caches it for ever.
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR_SECONDS
        response.cache_control.immutable = True
        return response
