"""Read the line and the open counters for the estimates. Every function reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from queue_app.domain.discipline import WaitingTicket
from queue_app.domain.ticket import TicketClass
from queue_app.store import tables as t

_CLASSES = {ticket_class.value: ticket_class for ticket_class in TicketClass}
# One statement for the line and the means: a service in which nobody waits comes as one row without a ticket.
_LINE = (
    select(
        t.service.c.id,
        t.service.c.mean_ms,
        t.ticket.c.files,
        t.ticket.c.id,
        t.ticket.c.ticket_class,
        t.ticket.c.start_at,
        t.ticket.c.service_id,
        t.ticket.c.front_at,
        t.ticket.c.for_counter_id,
        t.ticket.c.for_staff_id,
    )
    .select_from(t.service.outerjoin(t.ticket, (t.ticket.c.service_id == t.service.c.id) & t.IS_WAITING))
    .where(t.service.c.id.in_(bindparam("services", expanding=True)))
)
_DESKS = (
    select(t.counter.c.id, t.counter.c.staff_id, t.ticket.c.service_id, t.ticket.c.called_at, t.ticket.c.files)
    .select_from(t.counter.outerjoin(t.ticket, (t.ticket.c.counter_id == t.counter.c.id) & t.IS_CURRENT))
    .where(
        t.counter.c.id.in_(bindparam("counters", expanding=True)),
        t.counter.c.staff_id.is_not(None),
        t.counter.c.paused_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """Waiting tickets, each with its number of files, and the rolling mean of each service in ms (None: none yet)."""

    waiting: list[tuple[WaitingTicket, int]]
    means: Mapping[int, int | None]


def waiting_line(connection: Connection, services: Collection[int]) -> Line:
    """Read the tickets that wait for one of `services`, in no order, and the rolling mean of each service."""
    rows = connection.execute(_LINE, {"services": list(services)}).all()
    waiting = [(WaitingTicket(row[3], _CLASSES[row[4]], *row[5:10]), row[2]) for row in rows if row[3] is not None]
    return Line(waiting, {row[0]: row[1] for row in rows})


_KEPT = select(
    t.service_day.c.service_id, t.service_day.c.issued, t.service_day.c.promised, t.service_day.c.kept
).where(t.service_day.c.business_date == bindparam("day"))


def promise_counts(connection: Connection, day: date) -> dict[int, tuple[int, int, int]]:
    """Count a day's tickets by service: issued, called with a promised range, and called within that range."""
    return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(_KEPT, {"day": day})}


@dataclass(frozen=True, slots=True)
class OpenCounterRow:
    """An open counter and its current ticket, if any: the ticket's service, time of call, and number of files."""

    counter_id: int
    staff_id: int | None
    service_id: int | None
    called_at: int | None
    files: int | None


def open_counters(connection: Connection, counters: Collection[int]) -> list[OpenCounterRow]:
    """Read those of `counters` that are open and not paused."""
    return [OpenCounterRow(*row) for row in connection.execute(_DESKS, {"counters": list(counters)})]
