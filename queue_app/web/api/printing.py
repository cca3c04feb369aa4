"""Print jobs: outcomes, visitors' confirmations, what staff print, and printers that need somebody."""

from __future__ import annotations

import flask
from apiflask import APIBlueprint, EmptySchema

from queue_app.domain.errors import Refusal
from queue_app.domain.numbering import is_token
from queue_app.domain.permissions import Permission
from queue_app.domain.print_outcome import outcome_text
from queue_app.domain.printer import ReprintReason, is_used
from queue_app.services.printing import print_requests
from queue_app.services.printing import printer_health as printers_service
from queue_app.snapshots.alarms import build_alarms as alarms_state
from queue_app.snapshots.print_jobs import print_job_json, printer_place
from queue_app.store.printers import print_job as read_job
from queue_app.store.printers import printers as read_printers
from queue_app.web.api.responses import STAFF, idempotency_key, idempotent, json_response, refusals
from queue_app.web.api.schemas.common import EmptyIn, PrintJobOut, PrintJobRefOut
from queue_app.web.api.schemas.printing import (
    AlarmsOut,
    ChecklistIn,
    PrintConfirmationIn,
    PrintersOut,
    ReprintIn,
    SummaryIn,
)
from queue_app.web.context import current_context
from queue_app.web.day_summary import day_summary
from queue_app.web.permissions import needs, public, signed_in_officer
from queue_app.web.printer_words import advice_json, reason_json, with_sentence
from queue_app.web.texts import chosen_language

blueprint = APIBlueprint("printing", __name__, url_prefix="/api/v1", tag="printing")

# Ids beyond 53 bits would make the query itself fail.
_MAX_ID = 2**53


@blueprint.get("/print-jobs/<int:job_id>")
@needs(Permission.VIEW_PRINTS)
@blueprint.output(PrintJobOut)
@blueprint.doc(summary="State of a print job", security=STAFF, responses=refusals("unknown_print_job", staff=True))
def print_job(job_id: int) -> flask.Response:
    """Return the state of one print job."""
    with current_context().moment() as moment:
        job = read_job(moment.connection, job_id) if job_id < _MAX_ID else None
    if job is None:
        raise Refusal("unknown_print_job")
    return json_response(with_sentence(print_job_json(job)))


@blueprint.get("/alarms")
@needs(Permission.VIEW_ALARMS)
@blueprint.output(AlarmsOut)
@blueprint.doc(summary="Alarms", security=STAFF, responses=refusals(staff=True))
def alarms() -> flask.Response:
    """Return the state of the room `alarms:hall`: paper out or low, cover open, off line; server and agent trouble."""
    with current_context().moment() as moment:
        return json_response({"seq": moment.seq, "state": alarms_state(moment)})


@blueprint.get("/staff/printers")
@needs(Permission.USE_PRINTERS)
@blueprint.output(PrintersOut)
@blueprint.doc(summary="Printers to choose from", security=STAFF, responses=refusals(staff=True))
def printers() -> flask.Response:
    """List all printers of the hall, with what is wrong with them."""
    tools = current_context().tools
    with current_context().moment() as moment:
        rows = read_printers(moment.connection).values()
        listed = [
            {
                "code": printer.code,
                "paper_mm": printer.paper_mm,
                "place": printer_place(moment.catalogue, printer),
                "state": printer.health,
                "trouble": (outcome_text(printer.outcome) or printer.health) if printer.is_faulty else None,
                "reason": reason_json(printer.outcome),
                "advice": advice_json(tools.advice_on_status(printer.health.value, printer.outcome, printer.url)),
                "checked_at": printer.checked_at,
                "tickets_left": printer.tickets_left,
                "used": is_used(rows, printer),
            }
            for printer in rows
        ]
    return json_response({"printers": listed})


@blueprint.post("/staff/reprints")
@needs(Permission.REPRINT_TICKETS)
@blueprint.input(ReprintIn, arg_name="body")
@blueprint.output(PrintJobRefOut)
@blueprint.doc(
    summary="Reprint a ticket",
    security=STAFF,
    responses=refusals("unknown_ticket", "unknown_printer", "wrong_state", "key_reused", body=True, staff=True),
)
@idempotent
def reprint(body: ReprintIn) -> flask.Response:
    """Print a copy, marked SALINAN; the log keeps who asked and why."""
    if (body.ticket is None) == (body.label is None):
        raise Refusal("bad_request")
    context = current_context()
    requested = print_requests.ReprintRequest(
        ReprintReason(body.reason), body.ticket, body.label, body.printer, key=idempotency_key()
    )
    return _print_job_response(
        print_requests.print_copy(context.store, signed_in_officer(), requested, context.clock(), context.site_url())
    )


@blueprint.post("/staff/summary")
@needs(Permission.USE_PRINTERS)
@blueprint.input(SummaryIn, arg_name="body")
@blueprint.output(PrintJobRefOut)
@blueprint.doc(
    summary="Print the day's summary", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def summary(body: SummaryIn) -> flask.Response:
    """Print how many numbers were issued, served and missed today, of the own agency or of the whole hall."""
    context, language = current_context(), chosen_language()
    with context.moment() as moment:
        title, rows = day_summary(moment, signed_in_officer().agency_id, language)
    return _print_job_response(
        print_requests.print_summary(
            context.store, signed_in_officer(), body.printer, language, title, rows, context.clock()
        )
    )


@blueprint.post("/staff/printers/<code>/test")
@needs(Permission.USE_PRINTERS)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(PrintJobRefOut)
@blueprint.doc(
    summary="Print a test slip", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def test_print(code: str, body: EmptyIn) -> flask.Response:
    """Print rulers, a QR code and the printer's name."""
    context = current_context()
    return _print_job_response(
        print_requests.print_test_page(context.store, signed_in_officer(), code, chosen_language(), context.clock())
    )


@blueprint.post("/staff/printers/<code>/new-roll")
@needs(Permission.USE_PRINTERS)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(
    summary="Reset the paper counter", security=STAFF, responses=refusals("unknown_printer", body=True, staff=True)
)
def new_roll(code: str, body: EmptyIn) -> tuple[str, int]:
    """Reset the paper counter of a printer; a printer that reports paper out by itself needs no reset."""
    printers_service.reset_paper_counter(current_context().store, signed_in_officer(), code, current_context().clock())
    return "", 204


@blueprint.post("/tickets/<token>/print-confirmation")
@blueprint.input(PrintConfirmationIn, arg_name="body")
@blueprint.output(PrintJobRefOut)
@blueprint.doc(summary="Confirm a print", responses=refusals("unknown_ticket", "no_print_to_confirm", body=True))
@public
def confirm_print(token: str, body: PrintConfirmationIn) -> flask.Response:
    """Confirm a print job that is `uncertain`: it was printed, or print it once more (once)."""
    context = current_context()
    if not is_token(token):
        raise Refusal("unknown_ticket")
    return _print_job_response(
        print_requests.confirm_print(context.store, token, context.clock(), printed=body.printed)
    )


@blueprint.post("/kiosks/<code>/checklists")
@blueprint.input(ChecklistIn, arg_name="body")
@blueprint.output(PrintJobRefOut)
@blueprint.doc(
    summary="Print the list of documents",
    responses=refusals("unknown_kiosk", "unknown_service", "unknown_printer", "too_many_checklists", body=True),
)
@public
def checklist(code: str, body: ChecklistIn) -> flask.Response:
    """Print the documents of a service at a kiosk, for a visitor who takes no number yet."""
    context = current_context()
    return _print_job_response(
        print_requests.print_checklist(context.store, code, body.service, body.language, context.clock())
    )


@blueprint.get("/kiosks/<code>/checklists/<int:job_id>")
@blueprint.output(PrintJobOut)
@blueprint.doc(summary="State of a list of documents", responses=refusals("unknown_print_job"))
@public
def checklist_state(code: str, job_id: int) -> flask.Response:
    """Return the state of the print job of a list of documents; other jobs are unknown here."""
    with current_context().moment() as moment:
        job = read_job(moment.connection, job_id) if job_id < _MAX_ID else None
    if job is None or job.kind != "checklist":
        raise Refusal("unknown_print_job")
    return json_response(with_sentence(print_job_json(job)))


def _print_job_response(job: print_requests.PrintJobRef) -> flask.Response:
    return json_response({"id": job.id, "state": job.state})
