"""The table of moves covers every state of a ticket."""

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import CURRENT_STATES, MOVES, OPEN, Actor, State, Verb, states_by_verb, target_of

LIFE = {
    (Verb.CALL, State.WAITING): State.CALLED,
    (Verb.RECALL, State.CALLED): State.CALLED,
    (Verb.START, State.CALLED): State.SERVING,
    (Verb.COMPLETE, State.SERVING): State.SERVED,
    (Verb.NO_SHOW, State.CALLED): State.NO_SHOW,
    (Verb.START, State.HELD): State.SERVING,
    (Verb.RETURN, State.NO_SHOW): State.WAITING,
    (Verb.HOLD, State.CALLED): State.HELD,
    (Verb.HOLD, State.SERVING): State.HELD,
    (Verb.RESUME, State.HELD): State.CALLED,
    (Verb.TRANSFER, State.WAITING): State.WAITING,
    (Verb.TRANSFER, State.CALLED): State.WAITING,
    (Verb.TRANSFER, State.SERVING): State.WAITING,
    (Verb.TRANSFER, State.HELD): State.WAITING,
    (Verb.CHANGE, State.WAITING): State.WAITING,
    (Verb.CHANGE, State.CALLED): State.CALLED,
    (Verb.CHANGE, State.SERVING): State.SERVING,
    (Verb.CHANGE, State.HELD): State.HELD,
    (Verb.UNDO, State.NO_SHOW): State.CALLED,
    (Verb.UNDO, State.SERVED): State.SERVING,
    (Verb.CANCEL, State.WAITING): State.CANCELLED,
    (Verb.CANCEL, State.CALLED): State.CANCELLED,
    (Verb.CANCEL, State.HELD): State.CANCELLED,
    (Verb.EXPIRE, State.WAITING): State.EXPIRED,
    (Verb.EXPIRE, State.CALLED): State.EXPIRED,
    (Verb.EXPIRE, State.HELD): State.EXPIRED,
    (Verb.CLOSE, State.SERVING): State.SERVED,
}


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_every_pair_of_verb_and_state(verb: Verb, state: State) -> None:
    actor = next(iter(MOVES[verb].actors))
    if (verb, state) in LIFE:
        assert target_of(verb, state, actor) is LIFE[verb, state]
    else:
        with pytest.raises(Refusal) as refused:
            target_of(verb, state, actor)
        assert refused.value.code == "wrong_state"


@pytest.mark.parametrize(
    ("verb", "actor"), [(Verb.CALL, Actor.VISITOR), (Verb.CANCEL, Actor.SYSTEM), (Verb.EXPIRE, Actor.OFFICER)]
)
def test_a_move_is_not_for_everybody(verb: Verb, actor: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        target_of(verb, State.WAITING, actor)
    assert refused.value.code == "not_allowed"


def test_final_states_have_no_way_out() -> None:
    final = set(State) - OPEN - {State.NO_SHOW}
    assert {verb for verb, move in MOVES.items() if move.sources & final} == {Verb.UNDO}


def test_current_states_are_open() -> None:
    assert CURRENT_STATES < OPEN


@pytest.mark.parametrize("actor", Actor)
def test_the_table_as_data_is_the_table(actor: Actor) -> None:
    """What a page is given allows an actor exactly what a service does."""
    data = states_by_verb(actor)
    assert set(data) == {verb.value for verb, move in MOVES.items() if actor in move.actors}
    assert all(State(state) in MOVES[Verb(verb)].sources for verb, states in data.items() for state in states)
    assert all(len(states) == len(MOVES[Verb(verb)].sources) for verb, states in data.items())
