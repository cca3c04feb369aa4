"""Settings of printers and of the ticket template, changed by an administrator or from the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.permissions import Permission, require
from queue_app.domain.print_job import PrintJobState
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import Health
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, change, log_change
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, Unit

PAPER_WIDTHS_MM = (80, 58)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
# The state of a printer whose status has not been checked yet.
UNCHECKED_PRINTER: Mapping[str, Any] = {
    "health": Health.UNKNOWN.value,
    "outcome": None,
    "health_since": None,
    "checked_at": None,
    "capabilities": None,
    "used_mm": 0,
    "tickets_left": None,
    "interrupted": False,
}


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """The settings of a printer. Kiosks, zone and fallback by their codes; `roll_m` in metres.

    The caller has validated the address.
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
    """Read the settings of all printers."""
    with store.read() as connection:
        return _stored_printers(connection)


def _stored_printers(connection: Connection) -> Sequence[PrinterSettings]:
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


def set_printer(
    store: Store, settings: PrinterSettings, now: datetime, by: Officer | None = None, *, new: bool
) -> None:
    """Add a printer, or (not `new`) change the settings of an existing one. `by` is None from the command line.

    Raises Refusal not_allowed, unknown_printer, bad_setting.
    """
    if by is not None:
        require(by, Permission.MANAGE_PRINTERS)
    with begin_today(store, now) as unit:
        existing = _known(unit, settings.code)
        if existing is not None and existing.removed_at is None and new:
            text = f"“code”: there is a printer “{settings.code}” already"
            raise BadSetting("already_exists", "code", text, value=settings.code).refusal()
        if not new and (existing is None or existing.removed_at is not None):
            raise Refusal("unknown_printer")
        values = _values(unit, settings)
        change(
            unit,
            by,
            Setting("printer", of=settings.code),
            _logged(unit, settings.code),
            _comparable(settings),
            lambda: _write_printer(unit, settings, existing, values),
        )


def _write_printer(unit: Unit, settings: PrinterSettings, existing: Any, values: Mapping[str, object]) -> None:
    if existing is None:
        unit.connection.execute(insert(t.printer).values(code=settings.code, **UNCHECKED_PRINTER, **values))
    else:
        other = existing.url != settings.url or existing.removed_at is not None
        fresh = UNCHECKED_PRINTER if other else {}
        same_printer = t.printer.c.id == existing.id
        unit.connection.execute(update(t.printer).where(same_printer).values(removed_at=None, **fresh, **values))
    _give_kiosks(unit, settings)


def _logged(unit: Unit, code: str) -> dict[str, object] | None:
    stored = [settings for settings in _stored_printers(unit.connection) if settings.code == code]
    return _comparable(stored[0]) if stored else None


def _comparable(settings: PrinterSettings) -> dict[str, object]:
    return asdict(settings) | {"kiosks": sorted(settings.kiosks)}


def remove_printer(store: Store, code: str, now: datetime, by: Officer | None = None) -> None:
    """Remove a printer from use. Its queued print jobs are cancelled; its kiosks print nothing any more.

    Raises Refusal not_allowed, unknown_printer.
    """
    if by is not None:
        require(by, Permission.MANAGE_PRINTERS)
    with begin_today(store, now) as unit:
        existing = _known(unit, code)
        if existing is None or existing.removed_at is not None:
            raise Refusal("unknown_printer")
        before, run = _logged(unit, code), unit.connection.execute
        run(update(t.kiosk).where(t.kiosk.c.printer_id == existing.id).values(printer_id=None))
        run(update(t.printer).where(t.printer.c.fallback_id == existing.id).values(fallback_id=None))
        run(update(t.printer).where(t.printer.c.id == existing.id).values(removed_at=unit.now_ms))
        run(
            update(t.print_job)
            .where(t.print_job.c.printer_id == existing.id, t.print_job.c.state == PrintJobState.QUEUED)
            .values(state=PrintJobState.CANCELLED, outcome=Outcome("removed"), ended_at=unit.now_ms)
        )
        log_change(unit, by, Setting("printer", of=code), before, None)


def _known(unit: Unit, code: str) -> Any:
    return unit.connection.execute(select(t.printer).where(t.printer.c.code == code)).one_or_none()


def _values(unit: Unit, settings: PrinterSettings) -> dict[str, object]:
    if not _CODE.fullmatch(settings.code):
        raise BadSetting("code", "code", "“code” must be 1 to 40 of A-Z a-z 0-9 . _ -", most=40).refusal()
    if settings.paper_mm not in PAPER_WIDTHS_MM:
        raise BadSetting("choice", "paper_mm", "“paper_mm” must be 80 or 58", choices="80, 58").refusal()
    if settings.roll_m is not None and not 1 <= settings.roll_m <= 1000:
        raise BadSetting("range", "roll_m", "“roll_m” must be from 1 to 1000 metres", least=1, most=1000).refusal()
    if settings.place is not None and not settings.place.get("id"):
        raise BadSetting("words", "place", "“place” must have at least Indonesian words, “id”").refusal()
    zones = unit.catalogue.zones_by_code
    if settings.zone is not None and settings.zone not in zones:
        raise _unknown_code("zone", settings.zone, "zone")
    return {
        "url": settings.url,
        "paper_mm": settings.paper_mm,
        "place": settings.place,
        "zone_id": None if settings.zone is None else zones[settings.zone].id,
        "fallback_id": _fallback(unit, settings),
        "roll_mm": None if settings.roll_m is None else settings.roll_m * 1000,
    }


def _unknown_code(field: str, code: str, kind: str) -> Refusal:
    return BadSetting("unknown_value", field, f"“{field}”: there is no {kind} “{code}”", value=code).refusal()


def _fallback(unit: Unit, settings: PrinterSettings) -> int | None:
    if settings.fallback is None:
        return None
    other = _known(unit, settings.fallback)
    if other is None or other.removed_at is not None or settings.fallback == settings.code:
        raise _unknown_code("fallback", settings.fallback, "other printer")
    return int(other.id)


def _give_kiosks(unit: Unit, settings: PrinterSettings) -> None:
    """Assign the kiosks to the printer; a kiosk that is no longer listed prints nothing."""
    unknown = [code for code in settings.kiosks if code not in unit.catalogue.kiosks]
    if unknown:
        raise _unknown_code("kiosks", unknown[0], "kiosk")
    printer_id = _known(unit, settings.code).id
    run = unit.connection.execute
    run(update(t.kiosk).where(t.kiosk.c.printer_id == printer_id).values(printer_id=None))
    run(update(t.kiosk).where(t.kiosk.c.code.in_(settings.kiosks)).values(printer_id=printer_id))


def templates(store: Store) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
    """Read the hall's ticket template, and the differing ones of agencies by code."""
    with store.read() as connection:
        return _stored_templates(connection)


def _stored_templates(connection: Connection) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
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
    """Set the ticket templates of the hall and of agencies; the caller has validated the fields.

    `by` is None from the command line. Raises Refusal not_allowed, bad_setting for an unknown agency.
    """
    if by is not None:
        require(by, Permission.MANAGE_PRINTERS)
    with begin_today(store, now) as unit:
        codes = {agency.code for agency in unit.catalogue.agencies.values()}
        unknown = [code for code in agencies if code not in codes]
        if unknown:
            raise _unknown_code("agencies", unknown[0], "agency")
        own = {code: template for code, template in agencies.items() if template}
        old_hall, old = _stored_templates(unit.connection)
        change(
            unit,
            by,
            Setting("ticket_templates"),
            {"hall": old_hall, "agencies": old},
            {"hall": hall, "agencies": own},
            lambda: _write_templates(unit, hall, {code: own.get(code) for code in codes}),
        )


def _write_templates(
    unit: Unit, hall: Mapping[str, object], agencies: Mapping[str, Mapping[str, object] | None]
) -> None:
    run = unit.connection.execute
    run(update(t.hall).values(template=dict(hall)))
    for code, own in agencies.items():
        run(update(t.agency).where(t.agency.c.code == code).values(template=own))
