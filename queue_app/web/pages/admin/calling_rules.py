"""Page: the policy of calling, and who is next in each service group."""

from __future__ import annotations

from typing import Any

from queue_app.domain.permissions import Permission
from queue_app.domain.policy import LIMITS
from queue_app.domain.staff import Officer
from queue_app.services.settings.calling_rules import LARGEST_RATIO, LARGEST_WEIGHT
from queue_app.web.pages.admin.choices import services
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    limits = {name: list(limits) for name, limits in LIMITS.items()}
    return {"services": services(), "limits": limits, "most": {"weight": LARGEST_WEIGHT, "ratio": LARGEST_RATIO}}


PAGE = AdminPage(
    path="/admin/calling",
    title="calling.title",
    permission=Permission.MANAGE_CALLING,
    element="admin-calling",
    script="admin/calling.js",
    texts=("calling.", "rules.", "settings."),
    state=_state,
)
