"""Error responses: a refusal or an HTTP error becomes problem+json, or a page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

import flask
from apiflask.exceptions import HTTPError
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from queue_app.domain.errors import Refusal
from queue_app.domain.opening import Opening
from queue_app.snapshots.opening import opening_json
from queue_app.web.context import current_context
from queue_app.web.opening_words import closed_words
from queue_app.web.texts import chosen_language, setting_words, translate

logger = logging.getLogger(__name__)

# The HTTP status of each refusal of the domain.
STATUS: Mapping[str, int] = {
    "bad_request": 400,
    "bad_setting": 400,
    "bad_recording": 400,
    "sign_in_needed": 401,
    "wrong_sign_in": 401,
    "not_allowed": 403,
    "csrf_failed": 403,
    "not_found": 404,
    "unknown_service": 404,
    "unknown_ticket": 404,
    "unknown_counter": 404,
    "unknown_zone": 404,
    "unknown_kiosk": 404,
    "unknown_print_job": 404,
    "unknown_officer": 404,
    "unknown_printer": 404,
    "unknown_room": 404,
    "unknown_clip": 404,
    "unknown_device": 404,
    "method_not_allowed": 405,
    "service_closed": 409,
    "wrong_state": 409,
    "lost_race": 409,
    "counter_busy": 409,
    "ticket_not_started": 409,
    "nobody_waiting": 409,
    "not_your_counter": 409,
    "counter_taken": 409,
    "counter_closed": 409,
    "counter_paused": 409,
    "counter_occupied": 409,
    "too_soon": 409,
    "too_few_calls": 409,
    "return_too_late": 409,
    "undo_too_late": 409,
    "would_strand": 409,
    "not_served_here": 409,
    "counter_not_open": 409,
    "notes_off": 409,
    "quota_reached": 409,
    "key_reused": 409,
    "no_number_left": 409,
    "no_print_to_confirm": 409,
    "too_large": 413,
    "unsupported_media": 415,
    "too_many_attempts": 429,
    "too_many_checklists": 429,
}
_CODES = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media",
    429: "too_many_attempts",
}


def request_id() -> str:
    """Return the id of this request, as in the X-Request-Id header and in the server's log."""
    if "request_id" not in flask.g:
        flask.g.request_id = secrets.token_hex(6)
    return str(flask.g.request_id)


def problem(code: str, status: int, **facts: object) -> dict[str, Any]:
    """Make a problem (RFC 9457) in the caller's language; every error has this shape."""
    language = chosen_language()
    return {
        "type": f"urn:queue-app:problem:{code}",
        "title": translate(f"refusal.{code}.title", language, **facts),
        "status": status,
        "code": code,
        "detail": translate(f"refusal.{code}.detail", language, **facts),
        "request_id": request_id(),
    }


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Convert a refusal to a problem, for HTTP and for socket acknowledgements alike."""
    body = problem(refusal.code, STATUS[refusal.code], **{**refusal.facts, **_explain(refusal.facts)})
    if "wrong" in refusal.facts:
        body["field"] = refusal.facts["field"]
    if isinstance(opening := refusal.facts.get("opening"), Opening):
        body["opening"] = opening_json(opening)
    if refusal.code == "wrong_state" and "label" in refusal.facts:
        body["detail"] = _conflict_details(refusal.facts)
    return body


def _explain(facts: Mapping[str, object]) -> Mapping[str, object]:
    """Explain why a service gives no number and until when, or a wrong setting, in the caller's language."""
    match facts:
        case {"opening": Opening() as opening, "at": int(at), "time_zone": str(time_zone)}:
            return {"closed": closed_words(opening, chosen_language(), at, time_zone)}
        case {"wrong": str(wrong)}:
            return {"detail": setting_words(wrong, facts)}
        case {"recording": str(why)}:
            return {"detail": translate(f"recording.{why}", chosen_language())}
    return {}


def _conflict_details(facts: Mapping[str, object]) -> str:
    """Explain a conflict to the caller who came too late: “A-012 was called at counter 4 by Ni Luh Sari”."""
    language = chosen_language()
    place = ""
    if "counter" in facts:
        place = translate("happened.by" if "officer" in facts else "happened.at", language, **facts)
    return translate(f"happened.{facts['state']}", language, label=facts["label"], where=place).replace("  ", " ")


def register(app: flask.Flask) -> None:
    """Register the error handlers."""

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> flask.Response:
        return _answer(problem_of(refusal))

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> flask.Response:
        return _answer(problem("csrf_failed", 403))

    @app.errorhandler(HTTPError)
    def _invalid(error: HTTPError) -> flask.Response:
        # APIFlask's own class, which is what a body that does not fit its schema raises.
        return _answer(problem(_CODES.get(error.status_code, "bad_request"), error.status_code))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> flask.Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        code = _CODES.get(status, "bad_request" if status < 500 else "internal")
        response = _answer(problem(code, status))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def _fault(_error: Exception) -> flask.Response:
        logger.exception("request %s failed: %s %s", request_id(), flask.request.method, flask.request.path)
        return _answer(problem("internal", 500))

    @app.after_request
    def _stamp(response: flask.Response) -> flask.Response:
        response.headers["X-Request-Id"] = request_id()
        return response


def _answer(body: dict[str, Any]) -> flask.Response:
    path = flask.request.path
    if path.startswith("/api/") or not flask.request.accept_mimetypes.accept_html:
        response = flask.jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        response = flask.make_response(_page(body))
    response.status_code = body["status"]
    return response


def _page(body: dict[str, Any]) -> str:
    language = chosen_language()
    return flask.render_template(
        "site/error.html",
        problem=body,
        language=language,
        asset=current_context().asset,
        t=lambda key, **facts: translate(key, language, **facts),
    )
