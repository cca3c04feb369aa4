"""A screen on its own: `/screen` shows the board or kiosk that staff gave it, or the code by which they let it in."""

from __future__ import annotations

import io

import flask
import qrcode
import qrcode.image.svg
from werkzeug.wrappers import Response

from queue_app.services import pairing
from queue_app.services.devices import mark_seen
from queue_app.services.letting_in import KIOSK, kiosk_of_token
from queue_app.services.pairing import Setup
from queue_app.web.auth import current_officer, public
from queue_app.web.context import here
from queue_app.web.texts import chosen_language, translate

blueprint = flask.Blueprint("screens", __name__)

SCREEN_COOKIE = "queue_screen"
_KEPT_SECONDS = 5 * 366 * 86_400
_LOOK_SECONDS = 4


def setup_of_request() -> Setup | None:
    """The paired display that sent this request, or opened this socket."""
    token = _token()
    if not token:
        return None
    with here().store.read() as connection:
        return pairing.setup_of_token(connection, token)


def name_of_request() -> str | None:
    """What the paired display that opened this socket is called in its reports."""
    setup = setup_of_request()
    return None if setup is None else setup.key


def _token() -> str:
    return flask.request.cookies.get(SCREEN_COOKIE, "")[:100]


def place_of(address: str) -> str | None:
    """Where a screen that asks for a board or a kiosk must go instead; None when it may stay."""
    home = _home()
    if home is not None:
        return None if home == address else home
    with here().store.read() as connection:
        if here().store.catalogue(connection).lobby.pairing:
            return "/screen"
        return "/screen" if pairing.is_locked_out(connection, _token()) else None


def _home() -> str | None:
    """The address of the screen that sent this request, if staff have let it in."""
    setup = setup_of_request()
    if setup is not None:
        return f"/display/{setup.zone}"
    kiosk = kiosk_of_request()
    return None if kiosk is None else f"/kiosk/{kiosk}"


def kiosk_of_request() -> str | None:
    """The code of the kiosk that sent this request, if staff have let it in."""
    token = _token()
    if not token:
        return None
    with here().store.read() as connection:
        return kiosk_of_token(connection, token)


def is_known(kiosk: str | None) -> bool:
    """Whether whoever asks is this kiosk, let in by staff, or one of the staff."""
    return current_officer() is not None or (kiosk is not None and kiosk_of_request() == kiosk)


@blueprint.get("/screen/place")
@public
def place() -> flask.Response:
    """Where the kiosk that asks must go, or null: it looks now and then, and thereby says that it lives."""
    context, code = here(), flask.request.args.get("kiosk", "")[:60]
    if kiosk_of_request() == code:
        mark_seen(context.store, KIOSK, code, context.clock())
    return flask.jsonify({"place": place_of(f"/kiosk/{code}")})


@blueprint.get("/screen")
@public
def screen() -> Response:
    """Go to the board or kiosk, or show a code and look again every few seconds: plain HTML, for any television."""
    context = here()
    home = _home()
    if home is not None:
        return flask.redirect(home)
    token = _token()
    code = pairing.code_of(context.store, token, context.clock()) if token else None
    fresh = code is None
    if code is None:
        code, token = pairing.begin(context.store, pairing.DISPLAY, context.clock())
    address = f"{context.site_url()}/admin/displays?code={code}"
    # Not the browser's: nobody chose a language on a computer that was set up a minute ago.
    catalogue = context.catalogue()
    language = chosen_language() if "language" in flask.request.args else catalogue.language
    page = flask.render_template(
        "lobby/screen.html",
        asset=context.asset,
        language=language,
        t=lambda key, **facts: translate(key, language, **facts),
        code=code,
        address=address,
        qr=_qr(address),
        seconds=_LOOK_SECONDS,
        hall_name=catalogue.hall_name,
    )
    response = flask.make_response(page)
    if fresh:
        response.set_cookie(
            SCREEN_COOKIE,
            token,
            max_age=_KEPT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=flask.request.is_secure,
        )
    return response


def _qr(text: str) -> str:
    """A QR code as the address of a picture: the content policy allows no inline drawing with styles."""
    made = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(made)
    return "data:image/svg+xml;utf8," + made.getvalue().decode().replace("#", "%23").replace('"', "'")
