"""Concurrency on threads and in processes: no number twice, no ticket called twice, no gap in the log."""

import dataclasses
import multiprocessing
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import select

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.services.accounts import sessions
from queue_app.services.queue import calling, counters, issuing
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WORKERS, TICKETS_EACH = 8, 15
GATES: list[Barrier] = []  # one in each process of the pool


def issue_some(store: Store, worker: int, services: list[int]) -> None:
    for number in range(TICKETS_EACH):
        request = issuing.IssueRequest(
            services[number % len(services)], TicketClass.REGULAR, "id", "utama", f"race-{worker}-{number:04d}"
        )
        issuing.issue(store, request, NOW, "http://hall.test")


def serve_some(store: Store, worker: int) -> None:
    """Call and serve as one officer until nobody waits."""
    dice = random.Random(worker)
    _token, officer = sessions.sign_in(store, "penyelia", "antrean-tabanan", "127.0.0.1", NOW)
    # Eight sessions of one supervisor would close each other's counters: give each its own officer.
    officer = dataclasses.replace(officer, id=worker)
    counter_id = worker
    counters.open_counter(store, officer, counter_id, NOW, take_over=True)
    while True:
        try:
            calling.call_next(store, officer, counter_id, NOW + timedelta(minutes=dice.randrange(60)))
        except Refusal as refusal:
            if refusal.code != "nobody_waiting":
                raise
            return
        with store.read() as connection:
            in_hand = queries.current_tickets(connection, [counter_id])[counter_id]
        verb = Verb.NO_SHOW if dice.random() < 0.1 else Verb.START
        calling.act_on_ticket(store, officer, counter_id, in_hand.id, verb, NOW)


def keep(gate: Barrier) -> None:
    """Initialise a process of the pool."""
    GATES.append(gate)


def in_process(url: str, work: str, worker: int, services: list[int]) -> None:
    GATES[0].wait(90)  # the eight tasks are in eight processes, and begin together
    engine = open_engine(url)
    store = Store(engine)
    if work == "issue":
        issue_some(store, worker, services)
    else:
        serve_some(store, worker)
    engine.dispose()


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    """Start eight processes once: their start takes as long as a test."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, context, keep, (context.Barrier(WORKERS),)) as pool:
        yield pool


def run_processes(pool: Executor, url: str, work: str, services: list[int]) -> None:
    tasks = [pool.submit(in_process, url, work, worker, services) for worker in range(1, WORKERS + 1)]
    for task in tasks:
        task.result(90)


def run_threads(store: Store, work: str, services: list[int]) -> None:
    failures: list[BaseException] = []

    def guarded(worker: int) -> None:
        try:
            if work == "issue":
                issue_some(store, worker, services)
            else:
                serve_some(store, worker)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(worker,)) for worker in range(1, WORKERS + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def first_counters_services(store: Store) -> list[int]:
    """Return services that the first eight counters have in common."""
    with store.read() as connection:
        catalogue = store.catalogue(connection)
    return [catalogue.counters[number].service_ids[0] for number in range(1, WORKERS + 1)]


def check_hall(store: Store) -> None:
    with store.read() as connection:
        tickets = connection.execute(select(t.ticket)).all()
        log = connection.execute(select(t.log).order_by(t.log.c.seq)).all()
        seq, _day = queries.log_head(connection)
    assert len(tickets) == WORKERS * TICKETS_EACH
    by_series: dict[str, list[int]] = {}
    for ticket in tickets:
        by_series.setdefault(ticket.series, []).append(ticket.number)
    for numbers in by_series.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), "unique and without a gap"
    assert [row.seq for row in log] == list(range(1, seq + 1)), "the log has no gap"
    calls = Counter(row.ticket_id for row in log if row.kind == "ticket_called")
    assert max(calls.values(), default=0) <= 1, "nobody is called twice"
    ended = [row for row in tickets if row.state in ("served", "serving", "no_show")]
    assert len(calls) == len(ended)


@pytest.mark.parametrize("how", ["threads", "processes"])
def test_eight_issue_and_call_at_once(store: Store, hall_url: str, how: str, pool: Executor) -> None:
    services = first_counters_services(store)
    for work in ("issue", "serve"):
        if how == "threads":
            run_threads(store, work, services)
        else:
            run_processes(pool, hall_url, work, services)
    check_hall(store)
    with store.read() as connection:
        assert queries.waiting_counts(connection) == {}, "nobody is forgotten"


def test_issuing_and_calling_mixed(store: Store) -> None:
    services = first_counters_services(store)
    issuer = threading.Thread(target=run_threads, args=(store, "issue", services))
    issuer.start()
    for _ in range(3):
        run_threads(store, "serve", services)
    issuer.join()
    run_threads(store, "serve", services)
    check_hall(store)


def test_two_officers_press_at_the_same_instant(store: Store) -> None:
    """One ticket waits, two officers call: one gets it, the other gets the refusal nobody_waiting."""
    services = first_counters_services(store)[:1]
    people = []
    for name, place in (("dukcapil1", 1), ("dukcapil2", 2)):
        _token, officer = sessions.sign_in(store, name, "antrean-tabanan", "127.0.0.1", NOW)
        counters.open_counter(store, officer, place, NOW, take_over=False)
        people.append((officer, place))
    for turn in range(20):
        request = issuing.IssueRequest(services[0], TicketClass.REGULAR, "id", None, f"instant-{turn:04d}")
        issuing.issue(store, request, NOW, "http://hall.test")
        gate, answers = threading.Barrier(2), []

        def press(officer, place, gate=gate, answers=answers):
            gate.wait()
            try:
                calling.call_next(store, officer, place, NOW)
                answers.append("called")
            except Refusal as refusal:
                answers.append(refusal.code)

        threads = [threading.Thread(target=press, args=person) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["called", "nobody_waiting"]
        for officer, place in people:
            with store.read() as connection:
                in_hand = queries.current_tickets(connection, [place]).get(place)
            if in_hand is not None:
                calling.act_on_ticket(store, officer, place, in_hand.id, Verb.NO_SHOW, NOW)
