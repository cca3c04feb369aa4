"""The frame of the admin pages: one list of them, one template, the same boot data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.web.auth import current_officer, sign_in_first
from queue_app.web.context import here
from queue_app.web.texts import LANGUAGE_COOKIE, chosen_language, texts_for, translate


class AdminPage(NamedTuple):
    """One page: its address, the key of its title, who may see it, and the element and script that fill it."""

    path: str
    title: str
    roles: frozenset[Role]
    element: str
    script: str


_ADMIN = frozenset({Role.ADMIN})
_LEADERS = frozenset({Role.SUPERVISOR, Role.ADMIN})

# In the order of the navigation.
PAGES = (
    AdminPage("/admin/calling", "calling.title", _ADMIN, "admin-calling", "admin/calling.js"),
    AdminPage("/admin/counters", "counters.title", _ADMIN, "admin-counters", "admin/counters.js"),
    AdminPage("/admin/hours", "hours.title", _ADMIN, "admin-hours", "admin/hours.js"),
    AdminPage("/admin/displays", "lobby.displays.title", _LEADERS, "lobby-displays", "lobby/displays.js"),
    AdminPage("/admin/notices", "lobby.notices.title", _LEADERS, "lobby-notices", "lobby/notices.js"),
    AdminPage("/admin/voice", "lobby.voice.title", _ADMIN, "lobby-voice", "lobby/voice.js"),
    AdminPage("/admin/printers", "lobby.printers.title", _ADMIN, "lobby-printers", "lobby/printers.js"),
)


def admin_page(path: str, *prefixes: str, boot: Callable[[Officer], dict[str, Any]]) -> Response:
    """Render the page of that address for the signed-in officer; `prefixes` select the texts its script needs.

    Raises Refusal not_allowed for a role that may not see it.
    """
    page = next(page for page in PAGES if page.path == path)
    user = current_officer()
    if user is None:
        return sign_in_first()
    if user.role not in page.roles:
        raise Refusal("not_allowed")
    language = chosen_language()
    text = flask.render_template(
        "site/admin.html",
        asset=here().asset,
        language=language,
        csrf=generate_csrf(),
        hall_name=here().catalogue().hall_name,
        name=user.name,
        t=lambda key, **facts: translate(key, language, **facts),
        page=page,
        pages=[entry for entry in PAGES if user.role in entry.roles],
        boot={**_boot(language, prefixes), **boot(user)},
    )
    response = flask.make_response(text)
    if flask.request.args.get("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


def _boot(language: str, prefixes: tuple[str, ...]) -> dict[str, Any]:
    context = here()
    return {
        "language": language,
        "languages": list(LANGUAGES),
        "assets": f"/assets/{context.build}",
        "time_zone": context.catalogue().time_zone,
        "text": texts_for(*prefixes, "refusal.", "language.", "officer.alarm."),
        "now": to_ms(context.clock()),
    }
