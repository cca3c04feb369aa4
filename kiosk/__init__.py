"""The kiosk: the touch page where a visitor takes a number. A leaf: it knows only its own face."""

from __future__ import annotations

from kiosk.views import create_blueprint

__all__ = ["create_blueprint"]
