"""Request bodies: JSON that is declared as JSON and can be parsed, and how large a body may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flask
from flask.json.provider import DefaultJSONProvider

from queue_app.domain.errors import Refusal

_LIMIT_ATTRIBUTE = "queue_app_body_limit"
View = TypeVar("View", bound=Callable[..., Any])


class JsonProvider(DefaultJSONProvider):
    """Flask's JSON, compact and in the given order; input nested too deeply is malformed and not a server error."""

    sort_keys = False
    compact = True

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON. Raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def body_limit(size: int) -> Callable[[View], View]:
    """Mark a route that takes larger bodies than the others, of up to `size` bytes."""

    def mark(view: View) -> View:
        setattr(view, _LIMIT_ATTRIBUTE, size)
        return view

    return mark


def raise_body_limit() -> None:
    """Raise the limit for a route that is marked; before the CSRF check, which parses the body as a form."""
    size = getattr(flask.current_app.view_functions[flask.request.endpoint or ""], _LIMIT_ATTRIBUTE, None)
    if size is not None:
        flask.request.max_content_length = size


def require_json() -> None:
    """Require a JSON content type on POST. Raises Refusal unsupported_media.

    A page of another site can make a visitor's browser send any other content type without a preflight request.
    """
    if flask.request.method == "POST" and not flask.request.is_json:
        raise Refusal("unsupported_media")
