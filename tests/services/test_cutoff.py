"""The predicted stop: as many numbers as can be served before closing, announced beforehand and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain import estimates
from queue_app.domain.clock import to_ms
from queue_app.domain.discipline import Rule, Rules, WaitingTicket
from queue_app.domain.errors import Refusal
from queue_app.domain.opening import ClosedReason
from queue_app.domain.role import Role
from queue_app.domain.scheduling import Job, OpenCounter
from queue_app.domain.ticket import TicketClass
from queue_app.services.queue import counters, cutoff, opening
from queue_app.services.queue.outlook import Outlook, read_outlook
from queue_app.services.settings import hours
from queue_app.store import queries

OFFICE = {"weekly": {"tue": ["08:00-15:00"], "wed": ["08:00-15:00"]}}
TWO = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # Tuesday, 14:00 in Tabanan
MORNING = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
TOMORROW = to_ms(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))


@pytest.fixture
def closing(session, clock):
    """Return the officer's counter in a hall that closes at 15:00."""
    hours.set_hall_hours(session.store, replace(session.officer, role=Role.ADMIN), OFFICE, clock())
    clock.now = TWO
    return session


def outlook_of(session) -> Outlook:
    """Read the outlook now."""
    with session.store.read() as connection:
        catalogue = session.store.catalogue(connection)
        return read_outlook(connection, catalogue, catalogue.wide_pools[session.service.id], to_ms(session.clock()))


def offer(session):
    """Read whether the service issues numbers now."""
    with session.store.read() as connection:
        _seq, day = queries.log_head(connection)
        return opening.service_offers(connection, outlook_of(session), [session.service.id], day)[session.service.id]


def test_as_many_numbers_are_given_as_were_announced(closing) -> None:
    left = offer(closing).numbers_left
    assert left is not None
    assert 3 < left < 8, "one counter, eight minutes each, an hour"
    for expected in range(left, 0, -1):
        assert offer(closing).numbers_left == expected
        closing.issue()
    result = offer(closing)
    assert (result.opening.open, result.opening.why, result.opening.until) == (
        False,
        ClosedReason.PREDICTED_STOP,
        TOMORROW,
    )
    with pytest.raises(Refusal) as refused:
        closing.issue()
    assert refused.value.code == "service_closed"
    assert refused.value.facts["opening"] == result.opening
    with pytest.raises(Refusal):
        closing.issue(TicketClass.PRIORITY)


def test_a_second_counter_makes_room_again(closing, officer_at_counter) -> None:
    for _ in range(offer(closing).numbers_left):
        closing.issue()
    assert not offer(closing).opening.open
    officer_at_counter(closing.store, closing.clock, "dukcapil2", 1)
    assert offer(closing).numbers_left > 2
    assert closing.issue()


def test_without_an_open_counter_there_is_no_estimate(closing) -> None:
    counters.close_counter(closing.store, closing.officer, closing.counter.id, closing.clock())
    assert offer(closing) == opening.ServiceOffer(offer(closing).opening)
    assert offer(closing).opening.open
    for _ in range(12):
        assert closing.issue()


def test_without_hours_nothing_stops(session) -> None:
    for _ in range(40):
        session.issue()
    assert offer(session) == opening.ServiceOffer(
        opening.opening_by_hours(session.catalogue, session.service, to_ms(session.clock()))
    )


def test_far_from_closing_the_line_is_not_simulated(closing, clock, monkeypatch) -> None:
    def by_simulation(*_arguments: object, **_named: object) -> int:
        raise AssertionError("the bound was enough")

    monkeypatch.setattr(estimates, "numbers_left", by_simulation)
    clock.now = MORNING
    for _ in range(5):
        closing.issue()
    clock.now = TWO
    with pytest.raises(AssertionError):
        offer(closing)


def test_the_lesser_of_quota_and_closing_is_said(closing) -> None:
    admin = replace(closing.officer, role=Role.ADMIN)
    left = offer(closing).numbers_left
    for quota, expected in ((2, 2), (500, left)):
        hours.set_service_hours(closing.store, admin, closing.service.id, None, quota, closing.clock())
        assert offer(closing).numbers_left == expected


NOW = 1_800_000_000_000
minutes = st.integers(1, 30)
instants = st.integers(-60, 300)
jobs = st.lists(
    st.builds(
        lambda kind, waited, service, takes: (kind, NOW - waited * 60_000, service, takes * 60_000),
        st.sampled_from(TicketClass),
        st.integers(0, 90),
        st.integers(1, 3),
        minutes,
    ),
    max_size=12,
).map(
    lambda rows: [Job(WaitingTicket(n, kind, start, service), service, takes) for n, (kind, start, service, takes)
                  in enumerate(rows)]
)  # fmt: skip
open_counters = st.lists(
    st.builds(
        lambda services, free, away, length: (
            services,
            NOW + free * 60_000,
            ((NOW + away * 60_000, NOW + (away + length) * 60_000),),
        ),
        st.frozensets(st.integers(1, 3), min_size=1),
        st.integers(-5, 40),
        instants,
        st.integers(1, 90),
    ),
    min_size=1,
    max_size=3,
).map(lambda rows: [OpenCounter(n, services, free, away) for n, (services, free, away) in enumerate(rows)])


@given(jobs, open_counters, st.integers(0, 900), st.integers(0, 5), minutes)
def test_the_cheap_bound_agrees_with_the_simulation(jobs, open_counters, closes_in, maximum, mean) -> None:
    """Where the bound says that all are finished before closing, the simulation of the line says so too."""
    closes_at = NOW + closes_in * 60_000
    means = dict.fromkeys((1, 2, 3), mean * 60_000.0)
    table = SimpleNamespace(closes_at=lambda _now: closes_at)
    catalogue = SimpleNamespace(timetables=dict.fromkeys((1, 2, 3), table), pools={key: {1, 2, 3} for key in (1, 2, 3)})
    rules = Rules(dict.fromkeys((1, 2, 3), 1), {1: Rule()}, {})
    seen = Outlook(catalogue, NOW, jobs, open_counters, rules, means)
    by_simulation = estimates.numbers_left(1, means[1], jobs, open_counters, NOW, closes_at, rules)
    result = cutoff.numbers_left(seen, 1, maximum)
    served = any(1 in counter.services for counter in open_counters)
    assert result == (by_simulation if served and by_simulation <= maximum else None)
