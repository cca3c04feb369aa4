"""Reception: staff issue tickets for visitors, and choose the printer."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.permissions import Permission
from queue_app.services.queue import issuing
from queue_app.web.api.responses import STAFF, idempotent, refusals
from queue_app.web.api.schemas.counters import StaffIssueIn
from queue_app.web.api.schemas.tickets import IssuedOut
from queue_app.web.api.tickets import issue_response, staff_request
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("reception", __name__, url_prefix="/api/v1/staff", tag="reception")


@blueprint.post("/tickets")
@needs(Permission.ISSUE_TICKETS)
@blueprint.input(StaffIssueIn, arg_name="body")
@blueprint.output(IssuedOut, status_code=201)
@blueprint.doc(
    summary="Issue a ticket for a visitor",
    security=STAFF,
    responses=refusals(
        "unknown_service",
        "service_closed",
        "quota_reached",
        "unknown_printer",
        "key_reused",
        "no_number_left",
        body=True,
        staff=True,
    ),
)
@idempotent
def issue(body: StaffIssueIn) -> flask.Response:
    """Issue a ticket and queue its slip at the chosen printer."""
    context = current_context()
    request, url = staff_request(body, printer_code=body.printer), context.site_url()
    return issue_response(issuing.issue(context.store, request, context.clock(), url, signed_in_officer()), url)
