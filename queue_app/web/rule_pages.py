"""Admin pages of calling, counters and opening hours."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.errors import Refusal
from queue_app.domain.hours import AROUND_NYEPI
from queue_app.domain.pawukon import HOLY_DAYS
from queue_app.domain.policy import LIMITS
from queue_app.domain.staff import Officer
from queue_app.services.settings import LARGEST_RATIO, LARGEST_WEIGHT, LONGEST_HELP_MINUTES, MOST_TIERS
from queue_app.web.admin import PAGES, admin_page
from queue_app.web.api.settings import preference_json
from queue_app.web.auth import current_officer, public, sign_in_first
from queue_app.web.context import here

blueprint = flask.Blueprint("rule_pages", __name__)


@blueprint.get("/admin")
@public
def first() -> Response:
    """Redirect to the first admin page that the signed-in officer may see."""
    user = current_officer()
    if user is None:
        return sign_in_first()
    for page in PAGES:
        if user.role in page.roles:
            return flask.redirect(page.path)
    raise Refusal("not_allowed")


@blueprint.get("/admin/calling")
@public
def calling() -> Response:
    """Serve the calling page: the policy, and the rule of each service group."""
    return admin_page("/admin/calling", "calling.", "rules.", "settings.", "class.", "lobby.", boot=_calling_boot)


@blueprint.get("/admin/counters")
@blueprint.get("/admin/counters/<int:counter_id>")
@public
def counters(counter_id: int | None = None) -> Response:
    """Serve the counters page: services, their order, and breaks; with an id, the form of one counter."""

    def boot(_who: Officer) -> dict[str, Any]:
        if counter_id is not None and counter_id not in here().catalogue().counters:
            raise Refusal("unknown_counter")
        return {**_counters_boot(), "chosen": counter_id}

    return admin_page("/admin/counters", "counters.", "hours.", "rules.", "weekday.", "lobby.", boot=boot)


@blueprint.get("/admin/hours")
@public
def hours() -> Response:
    """Serve the hours page: the hall's week, breaks, holidays, exceptions; a service's own hours, quota, and stop."""
    return admin_page("/admin/hours", "hours.", "rules.", "weekday.", "lobby.", boot=_hours_boot)


def _calling_boot(_who: Officer) -> dict[str, Any]:
    limits = {name: list(limits) for name, limits in LIMITS.items()}
    return {"services": _services(), "limits": limits, "most": {"weight": LARGEST_WEIGHT, "ratio": LARGEST_RATIO}}


def _hours_boot(_who: Officer) -> dict[str, Any]:
    bali = [{"code": code, "name": day.name} for code, day in HOLY_DAYS.items()]
    nyepi = [{"code": code, "name": name} for code, (_, name) in AROUND_NYEPI.items()]
    return {"services": _services(), "bali": bali + nyepi}


def _counters_boot() -> dict[str, Any]:
    catalogue = here().catalogue()
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
        "services": _services(),
        "zones": [{"id": zone.id, "name": zone.name} for zone in catalogue.zones.values()],
        "counters": counters,
        "most": {"tiers": MOST_TIERS, "help": LONGEST_HELP_MINUTES},
    }


def _services() -> list[dict[str, Any]]:
    catalogue = here().catalogue()
    return [
        {"id": s.id, "name": s.name, "agency": catalogue.agencies[s.agency_id].short}
        for s in catalogue.services.values()
    ]
