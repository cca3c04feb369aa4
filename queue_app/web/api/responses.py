"""Shared by the API modules: JSON responses and the documented refusals."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import flask

from queue_app.domain.errors import Refusal
from queue_app.web.api.schemas.common import Problem
from queue_app.web.errors import STATUS
from queue_app.web.permissions import access_of

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")

IDEMPOTENT_ATTRIBUTE = "queue_app_keyed"
KEY_PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
    "description": "A random key per act: sending the same request again with it changes nothing.",
}
View = TypeVar("View", bound=Callable[..., Any])
STAFF: Any = [{"session": []}]
DEVICE: Any = [{"device": []}]
# Refusals that any route may return.
_ALWAYS = ("bad_request", "not_found")
_WITH_BODY = ("too_large", "unsupported_media")
_DEVICE = ("sign_in_needed", "too_many_attempts")
_STAFF = ("sign_in_needed", "not_allowed", "csrf_failed")


def refusals(
    *codes: str, body: bool = False, staff: bool = False, device: bool = False
) -> Any:  # APIFlask asks for a narrower type than the OpenAPI object it takes
    """Return the documented problem responses of a route, by status (OpenAPI response objects)."""
    listed = codes + _ALWAYS + (_WITH_BODY if body else ()) + (_STAFF if staff else ()) + (_DEVICE if device else ())
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(listed):
        by_status.setdefault(STATUS[code], []).append(code)
    return {
        status: {
            "description": ", ".join(codes),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, codes in sorted(by_status.items())
    }


def setting_refusals(*codes: str, body: bool = False) -> Any:
    """Return `refusals` for a route of settings: staff only, and what is sent may be a wrong setting."""
    return refusals(*codes, *(["bad_setting"] if body else []), body=body, staff=True)


def json_response(body: dict[str, Any], status: int = 200) -> flask.Response:
    """Make a JSON response. A response object is not validated a second time on the hot path."""
    response = flask.jsonify(body)
    response.status_code = status
    return response


def idempotency_key() -> str | None:
    """Return the caller's key, if any. Raises Refusal bad_request when it is malformed."""
    key = flask.request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Refusal("bad_request")
    return key


def new_key() -> str:
    """Make a key for a request without one."""
    return secrets.token_urlsafe(24)


def idempotent(view: View) -> View:
    """Mark a route that takes an Idempotency-Key, for the OpenAPI document."""
    setattr(view, IDEMPOTENT_ATTRIBUTE, True)
    return view


def complete_spec(app: flask.Flask, spec: Any) -> Any:
    """Add to the OpenAPI document what APIFlask does not know: problems, needed bodies, permissions, the key header."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/Problem.{model}")
    parts = {f"Problem.{name}": schema for name, schema in problem.pop("$defs").items()}
    spec["components"]["schemas"] |= {"Problem": problem, **parts}
    for operations in spec["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    for rule in app.url_map.iter_rules():
        view, path = app.view_functions[rule.endpoint], re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if getattr(view, IDEMPOTENT_ATTRIBUTE, False):
            spec["paths"][path]["post"].setdefault("parameters", []).append(KEY_PARAMETER)
        access = access_of(view)
        if access is not None and access.permission is not None and path in spec["paths"]:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                spec["paths"][path][method.lower()]["x-permission"] = access.permission.value
    return spec
