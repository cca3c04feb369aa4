"""The read side: queries for the pages, as plain values. Every function reads inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from queue_app.domain.discipline import WaitingTicket
from queue_app.domain.events import SPOKEN
from queue_app.domain.facts import Fact
from queue_app.domain.ticket import State, TicketClass
from queue_app.store import tables as t
from queue_app.store.log import fact_of_row

_SHOWN = [State.CALLED.value, State.SERVING.value, State.SERVED.value]


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as stored. Times are in milliseconds since the epoch."""

    id: int
    business_date: date
    label: str
    token: str
    service_id: int
    ticket_class: TicketClass
    language: str
    state: State
    issued_at: int
    start_at: int
    called_at: int | None
    serving_at: int | None
    ended_at: int | None
    counter_id: int | None
    times_called: int
    last_call_seq: int | None
    staff_id: int | None = None
    last_called_at: int | None = None
    files: int = 1
    front_at: int | None = None
    for_counter_id: int | None = None
    for_staff_id: int | None = None
    held_at: int | None = None
    ended_why: str | None = None
    promise_low: int | None = None
    promise_high: int | None = None

    @property
    def promised(self) -> list[int] | None:
        """The range promised at issue, in minutes, as stored in facts and slips; None if none was promised."""
        return None if self.promise_low is None or self.promise_high is None else [self.promise_low, self.promise_high]

    def as_waiting(self) -> WaitingTicket:
        """Return the fields of the ticket that the discipline needs."""
        return WaitingTicket(
            self.id,
            self.ticket_class,
            self.start_at,
            self.service_id,
            self.front_at,
            self.for_counter_id,
            self.for_staff_id,
        )


_TICKET = tuple(t.ticket.c[field.name] for field in fields(TicketRow))


def _ticket(row: Iterable[Any]) -> TicketRow:
    values: list[Any] = list(row)
    values[5], values[7] = TicketClass(values[5]), State(values[7])
    return TicketRow(*values)


def _tickets(connection: Connection, statement: Select[Any], **values: object) -> list[TicketRow]:
    return [_ticket(row) for row in connection.execute(statement, values).all()]


_BY_TOKEN: Select[Any] = select(*_TICKET).where(t.ticket.c.token == bindparam("token"))
_BY_ID: Select[Any] = select(*_TICKET).where(t.ticket.c.id == bindparam("id"))
_SHOWN_IN_LINE = select(t.ticket.c.id, t.ticket.c.label, t.ticket.c.issued_at, t.ticket.c.files).where(
    t.ticket.c.id.in_(bindparam("ids", expanding=True))
)
_WAITING_LABELS = select(t.ticket.c.id, t.ticket.c.label).where(
    t.IS_WAITING, t.ticket.c.service_id.in_(bindparam("services", expanding=True))
)
_WAITING = select(
    t.ticket.c.id,
    t.ticket.c.ticket_class,
    t.ticket.c.start_at,
    t.ticket.c.service_id,
    t.ticket.c.front_at,
    t.ticket.c.for_counter_id,
    t.ticket.c.for_staff_id,
).where(
    t.IS_WAITING,
    t.ticket.c.service_id.in_(bindparam("services", expanding=True)),
)
_WAITING_COUNTS = select(t.ticket.c.service_id, func.count()).where(t.IS_WAITING).group_by(t.ticket.c.service_id)
_COUNT_WAITING = select(func.count()).where(
    t.IS_WAITING,
    t.ticket.c.service_id.in_(bindparam("services", expanding=True)),
)
_CLASSES = {ticket_class.value: ticket_class for ticket_class in TicketClass}
_IN_HAND_AT: Select[Any] = select(*_TICKET).where(
    t.ticket.c.counter_id.in_(bindparam("counters", expanding=True)), t.IS_CURRENT
)
_CALLED: Select[Any] = select(*_TICKET).where(
    t.ticket.c.business_date == bindparam("day"),
    t.ticket.c.counter_id.in_(bindparam("counters", expanding=True)),
    t.ticket.c.last_call_seq.is_not(None),
    t.ticket.c.state.in_(bindparam("states", expanding=True)),
)
_NEWEST_CALLED = _CALLED.order_by(t.ticket.c.last_call_seq.desc()).limit(bindparam("limit"))


def ticket_by_token(connection: Connection, token: str) -> TicketRow | None:
    """Return the ticket of a public token; None if there is none."""
    return next(iter(_tickets(connection, _BY_TOKEN, token=token)), None)


def ticket_by_id(connection: Connection, ticket_id: int) -> TicketRow | None:
    """Return the ticket with this id; None if there is none."""
    return next(iter(_tickets(connection, _BY_ID, id=ticket_id)), None)


# Waiting tickets are always today's: opening a day expires the previous day's.


def waiting_labels(connection: Connection, services: Collection[int]) -> dict[int, str]:
    """Return the labels of the tickets that wait for one of `services`, by ticket id."""
    return {row[0]: row[1] for row in connection.execute(_WAITING_LABELS, {"services": list(services)}).all()}


def shown_in_line(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, int, int]]:
    """Return what an officer sees of waiting tickets besides position: label, issue time, number of files; by id."""
    return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(_SHOWN_IN_LINE, {"ids": list(ids)}).all()}


def waiting(connection: Connection, services: Collection[int]) -> list[WaitingTicket]:
    """Return the tickets that wait for one of `services`, in no order, with only the fields the discipline needs."""
    rows = connection.execute(_WAITING, {"services": list(services)}).all()
    return [
        WaitingTicket(id, _CLASSES[kind], start_at, service_id, front_at, counter_id, staff_id)
        for id, kind, start_at, service_id, front_at, counter_id, staff_id in rows
    ]


def current_tickets(connection: Connection, counters: Collection[int]) -> dict[int, TicketRow]:
    """Return the current ticket of each of `counters` that has one, by counter id."""
    rows = _tickets(connection, _IN_HAND_AT, counters=list(counters))
    return {row.counter_id: row for row in rows if row.counter_id is not None}


def newest_calls(connection: Connection, day: date, counters: Collection[int], limit: int) -> list[TicketRow]:
    """Return the tickets called last at `counters`, newest call first."""
    return _tickets(connection, _NEWEST_CALLED, day=day, counters=list(counters), states=_SHOWN, limit=limit)


def missed_labels(connection: Connection, day: date, counters: Collection[int], limit: int) -> list[str]:
    """Return the labels of the no-shows at `counters`, newest first."""
    rows = _tickets(
        connection, _NEWEST_CALLED, day=day, counters=list(counters), states=[State.NO_SHOW.value], limit=limit
    )
    return [row.label for row in rows]


def missed_tickets(connection: Connection, day: date, counters: Collection[int], limit: int) -> list[TicketRow]:
    """Return the no-shows at `counters`, newest call first."""
    values = {"day": day, "counters": list(counters), "states": [State.NO_SHOW.value], "limit": limit}
    return _tickets(connection, _NEWEST_CALLED, **values)


_SEQS = select(t.ticket.c.last_call_seq).where(
    t.ticket.c.business_date == bindparam("day"),
    t.ticket.c.counter_id.in_(bindparam("counters", expanding=True)),
    t.ticket.c.last_call_seq.is_not(None),
)


def newest_seqs(connection: Connection, day: date, counters: Collection[int]) -> list[int]:
    """Return the log position of the newest call of each ticket that was called at `counters`."""
    return list(connection.execute(_SEQS, {"day": day, "counters": list(counters)}).scalars())


def waiting_counts(connection: Connection) -> dict[int, int]:
    """Count the waiting tickets by service id; services without any are left out."""
    return {row[0]: row[1] for row in connection.execute(_WAITING_COUNTS)}


def count_waiting(connection: Connection, services: Collection[int]) -> int:
    """Count the tickets that wait for one of `services`."""
    return int(connection.execute(_COUNT_WAITING, {"services": list(services)}).scalar_one())


_DAY_OF = select(
    func.count().filter(t.ticket.c.state == State.SERVED.value),
    func.avg(t.ticket.c.ended_at - t.ticket.c.serving_at).filter(t.ticket.c.state == State.SERVED.value),
    func.count().filter(t.ticket.c.state == State.NO_SHOW.value),
).where(
    t.ticket.c.business_date == bindparam("day"),
    t.ticket.c.counter_id == bindparam("counter"),
    t.ticket.c.staff_id == bindparam("staff"),
)


def officer_day(connection: Connection, day: date, counter_id: int, staff_id: int) -> tuple[int, float | None, int]:
    """Return an officer's day at a counter: served, mean service time in ms (None if none), no-shows."""
    served, mean, no_shows = connection.execute(_DAY_OF, {"day": day, "counter": counter_id, "staff": staff_id}).one()
    return served, None if mean is None else float(mean), no_shows


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Figures of a day so far: tickets by state, mean waiting and service times in ms (None: nobody was served)."""

    states: Mapping[str, int]
    wait_ms: float | None
    service_ms: float | None


_FIGURES = (
    select(
        t.ticket.c.state,
        func.count(),
        func.sum(t.ticket.c.called_at - t.ticket.c.issued_at),
        func.sum(t.ticket.c.ended_at - t.ticket.c.serving_at),
    )
    .join(t.service, t.service.c.id == t.ticket.c.service_id)
    .where(t.ticket.c.business_date == bindparam("day"))
    .group_by(t.ticket.c.state)
)


def day_figures(connection: Connection, day: date, agency_id: int | None) -> DayFigures:
    """Return the figures of a day, of one agency or (None) of the hall."""
    statement = _FIGURES if agency_id is None else _FIGURES.where(t.service.c.agency_id == agency_id)
    rows = {row[0]: row[1:] for row in connection.execute(statement, {"day": day})}
    served, waited, took = rows.get(State.SERVED.value, (0, None, None))
    return DayFigures(
        {state: row[0] for state, row in rows.items()},
        float(waited) / served if served and waited is not None else None,
        float(took) / served if served and took is not None else None,
    )


_NEWEST_ENDED: Select[Any] = (
    select(*_TICKET)
    .where(
        t.ticket.c.business_date == bindparam("day"),
        t.ticket.c.counter_id == bindparam("counter"),
        t.ticket.c.staff_id == bindparam("staff"),
        t.ticket.c.ended_at.is_not(None),
        t.ticket.c.state.in_([State.SERVED.value, State.NO_SHOW.value]),
    )
    .order_by(t.ticket.c.ended_at.desc(), t.ticket.c.id.desc())
    .limit(1)
)


def newest_ended(connection: Connection, day: date, counter_id: int, staff_id: int) -> TicketRow | None:
    """Return the ticket that an officer ended last at a counter; None if there is none."""
    rows = _tickets(connection, _NEWEST_ENDED, day=day, counter=counter_id, staff=staff_id)
    return next(iter(rows), None)


_NOTES = (
    select(t.ticket_note.c.at, t.staff.c.name, t.ticket_note.c.text)
    .join(t.staff, t.staff.c.id == t.ticket_note.c.staff_id)
    .where(t.ticket_note.c.ticket_id == bindparam("ticket"), t.ticket_note.c.agency_id == bindparam("agency"))
    .order_by(t.ticket_note.c.at, t.ticket_note.c.id)
)


def notes(connection: Connection, ticket_id: int, agency_id: int) -> list[tuple[int, str, str]]:
    """Return an agency's notes on a ticket: time, author, text."""
    rows = connection.execute(_NOTES, {"ticket": ticket_id, "agency": agency_id})
    return [(row[0], row[1], row[2]) for row in rows]


_ISSUED_ON = select(t.service_day.c.service_id, t.service_day.c.issued).where(
    t.service_day.c.business_date == bindparam("day"),
    t.service_day.c.service_id.in_(bindparam("services", expanding=True)),
)


def issued_on(connection: Connection, day: date, services: Collection[int]) -> dict[int, int]:
    """Count the tickets that each of `services` issued on a day; a service that issued none may be left out."""
    return {row[0]: row[1] for row in connection.execute(_ISSUED_ON, {"day": day, "services": list(services)})}


@dataclass(frozen=True, slots=True)
class CounterHolder:
    """The officer of an open counter, and since when and why it is paused (both None while it works)."""

    staff_id: int
    session_id: int | None
    name: str
    paused_at: int | None = None
    pause_why: str | None = None


_HOLDERS = (
    select(
        t.counter.c.id,
        t.counter.c.staff_id,
        t.counter.c.session_id,
        t.staff.c.name,
        t.counter.c.paused_at,
        t.counter.c.pause_why,
    )
    .join(t.staff, t.staff.c.id == t.counter.c.staff_id)
    .where(t.counter.c.id.in_(bindparam("counters", expanding=True)))
)


def counter_holders(connection: Connection, counters: Collection[int]) -> dict[int, CounterHolder]:
    """Return the officer of each of `counters`; closed counters are left out."""
    rows = connection.execute(_HOLDERS, {"counters": list(counters)}).all()
    return {row[0]: CounterHolder(*row[1:]) for row in rows}


_STAFF_NAME = select(t.staff.c.name, t.staff.c.agency_id).where(t.staff.c.id == bindparam("id"))


def staff_name(connection: Connection, staff_id: int) -> tuple[str, int | None]:
    """Return name and agency of a member of staff."""
    row = connection.execute(_STAFF_NAME, {"id": staff_id}).one()
    return row.name, row.agency_id


_REGULAR_STREAKS = select(t.service_group.c.id, t.service_group.c.regular_streak)


def regular_streaks(connection: Connection) -> dict[int, int]:
    """Return the ratio's state of each service group."""
    return {row[0]: row[1] for row in connection.execute(_REGULAR_STREAKS)}


_CALLS_SINCE = select(func.count()).where(
    t.ticket.c.business_date == bindparam("day"),
    t.ticket.c.counter_id.in_(bindparam("counters", expanding=True)),
    t.ticket.c.last_call_seq > bindparam("after"),
)


def calls_after(connection: Connection, day: date, counters: Collection[int], seq: int) -> int:
    """Count the tickets that were called at `counters` after log position `seq`."""
    values = {"day": day, "counters": list(counters), "after": seq}
    return int(connection.execute(_CALLS_SINCE, values).scalar_one())


_HELD: Select[Any] = select(*_TICKET).where(t.IS_HELD, t.ticket.c.service_id.in_(bindparam("services", expanding=True)))


def held_tickets(connection: Connection, services: Collection[int]) -> list[TicketRow]:
    """Return the tickets on hold for one of `services`, in the order of holding."""
    return sorted(_tickets(connection, _HELD, services=list(services)), key=lambda row: (row.held_at or 0, row.id))


_CALLED_BEFORE: Select[Any] = select(*_TICKET).where(
    t.IS_CURRENT, t.ticket.c.state == State.CALLED.value, t.ticket.c.last_called_at < bindparam("before")
)


def called_tickets_before(connection: Connection, before_ms: int) -> list[TicketRow]:
    """Return the called tickets whose newest call is older than `before_ms` and whose visit has not begun."""
    return _tickets(connection, _CALLED_BEFORE, before=before_ms)


_BY_LABEL: Select[Any] = select(*_TICKET).where(
    t.ticket.c.business_date == bindparam("day"),
    t.ticket.c.series == bindparam("series"),
    t.ticket.c.number == bindparam("number"),
)


def ticket_by_number(connection: Connection, day: date, series: str, number: int) -> TicketRow | None:
    """Return the ticket with this number on a day; None if there is none."""
    return next(iter(_tickets(connection, _BY_LABEL, day=day, series=series, number=number)), None)


_HEAD = select(t.hall.c.seq, t.hall.c.business_date)


def log_head(connection: Connection) -> tuple[int, date]:
    """Return the log position of the newest fact, and the open business date."""
    row = connection.execute(_HEAD).one()
    return row.seq, row.business_date


_FACTS = select(t.log).where(t.log.c.seq > bindparam("after")).order_by(t.log.c.seq).limit(bindparam("limit"))


def facts_after(connection: Connection, after: int, limit: int) -> Sequence[Fact]:
    """Return the facts after log position `after`, in order, at most `limit`."""
    rows = connection.execute(_FACTS, {"after": after, "limit": limit})
    return [fact_of_row(row) for row in rows]


def calls_since(connection: Connection, after: int, since_ms: int) -> Sequence[Fact]:
    """Return calls, recalls and resumptions after log position `after` that are not older than `since_ms`."""
    rows = connection.execute(
        select(t.log)
        .where(
            t.log.c.seq > after,
            t.log.c.at >= since_ms,
            t.log.c.kind.in_([kind.value for kind in SPOKEN]),
        )
        .order_by(t.log.c.seq)
        .limit(50)
    )
    return [fact_of_row(row) for row in rows]
