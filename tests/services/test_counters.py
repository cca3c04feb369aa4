"""Counter sessions: opening, taking over, pausing and closing counters."""

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import Verb
from queue_app.services.accounts import sessions
from queue_app.services.queue import counters
from queue_app.store import queries


def refused(code, act, *arguments, **options):
    with pytest.raises(Refusal) as caught:
        act(*arguments, **options)
    assert caught.value.code == code


def holder(session):
    with session.store.read() as connection:
        return queries.counter_holders(connection, [session.counter.id]).get(session.counter.id)


def test_one_session_holds_a_counter_and_can_be_replaced(session, clock) -> None:
    _token, colleague = sessions.sign_in(session.store, "dukcapil2", "antrean-tabanan", "127.0.0.1", clock())
    seat = (session.store, colleague, session.counter.id, clock())
    refused("counter_taken", counters.open_counter, *seat, take_over=False)
    counters.open_counter(*seat, take_over=True)
    assert holder(session).staff_id == colleague.id
    session.issue()
    refused("not_your_counter", session.call)


def test_the_same_person_at_a_second_computer_takes_the_counter_along(session, clock) -> None:
    _token, again = sessions.sign_in(session.store, "dukcapil1", "antrean-tabanan", "127.0.0.1", clock())
    counters.open_counter(session.store, again, session.counter.id, clock(), take_over=False)
    session.issue()
    refused("not_your_counter", session.call)


def test_an_officer_holds_one_counter_at_a_time(session, clock) -> None:
    second = counters.counters_for(session.catalogue, session.officer)[1]
    row = session.issue()
    session.call()
    move = (session.store, session.officer, second.id, clock())
    refused("counter_busy", counters.open_counter, *move, take_over=False)
    session.act(Verb.NO_SHOW, row.id)
    counters.open_counter(*move, take_over=False)
    assert holder(session) is None


def test_a_counter_with_a_current_ticket_cannot_be_closed(session, clock) -> None:
    row = session.issue()
    session.call()
    refused("counter_busy", counters.close_counter, session.store, session.officer, session.counter.id, clock())
    session.act(Verb.NO_SHOW, row.id)
    counters.close_counter(session.store, session.officer, session.counter.id, clock())
    assert holder(session) is None
    refused("counter_closed", session.call)


def test_another_agency_is_out_of_reach(session, clock) -> None:
    foreign = next(c for c in session.catalogue.counters.values() if c.agency_id != session.officer.agency_id)
    refused("not_allowed", counters.open_counter, session.store, session.officer, foreign.id, clock(), take_over=True)
    refused("unknown_counter", counters.open_counter, session.store, session.officer, 9999, clock(), take_over=False)


def test_signing_out_leaves_the_ticket_for_the_next_officer(session, officer_at_counter, clock) -> None:
    row = session.issue()
    session.call()
    sessions.sign_out(session.store, session.officer, clock())
    assert holder(session) is None
    successor = officer_at_counter(session.store, clock, "dukcapil2", 0)
    assert successor.in_hand().id == row.id
    successor.act(Verb.START, row.id)
