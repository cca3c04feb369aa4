"""Snapshot of the alarms: printers, print agents, voices that need somebody."""

from __future__ import annotations

from sqlalchemy import Connection

from queue_app.domain.print_outcome import outcome_text
from queue_app.domain.printer import printers_with_alarm
from queue_app.domain.sound import SoundState
from queue_app.services.devices.display_pairing import paired_displays
from queue_app.services.devices.display_presence import read_display_statuses, zones_with_blocked_sound
from queue_app.services.printing.printer_health import agent_of
from queue_app.snapshots.moment import Moment
from queue_app.snapshots.print_jobs import Json, ending_of, printer_place, reason_json
from queue_app.store.printers import agent_statuses, printers


def build_alarms(moment: Moment, _key: str = "") -> Json:
    """Build the state of the room of alarms.

    It lists every printer that needs somebody, zones whose calls are not heard because the browsers hold the sound
    back, and what server and print agents lack.
    """
    printers_by_id = printers(moment.connection)
    rows = [
        {
            "kind": "printer",
            "code": printer.code,
            "place": printer_place(moment.catalogue, printer),
            "state": printer.alarm,
            "detail": outcome_text(printer.outcome),
            "reason": reason_json(printer.outcome),
            "ending": ending_of(printer.outcome),
            "since": printer.since,
            "tickets_left": printer.tickets_left,
        }
        for printer in printers_with_alarm(printers_by_id.values())
    ]
    # The server draws slips for its own printers only.
    if moment.lacking is not None and any(agent_of(printer.url) is None for printer in printers_by_id.values()):
        rows.append(_missing_feature("server", "server", moment.lacking))
    return {"alarms": rows + _voices(moment) + _agents(moment.connection)}


def _voices(moment: Moment) -> list[Json]:
    zones = moment.catalogue.zones_by_code
    shown = {setup.key: setup.zones for setup in paired_displays(moment.connection).values()}
    silent = zones_with_blocked_sound(read_display_statuses(moment.connection), zones, shown, moment.now_ms)
    return [
        {**_missing_feature("voice", code, SoundState.BLOCKED), "place": zones[code].name, "state": SoundState.BLOCKED}
        for code in silent
    ]


def _agents(connection: Connection) -> list[Json]:
    troubles = sorted(
        (code, trouble) for code, (_, trouble) in agent_statuses(connection).items() if trouble is not None
    )
    return [_missing_feature("agent", code, trouble) for code, trouble in troubles]


def _missing_feature(kind: str, code: str, detail: str) -> Json:
    return {
        "kind": kind,
        "code": code,
        "place": None,
        "state": "error",
        "detail": detail,
        "reason": None,
        "ending": None,
        "since": None,
        "tickets_left": None,
    }
