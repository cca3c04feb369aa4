"""Authentication of routes. Each route is marked `@public`, `@staff` or `@device`; a test walks them all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.services.accounts.sessions import authenticate
from queue_app.services.devices import tokens
from queue_app.services.devices.tokens import Device
from queue_app.services.throttle import RateLimiter
from queue_app.web.context import current_context

SESSION_COOKIE = "queue_session"
AUTH_ATTRIBUTE = "queue_app_auth"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
# A print agent sends a few requests a second when jobs come fast.
_device_limiter = RateLimiter(200, 10)
View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a route that anybody may call: it shows and does nothing that belongs to one person."""
    setattr(view, AUTH_ATTRIBUTE, "public")
    return view


def staff(view: View) -> View:
    """Restrict a route to signed-in staff: by session cookie (then with a CSRF token when it changes something)
    or by bearer token.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        officer = current_officer()
        if officer is None:
            raise Refusal("sign_in_needed")
        if flask.request.method not in _SAFE_METHODS and _bearer() is None:
            csrf.protect()
        flask.g.officer = officer
        return view(*args, **kwargs)

    setattr(guarded, AUTH_ATTRIBUTE, "staff")
    return cast(View, guarded)


def device(view: View) -> View:
    """Restrict a route to paired devices, by bearer token."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        context, token = current_context(), _bearer()
        address = flask.request.remote_addr or ""
        caller = None if token is None else tokens.authenticate(context.store, token, address, context.clock())
        if caller is None:
            raise Refusal("sign_in_needed")
        _device_limiter.count((context.store, caller.id))
        flask.g.device = caller
        return view(*args, **kwargs)

    setattr(guarded, AUTH_ATTRIBUTE, "device")
    return cast(View, guarded)


def signed_in_device() -> Device:
    """Return the calling device, inside a `@device` route."""
    caller = flask.g.device
    assert isinstance(caller, Device)
    return caller


def signed_in_officer() -> Officer:
    """Return the signed-in officer, inside a `@staff` route."""
    caller = flask.g.officer
    assert isinstance(caller, Officer)
    return caller


def current_officer(token: str | None = None) -> Officer | None:
    """Resolve the officer from `token`, bearer token or session cookie; None if signed out."""
    token = token or _bearer() or flask.request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    context = current_context()
    return authenticate(context.store, token, context.clock())


def _bearer() -> str | None:
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
