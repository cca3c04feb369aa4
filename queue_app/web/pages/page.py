"""Render a page with its texts and its first state."""

from __future__ import annotations

from typing import Any

import flask
from flask_wtf.csrf import generate_csrf

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.clock import to_ms
from queue_app.web.context import current_context
from queue_app.web.texts import LANGUAGE_COOKIE, chosen_language, texts_for, translate


def render_page(template: str, **values: Any) -> flask.Response:
    language = chosen_language()
    response = flask.make_response(
        flask.render_template(
            template,
            asset=current_context().asset,
            language=language,
            csrf=generate_csrf(),
            t=lambda key, **facts: translate(key, language, **facts),
            **values,
        )
    )
    if flask.request.args.get("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


def boot_data(*prefixes: str, **values: Any) -> dict[str, Any]:
    context = current_context()
    return {
        "language": chosen_language(),
        "languages": list(LANGUAGES),
        "build": context.build,
        "assets": f"/assets/{context.build}",
        "time_zone": context.catalogue().time_zone,
        "text": texts_for(*prefixes, "refusal.", "state.", "class.", "language."),
        "now": to_ms(context.clock()),
        **values,
    }
