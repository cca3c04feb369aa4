"""Two processes perform two moves on one ticket at the same instant, for every pair of moves, on both databases.

The result must be serialisable: each fact in the log starts from the state in which the one before it ended, each is a
move of the table, and the loser's refusal says why.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import select

from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import MOVES, State, TicketClass, Verb
from queue_app.services.accounts import sessions
from queue_app.services.queue import counters, issuing
from queue_app.services.queue.counter_actions import MOVE_FACTS
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from tests.services.verbs import BY_PEOPLE, do

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
# How a ticket gets into each state, as done by the first officer.
WAYS = {
    State.WAITING: (),
    State.CALLED: (Verb.CALL,),
    State.SERVING: (Verb.CALL, Verb.START),
    State.HELD: (Verb.CALL, Verb.HOLD),
    State.NO_SHOW: (Verb.CALL, Verb.NO_SHOW),
    State.SERVED: (Verb.CALL, Verb.START, Verb.COMPLETE),
}
FACTS = {details.KIND.value: verb for verb, details in MOVE_FACTS.items()}
LOSSES = {"wrong_state", "lost_race", "counter_occupied", "ticket_not_started", "unknown_ticket", "not_your_counter"}


def worker(url: str, gate: Barrier, orders: Connection) -> None:
    """Wait for an order, wait for the other process, perform it, report its outcome; None ends."""
    engine = open_engine(url)
    store = Store(engine)
    while (order := orders.recv()) is not None:
        officer, counter_id, verb, row, now = order
        gate.wait(30)
        try:
            do(store, officer, counter_id, verb, row, now)
            orders.send("done")
        except Refusal as refusal:
            orders.send(refusal.code)
        except Exception as fault:
            orders.send(f"{type(fault).__name__}: {fault}")
    engine.dispose()


@dataclass
class Arena:
    """A hall, two officers at two counters, and two processes that act for them."""

    store: Store
    people: tuple[tuple[Officer, int], tuple[Officer, int]]
    pipes: tuple[Connection, Connection]
    service_id: int
    issued: int = 0
    now: datetime = NOW

    def ticket(self, state: State) -> queries.TicketRow:
        """Issue a ticket and bring it to this state at the first officer's counter; no other ticket is current."""
        self.now += timedelta(seconds=30)
        self._clear_counters()
        self.issued += 1
        request = issuing.IssueRequest(self.service_id, TicketClass.REGULAR, "id", None, f"arena-{self.issued:05d}")
        row = issuing.issue(self.store, request, self.now, "http://hall.test").ticket
        officer, counter_id = self.people[0]
        for verb in WAYS[state]:
            do(self.store, officer, counter_id, verb, row, self.now)
        return self.read(row.id)

    def read(self, ticket_id: int) -> queries.TicketRow:
        with self.store.read() as connection:
            row = queries.ticket_by_id(connection, ticket_id)
        assert row is not None
        return row

    def _clear_counters(self) -> None:
        for officer, counter_id in self.people:
            with self.store.read() as connection:
                row = queries.current_tickets(connection, [counter_id]).get(counter_id)
            if row is not None:
                do(self.store, officer, counter_id, Verb.HOLD, row, self.now)
                do(self.store, officer, counter_id, Verb.CANCEL, self.read(row.id), self.now)

    def race(self, row: queries.TicketRow, verbs: tuple[Verb, Verb], by: tuple[int, int]) -> list[str]:
        """Run both at once; return the reply to each."""
        for pipe, verb, who in zip(self.pipes, verbs, by, strict=True):
            pipe.send((*self.people[who], verb, row, self.now))
        return [pipe.recv() for pipe in self.pipes]

    def history(self, ticket_id: int) -> list[tuple[Verb, State, State]]:
        """Read the moves of a ticket from the log."""
        with self.store.read() as connection:
            rows = connection.execute(
                select(t.log.c.kind, t.log.c.payload).where(t.log.c.ticket_id == ticket_id).order_by(t.log.c.seq)
            ).all()
        return [
            (FACTS[row.kind], State(row.payload["from"]), State(row.payload["to"])) for row in rows if row.kind in FACTS
        ]


@pytest.fixture
def arena(store: Store, hall_url: str) -> Iterator[Arena]:
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    pipes, processes = [], []
    for _ in range(2):
        mine, theirs = context.Pipe()
        process: BaseProcess = context.Process(target=worker, args=(hall_url, gate, theirs))
        process.start()
        pipes.append(mine)
        processes.append(process)
    people = []
    for name, counter_id in (("dukcapil1", 1), ("dukcapil2", 2)):
        _token, officer = sessions.sign_in(store, name, "antrean-tabanan", "127.0.0.1", NOW)
        counters.open_counter(store, officer, counter_id, NOW, take_over=False)
        people.append((officer, counter_id))
    with store.read() as connection:
        service_id = store.catalogue(connection).counters[1].service_ids[0]
    yield Arena(store, (people[0], people[1]), (pipes[0], pipes[1]), service_id)
    for pipe in pipes:
        pipe.send(None)
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0, 0]


def check(arena: Arena, row: queries.TicketRow, verbs: tuple[Verb, Verb], answers: list[str]) -> None:
    what = f"{row.state.value}: {verbs[0].value} | {verbs[1].value} → {answers}"
    assert set(answers) <= LOSSES | {"done"}, what
    history = arena.history(row.id)
    raced = history[len(WAYS[row.state]) :]
    # Twice the same change is one change.
    twice = verbs == (Verb.CHANGE, Verb.CHANGE)
    assert len(raced) == (1 if twice else answers.count("done")), what
    at = State.WAITING
    for verb, source, target in history:
        assert source is at, f"{what}: {history}"
        assert MOVES[verb].leads[source] is target, what
        at = target
    after = arena.read(row.id)
    assert after.state is at, what
    assert after.start_at == row.start_at, "nobody loses the time"
    assert (after.state in (State.CALLED, State.SERVING)) <= (after.counter_id is not None), what


def test_every_pair_of_moves_on_one_ticket(arena: Arena) -> None:
    """By two officers at their counters; and, for a current ticket, by one officer in two windows."""
    for state, verbs in itertools.product(WAYS, itertools.combinations_with_replacement(BY_PEOPLE, 2)):
        if not any(state in MOVES[verb].leads for verb in verbs):
            continue
        for by in ((0, 1), (0, 0)):
            row = arena.ticket(state)
            check(arena, row, verbs, arena.race(row, verbs, by))
    with arena.store.read() as connection:
        seqs = connection.execute(select(t.log.c.seq).order_by(t.log.c.seq)).scalars().all()
        head, _day = queries.log_head(connection)
    assert list(seqs) == list(range(1, head + 1)), "the log has no gap"
