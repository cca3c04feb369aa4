"""Import a hall from its file (a JSON document such as `queue_app/demo/mpp_tabanan.json`)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from werkzeug.security import generate_password_hash

from queue_app.domain.clock import business_date
from queue_app.domain.discipline import DEFAULT_RATIO, DEFAULT_WEIGHTS, Discipline
from queue_app.domain.display_settings import parse_display_settings
from queue_app.domain.hours import parse_breaks, parse_hall_hours, parse_service_hours
from queue_app.domain.policy import parse_policy
from queue_app.domain.role import Role
from queue_app.services.settings.editing import raise_catalogue_version
from queue_app.services.settings.printers import UNCHECKED_PRINTER
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, new_id

Ids = dict[str, int]

# Any constant: servers that start at once wait for each other by this lock.
_SETUP_LOCK = 7_300_452


# The hall of a database into which no hall file was imported: the pages work and say what to do.
EMPTY_HALL: Mapping[str, Any] = {
    "code": "hall",
    "name": "Mal Pelayanan Publik",
    "full_name": {"id": "Mal Pelayanan Publik", "en": "Public Service Hall"},
    "address": "",
    "time_zone": "Asia/Makassar",
    "language": "id",
    "footer": {},
}


def is_empty(store: Store) -> bool:
    """Whether the database has no agencies yet."""
    with store.read() as connection:
        return connection.execute(select(t.agency.c.id)).first() is None


def ensure_hall(store: Store, now: datetime) -> None:
    """Create an empty hall if the database has none."""
    with store.transaction() as connection:
        _one_at_a_time(connection)
        if connection.execute(select(t.hall.c.id)).first() is None:
            _hall(connection, EMPTY_HALL, now)


def load_hall(store: Store, plan: Mapping[str, Any], now: datetime, *, password: str, printer_url: str) -> bool:
    """Import a whole hall into a database without agencies; every staff account gets `password`.

    A printer without an address of its own gets `printer_url`, in which "{code}" is its code. Returns False, and
    changes nothing, if there are agencies already. Raises ValueError naming an invalid setting.
    """
    with store.transaction() as connection:
        _one_at_a_time(connection)
        if connection.execute(select(t.agency.c.id)).first() is not None:
            return False
        _hall(connection, plan["hall"], now)
        zones = _named(connection, t.zone, plan["zones"])
        groups = _groups(connection, plan.get("groups", ()))
        agencies, services = _agencies(connection, plan["agencies"], groups)
        _counters(connection, plan["counters"], zones, agencies, services)
        _staff(connection, plan, agencies, password)
        _kiosks(connection, plan, zones, printer_url)
        return True


def _one_at_a_time(connection: Connection) -> None:
    # Several servers may start on one new database; SQLite serialises write transactions anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SETUP_LOCK)))


def _hall(connection: Connection, hall: Mapping[str, Any], now: datetime) -> None:
    values: dict[str, Any] = {
        key: hall[key] for key in ("code", "name", "full_name", "address", "time_zone", "language", "footer")
    }
    parse_hall_hours(hall.get("hours"))  # raises ValueError naming what is wrong
    values |= {"policy": parse_policy(hall.get("policy", {})).as_json(), "hours": hall.get("hours")}
    values["template"] = hall.get("template", {})
    # Files of earlier versions have the display settings under "lobby".
    displays = hall.get("display_settings", hall.get("lobby", {}))
    values["display_settings"] = parse_display_settings(displays).as_json()
    if connection.execute(select(t.hall.c.id)).first() is not None:
        connection.execute(update(t.hall).values(**values))
        raise_catalogue_version(connection)
        return
    day = business_date(now, hall["time_zone"])
    connection.execute(
        insert(t.hall).values(
            **values, id=1, secret=secrets.token_hex(32), seq=0, business_date=day, catalogue_version=1
        )
    )


def _insert(connection: Connection, table: Any, **values: object) -> int:
    return new_id(connection.execute(insert(table).values(**values)))


def _named(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> Ids:
    return {row["code"]: _insert(connection, table, code=row["code"], name=row["name"]) for row in rows}


def _groups(connection: Connection, plan: Sequence[Mapping[str, Any]]) -> Ids:
    """Insert the service groups; the first one is created by the migration and is the default of every service."""
    row = connection.execute(select(t.service_group.c.id, t.service_group.c.code).order_by(t.service_group.c.id)).one()
    groups: Ids = {"": row.id, row.code: row.id}
    for group in plan:
        groups[group["code"]] = _insert(
            connection,
            t.service_group,
            code=group["code"],
            name=group["name"],
            discipline=Discipline(group.get("discipline", "accumulating")).value,
            weights={kind.value: weight for kind, weight in DEFAULT_WEIGHTS.items()} | group.get("weights", {}),
            ratio=group.get("ratio", DEFAULT_RATIO),
            regular_streak=0,
        )
    return groups


def _agencies(
    connection: Connection, plan: Sequence[Mapping[str, Any]], groups: Ids
) -> tuple[Ids, dict[tuple[str, str], int]]:
    agencies: Ids = {}
    services: dict[tuple[str, str], int] = {}
    for sort, agency in enumerate(plan):
        code = agency["code"]
        agencies[code] = _insert(
            connection,
            t.agency,
            code=code,
            short=agency["short"],
            name=agency["name"],
            kind=agency["kind"],
            icon=agency["icon"],
            sort=sort,
            active=agency["active"],
            template=agency.get("template"),
        )
        for index, service in enumerate(agency["services"]):
            hours = service.get("hours", agency.get("hours"))
            parse_service_hours(hours)
            services[code, service["code"]] = _insert(
                connection,
                t.service,
                agency_id=agencies[code],
                code=service["code"],
                name=service["name"],
                series=service.get("series", agency["series"]),
                minutes=service["minutes"],
                documents=service["documents"],
                sort=index,
                active=agency["active"],
                issuing=True,
                group_id=groups[service.get("group", agency.get("group", ""))],
                hours=hours,
                quota=service.get("quota"),
            )
    return agencies, services


def _counters(
    connection: Connection,
    plan: Sequence[Mapping[str, Any]],
    zones: Ids,
    agencies: Ids,
    services: Mapping[tuple[str, str], int],
) -> None:
    for sort, counter in enumerate(plan):
        breaks = counter.get("breaks", [])
        parse_breaks(breaks)
        counter_id = _insert(
            connection,
            t.counter,
            code=counter["code"],
            name=counter["name"],
            zone_id=zones[counter["zone"]],
            agency_id=agencies[counter["agency"]],
            sort=sort,
            by_preference=counter.get("by_preference", False),
            help_after_minutes=counter.get("help_after_minutes"),
            breaks=breaks,
        )
        # Services of one inner list are one tier: [["ktp-el", "kk"], "kia"].
        for rank, tier in enumerate(counter["services"]):
            for code in [tier] if isinstance(tier, str) else tier:
                connection.execute(
                    insert(t.counter_service).values(
                        counter_id=counter_id, service_id=services[counter["agency"], code], rank=rank
                    )
                )


def _staff(connection: Connection, plan: Mapping[str, Any], agencies: Ids, password: str) -> None:
    people = [(row, Role.OFFICER) for row in plan["officers"]] + [(plan["supervisor"], Role.SUPERVISOR)]
    if "administrator" in plan:
        people.append((plan["administrator"], Role.ADMIN))
    # One hash for all accounts: they share the password anyway, and scrypt is slow on purpose.
    hashed = generate_password_hash(password)
    for row, role in people:
        agency = row.get("agency")
        _insert(
            connection,
            t.staff,
            username=row["username"],
            name=row["name"],
            password_hash=hashed,
            role=role.value,
            agency_id=None if agency is None else agencies[agency],
            active=True,
        )


def _kiosks(connection: Connection, plan: Mapping[str, Any], zones: Ids, printer_url: str) -> None:
    printer_of: Ids = {}
    for row in plan["printers"]:
        url = row.get("url") or printer_url.replace("{code}", row["code"])
        printer_id = _insert(connection, t.printer, **_printer(row, url, zones))
        printer_of.update(dict.fromkeys(row["kiosks"], printer_id))
    codes = {row.code: row.id for row in connection.execute(select(t.printer.c.code, t.printer.c.id))}
    for row in plan["printers"]:
        if "fallback" in row:
            same_printer = t.printer.c.code == row["code"]
            connection.execute(update(t.printer).where(same_printer).values(fallback_id=codes[row["fallback"]]))
    for row in plan["kiosks"]:
        _insert(
            connection,
            t.kiosk,
            code=row["code"],
            name=row["name"],
            zone_id=zones[row["zone"]],
            printer_id=printer_of.get(row["code"]),
        )


def _printer(row: Mapping[str, Any], url: str, zones: Ids) -> dict[str, object]:
    zone = row.get("zone")
    return {
        "code": row["code"],
        "url": url,
        "paper_mm": row["paper_mm"],
        "place": row.get("place"),
        "zone_id": None if zone is None else zones[zone],
        "roll_mm": None if row.get("roll_m") is None else int(row["roll_m"]) * 1000,
        **UNCHECKED_PRINTER,
    }
