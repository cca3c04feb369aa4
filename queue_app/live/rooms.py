"""Rooms of the live channel, in one table: their keys, who may join, which facts concern them, how they are built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Set
from dataclasses import dataclass
from enum import Enum

from queue_app.domain.catalogue import Catalogue, Counter
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.facts import Fact
from queue_app.domain.permissions import Permission, require, require_in
from queue_app.domain.staff import Officer
from queue_app.snapshots.alarms import build_alarms
from queue_app.snapshots.board import build_board
from queue_app.snapshots.counter import build_counter
from queue_app.snapshots.kiosk import build_kiosk
from queue_app.snapshots.line import build_line
from queue_app.snapshots.moment import Json, Moment

_LONGEST_NAME = 60
_HALL = "hall"


def _admit_anybody(_catalogue: Catalogue, _key: str, _officer: Officer | None) -> None:
    """Admit everybody: the room is public and carries nothing personal."""


@dataclass(frozen=True, slots=True)
class RoomType:
    """One type of room. A further type is a further row of `RoomKind`."""

    prefix: str
    """The word before the colon in the room's name."""
    exists: Callable[[Catalogue, str], bool]
    """Whether there is a room with this key. A room has exactly one key: "07" is no other name of "7"."""
    build: Callable[[Moment, str], Json]
    """Build the full state of the room. Raises Refusal if the catalogue does not have it."""
    concerned_by: Callable[[Fact, Catalogue], Collection[str] | None]
    """Return the keys of the rooms whose state may differ after the fact; None: all rooms of this type."""
    admit: Callable[[Catalogue, str, Officer | None], None] = _admit_anybody
    """Raise Refusal sign_in_needed or not_allowed if this officer (None: nobody signed in) may not join."""
    announces: bool = False
    """Whether calls are announced in the room; such rooms are published first."""


# --- keys and admission


def _zone_exists(catalogue: Catalogue, key: str) -> bool:
    return key in catalogue.zones_by_code


def _kiosk_exists(catalogue: Catalogue, key: str) -> bool:
    return key in catalogue.kiosks


def _service_exists(catalogue: Catalogue, key: str) -> bool:
    return _is_id_in(key, catalogue.services)


def _counter_exists(catalogue: Catalogue, key: str) -> bool:
    return _is_id_in(key, catalogue.counters)


def _is_hall(_catalogue: Catalogue, key: str) -> bool:
    return key == _HALL


def _is_id_in(key: str, table: Container[int]) -> bool:
    return key.isascii() and key.isdecimal() and key[0] != "0" and int(key) in table


def _admit_viewer_of_alarms(_catalogue: Catalogue, _key: str, officer: Officer | None) -> None:
    if officer is None:
        raise Refusal("sign_in_needed")
    require(officer, Permission.VIEW_ALARMS)


def _admit_staff_of_counter(catalogue: Catalogue, key: str, officer: Officer | None) -> None:
    if officer is None:
        raise Refusal("sign_in_needed")
    require(officer, Permission.OPERATE_COUNTERS)
    if _counter_exists(catalogue, key):
        require_in(officer, Permission.OPERATE_COUNTERS, catalogue.counters[int(key)].agency_id)


# --- which facts concern which rooms

_FOR_ALL_ROOMS = frozenset({FactKind.DAY_OPENED, FactKind.CATALOGUE_CHANGED})
_NOT_OF_THE_QUEUE = frozenset({FactKind.PRINTER, FactKind.DEVICE, FactKind.SIGNED_OUT, FactKind.OPENING_PASSED})


def _touched_services(fact: Fact, catalogue: Catalogue) -> set[int]:
    return set() if fact.kind in _NOT_OF_THE_QUEUE else fact.service_ids() & catalogue.services.keys()


def _boards_of(fact: Fact, catalogue: Catalogue) -> Collection[str] | None:
    if fact.kind is FactKind.OPENING_PASSED:
        return None
    zones = (catalogue.zone_of(service_id) for service_id in _touched_services(fact, catalogue))
    codes = {zone.code for zone in zones if zone is not None}
    at = _counter_of(fact, catalogue)
    return codes if at is None else codes | {catalogue.zones[at.zone_id].code}


def _kiosks_of(fact: Fact, _catalogue: Catalogue) -> Collection[str] | None:
    if fact.kind in (FactKind.PRINTER, FactKind.OPENING_PASSED):
        return None
    if fact.kind in _NOT_OF_THE_QUEUE:
        return ()
    # Also of a fact about a counter alone: an open counter shortens the waits.
    return None if fact.service_id is not None or fact.counter_id is not None else ()


def _lines_of(fact: Fact, catalogue: Catalogue) -> Collection[str] | None:
    if fact.kind is FactKind.OPENING_PASSED:
        return None
    touched, at = _touched_services(fact, catalogue), _counter_of(fact, catalogue)
    if at is not None:
        touched.update(at.service_ids)
    return {str(other) for service_id in touched for other in catalogue.wide_pools[service_id]}


def _counters_of(fact: Fact, catalogue: Catalogue) -> Collection[str]:
    touched, at = _touched_services(fact, catalogue), _counter_of(fact, catalogue)
    near = {counter.id for service_id in touched for counter in catalogue.counters_of_service[service_id]}
    if at is not None:
        near |= {counter.id for counter in catalogue.counters.values() if counter.zone_id == at.zone_id}
    return {str(counter_id) for counter_id in near}


def _alarms_of(fact: Fact, _catalogue: Catalogue) -> Collection[str] | None:
    return None if fact.kind in (FactKind.PRINTER, FactKind.DEVICE) else ()


def _counter_of(fact: Fact, catalogue: Catalogue) -> Counter | None:
    return None if fact.kind in _NOT_OF_THE_QUEUE else catalogue.counters.get(fact.counter_id or 0)


# --- the table


class RoomKind(Enum):
    """The types of rooms, one a row."""

    BOARD = RoomType("board", _zone_exists, build_board, _boards_of, announces=True)
    KIOSK = RoomType("kiosk", _kiosk_exists, build_kiosk, _kiosks_of)
    LINE = RoomType("line", _service_exists, build_line, _lines_of)
    COUNTER = RoomType("counter", _counter_exists, build_counter, _counters_of, _admit_staff_of_counter)
    ALARMS = RoomType("alarms", _is_hall, build_alarms, _alarms_of, _admit_viewer_of_alarms)


_BY_PREFIX = {kind.value.prefix: kind for kind in RoomKind}


@dataclass(frozen=True, slots=True)
class Room:
    """A room: `board:utara`, `kiosk:utama`, `line:12`, `counter:7`, `alarms:hall`."""

    kind: RoomKind
    key: str

    @property
    def name(self) -> str:
        """The room's name on the wire."""
        return f"{self.kind.value.prefix}:{self.key}"

    @property
    def announces(self) -> bool:
        """Whether calls are announced in this room."""
        return self.kind.value.announces


ALARMS = Room(RoomKind.ALARMS, _HALL)


def parse(name: object) -> Room:
    """Parse a room's name. Raises Refusal unknown_room."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise Refusal("unknown_room")
    prefix, _, key = name.partition(":")
    if prefix not in _BY_PREFIX or not key:
        raise Refusal("unknown_room")
    return Room(_BY_PREFIX[prefix], key)


def authorise_join(room: Room, catalogue: Catalogue, officer: Officer | None) -> None:
    """Authorise joining a room. Raises Refusal unknown_room, sign_in_needed or not_allowed."""
    room.kind.value.admit(catalogue, room.key, officer)
    if not room.kind.value.exists(catalogue, room.key):
        raise Refusal("unknown_room")


def affected_rooms(facts: Iterable[Fact], catalogue: Catalogue, rooms: Set[Room]) -> set[Room]:
    """Return those of `rooms` whose state may differ after `facts`."""
    affected: set[Room] = set()
    for fact in facts:
        if fact.kind in _FOR_ALL_ROOMS:
            return set(rooms)
        for kind in RoomKind:
            keys = kind.value.concerned_by(fact, catalogue)
            if keys is None:
                affected |= {room for room in rooms if room.kind is kind}
            else:
                affected |= rooms & {Room(kind, key) for key in keys}
    return affected


def build_room_state(moment: Moment, room: Room) -> Json:
    """Build the full state of `room` at this moment. Raises Refusal if the room does not exist in the catalogue."""
    return room.kind.value.build(moment, room.key)
