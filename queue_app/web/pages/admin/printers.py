"""Page: how the printers are; adding, testing and removing them; print agents; the layout of a ticket."""

from __future__ import annotations

from typing import Any

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.web.context import current_context
from queue_app.web.pages.admin.choices import kiosks, zones
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    agencies = current_context().catalogue().agencies.values()
    return {
        "kiosks": kiosks(),
        "zones": zones(),
        "agencies": [{"code": agency.code, "short": agency.short} for agency in agencies],
    }


PAGE = AdminPage(
    path="/admin/printers",
    title="admin.printers.title",
    permission=Permission.MANAGE_PRINTERS,
    element="admin-printers",
    script="admin/printers.js",
    texts=(),
    state=_state,
)
