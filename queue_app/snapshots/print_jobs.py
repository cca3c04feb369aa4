"""Print jobs, printers and alarms as JSON, for kiosks, tickets and staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from queue_app.domain.catalogue import LANGUAGES, Catalogue, localised_name
from queue_app.domain.print_outcome import Outcome, outcome_text
from queue_app.domain.printer import Printer, reachable_fallback
from queue_app.store.printers import PrintJobRow, kiosk_printer_of, printers

if TYPE_CHECKING:
    from queue_app.snapshots.moment import Moment

Json = dict[str, Any]


def print_availability(moment: Moment, printer_id: int | None) -> Json:
    """Describe whether a kiosk could print a ticket now, and where: `printer` and `printer_place`."""
    printers_by_id = {} if printer_id is None else printers(moment.connection)
    home = printers_by_id.get(printer_id or 0)
    if home is None:
        return {"printer": "none", "printer_place": None}
    if not home.is_faulty:
        return {"printer": "ready", "printer_place": None}
    fallback = reachable_fallback(printers_by_id, home.id)
    if fallback is None:
        return {"printer": "trouble", "printer_place": None}
    return {"printer": "elsewhere", "printer_place": printer_place(moment.catalogue, fallback)}


def printer_place(catalogue: Catalogue, printer: Printer) -> Mapping[str, str]:
    """Describe where a printer stands, in each language: as the administrator wrote it, else kiosk and zone."""
    if printer.place:
        return printer.place
    kiosks = " / ".join(printer.kiosks) or printer.code
    zones = [catalogue.zones[zone_id].name for zone_id in sorted(printer.zones) if zone_id in catalogue.zones]
    return {
        language: ", ".join([kiosks, *(localised_name(names, language) for names in zones)]) for language in LANGUAGES
    }


def print_jobs_of_ticket(moment: Moment, ticket_id: int, jobs: list[PrintJobRow]) -> list[Json]:
    """List the print jobs of a ticket.

    `place` is set where the slip comes out elsewhere than at its kiosk, `taken` where the printer can tell.
    """
    printers_by_id, home = printers(moment.connection), kiosk_printer_of(moment.connection, ticket_id)
    return [
        {
            **print_job_json(job),
            "place": _elsewhere(moment.catalogue, printers_by_id, home, job),
            "taken": _taken(printers_by_id, job),
        }
        for job in jobs
    ]


def _taken(printers_by_id: Mapping[int, Printer], job: PrintJobRow) -> bool | None:
    printer = printers_by_id.get(job.printer_id)
    if printer is None or job.ended_at is None or job.outcome is None or not job.outcome.is_in_paper_exit:
        return None
    return printer.was_taken(job.ended_at)


def _elsewhere(
    catalogue: Catalogue, printers_by_id: Mapping[int, Printer], home: int | None, job: PrintJobRow
) -> Mapping[str, str] | None:
    if home is None or job.printer_id == home or job.printer_id not in printers_by_id:
        return None
    return printer_place(catalogue, printers_by_id[job.printer_id])


def print_job_json(job: PrintJobRow) -> Json:
    """Convert a print job to JSON."""
    return {
        "id": job.id,
        "kind": job.kind,
        "copy": job.copy_no,
        "state": job.state,
        "detail": outcome_text(job.outcome),
        "reason": reason_json(job.outcome),
        "ending": ending_of(job.outcome),
    }


def reason_json(outcome: Outcome | None) -> Json | None:
    """Convert the reason of a print job's or printer's state to JSON, in no language: a code with its facts."""
    return None if outcome is None else {"code": outcome.code, "facts": dict(outcome.facts)}


def ending_of(outcome: Outcome | None) -> str | None:
    """Return what happened after the reason of a print job's or printer's state arose, if that is known."""
    return None if outcome is None else outcome.ending
