"""Health check: whether the server is alive, and its log position."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app import __version__
from queue_app.web.api.responses import json_response, refusals
from queue_app.web.api.schemas.common import HealthOut
from queue_app.web.context import current_context
from queue_app.web.permissions import public

blueprint = APIBlueprint("health", __name__, url_prefix="/api/v1", tag="health")


@blueprint.get("/health")
@blueprint.output(HealthOut)
@blueprint.doc(summary="Health", responses=refusals())
@public
def health() -> flask.Response:
    """Answer 200 when the database answers."""
    context = current_context()
    with context.moment() as moment:
        return json_response(
            {
                "status": "ok",
                "version": __version__,
                "build": context.build,
                "seq": moment.seq,
                "day": moment.day.isoformat(),
            }
        )
