"""Explains calls out of turn: why another number was called before a ticket, for visitor and officer."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import flask
from apiflask import APIBlueprint

from queue_app.domain.catalogue import LANGUAGES, Catalogue
from queue_app.domain.clock import from_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.explanations import OvertakeReason, PastCall
from queue_app.domain.permissions import Permission
from queue_app.services.queue.counters import require_counter
from queue_app.services.queue.explanations import explain_current_ticket, overtaking_calls
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.tickets import OvertakeQuery, ReasonOut, ReasonsOut
from queue_app.web.api.tickets import require_ticket
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, public, signed_in_officer
from queue_app.web.texts import translate

blueprint = APIBlueprint("why", __name__, url_prefix="/api/v1", tag="why")


@blueprint.get("/tickets/<token>/why")
@blueprint.output(ReasonsOut)
@blueprint.doc(summary="Explain calls before a ticket", responses=refusals("unknown_ticket"))
@public
def explain_ticket(token: str) -> flask.Response:
    """List the newest calls, at most 5, of visitors who came after this ticket but were called before it, and why."""
    with current_context().moment() as moment:
        row = require_ticket(moment, token)
        calls = overtaking_calls(moment.connection, moment.catalogue, row)
        return json_response({"calls": [_reason_json(moment.catalogue, call, reason) for call, reason in calls]})


@blueprint.get("/counters/<int:counter_id>/why")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(OvertakeQuery, location="query", arg_name="query")
@blueprint.output(ReasonOut)
@blueprint.doc(
    summary="Explain the current call",
    security=STAFF,
    responses=refusals("unknown_counter", "unknown_ticket", staff=True),
)
def explain_current_call(counter_id: int, query: OvertakeQuery) -> flask.Response:
    """Explain why this counter's current ticket was called before the given waiting ticket."""
    with current_context().moment() as moment:
        counter = require_counter(moment.catalogue, signed_in_officer(), counter_id)
        call, reason = explain_current_ticket(moment.connection, moment.catalogue, counter, query.ticket)
        return json_response(_reason_json(moment.catalogue, call, reason))


def _reason_json(catalogue: Catalogue, call: PastCall, reason: OvertakeReason) -> dict[str, Any]:
    counter = catalogue.counters.get(call.counter_id)
    if counter is None:
        raise Refusal("unknown_counter")
    facts = {**reason.facts, "label": call.label, "counter": counter.name}
    if "start_at" in facts:
        facts["start"] = f"{from_ms(int(str(facts['start_at']))).astimezone(ZoneInfo(catalogue.time_zone)):%H:%M}"
    return {
        "label": call.label,
        "counter": {"code": counter.code, "name": counter.name},
        "at": call.at,
        "code": reason.code.value,
        "text": {language: _sentence(reason, language, facts) for language in LANGUAGES},
    }


def _sentence(reason: OvertakeReason, language: str, facts: dict[str, object]) -> str:
    named = {} if "class" not in facts else {"class_name": translate(f"class.{facts['class']}", language).lower()}
    return translate(f"why.{reason.code.value}", language, **facts, **named)
