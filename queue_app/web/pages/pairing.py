"""The page `/screen`: redirects a paired screen to its board or kiosk, and shows others their pairing code."""

from __future__ import annotations

import io

import flask
import qrcode
import qrcode.image.svg
from werkzeug.wrappers import Response

from queue_app.domain.device import DeviceKind
from queue_app.services.devices import pairing_codes
from queue_app.services.devices.tokens import touch_device
from queue_app.web.context import current_context
from queue_app.web.device_auth import DEVICE_COOKIE, _paired_address, _token, kiosk_of_request, redirect_target_of
from queue_app.web.permissions import public
from queue_app.web.texts import chosen_language, translate

blueprint = flask.Blueprint("pairing", __name__)

_COOKIE_SECONDS = 5 * 366 * 86_400
_RELOAD_SECONDS = 4


@blueprint.get("/screen/place")
@public
def place() -> flask.Response:
    """Return the address the kiosk must go to, or null. Kiosks poll it, which also shows that they are alive."""
    context, code = current_context(), flask.request.args.get("kiosk", "")[:60]
    if kiosk_of_request() == code:
        touch_device(context.store, DeviceKind.KIOSK, code, context.clock())
    return flask.jsonify({"place": redirect_target_of(f"/kiosk/{code}")})


@blueprint.get("/screen")
@public
def pairing_page() -> Response:
    """Redirect to the board or kiosk, or show a code and reload every few seconds: plain HTML, for any television."""
    context = current_context()
    home = _paired_address()
    if home is not None:
        return flask.redirect(home)
    token = _token()
    code = pairing_codes.pairing_code_of(context.store, token, context.clock()) if token else None
    fresh = code is None
    if code is None:
        code, token = pairing_codes.begin_pairing(context.store, DeviceKind.DISPLAY, context.clock())
    address = f"{context.site_url()}/admin/displays?code={code}"
    # Not the browser's language: nobody has chosen one on a computer that was just set up.
    catalogue = context.catalogue()
    language = chosen_language() if "language" in flask.request.args else catalogue.language
    page = flask.render_template(
        "site/pairing.html",
        asset=context.asset,
        language=language,
        t=lambda key, **facts: translate(key, language, **facts),
        code=code,
        address=address,
        qr=_qr(address),
        seconds=_RELOAD_SECONDS,
        hall_name=catalogue.hall_name,
    )
    response = flask.make_response(page)
    if fresh:
        response.set_cookie(
            DEVICE_COOKIE,
            token,
            max_age=_COOKIE_SECONDS,
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
