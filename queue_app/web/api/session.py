"""Signing in and out, for API clients; the pages have forms of their own."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.services import staff as accounts
from queue_app.web.api._kit import STAFF, answer, refusals
from queue_app.web.api.schemas import SessionOut, SignInIn
from queue_app.web.auth import officer, public, staff
from queue_app.web.context import here

blueprint = APIBlueprint("session", __name__, url_prefix="/api/v1", tag="session")


@blueprint.post("/session")
@blueprint.input(SignInIn, arg_name="body")
@blueprint.output(SessionOut)
@blueprint.doc(summary="Sign in", responses=refusals("wrong_sign_in", "too_many_attempts", body=True))
@public
def sign_in(body: SignInIn) -> flask.Response:
    """Open a session and return its bearer token (12 hours)."""
    context = here()
    address = flask.request.remote_addr or ""
    token, user = accounts.sign_in(context.store, body.username, body.password, address, context.clock())
    return answer({"token": token, "officer": {"name": user.name, "role": user.role.value}})


@blueprint.delete("/session")
@staff
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Sign out", security=STAFF, responses=refusals(staff=True))
def sign_out() -> tuple[str, int]:
    """End this session and leave its counters."""
    context = here()
    accounts.sign_out(context.store, officer(), context.clock())
    return "", 204
