"""Reception: staff issue tickets for visitors, and choose the printer."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.ticket import TicketClass
from queue_app.services import issuing
from queue_app.web.api._kit import STAFF, idempotency_key, keyed, new_key, refusals
from queue_app.web.api.schemas import IssuedOut
from queue_app.web.api.staff_schemas import StaffIssueIn
from queue_app.web.api.tickets import issued_answer
from queue_app.web.auth import officer, staff
from queue_app.web.context import here

blueprint = APIBlueprint("reception", __name__, url_prefix="/api/v1/staff", tag="reception")


@blueprint.post("/tickets")
@staff
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
@keyed
def issue(body: StaffIssueIn) -> flask.Response:
    """Issue a ticket and queue its slip at the chosen printer."""
    context = here()
    request = issuing.IssueRequest(
        service_id=body.service,
        ticket_class=TicketClass(body.ticket_class),
        language=body.language,
        kiosk_code=None,
        key=idempotency_key() or new_key(),
        files=body.files,
        printer_code=body.printer,
    )
    url = context.site_url()
    return issued_answer(issuing.issue(context.store, request, context.clock(), url, officer()), url)
