"""Forecasts for supervisors: the effect of one more counter, and the share of promises kept."""

from __future__ import annotations

from typing import Any

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission, allows_in
from queue_app.services.queue.outlook import Outlook, with_more_counters
from queue_app.snapshots.opening import range_json
from queue_app.store import waiting_line
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.outlook import DayQuery, PromisesOut, WhatIfOut, WhatIfQuery
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("outlook", __name__, url_prefix="/api/v1", tag="outlook")


@blueprint.get("/services/<int:service_id>/what-if")
@needs(Permission.FORECAST_WAITS)
@blueprint.input(WhatIfQuery, location="query", arg_name="query")
@blueprint.output(WhatIfOut)
@blueprint.doc(summary="Forecast with more counters", security=STAFF, responses=refusals("unknown_service", staff=True))
def what_if(service_id: int, query: WhatIfQuery) -> flask.Response:
    """Compare the wait and the end of a service's line, now and with more of its counters open."""
    with current_context().moment() as moment:
        if service_id not in moment.catalogue.services:
            raise Refusal("unknown_service")
        now = moment.outlook(service_id)
        then, opened = with_more_counters(now, service_id, query.counters)
        return json_response(
            {
                "now": _prospect(now, service_id),
                "then": _prospect(then, service_id),
                "opened": [{"code": counter.code, "name": counter.name} for counter in opened],
            }
        )


def _prospect(outlook: Outlook, service_id: int) -> dict[str, Any]:
    last = outlook.last_finish(service_id)
    return {
        "counters": sum(service_id in counter.services for counter in outlook.counters),
        "ahead": outlook.ahead_of_newcomer(service_id),
        "range": range_json(outlook.newcomers.get(service_id)),
        "last_finish": None if last is None else round(last),
    }


@blueprint.get("/reports/promises")
@needs(Permission.VIEW_PROMISES)
@blueprint.input(DayQuery, location="query", arg_name="query")
@blueprint.output(PromisesOut)
@blueprint.doc(summary="Report on promised waits", security=STAFF, responses=refusals(staff=True))
def promises(query: DayQuery) -> flask.Response:
    """Count kept promises by service, of one day (default: today); officers see their own agency's services."""
    user = signed_in_officer()
    with current_context().moment() as moment:
        day = moment.day if query.day is None else query.day
        counted = waiting_line.promise_counts(moment.connection, day)
        services = moment.catalogue.services.values()
        visible = [s for s in services if allows_in(user, Permission.VIEW_PROMISES, s.agency_id)]
        return json_response(
            {
                "day": day.isoformat(),
                "services": [
                    {"id": s.id, "name": s.name, "agency": {"short": moment.catalogue.agencies[s.agency_id].short}}
                    | _promise_counts(*counted.get(s.id, (0, 0, 0)))
                    for s in visible
                ],
            }
        )


def _promise_counts(issued: int, promised: int, within: int) -> dict[str, Any]:
    share = round(within / promised, 4) if promised else None
    return {"issued": issued, "promised": promised, "kept": within, "share": share}
