"""Marks of routes, with what each needs of its caller: `@public`, `@device`, or `@needs` with a permission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

import flask

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.devices import tokens
from queue_app.services.devices.tokens import Device
from queue_app.services.throttle import RateLimiter
from queue_app.web.auth import bearer_token, csrf, current_officer, redirect_to_sign_in
from queue_app.web.context import current_context

ACCESS_ATTRIBUTE = "queue_app_access"
PUBLIC = "public"
DEVICE = "device"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# A print agent sends a few requests a second when jobs come fast.
_device_limiter = RateLimiter(200, 10)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """What a route needs of its caller: `needs` is `PUBLIC`, `DEVICE` or a permission.

    A `page` redirects an anonymous visitor to the sign-in form; `public_in_demo`: in the demo anybody may call it.
    """

    needs: str
    page: bool = False
    public_in_demo: bool = False

    @property
    def permission(self) -> Permission | None:
        """The permission that staff need; None where no member of staff is asked for."""
        return None if self.needs in (PUBLIC, DEVICE) else Permission(self.needs)


def public(view: View) -> View:
    """Mark a route that anybody may call: it shows and does nothing that belongs to one person."""
    setattr(view, ACCESS_ATTRIBUTE, Access(PUBLIC))
    return view


def device(view: View) -> View:
    """Restrict a route to paired devices, by bearer token."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        context, token = current_context(), bearer_token()
        address = flask.request.remote_addr or ""
        caller = None if token is None else tokens.authenticate(context.store, token, address, context.clock())
        if caller is None:
            raise Refusal("sign_in_needed")
        _device_limiter.count((context.store, caller.id))
        flask.g.device = caller
        return view(*args, **kwargs)

    setattr(guarded, ACCESS_ATTRIBUTE, Access(DEVICE))
    return cast(View, guarded)


def needs(permission: Permission, *, page: bool = False, public_in_demo: bool = False) -> Callable[[View], View]:
    """Restrict a route to staff with a permission: by session cookie (then with a CSRF token when it changes
    something) or by bearer token.

    Which agency's things an officer reaches is decided where the thing is known, by `permissions.require_in`.
    """

    def restrict(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if public_in_demo and current_context().demo:
                return view(*args, **kwargs)
            officer = current_officer()
            if officer is None:
                if page:
                    return redirect_to_sign_in()
                raise Refusal("sign_in_needed")
            if flask.request.method not in _SAFE_METHODS and bearer_token() is None:
                csrf.protect()
            require(officer, permission)
            flask.g.officer = officer
            return view(*args, **kwargs)

        setattr(guarded, ACCESS_ATTRIBUTE, Access(permission, page, public_in_demo))
        return cast(View, guarded)

    return restrict


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a route needs of its caller; None where it says nothing."""
    access: Access | None = getattr(view, ACCESS_ATTRIBUTE, None)
    return access


def signed_in_device() -> Device:
    """Return the calling device, inside a `@device` route."""
    caller = flask.g.device
    assert isinstance(caller, Device)
    return caller


def signed_in_officer() -> Officer:
    """Return the signed-in member of staff, inside a `@needs` route."""
    caller = flask.g.officer
    assert isinstance(caller, Officer)
    return caller
