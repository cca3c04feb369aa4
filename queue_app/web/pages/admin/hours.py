"""Page: the hall's week, breaks, holidays and exceptions; a service's own hours, its quota and its stop."""

from __future__ import annotations

from typing import Any

from queue_app.domain.hours import AROUND_NYEPI
from queue_app.domain.pawukon import HOLY_DAYS
from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.web.pages.admin.choices import services
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    bali = [{"code": code, "name": day.name} for code, day in HOLY_DAYS.items()]
    nyepi = [{"code": code, "name": name} for code, (_, name) in AROUND_NYEPI.items()]
    return {"services": services(), "bali": bali + nyepi}


PAGE = AdminPage(
    path="/admin/hours",
    title="hours.title",
    permission=Permission.MANAGE_HOURS,
    element="admin-hours",
    script="admin/hours.js",
    texts=("hours.", "rules.", "weekday."),
    state=_state,
)
