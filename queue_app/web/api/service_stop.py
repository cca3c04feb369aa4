"""Whether a service is open, for everybody; stopping and resuming it, for staff."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission
from queue_app.services.settings.service_stop import set_issuing
from queue_app.snapshots.catalogue import current_offers, service_json
from queue_app.snapshots.opening import offer_json
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.catalogue import ServiceOut
from queue_app.web.api.schemas.common import EmptyIn, ServiceOpeningOut
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, public, signed_in_officer

blueprint = APIBlueprint("services", __name__, url_prefix="/api/v1/services", tag="services")


@blueprint.get("/<int:service_id>/opening")
@blueprint.output(ServiceOpeningOut)
@blueprint.doc(summary="Opening of a service", responses=refusals("unknown_service"))
@public
def opening(service_id: int) -> flask.Response:
    """Return whether the service gives numbers now, why not, until when, and about how many are left today."""
    with current_context().moment() as moment:
        if service_id not in moment.catalogue.services:
            raise Refusal("unknown_service")
        return json_response(offer_json(current_offers(moment, service_id)[service_id]))


@blueprint.post("/<int:service_id>/stop")
@needs(Permission.STOP_SERVICES)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(ServiceOut)
@blueprint.doc(
    summary="Stop giving numbers", security=STAFF, responses=refusals("unknown_service", body=True, staff=True)
)
def stop(service_id: int, body: EmptyIn) -> flask.Response:
    """Stop giving numbers for this service until it is resumed; waiting tickets stay in the line."""
    return _set(service_id, issuing=False)


@blueprint.post("/<int:service_id>/resume")
@needs(Permission.STOP_SERVICES)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(ServiceOut)
@blueprint.doc(
    summary="Give numbers again", security=STAFF, responses=refusals("unknown_service", body=True, staff=True)
)
def resume(service_id: int, body: EmptyIn) -> flask.Response:
    """Resume giving numbers for this service."""
    return _set(service_id, issuing=True)


def _set(service_id: int, *, issuing: bool) -> flask.Response:
    context = current_context()
    set_issuing(context.store, signed_in_officer(), service_id, issuing=issuing, now=context.clock())
    with context.moment() as moment:
        return json_response(service_json(moment, service_id))
