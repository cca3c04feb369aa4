"""The page `/screen`: redirects a paired screen to its board or kiosk, and shows others their pairing code."""

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
    """Return the paired display that sent this request, or opened this socket."""
    token = _token()
    if not token:
        return None
    with here().store.read() as connection:
        return pairing.setup_of_token(connection, token)


def name_of_request() -> str | None:
    """Return the key of the paired display that opened this socket, as used in its reports."""
    display = setup_of_request()
    return None if display is None else display.key


def _token() -> str:
    return flask.request.cookies.get(SCREEN_COOKIE, "")[:100]


def place_of(address: str) -> str | None:
    """Redirect target of an unpaired screen, or None."""
    home = _home()
    if home is not None:
        return None if home == address else home
    with here().store.read() as connection:
        if here().store.catalogue(connection).lobby.pairing:
            return "/screen"
        return "/screen" if pairing.is_locked_out(connection, _token()) else None


def _home() -> str | None:
    """Return the address of the screen that sent this request, if it is paired."""
    display = setup_of_request()
    if display is not None:
        return f"/display/{display.zone}"
    kiosk = kiosk_of_request()
    return None if kiosk is None else f"/kiosk/{kiosk}"


def kiosk_of_request() -> str | None:
    """Return the code of the kiosk that sent this request, if it is paired."""
    token = _token()
    if not token:
        return None
    with here().store.read() as connection:
        return kiosk_of_token(connection, token)


def is_known(kiosk: str | None) -> bool:
    """Whether the request comes from this kiosk, paired, or from staff."""
    return current_officer() is not None or (kiosk is not None and kiosk_of_request() == kiosk)


@blueprint.get("/screen/place")
@public
def place() -> flask.Response:
    """Return the address the kiosk must go to, or null. Kiosks poll it, which also shows that they are alive."""
    context, code = here(), flask.request.args.get("kiosk", "")[:60]
    if kiosk_of_request() == code:
        mark_seen(context.store, KIOSK, code, context.clock())
    return flask.jsonify({"place": place_of(f"/kiosk/{code}")})


@blueprint.get("/screen")
@public
def screen() -> Response:
    """Redirect to the board or kiosk, or show a code and reload every few seconds: plain HTML, for any television."""
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
    # Not the browser's language: nobody has chosen one on a computer that was just set up.
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
    """Return a QR code as a data URL: the content policy allows no inline drawing with styles."""
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(buffer)
    return "data:image/svg+xml;utf8," + buffer.getvalue().decode().replace("#", "%23").replace('"', "'")
