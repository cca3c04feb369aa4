"""What the house asks of the printer leaf besides printing: check an address, draw a preview, estimate a roll."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import printer.face
from printer import preview
from printer.address import parse_address
from printer.document import length_mm, paper_of
from printer.layout import lay_out
from printer.logo import logo_of
from queue_app.domain.clock import from_ms, zone_short_name
from queue_app.printer_probe import advice_of, discover, probe_printer, text_trouble

__all__ = [
    "advice_of",
    "check_printer_url",
    "check_template",
    "discover",
    "draw_ticket",
    "make_logo",
    "probe_printer",
    "roll_of",
    "slip_of",
    "text_trouble",
    "ticket_mm",
    "whole_template",
]


def slip_of(stored: Any) -> printer.face.AnySlip:
    """The slip from what was stored when its paper was asked for."""
    moment = _moment(stored["issued_at"], stored["time_zone"])
    match stored.get("kind", "ticket"):
        case "checklist":
            fields = {name: stored[name] for name in ("hall", "agency", "service", "language", "footer")}
            return printer.face.ChecklistSlip(**fields, **moment, documents=tuple(stored["documents"]))
        case "summary":
            rows = tuple((name, figure) for name, figure in stored["rows"])
            fields = {name: stored[name] for name in ("hall", "title", "language")}
            return printer.face.SummarySlip(**fields, **moment, rows=rows)
        case "test":
            fields = {name: stored[name] for name in ("hall", "printer", "language")}
            return printer.face.TestSlip(**fields, **moment)
        case _:
            return _ticket(stored, moment)


def _ticket(stored: Any, moment: Mapping[str, Any]) -> printer.face.Slip:
    wait = stored.get("range")
    return printer.face.Slip(
        **moment,
        label=stored["label"],
        hall=stored["hall"],
        agency=stored["agency"],
        service=stored["service"],
        zone=stored["zone"],
        ahead=stored["ahead"],
        # A slip from before ranges were printed has none.
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


def check_template(data: Mapping[str, object]) -> None:
    """Raises ValueError that names the field, if a template is not one."""
    printer.face.TemplateOptions.from_json(dict(data))


def whole_template(data: Mapping[str, object]) -> dict[str, object]:
    """A template with its defaults filled in. Raises ValueError that names the field, if it is none."""
    return printer.face.TemplateOptions.from_json(dict(data)).to_json()


def draw_ticket(slip: Mapping[str, object], template: Mapping[str, object], paper_mm: int, copy_no: int = 1) -> bytes:
    """A PNG of the paper, dot for dot, by the layout that prints it. Raises ValueError for a wrong template."""
    options = printer.face.TemplateOptions.from_json(dict(template))
    paper = paper_of(paper_mm, 203)
    return preview.render(lay_out(slip_of(slip), paper, copy_no, options), paper)


def make_logo(picture: bytes, *, width: int, dither: bool, threshold: int) -> dict[str, object]:
    """The logo of a PNG file, as a template has it. Raises ValueError that says what is wrong with it."""
    return logo_of(picture, width=width, dither=dither, threshold=threshold).to_json()


@cache
def ticket_mm(paper_mm: int, dpi: int) -> int:
    """Length of a usual ticket, to estimate how many are left on a roll."""
    slip = printer.face.Slip(
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
    paper = paper_of(paper_mm, dpi)
    return length_mm(lay_out(slip, paper, 1, printer.face.TemplateOptions()), paper)


# --- addresses


def check_printer_url(url: str) -> None:
    """Raises ValueError with a hint when no printer can have this address; "" and "preview://" mean the default."""
    if url not in ("", "preview://"):
        parse_address(url.replace("{code}", "code"))


def roll_of(url: str) -> int | None:
    """Length in millimetres of a new roll, if the address says it."""
    try:
        return parse_address(url).roll_mm
    except ValueError:
        return None
