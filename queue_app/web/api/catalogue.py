"""The hall's catalogue."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.live.states import catalogue_json
from queue_app.web.api._kit import answer, refusals
from queue_app.web.api.schemas import CatalogueOut
from queue_app.web.auth import public
from queue_app.web.context import here

blueprint = APIBlueprint("catalogue", __name__, url_prefix="/api/v1", tag="catalogue")


@blueprint.get("/catalogue")
@blueprint.output(CatalogueOut)
@blueprint.doc(summary="Agencies, services and documents", responses=refusals())
@public
def catalogue() -> flask.Response:
    """Return all agencies with their services, in every language."""
    with here().moment() as moment:
        return answer(catalogue_json(moment))
