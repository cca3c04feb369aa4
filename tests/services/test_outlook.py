"""Wait estimates from the database: the line, the open counters, the means; and the promise of a ticket."""

import time

import pytest
from sqlalchemy import select, update

from queue_app.adapters.printer_tools import slip_of
from queue_app.domain.ticket import State, TicketClass, Verb
from queue_app.services.queue import counters, issuing, moves
from queue_app.services.queue.outlook import read_outlook
from queue_app.store import queries
from queue_app.store import tables as t

MINUTE_MS = 60_000


def outlook_of(session, now=None):
    """Read the outlook of the counter's service."""
    with session.store.read() as connection:
        catalogue = session.store.catalogue(connection)
        services = catalogue.wide_pools[session.service.id]
        return read_outlook(connection, catalogue, services, round((now or session.clock()).timestamp() * 1000))


def minutes_of(session, service=None):
    return session.catalogue.services[(service or session.service).id].minutes


def set_mean(session, minutes):
    with session.store.transaction() as connection:
        connection.execute(update(t.service).values(mean_ms=minutes * MINUTE_MS))


def facts_of(session, ticket_id):
    with session.store.read() as connection:
        rows = connection.execute(select(t.log).where(t.log.c.ticket_id == ticket_id).order_by(t.log.c.seq))
        return [(row.kind, row.payload) for row in rows]


def day_of(session):
    with session.store.read() as connection:
        row = connection.execute(select(t.service_day).where(t.service_day.c.service_id == session.service.id)).one()
    return row.issued, row.promised, row.kept


def test_a_ticket_carries_its_promise(session) -> None:
    """In its row, in the fact, and on its slip: five people of 10 minutes at one counter."""
    set_mean(session, 10)
    for _ in range(5):
        session.issue()
    row = session.issue()
    assert row.promised == [20, 80]  # 50 minutes, n = 6
    [(_, payload)] = facts_of(session, row.id)
    assert (payload["ahead"], payload["range"]) == (5, [20, 80])
    with session.store.read() as connection:
        slip = connection.execute(select(t.print_job.c.slip).where(t.print_job.c.ticket_id == row.id)).scalar_one()
    assert (slip["ahead"], slip["range"]) == (5, [20, 80])
    assert slip_of(slip).wait_range == (20, 80)
    del slip["range"]  # as older versions stored it
    assert slip_of(slip).wait_range is None


def test_without_an_open_counter_nothing_is_promised(session, clock) -> None:
    session.issue()
    counters.close_counter(session.store, session.officer, session.counter.id, clock(), leave_waiting=True)
    row = session.issue()
    assert row.promised is None
    [(_, payload)] = facts_of(session, row.id)
    assert (payload["ahead"], payload.get("range")) == (1, None)
    assert outlook_of(session).newcomers.get(session.service.id) is None
    assert outlook_of(session).position(row.id, session.service.id) == (1, None)


def test_a_pause_promises_nothing(session, clock) -> None:
    counters.pause(session.store, session.officer, session.counter.id, "lunch", clock())
    assert session.issue().promised is None
    counters.end_pause(session.store, session.officer, session.counter.id, clock())
    assert session.issue().promised is not None


def test_what_the_kiosk_shows_is_what_the_ticket_says(session, officer_at_counter) -> None:
    """Before and after it is taken: the same range, the same number of people ahead."""
    officer_at_counter(session.store, session.clock, "dukcapil2", 1)
    others = [session.catalogue.services[s] for s in session.counter.service_ids]
    for n in range(12):
        session.issue(TicketClass.PRIORITY if n % 4 == 0 else TicketClass.REGULAR, service=others[n % len(others)])
        session.clock.forward(seconds=70)
    for service in others:
        seen = outlook_of(session)
        row = session.issue(service=service)
        shown = seen.newcomers[service.id]
        assert row.promised == [shown.low, shown.high]
        [(_, payload)] = facts_of(session, row.id)
        assert payload["ahead"] == seen.ahead_of_newcomer(service.id)
        ahead, now = outlook_of(session).position(row.id, service.id)
        assert (ahead, now) == (shown.ahead, shown)


def test_priority_is_promised_less(session) -> None:
    """A priority ticket overtakes while the line is served, and `ahead` says so too."""
    for _ in range(8):
        session.issue()
        session.clock.forward(seconds=30)
    regular, priority = session.issue(), session.issue(TicketClass.PRIORITY)
    assert priority.promised < regular.promised
    (_, regular_said), (_, priority_said) = facts_of(session, regular.id)[0], facts_of(session, priority.id)[0]
    assert priority_said["ahead"] < regular_said["ahead"] == 8


def test_files_make_the_visit_longer(session) -> None:
    set_mean(session, 4)
    request = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", None, "key-with-files", files=10)
    issuing.issue(session.store, request, session.clock(), "http://hall.test")
    [job] = outlook_of(session).jobs
    assert job.expected_ms == 40 * MINUTE_MS
    assert session.issue().promised == [0, 80]  # behind 40 minutes, n = 2


def test_the_current_visit_counts_from_its_call(session, clock) -> None:
    set_mean(session, 10)
    session.issue()
    row = session.call()
    clock.forward(minutes=3)
    session.act(Verb.START, row.id)
    now = round(clock().timestamp() * 1000)
    [seen] = outlook_of(session).counters
    assert seen.free_at - now == 7 * MINUTE_MS
    clock.forward(minutes=4)
    assert (
        outlook_of(session).counters[0].free_at - round(clock().timestamp() * 1000) == 5 * MINUTE_MS
    )  # never less than half


def test_a_ticket_on_hold_is_nobodys_wait(session, clock) -> None:
    session.issue()
    row = session.call()
    moves.hold(session.store, session.officer, session.counter.id, row.id, clock())
    seen = outlook_of(session)
    assert seen.jobs == []
    assert seen.counters[0].free_at == seen.now_ms
    assert session.issue().promised == [0, 5]


def test_the_mean_of_a_service_is_learnt(session) -> None:
    assert outlook_of(session).means[session.service.id] == minutes_of(session) * MINUTE_MS
    session.issue()
    row = session.call()
    session.clock.forward(minutes=60)
    session.act(Verb.START, row.id)
    session.act(Verb.COMPLETE, row.id)
    usual = minutes_of(session) * MINUTE_MS
    assert outlook_of(session).means[session.service.id] == pytest.approx(
        usual + 0.06 * (60 * MINUTE_MS - usual), abs=1
    )


def test_reserved_and_first_in_line(session, officer_at_counter, clock) -> None:
    """A ticket reserved for a colleague is not ahead of those waiting for this counter; one put first is."""
    colleague = officer_at_counter(session.store, clock, "dukcapil2", 1)
    set_mean(session, 10)
    rows = [session.issue() for _ in range(4)]
    target = moves.TransferTarget(staff_id=colleague.officer.id, first=True)
    moves.transfer(session.store, session.officer, session.counter.id, rows[3].id, target, clock())
    order = [ticket.id for ticket in outlook_of(session).expected_order(session.service.id)]
    assert order.index(rows[3].id) < 2
    seen = outlook_of(session)
    assert seen.expected(rows[3].id).wait_ms == 0
    assert {seen.expected(row.id).wait_ms for row in rows[:3]} == {0, 10 * MINUTE_MS}


def test_who_is_counted_as_promised_and_kept(session, clock) -> None:
    set_mean(session, 10)
    first, second = session.issue(), session.issue()
    assert (first.promised, second.promised) == ([0, 5], [0, 20])
    session.act(Verb.START, session.call().id)
    clock.forward(minutes=21)
    session.call()
    assert day_of(session) == (2, 2, 1)


def test_a_repeat_says_how_it_is_now(session, clock) -> None:
    set_mean(session, 10)
    session.issue()
    request = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", "utama", "key-of-a-visitor")
    fresh = issuing.issue(session.store, request, clock(), "http://hall.test")
    session.call()
    again = issuing.issue(session.store, request, clock(), "http://hall.test")
    assert (fresh.ahead, again.ahead) == (1, 0)
    assert again.ticket.promised == [fresh.promised.low, fresh.promised.high]
    assert again.promised.ahead == 0


def test_serving_without_a_ticket_promises_nothing(session, clock) -> None:
    request = issuing.IssueRequest(session.service.id, TicketClass.REGULAR, "id", None, "key-of-a-walk-in")
    row = issuing.serve_direct(session.store, session.officer, session.counter.id, request, clock())
    assert (row.state, row.promised) == (State.SERVING, None)


def test_a_wide_pool_knows_whose_waits_hang_together(session) -> None:
    for service_id, wide in session.catalogue.wide_pools.items():
        assert service_id in wide
        assert all(session.catalogue.pools[other] <= wide for other in wide)
        assert all(session.catalogue.wide_pools[other] == wide for other in wide)


def test_issuing_into_a_long_line_stays_quick(session) -> None:
    """With 500 waiting, the estimate takes a few milliseconds, the best of several tries."""
    with session.store.transaction() as connection:
        values = [
            {
                **one_who_waits(session, connection),
                "id": 1_000 + n,
                "number": 100 + n,
                "label": f"X-{n:03d}",
                "token": f"token{n:07d}",
            }
            for n in range(500)
        ]
        connection.execute(t.ticket.insert(), values)
    best = 1.0
    for _ in range(8):
        begun = time.perf_counter()
        row = session.issue()
        best = min(best, time.perf_counter() - begun)
    assert row.promised is not None
    assert best < 0.05


def one_who_waits(session, connection):
    """Return the column values of a waiting ticket of the counter's service."""
    now = round(session.clock().timestamp() * 1000)
    day = queries.log_head(connection)[1]
    return {
        "business_date": day,
        "series": "X",
        "service_id": session.service.id,
        "ticket_class": "regular",
        "language": "id",
        "state": "waiting",
        "issued_at": now - 1000,
        "start_at": now - 1000,
        "times_called": 0,
        "files": 1,
    }
