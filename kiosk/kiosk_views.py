"""The kiosk's one page: GET /kiosk/<code>."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response

from kiosk.ports import KioskBackend, KioskPage

LANGUAGES = ("id", "en", "ban")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Load the kiosk's texts: language → key → text."""
    folder = files("kiosk") / "locale"
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in LANGUAGES}


def boot_data(page: KioskPage, assets: str) -> dict[str, object]:
    """Build the boot data of the page's script; `assets` is the folder of the static files' addresses."""
    return {
        "code": page.code,
        "name": page.name,
        "language": page.language,
        "languages": list(LANGUAGES),
        "build": page.build,
        "assets": assets,
        "time_zone": page.time_zone,
        "hall_name": page.hall_name,
        "catalogue": dict(page.catalogue),
        "seq": page.seq,
        "state": dict(page.state),
        "now": page.now_ms,
        "place": page.redirect_to,
        "timings": asdict(page.timings),
        "text": texts(),
    }


def create_blueprint(backend: KioskBackend) -> Blueprint:
    """Build the kiosk's blueprint on a backend; static files are served by the app (`backend.asset`)."""
    blueprint = Blueprint("kiosk", __name__, template_folder="templates")

    @blueprint.get("/kiosk/<code>")
    def kiosk(code: str) -> Response:
        """Show the kiosk with this code; public. 404 with an explaining page when there is none."""
        target = backend.redirect_target(code)
        if target is not None:
            return redirect(target)
        page = backend.page(code)
        if page is None:
            words = texts()[LANGUAGES[0]]
            body = render_template("kiosk/unknown_kiosk.html", asset=backend.asset, words=words, code=code)
            return make_response(body, 404)
        assets = backend.asset("kiosk/kiosk.js").removesuffix("/kiosk/kiosk.js")
        body = render_template(
            "kiosk/kiosk.html",
            asset=backend.asset,
            page=page,
            words=texts()[page.language],
            boot=boot_data(page, assets),
        )
        response = make_response(body)
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
