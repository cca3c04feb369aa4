"""Tickets, for visitors: issue, show, cancel."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import is_token
from queue_app.domain.ticket import TicketClass
from queue_app.services.queue import issuing, moves
from queue_app.snapshots.moment import Moment
from queue_app.snapshots.print_jobs import print_jobs_of_ticket
from queue_app.snapshots.ticket import public_ticket, ticket_json
from queue_app.store import queries
from queue_app.store.printers import print_jobs_of
from queue_app.store.queries import TicketRow
from queue_app.web.api.responses import idempotency_key, idempotent, json_response, new_key, refusals
from queue_app.web.api.schemas.common import EmptyIn
from queue_app.web.api.schemas.counters import WalkUpIn
from queue_app.web.api.schemas.tickets import IssuedOut, IssueIn, PrintJobsOut, TicketOut
from queue_app.web.context import current_context
from queue_app.web.device_auth import may_use_kiosk
from queue_app.web.permissions import public
from queue_app.web.printer_words import with_sentence

blueprint = APIBlueprint("tickets", __name__, url_prefix="/api/v1", tag="tickets")


@blueprint.post("/tickets")
@blueprint.input(IssueIn, arg_name="body")
@blueprint.output(IssuedOut, status_code=201)
@blueprint.doc(
    summary="Issue a ticket",
    responses={
        200: {
            "description": "An earlier request with the same key had made this ticket",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IssuedOut"}}},
        },
        **refusals(
            "unknown_service",
            "service_closed",
            "quota_reached",
            "not_allowed",
            "unknown_kiosk",
            "key_reused",
            "no_number_left",
            body=True,
        ),
    },
)
@idempotent
@public
def issue(body: IssueIn) -> flask.Response:
    """Issue a ticket and queue its slip; a repeat with the same key gets the first response.

    In a hall that pairs its screens, only paired kiosks and staff may issue.
    """
    context = current_context()
    request = issuing.IssueRequest(
        service_id=body.service,
        ticket_class=TicketClass(body.ticket_class),
        language=body.language,
        kiosk_code=body.kiosk,
        key=idempotency_key() or new_key(),
        known=may_use_kiosk(body.kiosk),
    )
    url = context.site_url()
    return issue_response(issuing.issue(context.store, request, context.clock(), url), url)


def staff_request(body: WalkUpIn, printer_code: str | None = None) -> issuing.IssueRequest:
    """Return the request of staff for a visitor's ticket."""
    return issuing.IssueRequest(
        service_id=body.service,
        ticket_class=TicketClass(body.ticket_class),
        language=body.language,
        kiosk_code=None,
        key=idempotency_key() or new_key(),
        files=body.files,
        printer_code=printer_code,
    )


def issue_response(issued: issuing.Issued, url: str) -> flask.Response:
    """Respond with a fresh ticket and its print job; 200 instead of 201 for a repeat."""
    job = issued.print_job
    return json_response(
        {
            "ticket": ticket_json(issued.catalogue, issued.ticket, issued.ahead, issued.promised, url),
            "print_job": None if job is None else {"id": job.id, "state": job.state},
        },
        status=200 if issued.repeated else 201,
    )


@blueprint.get("/tickets/<token>")
@blueprint.output(TicketOut)
@blueprint.doc(summary="Show a ticket", responses=refusals("unknown_ticket"))
@public
def ticket(token: str) -> flask.Response:
    """Return a ticket by its public token."""
    context = current_context()
    with context.moment() as moment:
        return json_response(public_ticket(moment, require_ticket(moment, token), context.site_url()))


@blueprint.post("/tickets/<token>/cancel")
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(TicketOut)
@blueprint.doc(summary="Cancel a ticket", responses=refusals("unknown_ticket", "wrong_state", body=True))
@public
def cancel(token: str, body: EmptyIn) -> flask.Response:
    """Cancel the visitor's own ticket."""
    context = current_context()
    if not is_token(token):
        raise Refusal("unknown_ticket")
    moves.cancel(context.store, token, context.clock())
    with context.moment() as moment:
        return json_response(public_ticket(moment, require_ticket(moment, token), context.site_url()))


@blueprint.get("/tickets/<token>/print-jobs")
@blueprint.output(PrintJobsOut)
@blueprint.doc(summary="Print jobs of a ticket", responses=refusals("unknown_ticket"))
@public
def print_jobs(token: str) -> flask.Response:
    """List the ticket's print jobs."""
    with current_context().moment() as moment:
        row = require_ticket(moment, token)
        jobs = print_jobs_of_ticket(moment, row.id, print_jobs_of(moment.connection, row.id))
    return json_response({"print_jobs": [with_sentence(job) for job in jobs]})


def require_ticket(moment: Moment, token: str) -> TicketRow:
    """Require the ticket of a public token. Raises Refusal unknown_ticket."""
    row = queries.ticket_by_token(moment.connection, token) if is_token(token) else None
    # A service that has left the catalogue has no names to show.
    if row is None or row.service_id not in moment.catalogue.services:
        raise Refusal("unknown_ticket")
    return row
