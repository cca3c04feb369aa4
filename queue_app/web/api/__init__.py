"""The public HTTP API under /api/v1, one module a resource."""

from __future__ import annotations

from apiflask import APIBlueprint

from queue_app.web.api import (
    agent_registration,
    agents,
    boards,
    calling_rules,
    catalogue,
    counter_actions,
    counters,
    displays,
    explanations,
    hall_settings,
    health,
    hours,
    outlook,
    printers,
    printing,
    reception,
    service_stop,
    session,
    tickets,
    voice,
)
from queue_app.web.request_bodies import raise_body_limit, require_json

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    health.blueprint,
    catalogue.blueprint,
    tickets.blueprint,
    boards.blueprint,
    session.blueprint,
    calling_rules.blueprint,
    counters.blueprint,
    counter_actions.blueprint,
    reception.blueprint,
    service_stop.blueprint,
    hours.blueprint,
    hall_settings.blueprint,
    printing.blueprint,
    displays.blueprint,
    voice.blueprint,
    explanations.blueprint,
    outlook.blueprint,
    agents.blueprint,
    printers.blueprint,
    agent_registration.blueprint,
)

for _blueprint in BLUEPRINTS:
    _blueprint.before_request(raise_body_limit)
    _blueprint.before_request(require_json)
