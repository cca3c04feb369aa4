"""Print jobs: outcomes, visitors' confirmations, what staff print, and printers that need somebody."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import is_token
from queue_app.domain.paper import Reprint, is_used
from queue_app.live.papers import alarms as alarms_state
from queue_app.live.papers import job_json, place
from queue_app.services import papers
from queue_app.services import printers as printers_service
from queue_app.store.printers import print_job as read_job
from queue_app.store.printers import printers as read_printers
from queue_app.web.api._kit import STAFF, answer, idempotency_key, keyed, refusals
from queue_app.web.api.paper_schemas import (
    AlarmsOut,
    ChecklistIn,
    PaperIn,
    PaperOut,
    PrintersOut,
    ReprintIn,
    SummaryIn,
)
from queue_app.web.api.schemas import NothingIn, PrintJobOut
from queue_app.web.auth import officer, public, staff
from queue_app.web.context import here
from queue_app.web.printers import advice_json, reason_json, with_reason
from queue_app.web.summary import day_summary
from queue_app.web.texts import chosen_language

blueprint = APIBlueprint("printing", __name__, url_prefix="/api/v1", tag="printing")

# Ids beyond 53 bits would make the query itself fail.
_LARGEST_ID = 2**53


@blueprint.get("/print-jobs/<int:job_id>")
@staff
@blueprint.output(PrintJobOut)
@blueprint.doc(summary="State of a print job", security=STAFF, responses=refusals("unknown_print_job", staff=True))
def print_job(job_id: int) -> flask.Response:
    """Return the state of one print job."""
    with here().moment() as moment:
        job = read_job(moment.connection, job_id) if job_id < _LARGEST_ID else None
    if job is None:
        raise Refusal("unknown_print_job")
    return answer(with_reason(job_json(job)))


@blueprint.get("/alarms")
@staff
@blueprint.output(AlarmsOut)
@blueprint.doc(summary="Alarms", security=STAFF, responses=refusals(staff=True))
def alarms() -> flask.Response:
    """Return the state of the room `alarms:hall`: paper out or low, cover open, off line; server and agent trouble."""
    with here().moment() as moment:
        return answer({"seq": moment.seq, "state": alarms_state(moment)})


@blueprint.get("/staff/printers")
@staff
@blueprint.output(PrintersOut)
@blueprint.doc(summary="Printers to choose from", security=STAFF, responses=refusals(staff=True))
def printers() -> flask.Response:
    """List all printers of the hall, with what is wrong with them."""
    tools = here().tools
    with here().moment() as moment:
        rows = read_printers(moment.connection).values()
        listed = [
            {
                "code": printer.code,
                "paper_mm": printer.paper_mm,
                "place": place(moment.catalogue, printer),
                "state": printer.health,
                "trouble": (printer.detail or printer.health) if printer.in_trouble else None,
                "reason": reason_json(printer.detail),
                "advice": advice_json(tools.advice_of(printer.health.value, printer.detail, printer.url)),
                "checked_at": printer.checked_at,
                "tickets_left": printer.tickets_left,
                "used": is_used(rows, printer),
            }
            for printer in rows
        ]
    return answer({"printers": listed})


@blueprint.post("/staff/reprints")
@staff
@blueprint.input(ReprintIn, arg_name="body")
@blueprint.output(PaperOut)
@blueprint.doc(
    summary="Reprint a ticket",
    security=STAFF,
    responses=refusals("unknown_ticket", "unknown_printer", "wrong_state", "key_reused", body=True, staff=True),
)
@keyed
def reprint(body: ReprintIn) -> flask.Response:
    """Print a copy, marked SALINAN; the log keeps who asked and why."""
    if (body.ticket is None) == (body.label is None):
        raise Refusal("bad_request")
    context = here()
    requested = papers.ReprintRequest(
        Reprint(body.reason), body.ticket, body.label, body.printer, key=idempotency_key()
    )
    return _paper(papers.reprint(context.store, officer(), requested, context.clock(), context.site_url()))


@blueprint.post("/staff/summary")
@staff
@blueprint.input(SummaryIn, arg_name="body")
@blueprint.output(PaperOut)
@blueprint.doc(
    summary="Print the day's summary", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def summary(body: SummaryIn) -> flask.Response:
    """Print how many numbers were issued, served and missed today, of the own agency or of the whole hall."""
    context, language = here(), chosen_language()
    with context.moment() as moment:
        title, rows = day_summary(moment, officer().agency_id, language)
    return _paper(papers.summary(context.store, officer(), body.printer, language, title, rows, context.clock()))


@blueprint.post("/staff/printers/<code>/test")
@staff
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(PaperOut)
@blueprint.doc(
    summary="Print a test slip", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def test_print(code: str, body: NothingIn) -> flask.Response:
    """Print rulers, a QR code and the printer's name."""
    context = here()
    return _paper(papers.test_paper(context.store, officer(), code, chosen_language(), context.clock()))


@blueprint.post("/staff/printers/<code>/new-roll")
@staff
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(
    summary="Reset the paper counter", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def new_roll(code: str, body: NothingIn) -> tuple[str, int]:
    """Reset the paper counter of a printer; a printer that reports paper out by itself needs no reset."""
    printers_service.new_roll(here().store, officer(), code, here().clock())
    return "", 204


@blueprint.post("/tickets/<token>/paper")
@blueprint.input(PaperIn, arg_name="body")
@blueprint.output(PaperOut)
@blueprint.doc(summary="Confirm a print", responses=refusals("unknown_ticket", "nothing_to_answer", body=True))
@public
def say(token: str, body: PaperIn) -> flask.Response:
    """Confirm a print job that is `uncertain`: it was printed, or print it once more (once)."""
    context = here()
    if not is_token(token):
        raise Refusal("unknown_ticket")
    return _paper(papers.answer(context.store, token, context.clock(), came_out=body.came_out))


@blueprint.post("/kiosks/<code>/checklists")
@blueprint.input(ChecklistIn, arg_name="body")
@blueprint.output(PaperOut)
@blueprint.doc(
    summary="Print the list of documents",
    responses=refusals("unknown_kiosk", "unknown_service", "unknown_printer", "too_many_papers", body=True),
)
@public
def checklist(code: str, body: ChecklistIn) -> flask.Response:
    """Print the documents of a service at a kiosk, for a visitor who takes no number yet."""
    context = here()
    return _paper(papers.checklist(context.store, code, body.service, body.language, context.clock()))


@blueprint.get("/kiosks/<code>/checklists/<int:job_id>")
@blueprint.output(PrintJobOut)
@blueprint.doc(summary="State of a list of documents", responses=refusals("unknown_print_job"))
@public
def checklist_state(code: str, job_id: int) -> flask.Response:
    """Return the state of the print job of a list of documents; other jobs are unknown here."""
    with here().moment() as moment:
        job = read_job(moment.connection, job_id) if job_id < _LARGEST_ID else None
    if job is None or job.kind != "checklist":
        raise Refusal("unknown_print_job")
    return answer(with_reason(job_json(job)))


def _paper(paper: papers.Paper) -> flask.Response:
    return answer({"id": paper.id, "state": paper.state})
