"""The life of a ticket: one table of moves, from which services, routes, buttons and docs derive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from queue_app.domain.errors import Refusal


class State(StrEnum):
    """Where a ticket is in its life (field guide §3)."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TicketClass(StrEnum):
    """Why a ticket gains weight in the line."""

    REGULAR = "regular"
    PRIORITY = "priority"
    APPOINTMENT = "appointment"
    TRANSFERRED = "transferred"


class Verb(StrEnum):
    """What can be done to a ticket that exists."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    COMPLETE = "complete"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    EXPIRE = "expire"
    CLOSE = "close"


class Actor(StrEnum):
    """Who may do it."""

    OFFICER = "officer"
    VISITOR = "visitor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table of moves."""

    verb: Verb
    sources: frozenset[State]
    target: State
    actors: frozenset[Actor]


_OFFICER = frozenset({Actor.OFFICER})
_SYSTEM = frozenset({Actor.SYSTEM})

MOVES: Mapping[Verb, Move] = {
    move.verb: move
    for move in (
        Move(Verb.CALL, frozenset({State.WAITING}), State.CALLED, _OFFICER),
        Move(Verb.RECALL, frozenset({State.CALLED}), State.CALLED, _OFFICER),
        Move(Verb.START, frozenset({State.CALLED}), State.SERVING, _OFFICER),
        Move(Verb.COMPLETE, frozenset({State.SERVING}), State.SERVED, _OFFICER),
        Move(Verb.NO_SHOW, frozenset({State.CALLED}), State.NO_SHOW, _OFFICER),
        Move(
            Verb.CANCEL,
            frozenset({State.WAITING, State.CALLED, State.HELD}),
            State.CANCELLED,
            frozenset({Actor.VISITOR}),
        ),
        Move(Verb.EXPIRE, frozenset({State.WAITING, State.CALLED, State.HELD}), State.EXPIRED, _SYSTEM),
        Move(Verb.CLOSE, frozenset({State.SERVING}), State.SERVED, _SYSTEM),
    )
}

IN_HAND = frozenset({State.CALLED, State.SERVING})
OPEN = frozenset({State.WAITING, State.CALLED, State.SERVING, State.HELD})
FINAL = frozenset(State) - OPEN - {State.NO_SHOW}


def target_of(verb: Verb, state: State, actor: Actor) -> State:
    """The state after `actor` does `verb` to a ticket in `state`.

    Raises Refusal not_allowed if that is not for this actor, wrong_state if there is no such move.
    """
    move = MOVES[verb]
    if actor not in move.actors:
        raise Refusal("not_allowed")
    if state not in move.sources:
        raise Refusal("wrong_state", state=state.value, verb=verb.value)
    return move.target
