"""Stop and resume a service during the day."""

from __future__ import annotations

from datetime import datetime

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission, require_in
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, set_columns
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
        setting = Setting("issuing", of=service.id, service_id=service.id)
        set_columns(unit, officer, setting, t.service, {"issuing": issuing}, service.id)
