"""Adding, changing and removing printers, and what is on a ticket; by an administrator or at the server's keyboard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import Kind
from queue_app.domain.paper import Health
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.services.hours import require_admin
from queue_app.store import tables as t
from queue_app.store.unit import Store, Unit

PAPERS_MM = (80, 58)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
# How a printer stands when nobody has looked at it yet.
UNSEEN: Mapping[str, Any] = {
    "health": Health.UNKNOWN.value,
    "detail": "",
    "health_since": None,
    "checked_at": None,
    "capabilities": None,
    "used_mm": 0,
    "tickets_left": None,
    "torn": False,
}


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """A printer as an administrator sets it. Kiosks, zone and stand-in by their codes; `roll_m` in metres.

    The address was checked by whoever knows addresses.
    """

    code: str
    url: str
    paper_mm: int = 80
    kiosks: tuple[str, ...] = ()
    zone: str | None = None
    fallback: str | None = None
    place: Mapping[str, str] | None = None
    roll_m: int | None = None


def printer_settings(store: Store) -> Sequence[PrinterSettings]:
    """All printers as they are set."""
    with store.read() as connection:
        rows = connection.execute(
            select(t.printer, t.zone.c.code.label("zone"))
            .outerjoin(t.zone, t.zone.c.id == t.printer.c.zone_id)
            .where(t.printer.c.removed_at.is_(None))
            .order_by(t.printer.c.id)
        ).all()
        kiosks = connection.execute(select(t.kiosk.c.code, t.kiosk.c.printer_id).order_by(t.kiosk.c.id)).all()
    codes = {row.id: row.code for row in rows}
    return [
        PrinterSettings(
            row.code,
            row.url,
            row.paper_mm,
            tuple(kiosk.code for kiosk in kiosks if kiosk.printer_id == row.id),
            row.zone,
            codes.get(row.fallback_id),
            row.place,
            None if row.roll_mm is None else row.roll_mm // 1000,
        )
        for row in rows
    ]


def set_printer(store: Store, wanted: PrinterSettings, now: datetime, by: Officer | None = None, *, new: bool) -> None:
    """Add a printer, or (not `new`) give a known one other settings. `by` is None at the server's keyboard.

    Raises Refusal not_allowed, unknown_printer, bad_setting that names what is wrong.
    """
    if by is not None:
        require_admin(by)
    with acting(store, now) as unit:
        known = _known(unit, wanted.code)
        if known is not None and known.removed_at is None and new:
            text = f"“code”: there is a printer “{wanted.code}” already"
            raise BadSetting("there_already", "code", text, value=wanted.code).refusal()
        if not new and (known is None or known.removed_at is not None):
            raise Refusal("unknown_printer")
        values = _values(unit, wanted)
        if known is None:
            unit.connection.execute(insert(t.printer).values(code=wanted.code, **UNSEEN, **values))
        else:
            other = known.url != wanted.url or known.removed_at is not None
            fresh = UNSEEN if other else {}
            which = t.printer.c.id == known.id
            unit.connection.execute(update(t.printer).where(which).values(removed_at=None, **fresh, **values))
        _give_kiosks(unit, wanted)
        _changed(unit, by, {"printer": wanted.code, "what": "added" if new else "changed"})


def remove_printer(store: Store, code: str, now: datetime, by: Officer | None = None) -> None:
    """Take a printer out of use. What waits there is cancelled; its kiosks print nothing any more.

    Raises Refusal not_allowed, unknown_printer.
    """
    if by is not None:
        require_admin(by)
    with acting(store, now) as unit:
        known = _known(unit, code)
        if known is None or known.removed_at is not None:
            raise Refusal("unknown_printer")
        run = unit.connection.execute
        run(update(t.kiosk).where(t.kiosk.c.printer_id == known.id).values(printer_id=None))
        run(update(t.printer).where(t.printer.c.fallback_id == known.id).values(fallback_id=None))
        run(update(t.printer).where(t.printer.c.id == known.id).values(removed_at=unit.now_ms))
        run(
            update(t.print_job)
            .where(t.print_job.c.printer_id == known.id, t.print_job.c.state == "queued")
            .values(state="cancelled", detail="removed", ended_at=unit.now_ms)
        )
        _changed(unit, by, {"printer": code, "what": "removed"})


def _known(unit: Unit, code: str) -> Any:
    return unit.connection.execute(select(t.printer).where(t.printer.c.code == code)).one_or_none()


def _values(unit: Unit, wanted: PrinterSettings) -> dict[str, object]:
    if not _CODE.fullmatch(wanted.code):
        raise BadSetting("code", "code", "“code” must be 1 to 40 of A-Z a-z 0-9 . _ -", most=40).refusal()
    if wanted.paper_mm not in PAPERS_MM:
        raise BadSetting("choice", "paper_mm", "“paper_mm” must be 80 or 58", choices="80, 58").refusal()
    if wanted.roll_m is not None and not 1 <= wanted.roll_m <= 1000:
        raise BadSetting("range", "roll_m", "“roll_m” must be from 1 to 1000 metres", least=1, most=1000).refusal()
    if wanted.place is not None and not wanted.place.get("id"):
        raise BadSetting("words", "place", "“place” must have at least Indonesian words, “id”").refusal()
    zones = unit.catalogue.zones_by_code
    if wanted.zone is not None and wanted.zone not in zones:
        raise _stranger("zone", wanted.zone, "zone")
    return {
        "url": wanted.url,
        "paper_mm": wanted.paper_mm,
        "place": wanted.place,
        "zone_id": None if wanted.zone is None else zones[wanted.zone].id,
        "fallback_id": _fallback(unit, wanted),
        "roll_mm": None if wanted.roll_m is None else wanted.roll_m * 1000,
    }


def _stranger(field: str, code: str, kind: str) -> Refusal:
    return BadSetting("stranger", field, f"“{field}”: there is no {kind} “{code}”", value=code).refusal()


def _fallback(unit: Unit, wanted: PrinterSettings) -> int | None:
    if wanted.fallback is None:
        return None
    other = _known(unit, wanted.fallback)
    if other is None or other.removed_at is not None or wanted.fallback == wanted.code:
        raise _stranger("fallback", wanted.fallback, "other printer")
    return int(other.id)


def _give_kiosks(unit: Unit, wanted: PrinterSettings) -> None:
    """These kiosks print here; one that did and is not named any more prints nothing."""
    strangers = [code for code in wanted.kiosks if code not in unit.catalogue.kiosks]
    if strangers:
        raise _stranger("kiosks", strangers[0], "kiosk")
    printer_id = _known(unit, wanted.code).id
    run = unit.connection.execute
    run(update(t.kiosk).where(t.kiosk.c.printer_id == printer_id).values(printer_id=None))
    run(update(t.kiosk).where(t.kiosk.c.code.in_(wanted.kiosks)).values(printer_id=printer_id))


def templates(store: Store) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
    """What is on a ticket of the hall, and where the tickets of agencies (by code) differ."""
    with store.read() as connection:
        hall = connection.execute(select(t.hall.c.template)).scalar_one()
        rows = connection.execute(select(t.agency.c.code, t.agency.c.template).order_by(t.agency.c.sort))
        return hall, {row.code: row.template for row in rows if row.template}


def set_templates(
    store: Store,
    hall: Mapping[str, object],
    agencies: Mapping[str, Mapping[str, object]],
    now: datetime,
    by: Officer | None = None,
) -> None:
    """Set what is on a ticket, of the hall and of agencies; the fields were checked by whoever knows them.

    `by` is None at the server's keyboard. Raises Refusal not_allowed, bad_setting for an agency that is not there.
    """
    if by is not None:
        require_admin(by)
    with acting(store, now) as unit:
        codes = {agency.code for agency in unit.catalogue.agencies.values()}
        strangers = [code for code in agencies if code not in codes]
        if strangers:
            raise _stranger("agencies", strangers[0], "agency")
        unit.connection.execute(update(t.hall).values(template=dict(hall)))
        for code in codes:
            own = agencies.get(code) or None
            unit.connection.execute(update(t.agency).where(t.agency.c.code == code).values(template=own))
        _changed(unit, by, {"template": True})


def _changed(unit: Unit, by: Officer | None, said: Mapping[str, object]) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(Kind.CATALOGUE_CHANGED, staff_id=None if by is None else by.id, payload=said)
