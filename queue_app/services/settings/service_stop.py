"""Stop and resume a service during the day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.permissions import Permission, require_in
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store


def set_issuing(store: Store, officer: Officer, service_id: int, *, issuing: bool, now: datetime) -> None:
    """Stop or resume issuing numbers for a service; tickets that wait already stay in the line.

    Raises Refusal unknown_service, not_allowed (an officer of another agency).
    """
    with begin_today(store, now) as unit:
        service = unit.catalogue.services.get(service_id)
        if service is None:
            raise Refusal("unknown_service")
        require_in(officer, Permission.STOP_SERVICES, service.agency_id)
        if service.issuing == issuing:
            return
        unit.connection.execute(update(t.service).where(t.service.c.id == service.id).values(issuing=issuing))
        unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
        unit.record(
            FactKind.CATALOGUE_CHANGED, service_id=service.id, staff_id=officer.id, payload={"issuing": issuing}
        )
