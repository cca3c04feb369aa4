"""Print agents on kiosk PCs: they fetch jobs, report outcomes and the health of their printers.

The contract is in docs/printing.md. A device's token opens these addresses and no others.
"""

from __future__ import annotations

import time

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.domain.device import DeviceKind
from queue_app.domain.errors import Refusal
from queue_app.domain.print_job import PrintJobState
from queue_app.services.devices import pairing_codes as codes
from queue_app.services.devices import tokens
from queue_app.services.devices.device_pairing import is_agent_token
from queue_app.web.api.responses import DEVICE, json_response, refusals
from queue_app.web.api.schemas.agents import ClaimIn, ClaimOut, HealthIn, PairingIn, PairingOut, ReportIn
from queue_app.web.context import current_context
from queue_app.web.permissions import device, public
from queue_app.web.permissions import signed_in_device as me

blueprint = APIBlueprint("agent", __name__, url_prefix="/api/v1/agent", tag="agent")

MAX_WAIT_SECONDS = 25
"""Seconds; proxies cut connections that are silent for longer."""
_POLL_SECONDS = 2.0
# A busy hall commits often, for other reasons; jobs come one by one anyway.
_MIN_INTERVAL_SECONDS = 0.05


@blueprint.post("/pairing")
@blueprint.input(PairingIn, arg_name="body")
@blueprint.output(PairingOut)
@blueprint.doc(summary="Pair a print agent", responses=refusals("too_many_attempts", body=True))
@public
def pairing(body: PairingIn) -> flask.Response:
    """Give an agent without a token a code, and a token that becomes valid once staff approve the code.

    Called again with this token, say whether staff have approved; an expired code is replaced, with its token.
    """
    context, token = current_context(), body.token
    address = f"{context.site_url()}/admin/displays"
    if token is not None:
        with context.store.read() as connection:
            if is_agent_token(connection, token):
                return json_response({"state": "approved", "code": None, "token": token, "address": address})
        code = codes.pairing_code_of(context.store, token, context.clock())
        if code is not None:
            return json_response(
                {"state": "waiting", "code": code, "token": token, "address": f"{address}?code={code}"}
            )
    code, token = codes.begin_pairing(context.store, DeviceKind.AGENT, context.clock())
    return json_response({"state": "waiting", "code": code, "token": token, "address": f"{address}?code={code}"})


@blueprint.post("/claim")
@device
@blueprint.input(ClaimIn, arg_name="body")
@blueprint.output(ClaimOut)
@blueprint.doc(summary="Claim a job", security=DEVICE, responses=refusals(body=True, device=True))
def claim(body: ClaimIn) -> flask.Response:
    """Wait for a job of the agent's printers, at most so many seconds. The wait holds nothing but the request."""
    context, code = current_context(), me().code
    until = time.monotonic() + min(body.wait, MAX_WAIT_SECONDS)
    while True:
        generation = context.change_signal.generation
        response = context.agents.claim(code, body.have, context.clock())
        remaining = until - time.monotonic()
        if response["job"] is not None or remaining <= 0 or context.change_signal.closed:
            return json_response(response)
        context.change_signal.wait(generation, min(remaining, _POLL_SECONDS))
        time.sleep(_MIN_INTERVAL_SECONDS)


@blueprint.post("/jobs/<int:job_id>/report")
@device
@blueprint.input(ReportIn, arg_name="body")
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(
    summary="Report a job",
    security=DEVICE,
    responses=refusals("unknown_print_job", body=True, device=True),
)
def report(job_id: int, body: ReportIn) -> tuple[str, int]:
    """Record the outcome of a job. Idempotent; a job that belongs to another agent now is unknown."""
    context, state = current_context(), PrintJobState(body.state)
    if job_id >= 2**53 or not context.agents.report(me().code, job_id, state, body.detail, context.clock()):
        raise Refusal("unknown_print_job")
    return "", 204


@blueprint.post("/health")
@device
@blueprint.input(HealthIn, arg_name="body")
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Report health", security=DEVICE, responses=refusals(body=True, device=True))
def health(body: HealthIn) -> tuple[str, int]:
    """Record the health of the agent's printers, and what its PC lacks."""
    context, now = current_context(), current_context().clock()
    for printer in body.printers:
        context.agents.health(me().code, printer.id, printer.model_dump(exclude={"id"}), now)
    trouble = None if body.trouble is None else body.trouble[:200]
    tokens.report_trouble(context.store, me(), trouble, now)
    return "", 204
