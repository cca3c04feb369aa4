"""The hot path asks the database no more often than this, however many wait."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from queue_app.domain.ticket import Verb
from queue_app.live import rooms
from queue_app.live.rooms import parse
from queue_app.snapshots.moment import Moment
from queue_app.store import queries


@contextmanager
def statements(store):
    """Count the statements sent meanwhile, without BEGIN and COMMIT."""
    sent = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        if not statement.startswith("BEGIN"):
            sent.append(statement.split("\n")[0])

    event.listen(store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("waiting", [1, 40])
def test_issuing_and_calling(session, waiting) -> None:
    for _ in range(waiting):
        session.issue()
    with statements(session.store) as sent:
        session.issue()
    # hall, key, open counters, line with means, number, ticket, day's count, paper, key, log, hall;
    # then this test reads the ticket back
    assert len(sent) - 1 <= 11, sent
    with statements(session.store) as sent:
        session.call()
    # hall, holder, ticket in hand, line, ticket, promise kept, ticket update, log, hall;
    # then this test reads the counter
    assert len(sent) - 1 <= 9, sent
    with statements(session.store) as sent:
        session.act(Verb.START, session.in_hand().id)
    # and here it reads both
    assert len(sent) - 2 <= 6, sent


@pytest.mark.parametrize(("room", "maximum"), [("board:utara", 3), ("kiosk:utama", 3), ("line:1", 4), ("counter:1", 8)])
@pytest.mark.parametrize("waiting", [1, 40])
def test_a_rooms_state(session, clock, room, maximum, waiting) -> None:
    for _ in range(waiting):
        session.issue()
    session.call()
    with session.store.read() as connection:
        seq, day = queries.log_head(connection)
        moment = Moment(connection, session.catalogue, seq, day, 0)
        with statements(session.store) as sent:
            rooms.build_room_state(moment, parse(room))
    assert len(sent) <= maximum, sent
