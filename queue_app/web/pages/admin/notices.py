"""Page: the sentences that run on the boards."""

from __future__ import annotations

from typing import Any

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.web.pages.admin.choices import zones
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    return {"zones": zones()}


PAGE = AdminPage(
    path="/admin/notices",
    title="admin.notices.title",
    permission=Permission.MANAGE_NOTICES,
    element="admin-notices",
    script="admin/notices.js",
    texts=(),
    state=_state,
)
