"""The start page."""

from __future__ import annotations

from pathlib import Path

import flask

from queue_app.web.context import current_context
from queue_app.web.pages.page import render_page
from queue_app.web.permissions import public
from queue_app.web.texts import chosen_language

blueprint = flask.Blueprint("public", __name__)

_KIT = Path(__file__).parent.parent / "static" / "kit"


@blueprint.get("/")
@public
def home() -> flask.Response:
    """Serve the start page, with links to all others."""
    catalogue = current_context().catalogue()
    language = chosen_language()
    links = {
        "kiosks": [{"url": f"/kiosk/{k.code}", "name": k.name} for k in catalogue.kiosks.values()],
        "displays": [
            {"url": f"/display/{z.code}", "name": z.name.get(language) or z.name["id"]}
            for z in catalogue.zones.values()
        ],
        "officer_url": "/counter",
        "preview_url": "/preview" if current_context().preview_dir is not None else None,
        "api_url": "/api/v1/openapi.json",
    }
    return render_page("site/home.html", links=links, hall_name=catalogue.hall_name)


@blueprint.get("/favicon.ico")
@public
def favicon() -> flask.Response:
    """Serve /favicon.ico."""
    return flask.send_from_directory(_KIT, "favicon.svg", mimetype="image/svg+xml", max_age=86_400)
