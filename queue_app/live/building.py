"""Registry of rooms: which builder makes the state of which kind of room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from queue_app.live import desk, papers, states
from queue_app.live.rooms import Room, RoomKind
from queue_app.live.states import Json, Moment

_BUILDERS: Mapping[RoomKind, Callable[[Moment, str], Json]] = {
    RoomKind.BOARD: states.board,
    RoomKind.KIOSK: states.kiosk,
    RoomKind.LINE: states.line,
    RoomKind.COUNTER: desk.counter,
    RoomKind.ALARMS: papers.alarms,
}


def state_of(moment: Moment, room: Room) -> Json:
    """Build the full state of `room` at this moment. Raises Refusal if the room does not exist in the catalogue."""
    return _BUILDERS[room.kind](moment, room.key)
