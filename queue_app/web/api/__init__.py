"""The public HTTP API under /api/v1, one module a resource."""

from __future__ import annotations

from apiflask import APIBlueprint

from queue_app.web.api import (
    acts,
    agent,
    boards,
    catalogue,
    counters,
    displays,
    health,
    hours,
    outlook,
    printers,
    printing,
    reception,
    services,
    session,
    settings,
    tickets,
    voice,
    why,
)
from queue_app.web.bodies import require_json

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    health.blueprint,
    catalogue.blueprint,
    tickets.blueprint,
    boards.blueprint,
    session.blueprint,
    settings.blueprint,
    counters.blueprint,
    acts.blueprint,
    reception.blueprint,
    services.blueprint,
    hours.blueprint,
    printing.blueprint,
    displays.blueprint,
    voice.blueprint,
    why.blueprint,
    outlook.blueprint,
    agent.blueprint,
    printers.blueprint,
)

for _blueprint in BLUEPRINTS:
    _blueprint.before_request(require_json)
