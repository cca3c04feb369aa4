"""The board's page."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, render_template

from .face import Backend, BoardPage
from .voice import Bank
from .voice_views import BANK, add_routes

LANGUAGES = ("id", "en", "ban")


@cache
def _texts() -> dict[str, dict[str, str]]:
    folder = Path(__file__).parent / "locale"
    return {code: json.loads((folder / f"{code}.json").read_text("utf-8")) for code in LANGUAGES}


def _boot(page: BoardPage, assets: str) -> dict[str, object]:
    return {
        "zone": {"code": page.zone_code, "name": dict(page.zone_name)},
        "hall": {"name": page.hall_name},
        "language": page.language,
        "languages": list(LANGUAGES),
        "build": page.build,
        "assets": assets,
        "time_zone": page.time_zone,
        "text": _texts(),
        "seq": page.seq,
        "state": dict(page.state),
        "now": page.now_ms,
        "silence": page.silence_ms,
        "turn": page.turn_ms,
        "voice": {**asdict(page.voice), "language": page.language, "bank": BANK},
        "test": page.test,
    }


def create_blueprint(backend: Backend, bank: Bank) -> Blueprint:
    """Build the display's routes on a backend: `GET /display/<zone>`, 404 for an unknown zone; and the clips."""
    blueprint = Blueprint("display", __name__, template_folder="templates")
    add_routes(blueprint, bank)

    @blueprint.get("/display/<zone>")
    def board(zone: str) -> str:
        page = backend.page(zone)
        if page is None:
            abort(404)
        assets = backend.asset("display").rpartition("/")[0]
        text = _texts().get(page.language, _texts()["id"])
        return render_template(
            "display/board.html",
            asset=backend.asset,
            boot=_boot(page, assets),
            page=page,
            text=text,
            zone_name=page.zone_name.get(page.language) or page.zone_name["id"],
        )

    return blueprint
