"""Request bodies: JSON that is declared as JSON and can be parsed."""

from __future__ import annotations

from typing import Any

import flask
from flask.json.provider import DefaultJSONProvider

from queue_app.domain.errors import Refusal


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


def require_json() -> None:
    """Require a JSON content type on POST. Raises Refusal unsupported_media.

    A page of another site can make a visitor's browser send any other content type without a preflight request.
    """
    if flask.request.method == "POST" and not flask.request.is_json:
        raise Refusal("unsupported_media")
