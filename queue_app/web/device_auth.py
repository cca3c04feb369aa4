"""Authentication of paired displays and kiosks by their cookie."""

from __future__ import annotations

import flask

from queue_app.domain.permissions import Permission, allows
from queue_app.services.devices.device_pairing import kiosk_of_token
from queue_app.services.devices.display_pairing import PairedDisplay, display_of_token, is_revoked
from queue_app.web.auth import current_officer
from queue_app.web.context import current_context

DEVICE_COOKIE = "queue_screen"


def paired_display_of_request() -> PairedDisplay | None:
    """Return the paired display that sent this request, or opened this socket."""
    token = _token()
    if not token:
        return None
    with current_context().store.read() as connection:
        return display_of_token(connection, token)


def display_key_of_request() -> str | None:
    """Return the key of the paired display that opened this socket, as used in its reports."""
    display = paired_display_of_request()
    return None if display is None else display.key


def _token() -> str:
    return flask.request.cookies.get(DEVICE_COOKIE, "")[:100]


def redirect_target_of(address: str) -> str | None:
    """Redirect target of an unpaired screen, or None."""
    home = _paired_address()
    if home is not None:
        return None if home == address else home
    with current_context().store.read() as connection:
        if current_context().store.catalogue(connection).display_settings.pairing:
            return "/screen"
        return "/screen" if is_revoked(connection, _token()) else None


def _paired_address() -> str | None:
    """Return the address of the screen that sent this request, if it is paired."""
    display = paired_display_of_request()
    if display is not None:
        return f"/display/{display.zone}"
    kiosk = kiosk_of_request()
    return None if kiosk is None else f"/kiosk/{kiosk}"


def kiosk_of_request() -> str | None:
    """Return the code of the kiosk that sent this request, if it is paired."""
    token = _token()
    if not token:
        return None
    with current_context().store.read() as connection:
        return kiosk_of_token(connection, token)


def may_use_kiosk(kiosk: str | None) -> bool:
    """Whether the request comes from this kiosk, paired, or from staff."""
    officer = current_officer()
    if officer is not None and allows(officer, Permission.ISSUE_TICKETS):
        return True
    return kiosk is not None and kiosk_of_request() == kiosk
