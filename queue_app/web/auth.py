"""Authentication of staff: by session cookie or bearer token; the sign-in form and the page it leads back to."""

from __future__ import annotations

import flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from queue_app.domain.staff import Officer
from queue_app.services.accounts.sessions import authenticate
from queue_app.web.context import current_context

SESSION_COOKIE = "queue_session"

csrf = CSRFProtect()


def current_officer(token: str | None = None) -> Officer | None:
    """Resolve the officer from `token`, bearer token or session cookie; None if signed out."""
    token = token or bearer_token() or flask.request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    context = current_context()
    return authenticate(context.store, token, context.clock())


def bearer_token() -> str | None:
    """Return the bearer token of the request, if it has one."""
    scheme, _, token = flask.request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


_STAFF_PAGES = ("/counter", "/reception", "/preview", "/admin")


def redirect_to_sign_in() -> Response:
    """Redirect to the sign-in form, which leads back to the requested page."""
    path = flask.request.full_path.rstrip("?")
    return flask.redirect(flask.url_for("sign_in.sign_in_form", next=path if path != "/counter" else None))


def page_after_sign_in(path: str) -> str:
    """Return the staff page requested before sign-in, or the choice of counters: never an address of another site."""
    is_staff_page = path.startswith(_STAFF_PAGES) and path.isascii() and path.isprintable() and "\\" not in path
    return path if is_staff_page and len(path) <= 200 else "/counter"
