"""The tailer against real databases: every listener ends up with the true state, and gets each call once.

One file, because every test stands on the same live hall, its listeners and its clock.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.live.rooms import ALARMS, Room, build_room_state, parse
from queue_app.live.tailer import AGE_MS, SPOKEN_MS, Tailer
from queue_app.services.accounts import sessions
from queue_app.services.day import open_day
from queue_app.services.devices.display_presence import DisplayReport, store_display_reports
from queue_app.services.printing import print_jobs
from queue_app.services.queue import calling, counters, issuing, moves
from queue_app.snapshots.board import announcements
from queue_app.snapshots.moment import Moment
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from tests.conftest import Clock
from tests.services.verbs import do
from tests.waiting import wait_until

Json = dict[str, Any]
BOARDS = ("board:utara", "board:tengah")
ROOMS = (*BOARDS, "kiosk:utama", "line:1", "line:6", "line:7", "counter:1", "counter:4", "counter:10")
CALLS = ("ticket_called", "ticket_recalled", "ticket_resumed")
OFTEN = ["issue"] * 4 + ["call"] * 4 + [Verb.START] * 3 + [Verb.COMPLETE] * 2
MOVES_OF_ANY = (Verb.RETURN, Verb.HOLD, Verb.RESUME, Verb.TRANSFER, Verb.CHANGE, Verb.CANCEL, Verb.UNDO)
SITTING = ["open"] * 6 + ["back"] * 2 + ["pause", "close"]
VERBS = [*OFTEN * 3, Verb.RECALL, Verb.NO_SHOW, *MOVES_OF_ANY * 2, *SITTING, "cancel", "printer"]
PASSWORD = "antrean-tabanan"


@dataclass
class Ears:
    """An audience that records every message."""

    present: set[Room] = field(default_factory=lambda: {parse(name) for name in ROOMS})
    heard: list[tuple[str, Room, Json]] = field(default_factory=list)
    evicted: list[int] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)

    def rooms(self) -> set[Room]:
        return set(self.present)

    def send(self, event: str, message: Json, room: Room) -> None:
        if room.name in self.deaf:
            raise RuntimeError(f"nobody can send to {room.name}")
        self.heard.append((event, room, message))

    def evict(self, session_id: int) -> None:
        self.evicted.append(session_id)

    def evict_expired(self) -> None:
        """Do nothing: nobody is signed in here."""

    def states(self, room: str) -> list[Json]:
        """Return the states sent to a room."""
        return [message for event, where, message in self.heard if event == "state" and where.name == room]

    def news(self, room: str) -> list[int]:
        """Return the positions of the announcements sent to a room, in order."""
        return [item["seq"] for message in self.states(room) for item in message["news"]]


@dataclass
class Live:
    """A hall with officers, a tailer and its audience."""

    store: Store
    clock: Clock
    ears: Ears
    tailer: Tailer
    keys: int = 0

    def open_counter(self, username: str, counter_id: int) -> Officer:
        _, officer = sessions.sign_in(self.store, username, PASSWORD, "127.0.0.1", self.clock())
        counters.open_counter(self.store, officer, counter_id, self.clock(), take_over=True)
        return officer

    def issue(self, service: int = 1, *, kind: TicketClass = TicketClass.REGULAR, store: Store | None = None) -> None:
        self.keys += 1
        request = issuing.IssueRequest(service, kind, "id", "utama", f"live-{self.keys:08d}-{id(store)}")
        issuing.issue(store or self.store, request, self.clock(), "http://hall.test")

    def call(self, officer: Officer, counter_id: int = 1, *, store: Store | None = None) -> int:
        """Call next. Return the position of the call in the log."""
        calling.call_next(store or self.store, officer, counter_id, self.clock())
        return self.head()

    def in_hand(self, counter_id: int) -> int | None:
        with self.store.read() as connection:
            row = queries.current_tickets(connection, [counter_id]).get(counter_id)
        return None if row is None else row.id

    def act(self, officer: Officer, verb: Verb, counter_id: int = 1) -> int:
        ticket = self.in_hand(counter_id)
        calling.act_on_ticket(self.store, officer, counter_id, ticket or 0, verb, self.clock())
        return self.head()

    def head(self) -> int:
        with self.store.read() as connection:
            return queries.log_head(connection)[0]

    def calls(self) -> list[int]:
        """Return the positions of all calls and recalls in the log, in zone utara."""
        with self.store.read() as connection:
            catalogue = self.store.catalogue(connection)
            calls = [fact for fact in queries.facts_after(connection, 0, 10_000) if fact.kind in CALLS]
            return [c["seq"] for c in announcements(catalogue, calls, "utara")]


def build(store: Store, clock: Clock) -> Live:
    ears = Ears()
    return Live(store, clock, ears, Tailer(store, ears, clock, "b1"))


@pytest.fixture
def live(store: Store, clock: Clock) -> Live:
    """Make a tailer at the head of the log, on SQLite and on PostgreSQL; it follows only when the test calls it."""
    return build(store, clock)


@pytest.fixture
def lite(sqlite_store: Store, clock: Clock) -> Live:
    """Make a tailer on SQLite, where the database does not matter."""
    return build(sqlite_store, clock)


@contextlib.contextmanager
def running(tailer: Tailer) -> Iterator[None]:
    """Run the tailer in a thread of its own, as the product does."""
    thread = threading.Thread(target=tailer.run)
    thread.start()
    try:
        yield
    finally:
        tailer.stop()
        thread.join(5)
        assert not thread.is_alive()


# --- the states


def test_states_are_numbered_and_chained(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    live.tailer.follow()
    for _ in range(3):
        live.issue()
        assert live.tailer.follow() is True
    live.call(officer)
    live.issue()
    live.tailer.follow()
    for room in ("board:utara", "kiosk:utama", "line:1", "counter:1"):
        sent = live.ears.states(room)
        assert [message["seq"] for message in sent] == sorted({message["seq"] for message in sent})
        assert [message["prev"] for message in sent] == [0, *(message["seq"] for message in sent[:-1])]
        assert sent[-1]["seq"] == live.head()
        assert all(message["room"] == room for message in sent)


def test_nothing_new_is_told_to_nobody(live: Live) -> None:
    assert live.tailer.follow() is False
    live.issue()
    assert live.tailer.follow() is True
    received = len(live.ears.heard)
    assert live.tailer.follow() is False
    assert len(live.ears.heard) == received


def test_what_the_server_lacks_is_told_with_the_alarms(live: Live) -> None:
    tailer = Tailer(live.store, Ears(), live.clock, "b1", "text_shaping")
    (alarm,) = tailer.snapshot(parse("alarms:hall"), None)["state"]["alarms"]
    assert (alarm["kind"], alarm["detail"]) == ("server", "text_shaping")


def test_a_display_that_is_held_back_is_told_with_the_alarms(live: Live) -> None:
    """No fact records it: the room is recomputed on request, else every minute, and published only if changed."""
    live.ears.present |= {ALARMS}
    live.tailer.follow()
    live.ears.heard.clear()

    def told(sound: str) -> list[tuple[str, str, str]]:
        store_display_reports(
            live.store, [(DisplayReport("s-1", "utara", "board", sound, None, 1, 1, True, "b"), live.clock())]
        )
        live.tailer.refresh_room(ALARMS)
        live.tailer.follow()
        states, live.ears.heard = live.ears.states("alarms:hall"), []
        return [(row["kind"], row["code"], row["state"]) for state in states for row in state["state"]["alarms"]]

    assert told("blocked") == [("voice", "utara", "blocked")]
    assert told("blocked") == []
    live.clock.forward(seconds=AGE_MS / 1000)
    live.tailer.follow()
    assert [message["state"]["alarms"] for message in live.ears.states("alarms:hall")] == [[]]  # it died since


def test_who_is_not_concerned_is_not_told(live: Live) -> None:
    live.issue()
    live.tailer.follow()
    assert {room.name for _, room, _ in live.ears.heard} == {"board:utara", "kiosk:utama", "line:1", "counter:1"}


def test_the_hall_hears_a_call_before_anybody_else(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The board goes out, then the others' turn comes: the answer to the officer who called, and only then the rest."""
    officer = live.open_counter("dukcapil1", 1)
    live.issue()
    live.tailer.follow()
    live.ears.heard.clear()
    turns: list[list[str]] = []
    monkeypatch.setattr(time, "sleep", lambda _seconds: turns.append([room.name for _, room, _ in live.ears.heard]))
    live.call(officer)
    live.tailer.follow()
    assert turns == [["board:utara"]]
    assert {room.name for _, room, _ in live.ears.heard} > {"board:utara", "kiosk:utama", "line:1", "counter:1"}


def test_what_happens_at_once_is_told_at_once(live: Live) -> None:
    for _ in range(5):
        live.issue()
    live.tailer.follow()
    (message,) = live.ears.states("board:utara")
    assert (message["seq"], message["state"]["waiting"]) == (live.head(), 5)


def test_it_starts_at_the_head(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    live.issue()
    live.call(officer)
    later = Ears()
    restarted = Tailer(live.store, later, live.clock, "b1")
    assert restarted.follow() is False
    assert later.heard == []
    live.issue()
    restarted.follow()
    assert [message["prev"] for message in later.states("board:utara")] == [0]
    assert later.news("board:utara") == []


def test_what_happens_before_its_first_look_is_told(live: Live) -> None:
    """A screen may come back before the tailer has begun; what follows its snapshot must reach it."""
    known = live.tailer.snapshot(parse("line:1"), None)
    live.issue()
    live.tailer.follow()
    assert [message["seq"] for message in live.ears.states("line:1")] == [known["seq"] + 1]


def a_random_verb(live: Live, officers: dict[int, Officer], chance: random.Random) -> None:
    counter_id, officer = chance.choice(sorted(officers.items()))
    verb = chance.choice(VERBS)
    service = chance.choice([1, 2, 5, 6, 7, 11, 20])
    now = live.clock.forward(seconds=chance.choice([0, 0.02, 1, 90]))
    if verb == "issue":
        live.issue(service, kind=chance.choice([TicketClass.REGULAR, TicketClass.PRIORITY]))
    elif verb == "call":
        live.call(officer, counter_id)
    elif verb in (Verb.RECALL, Verb.START, Verb.COMPLETE, Verb.NO_SHOW):
        live.act(officer, Verb(verb), counter_id)
    elif verb == "open":
        counters.open_counter(live.store, officer, counter_id, now, take_over=True)
    elif verb == "close":
        counters.close_counter(live.store, officer, counter_id, now, leave_waiting=True)
    elif verb == "pause":
        counters.pause(live.store, officer, counter_id, "meal", now, leave_waiting=True)
    elif verb == "back":
        counters.end_pause(live.store, officer, counter_id, now)
    elif verb in MOVES_OF_ANY:
        with live.store.read() as connection:
            ids = connection.execute(select(t.ticket.c.id)).scalars().all()
            row = queries.ticket_by_id(connection, chance.choice(ids or [0]))
        if row is not None and verb == Verb.TRANSFER and chance.random() < 0.7:
            targets = [
                moves.TransferTarget(service_id=service, first=True),
                moves.TransferTarget(counter_id=counter_id),
            ]
            moves.transfer(live.store, officer, counter_id, row.id, chance.choice(targets), now)
        elif row is not None and verb == Verb.CHANGE and chance.random() < 0.7:
            moves.change(live.store, officer, counter_id, row.id, moves.TicketChange(service_id=service), now)
        elif row is not None:
            do(live.store, officer, counter_id, Verb(verb), row, now)
    elif verb == "cancel":
        with live.store.read() as connection:
            rows = connection.execute(t.ticket.select()).all()
        moves.cancel(live.store, chance.choice(rows).token if rows else "", now)
    elif verb == "printer":
        job = print_jobs.claim(live.store, 1, "me", 30, now)
        if job is not None:
            print_jobs.report_outcome(live.store, job.id, "me", chance.choice(["printed", "failed"]), None, now)


@pytest.mark.parametrize("seed", [2, 3])
def test_who_listens_ends_up_with_the_truth(live: Live, seed: int) -> None:
    """A snapshot and the states after it, whatever happens, equal a fresh snapshot; and each call comes once."""
    with live.store.transaction() as connection:  # counter 4 shares service 5 with counters 1 to 3
        connection.execute(insert(t.counter_service), {"counter_id": 4, "service_id": 5, "rank": 9})
        connection.execute(update(t.hall).values(catalogue_version=2))
    chance = random.Random(seed)
    officers = {
        1: live.open_counter("dukcapil1", 1),
        4: live.open_counter("dukcapil2", 4),
        10: live.open_counter("dpmptsp1", 10),
    }
    live.tailer.follow()
    live.ears.heard.clear()
    known = {room: live.tailer.snapshot(parse(room), None) for room in ROOMS}
    before = live.calls()
    result = 0
    for step in range(120):
        with contextlib.suppress(Refusal):
            a_random_verb(live, officers, chance)
            result += 1
        if chance.random() < 0.5 or step == 119:
            live.tailer.follow()
            if chance.random() < 0.3 or step == 119:
                live.clock.forward(seconds=AGE_MS / 1000)
                live.tailer.follow()
                later = Tailer(live.store, Ears(), live.clock, "b1")
                for room in ROOMS:
                    for message in live.ears.states(room):
                        if (message["seq"], message["at"]) > (known[room]["seq"], known[room]["at"]):
                            known[room] = message
                    fresh = later.snapshot(parse(room), None)["state"]
                    assert known[room]["state"] == fresh, (step, room)
    assert result > 40
    assert live.ears.news("board:utara") == live.calls()[len(before) :]
    assert len(live.ears.news("board:utara")) > 2


# --- time alone


def test_rooms_whose_waits_age_are_told_again(live: Live) -> None:
    """After a minute, with the same number and a later time; boards, and whoever has nothing new, are not."""
    officer = live.open_counter("dukcapil1", 1)
    for _ in range(3):
        live.issue()
    live.call(officer)
    live.tailer.follow()
    live.ears.heard.clear()
    live.clock.forward(seconds=59)
    assert not live.tailer.follow()
    live.clock.forward(seconds=200)
    assert live.tailer.follow()
    received = {room: live.ears.states(room) for room in ROOMS if live.ears.states(room)}
    assert set(received) == {"kiosk:utama", "line:1", "counter:1"} | {
        r for r in received if received[r][0]["prev"] == 0
    }
    (line,) = received["line:1"]
    assert (line["seq"], line["prev"]) == (live.head(), live.head())
    assert line["at"] == round(live.clock().timestamp() * 1000)
    live.ears.heard.clear()
    assert not live.tailer.follow()


def test_whoever_came_in_is_told_a_minute_later(live: Live) -> None:
    live.ears.present = set()
    live.tailer.follow()
    live.ears.present = {parse("line:1")}
    live.tailer.follow()
    assert live.ears.states("line:1") == []
    live.clock.forward(seconds=61)
    live.tailer.follow()
    assert len(live.ears.states("line:1")) == 1
    live.clock.forward(seconds=61)
    live.tailer.follow()
    assert len(live.ears.states("line:1")) == 1, "nothing has changed"


# --- announcements


def test_calls_are_announced_once_in_order_in_their_zone(live: Live) -> None:
    first, second = live.open_counter("dukcapil1", 1), live.open_counter("dukcapil2", 2)
    other = live.open_counter("dpmptsp1", 10)
    for service in (1, 1, 1, 7):
        live.issue(service)
    live.tailer.follow()
    live.ears.heard.clear()
    expected = [live.call(first), live.call(second, 2), live.act(first, Verb.RECALL)]
    elsewhere = live.call(other, 10)
    live.tailer.follow()
    expected.append(live.act(second, Verb.RECALL, 2))
    live.act(first, Verb.START)
    live.tailer.follow()
    live.tailer.follow()
    assert live.ears.news("board:utara") == expected
    assert live.ears.news("board:tengah") == [elsewhere]
    assert not any(live.ears.news(room) for room in ROOMS if not room.startswith("board"))
    recall = live.ears.states("board:utara")[0]["news"][2]
    assert (recall["times"], recall["counter"]["code"], recall["state"]) == (2, "1", "called")


def test_an_announcement_says_what_the_call_said(live: Live) -> None:
    """Its words are in the fact: what happens to the ticket meanwhile does not change them."""
    officer = live.open_counter("dukcapil1", 1)
    live.issue(kind=TicketClass.PRIORITY)
    live.tailer.follow()
    at = live.clock.now
    number = live.call(officer)
    live.clock.forward(seconds=2)
    live.act(officer, Verb.NO_SHOW)
    live.tailer.follow()
    (item,) = live.ears.states("board:utara")[-1]["news"]
    assert item == {
        "seq": number,
        "label": "A-001",
        "language": "id",
        "priority": True,
        "at": round(at.timestamp() * 1000),
        "state": "called",
        "times": 1,
        "counter": {"code": "1", "name": "Loket 1"},
        "agency": "Disdukcapil",
        "service": item["service"],
    }


def test_who_comes_back_hears_what_it_missed_and_is_fresh(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    for _ in range(3):
        live.issue()
    last = live.head()
    old = live.call(officer)
    live.act(officer, Verb.NO_SHOW)
    live.clock.forward(milliseconds=SPOKEN_MS + 1)
    young = live.call(officer)
    again = live.act(officer, Verb.RECALL)
    board = parse("board:utara")
    assert [item["seq"] for item in live.tailer.snapshot(board, last)["news"]] == [young, again]
    assert [item["seq"] for item in live.tailer.snapshot(board, young)["news"]] == [again]
    assert old < young
    for behind in (None, live.head(), live.head() + 100, 2**53 - 1):
        assert live.tailer.snapshot(board, behind)["news"] == []
    assert live.tailer.snapshot(parse("board:tengah"), last)["news"] == []
    assert live.tailer.snapshot(parse("line:1"), last)["news"] == []


def test_after_a_restart_nothing_old_is_spoken(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    live.issue()
    live.call(officer)
    live.clock.forward(milliseconds=SPOKEN_MS + 1)
    later = Ears()
    restarted = Tailer(live.store, later, live.clock, "b1")
    restarted.follow()
    assert restarted.snapshot(parse("board:utara"), 0)["news"] == []
    live.issue()
    restarted.follow()
    assert later.news("board:utara") == []


# --- what goes wrong


def test_a_lost_bell_is_made_up_for_by_the_tick(live: Live) -> None:
    with running(live.tailer):
        live.store._listeners.clear()
        live.issue()
        wait_until(lambda: live.ears.states("board:utara") != [], seconds=4)  # the tick, and not yet a beat
    assert live.ears.states("board:utara")[-1]["state"]["waiting"] == 1


def test_a_bell_is_prompt(lite: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_app.live.tailer.TICK_SECONDS", 60)
    with running(lite.tailer):
        lite.issue()
        wait_until(lambda: lite.ears.states("board:utara") != [])


def test_another_writer_is_heard_too(live: Live, hall_url: str) -> None:
    """Two processes on one database: the tailer of one tells what the other did, in the order of the log."""
    engine = open_engine(hall_url)
    other = Store(engine)
    officer = live.open_counter("dukcapil1", 1)
    failed: list[BaseException] = []

    def write(store: Store) -> None:
        try:
            for _ in range(15):
                live.issue(store=store)
        except BaseException as error:
            failed.append(error)

    try:
        with running(live.tailer):
            writers = [threading.Thread(target=write, args=(store,)) for store in (live.store, other)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            number = live.call(officer, store=other)
            head = live.head()
            wait_until(lambda: [m["seq"] for m in live.ears.states("board:utara")][-1:] == [head])
    finally:
        engine.dispose()
    assert failed == []
    sent = live.ears.states("board:utara")
    assert sent[-1]["state"]["waiting"] == 29
    assert [message["prev"] for message in sent[1:]] == [message["seq"] for message in sent[:-1]]
    assert live.ears.news("board:utara") == [number]


def test_a_room_that_cannot_be_built_silences_nobody(
    lite: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is published later, with the calls it missed."""
    officer = lite.open_counter("dukcapil1", 1)
    lite.issue()
    lite.issue()
    lite.tailer.follow()
    before = lite.head()
    good = build_room_state

    def broken(moment: Moment, room: Room) -> Json:
        if room.name == "board:utara":
            raise KeyError("broken")
        return good(moment, room)

    monkeypatch.setattr("queue_app.live.tailer.build_room_state", broken)
    number = lite.call(officer)
    assert lite.tailer.follow() is True
    assert lite.ears.states("board:utara")[-1]["seq"] == before
    assert lite.ears.states("counter:1")[-1]["seq"] == lite.head()
    assert "board:utara cannot be built" in caplog.text
    received = len(lite.ears.heard)
    lite.tailer.follow()
    assert len(lite.ears.heard) == received
    monkeypatch.setattr("queue_app.live.tailer.build_room_state", good)
    lite.tailer.follow()
    message = lite.ears.states("board:utara")[-1]
    assert (message["seq"], message["prev"]) == (lite.head(), before)
    assert [item["seq"] for item in message["news"]] == [number]
    assert lite.tailer.follow() is False
    assert lite.ears.news("board:utara") == [number]


def test_a_room_that_cannot_be_sent_to_silences_nobody(lite: Live, caplog: pytest.LogCaptureFixture) -> None:
    officer = lite.open_counter("dukcapil1", 1)
    lite.issue()
    lite.tailer.follow()
    before = lite.head()
    lite.ears.deaf = {"board:utara", "counter:1"}
    number = lite.call(officer)
    lite.tailer.follow()
    assert lite.ears.states("line:1")[-1]["seq"] == lite.head()
    assert "board:utara: its state cannot be sent" in caplog.text
    lite.ears.deaf = set()
    lite.tailer.follow()
    for room in ("board:utara", "counter:1"):
        assert [message["prev"] for message in lite.ears.states(room)][-1] == before
    assert lite.ears.news("board:utara") == [number]
    assert lite.tailer.follow() is False


def test_who_left_is_not_tried_for_ever(lite: Live) -> None:
    lite.ears.deaf = {"board:utara"}
    lite.issue()
    lite.tailer.follow()
    lite.ears.present = {parse("line:1")}
    lite.tailer.follow()
    assert lite.tailer.follow() is False


def test_a_broken_read_tells_nothing_twice_and_nothing_never(lite: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database fails in the middle: boards were published before, other rooms do not count as published."""
    officer = lite.open_counter("dukcapil1", 1)
    lite.issue()
    lite.tailer.follow()
    before = lite.head()
    good, built = build_room_state, 0

    def gone_at_the_third(moment: Moment, room: Room) -> Json:
        nonlocal built
        built += 1
        if built == 3:
            raise OperationalError("select", {}, Exception("gone"))
        return good(moment, room)

    monkeypatch.setattr("queue_app.live.tailer.build_room_state", gone_at_the_third)
    number = lite.call(officer)
    received = len(lite.ears.heard)
    with pytest.raises(OperationalError):
        lite.tailer.follow()
    assert [room.name for _, room, _ in lite.ears.heard[received:]] == ["board:utara"]
    lite.issue()
    lite.tailer.follow()
    board = lite.ears.states("board:utara")
    assert [message["prev"] for message in board[1:]] == [message["seq"] for message in board[:-1]]
    for room in ("line:1", "counter:1"):
        assert (lite.ears.states(room)[-1]["prev"], lite.ears.states(room)[-1]["seq"]) == (before, lite.head())
    assert lite.ears.news("board:utara") == [number]


def test_it_goes_on_when_the_database_is_back(
    lite: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    good, tries = queries.log_head, 0

    def away_at_first(connection: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OperationalError("select", {}, Exception("gone"))
        return good(connection)

    monkeypatch.setattr(queries, "log_head", away_at_first)
    with running(lite.tailer):
        wait_until(lambda: tries > 0)
        lite.issue()
        wait_until(lambda: lite.ears.states("board:utara") != [])
    assert "the log cannot be read" in caplog.text


def test_any_other_stumble_is_survived(
    lite: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, tries = lite.tailer.send_heartbeat, 0

    def stumbles() -> None:
        nonlocal tries
        tries += 1
        raise RuntimeError("broken")

    monkeypatch.setattr(lite.tailer, "send_heartbeat", stumbles)
    with running(lite.tailer):
        wait_until(lambda: tries > 0)
        monkeypatch.setattr(lite.tailer, "send_heartbeat", good)
        lite.issue()
        wait_until(lambda: lite.ears.states("board:utara") != [])
    assert "the log tailer stumbled" in caplog.text


def test_a_room_that_left_the_catalogue_is_let_be(lite: Live) -> None:
    lite.ears.present |= {Room(parse("line:1").kind, "9999")}
    lite.clock.forward(days=1)
    open_day(lite.store, lite.clock())
    lite.tailer.follow()
    assert lite.ears.states("line:9999") == []
    assert len(lite.ears.states("line:1")) == 1
    assert lite.tailer.follow() is False


# --- the day, the beat, those who signed out


def test_a_new_day_is_told_to_all(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    live.issue()
    live.call(officer)
    live.tailer.follow()
    live.clock.forward(days=1)
    assert open_day(live.store, live.clock()) is True
    live.tailer.follow()
    for room in ROOMS:
        assert live.ears.states(room)[-1]["seq"] == live.head()
    board = live.ears.states("board:utara")[-1]["state"]
    assert (board["calls"], board["waiting"], board["day"]) == ([], 0, "2026-11-25")
    assert live.ears.states("counter:1")[-1]["state"]["status"] == "closed"


def test_the_beat_says_how_far_each_room_has_got(live: Live) -> None:
    live.issue()
    live.tailer.follow()
    live.clock.forward(seconds=5)
    live.tailer.send_heartbeat()
    beats = {room.name: message for event, room, message in live.ears.heard if event == "beat"}
    at = round(live.clock.now.timestamp() * 1000)
    assert set(beats) == set(ROOMS)
    numbers = {"seq": live.head(), "head": live.head(), "at": at}
    assert beats["board:utara"] == {"room": "board:utara", **numbers, "build": "b1"}
    assert beats["board:tengah"]["seq"] == 0


def test_who_signs_out_is_put_out(live: Live) -> None:
    officer = live.open_counter("dukcapil1", 1)
    live.tailer.follow()
    sessions.sign_out(live.store, officer, live.clock())
    live.tailer.follow()
    assert live.ears.evicted == [officer.session_id]
    assert live.ears.states("counter:1")[-1]["state"]["status"] == "closed"
    live.tailer.follow()
    assert live.ears.evicted == [officer.session_id]


def test_a_snapshot_of_what_is_not_there(lite: Live) -> None:
    for name in ("board:nowhere", "kiosk:nowhere", "line:9999", "counter:9999"):
        with pytest.raises(Refusal):
            lite.tailer.snapshot(parse(name), None)


def test_many_who_come_back_at_once_cost_one_state(lite: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    good, built = build_room_state, 0

    def counted(moment: Moment, room: Room) -> Json:
        nonlocal built
        built += 1
        return good(moment, room)

    monkeypatch.setattr("queue_app.live.tailer.build_room_state", counted)
    for _ in range(20):
        lite.tailer.snapshot(parse("board:utara"), None)
    assert built == 1
    lite.issue()
    assert lite.tailer.snapshot(parse("board:utara"), None)["state"]["waiting"] == 1
    lite.clock.forward(seconds=1)
    lite.tailer.snapshot(parse("board:utara"), None)
    assert built == 3
