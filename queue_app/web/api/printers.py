"""Printers, print agents and ticket templates, for administrators."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

import flask
from apiflask import APIBlueprint, EmptySchema, FileSchema

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.services import devices, printer_settings
from queue_app.services.devices import AGENT
from queue_app.services.hours import require_admin
from queue_app.services.printer_settings import PrinterSettings
from queue_app.services.printers import AWAY_SECONDS
from queue_app.store.printers import printers as read_printers
from queue_app.web.api._kit import STAFF, answer, refusals
from queue_app.web.api.printer_schemas import (
    AgentsOut,
    AgentTokenOut,
    DiscoverIn,
    DiscoverOut,
    LogoIn,
    LogoOut,
    NewAgentIn,
    NewPrinterIn,
    PreviewIn,
    PrinterSettingsIn,
    PrintersSettingsOut,
    ProbeOut,
    TemplatesIn,
    TemplatesOut,
)
from queue_app.web.api.schemas import NothingIn
from queue_app.web.auth import officer, staff
from queue_app.web.context import here
from queue_app.web.printers import advice_json
from queue_app.web.samples import sample_slip

blueprint = APIBlueprint("settings_printers", __name__, url_prefix="/api/v1/settings", tag="printers")

LARGEST_TEMPLATES = 512 * 1024
"""Bytes: a logo is up to 19 KB, and each agency may have its own."""
LARGEST_PICTURE = 1_500_000
"""Bytes of JSON around a PNG file of 1 MB."""


@blueprint.before_request
def _larger_body() -> None:
    if flask.request.path.startswith("/api/v1/settings/ticket-template"):
        is_picture = flask.request.path.endswith("/logo")
        flask.request.max_content_length = LARGEST_PICTURE if is_picture else LARGEST_TEMPLATES


def _responses(*codes: str, body: bool = False) -> Any:
    return refusals(*codes, *(["bad_setting"] if body else []), body=body, staff=True)


@blueprint.get("/printers")
@staff
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Printer settings", security=STAFF, responses=_responses())
def printers() -> flask.Response:
    """List all printers with address, paper width, kiosks and fallback."""
    require_admin(officer())
    listed = printer_settings.printer_settings(here().store)
    return answer({"printers": [{**asdict(row), "kiosks": list(row.kiosks)} for row in listed]})


@blueprint.post("/printers")
@staff
@blueprint.input(NewPrinterIn, arg_name="body")
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Add a printer", security=STAFF, responses=_responses("unknown_printer", body=True))
def add(body: NewPrinterIn) -> flask.Response:
    """Add a printer. A mistake in its address is refused and named."""
    return _set(body.code, body, new=True)


@blueprint.put("/printers/<code>")
@staff
@blueprint.input(PrinterSettingsIn, arg_name="body")
@blueprint.output(PrintersSettingsOut)
@blueprint.doc(summary="Change a printer", security=STAFF, responses=_responses("unknown_printer", body=True))
def change(code: str, body: PrinterSettingsIn) -> flask.Response:
    """Change a printer's settings; its next slip uses them."""
    return _set(code, body, new=False)


def _set(code: str, body: PrinterSettingsIn, *, new: bool) -> flask.Response:
    require_admin(officer())
    context = here()
    _checked(lambda: context.tools.check_printer_url(body.url))
    fields = body.model_dump(exclude={"code"})
    requested = PrinterSettings(code=code, **{**fields, "kiosks": tuple(body.kiosks)})
    printer_settings.set_printer(context.store, requested, context.clock(), officer(), new=new)
    return printers()


@blueprint.delete("/printers/<code>")
@staff
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Remove a printer", security=STAFF, responses=_responses("unknown_printer"))
def remove(code: str) -> tuple[str, int]:
    """Remove a printer."""
    printer_settings.remove_printer(here().store, code, here().clock(), officer())
    return "", 204


@blueprint.post("/printers/<code>/probe")
@staff
@blueprint.input(NothingIn, arg_name="body")
@blueprint.output(ProbeOut)
@blueprint.doc(summary="Check a printer", security=STAFF, responses=_responses("unknown_printer", body=True))
def probe(code: str, body: NothingIn) -> flask.Response:
    """Check whether a printer can be used, permissions included, and advise what to do if not. Prints nothing.

    A printer takes only one connection: one that a server or an agent has checked within the last minute is not probed.
    """
    require_admin(officer())
    context = here()
    url = next((row.url for row in printer_settings.printer_settings(context.store) if row.code == code), None)
    with context.moment() as moment:
        reported = next((row for row in read_printers(moment.connection).values() if row.code == code), None)
    if url is None or reported is None:
        raise Refusal("unknown_printer")
    if reported.checked_at is not None and reported.checked_at > moment.now_ms - AWAY_SECONDS * 1000:
        advice = context.tools.advice_of(reported.health.value, reported.detail, url)
    else:
        advice = context.tools.probe_printer(url)
    return answer({"usable": advice is None or advice.is_hint, "advice": advice_json(advice)})


@blueprint.post("/printers/discover")
@staff
@blueprint.input(DiscoverIn, arg_name="body")
@blueprint.output(DiscoverOut)
@blueprint.doc(summary="Discover printers", security=STAFF, responses=_responses(body=True))
def discover(body: DiscoverIn) -> flask.Response:
    """Discover USB and serial printers of the server, and printers on port 9100 of the named hosts only."""
    require_admin(officer())
    printers = _checked(lambda: here().tools.discover(body.hosts))
    listed = [
        {"address": printer.address, "what": printer.what, "advice": advice_json(printer.advice)}
        for printer in printers
    ]
    return answer({"found": listed})


@blueprint.get("/agents")
@staff
@blueprint.output(AgentsOut)
@blueprint.doc(summary="Print agents", security=STAFF, responses=_responses())
def agents() -> flask.Response:
    """List all print agents, and when each was seen last."""
    require_admin(officer())
    listed = devices.devices(here().store, AGENT)
    names = ("code", "name", "created_at", "last_seen_at", "revoked_at", "trouble")
    return answer({"agents": [{name: getattr(agent, name) for name in names} for agent in listed]})


@blueprint.post("/agents")
@staff
@blueprint.input(NewAgentIn, arg_name="body")
@blueprint.output(AgentTokenOut)
@blueprint.doc(summary="Add a print agent", security=STAFF, responses=_responses(body=True))
def add_agent(body: NewAgentIn) -> flask.Response:
    """Register a print agent and return its token (shown once); a lost token is revoked and replaced."""
    require_admin(officer())
    token = devices.add_device(here().store, AGENT, body.code, body.name, here().clock(), officer())
    return answer({"code": body.code, "token": token})


@blueprint.delete("/agents/<code>")
@staff
@blueprint.output(EmptySchema, status_code=204)
@blueprint.doc(summary="Revoke a print agent", security=STAFF, responses=_responses("unknown_device"))
def revoke_agent(code: str) -> tuple[str, int]:
    """Revoke a print agent's token, from its next request on."""
    require_admin(officer())
    devices.revoke_device(here().store, AGENT, code, here().clock(), officer())
    return "", 204


@blueprint.get("/ticket-template")
@staff
@blueprint.output(TemplatesOut)
@blueprint.doc(summary="Ticket template", security=STAFF, responses=_responses())
def show_template() -> flask.Response:
    """Return the hall's template with its defaults filled in, and the agencies' differences."""
    require_admin(officer())
    hall, agencies = printer_settings.templates(here().store)
    return answer({"template": here().tools.whole_template(hall), "agencies": agencies})


@blueprint.put("/ticket-template")
@staff
@blueprint.input(TemplatesIn, arg_name="body")
@blueprint.output(TemplatesOut)
@blueprint.doc(summary="Change the ticket template", security=STAFF, responses=_responses(body=True))
def set_template(body: TemplatesIn) -> flask.Response:
    """Set the template of the hall and of agencies, used from the next slip on. A wrong field is named."""
    require_admin(officer())
    context = here()
    _checked(lambda: context.tools.check_template(body.template))
    for code, template in body.agencies.items():
        _checked(lambda code=code, template=template: context.tools.check_template(template, f"agencies.{code}"))
    printer_settings.set_templates(context.store, body.template, body.agencies, context.clock(), officer())
    return show_template()


@blueprint.post("/ticket-template/preview")
@staff
@blueprint.input(PreviewIn, arg_name="body")
@blueprint.output(FileSchema(type="string", format="binary"), content_type="image/png")
@blueprint.doc(summary="Preview a ticket", security=STAFF, responses=_responses(body=True))
def preview(body: PreviewIn) -> flask.Response:
    """Draw a sample ticket by an unsaved template, dot for dot as it would be printed."""
    require_admin(officer())
    context = here()
    hall, agencies = printer_settings.templates(context.store)
    template = {**hall, **agencies.get(body.agency or "", {}), **body.template}
    with context.moment() as moment:
        slip = sample_slip(moment, body.agency, body.language, priority=body.priority, site=context.site_url())
    picture = _checked(lambda: context.tools.draw_ticket(slip, template, body.paper_mm, body.copy_no))
    response = flask.make_response(picture)
    response.mimetype = "image/png"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/ticket-template/logo")
@staff
@blueprint.input(LogoIn, arg_name="body")
@blueprint.output(LogoOut)
@blueprint.doc(summary="Convert a picture to a logo", security=STAFF, responses=_responses(body=True))
def make_logo(body: LogoIn) -> flask.Response:
    """Convert a PNG file to a small monochrome logo for a template. The file is not stored."""
    require_admin(officer())
    try:
        picture = base64.b64decode(body.picture, validate=True)
    except ValueError as error:
        raise BadSetting("picture_kind", "picture", "“picture” must be base64").refusal() from error
    choices = body.model_dump(exclude={"picture"})
    return answer(_checked(lambda: here().tools.make_logo(picture, **choices)))


def _checked(check: Any) -> Any:
    try:
        return check()
    except BadSetting as error:
        raise error.refusal() from error
