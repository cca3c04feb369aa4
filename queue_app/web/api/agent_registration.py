"""Registration of print agents by a token, for administrators; pairing by a code is with the other devices."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.domain.device import DeviceKind
from queue_app.domain.permissions import Permission
from queue_app.services.devices import tokens
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.printers import AgentsOut, AgentTokenOut, NewAgentIn
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("agent_registration", __name__, url_prefix="/api/v1/devices/agents", tag="print agents")


@blueprint.get("")
@needs(Permission.MANAGE_AGENTS)
@blueprint.output(AgentsOut)
@blueprint.doc(summary="Print agents", security=STAFF, responses=refusals(staff=True))
def agents() -> flask.Response:
    """List all print agents, and when each was seen last."""
    listed = tokens.devices(current_context().store, DeviceKind.AGENT)
    names = ("code", "name", "created_at", "last_seen_at", "revoked_at", "trouble")
    return json_response({"agents": [{name: getattr(agent, name) for name in names} for agent in listed]})


@blueprint.post("")
@needs(Permission.MANAGE_AGENTS)
@blueprint.input(NewAgentIn, arg_name="body")
@blueprint.output(AgentTokenOut)
@blueprint.doc(summary="Add a print agent", security=STAFF, responses=refusals("bad_setting", body=True, staff=True))
def add_agent(body: NewAgentIn) -> flask.Response:
    """Register a print agent and return its token (shown once); a lost token is revoked and replaced."""
    token = tokens.add_device(
        current_context().store, DeviceKind.AGENT, body.code, body.name, current_context().clock(), signed_in_officer()
    )
    return json_response({"code": body.code, "token": token})


@blueprint.delete("/<code>")
@needs(Permission.MANAGE_AGENTS)
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Revoke a print agent", security=STAFF, responses=refusals("unknown_device", staff=True))
def revoke_agent(code: str) -> tuple[str, int]:
    """Revoke a print agent's token, from its next request on."""
    tokens.revoke_device(
        current_context().store, DeviceKind.AGENT, code, current_context().clock(), signed_in_officer()
    )
    return "", 204
