"""Page: what each counter serves, in which order, and its breaks; with an id, the one to change."""

from __future__ import annotations

from typing import Any

import flask

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.services.settings.calling_rules import LONGEST_HELP_MINUTES, MAX_TIERS
from queue_app.web.api.calling_rules import preference_json
from queue_app.web.context import current_context
from queue_app.web.pages.admin.choices import services
from queue_app.web.pages.admin.frame import AdminPage


def _state(_who: Officer) -> dict[str, Any]:
    catalogue = current_context().catalogue()
    chosen = (flask.request.view_args or {}).get("counter_id")
    if chosen is not None and chosen not in catalogue.counters:
        raise Refusal("unknown_counter")
    counters = [
        {
            "id": counter.id,
            "code": counter.code,
            "name": counter.name,
            "zone": counter.zone_id,
            "agency": catalogue.agencies[counter.agency_id].short if counter.agency_id else "",
            "breaks": list(counter.breaks),
            **preference_json(counter),
        }
        for counter in catalogue.counters.values()
    ]
    return {
        "services": services(),
        "zones": [{"id": zone.id, "name": zone.name} for zone in catalogue.zones.values()],
        "counters": counters,
        "most": {"tiers": MAX_TIERS, "help": LONGEST_HELP_MINUTES},
        "chosen": chosen,
    }


PAGE = AdminPage(
    path="/admin/counters",
    also=("/admin/counters/<int:counter_id>",),
    title="counters.title",
    permission=Permission.MANAGE_CALLING,
    element="admin-counters",
    script="admin/counters.js",
    texts=("counters.", "hours.", "rules.", "weekday."),
    state=_state,
)
