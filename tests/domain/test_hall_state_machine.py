"""A model of the hall from the domain's rules alone, driven at random over the whole table of moves.

Nobody is lost, nobody is called twice, nobody loses the time, one ticket in hand per counter, and the order of calls is
that of a slow and obvious oracle.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queue_app.domain.catalogue import Counter
from queue_app.domain.discipline import DEFAULT_WEIGHTS, Discipline, Rule, Rules, WaitingTicket, choose_across_groups
from queue_app.domain.eligibility import candidates
from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import CURRENT_STATES, MOVES, OPEN, Actor, State, TicketClass, Verb, target_of

MINUTE_MS = 60_000
SERVICES = (1, 2, 3)
# A counter with a pool, one by preference, one that helps only after a long wait; each with its own officer.
COUNTERS = {
    1: Counter(1, "1", "Loket 1", 1, 1, (1, 2)),
    2: Counter(2, "2", "Loket 2", 1, 1, (2, 3), (frozenset({2}), frozenset({3}))),
    3: Counter(3, "3", "Loket 3", 1, 1, (3, 1), (frozenset({3}), frozenset({1})), 20),
}
RULES = Rules({1: 10, 2: 10, 3: 20}, {10: Rule(), 20: Rule(Discipline.FIFO)})
KINDS = (TicketClass.REGULAR, TicketClass.PRIORITY, TicketClass.APPOINTMENT)
AT_HAND = (Verb.RECALL, Verb.START, Verb.COMPLETE, Verb.NO_SHOW, Verb.HOLD)


@dataclass
class PureTicket:
    """A ticket of the model, with nothing but its state."""

    place: WaitingTicket
    state: State = State.WAITING
    counter: int | None = None
    history: list[tuple[Verb, State]] = field(default_factory=list)

    def move(self, verb: Verb, actor: Actor = Actor.OFFICER) -> None:
        self.state = target_of(verb, self.state, actor)
        self.history.append((verb, self.state))


def next_by_oracle(counter: Counter, line: list[WaitingTicket], now: int) -> int | None:
    """Find the next ticket of a counter with an obvious algorithm (the oracle); None if there is none."""
    eligible = [
        t
        for t in line
        if t.service_id in counter.service_ids
        and t.counter_id in (None, counter.id)
        and t.staff_id in (None, counter.id)
    ]
    if counter.tiers:
        first = next((tier for tier in counter.tiers if any(t.service_id in tier for t in eligible)), frozenset())
        late = counter.help_after_minutes
        order = {s: n for n, tier in enumerate(counter.tiers) for s in tier}
        best = min((order[s] for s in first), default=0)
        eligible = [
            t
            for t in eligible
            if t.service_id in first
            or (late is not None and order[t.service_id] > best and now - t.start_at > late * MINUTE_MS)
        ]
    if not eligible:
        return None

    def worth(t: WaitingTicket) -> int:
        return DEFAULT_WEIGHTS[t.ticket_class] * max(0, now - t.start_at)

    # Tickets put first are called first, the earliest of them; those put first at the same moment by their rules.
    moment = min((t.front_at for t in eligible if t.front_at is not None), default=None)
    eligible = [t for t in eligible if t.front_at == moment]
    general = [t for t in eligible if t.service_id in (1, 2)]
    fifo = [t for t in eligible if t.service_id == 3]
    heads = []
    if general:
        heads.append(min(general, key=lambda t: (-worth(t), t.id)))
    if fifo:
        heads.append(min(fifo, key=lambda t: (t.start_at, t.id)))
    return min(heads, key=lambda t: (-worth(t), t.id)).id


class Hall(RuleBasedStateMachine):
    """All actions at counters, in any order, at any counter."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000_000
        self.tickets: list[PureTicket] = []
        self.starts: list[int] = []

    def line(self) -> list[WaitingTicket]:
        return [ticket.place for ticket in self.tickets if ticket.state is State.WAITING]

    def in_hand(self, counter: int) -> PureTicket | None:
        return next((t for t in self.tickets if t.counter == counter and t.state in CURRENT_STATES), None)

    def some(self, data: st.DataObject, *states: State) -> PureTicket | None:
        matching = [ticket for ticket in self.tickets if ticket.state in states]
        return data.draw(st.sampled_from(matching)) if matching else None

    @rule(ms=st.integers(1, 3_600_000))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule(kind=st.sampled_from(KINDS), service=st.sampled_from(SERVICES))
    def issue(self, kind: TicketClass, service: int) -> None:
        self.tickets.append(PureTicket(WaitingTicket(len(self.tickets) + 1, kind, self.now, service)))
        self.starts.append(self.now)

    @precondition(lambda self: self.line())
    @rule(number=st.sampled_from(tuple(COUNTERS)))
    def call_next(self, number: int) -> None:
        if self.in_hand(number) is not None:
            return
        counter, line = COUNTERS[number], self.line()
        expected = next_by_oracle(counter, line, self.now)
        eligible = candidates(counter, number, line, self.now)
        if expected is None:
            assert eligible == []
            return
        chosen = choose_across_groups(RULES, eligible, self.now).chosen
        assert chosen.id == expected
        ticket = self.tickets[chosen.id - 1]
        ticket.move(Verb.CALL)
        ticket.counter = number
        ticket.place = ticket.place._replace(front_at=None, counter_id=None, staff_id=None)

    @rule(number=st.sampled_from(tuple(COUNTERS)), verb=st.sampled_from(AT_HAND))
    def act(self, number: int, verb: Verb) -> None:
        ticket = self.in_hand(number)
        if ticket is None:
            return
        before = ticket.state
        try:
            ticket.move(verb)
        except Refusal:
            assert ticket.state is before

    @rule(data=st.data(), number=st.sampled_from(tuple(COUNTERS)), verb=st.sampled_from((Verb.RESUME, Verb.START)))
    def from_hold(self, data: st.DataObject, number: int, verb: Verb) -> None:
        ticket = self.some(data, State.HELD)
        if ticket is not None and self.in_hand(number) is None:
            ticket.move(verb)
            ticket.counter = number

    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        ticket = self.some(data, State.NO_SHOW)
        if ticket is not None:
            ticket.move(Verb.RETURN)
            ticket.counter = None

    @rule(
        data=st.data(), service=st.sampled_from(SERVICES), first=st.booleans(), number=st.sampled_from((None, 1, 2, 3))
    )
    def transfer(self, data: st.DataObject, service: int, first: bool, number: int | None) -> None:
        ticket = self.some(data, State.WAITING, State.CALLED, State.SERVING, State.HELD)
        if ticket is None:
            return
        ticket.move(Verb.TRANSFER)
        ticket.counter = None
        kind = ticket.place.ticket_class
        ticket.place = ticket.place._replace(
            service_id=service if number is None else COUNTERS[number].service_ids[0],
            ticket_class=TicketClass.TRANSFERRED if kind is TicketClass.REGULAR else kind,
            front_at=self.now if first else None,
            counter_id=number,
            staff_id=number if data.draw(st.booleans()) else None,
        )

    @rule(data=st.data(), kind=st.sampled_from(KINDS))
    def change(self, data: st.DataObject, kind: TicketClass) -> None:
        ticket = self.some(data, *OPEN)
        if ticket is not None:
            before = ticket.state
            ticket.move(Verb.CHANGE)
            assert ticket.state is before
            ticket.place = ticket.place._replace(ticket_class=kind)

    @rule(data=st.data(), actor=st.sampled_from((Actor.VISITOR, Actor.OFFICER)))
    def cancel(self, data: st.DataObject, actor: Actor) -> None:
        ticket = self.some(data, *State)
        if ticket is None:
            return
        try:
            ticket.move(Verb.CANCEL, actor)
        except Refusal:
            assert ticket.state not in (State.WAITING, State.CALLED, State.HELD)

    @rule(number=st.sampled_from(tuple(COUNTERS)))
    def undo(self, number: int) -> None:
        ended = [t for t in self.tickets if t.counter == number and t.state in (State.SERVED, State.NO_SHOW)]
        if ended and self.in_hand(number) is None:
            before = ended[-1].state
            ended[-1].move(Verb.UNDO)
            assert ended[-1].state is {State.SERVED: State.SERVING, State.NO_SHOW: State.CALLED}[before]

    @invariant()
    def one_current_ticket_per_counter(self) -> None:
        for number in COUNTERS:
            assert sum(t.counter == number and t.state in CURRENT_STATES for t in self.tickets) <= 1

    @invariant()
    def no_ticket_is_lost_or_loses_its_start(self) -> None:
        for ticket, start in zip(self.tickets, self.starts, strict=True):
            assert ticket.place.start_at == start
            at = State.WAITING
            for verb, state in ticket.history:
                assert MOVES[verb].leads[at] is state
                at = state
            assert at is ticket.state
            if ticket.state in CURRENT_STATES:
                assert ticket.counter is not None

    @invariant()
    def who_waits_can_be_called_somewhere(self) -> None:
        """A reserved ticket can always be called: its counter serves its service."""
        for place in self.line():
            assert any(candidates(c, c.id, [place], self.now) for c in COUNTERS.values())


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=1_000, stateful_step_count=30, deadline=None)
