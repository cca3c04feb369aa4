"""Page: which displays are alive; pairing a screen by its code, changing it, revoking it."""

from __future__ import annotations

from typing import Any

import flask

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.web.context import current_context
from queue_app.web.pages.admin.choices import kiosks, zones
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    catalogue = current_context().catalogue()
    code = flask.request.args.get("code", "")
    return {
        "code": code if code.isascii() and code.isdecimal() else "",
        "zones": zones(),
        "counters": [
            {"code": counter.code, "name": counter.name, "zone": catalogue.zones[counter.zone_id].code}
            for counter in catalogue.counters.values()
        ],
        "kiosks": kiosks(),
    }


PAGE = AdminPage(
    path="/admin/displays",
    title="admin.displays.title",
    permission=Permission.MANAGE_DEVICES,
    element="admin-displays",
    script="admin/displays.js",
    texts=(),
    state=_state,
)
