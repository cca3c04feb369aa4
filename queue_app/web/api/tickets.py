"""Tickets, for visitors: issue, show, cancel."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import is_token
from queue_app.domain.ticket import TicketClass
from queue_app.live.papers import papers_of
from queue_app.live.states import Moment, public_ticket, ticket_json
from queue_app.services import issuing, moving
from queue_app.store import views
from queue_app.store.printers import print_jobs_of
from queue_app.store.views import TicketRow
from queue_app.web.api._kit import answer, idempotency_key, keyed, new_key, refusals
from queue_app.web.api.schemas import IssuedOut, IssueIn, NothingIn, PrintJobsOut, TicketOut
from queue_app.web.auth import public
from queue_app.web.context import here
from queue_app.web.printers import with_reason
from queue_app.web.screens import is_known

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
@keyed
@public
def issue(body: IssueIn) -> flask.Response:
    """Issue a ticket and queue its slip; a repeat with the same key gets the first response.

    In a hall that pairs its screens, only paired kiosks and staff may issue.
    """
    context = here()
    request = issuing.IssueRequest(
        service_id=body.service,
        ticket_class=TicketClass(body.ticket_class),
        language=body.language,
        kiosk_code=body.kiosk,
        key=idempotency_key() or new_key(),
        known=is_known(body.kiosk),
    )
    url = context.site_url()
    return issued_answer(issuing.issue(context.store, request, context.clock(), url), url)


def issued_answer(issued: issuing.Issued, url: str) -> flask.Response:
    """Respond with a fresh ticket and its print job; 200 instead of 201 for a repeat."""
    job = issued.paper
    return answer(
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
    context = here()
    with context.moment() as moment:
        return answer(public_ticket(moment, the_ticket(moment, token), context.site_url()))


@blueprint.post("/tickets/<token>/cancel")
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(TicketOut)
@blueprint.doc(summary="Cancel a ticket", responses=refusals("unknown_ticket", "wrong_state", body=True))
@public
def cancel(token: str, body: NothingIn) -> flask.Response:
    """Cancel the visitor's own ticket."""
    context = here()
    if not is_token(token):
        raise Refusal("unknown_ticket")
    moving.cancel(context.store, token, context.clock())
    with context.moment() as moment:
        return answer(public_ticket(moment, the_ticket(moment, token), context.site_url()))


@blueprint.get("/tickets/<token>/print-jobs")
@blueprint.output(PrintJobsOut)
@blueprint.doc(summary="Print jobs of a ticket", responses=refusals("unknown_ticket"))
@public
def print_jobs(token: str) -> flask.Response:
    """List the ticket's print jobs."""
    with here().moment() as moment:
        row = the_ticket(moment, token)
        jobs = papers_of(moment, row.id, print_jobs_of(moment.connection, row.id))
    return answer({"print_jobs": [with_reason(job) for job in jobs]})


def the_ticket(moment: Moment, token: str) -> TicketRow:
    """Require the ticket of a public token. Raises Refusal unknown_ticket."""
    row = views.ticket_by_token(moment.connection, token) if is_token(token) else None
    # A service that has left the catalogue has no names to show.
    if row is None or row.service_id not in moment.catalogue.services:
        raise Refusal("unknown_ticket")
    return row
