"""Joining rooms, and which rooms a fact affects."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from queue_app.domain.catalogue import Agency, Catalogue, Counter, Kiosk, Service, Zone
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.facts import DETAILS, Fact
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.domain.ticket_facts import TicketChanged, TicketChanges, TicketTransferred
from queue_app.live.rooms import Room, RoomKind, affected_rooms, authorise_join, parse

NAME = {"id": "nama"}


def service(number: int, agency: int) -> Service:
    return Service(number, agency, f"s{number}", NAME, "A", 5, True, ())


# Zone utara: counters 1 (services 1, 2) and 2 (services 2, 3) of agency 1; counter 3 (service 4) of agency 2.
# Zone selatan: counter 4 (service 5) of agency 2; counter 5 is shared and serves nothing.
CATALOGUE = Catalogue(
    version=1,
    hall_name="Hall",
    full_name=NAME,
    address="",
    time_zone="Asia/Makassar",
    language="id",
    footer={},
    zones={1: Zone(1, "utara", NAME), 2: Zone(2, "selatan", NAME)},
    agencies={n: Agency(n, f"a{n}", f"A{n}", NAME, "regional", "id") for n in (1, 2)},
    services={n: service(n, 1 if n < 4 else 2) for n in range(1, 7)},
    counters={
        1: Counter(1, "1", "Loket 1", 1, 1, (1, 2)),
        2: Counter(2, "2", "Loket 2", 1, 1, (2, 3)),
        3: Counter(3, "3", "Loket 3", 1, 2, (4,)),
        4: Counter(4, "4", "Loket 4", 2, 2, (5,)),
        5: Counter(5, "5", "Loket 5", 2, None, ()),
    },
    kiosks={"utama": Kiosk(1, "utama", "Utama", 1), "lobi": Kiosk(2, "lobi", "Lobi", None)},
)
BOARDS = {"board:utara", "board:selatan"}
KIOSKS = {"kiosk:utama", "kiosk:lobi"}
LINES = {f"line:{n}" for n in range(1, 7)}
COUNTERS = {f"counter:{n}" for n in range(1, 6)}
ALL = BOARDS | KIOSKS | LINES | COUNTERS
NUMBERS = itertools.count(1)


def officer(role: Role = Role.OFFICER, agency: int | None = 1) -> Officer:
    return Officer(1, 1, "petugas", "Petugas", role, agency)


def fact(kind: FactKind, service_id: int | None = None, counter_id: int | None = None) -> Fact:
    return Fact(next(NUMBERS), 0, DETAILS[kind](), service_id=service_id, counter_id=counter_id)


def heard(*facts: Fact, rooms: set[str] = ALL) -> set[str]:
    return {room.name for room in affected_rooms(facts, CATALOGUE, {parse(name) for name in rooms})}


# --- names


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_room_is_what_it_is_called(name: str) -> None:
    assert parse(name).name == name
    authorise_join(parse(name), CATALOGUE, officer(Role.SUPERVISOR))


NO_NAMES = ("", ":", "board", "board:", "nowhere:1", "BOARD:utara", " board:utara", "board: ", "x" * 61)
NO_TEXTS = (None, 1, 1.5, True, [], ["board:utara"], {}, {"board": "utara"}, b"board:utara")


@pytest.mark.parametrize("name", [*NO_NAMES, *NO_TEXTS])
def test_what_is_no_room(name: object) -> None:
    with pytest.raises(Refusal) as refused:
        authorise_join(parse(name), CATALOGUE, officer(Role.SUPERVISOR))
    assert refused.value.code == "unknown_room"


STRANGE = ("board:barat", "board:UTARA", "board:utara ", "board:1", "kiosk:nowhere", "kiosk:1", "line:utama")
NO_IDS = ("0", "7", "01", "-1", "+1", "1.0", "1 ", "١", "²", "9" * 50)


@pytest.mark.parametrize("name", [*STRANGE, *(f"{kind}:{key}" for kind in ("line", "counter") for key in NO_IDS)])
def test_rooms_that_the_hall_does_not_have(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        authorise_join(parse(name), CATALOGUE, officer(Role.SUPERVISOR))
    assert refused.value.code == "unknown_room"


# --- who may enter


@pytest.mark.parametrize("name", sorted(BOARDS | KIOSKS | LINES))
def test_anybody_enters_public_rooms(name: str) -> None:
    authorise_join(parse(name), CATALOGUE, None)


@pytest.mark.parametrize("name", [*sorted(COUNTERS), "counter:99", "counter:x"])
def test_strangers_enter_no_counter(name: str) -> None:
    """Nor do they learn which counters there are."""
    with pytest.raises(Refusal) as refused:
        authorise_join(parse(name), CATALOGUE, None)
    assert refused.value.code == "sign_in_needed"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (officer(agency=1), {1, 2, 5}),
        (officer(agency=2), {3, 4, 5}),
        (officer(agency=None), {5}),
        (officer(Role.SUPERVISOR, None), {1, 2, 3, 4, 5}),
        (officer(Role.ADMIN, None), {1, 2, 3, 4, 5}),
    ],
)
def test_officers_enter_their_agencys_counters(who: Officer, may: set[int]) -> None:
    for number in may:
        authorise_join(Room(RoomKind.COUNTER, str(number)), CATALOGUE, who)
    for number in set(CATALOGUE.counters) - may:
        with pytest.raises(Refusal) as refused:
            authorise_join(Room(RoomKind.COUNTER, str(number)), CATALOGUE, who)
        assert refused.value.code == "not_allowed"


# --- who hears what


def test_an_issued_ticket() -> None:
    """Service 1 competes with 2 at counter 1; service 3 with 2 only, but by way of it its waits depend on 1 as well."""
    lines, counters = {"line:1", "line:2", "line:3"}, {"counter:1", "counter:2"}
    assert heard(fact(FactKind.ISSUED, 1)) == {"board:utara", "counter:1"} | lines | KIOSKS
    assert heard(fact(FactKind.ISSUED, 2)) == {"board:utara"} | lines | counters | KIOSKS
    assert heard(fact(FactKind.ISSUED, 5)) == {"board:selatan", "line:5", "counter:4"} | KIOSKS


def test_a_call() -> None:
    """All counters of the zone show it; lines it does not compete with, and other zones, do not."""
    around = {"board:utara", "line:1", "line:2", "line:3", "counter:1", "counter:2", "counter:3"} | KIOSKS
    assert heard(fact(FactKind.CALLED, 1, 1)) == around
    assert heard(fact(FactKind.RECALLED, 1, 1)) == around


def test_a_call_in_another_zone_than_where_one_waits() -> None:
    assert heard(fact(FactKind.CALLED, 1, 4)) >= BOARDS


@pytest.mark.parametrize("kind", [FactKind.COUNTER_OPENED, FactKind.COUNTER_CLOSED])
def test_a_seat(kind: FactKind) -> None:
    """The more counters are open, the shorter the waits: lines and kiosks hear of it."""
    counters, lines = {"counter:1", "counter:2", "counter:3"}, {"line:1", "line:2", "line:3"}
    assert heard(fact(kind, counter_id=1)) == {"board:utara"} | counters | lines | KIOSKS
    assert heard(fact(kind, counter_id=5)) == {"board:selatan", "counter:4", "counter:5"} | KIOSKS


def test_who_moves_to_another_line_concerns_both() -> None:
    moved = replace(fact(FactKind.TRANSFERRED, 1, 1), details=TicketTransferred(to_service=5))
    assert heard(moved) >= {"line:1", "line:5", "counter:4", "board:selatan"}
    changed = replace(
        fact(FactKind.CHANGED, 1, 1), details=TicketChanged(changed=TicketChanges(service_id=(1, 5), files=(1, 2)))
    )
    assert heard(changed) == heard(moved)


def test_a_printer_concerns_kiosks_only() -> None:
    assert heard(fact(FactKind.PRINTER)) == KIOSKS


def test_who_signs_out_is_told_to_nobody() -> None:
    assert heard(fact(FactKind.SIGNED_OUT)) == set()


@pytest.mark.parametrize("kind", [FactKind.DAY_OPENED, FactKind.CATALOGUE_CHANGED])
def test_what_concerns_all(kind: FactKind) -> None:
    assert heard(fact(FactKind.SIGNED_OUT), fact(kind), fact(FactKind.PRINTER)) == ALL


def test_a_service_that_nobody_serves() -> None:
    assert heard(fact(FactKind.ISSUED, 6)) == {"line:6"} | KIOSKS


def test_what_left_the_catalogue_concerns_kiosks_at_most() -> None:
    assert heard(fact(FactKind.CANCELLED, 99, 99)) == KIOSKS


def test_several_facts_are_heard_together() -> None:
    both = heard(fact(FactKind.ISSUED, 1), fact(FactKind.ISSUED, 5))
    assert both == heard(fact(FactKind.ISSUED, 1)) | heard(fact(FactKind.ISSUED, 5))


@pytest.mark.parametrize("kind", list(FactKind))
def test_nobody_hears_who_is_not_there(kind: FactKind) -> None:
    assert heard(fact(kind, 1, 1), rooms=set()) == set()
    assert heard(fact(kind, 1, 1), rooms={"board:selatan"}) <= (
        {"board:selatan"}
        if kind in (FactKind.DAY_OPENED, FactKind.CATALOGUE_CHANGED, FactKind.OPENING_PASSED)
        else set()
    )
