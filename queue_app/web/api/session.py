"""Signing in and out, for API clients; the pages have forms of their own."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.domain.permissions import Permission
from queue_app.services.accounts import sessions as accounts
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.common import SessionOut, SignInIn
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, public, signed_in_officer

blueprint = APIBlueprint("session", __name__, url_prefix="/api/v1", tag="session")


@blueprint.post("/session")
@blueprint.input(SignInIn, arg_name="body")
@blueprint.output(SessionOut)
@blueprint.doc(summary="Sign in", responses=refusals("wrong_sign_in", "too_many_attempts", body=True))
@public
def sign_in(body: SignInIn) -> flask.Response:
    """Open a session and return its bearer token (12 hours)."""
    context = current_context()
    address = flask.request.remote_addr or ""
    token, user = accounts.sign_in(context.store, body.username, body.password, address, context.clock())
    return json_response({"token": token, "officer": {"name": user.name, "role": user.role.value}})


@blueprint.delete("/session")
@needs(Permission.SIGN_OUT)
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Sign out", security=STAFF, responses=refusals(staff=True))
def sign_out() -> tuple[str, int]:
    """End this session and leave its counters."""
    context = current_context()
    accounts.sign_out(context.store, signed_in_officer(), context.clock())
    return "", 204
