"""Print jobs, printers and alarms as JSON, for kiosks, tickets and staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from queue_app.domain.catalogue import LANGUAGES, Catalogue, pick
from queue_app.domain.paper import NOT_TAKEN, Printer, alarming, stand_in
from queue_app.domain.reasons import why
from queue_app.services.pairing import setups
from queue_app.services.printers import agent_of
from queue_app.services.screens import held_back, screens_of
from queue_app.store.printers import PrintJobRow, agents, home_printer, printers

if TYPE_CHECKING:
    from queue_app.live.states import Moment

Json = dict[str, Any]


def paper_state(moment: Moment, printer_id: int | None) -> Json:
    """Describe whether a kiosk could print a ticket now, and where: `paper` and `paper_place`."""
    printers_by_id = {} if printer_id is None else printers(moment.connection)
    home = printers_by_id.get(printer_id or 0)
    if home is None:
        return {"paper": "none", "paper_place": None}
    if not home.in_trouble:
        return {"paper": "ready", "paper_place": None}
    fallback = stand_in(printers_by_id, home.id)
    if fallback is None:
        return {"paper": "trouble", "paper_place": None}
    return {"paper": "elsewhere", "paper_place": place(moment.catalogue, fallback)}


def place(catalogue: Catalogue, printer: Printer) -> Mapping[str, str]:
    """Describe where a printer stands, in each language: as the administrator wrote it, else kiosk and zone."""
    if printer.place:
        return printer.place
    kiosks = " / ".join(printer.kiosks) or printer.code
    zones = [catalogue.zones[zone_id].name for zone_id in sorted(printer.zones) if zone_id in catalogue.zones]
    return {language: ", ".join([kiosks, *(pick(names, language) for names in zones)]) for language in LANGUAGES}


def papers_of(moment: Moment, ticket_id: int, jobs: list[PrintJobRow]) -> list[Json]:
    """List the print jobs of a ticket.

    `place` is set where the slip comes out elsewhere than at its kiosk, `taken` where the printer can tell.
    """
    printers_by_id, home = printers(moment.connection), home_printer(moment.connection, ticket_id)
    return [
        {
            **job_json(job),
            "place": _elsewhere(moment.catalogue, printers_by_id, home, job),
            "taken": _taken(printers_by_id, job),
        }
        for job in jobs
    ]


def _taken(printers_by_id: Mapping[int, Printer], job: PrintJobRow) -> bool | None:
    printer = printers_by_id.get(job.printer_id)
    if printer is None or job.ended_at is None or NOT_TAKEN not in job.detail:
        return None
    return printer.was_taken(job.ended_at)


def _elsewhere(
    catalogue: Catalogue, printers_by_id: Mapping[int, Printer], home: int | None, job: PrintJobRow
) -> Mapping[str, str] | None:
    if home is None or job.printer_id == home or job.printer_id not in printers_by_id:
        return None
    return place(catalogue, printers_by_id[job.printer_id])


def job_json(job: PrintJobRow) -> Json:
    """Convert a print job to JSON."""
    return {"id": job.id, "kind": job.kind, "copy": job.copy_no, "state": job.state, "detail": job.detail}


def reason_json(detail: str) -> Json | None:
    """Convert a print job's or printer's reason to JSON, in no language: a code with its facts."""
    reason = why(detail)
    return None if reason is None else {"code": reason.code, "facts": dict(reason.facts)}


def alarms(moment: Moment, _key: str = "") -> Json:
    """Build the state of the room of alarms.

    It lists every printer that needs somebody, zones whose calls are not heard because the browsers hold the sound
    back, and what server and print agents lack.
    """
    printers_by_id = printers(moment.connection)
    rows = [
        {
            "kind": "printer",
            "code": printer.code,
            "place": place(moment.catalogue, printer),
            "state": printer.alarm,
            "detail": printer.detail,
            "reason": reason_json(printer.detail),
            "since": printer.since,
            "tickets_left": printer.tickets_left,
        }
        for printer in alarming(printers_by_id.values())
    ]
    # The server draws slips for its own printers only.
    if moment.lacking is not None and any(agent_of(printer.url) is None for printer in printers_by_id.values()):
        rows.append(_lacks("server", "server", moment.lacking))
    return {"alarms": rows + _voices(moment) + _agents(moment.connection)}


def _voices(moment: Moment) -> list[Json]:
    zones = moment.catalogue.zones_by_code
    shown = {setup.key: setup.zones for setup in setups(moment.connection).values()}
    silent = held_back(screens_of(moment.connection), zones, shown, moment.now_ms)
    return [{**_lacks("voice", code, "blocked"), "place": zones[code].name, "state": "blocked"} for code in silent]


def _agents(connection: Connection) -> list[Json]:
    troubles = sorted((code, trouble) for code, (_, trouble) in agents(connection).items() if trouble is not None)
    return [_lacks("agent", code, trouble) for code, trouble in troubles]


def _lacks(kind: str, code: str, detail: str) -> Json:
    return {
        "kind": kind,
        "code": code,
        "place": None,
        "state": "error",
        "detail": detail,
        "reason": None,
        "since": None,
        "tickets_left": None,
    }
