"""Counter actions on a ticket. Actions that need no more than the ticket's id come from the table of moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import flask
from apiflask import APIBlueprint

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.services.queue import calling, counters, issuing, moves
from queue_app.snapshots.counter import transfer_targets
from queue_app.store.unit_of_work import Store
from queue_app.web.api.counters import AT_COUNTER, CALLING, ON_TICKET, counter_response
from queue_app.web.api.responses import STAFF, View, idempotency_key, idempotent, json_response, refusals
from queue_app.web.api.schemas.common import EmptyIn
from queue_app.web.api.schemas.counters import (
    ActionIn,
    CallIn,
    CancelIn,
    ChangeIn,
    CounterStateOut,
    NoteIn,
    PauseIn,
    TargetsOut,
    TransferIn,
    WalkUpIn,
)
from queue_app.web.api.tickets import staff_request
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("acts", __name__, url_prefix="/api/v1/counters", tag="acts at a counter")

CounterAction = Callable[[Store, Officer, int, int, datetime, str | None], None]


def _in_hand(verb: Verb) -> CounterAction:
    def act(store: Store, user: Officer, counter_id: int, ticket_id: int, now: datetime, key: str | None) -> None:
        calling.act_on_ticket(store, user, counter_id, ticket_id, verb, now, key)

    return act


# Actions whose body is the ticket alone, and their refusals besides the common ones.
SIMPLE_ACTIONS: dict[Verb, tuple[CounterAction, tuple[str, ...]]] = {
    Verb.RECALL: (_in_hand(Verb.RECALL), ("too_soon",)),
    Verb.START: (_in_hand(Verb.START), ("counter_occupied",)),
    Verb.COMPLETE: (_in_hand(Verb.COMPLETE), ()),
    Verb.NO_SHOW: (_in_hand(Verb.NO_SHOW), ("too_few_calls",)),
    Verb.HOLD: (moves.hold, ()),
    Verb.RESUME: (moves.resume, ("counter_occupied", "counter_paused")),
    Verb.RETURN: (moves.return_no_show, ("return_too_late",)),
    Verb.UNDO: (calling.undo, ("undo_too_late", "counter_occupied")),
}


def _add_action(verb: Verb) -> None:
    act, more = SIMPLE_ACTIONS[verb]
    name = verb.value.replace("_", "-")

    @blueprint.post(f"/<int:counter_id>/{name}", endpoint=verb.value)
    @needs(Permission.OPERATE_COUNTERS)
    @blueprint.input(ActionIn, arg_name="body")
    @blueprint.output(CounterStateOut)
    @blueprint.doc(
        summary=f"{name.capitalize()} a ticket",
        description="Refused with 409 if the ticket's state does not allow it.",
        security=STAFF,
        responses=refusals(*ON_TICKET, *more, body=True, staff=True),
    )
    @idempotent
    def route(counter_id: int, body: ActionIn) -> flask.Response:
        context = current_context()
        act(context.store, signed_in_officer(), counter_id, body.ticket, context.clock(), idempotency_key())
        return counter_response(counter_id)


for _verb in SIMPLE_ACTIONS:
    _add_action(_verb)


def _doc(summary: str, *codes: str) -> Callable[[View], View]:
    documented: Callable[[View], View] = blueprint.doc(
        summary=summary, security=STAFF, responses=refusals(*codes, body=True, staff=True)
    )
    return documented


@blueprint.post("/<int:counter_id>/call")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(CallIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Call a given number", *CALLING, "unknown_ticket", "wrong_state", "lost_race", "not_served_here")
@idempotent
def call(counter_id: int, body: CallIn) -> flask.Response:
    """Complete the current visit, if it was started, and call this waiting ticket out of turn."""
    context = current_context()
    requested = body.ticket if body.ticket is not None else body.label or ""
    calling.call_specific(context.store, signed_in_officer(), counter_id, requested, context.clock(), idempotency_key())
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/transfer")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(TransferIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Transfer a ticket", *ON_TICKET, "unknown_service", "unknown_officer", "not_served_here", "counter_not_open")
@idempotent
def transfer(counter_id: int, body: TransferIn) -> flask.Response:
    """Send a ticket to a service, a counter or an officer, with its original time."""
    context = current_context()
    target = moves.TransferTarget(body.service, body.counter, body.officer, body.first)
    moves.transfer(
        context.store, signed_in_officer(), counter_id, body.ticket, target, context.clock(), idempotency_key()
    )
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/change")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(ChangeIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Put a ticket right", *ON_TICKET, "unknown_service")
@idempotent
def change(counter_id: int, body: ChangeIn) -> flask.Response:
    """Change the service, class or number of files; the ticket keeps its time."""
    context = current_context()
    kind = None if body.ticket_class is None else TicketClass(body.ticket_class)
    to = moves.TicketChange(body.service, kind, body.files)
    moves.change(context.store, signed_in_officer(), counter_id, body.ticket, to, context.clock(), idempotency_key())
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/cancel")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(CancelIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Cancel a ticket", *ON_TICKET)
@idempotent
def cancel(counter_id: int, body: CancelIn) -> flask.Response:
    """Cancel a ticket that waits, was called or is on hold, with a reason."""
    context = current_context()
    moves.cancel_by_staff(
        context.store, signed_in_officer(), counter_id, body.ticket, body.reason, context.clock(), idempotency_key()
    )
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/note")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(NoteIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Write a note on a visit", *AT_COUNTER, "unknown_ticket", "notes_off", "key_reused")
@idempotent
def note(counter_id: int, body: NoteIn) -> flask.Response:
    """Add a note that only the agency of the ticket's service reads."""
    context = current_context()
    moves.add_note(
        context.store, signed_in_officer(), counter_id, body.ticket, body.text, context.clock(), idempotency_key()
    )
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/serve-direct")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(WalkUpIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc(
    "Serve without a ticket",
    *AT_COUNTER,
    "counter_paused",
    "counter_occupied",
    "unknown_service",
    "not_served_here",
    "key_reused",
    "no_number_left",
)
@idempotent
def serve_direct(counter_id: int, body: WalkUpIn) -> flask.Response:
    """Issue a ticket and start serving a walk-up visitor."""
    context = current_context()
    issuing.serve_direct(context.store, signed_in_officer(), counter_id, staff_request(body), context.clock())
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/pause")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(PauseIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("Take a break", *AT_COUNTER, "counter_busy", "would_strand")
def pause(counter_id: int, body: PauseIn) -> flask.Response:
    """Pause the counter: it stays the officer's, and calls nobody until the pause ends."""
    context = current_context()
    counters.pause(
        context.store, signed_in_officer(), counter_id, body.reason, context.clock(), leave_waiting=body.leave_waiting
    )
    return counter_response(counter_id)


@blueprint.post("/<int:counter_id>/end-pause")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(CounterStateOut)
@_doc("End the break", *AT_COUNTER)
def back(counter_id: int, body: EmptyIn) -> flask.Response:
    """End the counter's pause."""
    context = current_context()
    counters.end_pause(context.store, signed_in_officer(), counter_id, context.clock())
    return counter_response(counter_id)


@blueprint.get("/<int:counter_id>/targets")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.output(TargetsOut)
@blueprint.doc(summary="Transfer targets", security=STAFF, responses=refusals("unknown_counter", staff=True))
def targets(counter_id: int) -> flask.Response:
    """List services, open counters and officers to whom this counter may transfer."""
    with current_context().moment() as moment:
        counter = counters.require_counter(moment.catalogue, signed_in_officer(), counter_id)
        return json_response(transfer_targets(moment, counter))
