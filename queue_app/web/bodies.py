"""What a request may bring: JSON that says it is JSON, and that can be read."""

from __future__ import annotations

from typing import Any

import flask
from flask.json.provider import DefaultJSONProvider

from queue_app.domain.errors import Refusal


class JsonProvider(DefaultJSONProvider):
    """Flask's JSON, written short and in the order given; what nests too deeply is malformed and not a fault."""

    sort_keys = False
    compact = True

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON. Raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def require_json() -> None:
    """Raises Refusal unsupported_media for a POST that does not say that it is JSON.

    A page of another site can make a visitor's browser send any other kind without asking.
    """
    if flask.request.method == "POST" and not flask.request.is_json:
        raise Refusal("unsupported_media")
