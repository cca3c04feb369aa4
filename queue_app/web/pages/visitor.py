"""The visitor's page of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask

from queue_app.domain.numbering import is_token
from queue_app.domain.ticket import FINAL, MOVES, Actor, Verb, states_by_verb
from queue_app.snapshots.line import build_line
from queue_app.snapshots.ticket import public_ticket
from queue_app.store import queries
from queue_app.web.context import current_context
from queue_app.web.pages.page import boot_data, render_page
from queue_app.web.permissions import public

blueprint = flask.Blueprint("visitor", __name__)

# What a phone knows of the table of moves: when its holder may leave, when all is over, when nobody takes that back.
_LIFE_OF_VISITORS = {
    "may_cancel": states_by_verb(Actor.VISITOR)[Verb.CANCEL],
    "ended": sorted(FINAL),
    "final": sorted(FINAL - MOVES[Verb.UNDO].sources),
}


@blueprint.get("/t/<token>")
@public
def visitor(token: str) -> flask.Response:
    """Serve the visitor's own ticket, for the phone."""
    context = current_context()
    with context.moment() as moment:
        row = queries.ticket_by_token(moment.connection, token) if is_token(token) else None
        if row is None or row.service_id not in moment.catalogue.services:
            response = render_page("visitor/unknown_ticket.html", hall_name=moment.catalogue.hall_name)
            response.status_code = 404
            return response
        ticket = public_ticket(moment, row, context.site_url())
        line: Mapping[str, Any] = build_line(moment, str(row.service_id))
        undo_ms = moment.catalogue.policy.undo_s * 1000
        prefixes = ("visitor.", "closed.", "when.")
        boot = boot_data(*prefixes, life=_LIFE_OF_VISITORS, ticket=ticket, seq=moment.seq, line=line, undo_ms=undo_ms)
        return render_page("visitor/ticket.html", hall_name=moment.catalogue.hall_name, boot=boot)
