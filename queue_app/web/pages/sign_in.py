"""Pages: signing in and out."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission
from queue_app.services.accounts import sessions
from queue_app.web.auth import (
    SESSION_COOKIE,
    csrf,
    current_officer,
    page_after_sign_in,
)
from queue_app.web.context import current_context
from queue_app.web.errors import STATUS
from queue_app.web.pages.page import boot_data, render_page
from queue_app.web.permissions import needs, public, signed_in_officer
from queue_app.web.texts import chosen_language, translate

blueprint = flask.Blueprint("sign_in", __name__)


@blueprint.get("/counter/sign-in")
@public
def sign_in_form() -> Response:
    """Serve the officer's sign-in form."""
    if current_officer() is not None:
        return flask.redirect(page_after_sign_in(flask.request.args.get("next", "")))
    return _sign_in_page(None, "")


@blueprint.post("/counter/sign-in")
@public
def sign_in() -> Response:
    """Check the form and open a session."""
    csrf.protect()
    context = current_context()
    username = flask.request.form.get("username", "")[:40]
    password = flask.request.form.get("password", "")[:200]
    address = flask.request.remote_addr or ""
    try:
        token, _who = sessions.sign_in(context.store, username, password, address, context.clock())
    except Refusal as refusal:
        text = translate(f"refusal.{refusal.code}.detail", chosen_language(), **refusal.facts)
        response = _sign_in_page(text, username)
        response.status_code = STATUS[refusal.code]
        return response
    answer = flask.redirect(page_after_sign_in(flask.request.form.get("next", "")), code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=round(sessions.SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=flask.request.is_secure,
    )
    return answer


def _sign_in_page(error: str | None, username: str) -> flask.Response:
    return render_page(
        "officer/sign_in.html",
        hall_name=current_context().catalogue().hall_name,
        error=error,
        username=username,
        wanted=flask.request.values.get("next", ""),
        boot=boot_data("sign_in."),
    )


@blueprint.post("/counter/sign-out")
@needs(Permission.SIGN_OUT)
def sign_out() -> Response:
    """End the session and redirect to the form."""
    context = current_context()
    sessions.sign_out(context.store, signed_in_officer(), context.clock())
    response = flask.redirect("/counter/sign-in", code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response
