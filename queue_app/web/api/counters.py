"""Actions at a counter. Actions on the current ticket come from the table of moves."""

from __future__ import annotations

import time
from typing import Any

import flask
from apiflask import APIBlueprint

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.services.queue import calling
from queue_app.services.queue import counters as seats
from queue_app.snapshots.catalogue import counter_summary
from queue_app.snapshots.counter import build_counter
from queue_app.store import queries
from queue_app.web.api.responses import STAFF, idempotency_key, idempotent, json_response, refusals
from queue_app.web.api.schemas.common import EmptyIn
from queue_app.web.api.schemas.counters import (
    CloseCounterIn,
    CountersOut,
    CounterStateOut,
    CounterWithRangeOut,
    OpenCounterIn,
)
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("counters", __name__, url_prefix="/api/v1/counters", tag="counters")

AT_COUNTER = ("unknown_counter", "counter_closed", "not_your_counter")
CALLING = (*AT_COUNTER, "counter_paused", "ticket_not_started", "key_reused")
ON_TICKET = (*AT_COUNTER, "unknown_ticket", "wrong_state", "lost_race", "key_reused")


@blueprint.get("")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.output(CountersOut)
@blueprint.doc(summary="List counters", security=STAFF, responses=refusals(staff=True))
def list_counters() -> flask.Response:
    """List the counters that the signed-in officer may open, and the officer at each."""
    return json_response({"counters": counter_choices(signed_in_officer())})


@blueprint.get("/<int:counter_id>")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.output(CounterWithRangeOut)
@blueprint.doc(summary="Show a counter", security=STAFF, responses=refusals("unknown_counter", staff=True))
def show(counter_id: int) -> flask.Response:
    """Return the current ticket and the line of one counter."""
    return json_response(counter_state(signed_in_officer(), counter_id))


@blueprint.post("/<int:counter_id>/open")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(OpenCounterIn, arg_name="body")
@blueprint.output(CounterStateOut)
@blueprint.doc(
    summary="Open a counter",
    security=STAFF,
    responses=refusals("unknown_counter", "counter_taken", "counter_busy", body=True, staff=True),
)
def open_counter(counter_id: int, body: OpenCounterIn) -> flask.Response:
    """Open a counter; an officer can hold one counter at a time. `take_over` takes it from the officer there."""
    context = current_context()
    seats.open_counter(context.store, signed_in_officer(), counter_id, context.clock(), take_over=body.take_over)
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/close")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(CloseCounterIn, arg_name="body")
@blueprint.output(CounterStateOut)
@blueprint.doc(
    summary="Close a counter",
    security=STAFF,
    responses=refusals(*AT_COUNTER, "counter_busy", "would_strand", body=True, staff=True),
)
def close_counter(counter_id: int, body: CloseCounterIn) -> flask.Response:
    """Leave a counter; with `hand_over` the current ticket stays there for the next officer."""
    context = current_context()
    seats.close_counter(
        context.store,
        signed_in_officer(),
        counter_id,
        context.clock(),
        leave_waiting=body.leave_waiting,
        hand_over=body.hand_over,
    )
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/call-next")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(CounterStateOut)
@blueprint.doc(
    summary="Call the next ticket",
    security=STAFF,
    responses=refusals(*CALLING, "nobody_waiting", body=True, staff=True),
)
@idempotent
def call_next(counter_id: int, body: EmptyIn) -> flask.Response:
    """Complete the current visit, if it was started, and call the next ticket."""
    context = current_context()
    calling.call_next(context.store, signed_in_officer(), counter_id, context.clock(), idempotency_key())
    return counter_response(counter_id)


def counter_choices(user: Officer) -> list[dict[str, Any]]:
    """List the counters an officer may open, with the officer at each."""
    with current_context().moment() as moment:
        counters = seats.counters_for(moment.catalogue, user)
        held = queries.counter_holders(moment.connection, [counter.id for counter in counters])
        return [
            {
                **counter_summary(moment.catalogue, counter),
                "status": "open" if counter.id in held else "closed",
                "officer": held[counter.id].name if counter.id in held else None,
                "mine": counter.id in held and held[counter.id].session_id == user.session_id,
            }
            for counter in counters
        ]


def counter_state(user: Officer, counter_id: int, *, brief: bool = False) -> dict[str, Any]:
    """Build a counter's state for an officer; `brief`: without `range`. Raises Refusal unknown_counter, not_allowed."""
    with current_context().moment() as moment:
        counter = seats.require_counter(moment.catalogue, user, counter_id)
        state = build_counter(moment, str(counter.id), brief=brief)
        return {"seq": moment.seq, "mine": state["session_id"] == user.session_id, **state}


def counter_response(counter_id: int) -> flask.Response:
    """Respond to an action with the counter's state, without `range`, which the room publishes soon after."""
    time.sleep(0)  # with gevent: displays get a call before the officer's response is made
    return json_response(counter_state(signed_in_officer(), counter_id, brief=True))
