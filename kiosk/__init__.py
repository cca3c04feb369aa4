"""The kiosk: the touch page where a visitor takes a number. Imports nothing of the app but through `kiosk.face`."""

from __future__ import annotations

from kiosk.views import create_blueprint

__all__ = ["create_blueprint"]
