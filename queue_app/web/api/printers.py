"""Printers and ticket templates, for administrators."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

import flask
from apiflask import APIBlueprint, EmptySchema, FileSchema

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.permissions import Permission
from queue_app.services.printing.printer_health import AGENT_TIMEOUT_SECONDS
from queue_app.services.settings.printers import (
    PrinterSettings,
    printer_settings,
    remove_printer,
    set_printer,
    set_templates,
    templates,
)
from queue_app.store.printers import printers as read_printers
from queue_app.web.api.responses import STAFF, json_response, setting_refusals
from queue_app.web.api.schemas.common import EmptyIn
from queue_app.web.api.schemas.printers import (
    DiscoverIn,
    DiscoverOut,
    LogoIn,
    LogoOut,
    NewPrinterIn,
    PreviewIn,
    PrinterSettingsIn,
    PrintersSettingsOut,
    ProbeOut,
    TemplatesIn,
    TemplatesOut,
)
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer
from queue_app.web.printer_words import advice_json
from queue_app.web.request_bodies import body_limit
from queue_app.web.sample_ticket import sample_slip

blueprint = APIBlueprint("settings_printers", __name__, url_prefix="/api/v1/settings", tag="printers")

MAX_TEMPLATES_BYTES = 512 * 1024
"""Bytes: a logo is up to 19 KB, and each agency may have its own."""
MAX_PICTURE_BYTES = 1_500_000
"""Bytes of JSON around a PNG file of 1 MB."""


@blueprint.get("/printers")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Printer settings", security=STAFF, responses=setting_refusals())
def printers() -> flask.Response:
    """List all printers with address, paper width, kiosks and fallback."""
    listed = printer_settings(current_context().store)
    return json_response({"printers": [{**asdict(row), "kiosks": list(row.kiosks)} for row in listed]})


@blueprint.post("/printers")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.input(NewPrinterIn, arg_name="body")
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Add a printer", security=STAFF, responses=setting_refusals("unknown_printer", body=True))
def add(body: NewPrinterIn) -> flask.Response:
    """Add a printer. A mistake in its address is refused and named."""
    return _set(body.code, body, new=True)


@blueprint.put("/printers/<code>")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.input(PrinterSettingsIn, arg_name="body")
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Change a printer", security=STAFF, responses=setting_refusals("unknown_printer", body=True))
def change(code: str, body: PrinterSettingsIn) -> flask.Response:
    """Change a printer's settings; its next slip uses them."""
    return _set(code, body, new=False)


def _set(code: str, body: PrinterSettingsIn, *, new: bool) -> flask.Response:
    context = current_context()
    _checked(lambda: context.tools.check_printer_url(body.url))
    fields = body.model_dump(exclude={"code"})
    requested = PrinterSettings(code=code, **{**fields, "kiosks": tuple(body.kiosks)})
    set_printer(context.store, requested, context.clock(), signed_in_officer(), new=new)
    return printers()


@blueprint.delete("/printers/<code>")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Remove a printer", security=STAFF, responses=setting_refusals("unknown_printer"))
def remove(code: str) -> tuple[str, int]:
    """Remove a printer."""
    remove_printer(current_context().store, code, current_context().clock(), signed_in_officer())
    return "", 204


@blueprint.post("/printers/<code>/probe")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.input(EmptyIn, arg_name="body")
@blueprint.output(ProbeOut)
@blueprint.doc(summary="Check a printer", security=STAFF, responses=setting_refusals("unknown_printer", body=True))
def probe(code: str, body: EmptyIn) -> flask.Response:
    """Check whether a printer can be used, permissions included, and advise what to do if not. Prints nothing.

    A printer takes only one connection: one that a server or an agent has checked within the last minute is not probed.
    """
    context = current_context()
    url = next((row.url for row in printer_settings(context.store) if row.code == code), None)
    with context.moment() as moment:
        reported = next((row for row in read_printers(moment.connection).values() if row.code == code), None)
    if url is None or reported is None:
        raise Refusal("unknown_printer")
    if reported.checked_at is not None and reported.checked_at > moment.now_ms - AGENT_TIMEOUT_SECONDS * 1000:
        advice = context.tools.advice_on_status(reported.health.value, reported.outcome, url)
    else:
        advice = context.tools.probe_printer(url)
    return json_response({"usable": advice is None or advice.is_hint, "advice": advice_json(advice)})


@blueprint.post("/printers/discover")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.input(DiscoverIn, arg_name="body")
@blueprint.output(DiscoverOut)
@blueprint.doc(summary="Discover printers", security=STAFF, responses=setting_refusals(body=True))
def discover(body: DiscoverIn) -> flask.Response:
    """Discover USB and serial printers of the server, and printers on port 9100 of the named hosts only."""
    printers = _checked(lambda: current_context().tools.discover(body.hosts))
    listed = [
        {"address": printer.address, "description": printer.description, "advice": advice_json(printer.advice)}
        for printer in printers
    ]
    return json_response({"printers": listed})


@blueprint.get("/ticket-template")
@needs(Permission.MANAGE_PRINTERS)
@blueprint.output(TemplatesOut)
@blueprint.doc(summary="Ticket template", security=STAFF, responses=setting_refusals())
def show_template() -> flask.Response:
    """Return the hall's template with its defaults filled in, and the agencies' differences."""
    hall, agencies = templates(current_context().store)
    return json_response({"template": current_context().tools.complete_template(hall), "agencies": agencies})


@blueprint.put("/ticket-template")
@needs(Permission.MANAGE_PRINTERS)
@body_limit(MAX_TEMPLATES_BYTES)
@blueprint.input(TemplatesIn, arg_name="body")
@blueprint.output(TemplatesOut)
@blueprint.doc(summary="Change the ticket template", security=STAFF, responses=setting_refusals(body=True))
def set_template(body: TemplatesIn) -> flask.Response:
    """Set the template of the hall and of agencies, used from the next slip on. A wrong field is named."""
    context = current_context()
    _checked(lambda: context.tools.check_template(body.template))
    for code, template in body.agencies.items():
        _checked(lambda code=code, template=template: context.tools.check_template(template, f"agencies.{code}"))
    set_templates(context.store, body.template, body.agencies, context.clock(), signed_in_officer())
    return show_template()


@blueprint.post("/ticket-template/preview")
@needs(Permission.MANAGE_PRINTERS)
@body_limit(MAX_TEMPLATES_BYTES)
@blueprint.input(PreviewIn, arg_name="body")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="image/png")
@blueprint.doc(summary="Preview a ticket", security=STAFF, responses=setting_refusals(body=True))
def preview(body: PreviewIn) -> flask.Response:
    """Draw a sample ticket by an unsaved template, dot for dot as it would be printed."""
    context = current_context()
    hall, agencies = templates(context.store)
    template = {**hall, **agencies.get(body.agency or "", {}), **body.template}
    with context.moment() as moment:
        slip = sample_slip(moment, body.agency, body.language, priority=body.priority, site=context.site_url())
    picture = _checked(lambda: context.tools.draw_ticket(slip, template, body.paper_mm, body.copy_no))
    response = flask.make_response(picture)
    response.mimetype = "image/png"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/ticket-template/logo")
@needs(Permission.MANAGE_PRINTERS)
@body_limit(MAX_PICTURE_BYTES)
@blueprint.input(LogoIn, arg_name="body")
@blueprint.output(LogoOut)
@blueprint.doc(summary="Convert a picture to a logo", security=STAFF, responses=setting_refusals(body=True))
def make_logo(body: LogoIn) -> flask.Response:
    """Convert a PNG file to a small monochrome logo for a template. The file is not stored."""
    try:
        picture = base64.b64decode(body.picture, validate=True)
    except ValueError as error:
        raise BadSetting("picture_kind", "picture", "“picture” must be base64").refusal() from error
    choices = body.model_dump(exclude={"picture"})
    return json_response(_checked(lambda: current_context().tools.make_logo(picture, **choices)))


def _checked(check: Any) -> Any:
    try:
        return check()
    except BadSetting as error:
        raise error.refusal() from error
