"""Snapshots of the public rooms: boards, kiosks, lines. Each carries the log position (`seq`) it reflects."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.snapshots.board import build_board
from queue_app.snapshots.kiosk import build_kiosk
from queue_app.snapshots.line import build_line
from queue_app.web.api.responses import json_response, refusals
from queue_app.web.api.schemas.boards import BoardOut, KioskOut, LineOut
from queue_app.web.context import current_context
from queue_app.web.permissions import public

blueprint = APIBlueprint("boards", __name__, url_prefix="/api/v1", tag="boards")


@blueprint.get("/zones/<code>/board")
@blueprint.output(BoardOut)
@blueprint.doc(summary="Board of a zone", responses=refusals("unknown_zone"))
@public
def board(code: str) -> flask.Response:
    """Return what the displays of a zone show now."""
    with current_context().moment() as moment:
        return json_response({"seq": moment.seq, "state": build_board(moment, code)})


@blueprint.get("/kiosks/<code>")
@blueprint.output(KioskOut)
@blueprint.doc(summary="State of a kiosk", responses=refusals("unknown_kiosk"))
@public
def kiosk(code: str) -> flask.Response:
    """Return how many wait for each service, and whether tickets can be printed."""
    with current_context().moment() as moment:
        return json_response({"seq": moment.seq, "state": build_kiosk(moment, code)})


@blueprint.get("/services/<int:service_id>/line")
@blueprint.output(LineOut)
@blueprint.doc(summary="Line of a service", responses=refusals("unknown_service"))
@public
def line(service_id: int) -> flask.Response:
    """Return the waiting numbers, in the order of calling, and those being called or served."""
    with current_context().moment() as moment:
        return json_response({"seq": moment.seq, "state": build_line(moment, str(service_id))})
