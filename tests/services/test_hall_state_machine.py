"""The whole table of moves driven at random on a real database, beside a simple model of its state."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.ticket import CURRENT_STATES, MOVES, State, TicketClass, Verb
from queue_app.services.queue import calling, counters, issuing, moves
from queue_app.services.queue.counter_actions import MOVE_FACTS
from queue_app.store import queries
from queue_app.store import tables as t
from tests.services.verbs import BY_PEOPLE, do

STEPS = 150
FACTS = {details.KIND.value: verb for verb, details in MOVE_FACTS.items()}


class Day:
    """Two officers, some services, and random actions."""

    def __init__(self, sessions: list[Any], clock: Any, dice: random.Random) -> None:
        self.sessions, self.clock, self.dice = sessions, clock, dice
        self.store = sessions[0].store
        self.starts: dict[int, int] = {}
        self.keys = itertools.count()
        self.refusals: set[str] = set()

    def step(self) -> None:
        self.clock.forward(seconds=self.dice.choice((0, 1, 7, 30, 400)))
        session = self.dice.choice(self.sessions)
        act = self.dice.choice(
            (self.issue, self.issue, self.call, self.call, self.move, self.move, self.move, self.officer_at_counter)
        )
        try:
            act(session)
        except Refusal as refusal:
            self.refusals.add(refusal.code)

    def issue(self, session: Any) -> None:
        kind = self.dice.choice((TicketClass.REGULAR, TicketClass.PRIORITY))
        service = self.dice.choice(session.counter.service_ids)
        request = issuing.IssueRequest(service, kind, "id", None, f"machine-{next(self.keys):05d}")
        if self.dice.random() < 0.2:
            row = issuing.serve_direct(self.store, session.officer, session.counter.id, request, self.clock())
        else:
            row = issuing.issue(self.store, request, self.clock(), "http://hall.test").ticket
        self.starts[row.id] = row.start_at

    def call(self, session: Any) -> None:
        calling.call_next(self.store, session.officer, session.counter.id, self.clock())

    def move(self, session: Any) -> None:
        if not self.starts:
            return
        row = self.read(self.dice.choice(list(self.starts)))
        verb = self.dice.choice(BY_PEOPLE)
        if verb is Verb.TRANSFER and self.dice.random() < 0.5:
            target = moves.TransferTarget(
                counter_id=self.dice.choice(self.sessions).counter.id, first=self.dice.random() < 0.5
            )
            moves.transfer(self.store, session.officer, session.counter.id, row.id, target, self.clock())
        else:
            do(self.store, session.officer, session.counter.id, verb, row, self.clock())

    def officer_at_counter(self, session: Any) -> None:
        """Pause the counter, or close it and open it again."""
        at = (self.store, session.officer, session.counter.id)
        kind = self.dice.randrange(4)
        if kind == 0:
            counters.pause(*at, "break", self.clock(), leave_waiting=True)
        elif kind == 1:
            counters.close_counter(*at, self.clock(), leave_waiting=True, hand_over=self.dice.random() < 0.5)
        elif kind == 2:
            counters.end_pause(*at, self.clock())
        counters.open_counter(*at, self.clock(), take_over=True)

    def read(self, ticket_id: int) -> queries.TicketRow:
        with self.store.read() as connection:
            row = queries.ticket_by_id(connection, ticket_id)
        assert row is not None
        return row

    def check(self) -> None:
        with self.store.read() as connection:
            rows = {row.id: row for id in self.starts if (row := queries.ticket_by_id(connection, id)) is not None}
            log = connection.execute(select(t.log).order_by(t.log.c.seq)).all()
            head, _day = queries.log_head(connection)
            waiting = {
                w.id for w in queries.waiting(connection, [s for d in self.sessions for s in d.counter.service_ids])
            }
        assert [row.seq for row in log] == list(range(1, head + 1))
        assert set(rows) == set(self.starts)
        at = {f.ticket_id: State(f.payload["to"]) for f in log if f.kind == FactKind.ISSUED.value}
        for fact in log:
            if fact.kind in FACTS and fact.ticket_id in at:
                source, target = State(fact.payload["from"]), State(fact.payload["to"])
                assert at[fact.ticket_id] is source
                assert MOVES[FACTS[fact.kind]].leads[source] is target
                at[fact.ticket_id] = target
        for row in rows.values():
            assert row.state is at[row.id]
            assert row.start_at == self.starts[row.id], "nobody loses the time"
            assert (row.ended_at is not None) == (row.state in (State.SERVED, State.NO_SHOW, State.CANCELLED))
            assert (row.id in waiting) == (row.state is State.WAITING), "nobody is lost"
        hands = [row.counter_id for row in rows.values() if row.state in CURRENT_STATES]
        assert len(hands) == len(set(hands))


@pytest.mark.parametrize("seed", [1, 2])
def test_any_day_obeys_the_table(session: Any, officer_at_counter: Any, clock: Any, seed: int) -> None:
    other = officer_at_counter(session.store, clock, "dukcapil2", 1)
    day = Day([session, other], clock, random.Random(seed))
    for number in range(STEPS):
        day.step()
        if number % 25 == 24:
            day.check()
    assert {"wrong_state", "counter_occupied"} <= day.refusals, "chance has tried what is not allowed"
