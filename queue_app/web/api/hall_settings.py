"""Settings of the hall itself, for administrators."""

from __future__ import annotations

from dataclasses import asdict

import flask
from apiflask import APIBlueprint

from queue_app.domain.permissions import Permission
from queue_app.services.settings.hall import HallSettings, hall_settings, set_hall
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.common import Names, Strict
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("settings_hall", __name__, url_prefix="/api/v1/settings", tag="hall settings")


class HallBody(Strict):
    """The hall's names, address, IANA time zone, main language, and the last line of its tickets."""

    name: str
    full_name: Names
    address: str
    time_zone: str
    language: str
    footer: Names


@blueprint.get("/hall")
@needs(Permission.MANAGE_HALL)
@blueprint.output(HallBody)
@blueprint.doc(summary="The hall's own settings", security=STAFF, responses=refusals(staff=True))
def show() -> flask.Response:
    """Return the hall's names, address, time zone, main language and ticket footer."""
    return json_response(asdict(hall_settings(current_context().catalogue())))


@blueprint.put("/hall")
@needs(Permission.MANAGE_HALL)
@blueprint.input(HallBody, arg_name="body")
@blueprint.output(HallBody)
@blueprint.doc(
    summary="Change the hall's own settings", security=STAFF, responses=refusals("bad_setting", body=True, staff=True)
)
def change(body: HallBody) -> flask.Response:
    """Set the hall's own settings; displays show a new name at once, other open pages when they load again."""
    context = current_context()
    set_hall(context.store, signed_in_officer(), HallSettings(**body.model_dump()), context.clock())
    return show()
