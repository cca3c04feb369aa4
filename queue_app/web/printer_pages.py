"""Admin page of printers, print agents and the ticket template."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.staff import Officer
from queue_app.web.admin import admin_page
from queue_app.web.auth import public
from queue_app.web.context import here

blueprint = flask.Blueprint("printer_pages", __name__)


@blueprint.get("/admin/printers")
@public
def printers() -> Response:
    """Serve the printers page: status, adding, testing and removing printers; print agents; the ticket template."""
    return admin_page("/admin/printers", "lobby.", boot=_boot)


def _boot(_who: Officer) -> dict[str, Any]:
    context = here()
    catalogue = context.catalogue()
    return {
        "kiosks": [{"code": kiosk.code, "name": kiosk.name} for kiosk in catalogue.kiosks.values()],
        "zones": [{"code": zone.code, "name": zone.name} for zone in catalogue.zones.values()],
        "agencies": [{"code": agency.code, "short": agency.short} for agency in catalogue.agencies.values()],
    }
