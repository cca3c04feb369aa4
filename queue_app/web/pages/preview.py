"""Pictures of printed slips, as `preview://` printers draw them."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import flask
from werkzeug.wrappers import Response

from queue_app.domain.clock import from_ms
from queue_app.domain.permissions import Permission
from queue_app.store.printers import printed_labels
from queue_app.web.context import current_context
from queue_app.web.pages.page import boot_data, render_page
from queue_app.web.permissions import needs

blueprint = flask.Blueprint("preview", __name__)


# A slip carries its visitor's token: in a hall only staff see it, in the demo everybody.
_may_view = partial(needs, Permission.VIEW_PRINTS, public_in_demo=True)


@blueprint.get("/preview")
@_may_view(page=True)
def preview() -> Response:
    """Serve the slips that `preview://` printers drew, newest first."""
    return render_page("site/preview.html", pictures=_pictures(), boot=boot_data("site."))


@blueprint.get("/preview.json")
@_may_view()
def preview_list() -> flask.Response:
    """Return the list of drawn slips as JSON, for the page to refresh itself."""
    return flask.jsonify({"pictures": _pictures()})


@blueprint.get("/preview/<int:job_id>.png")
@_may_view()
def preview_picture(job_id: int) -> flask.Response:
    """Serve the picture of one slip."""
    folder = current_context().preview_dir
    if folder is None:
        flask.abort(404)
    return flask.send_from_directory(folder, f"{job_id}.png", max_age=3600)


def _pictures() -> list[dict[str, Any]]:
    folder = current_context().preview_dir
    if folder is None or not folder.is_dir():
        return []
    ids = sorted((int(p.stem) for p in folder.glob("*.png") if p.stem.isdecimal()), reverse=True)[:24]
    with current_context().moment() as moment:
        labels = printed_labels(moment.connection, ids)
        zone = ZoneInfo(moment.catalogue.time_zone)
    return [
        {
            "url": f"/preview/{job_id}.png",
            "job_id": job_id,
            "label": labels[job_id][0],
            "at_text": f"{from_ms(labels[job_id][1]).astimezone(zone):%H:%M:%S}",
        }
        for job_id in ids
        if job_id in labels
    ]
