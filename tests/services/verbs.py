"""Every verb of the table of moves as one call, so that tests can run through all of them."""

from __future__ import annotations

from datetime import datetime

from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.services.queue import calling, moves
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store

# What people can do to a ticket; `expire` and `close` are the day's end.
BY_PEOPLE = (
    Verb.CALL,
    Verb.RECALL,
    Verb.START,
    Verb.COMPLETE,
    Verb.NO_SHOW,
    Verb.RETURN,
    Verb.HOLD,
    Verb.RESUME,
    Verb.TRANSFER,
    Verb.CHANGE,
    Verb.CANCEL,
    Verb.UNDO,
)


def do(store: Store, officer: Officer, counter_id: int, verb: Verb, row: TicketRow, now: datetime) -> None:
    """Do `verb` to a ticket as the officer at this counter."""
    at = (store, officer, counter_id)
    if verb is Verb.CALL:
        calling.call_specific(*at, row.id, now)
    elif verb is Verb.RETURN:
        moves.return_no_show(*at, row.id, now)
    elif verb is Verb.HOLD:
        moves.hold(*at, row.id, now)
    elif verb is Verb.RESUME:
        moves.resume(*at, row.id, now)
    elif verb is Verb.TRANSFER:
        moves.transfer(*at, row.id, moves.TransferTarget(service_id=row.service_id), now)
    elif verb is Verb.CHANGE:
        other = TicketClass.PRIORITY if row.ticket_class is TicketClass.REGULAR else TicketClass.REGULAR
        moves.change(*at, row.id, moves.TicketChange(ticket_class=other), now)
    elif verb is Verb.CANCEL:
        moves.cancel_by_staff(*at, row.id, "left", now)
    elif verb is Verb.UNDO:
        calling.undo(*at, row.id, now)
    else:
        calling.act_on_ticket(*at, row.id, verb, now)
