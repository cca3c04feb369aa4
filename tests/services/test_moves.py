"""The whole table of moves on real databases: the effect of each move, and when it is refused.

One file, because it is one table: a test for each row, at the same counter.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State, TicketClass, Verb
from queue_app.services import day
from queue_app.services.queue import calling, counters, issuing, moves
from queue_app.snapshots import counter as counter_snapshot
from queue_app.snapshots.moment import Moment
from queue_app.store import queries
from queue_app.store import tables as t

MINUTE_MS = 60_000


def refused(code: str, act: Callable[..., object], *arguments: object, **options: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*arguments, **options)
    assert caught.value.code == code
    return caught.value


def set_policy(session: Any, **policy: object) -> None:
    with session.store.transaction() as connection:
        connection.execute(update(t.hall).values(policy=policy, catalogue_version=t.hall.c.catalogue_version + 1))


def at(session: Any) -> tuple[Any, ...]:
    return session.store, session.officer, session.counter.id


def shown(session: Any) -> dict[str, Any]:
    """Return the state of the officer's page, as JSON as sent to the browser."""
    with session.store.read() as connection:
        seq, today = queries.log_head(connection)
        moment = Moment(
            connection, session.store.catalogue(connection), seq, today, round(session.clock().timestamp() * 1000)
        )
        state: dict[str, Any] = json.loads(json.dumps(counter_snapshot.build_counter(moment, str(session.counter.id))))
    return state


def payload(session: Any, kind: str) -> dict[str, Any]:
    with session.store.read() as connection:
        stored: dict[str, Any] = connection.execute(
            select(t.log.c.payload).where(t.log.c.kind == kind).order_by(t.log.c.seq.desc()).limit(1)
        ).scalar_one()
    return stored


def serving(session: Any) -> Any:
    row = session.issue()
    session.call()
    return session.act(Verb.START, row.id)


# --- calls


def test_a_recall_must_wait_its_interval(session: Any, clock: Any) -> None:
    set_policy(session, recall_interval_s=10)
    row = session.issue()
    session.call()
    clock.forward(seconds=4)
    assert refused("too_soon", session.act, Verb.RECALL, row.id).facts["seconds"] == 6
    clock.forward(seconds=6)
    assert session.act(Verb.RECALL, row.id).times_called == 2
    refused("too_soon", session.act, Verb.RECALL, row.id)


def test_a_number_is_missed_only_after_enough_calls(session: Any) -> None:
    set_policy(session, calls_before_no_show=3, recall_interval_s=0)
    row = session.issue()
    session.call()
    session.act(Verb.RECALL, row.id)
    refused("too_few_calls", session.act, Verb.NO_SHOW, row.id)
    session.act(Verb.RECALL, row.id)
    assert session.act(Verb.NO_SHOW, row.id).state is State.NO_SHOW


def test_a_visit_starts_by_itself_where_the_policy_says_so(session: Any, clock: Any) -> None:
    row = session.issue()
    session.call()
    assert calling.start_overdue(session.store, clock.forward(hours=1)) == 0, "off by default"
    set_policy(session, auto_start_s=60)
    session.act(Verb.RECALL, row.id)
    assert calling.start_overdue(session.store, clock.forward(seconds=59)) == 0
    assert calling.start_overdue(session.store, clock.forward(seconds=2)) == 1
    assert session.ticket(row.id).state is State.SERVING
    assert session.act(Verb.COMPLETE, row.id).state is State.SERVED


def test_calling_a_given_number(session: Any, clock: Any) -> None:
    first, second = session.issue(), session.issue()
    clock.forward(minutes=5)
    calling.call_specific(*at(session), second.label.lower().replace("-", " "), clock())
    assert session.in_hand().id == second.id
    assert payload(session, "ticket_called")["how"] == "given"
    refused("ticket_not_started", calling.call_specific, *at(session), first.id, clock())
    session.act(Verb.START, second.id)
    calling.call_specific(*at(session), first.id, clock())
    assert session.ticket(second.id).state is State.SERVED
    session.act(Verb.START, first.id)
    refused("wrong_state", calling.call_specific, *at(session), second.id, clock())
    refused("unknown_ticket", calling.call_specific, *at(session), "A-999", clock())
    refused("unknown_ticket", calling.call_specific, *at(session), "what is this", clock())


def test_only_who_may_calls_a_given_number(session: Any, clock: Any) -> None:
    set_policy(session, call_any="supervisor")
    row = session.issue()
    refused("not_allowed", calling.call_specific, *at(session), row.id, clock())


def test_a_number_of_another_counter_is_not_called_here(session: Any, officer_at_counter: Any, clock: Any) -> None:
    other = officer_at_counter(session.store, clock, "bpjskes1", 0)
    row = other.issue()
    refused("not_served_here", calling.call_specific, *at(session), row.id, clock())


def test_the_mean_of_a_service_learns_from_each_visit(session: Any, clock: Any) -> None:
    row = serving(session)
    clock.forward(minutes=18)
    session.act(Verb.COMPLETE, row.id)
    with session.store.read() as connection:
        mean = connection.execute(select(t.service.c.mean_ms).where(t.service.c.id == row.service_id)).scalar_one()
    usual = session.service.minutes * MINUTE_MS
    assert mean == round(usual + 0.06 * (18 * MINUTE_MS - usual))


def test_companion_files_make_one_visit_of_many(session: Any, clock: Any) -> None:
    request = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", None, "four-files-01", files=4)
    row = issuing.issue(session.store, request, clock(), "http://hall.test").ticket
    assert row.files == 4
    session.call()
    clock.forward(minutes=4 * session.service.minutes)
    session.act(Verb.START, row.id)
    session.act(Verb.COMPLETE, row.id)
    with session.store.read() as connection:
        mean = connection.execute(select(t.service.c.mean_ms).where(t.service.c.id == row.service_id)).scalar_one()
    assert mean == session.service.minutes * MINUTE_MS, "four files at the usual pace teach nothing new"


# --- undo


@pytest.mark.parametrize("verb", [Verb.NO_SHOW, Verb.COMPLETE])
def test_the_last_act_can_be_taken_back_for_ten_seconds(session: Any, clock: Any, verb: Verb) -> None:
    row = serving(session) if verb is Verb.COMPLETE else session.issue()
    if verb is Verb.NO_SHOW:
        session.call()
    before = session.ticket(row.id)
    clock.forward(minutes=3)
    session.act(verb, row.id)
    assert shown(session)["undo"]["verb"] == verb.value
    calling.undo(*at(session), row.id, clock.forward(seconds=9))
    assert session.ticket(row.id) == before
    with session.store.read() as connection:
        mean = connection.execute(select(t.service.c.mean_ms).where(t.service.c.id == row.service_id)).scalar_one()
    assert mean == session.service.minutes * MINUTE_MS, "what it taught is forgotten"
    session.act(verb, row.id)
    refused("undo_too_late", calling.undo, *at(session), row.id, clock.forward(seconds=11))


def test_undo_harms_nobody(session: Any, officer_at_counter: Any, clock: Any) -> None:
    row = serving(session)
    refused("wrong_state", calling.undo, *at(session), row.id, clock())
    after = session.issue()
    session.call()
    assert session.in_hand().id == after.id
    refused("counter_occupied", calling.undo, *at(session), row.id, clock())
    assert shown(session)["undo"] is None
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    refused("unknown_ticket", calling.undo, *at(other), row.id, clock())


# --- hold, return, transfer, change, cancel


def test_hold_and_resume_with_and_without_a_call(session: Any, officer_at_counter: Any, clock: Any) -> None:
    row = serving(session)
    moves.hold(*at(session), row.id, clock())
    assert session.in_hand() is None
    assert [ticket["label"] for ticket in shown(session)["held"]] == [row.label]
    clock.forward(minutes=6)
    moves.resume(*at(session), row.id, clock())
    again = session.ticket(row.id)
    assert (again.state, again.times_called, again.start_at) == (State.CALLED, 2, row.start_at)
    moves.hold(*at(session), row.id, clock())
    session.act(Verb.START, row.id)
    assert session.ticket(row.id).state is State.SERVING
    moves.hold(*at(session), row.id, clock())
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    moves.resume(*at(other), row.id, clock())
    assert other.in_hand().id == row.id
    refused("wrong_state", moves.hold, *at(session), row.id, clock())


def test_resume_is_refused_at_an_occupied_counter(session: Any, clock: Any) -> None:
    row = serving(session)
    moves.hold(*at(session), row.id, clock())
    other = serving(session)
    refused("counter_occupied", moves.resume, *at(session), row.id, clock())
    refused("counter_occupied", session.act, Verb.START, row.id)
    assert session.in_hand().id == other.id


def test_a_missed_visitor_returns_with_the_original_time(session: Any, clock: Any) -> None:
    row = session.issue()
    clock.forward(minutes=20)
    later = session.issue()
    session.call()
    session.act(Verb.NO_SHOW, row.id)
    clock.forward(minutes=29)
    moves.return_no_show(*at(session), row.id, clock())
    back = session.ticket(row.id)
    assert (back.state, back.start_at, back.ended_at, back.counter_id) == (State.WAITING, row.start_at, None, None)
    assert session.call().id == row.id, "before the one who came later"
    assert later.id != row.id


def test_the_grace_is_minutes_or_calls_whichever_lasts_longer(session: Any, clock: Any) -> None:
    set_policy(session, return_minutes=10, return_calls=2, calls_before_no_show=1)
    row = session.issue()
    others = [session.issue() for _ in range(3)]
    session.call()
    session.act(Verb.NO_SHOW, row.id)
    clock.forward(minutes=11)
    for other in others[:2]:
        session.call()
        session.act(Verb.START, other.id)
        session.act(Verb.COMPLETE, other.id)
    (missed,) = shown(session)["missed"]
    assert (missed["label"], missed["calls_left"]) == (row.label, 0)
    session.call()
    refused("return_too_late", moves.return_no_show, *at(session), row.id, clock())


def test_a_transfer_to_a_service_keeps_the_time_and_gains_weight(session: Any, clock: Any) -> None:
    row = serving(session)
    elsewhere = next(s for s in session.catalogue.services.values() if s.agency_id != session.service.agency_id)
    moves.transfer(*at(session), row.id, moves.TransferTarget(service_id=elsewhere.id), clock())
    sent = session.ticket(row.id)
    assert (sent.state, sent.service_id, sent.start_at) == (State.WAITING, elsewhere.id, row.start_at)
    assert sent.ticket_class is TicketClass.TRANSFERRED
    assert sent.label == row.label
    assert session.in_hand() is None


def test_a_transferred_priority_stays_priority(session: Any, clock: Any) -> None:
    row = session.issue(TicketClass.PRIORITY)
    moves.transfer(*at(session), row.id, moves.TransferTarget(service_id=session.counter.service_ids[1]), clock())
    assert session.ticket(row.id).ticket_class is TicketClass.PRIORITY


def test_first_in_line_is_first(session: Any, clock: Any) -> None:
    session.issue()
    urgent = session.issue(TicketClass.PRIORITY)
    clock.forward(minutes=30)
    late = session.issue()
    moves.transfer(*at(session), late.id, moves.TransferTarget(service_id=late.service_id, first=True), clock())
    assert [ticket["label"] for ticket in shown(session)["waiting"]][:2] == [late.label, urgent.label]
    assert session.call().id == late.id
    assert payload(session, "ticket_called")["how"] == "front"


def test_to_a_counter_or_an_officer_alone(session: Any, officer_at_counter: Any, clock: Any) -> None:
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    own, theirs = session.issue(), session.issue()
    moves.transfer(*at(session), theirs.id, moves.TransferTarget(counter_id=other.counter.id), clock())
    moves.transfer(*at(session), own.id, moves.TransferTarget(staff_id=other.officer.id), clock())
    refused("nobody_waiting", session.call)
    assert shown(session)["waiting_count"] == 0
    assert [ticket["reserved"] for ticket in shown(other)["waiting"]] == ["officer", "counter"]
    clock.forward(minutes=1)
    assert other.call().id == own.id
    assert payload(session, "ticket_called")["how"] == "reserved"


def test_who_waits_for_a_counter_that_closes_waits_for_everybody(
    session: Any, officer_at_counter: Any, clock: Any
) -> None:
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    row = session.issue()
    moves.transfer(*at(session), row.id, moves.TransferTarget(counter_id=other.counter.id), clock())
    counters.close_counter(session.store, other.officer, other.counter.id, clock())
    assert payload(session, "ticket_transferred")["why"] == "released"
    assert session.call().id == row.id


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (moves.TransferTarget(), "bad_request"),
        (moves.TransferTarget(service_id=1, counter_id=2), "bad_request"),
        (moves.TransferTarget(service_id=9999), "unknown_service"),
        (moves.TransferTarget(counter_id=9999), "unknown_counter"),
        (moves.TransferTarget(counter_id=3), "counter_not_open"),
        (moves.TransferTarget(staff_id=9999), "unknown_officer"),
    ],
)
def test_transfers_that_lead_nowhere(session: Any, clock: Any, target: moves.TransferTarget, code: str) -> None:
    row = session.issue()
    before = session.facts()
    refused(code, moves.transfer, *at(session), row.id, target, clock())
    assert session.ticket(row.id) == row
    assert session.facts() == before


def test_a_wrongly_taken_priority_is_downgraded_without_losing_time(session: Any, clock: Any) -> None:
    row = session.issue(TicketClass.PRIORITY)
    clock.forward(minutes=9)
    moves.change(*at(session), row.id, moves.TicketChange(ticket_class=TicketClass.REGULAR), clock())
    changed = session.ticket(row.id)
    assert (changed.ticket_class, changed.start_at, changed.state) == (TicketClass.REGULAR, row.start_at, State.WAITING)
    changed = payload(session, "ticket_changed")["changed"]
    assert changed == {"ticket_class": ["priority", "regular"]}
    before = session.facts()
    moves.change(*at(session), row.id, moves.TicketChange(ticket_class=TicketClass.REGULAR), clock())
    assert session.facts() == before, "it is so already"
    refused("bad_request", moves.change, *at(session), row.id, moves.TicketChange(), clock())


def test_another_service_and_more_files_in_the_middle_of_a_visit(session: Any, clock: Any) -> None:
    row = serving(session)
    other = session.counter.service_ids[1]
    moves.change(*at(session), row.id, moves.TicketChange(service_id=other, files=3), clock())
    changed = session.ticket(row.id)
    assert (changed.state, changed.service_id, changed.files) == (State.SERVING, other, 3)
    refused("unknown_service", moves.change, *at(session), row.id, moves.TicketChange(service_id=9999), clock())


def test_staff_cancel_with_a_reason(session: Any, clock: Any) -> None:
    row = session.issue()
    refused("bad_request", moves.cancel_by_staff, *at(session), row.id, "because", clock())
    moves.cancel_by_staff(*at(session), row.id, "left", clock())
    assert (session.ticket(row.id).state, session.ticket(row.id).ended_why) == (State.CANCELLED, "left")
    refused("wrong_state", moves.cancel_by_staff, *at(session), row.id, "left", clock())
    assert payload(session, "ticket_cancelled")["why"] == "left"


def test_a_repeat_with_the_same_key_changes_nothing(session: Any, clock: Any) -> None:
    row = serving(session)
    for _ in range(2):
        moves.hold(*at(session), row.id, clock(), "key-of-hold-1")
    for _ in range(2):
        moves.transfer(*at(session), row.id, moves.TransferTarget(service_id=2), clock(), "key-of-transfer-1")
    facts = session.facts()
    assert (facts.count("ticket_held"), facts.count("ticket_transferred")) == (1, 1)
    refused(
        "key_reused",
        moves.transfer,
        *at(session),
        row.id,
        moves.TransferTarget(service_id=3),
        clock(),
        "key-of-transfer-1",
    )


# --- without a ticket, at reception


def test_serving_somebody_without_a_ticket(session: Any, clock: Any) -> None:
    request = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", None, "walk-direct-01")
    for _ in range(2):
        row = issuing.serve_direct(*at(session), request, clock())
    assert session.in_hand().id == row.id
    assert (row.state, row.label) == (State.SERVING, f"{session.service.series}-001")
    assert session.facts()[-1] == "ticket_issued"
    assert payload(session, "ticket_issued")["to"] == "serving"
    again = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", None, "walk-direct-02")
    refused("counter_occupied", issuing.serve_direct, *at(session), again, clock())
    session.act(Verb.COMPLETE, row.id)
    foreign = next(s.id for s in session.catalogue.services.values() if s.id not in session.counter.service_ids)
    other = issuing.IssueRequest(foreign, TicketClass.REGULAR, "id", None, "walk-direct-03")
    refused("not_served_here", issuing.serve_direct, *at(session), other, clock())


def test_staff_take_a_number_at_a_printer_of_choice(session: Any, clock: Any) -> None:
    request = issuing.IssueRequest(
        session.service.id, TicketClass.PRIORITY, "en", None, "reception-01", printer_code="lobi"
    )
    issued = issuing.issue(session.store, request, clock(), "http://hall.test", session.officer)
    assert issued.print_job is not None
    with session.store.read() as connection:
        code = connection.execute(
            select(t.printer.c.code).join(t.print_job).where(t.print_job.c.id == issued.print_job.id)
        ).scalar_one()
        who = connection.execute(select(t.log.c.staff_id).where(t.log.c.ticket_id == issued.ticket.id)).scalar_one()
    assert (code, who) == ("lobi", session.officer.id)
    unknown = issuing.IssueRequest(
        session.service.id, TicketClass.REGULAR, "id", None, "reception-02", printer_code="x"
    )
    refused("unknown_printer", issuing.issue, session.store, unknown, clock(), "http://hall.test", session.officer)


def test_a_quota_ends_the_numbers_of_the_day(session: Any, clock: Any) -> None:
    with session.store.transaction() as connection:
        connection.execute(update(t.service).where(t.service.c.id == session.service.id).values(quota=2))
        connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    rows = [session.issue(), session.issue()]
    refused("quota_reached", session.issue)
    clock.forward(days=1)
    assert session.issue().label == rows[0].label


# --- pausing and closing counters


def test_nobody_is_called_during_a_break(session: Any, clock: Any) -> None:
    row = session.issue()
    refused("would_strand", counters.pause, *at(session), "meal", clock())
    counters.pause(*at(session), "meal", clock(), leave_waiting=True)
    refused("counter_paused", session.call)
    refused("counter_paused", calling.call_specific, *at(session), row.id, clock())
    assert shown(session)["pause"]["reason"] == "meal"
    counters.end_pause(*at(session), clock.forward(minutes=30))
    assert payload(session, "counter_resumed") == {"why": "meal", "ms": 30 * MINUTE_MS}
    assert session.call().id == row.id
    refused("counter_busy", counters.pause, *at(session), "meal", clock())


def test_closing_a_counter_never_strands_tickets_silently(session: Any, officer_at_counter: Any, clock: Any) -> None:
    session.issue()
    assert refused("would_strand", counters.close_counter, *at(session), clock()).facts["count"] == 1
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    counters.pause(*at(other), "prayer", clock())
    refused("would_strand", counters.close_counter, *at(session), clock())
    counters.end_pause(*at(other), clock())
    counters.close_counter(*at(session), clock())
    counters.close_counter(*at(other), clock(), leave_waiting=True)


def test_handing_over_keeps_the_current_ticket(session: Any, officer_at_counter: Any, clock: Any) -> None:
    row = serving(session)
    refused("counter_busy", counters.close_counter, *at(session), clock())
    counters.close_counter(*at(session), clock(), hand_over=True)
    other = officer_at_counter(session.store, clock, "dukcapil2", 0)
    assert other.in_hand().id == row.id
    assert other.act(Verb.COMPLETE, row.id).staff_id == other.officer.id


# --- notes, the day


def test_notes_are_off_by_default_and_the_agency_s_own(session: Any, officer_at_counter: Any, clock: Any) -> None:
    row = serving(session)
    refused("notes_off", moves.add_note, *at(session), row.id, "brings the deed tomorrow", clock())
    set_policy(session, notes=True)
    moves.add_note(*at(session), row.id, "brings  the deed\ntomorrow", clock())
    assert [note["text"] for note in shown(session)["ticket"]["notes"]] == ["brings the deed tomorrow"]
    assert "deed" not in json.dumps(payload(session, "ticket_noted"))
    foreign = officer_at_counter(session.store, clock, "bpjskes1", 0)
    service = foreign.counter.service_ids[0]
    moves.transfer(*at(session), row.id, moves.TransferTarget(service_id=service), clock())
    foreign.call()
    assert shown(foreign)["ticket"]["notes"] == []


def test_the_day_ends_for_whatever_is_left(session: Any, officer_at_counter: Any, clock: Any) -> None:
    held = serving(session)
    moves.hold(*at(session), held.id, clock())
    still = serving(session)
    waiting = session.issue()
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    counters.pause(*at(other), "meal", clock())
    day.open_day(session.store, clock.forward(days=1))
    ends = {row: session.ticket(row.id) for row in (held, still, waiting)}
    assert [row.state for row in ends.values()] == [State.EXPIRED, State.SERVED, State.EXPIRED]
    assert {row.ended_why for row in ends.values()} == {"day_end"}
    with session.store.read() as connection:
        assert queries.counter_holders(connection, [1, 2]) == {}
        paused = connection.execute(select(t.counter.c.id).where(t.counter.c.paused_at.is_not(None))).all()
    assert paused == []


def test_my_day_counts_what_i_did_here(session: Any, clock: Any) -> None:
    for minutes in (4, 8):
        row = serving(session)
        clock.forward(minutes=minutes)
        session.act(Verb.COMPLETE, row.id)
    row = session.issue()
    session.call()
    session.act(Verb.NO_SHOW, row.id)
    assert shown(session)["my_day"] == {"served": 2, "mean_minutes": 6.0, "no_shows": 1}
