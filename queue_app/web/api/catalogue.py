"""The hall's catalogue."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.snapshots.catalogue import catalogue_json
from queue_app.web.api.responses import json_response, refusals
from queue_app.web.api.schemas.catalogue import CatalogueOut
from queue_app.web.context import current_context
from queue_app.web.permissions import public

blueprint = APIBlueprint("catalogue", __name__, url_prefix="/api/v1", tag="catalogue")


@blueprint.get("/catalogue")
@blueprint.output(CatalogueOut)
@blueprint.doc(summary="Agencies, services and documents", responses=refusals())
@public
def catalogue() -> flask.Response:
    """Return all agencies with their services, in every language."""
    with current_context().moment() as moment:
        return json_response(catalogue_json(moment))
