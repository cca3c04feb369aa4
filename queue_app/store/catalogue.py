"""Reading the hall's offer as one immutable value."""

from __future__ import annotations

from sqlalchemy import Connection, select

from queue_app.domain.catalogue import Agency, Catalogue, Counter, Kiosk, Service, Zone
from queue_app.store import tables as t


def load_catalogue(connection: Connection) -> Catalogue:
    """Read everything the hall offers now (about 200 rows)."""
    hall = connection.execute(select(t.hall)).one()
    agencies = connection.execute(select(t.agency).where(t.agency.c.active).order_by(t.agency.c.sort))
    services = connection.execute(
        select(t.service)
        .join(t.agency)
        .where(t.service.c.active, t.agency.c.active)
        .order_by(t.agency.c.sort, t.service.c.sort)
    ).all()
    active = {row.id for row in services}
    return Catalogue(
        version=hall.catalogue_version,
        hall_code=hall.code,
        hall_name=hall.name,
        full_name=hall.full_name,
        address=hall.address,
        time_zone=hall.time_zone,
        language=hall.language,
        footer=hall.footer,
        zones={r.id: Zone(r.id, r.code, r.name) for r in connection.execute(select(t.zone).order_by(t.zone.c.id))},
        agencies={r.id: Agency(r.id, r.code, r.short, r.name, r.kind, r.icon) for r in agencies},
        services={
            r.id: Service(r.id, r.agency_id, r.code, r.name, r.series, r.minutes, r.issuing, tuple(r.documents))
            for r in services
        },
        counters=_counters(connection, active),
        kiosks={r.code: Kiosk(r.id, r.code, r.name, r.printer_id) for r in connection.execute(select(t.kiosk))},
    )


def _counters(connection: Connection, active: set[int]) -> dict[int, Counter]:
    served: dict[int, list[int]] = {}
    rows = connection.execute(
        select(t.counter_service).order_by(t.counter_service.c.counter_id, t.counter_service.c.rank)
    )
    for row in rows:
        if row.service_id in active:
            served.setdefault(row.counter_id, []).append(row.service_id)
    return {
        r.id: Counter(r.id, r.code, r.name, r.zone_id, r.agency_id, tuple(served.get(r.id, ())))
        for r in connection.execute(select(t.counter).order_by(t.counter.c.sort))
    }
