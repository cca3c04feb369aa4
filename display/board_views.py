"""Routes of the board's page, and of a plain one for old browsers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from display import media_views, voice_views
from display.display_config import LANGUAGES, display_config_from_query
from display.ports import BoardPage, DisplayBackend
from display.voice import ClipLibrary

_BASIC_SECONDS = 5
_BASIC_ROWS = 8


@cache
def _texts() -> dict[str, dict[str, str]]:
    folder = Path(__file__).parent / "locale"
    return {code: json.loads((folder / f"{code}.json").read_text("utf-8")) for code in LANGUAGES}


def _boot(page: BoardPage, assets: str) -> dict[str, object]:
    config = page.config
    voice = {**asdict(page.voice), "on": config.voice, "volume": config.volume}
    return {
        "zone": {"code": page.zone_code, "name": dict(page.zone_name)},
        "hall": {"name": page.hall_name},
        "language": page.language,
        "second": config.languages[1] if len(config.languages) > 1 else page.language if config.languages else None,
        "languages": list(LANGUAGES),
        "build": page.build,
        "assets": assets,
        "time_zone": page.time_zone,
        "text": _texts(),
        "seq": page.seq,
        "state": dict(page.state),
        "others": [
            {
                "zone": {"code": board.zone_code, "name": dict(board.zone_name)},
                "seq": board.seq,
                "state": dict(board.state),
            }
            for board in page.further_boards
        ],
        "now": page.now_ms,
        "silence": page.silence_ms,
        "turn": page.turn_ms,
        "late": page.late_ms,
        "voice": {**voice, "language": page.hall_language, "bank": voice_views.BANK},
        "screen": asdict(config),
        "key": page.display_name,
        "setup": page.settings_version,
        "media": media_views.MEDIA,
        "test": page.test,
    }


def _configured(backend: DisplayBackend, page: BoardPage) -> BoardPage:
    """Apply the display's configuration to a page: of a paired display as staff set it, of another from the address."""
    if page.display_name is None:
        page = replace(page, config=display_config_from_query(request.args))
    spoken = page.hall_language or page.language
    # A deleted zone is left out.
    further_boards = [
        board for code in page.config.also if code != page.zone_code and (board := backend.page(code)) is not None
    ]
    return replace(
        page, hall_language=spoken, language=(*page.config.languages, page.language)[0], further_boards=further_boards
    )


def _zone_name(page: BoardPage, language: str) -> str:
    return page.zone_name.get(language) or page.zone_name["id"]


def _zone_names(page: BoardPage) -> str:
    return " · ".join(_zone_name(board, page.language) for board in (page, *page.further_boards))


def _merged(page: BoardPage) -> Mapping[str, Any]:
    """Merge the states of all zones of a display, as board-rules.js does."""
    if not page.further_boards:
        return page.state
    boards: list[tuple[str, Mapping[str, Any]]] = [
        (_zone_name(board, page.language), board.state) for board in (page, *page.further_boards)
    ]
    states = [state for _, state in boards]
    placed = [{**call, "place": name} for name, state in boards for call in state["calls"]]
    calls = sorted(placed, key=lambda call: call["seq"], reverse=True)
    stops = {stop["agency"]: stop for state in states for stop in state.get("stops", ())}
    notices = {notice["id"]: notice for state in states for notice in state.get("notices", ())}
    missed = [label for state in states for label in state["missed"]]
    return {**page.state, "calls": calls, "missed": missed, "stops": [*stops.values()], "notices": [*notices.values()]}


def create_blueprint(backend: DisplayBackend, bank: ClipLibrary, media: Path) -> Blueprint:
    """Build the display's blueprint on a backend, a library of clips and a folder of media.

    `GET /display/<zone>` is the board, `GET /display/<zone>/basic` a plain one; both 404 for an unknown zone.
    """
    blueprint = Blueprint("display", __name__, template_folder="templates")
    voice_views.add_routes(blueprint, bank)
    media_views.add_routes(blueprint, media)

    @blueprint.get("/display/<zone>")
    def board(zone: str) -> str | Response:
        target = backend.redirect_target(zone)
        if target is not None:
            return redirect(target)
        page = backend.page(zone)
        if page is None:
            abort(404)
        page = _configured(backend, page)
        return render_template(
            "display/board.html",
            asset=backend.asset,
            boot=_boot(page, backend.asset("display").rpartition("/")[0]),
            page=page,
            text=_texts()[page.language],
            zone_name=_zone_names(page),
        )

    @blueprint.get("/display/<zone>/basic")
    def basic(zone: str) -> str | Response:
        """Show the plain board for smart TVs with old browsers: HTML that reloads every few seconds."""
        target = backend.redirect_target(zone)
        if target is not None:
            return redirect(target if target == "/screen" else f"{target}/basic")
        page = backend.page(zone)
        if page is None:
            abort(404)
        page = _configured(backend, page)
        now = datetime.fromtimestamp(page.now_ms / 1000, UTC).astimezone(ZoneInfo(page.time_zone))
        return render_template(
            "display/basic.html",
            asset=backend.asset,
            page=page,
            state=_merged(page),
            rows=_BASIC_ROWS,
            seconds=_BASIC_SECONDS,
            text=_texts()[page.language],
            time=f"{now:%H:%M}",
            zone_name=_zone_names(page),
        )

    return blueprint
