"""Rooms of the live channel: their names, who may join them, and which facts concern them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from queue_app.domain.catalogue import Catalogue
from queue_app.domain.errors import Refusal
from queue_app.domain.events import Fact, FactKind
from queue_app.domain.permissions import Permission, require, require_in
from queue_app.domain.staff import Officer
from queue_app.snapshots.alarms import build_alarms
from queue_app.snapshots.board import build_board
from queue_app.snapshots.counter import build_counter
from queue_app.snapshots.kiosk import build_kiosk
from queue_app.snapshots.line import build_line
from queue_app.snapshots.moment import Json, Moment


class RoomKind(StrEnum):
    """Kind of a room; `counter` and `alarms` are for staff, the others are public and carry nothing personal."""

    BOARD = "board"
    KIOSK = "kiosk"
    LINE = "line"
    COUNTER = "counter"
    ALARMS = "alarms"


@dataclass(frozen=True, slots=True)
class Room:
    """A room: `board:utara`, `kiosk:utama`, `line:12`, `counter:7`, `alarms:hall`."""

    kind: RoomKind
    key: str

    @property
    def name(self) -> str:
        """The room's name on the wire."""
        return f"{self.kind.value}:{self.key}"


ALARMS = Room(RoomKind.ALARMS, "hall")


def parse(name: object) -> Room:
    """Parse a room's name. Raises Refusal unknown_room."""
    if not isinstance(name, str) or len(name) > 60:
        raise Refusal("unknown_room")
    kind, _, key = name.partition(":")
    if kind not in set(RoomKind) or not key:
        raise Refusal("unknown_room")
    return Room(RoomKind(kind), key)


def authorise_join(room: Room, catalogue: Catalogue, officer: Officer | None) -> None:
    """Authorise joining a room. Raises Refusal unknown_room, sign_in_needed or not_allowed."""
    if room.kind is RoomKind.BOARD:
        exists = room.key in catalogue.zones_by_code
    elif room.kind is RoomKind.KIOSK:
        exists = room.key in catalogue.kiosks
    elif room.kind is RoomKind.ALARMS:
        exists = room == ALARMS
    else:
        table = catalogue.services if room.kind is RoomKind.LINE else catalogue.counters
        # One name per room: "line:07" would be a second room with the same content.
        exists = room.key.isascii() and room.key.isdecimal() and room.key[0] != "0" and int(room.key) in table
    if room.kind in _FOR_STAFF:
        if officer is None:
            raise Refusal("sign_in_needed")
        require(officer, _FOR_STAFF[room.kind])
        if room.kind is RoomKind.COUNTER and exists:
            require_in(officer, _FOR_STAFF[room.kind], catalogue.counters[int(room.key)].agency_id)
    if not exists:
        raise Refusal("unknown_room")


_FOR_STAFF = {RoomKind.COUNTER: Permission.OPERATE_COUNTERS, RoomKind.ALARMS: Permission.VIEW_ALARMS}
_EVERYONE = frozenset({FactKind.DAY_OPENED, FactKind.CATALOGUE_CHANGED})


def affected_rooms(facts: Iterable[Fact], catalogue: Catalogue, rooms: Set[Room]) -> set[Room]:
    """Return those of `rooms` whose state may differ after `facts`."""
    affected: set[Room] = set()
    for fact in facts:
        if fact.kind in _EVERYONE:
            return set(rooms)
        if fact.kind is FactKind.PRINTER:
            affected |= {room for room in rooms if room.kind in (RoomKind.KIOSK, RoomKind.ALARMS)}
        elif fact.kind is FactKind.DEVICE:
            affected |= {room for room in rooms if room.kind is RoomKind.ALARMS}
        elif fact.kind is FactKind.OPENING_PASSED:
            affected |= {room for room in rooms if room.kind in (RoomKind.KIOSK, RoomKind.BOARD, RoomKind.LINE)}
        elif fact.kind is not FactKind.SIGNED_OUT:
            affected |= rooms & _rooms_around(fact, catalogue)
            if fact.service_id is not None or fact.counter_id is not None:  # an open counter shortens the waits
                affected |= {room for room in rooms if room.kind is RoomKind.KIOSK}
    return affected


def _rooms_around(fact: Fact, catalogue: Catalogue) -> set[Room]:
    """Return the board, the phones' lines and the counters that one fact affects."""
    near: set[Room] = set()
    zones: set[int] = set()
    at = catalogue.counters.get(fact.counter_id or 0)
    touched = set(fact.service_ids() & catalogue.services.keys())
    near |= {Room(RoomKind.COUNTER, str(c.id)) for s in touched for c in catalogue.counters_of_service[s]}
    for service_id in touched:
        zone = catalogue.zone_of(service_id)
        if zone is not None:
            near.add(Room(RoomKind.BOARD, zone.code))
    if at is not None:
        zones.add(at.zone_id)
        touched.update(at.service_ids)
    near |= {Room(RoomKind.LINE, str(other)) for s in touched for other in catalogue.wide_pools[s]}
    for counter in catalogue.counters.values():
        if counter.zone_id in zones:
            near.add(Room(RoomKind.COUNTER, str(counter.id)))
    near |= {Room(RoomKind.BOARD, catalogue.zones[zone_id].code) for zone_id in zones}
    return near


_BUILDERS: Mapping[RoomKind, Callable[[Moment, str], Json]] = {
    RoomKind.BOARD: build_board,
    RoomKind.KIOSK: build_kiosk,
    RoomKind.LINE: build_line,
    RoomKind.COUNTER: build_counter,
    RoomKind.ALARMS: build_alarms,
}


def build_room_state(moment: Moment, room: Room) -> Json:
    """Build the full state of `room` at this moment. Raises Refusal if the room does not exist in the catalogue."""
    return _BUILDERS[room.kind](moment, room.key)
