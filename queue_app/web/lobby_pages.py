"""Pages on which staff look after the displays and their voice."""

from __future__ import annotations

from typing import Any

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.clock import to_ms
from queue_app.domain.role import Role
from queue_app.services.hours import require_admin
from queue_app.services.lobby import require_supervisor
from queue_app.web.auth import current_officer, public
from queue_app.web.context import here
from queue_app.web.texts import chosen_language, texts_for, translate

blueprint = flask.Blueprint("lobby_pages", __name__)


@blueprint.get("/admin/displays")
@public
def displays() -> Response:
    """Which displays are alive; letting a screen in by its code, naming it, changing it, locking it out."""
    who = current_officer()
    if who is None:
        return flask.redirect("/counter/sign-in")
    require_supervisor(who)
    catalogue = here().catalogue()
    code = flask.request.args.get("code", "")
    return _page(
        "lobby/displays.html",
        is_admin=who.role is Role.ADMIN,
        boot=_boot(
            code=code if code.isascii() and code.isdecimal() else "",
            zones=[{"code": zone.code, "name": zone.name} for zone in catalogue.zones.values()],
            counters=[{"code": counter.code, "name": counter.name} for counter in catalogue.counters.values()],
        ),
    )


@blueprint.get("/admin/voice")
@public
def voice() -> Response:
    """The words of the voice: what is missing, recordings, how a call sounds."""
    who = current_officer()
    if who is None:
        return flask.redirect("/counter/sign-in")
    require_admin(who)
    catalogue = here().catalogue()
    return _page(
        "lobby/voice.html",
        is_admin=True,
        boot=_boot(
            counters=[counter.name for counter in catalogue.counters.values()],
            agencies=[agency.short for agency in catalogue.agencies.values()],
        ),
    )


def _page(template: str, **values: Any) -> flask.Response:
    language = chosen_language()
    text = flask.render_template(
        template,
        asset=here().asset,
        language=language,
        csrf=generate_csrf(),
        t=lambda key, **facts: translate(key, language, **facts),
        **values,
    )
    return flask.make_response(text)


def _boot(**values: Any) -> dict[str, Any]:
    context = here()
    return {
        "language": chosen_language(),
        "languages": list(LANGUAGES),
        "assets": f"/assets/{context.build}",
        "time_zone": context.catalogue().time_zone,
        "text": texts_for("lobby.", "refusal.", "language."),
        "now": to_ms(context.clock()),
        **values,
    }
