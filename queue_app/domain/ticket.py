"""The state machine of a ticket: one table of moves, from which services, routes and docs derive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from queue_app.domain.errors import Refusal


class State(StrEnum):
    """The states of a ticket, from issue to its end."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TicketClass(StrEnum):
    """The priority class of a ticket; each class has a weight in the line."""

    REGULAR = "regular"
    PRIORITY = "priority"
    APPOINTMENT = "appointment"
    TRANSFERRED = "transferred"


class Verb(StrEnum):
    """An action on a ticket that exists."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    COMPLETE = "complete"
    NO_SHOW = "no_show"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    CHANGE = "change"
    CANCEL = "cancel"
    UNDO = "undo"
    EXPIRE = "expire"
    CLOSE = "close"


class Actor(StrEnum):
    """The party that performs an action."""

    OFFICER = "officer"
    VISITOR = "visitor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table of moves: the target state by source state, and who may perform the verb."""

    verb: Verb
    leads: Mapping[State, State]
    actors: frozenset[Actor]

    @property
    def sources(self) -> frozenset[State]:
        """The states in which the verb is possible."""
        return frozenset(self.leads)


_OFFICER = frozenset({Actor.OFFICER})
_SYSTEM = frozenset({Actor.SYSTEM})


def _to(target: State, *sources: State) -> Mapping[State, State]:
    return dict.fromkeys(sources, target)


def _staying(*states: State) -> Mapping[State, State]:
    return {state: state for state in states}


MOVES: Mapping[Verb, Move] = {
    move.verb: move
    for move in (
        Move(Verb.CALL, _to(State.CALLED, State.WAITING), _OFFICER),
        Move(Verb.RECALL, _staying(State.CALLED), _OFFICER),
        # From hold as well: a visitor who is back at the counter need not be called.
        Move(Verb.START, _to(State.SERVING, State.CALLED, State.HELD), _OFFICER | _SYSTEM),
        Move(Verb.COMPLETE, _to(State.SERVED, State.SERVING), _OFFICER),
        Move(Verb.NO_SHOW, _to(State.NO_SHOW, State.CALLED), _OFFICER),
        Move(Verb.RETURN, _to(State.WAITING, State.NO_SHOW), _OFFICER),
        Move(Verb.HOLD, _to(State.HELD, State.CALLED, State.SERVING), _OFFICER),
        Move(Verb.RESUME, _to(State.CALLED, State.HELD), _OFFICER),
        Move(
            Verb.TRANSFER,
            _to(State.WAITING, State.WAITING, State.CALLED, State.SERVING, State.HELD),
            _OFFICER | _SYSTEM,
        ),
        Move(Verb.CHANGE, _staying(State.WAITING, State.CALLED, State.SERVING, State.HELD), _OFFICER),
        Move(
            Verb.CANCEL,
            _to(State.CANCELLED, State.WAITING, State.CALLED, State.HELD),
            frozenset({Actor.VISITOR, Actor.OFFICER}),
        ),
        Move(Verb.UNDO, {State.NO_SHOW: State.CALLED, State.SERVED: State.SERVING}, _OFFICER),
        Move(Verb.EXPIRE, _to(State.EXPIRED, State.WAITING, State.CALLED, State.HELD), _SYSTEM),
        Move(Verb.CLOSE, _to(State.SERVED, State.SERVING), _SYSTEM),
    )
}

CURRENT_STATES = frozenset({State.CALLED, State.SERVING})
OPEN = frozenset({State.WAITING, State.CALLED, State.SERVING, State.HELD})
FINAL = frozenset(State) - OPEN - {State.NO_SHOW}


def states_by_verb(actor: Actor) -> dict[str, list[str]]:
    """Return what `actor` may do, as data for a page: each verb with the states that allow it."""
    allowed = {verb: move.leads for verb, move in MOVES.items() if actor in move.actors}
    return {verb.value: [state.value for state in State if state in leads] for verb, leads in allowed.items()}


def target_of(verb: Verb, state: State, actor: Actor) -> State:
    """Return the state after `actor` performs `verb` on a ticket in `state`.

    Raises Refusal not_allowed if this actor may not perform the verb, wrong_state if there is no such move.
    """
    move = MOVES[verb]
    if actor not in move.actors:
        raise Refusal("not_allowed")
    if state not in move.leads:
        raise Refusal("wrong_state", state=state.value, verb=verb.value)
    return move.leads[state]
