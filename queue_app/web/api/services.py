"""Whether a service is open, for everybody; stopping and resuming it, for staff."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.live import states
from queue_app.live.openings import offer_json
from queue_app.services.offering import set_issuing
from queue_app.web.api._kit import STAFF, answer, refusals
from queue_app.web.api.schemas import NothingIn, ServiceOpeningOut, ServiceOut
from queue_app.web.auth import officer, public, staff
from queue_app.web.context import here

blueprint = APIBlueprint("services", __name__, url_prefix="/api/v1/services", tag="services")


@blueprint.get("/<int:service_id>/opening")
@blueprint.output(ServiceOpeningOut)
@blueprint.doc(summary="Opening of a service", responses=refusals("unknown_service"))
@public
def opening(service_id: int) -> flask.Response:
    """Return whether the service gives numbers now, why not, until when, and about how many are left today."""
    with here().moment() as moment:
        if service_id not in moment.catalogue.services:
            raise Refusal("unknown_service")
        return answer(offer_json(states.offered(moment, service_id)[service_id]))


@blueprint.post("/<int:service_id>/stop")
@staff
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(ServiceOut)
@blueprint.doc(
    summary="Stop giving numbers", security=STAFF, responses=refusals("unknown_service", body=True, staff=True)
)
def stop(service_id: int, body: NothingIn) -> flask.Response:
    """Stop giving numbers for this service until it is resumed; waiting tickets stay in the line."""
    return _set(service_id, issuing=False)


@blueprint.post("/<int:service_id>/resume")
@staff
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(ServiceOut)
@blueprint.doc(
    summary="Give numbers again", security=STAFF, responses=refusals("unknown_service", body=True, staff=True)
)
def resume(service_id: int, body: NothingIn) -> flask.Response:
    """Resume giving numbers for this service."""
    return _set(service_id, issuing=True)


def _set(service_id: int, *, issuing: bool) -> flask.Response:
    context = here()
    set_issuing(context.store, officer(), service_id, issuing=issuing, now=context.clock())
    with context.moment() as moment:
        return answer(states.service_json(moment, service_id))
