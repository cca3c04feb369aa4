"""Page: the words of the voice, what is missing, recordings, how a call sounds."""

from __future__ import annotations

from typing import Any

from queue_app.domain.display_settings import LIMITS
from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.web.context import current_context
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    catalogue = current_context().catalogue()
    return {
        "counters": [counter.name for counter in catalogue.counters.values()],
        "agencies": [agency.short for agency in catalogue.agencies.values()],
        "limits": LIMITS,
    }


PAGE = AdminPage(
    path="/admin/voice",
    title="admin.voice.title",
    permission=Permission.MANAGE_VOICE,
    element="admin-voice",
    script="admin/voice.js",
    texts=(),
    state=_state,
)
