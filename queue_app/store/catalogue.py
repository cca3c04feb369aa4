"""Read the catalogue as one immutable value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from queue_app.domain.catalogue import Agency, Catalogue, Counter, Kiosk, Notice, Service, ServiceGroup, Zone
from queue_app.domain.discipline import Discipline, Rule
from queue_app.domain.display_settings import parse_display_settings
from queue_app.domain.policy import parse_policy
from queue_app.domain.ticket import TicketClass
from queue_app.store import tables as t
from queue_app.store.holidays import national_days


def load_catalogue(connection: Connection) -> Catalogue:
    """Read the whole catalogue of the hall (about 200 rows)."""
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
        hall_name=hall.name,
        full_name=hall.full_name,
        address=hall.address,
        time_zone=hall.time_zone,
        language=hall.language,
        footer=hall.footer,
        zones={r.id: Zone(r.id, r.code, r.name) for r in connection.execute(select(t.zone).order_by(t.zone.c.id))},
        agencies={r.id: Agency(r.id, r.code, r.short, r.name, r.kind, r.icon) for r in agencies},
        services={
            r.id: Service(
                r.id,
                r.agency_id,
                r.code,
                r.name,
                r.series,
                r.minutes,
                r.issuing,
                tuple(r.documents),
                r.group_id,
                r.hours,
                r.quota,
            )
            for r in services
        },
        counters=_counters(connection, active),
        kiosks={r.code: Kiosk(r.id, r.code, r.name, r.printer_id) for r in connection.execute(select(t.kiosk))},
        groups={r.id: _group(r) for r in connection.execute(select(t.service_group).order_by(t.service_group.c.id))},
        policy=parse_policy(hall.policy),
        display_settings=parse_display_settings(hall.display_settings),
        notices=tuple(
            Notice(r.id, r.zone_id, r.text, r.from_at, r.until_at)
            for r in connection.execute(select(t.notice).order_by(t.notice.c.id))
        ),
        hours=hall.hours,
        holidays=national_days,
    )


def _group(row: Any) -> ServiceGroup:
    weights = {TicketClass(name): weight for name, weight in row.weights.items()}
    return ServiceGroup(row.id, row.code, row.name, Rule(Discipline(row.discipline), weights, row.ratio))


def _counters(connection: Connection, active: set[int]) -> dict[int, Counter]:
    served: dict[int, dict[int, list[int]]] = {}
    rows = connection.execute(
        select(t.counter_service).order_by(
            t.counter_service.c.counter_id, t.counter_service.c.rank, t.counter_service.c.service_id
        )
    )
    for row in rows:
        if row.service_id in active:
            served.setdefault(row.counter_id, {}).setdefault(row.rank, []).append(row.service_id)
    return {
        r.id: _counter(r, list(served.get(r.id, {}).values()))
        for r in connection.execute(select(t.counter).order_by(t.counter.c.sort))
    }


def _counter(row: Any, tiers: Sequence[Sequence[int]]) -> Counter:
    return Counter(
        row.id,
        row.code,
        row.name,
        row.zone_id,
        row.agency_id,
        tuple(service_id for tier in tiers for service_id in tier),
        tuple(frozenset(tier) for tier in tiers) if row.by_preference else (),
        row.help_after_minutes,
        tuple(row.breaks),
    )
