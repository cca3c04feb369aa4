"""Address checks, previews and roll estimates for the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import printer.ports
from printer import diagnosis
from printer.diagnosis import Advice, DiscoveredPrinter, ProbeResult, probe_printer, text_trouble
from printer.invalid_value import InvalidValue
from printer.paper import preview
from printer.paper.document import document_length_mm, paper_size
from printer.paper.logo import convert_logo
from printer.paper.ticket import lay_out
from printer.transport.address import parse_address
from queue_app.domain.clock import from_ms, zone_short_name
from queue_app.domain.errors import BadSetting
from queue_app.domain.print_outcome import Outcome, parse_outcome

__all__ = [
    "advice_on_status",
    "check_printer_url",
    "check_template",
    "complete_template",
    "discover",
    "draw_ticket",
    "make_logo",
    "probe_printer",
    "probe_with_advice",
    "roll_length_mm",
    "slip_of",
    "text_trouble",
    "ticket_mm",
]

_T = TypeVar("_T")


def slip_of(stored: Any) -> printer.ports.AnySlip:
    """Parse a stored slip."""
    moment = _moment(stored["issued_at"], stored["time_zone"])
    match stored.get("kind", "ticket"):
        case "checklist":
            fields = {name: stored[name] for name in ("hall", "agency", "service", "language", "footer")}
            return printer.ports.ChecklistSlip(**fields, **moment, documents=tuple(stored["documents"]))
        case "summary":
            rows = tuple((name, figure) for name, figure in stored["rows"])
            fields = {name: stored[name] for name in ("hall", "title", "language")}
            return printer.ports.SummarySlip(**fields, **moment, rows=rows)
        case "test":
            fields = {name: stored[name] for name in ("hall", "printer", "language")}
            return printer.ports.TestSlip(**fields, **moment)
        case _:
            return _ticket(stored, moment)


def _ticket(stored: Any, moment: Mapping[str, Any]) -> printer.ports.Slip:
    wait = stored.get("range")
    return printer.ports.Slip(
        **moment,
        label=stored["label"],
        hall=stored["hall"],
        agency=stored["agency"],
        service=stored["service"],
        zone=stored["zone"],
        ahead=stored["ahead"],
        # A slip stored before ranges were printed has none.
        wait_range=None if wait is None else (int(wait[0]), int(wait[1])),
        url=stored["url"],
        language=stored["language"],
        priority=stored["priority"],
        documents=tuple(stored["documents"]),
        footer=stored["footer"],
    )


def _moment(at_ms: int, time_zone: str) -> dict[str, Any]:
    at = from_ms(at_ms)
    return {"issued_at": at.astimezone(ZoneInfo(time_zone)), "zone_name": zone_short_name(time_zone, at)}


# --- templates


def check_template(data: Mapping[str, object], field: str = "template") -> None:
    """Check a template. Raises BadSetting that names the field."""
    _template(data, field)


def complete_template(data: Mapping[str, object]) -> dict[str, object]:
    """Fill in a template's defaults. Raises BadSetting that names the field, if the template is invalid."""
    return _template(data).to_json()


def draw_ticket(slip: Mapping[str, object], template: Mapping[str, object], paper_mm: int, copy_no: int = 1) -> bytes:
    """Draw a PNG of the ticket, dot for dot, by the layout that prints it. Raises BadSetting for a wrong template."""
    options = _template(template)
    size = paper_size(paper_mm, 203)
    return preview.render(lay_out(slip_of(slip), size, copy_no, options), size)


def make_logo(picture: bytes, *, width: int, dither: bool, threshold: int) -> dict[str, object]:
    """Convert a PNG file to a template's logo. Raises BadSetting that says what is wrong with the file."""
    return _parse_setting(
        "picture", lambda: convert_logo(picture, width=width, dither=dither, threshold=threshold)
    ).to_json()


def _template(data: Mapping[str, object], field: str = "template") -> printer.ports.TemplateOptions:
    return _parse_setting(field, lambda: printer.ports.TemplateOptions.from_json(dict(data)))


def _parse_setting(field: str, read: Callable[[], _T]) -> _T:
    """Parse; re-raise the printer package's Mistake as BadSetting."""
    try:
        return read()
    except InvalidValue as error:
        path = f"{field}.{error.part}" if error.part else field
        raise BadSetting(error.code, path, str(error), **error.facts) from error


@cache
def ticket_mm(paper_mm: int, dpi: int) -> int:
    """Return the length of a usual ticket in millimetres, to estimate how many are left on a roll."""
    slip = printer.ports.Slip(
        label="A-000",
        hall="Mal Pelayanan Publik",
        agency="Disdukcapil",
        service="KTP-el",
        zone="Zona Utara",
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
        zone_name="WITA",
        ahead=10,
        wait_range=(10, 20),
        url="http://antrean.example.go.id/t/12345678",
        language="id",
        priority=False,
        documents=(),
        footer="Terima kasih",
    )
    size = paper_size(paper_mm, dpi)
    return document_length_mm(lay_out(slip, size, 1, printer.ports.TemplateOptions()), size)


# --- addresses


def check_printer_url(url: str) -> None:
    """Check a printer's address; "" and "preview://" mean the default. Raises BadSetting with a hint."""
    if url not in ("", "preview://"):
        _parse_setting("url", lambda: parse_address(url.replace("{code}", "code")))


def advice_on_status(health: str, outcome: Outcome | None, url: str) -> Advice | None:
    """Return advice on a printer with this reported status, or None. Connects to nothing."""
    if outcome is not None and outcome.code == "agent_away":
        return Advice("agent_away")
    return diagnosis.advice_on_status(health, outcome, url)


def probe_with_advice(url: str, capabilities: Mapping[str, object] | None = None) -> tuple[ProbeResult, Advice | None]:
    """Check the status of a printer over one connection, with advice. Raises ValueError as `check_status` does."""
    # Before opening a device: missing devices and missing permissions get advice of their own.
    advice = None if url.startswith("tcp://") else probe_printer(url)
    if advice is not None:
        return ProbeResult(printer.ports.Health.OFFLINE), advice
    status = diagnosis.check_status(url, capabilities)
    return status, advice_on_status(status.health, parse_outcome(status.detail), url)


def discover(hosts: Sequence[str]) -> Sequence[DiscoveredPrinter]:
    """Discover printers that could be added. Raises BadSetting for an invalid host."""
    return _parse_setting("hosts", lambda: diagnosis.discover(hosts))


def roll_length_mm(url: str) -> int | None:
    """Return the length of a new roll in millimetres, if the address states it."""
    try:
        return parse_address(url).roll_mm
    except ValueError:
        return None
