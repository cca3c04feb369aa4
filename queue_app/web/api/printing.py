"""Papers, for staff."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint

from queue_app.domain.errors import Refusal
from queue_app.store import views
from queue_app.web.api._kit import STAFF, answer, refusals
from queue_app.web.api.schemas import PrintJobOut
from queue_app.web.auth import staff
from queue_app.web.context import here

blueprint = APIBlueprint("printing", __name__, url_prefix="/api/v1", tag="printing")


@blueprint.get("/print-jobs/<int:job_id>")
@staff
@blueprint.output(PrintJobOut)
@blueprint.doc(summary="State of a paper", security=STAFF, responses=refusals("unknown_print_job", staff=True))
def print_job(job_id: int) -> flask.Response:
    """What became of one paper."""
    with here().moment() as moment:
        # Beyond 64 bits the database would not even take the question.
        job = views.print_job(moment.connection, job_id) if job_id < 2**53 else None
    if job is None:
        raise Refusal("unknown_print_job")
    return answer({"id": job.id, "copy": job.copy_no, "state": job.state, "detail": job.detail})
