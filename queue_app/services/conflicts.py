"""The refusal for whoever comes too late."""

from __future__ import annotations

from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission, allows_in
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import State
from queue_app.store import queries
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Unit


def conflict_details(unit: Unit, row: TicketRow, officer: Officer | None) -> Refusal:
    """Return the refusal of a late action: the ticket's current state, and where and by whom it was changed.

    The officer's name is left out for a visitor and for officers of another agency.
    """
    facts: dict[str, object] = {"label": row.label, "state": row.state.value, "at": row.ended_at or row.last_called_at}
    counter = unit.catalogue.counters.get(row.counter_id or 0)
    if counter is not None and row.state is not State.WAITING:
        facts["counter"] = counter.name
        if officer is not None and row.staff_id is not None:
            name, agency_id = queries.staff_name(unit.connection, row.staff_id)
            if allows_in(officer, Permission.VIEW_NAMES, agency_id):
                facts["officer"] = name
    return Refusal("wrong_state", **facts)
