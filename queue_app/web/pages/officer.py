"""Pages of officers: choosing a counter, the work page of a counter, the reception."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import CURRENT_STATES, Actor, states_by_verb
from queue_app.web.api.counters import counter_choices, counter_state
from queue_app.web.context import current_context
from queue_app.web.pages.page import boot_data, render_page
from queue_app.web.permissions import needs, signed_in_officer

blueprint = flask.Blueprint("officer", __name__)


@blueprint.get("/counter")
@needs(Permission.OPERATE_COUNTERS, page=True)
def choose_counter() -> Response:
    """Serve the choice of counters, or redirect to the one that is open."""
    user = signed_in_officer()
    counters = counter_choices(user)
    own = [counter["id"] for counter in counters if counter["mine"]]
    if own and "choose" not in flask.request.args:
        return flask.redirect(f"/counter/{own[0]}")
    return render_page(
        "officer/choose.html",
        hall_name=current_context().catalogue().hall_name,
        boot=boot_data("officer.", officer=_officer_json(user), counters=counters),
    )


@blueprint.get("/counter/<int:counter_id>")
@needs(Permission.OPERATE_COUNTERS, page=True)
def counter_page(counter_id: int) -> Response:
    """Serve the officer's work page."""
    user = signed_in_officer()
    state = counter_state(user, counter_id)
    if not state["mine"]:
        return flask.redirect("/counter")
    seq = state.pop("seq")
    life = {"moves": states_by_verb(Actor.OFFICER), "in_hand": sorted(CURRENT_STATES)}
    now = {"session_id": user.session_id, "counter_id": counter_id, "seq": seq, "state": state}
    boot = boot_data("officer.", officer=_officer_json(user), life=life, **now)
    return render_page("officer/counter.html", hall_name=current_context().catalogue().hall_name, boot=boot)


@blueprint.get("/reception")
@needs(Permission.ISSUE_TICKETS, page=True)
def reception() -> Response:
    """Serve the reception page: staff take numbers for visitors, without a counter."""
    user = signed_in_officer()
    hall_name = current_context().catalogue().hall_name
    boot = boot_data("officer.", officer=_officer_json(user), hall=hall_name)
    return render_page("officer/reception.html", hall_name=hall_name, boot=boot)


def _officer_json(user: Officer) -> dict[str, Any]:
    return {"name": user.name, "role": user.role.value, "agency_id": user.agency_id}
