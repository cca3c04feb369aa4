"""Choices that several administration pages offer, as JSON."""

from __future__ import annotations

from typing import Any

from queue_app.web.context import current_context


def services() -> list[dict[str, Any]]:
    """Return all services, each with its agency."""
    catalogue = current_context().catalogue()
    return [
        {"id": service.id, "name": service.name, "agency": catalogue.agencies[service.agency_id].short}
        for service in catalogue.services.values()
    ]


def zones() -> list[dict[str, Any]]:
    """Return all zones."""
    return [{"code": zone.code, "name": zone.name} for zone in current_context().catalogue().zones.values()]


def kiosks() -> list[dict[str, Any]]:
    """Return all kiosks."""
    return [{"code": kiosk.code, "name": kiosk.name} for kiosk in current_context().catalogue().kiosks.values()]
