"""The board's page, and a plain one for old browsers."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from . import media_views, voice_views
from .face import Backend, BoardPage
from .screen import LANGUAGES, screen_of_query
from .voice import Bank

_BASIC_SECONDS = 5
_BASIC_ROWS = 8


@cache
def _texts() -> dict[str, dict[str, str]]:
    folder = Path(__file__).parent / "locale"
    return {code: json.loads((folder / f"{code}.json").read_text("utf-8")) for code in LANGUAGES}


def _boot(page: BoardPage, assets: str) -> dict[str, object]:
    screen = page.screen
    voice = {**asdict(page.voice), "on": screen.voice, "volume": screen.volume}
    return {
        "zone": {"code": page.zone_code, "name": dict(page.zone_name)},
        "hall": {"name": page.hall_name},
        "language": page.language,
        "second": screen.languages[1] if len(screen.languages) > 1 else page.language if screen.languages else None,
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
        "late": page.late_ms,
        "voice": {**voice, "language": page.hall_language, "bank": voice_views.BANK},
        "screen": asdict(screen),
        "key": page.key,
        "setup": page.setup,
        "media": media_views.MEDIA,
        "test": page.test,
    }


def _shown(page: BoardPage) -> BoardPage:
    """The page as this display shows it: a paired one as staff set it, another as its address says."""
    if page.key is None:
        page = replace(page, screen=screen_of_query(request.args))
    spoken = page.hall_language or page.language
    return replace(page, hall_language=spoken, language=(*page.screen.languages, page.language)[0])


def create_blueprint(backend: Backend, bank: Bank, media: Path) -> Blueprint:
    """Build the display's routes on a backend, a bank of clips and a folder of media.

    `GET /display/<zone>` is the board, `GET /display/<zone>/basic` a plain one; both 404 for an unknown zone.
    """
    blueprint = Blueprint("display", __name__, template_folder="templates")
    voice_views.add_routes(blueprint, bank)
    media_views.add_routes(blueprint, media)

    @blueprint.get("/display/<zone>")
    def board(zone: str) -> str | Response:
        place = backend.elsewhere(zone)
        if place is not None:
            return redirect(place)
        page = backend.page(zone)
        if page is None:
            abort(404)
        page = _shown(page)
        return render_template(
            "display/board.html",
            asset=backend.asset,
            boot=_boot(page, backend.asset("display").rpartition("/")[0]),
            page=page,
            text=_texts()[page.language],
            zone_name=page.zone_name.get(page.language) or page.zone_name["id"],
        )

    @blueprint.get("/display/<zone>/basic")
    def basic(zone: str) -> str | Response:
        """For smart TVs whose browser knows nothing newer: plain HTML that loads itself anew every few seconds."""
        place = backend.elsewhere(zone)
        if place is not None:
            return redirect(place if place == "/screen" else f"{place}/basic")
        page = backend.page(zone)
        if page is None:
            abort(404)
        page = _shown(page)
        now = datetime.fromtimestamp(page.now_ms / 1000, UTC).astimezone(ZoneInfo(page.time_zone))
        return render_template(
            "display/basic.html",
            asset=backend.asset,
            page=page,
            state=page.state,
            rows=_BASIC_ROWS,
            seconds=_BASIC_SECONDS,
            text=_texts()[page.language],
            time=f"{now:%H:%M}",
            zone_name=page.zone_name.get(page.language) or page.zone_name["id"],
        )

    return blueprint
