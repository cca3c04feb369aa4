"""Calling and what follows; each wrong move is refused and changes nothing."""

import pytest
from sqlalchemy import select

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State, TicketClass, Verb
from queue_app.services.queue import calling, moves
from queue_app.store import tables as t


def refused(code, act, *arguments, **options):
    with pytest.raises(Refusal) as caught:
        act(*arguments, **options)
    assert caught.value.code == code


def test_a_whole_visit(desk, clock) -> None:
    row = desk.issue()
    clock.forward(minutes=3)
    called = desk.call()
    assert (called.id, called.state, called.times_called) == (row.id, State.CALLED, 1)
    clock.forward(seconds=20)
    assert desk.act(Verb.RECALL, row.id).times_called == 2
    started = desk.act(Verb.START, row.id)
    assert started.serving_at - started.issued_at == 200_000
    clock.forward(minutes=8)
    done = desk.act(Verb.COMPLETE, row.id)
    assert (done.state, done.ended_at - done.serving_at) == (State.SERVED, 480_000)
    assert desk.in_hand() is None
    assert desk.facts()[1:] == [
        "ticket_issued",
        "ticket_called",
        "ticket_recalled",
        "ticket_started",
        "ticket_completed",
    ]


def test_next_completes_the_visit_that_was_started(desk) -> None:
    first, second = desk.issue(), desk.issue()
    desk.call()
    refused("ticket_not_started", desk.call)
    desk.act(Verb.START, first.id)
    assert desk.call().id == second.id
    assert desk.ticket(first.id).state is State.SERVED


def test_next_with_nobody_waiting_keeps_the_visit(desk) -> None:
    refused("nobody_waiting", desk.call)
    row = desk.issue()
    desk.call()
    desk.act(Verb.START, row.id)
    refused("nobody_waiting", desk.call)
    assert desk.ticket(row.id).state is State.SERVING


def test_a_repeated_key_calls_once(desk) -> None:
    first, second = desk.issue(), desk.issue()
    assert desk.call("key-of-one-press").id == first.id
    desk.act(Verb.START, first.id)
    assert desk.call("key-of-one-press").id == first.id
    assert desk.ticket(second.id).state is State.WAITING


def test_priority_goes_first_and_the_log_can_say_why(desk, clock) -> None:
    regular = desk.issue()
    clock.forward(minutes=1)
    priority = desk.issue(TicketClass.PRIORITY)
    clock.forward(minutes=10)
    assert desk.call().id == priority.id
    with desk.store.read() as connection:
        payload = connection.execute(select(t.log.c.payload).where(t.log.c.kind == "ticket_called")).scalar_one()
    assert payload["score"] == 4 * 600_000
    assert payload["passed"]["label"] == regular.label
    assert payload["passed"]["score"] == 660_000


def test_only_what_the_counter_serves_is_called(desk) -> None:
    foreign = next(s for s in desk.catalogue.services.values() if s.id not in desk.counter.service_ids)
    desk.issue(service=foreign)
    refused("nobody_waiting", desk.call)


def test_no_show_frees_the_counter(desk) -> None:
    first, second = desk.issue(), desk.issue()
    desk.call()
    assert desk.act(Verb.NO_SHOW, first.id).state is State.NO_SHOW
    assert desk.call().id == second.id


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("called", Verb.COMPLETE),
        ("serving", Verb.START),
        ("serving", Verb.RECALL),
        ("serving", Verb.NO_SHOW),
        ("served", Verb.COMPLETE),
        ("served", Verb.RECALL),
    ],
)
def test_wrong_moves_are_refused(desk, state, verb) -> None:
    row = desk.issue()
    desk.call()
    if state in ("serving", "served"):
        desk.act(Verb.START, row.id)
    if state == "served":
        desk.act(Verb.COMPLETE, row.id)
    before = desk.facts()
    refused("wrong_state", desk.act, verb, row.id)
    assert desk.ticket(row.id).state.value == state
    assert desk.facts() == before


def test_a_ticket_of_another_counter_is_refused_with_what_happened(desk, sit, clock) -> None:
    other = sit(desk.store, clock, "dukcapil2", 1)
    row = desk.issue()
    other.call()
    with pytest.raises(Refusal) as caught:
        desk.act(Verb.START, row.id)
    assert caught.value.code == "wrong_state"
    facts = caught.value.facts
    assert (facts["label"], facts["state"], facts["counter"]) == (row.label, "called", other.counter.name)
    assert facts["officer"] == other.officer.name


def test_a_ticket_of_another_agency_is_unknown_here(desk, sit, clock) -> None:
    other = sit(desk.store, clock, "bpjskes1", 0)
    row = other.issue()
    other.call()
    refused("unknown_ticket", desk.act, Verb.START, row.id)


def test_cancelling_by_the_visitor(desk) -> None:
    row = desk.issue()
    moves.cancel(desk.store, row.token, desk.clock())
    assert desk.ticket(row.id).state is State.CANCELLED
    refused("wrong_state", moves.cancel, desk.store, row.token, desk.clock())
    refused("unknown_ticket", moves.cancel, desk.store, "234567892345", desk.clock())
    refused("nobody_waiting", desk.call)


def test_a_called_visitor_who_cancels_frees_the_counter(desk) -> None:
    row, after = desk.issue(), desk.issue()
    desk.call()
    moves.cancel(desk.store, row.token, desk.clock())
    assert desk.call().id == after.id


def test_a_visitor_being_served_cannot_cancel(desk) -> None:
    row = desk.issue()
    desk.call()
    desk.act(Verb.START, row.id)
    refused("wrong_state", moves.cancel, desk.store, row.token, desk.clock())


def test_a_repeated_recall_is_announced_once(desk) -> None:
    row = desk.issue()
    desk.call()
    for _ in range(2):
        calling.act_on_ticket(
            desk.store, desk.officer, desk.counter.id, row.id, Verb.RECALL, desk.clock(), "key-of-one-recall"
        )
    assert desk.ticket(row.id).times_called == 2
    assert desk.facts().count("ticket_recalled") == 1
