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


def test_a_whole_visit(session, clock) -> None:
    row = session.issue()
    clock.forward(minutes=3)
    called = session.call()
    assert (called.id, called.state, called.times_called) == (row.id, State.CALLED, 1)
    clock.forward(seconds=20)
    assert session.act(Verb.RECALL, row.id).times_called == 2
    started = session.act(Verb.START, row.id)
    assert started.serving_at - started.issued_at == 200_000
    clock.forward(minutes=8)
    done = session.act(Verb.COMPLETE, row.id)
    assert (done.state, done.ended_at - done.serving_at) == (State.SERVED, 480_000)
    assert session.in_hand() is None
    assert session.facts()[1:] == [
        "ticket_issued",
        "ticket_called",
        "ticket_recalled",
        "ticket_started",
        "ticket_completed",
    ]


def test_next_completes_the_visit_that_was_started(session) -> None:
    first, second = session.issue(), session.issue()
    session.call()
    refused("ticket_not_started", session.call)
    session.act(Verb.START, first.id)
    assert session.call().id == second.id
    assert session.ticket(first.id).state is State.SERVED


def test_next_with_nobody_waiting_keeps_the_visit(session) -> None:
    refused("nobody_waiting", session.call)
    row = session.issue()
    session.call()
    session.act(Verb.START, row.id)
    refused("nobody_waiting", session.call)
    assert session.ticket(row.id).state is State.SERVING


def test_a_repeated_key_calls_once(session) -> None:
    first, second = session.issue(), session.issue()
    assert session.call("key-of-one-press").id == first.id
    session.act(Verb.START, first.id)
    assert session.call("key-of-one-press").id == first.id
    assert session.ticket(second.id).state is State.WAITING


def test_priority_goes_first_and_the_log_can_say_why(session, clock) -> None:
    regular = session.issue()
    clock.forward(minutes=1)
    priority = session.issue(TicketClass.PRIORITY)
    clock.forward(minutes=10)
    assert session.call().id == priority.id
    with session.store.read() as connection:
        payload = connection.execute(select(t.log.c.payload).where(t.log.c.kind == "ticket_called")).scalar_one()
    assert payload["score"] == 4 * 600_000
    assert payload["passed"]["label"] == regular.label
    assert payload["passed"]["score"] == 660_000


def test_only_what_the_counter_serves_is_called(session) -> None:
    foreign = next(s for s in session.catalogue.services.values() if s.id not in session.counter.service_ids)
    session.issue(service=foreign)
    refused("nobody_waiting", session.call)


def test_no_show_frees_the_counter(session) -> None:
    first, second = session.issue(), session.issue()
    session.call()
    assert session.act(Verb.NO_SHOW, first.id).state is State.NO_SHOW
    assert session.call().id == second.id


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
def test_wrong_moves_are_refused(session, state, verb) -> None:
    row = session.issue()
    session.call()
    if state in ("serving", "served"):
        session.act(Verb.START, row.id)
    if state == "served":
        session.act(Verb.COMPLETE, row.id)
    before = session.facts()
    refused("wrong_state", session.act, verb, row.id)
    assert session.ticket(row.id).state.value == state
    assert session.facts() == before


def test_a_ticket_of_another_counter_is_refused_with_what_happened(session, officer_at_counter, clock) -> None:
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    row = session.issue()
    other.call()
    with pytest.raises(Refusal) as caught:
        session.act(Verb.START, row.id)
    assert caught.value.code == "wrong_state"
    facts = caught.value.facts
    assert (facts["label"], facts["state"], facts["counter"]) == (row.label, "called", other.counter.name)
    assert facts["officer"] == other.officer.name


def test_a_ticket_of_another_agency_is_unknown_here(session, officer_at_counter, clock) -> None:
    other = officer_at_counter(session.store, clock, "bpjskes1", 0)
    row = other.issue()
    other.call()
    refused("unknown_ticket", session.act, Verb.START, row.id)


def test_cancelling_by_the_visitor(session) -> None:
    row = session.issue()
    moves.cancel(session.store, row.token, session.clock())
    assert session.ticket(row.id).state is State.CANCELLED
    refused("wrong_state", moves.cancel, session.store, row.token, session.clock())
    refused("unknown_ticket", moves.cancel, session.store, "234567892345", session.clock())
    refused("nobody_waiting", session.call)


def test_a_called_visitor_who_cancels_frees_the_counter(session) -> None:
    row, after = session.issue(), session.issue()
    session.call()
    moves.cancel(session.store, row.token, session.clock())
    assert session.call().id == after.id


def test_a_visitor_being_served_cannot_cancel(session) -> None:
    row = session.issue()
    session.call()
    session.act(Verb.START, row.id)
    refused("wrong_state", moves.cancel, session.store, row.token, session.clock())


def test_a_repeated_recall_is_announced_once(session) -> None:
    row = session.issue()
    session.call()
    for _ in range(2):
        calling.act_on_ticket(
            session.store,
            session.officer,
            session.counter.id,
            row.id,
            Verb.RECALL,
            session.clock(),
            "key-of-one-recall",
        )
    assert session.ticket(row.id).times_called == 2
    assert session.facts().count("ticket_recalled") == 1
