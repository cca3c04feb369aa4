"""A hall made of the pure rules alone, driven at random: nobody is lost, nobody is called twice, order holds."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queue_app.domain.discipline import DEFAULT_WEIGHTS, Waiting, choose
from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import IN_HAND, Actor, State, TicketClass, Verb, target_of

COUNTERS = (1, 2, 3)


@dataclass
class PureTicket:
    """A ticket with nothing but its rules."""

    id: int
    ticket_class: TicketClass
    start_at: int
    state: State = State.WAITING
    counter: int | None = None
    history: list[State] = field(default_factory=lambda: [State.WAITING])

    def move(self, verb: Verb) -> None:
        self.state = target_of(verb, self.state, Actor.VISITOR if verb is Verb.CANCEL else Actor.OFFICER)
        self.history.append(self.state)


class Hall(RuleBasedStateMachine):
    """Issue, call, recall, start, complete, no-show, cancel in any order, by any counter."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000_000
        self.tickets: list[PureTicket] = []

    def waiting(self) -> list[PureTicket]:
        return [ticket for ticket in self.tickets if ticket.state is State.WAITING]

    def in_hand(self, counter: int) -> PureTicket | None:
        return next((t for t in self.tickets if t.counter == counter and t.state in IN_HAND), None)

    @rule(ms=st.integers(0, 3_600_000))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule(ticket_class=st.sampled_from([TicketClass.REGULAR, TicketClass.PRIORITY]))
    def issue(self, ticket_class: TicketClass) -> None:
        self.tickets.append(PureTicket(len(self.tickets) + 1, ticket_class, self.now))

    @precondition(lambda self: self.waiting())
    @rule(counter=st.sampled_from(COUNTERS))
    def call(self, counter: int) -> None:
        if self.in_hand(counter) is not None:
            return
        line = self.waiting()
        chosen = choose([Waiting(t.id, t.ticket_class, t.start_at) for t in line], self.now).chosen
        ticket = self.tickets[chosen.id - 1]
        worth = DEFAULT_WEIGHTS[ticket.ticket_class] * (self.now - ticket.start_at)
        for other in line:
            assert worth >= DEFAULT_WEIGHTS[other.ticket_class] * (self.now - other.start_at)
            if other.ticket_class is ticket.ticket_class:
                assert (ticket.start_at, ticket.id) <= (other.start_at, other.id)
        ticket.move(Verb.CALL)
        ticket.counter = counter

    @rule(
        counter=st.sampled_from(COUNTERS), verb=st.sampled_from([Verb.RECALL, Verb.START, Verb.COMPLETE, Verb.NO_SHOW])
    )
    def act(self, counter: int, verb: Verb) -> None:
        ticket = self.in_hand(counter)
        if ticket is None:
            return
        before = ticket.state
        try:
            ticket.move(verb)
        except Refusal:
            assert ticket.state is before

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.tickets))
        try:
            ticket.move(Verb.CANCEL)
        except Refusal:
            assert ticket.state not in (State.WAITING, State.CALLED)

    @invariant()
    def one_ticket_in_hand_per_counter(self) -> None:
        for counter in COUNTERS:
            assert sum(t.counter == counter and t.state in IN_HAND for t in self.tickets) <= 1

    @invariant()
    def nobody_is_lost_or_called_twice(self) -> None:
        for ticket in self.tickets:
            assert ticket.history[-1] is ticket.state
            assert ticket.history.count(State.WAITING) == 1
            assert (ticket.counter is None) == (State.CALLED not in ticket.history)


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
