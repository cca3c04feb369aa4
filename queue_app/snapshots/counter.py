"""Counter snapshot as JSON, for the officer's page."""

from __future__ import annotations

from collections.abc import Sequence

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.discipline import WaitingTicket
from queue_app.domain.eligibility import may_be_called_at
from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State
from queue_app.snapshots.catalogue import counter_summary
from queue_app.snapshots.line import counter_lines, waiting_only
from queue_app.snapshots.moment import Json, Moment
from queue_app.snapshots.opening import range_json
from queue_app.store import queries
from queue_app.store.queries import CounterHolder, TicketRow

COUNTER_LINE = 50
COUNTER_MISSED = 12
_SECOND_MS = 1000
_MINUTE_MS = 60_000


def build_counter(moment: Moment, counter_key: str, *, brief: bool = False) -> Json:
    """Build the snapshot of a counter. Raises Refusal unknown_counter.

    A `brief` snapshot lacks `range`, which needs every waiting ticket's turn worked out: an action is answered at once.
    """
    catalogue, connection = moment.catalogue, moment.connection
    row = catalogue.counters.get(int(counter_key) if counter_key.isdecimal() else -1)
    if row is None:
        raise Refusal("unknown_counter")
    neighbours = [c for c in catalogue.counters.values() if c.zone_id == row.zone_id]
    ids = [c.id for c in neighbours]
    held = queries.counter_holders(connection, ids)
    in_hand = queries.current_tickets(connection, ids)
    holder, ticket = held.get(row.id), in_hand.get(row.id)
    staff_id = None if holder is None else holder.staff_id
    # Tickets reserved for another counter are not in this counter's line.
    line = waiting_only(moment, row.service_ids) if brief else counter_lines(moment, row.service_ids)
    waiting = [t for t in line if may_be_called_at(t, row.id, staff_id)]
    first = waiting[:COUNTER_LINE]
    rows = queries.shown_in_line(connection, [t.id for t in first])
    return {
        "counter": counter_summary(catalogue, row),
        "status": "closed" if holder is None else "open",
        "officer": None if holder is None else {"name": holder.name},
        "session_id": None if holder is None else holder.session_id,
        "pause": _pause(holder),
        "ticket": None if ticket is None else _ticket_in_hand(moment, ticket),
        "waiting_count": len(waiting),
        "longest_since": min((t.start_at for t in waiting), default=None),
        **({} if brief else {"range": _last_range(moment, waiting)}),
        "waiting": [_waiting(catalogue, t, *rows[t.id]) for t in first],
        "held": [_held(catalogue, t, row) for t in queries.held_tickets(connection, row.service_ids)],
        "missed": _missed(moment, row),
        "undo": _undo(moment, row, holder) if ticket is None else None,
        "others": [_other(row, c, held.get(c.id), in_hand.get(c.id)) for c in neighbours if c != row],
        "my_day": _my_day(moment, row, staff_id),
        "services": [
            {"id": service.id, "name": service.name, "minutes": service.minutes, "issuing": service.issuing}
            for service in map(catalogue.services.__getitem__, row.service_ids)
        ],
        "policy": _policy(catalogue),
    }


def _last_range(moment: Moment, waiting: Sequence[WaitingTicket]) -> list[int] | None:
    """Estimate the wait of the last in line, in minutes; None where nobody waits or no counter serves the line."""
    if not waiting:
        return None
    last = waiting[-1]
    return range_json(moment.outlook(last.service_id).expected(last.id))


def _pause(holder: CounterHolder | None) -> Json | None:
    if holder is None or holder.paused_at is None:
        return None
    return {"since": holder.paused_at, "reason": holder.pause_why}


def _policy(catalogue: Catalogue) -> Json:
    policy = catalogue.policy.as_json()
    names = (
        "recall_interval_s",
        "calls_before_no_show",
        "auto_start_s",
        "undo_s",
        "call_any",
        "notes",
        "return_minutes",
    )
    return {name: policy[name] for name in names}


def _ticket_in_hand(moment: Moment, row: TicketRow) -> Json:
    catalogue = moment.catalogue
    service = catalogue.services.get(row.service_id)
    wait_s = catalogue.policy.auto_start_s
    starts = row.state is State.CALLED and wait_s and row.last_called_at is not None
    return {
        "id": row.id,
        "label": row.label,
        "service": {} if service is None else service.name,
        "service_id": row.service_id,
        "minutes": None if service is None else service.minutes,
        "class": row.ticket_class.value,
        "language": row.language,
        "state": row.state.value,
        "issued_at": row.issued_at,
        "start_at": row.start_at,
        "called_at": row.called_at,
        "last_called_at": row.last_called_at,
        "serving_at": row.serving_at,
        "auto_start_at": (row.last_called_at or 0) + wait_s * _SECOND_MS if starts else None,
        "times": row.times_called,
        "files": row.files,
        "was_held": row.held_at is not None,
        "documents": [] if service is None else [{"name": name} for name in service.documents],
        "notes": _notes(moment, row) if catalogue.policy.notes else None,
    }


def _notes(moment: Moment, row: TicketRow) -> list[Json]:
    service = moment.catalogue.services.get(row.service_id)
    if service is None:
        return []
    # Only notes of the agency that serves the ticket now: a transfer does not carry notes to another agency.
    notes = queries.notes(moment.connection, row.id, service.agency_id)
    return [{"at": at, "by": by, "text": text} for at, by, text in notes]


def _waiting(catalogue: Catalogue, ticket: WaitingTicket, label: str, issued_at: int, files: int) -> Json:
    reserved = "counter" if ticket.counter_id else "officer" if ticket.staff_id else None
    return {
        "id": ticket.id,
        "label": label,
        "service": catalogue.services[ticket.service_id].name,
        "service_id": ticket.service_id,
        "class": ticket.ticket_class.value,
        "issued_at": issued_at,
        "start_at": ticket.start_at,
        "files": files,
        "reserved": reserved,
        "first": ticket.front_at is not None,
    }


def _held(catalogue: Catalogue, row: TicketRow, counter: Counter) -> Json:
    at = catalogue.counters.get(row.counter_id or 0)
    return {
        "id": row.id,
        "label": row.label,
        "service": catalogue.services[row.service_id].name,
        "class": row.ticket_class.value,
        "since": row.held_at,
        "counter": {"code": "", "name": ""} if at is None else {"code": at.code, "name": at.name},
        "mine": row.counter_id == counter.id,
        "files": row.files,
    }


def _missed(moment: Moment, counter: Counter) -> list[Json]:
    """List today's no-shows of this counter's services; each may return until a time or for so many more calls."""
    catalogue, policy = moment.catalogue, moment.catalogue.policy
    counters = {c.id for s in counter.service_ids for c in catalogue.counters_of_service[s]}
    rows = queries.missed_tickets(moment.connection, moment.day, counters, COUNTER_MISSED)
    served = set(counter.service_ids)
    calls = queries.newest_seqs(moment.connection, moment.day, counters) if rows else []
    return [
        {
            "id": row.id,
            "label": row.label,
            "service": catalogue.services[row.service_id].name,
            "class": row.ticket_class.value,
            "since": row.ended_at,
            "until": (row.ended_at or 0) + policy.return_minutes * _MINUTE_MS,
            "calls_left": max(0, policy.return_calls - sum(seq > (row.last_call_seq or 0) for seq in calls)),
        }
        for row in rows
        if row.service_id in served
    ]


def _undo(moment: Moment, counter: Counter, holder: CounterHolder | None) -> Json | None:
    """Return the action that the officer may undo, and until when: the newest end of a visit at this counter."""
    if holder is None:
        return None
    row = queries.newest_ended(moment.connection, moment.day, counter.id, holder.staff_id)
    if row is None or row.ended_at is None:
        return None
    verb = "no_show" if row.state is State.NO_SHOW else "complete"
    until = row.ended_at + moment.catalogue.policy.undo_s * _SECOND_MS
    return {"ticket": row.id, "label": row.label, "verb": verb, "until": until}


def _my_day(moment: Moment, counter: Counter, staff_id: int | None) -> Json:
    if staff_id is None:
        return {"served": 0, "mean_minutes": None, "no_shows": 0}
    served, mean_ms, no_shows = queries.officer_day(moment.connection, moment.day, counter.id, staff_id)
    return {
        "served": served,
        "mean_minutes": None if mean_ms is None else round(mean_ms / _MINUTE_MS, 1),
        "no_shows": no_shows,
    }


def _other(own: Counter, other: Counter, holder: CounterHolder | None, ticket: TicketRow | None) -> Json:
    # Numbers are public on the board; names of another agency's staff are not.
    same = own.agency_id == other.agency_id
    return {
        "code": other.code,
        "name": other.name,
        "open": holder is not None,
        "paused": holder is not None and holder.paused_at is not None,
        "label": None if ticket is None else ticket.label,
        "state": None if ticket is None else ticket.state.value,
        "officer": holder.name if holder is not None and same else None,
    }


def transfer_targets(moment: Moment, counter: Counter) -> Json:
    """List where this counter may send a ticket: services, open counters, officers at work.

    Officers of other agencies are not named: their counters are.
    """
    catalogue = moment.catalogue
    waiting = queries.waiting_counts(moment.connection)
    held = queries.counter_holders(moment.connection, list(catalogue.counters))
    others = {c: holder for c, holder in held.items() if c != counter.id}
    return {
        "services": [
            {
                "id": s.id,
                "name": s.name,
                "agency": {"short": catalogue.agencies[s.agency_id].short},
                "waiting": waiting.get(s.id, 0),
            }
            for s in catalogue.services.values()
            if catalogue.counters_of_service[s.id]
        ],
        "counters": [
            {
                **counter_summary(catalogue, catalogue.counters[c]),
                "officer": holder.name if catalogue.counters[c].agency_id == counter.agency_id else None,
                "services": list(catalogue.counters[c].service_ids),
            }
            for c, holder in others.items()
        ],
        "officers": [
            {
                "id": holder.staff_id,
                "name": holder.name,
                "counter": {"code": catalogue.counters[c].code, "name": catalogue.counters[c].name},
            }
            for c, holder in others.items()
            if catalogue.counters[c].agency_id == counter.agency_id
        ],
    }
