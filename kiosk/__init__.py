"""The kiosk: the touch page where a visitor takes a number. Imports nothing of the app but through `kiosk.ports`."""

from __future__ import annotations

from kiosk.kiosk_views import create_blueprint

__all__ = ["create_blueprint"]
