"""Opening hours, quotas and rosters, for administrators. docs/hours.md describes the JSON."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.domain.hours import BALI_DAYS
from queue_app.domain.permissions import Permission
from queue_app.services.settings import hours
from queue_app.web.api.responses import STAFF, json_response, setting_refusals
from queue_app.web.api.schemas.hours import (
    BreaksIn,
    BreaksOut,
    HallHoursIn,
    HallHoursOut,
    ServiceHoursIn,
    ServiceHoursOut,
)
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("settings_hours", __name__, url_prefix="/api/v1/settings", tag="settings")


@blueprint.get("/hours")
@needs(Permission.MANAGE_HOURS)
@blueprint.output(HallHoursOut)
@blueprint.doc(summary="The hall's opening hours", security=STAFF, responses=setting_refusals())
def show_hall() -> flask.Response:
    """Return the hall's hours (null: open at any hour), and the Balinese days that may close the hall."""
    return json_response({"hours": current_context().catalogue().hours, "bali_days": sorted(BALI_DAYS)})


@blueprint.put("/hours")
@needs(Permission.MANAGE_HOURS)
@blueprint.input(HallHoursIn, arg_name="body")
@blueprint.output(HallHoursOut)
@blueprint.doc(summary="Set the hall's opening hours", security=STAFF, responses=setting_refusals(body=True))
def set_hall(body: HallHoursIn) -> flask.Response:
    """Set the hall's weekly hours, breaks, exceptions and holidays; null opens it at any hour."""
    context = current_context()
    hours.set_hall_hours(context.store, signed_in_officer(), body.hours, context.clock())
    return show_hall()


@blueprint.get("/services/<int:service_id>/hours")
@needs(Permission.MANAGE_HOURS)
@blueprint.output(ServiceHoursOut)
@blueprint.doc(summary="A service's hours and quota", security=STAFF, responses=setting_refusals("unknown_service"))
def show_service(service_id: int) -> flask.Response:
    """Return the service's own hours (null: the hall's) and its daily quota (null: no limit)."""
    service = current_context().catalogue().services.get(service_id)
    if service is None:
        raise Refusal("unknown_service")
    return json_response({"hours": service.hours, "quota": service.quota})


@blueprint.put("/services/<int:service_id>/hours")
@needs(Permission.MANAGE_HOURS)
@blueprint.input(ServiceHoursIn, arg_name="body")
@blueprint.output(ServiceHoursOut)
@blueprint.doc(
    summary="Set a service's hours and quota", security=STAFF, responses=setting_refusals("unknown_service", body=True)
)
def set_service(service_id: int, body: ServiceHoursIn) -> flask.Response:
    """Set a service's own hours and its daily quota."""
    context = current_context()
    hours.set_service_hours(context.store, signed_in_officer(), service_id, body.hours, body.quota, context.clock())
    return show_service(service_id)


@blueprint.get("/counters/<int:counter_id>/breaks")
@needs(Permission.MANAGE_HOURS)
@blueprint.output(BreaksOut)
@blueprint.doc(summary="A counter's roster", security=STAFF, responses=setting_refusals("unknown_counter"))
def show_breaks(counter_id: int) -> flask.Response:
    """Return the counter's breaks."""
    counter = current_context().catalogue().counters.get(counter_id)
    if counter is None:
        raise Refusal("unknown_counter")
    return json_response({"breaks": list(counter.breaks)})


@blueprint.put("/counters/<int:counter_id>/breaks")
@needs(Permission.MANAGE_HOURS)
@blueprint.input(BreaksIn, arg_name="body")
@blueprint.output(BreaksOut)
@blueprint.doc(
    summary="Set a counter's roster", security=STAFF, responses=setting_refusals("unknown_counter", body=True)
)
def set_breaks(counter_id: int, body: BreaksIn) -> flask.Response:
    """Set the counter's breaks, such as lunch or Friday prayer."""
    context = current_context()
    hours.set_breaks(context.store, signed_in_officer(), counter_id, body.breaks, context.clock())
    return show_breaks(counter_id)
