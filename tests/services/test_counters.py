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


def holder(desk):
    with desk.store.read() as connection:
        return queries.counter_holders(connection, [desk.counter.id]).get(desk.counter.id)


def test_one_session_holds_a_counter_and_can_be_replaced(desk, clock) -> None:
    _token, colleague = sessions.sign_in(desk.store, "dukcapil2", "antrean-tabanan", "127.0.0.1", clock())
    seat = (desk.store, colleague, desk.counter.id, clock())
    refused("counter_taken", counters.open_counter, *seat, take_over=False)
    counters.open_counter(*seat, take_over=True)
    assert holder(desk).staff_id == colleague.id
    desk.issue()
    refused("not_your_counter", desk.call)


def test_the_same_person_at_a_second_computer_takes_the_counter_along(desk, clock) -> None:
    _token, again = sessions.sign_in(desk.store, "dukcapil1", "antrean-tabanan", "127.0.0.1", clock())
    counters.open_counter(desk.store, again, desk.counter.id, clock(), take_over=False)
    desk.issue()
    refused("not_your_counter", desk.call)


def test_an_officer_holds_one_counter_at_a_time(desk, clock) -> None:
    second = counters.counters_for(desk.catalogue, desk.officer)[1]
    row = desk.issue()
    desk.call()
    move = (desk.store, desk.officer, second.id, clock())
    refused("counter_busy", counters.open_counter, *move, take_over=False)
    desk.act(Verb.NO_SHOW, row.id)
    counters.open_counter(*move, take_over=False)
    assert holder(desk) is None


def test_a_counter_with_a_current_ticket_cannot_be_closed(desk, clock) -> None:
    row = desk.issue()
    desk.call()
    refused("counter_busy", counters.close_counter, desk.store, desk.officer, desk.counter.id, clock())
    desk.act(Verb.NO_SHOW, row.id)
    counters.close_counter(desk.store, desk.officer, desk.counter.id, clock())
    assert holder(desk) is None
    refused("counter_closed", desk.call)


def test_another_agency_is_out_of_reach(desk, clock) -> None:
    foreign = next(c for c in desk.catalogue.counters.values() if c.agency_id != desk.officer.agency_id)
    refused("not_allowed", counters.open_counter, desk.store, desk.officer, foreign.id, clock(), take_over=True)
    refused("unknown_counter", counters.open_counter, desk.store, desk.officer, 9999, clock(), take_over=False)


def test_signing_out_leaves_the_ticket_for_the_next_officer(desk, sit, clock) -> None:
    row = desk.issue()
    desk.call()
    sessions.sign_out(desk.store, desk.officer, clock())
    assert holder(desk) is None
    successor = sit(desk.store, clock, "dukcapil2", 0)
    assert successor.in_hand().id == row.id
    successor.act(Verb.START, row.id)
