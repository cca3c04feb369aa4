"""Admin pages of the displays, the notices and the voice."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.lobby import LIMITS
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.web.admin import admin_page
from queue_app.web.auth import public
from queue_app.web.context import here

blueprint = flask.Blueprint("lobby_pages", __name__)


@blueprint.get("/admin/displays")
@public
def displays() -> Response:
    """Serve the displays page: presence, pairing a screen by its code, configuring and revoking it."""
    return admin_page("/admin/displays", "lobby.", boot=_displays_boot)


@blueprint.get("/admin/voice")
@public
def voice() -> Response:
    """Serve the voice page: missing words, recordings, how a call sounds."""
    return admin_page("/admin/voice", "lobby.", boot=_voice_boot)


@blueprint.get("/admin/notices")
@public
def notices() -> Response:
    """Serve the notices page: current and upcoming sentences on the boards, and a new one."""
    return admin_page("/admin/notices", "lobby.", boot=_notices_boot)


def _notices_boot(_who: Officer) -> dict[str, Any]:
    return {"zones": [{"code": zone.code, "name": zone.name} for zone in here().catalogue().zones.values()]}


def _displays_boot(user: Officer) -> dict[str, Any]:
    catalogue = here().catalogue()
    code = flask.request.args.get("code", "")
    return {
        "code": code if code.isascii() and code.isdecimal() else "",
        "zones": [{"code": zone.code, "name": zone.name} for zone in catalogue.zones.values()],
        "counters": [
            {"code": counter.code, "name": counter.name, "zone": catalogue.zones[counter.zone_id].code}
            for counter in catalogue.counters.values()
        ],
        "kiosks": [{"code": kiosk.code, "name": kiosk.name} for kiosk in catalogue.kiosks.values()],
        "is_admin": user.role is Role.ADMIN,
    }


def _voice_boot(_who: Officer) -> dict[str, Any]:
    catalogue = here().catalogue()
    return {
        "counters": [counter.name for counter in catalogue.counters.values()],
        "agencies": [agency.short for agency in catalogue.agencies.values()],
        "limits": LIMITS,
    }
