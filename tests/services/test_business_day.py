"""The business day ends by itself, also when the server was off."""

from datetime import UTC, datetime

from queue_app.domain.ticket import State, Verb
from queue_app.domain.ticket_facts import TicketExpired
from queue_app.services.day import open_day
from queue_app.store import queries


def test_yesterday_ends_and_numbers_start_again(session, clock) -> None:
    waiting, called, serving = session.issue(), session.issue(), session.issue()
    session.call()
    session.act(Verb.START, waiting.id)
    clock.forward(days=1)
    fresh = session.issue()
    assert fresh.label == f"{session.service.series}-001"
    assert fresh.business_date.isoformat() == "2026-11-25"
    states = [session.ticket(row.id).state for row in (waiting, called, serving)]
    assert states == [State.SERVED, State.EXPIRED, State.EXPIRED]
    with session.store.read() as connection:
        assert queries.counter_holders(connection, [session.counter.id]) == {}


def test_the_day_changes_at_local_midnight_only(session, clock) -> None:
    clock.now = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # 23:59 in the hall
    assert session.issue().label.endswith("-001")
    clock.now = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)  # 00:01 in the hall, still the 24th in UTC
    first = session.issue()
    assert (first.label[-4:], first.business_date.isoformat()) == ("-001", "2026-11-25")
    clock.now = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)  # 07:59
    assert session.issue().label.endswith("-002")
    clock.now = datetime(2026, 11, 25, 0, 1, tzinfo=UTC)  # 08:01, UTC has changed its date
    assert session.issue().label.endswith("-003")


def test_housekeeping_opens_the_day_once(session, clock) -> None:
    session.issue()
    clock.forward(days=3)
    assert open_day(session.store, clock()) is True
    assert open_day(session.store, clock()) is False
    assert session.facts().count("day_opened") == 1


def test_a_clock_set_back_never_repeats_a_number(session, clock) -> None:
    clock.forward(days=1)
    first = session.issue()
    clock.forward(days=-1)
    second = session.issue()
    assert second.business_date == first.business_date
    assert second.label.endswith("-002")


def test_every_end_is_in_the_log(session, clock) -> None:
    row = session.issue()
    clock.forward(days=1)
    open_day(session.store, clock())
    with session.store.read() as connection:
        fact = next(f for f in queries.facts_after(connection, 0, 100) if f.kind.value == "ticket_expired")
    assert (fact.ticket_id, fact.details) == (
        row.id,
        TicketExpired(from_state=State.WAITING, to=State.EXPIRED, why="day_end"),
    )
