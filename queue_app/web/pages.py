"""Start page, preview of printed slips, the officer's and the visitor's pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.clock import from_ms, to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import is_token
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import FINAL, IN_HAND, MOVES, Actor, Verb, states_by_verb
from queue_app.live import states
from queue_app.services import staff as accounts
from queue_app.store import views
from queue_app.store.printers import printed_labels
from queue_app.web.api.counters import choices, counter_state
from queue_app.web.auth import (
    SESSION_COOKIE,
    csrf,
    current_officer,
    officer,
    page_after_sign_in,
    public,
    sign_in_first,
    staff,
)
from queue_app.web.context import here
from queue_app.web.texts import LANGUAGE_COOKIE, chosen_language, texts_for, translate

blueprint = flask.Blueprint("pages", __name__)

# What a phone knows of the table of moves: when its holder may leave, when all is over, when nobody takes that back.
_LIFE_OF_VISITORS = {
    "may_cancel": states_by_verb(Actor.VISITOR)[Verb.CANCEL],
    "ended": sorted(FINAL),
    "final": sorted(FINAL - MOVES[Verb.UNDO].sources),
}
_KIT = Path(__file__).parent / "static" / "kit"


def _page(template: str, **values: Any) -> flask.Response:
    language = chosen_language()
    response = flask.make_response(
        flask.render_template(
            template,
            asset=here().asset,
            language=language,
            csrf=generate_csrf(),
            t=lambda key, **facts: translate(key, language, **facts),
            **values,
        )
    )
    if flask.request.args.get("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


def _boot(*prefixes: str, **values: Any) -> dict[str, Any]:
    context = here()
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


@blueprint.get("/")
@public
def home() -> flask.Response:
    """Serve the start page, with links to all others."""
    catalogue = here().catalogue()
    language = chosen_language()
    links = {
        "kiosks": [{"url": f"/kiosk/{k.code}", "name": k.name} for k in catalogue.kiosks.values()],
        "displays": [
            {"url": f"/display/{z.code}", "name": z.name.get(language) or z.name["id"]}
            for z in catalogue.zones.values()
        ],
        "officer_url": "/counter",
        "preview_url": "/preview" if here().preview_dir is not None else None,
        "api_url": "/api/v1/openapi.json",
    }
    return _page("site/home.html", links=links, hall_name=catalogue.hall_name)


@blueprint.get("/favicon.ico")
@public
def favicon() -> flask.Response:
    """Serve /favicon.ico."""
    return flask.send_from_directory(_KIT, "favicon.svg", mimetype="image/svg+xml", max_age=86_400)


def _may_see_papers() -> bool:
    return here().demo or current_officer() is not None


@blueprint.get("/preview")
@public
def preview() -> Response:
    """Serve the slips that `preview://` printers drew, newest first; for staff, in the demo for everybody."""
    if not _may_see_papers():
        return sign_in_first()
    return _page("site/preview.html", pictures=_pictures(), boot=_boot("site."))


@blueprint.get("/preview.json")
@public
def preview_list() -> flask.Response:
    """Return the list of drawn slips as JSON, for the page to refresh itself."""
    if not _may_see_papers():
        raise Refusal("sign_in_needed")
    return flask.jsonify({"pictures": _pictures()})


@blueprint.get("/preview/<int:job_id>.png")
@public
def preview_picture(job_id: int) -> flask.Response:
    """Serve the picture of one slip."""
    folder = here().preview_dir
    if not _may_see_papers():
        raise Refusal("sign_in_needed")
    if folder is None:
        flask.abort(404)
    return flask.send_from_directory(folder, f"{job_id}.png", max_age=3600)


def _pictures() -> list[dict[str, Any]]:
    folder = here().preview_dir
    if folder is None or not folder.is_dir():
        return []
    ids = sorted((int(p.stem) for p in folder.glob("*.png") if p.stem.isdecimal()), reverse=True)[:24]
    with here().moment() as moment:
        labels = printed_labels(moment.connection, ids)
        zone = ZoneInfo(moment.catalogue.time_zone)
    return [
        {
            "url": f"/preview/{job_id}.png",
            "job_id": job_id,
            "label": labels[job_id][0],
            "at_text": f"{from_ms(labels[job_id][1]).astimezone(zone):%H:%M:%S}",
        }
        for job_id in ids
        if job_id in labels
    ]


@blueprint.get("/counter/sign-in")
@public
def sign_in_form() -> Response:
    """Serve the officer's sign-in form."""
    if current_officer() is not None:
        return flask.redirect(page_after_sign_in(flask.request.args.get("next", "")))
    return _sign_in_page(None, "")


@blueprint.post("/counter/sign-in")
@public
def sign_in() -> Response:
    """Check the form and open a session."""
    csrf.protect()
    context = here()
    username = flask.request.form.get("username", "")[:40]
    password = flask.request.form.get("password", "")[:200]
    address = flask.request.remote_addr or ""
    try:
        token, _who = accounts.sign_in(context.store, username, password, address, context.clock())
    except Refusal as refusal:
        text = translate(f"refusal.{refusal.code}.detail", chosen_language(), **refusal.facts)
        response = _sign_in_page(text, username)
        response.status_code = refusal.status
        return response
    answer = flask.redirect(page_after_sign_in(flask.request.form.get("next", "")), code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=round(accounts.SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=flask.request.is_secure,
    )
    return answer


def _sign_in_page(error: str | None, username: str) -> flask.Response:
    return _page(
        "officer/sign_in.html",
        hall_name=here().catalogue().hall_name,
        error=error,
        username=username,
        wanted=flask.request.values.get("next", ""),
        boot=_boot("sign_in."),
    )


@blueprint.post("/counter/sign-out")
@staff
def sign_out() -> Response:
    """End the session and redirect to the form."""
    context = here()
    accounts.sign_out(context.store, officer(), context.clock())
    response = flask.redirect("/counter/sign-in", code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@blueprint.get("/counter")
@public
def choose_counter() -> Response:
    """Serve the choice of counters, or redirect to the one that is open."""
    user = current_officer()
    if user is None:
        return sign_in_first()
    counters = choices(user)
    own = [counter["id"] for counter in counters if counter["mine"]]
    if own and "choose" not in flask.request.args:
        return flask.redirect(f"/counter/{own[0]}")
    return _page(
        "officer/choose.html",
        hall_name=here().catalogue().hall_name,
        boot=_boot("officer.", officer=_me(user), counters=counters),
    )


@blueprint.get("/counter/<int:counter_id>")
@public
def counter_page(counter_id: int) -> Response:
    """Serve the officer's work page."""
    user = current_officer()
    if user is None:
        return sign_in_first()
    state = counter_state(user, counter_id)
    if not state["mine"]:
        return flask.redirect("/counter")
    seq = state.pop("seq")
    life = {"moves": states_by_verb(Actor.OFFICER), "in_hand": sorted(IN_HAND)}
    now = {"seat": user.session_id, "counter_id": counter_id, "seq": seq, "state": state}
    boot = _boot("officer.", officer=_me(user), life=life, **now)
    return _page("officer/counter.html", hall_name=here().catalogue().hall_name, boot=boot)


@blueprint.get("/reception")
@public
def reception() -> Response:
    """Serve the reception page: staff take numbers for visitors, without a counter."""
    user = current_officer()
    if user is None:
        return sign_in_first()
    hall_name = here().catalogue().hall_name
    boot = _boot("officer.", officer=_me(user), hall=hall_name)
    return _page("officer/reception.html", hall_name=hall_name, boot=boot)


def _me(user: Officer) -> dict[str, Any]:
    return {"name": user.name, "role": user.role.value, "agency_id": user.agency_id}


@blueprint.get("/t/<token>")
@public
def visitor(token: str) -> flask.Response:
    """Serve the visitor's own ticket, for the phone."""
    context = here()
    with context.moment() as moment:
        row = views.ticket_by_token(moment.connection, token) if is_token(token) else None
        if row is None or row.service_id not in moment.catalogue.services:
            response = _page("visitor/unknown.html", hall_name=moment.catalogue.hall_name)
            response.status_code = 404
            return response
        ticket = states.public_ticket(moment, row, context.site_url())
        line: Mapping[str, Any] = states.line(moment, str(row.service_id))
        undo_ms = moment.catalogue.policy.undo_s * 1000
        prefixes = ("visitor.", "closed.", "when.")
        boot = _boot(*prefixes, life=_LIFE_OF_VISITORS, ticket=ticket, seq=moment.seq, line=line, undo_ms=undo_ms)
        return _page("visitor/ticket.html", hall_name=moment.catalogue.hall_name, boot=boot)
