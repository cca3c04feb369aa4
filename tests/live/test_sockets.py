"""The Socket.IO adapter of a real server, by real clients: what they get, what they do not, and what does no harm.

One file, because all of it shares one server that is started once.
"""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
import socketio.exceptions
import websocket

from tests.conftest import DEMO_PASSWORD, RunningServer
from tests.waiting import wait_until

Json = dict[str, Any]
SOON = 30.0
ENGINE = "/socket.io/?EIO=4&transport=websocket"


class Hall:
    """A running server and its HTTP API."""

    def __init__(self, server: RunningServer, database: Path) -> None:
        self.server = server
        self.base = server.base
        self._database = database

    def call(self, method: str, path: str, body: Json | None = None, token: str | None = None) -> Json:
        """Make one API call that must succeed."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self.base}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        made: Json = json.loads(text) if text else {}
        return made

    def sign_in(self, username: str) -> str:
        """Sign in. Return the session token."""
        token: str = self.call("POST", "/session", {"username": username, "password": DEMO_PASSWORD})["token"]
        return token

    def take(self, service: int = 1) -> Json:
        """Issue a ticket."""
        ticket: Json = self.call("POST", "/tickets", {"service": service})["ticket"]
        return ticket

    def everything(self) -> list[str]:
        """Return every row of every table but printers, whose status is polled all the time."""
        with contextlib.closing(sqlite3.connect(self._database)) as connection:
            return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "printer" ')]

    def settled(self) -> list[str]:
        """Return every row, once the print jobs of tickets issued before have ended."""
        wait_until(lambda: not self._under_way(), "the print jobs")
        return self.everything()

    def _under_way(self) -> int:
        """Return the number of print jobs that have not ended."""
        under_way = "SELECT count(*) FROM print_job WHERE state IN ('queued', 'sending')"
        with contextlib.closing(sqlite3.connect(self._database)) as connection:
            return int(connection.execute(under_way).fetchone()[0])

    def faults(self) -> str:
        """Return the errors in the server's log."""
        text = self.server.log.read_text("utf-8")
        return text if "Traceback" in text or "ERROR" in text else ""


class Listener:
    """A Socket.IO client that keeps the messages it receives."""

    def __init__(self, hall: Hall, **options: Any) -> None:
        self.client = socketio.Client(reconnection=False)
        self.heard: queue.Queue[tuple[str, Json]] = queue.Queue()
        self.all: list[Json] = []
        self.gone = False
        self.client.on("state", lambda message: self._hear("state", message))
        self.client.on("beat", lambda message: self._hear("beat", message))
        self.client.on("disconnect", self._gone)
        self.client.connect(hall.base, transports=["websocket"], wait_timeout=20, **options)
        self._websocket = self.client.eio.ws

    def _hear(self, event: str, message: Json) -> None:
        self.all.append(message)
        self.heard.put((event, message))

    def _gone(self, *_: object) -> None:
        self.gone = True

    def cut(self) -> None:
        """Cut the connection without a close frame, which takes this client a second."""
        with contextlib.suppress(OSError, AttributeError):  # it may be gone already
            self._websocket.sock.shutdown(socket.SHUT_RDWR)
        self.client.eio.wait()
        self._websocket.shutdown()

    def ask(self, event: str, *message: Any) -> Json:
        """Emit and wait for the acknowledgement."""
        data = message if len(message) > 1 else message[0] if message else None
        answer: Json = self.client.call(event, data, timeout=20)
        return answer

    def join(self, room: Any, last: Any = None) -> Json:
        """Join a room. Return the acknowledgement."""
        return self.ask("join", {"room": room, "last": last})

    def enter(self, room: str, last: int | None = None) -> Json:
        """Join a room, which must succeed."""
        answer = self.join(room, last)
        assert answer["ok"] is True, answer
        return answer

    def refused(self, answer: Json, code: str) -> Json:
        """Return the problem in a refusing acknowledgement."""
        assert (answer["ok"], answer["problem"]["code"]) == (False, code), answer
        assert set(answer) == {"ok", "problem"}
        problem: Json = answer["problem"]
        return problem

    def next(self, expected: str = "state", seconds: float = SOON) -> Json:
        """Return the next message of a kind."""
        end = time.monotonic() + seconds
        while True:
            event, message = self.heard.get(timeout=max(0.01, end - time.monotonic()))
            if event == expected:
                return message


@pytest.fixture(scope="module")
def hall(sqlite_hall: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Start one server for all tests here, which must not disturb each other."""
    folder = tmp_path_factory.mktemp("sockets")
    database = Path(shutil.copy(sqlite_hall, folder / "queue.db"))
    server = RunningServer(f"sqlite:///{database}", folder)
    server.start()
    hall = Hall(server, database)
    hall.take(55)  # opens the day, if it is another than the hall was made on
    yield hall
    server.stop()


Connect = Callable[..., Listener]


@pytest.fixture
def connect(hall: Hall) -> Iterator[Connect]:
    """Connect clients; all are disconnected at the end."""
    opened: list[Listener] = []

    def one(token: str | None = None, **options: Any) -> Listener:
        if token is not None:
            options["auth"] = {"token": token}
        opened.append(Listener(hall, **options))
        return opened[-1]

    yield one
    for listener in opened:
        listener.cut()


# --- hearing


def test_join_answers_with_the_state_and_the_next_one_follows(hall: Hall, connect: Connect) -> None:
    listener = connect()
    joined = listener.enter("line:1")
    assert set(joined) == {"ok", "room", "seq", "at", "state", "news"}
    assert joined["state"] == hall.call("GET", "/services/1/line")["state"]
    label = hall.take()["label"]
    first = listener.next()
    assert set(first) == {"room", "seq", "at", "prev", "state", "news"}
    assert (first["room"], first["news"]) == ("line:1", [])
    assert first["seq"] > joined["seq"] >= first["prev"]
    assert first["state"]["order"] == [*joined["state"]["order"], label]
    hall.take()
    second = listener.next()
    assert (second["prev"], second["seq"] > first["seq"]) == (first["seq"], True)


def test_calls_come_as_news_and_again_after_a_break(hall: Hall, connect: Connect) -> None:
    token = hall.sign_in("bkd1")
    listener = connect()
    hall.take(12)
    last = listener.enter("board:tengah")["seq"]
    hall.call("POST", "/counters/13/open", token=token)
    state = hall.call("POST", "/counters/13/call-next", token=token)
    message = listener.next()
    while not message["news"]:
        message = listener.next()
    (call,) = message["news"]
    assert (call["label"], call["seq"]) == (state["ticket"]["label"], state["seq"])
    assert [c["seq"] for c in connect().enter("board:tengah", last)["news"]] == [call["seq"]]
    assert connect().enter("board:tengah", call["seq"])["news"] == []
    assert connect().enter("board:tengah")["news"] == []


def test_who_leaves_hears_no_more(hall: Hall, connect: Connect) -> None:
    listener, witness = connect(), connect()
    listener.enter("line:2")
    witness.enter("line:2")
    assert listener.ask("leave", {"room": "line:2"}) == {"ok": True}
    assert listener.ask("leave", {"room": "line:2"}) == {"ok": True}
    hall.take(2)
    witness.next()
    assert listener.all == []


def test_nobody_hears_a_room_they_did_not_enter(hall: Hall, connect: Connect) -> None:
    token = hall.sign_in("dukcapil3")
    outsider, insider = connect(token), connect(token)
    outsider.enter("line:28")
    insider.enter("counter:3")
    hall.call("POST", "/counters/3/open", token=token)
    insider.next()
    assert [message for message in outsider.all if "counter" in message["room"]] == []


# --- who may enter


def test_counters_are_for_their_officers(hall: Hall, connect: Connect) -> None:
    own = connect(hall.sign_in("dukcapil2"))
    state = own.enter("counter:2")["state"]
    assert (state["counter"]["code"], "mine" in state) == ("2", False)
    own.refused(own.join("counter:5"), "not_allowed")
    other = connect(hall.sign_in("bpjskes1"))
    other.refused(other.join("counter:2"), "not_allowed")
    other.enter("counter:5")
    for stranger in (connect(), connect("nobody-knows-this"), connect(auth={"token": ["x"]})):
        stranger.refused(stranger.join("counter:2"), "sign_in_needed")
        stranger.enter("board:utara")


def test_the_pages_cookie_signs_in_too(hall: Hall, connect: Connect) -> None:
    token = hall.sign_in("dukcapil2")
    connect(headers={"Cookie": f"queue_session={token}"}).enter("counter:2")


def test_signing_out_ends_the_sockets_of_that_session_only(hall: Hall, connect: Connect) -> None:
    token, elsewhere = hall.sign_in("dinsos1"), hall.sign_in("dinsos1")
    own, other, public = connect(token), connect(elsewhere), connect()
    for listener in (own, other):
        listener.enter("counter:7")
    public.enter("board:utara")
    hall.call("DELETE", "/session", token=token)
    wait_until(lambda: own.gone)
    again = connect(token)
    again.refused(again.join("counter:7"), "sign_in_needed")
    other.enter("counter:7")
    assert not public.gone


def test_unknown_rooms(connect: Connect) -> None:
    listener = connect()
    for room in ("board:nowhere", "line:9999", "line:01", "kiosk:", "nothing", "state", "", "line:" + "9" * 5000):
        problem = listener.refused(listener.join(room), "unknown_room")
        assert problem["status"] == 404
        assert problem["title"]


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_refusals_are_in_the_callers_language(connect: Connect, language: str) -> None:
    words = Path(__file__).parents[2].joinpath("queue_app", "locale", f"{language}.json").read_text("utf-8")
    listener = connect(headers={"Accept-Language": language})
    problem = listener.refused(listener.join("nothing:1"), "unknown_room")
    assert problem["title"] == json.loads(words)["refusal.unknown_room.title"]


# --- what does no harm


WRONG_MESSAGES = (
    *(None, True, 1, 1.5, "board:utara", [], ["board:utara"], {}, {"last": 1}, {"room": None}, {"room": 1}),
    *({"room": ["board:utara"]}, {"room": {"board": "utara"}}, {"room": "board:utara\x00"}, [{"room": "board:utara"}]),
)
WRONG_NUMBERS = ("1", -1, 1.5, True, [], {}, 2**53, 10**90)


def test_wrong_messages_are_refused_and_change_nothing(hall: Hall, connect: Connect) -> None:
    before = hall.everything()
    listener = connect()
    for message in WRONG_MESSAGES:
        answer = listener.ask("join", message)
        assert answer["ok"] is False, message
        assert answer["problem"]["status"] in (400, 404), message
        assert "ok" in listener.ask("leave", message), message
    listener = connect()
    for last in WRONG_NUMBERS:
        listener.refused(listener.join("board:utara", last), "bad_request")
    listener.refused(listener.ask("join"), "bad_request")
    assert listener.ask("join", {"room": "board:utara"}, {"room": "counter:1"})["ok"] is True
    assert listener.ask("leave", {"room": "board:utara"}, "more", 3)["ok"] is True
    for event in ("state", "beat", "nothing", "message", "error", "é" * 50):
        listener.client.emit(event, {"room": "board:utara", "seq": 10**9, "state": {}})
    listener.enter("board:utara")
    assert hall.everything() == before
    assert hall.faults() == ""


def test_what_a_client_says_is_heard_by_nobody(hall: Hall, connect: Connect) -> None:
    victim, attacker = connect(), connect()
    victim.enter("kiosk:lobi")
    attacker.enter("kiosk:lobi")
    for event in ("state", "beat"):
        attacker.client.emit(event, {"room": "kiosk:lobi", "seq": 2**52, "state": {}, "forged": True})
    attacker.enter("kiosk:lobi")
    hall.take(40)
    assert "forged" not in victim.next()


def test_floods_of_joins_are_refused(hall: Hall, connect: Connect) -> None:
    before = hall.settled()
    listener, other = connect(), connect()
    answers = [listener.join("board:utara") for _ in range(40)]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False] * 10
    problem = listener.refused(answers[-1], "too_many_attempts")
    assert problem["status"] == 429
    other.enter("board:utara")
    assert hall.everything() == before
    assert hall.faults() == ""


def test_nobody_sits_in_every_room(connect: Connect) -> None:
    listener = connect()
    for number in range(1, 9):
        listener.enter(f"line:{number}")
    listener.refused(listener.join("line:9"), "bad_request")
    listener.enter("line:8")
    listener.ask("leave", {"room": "line:8"})
    listener.enter("line:9")


def test_huge_messages_end_the_connection_of_their_sender_only(hall: Hall, connect: Connect) -> None:
    before = hall.everything()
    hostile, other = connect(), connect()
    other.enter("board:utara")
    hostile.client.emit("join", {"room": "x" * 40_000})
    wait_until(lambda: hostile.gone)
    assert not other.gone
    other.enter("board:utara")
    assert hall.everything() == before
    assert hall.faults() == ""


MALFORMED = ("", "9", "4", "42", "42[", '42["join"', "42{}", "42[1]", '42["connect"]', '42["disconnect"]', "451-[]")
LARGE = (
    "421" + "0" * 300,
    '42["join",1' + "0" * 300 + "]",
    "4" * 9999,
    "42" + "[" * 9000,
    '42["join",' + '{"a":' * 2000,
)
NO_TEXT = ("\x00", "é", b"\x00\xff")


@pytest.mark.parametrize("frame", [*MALFORMED, *LARGE, *NO_TEXT], ids=lambda frame: repr(frame[:14]))
def test_what_no_client_sends(hall: Hall, frame: str | bytes) -> None:
    raw = websocket.create_connection(hall.base.replace("http", "ws") + ENGINE, timeout=20)
    try:
        assert raw.recv().startswith("0{")
        raw.send("40")
        assert raw.recv().startswith("40{")
        with contextlib.suppress(OSError, websocket.WebSocketException):
            (raw.send_binary if isinstance(frame, bytes) else raw.send)(frame)
            raw.send('420["join",{"room":"board:utara","last":null}]')
            answer = raw.recv()
            assert not answer or answer.startswith(("43", "42"))
    finally:
        raw.shutdown()
    assert hall.call("GET", "/health")["status"] == "ok"
    assert hall.faults() == ""


# --- nothing personal


PERSONAL = {"token", "officer", "staff", "staff_id", "session", "session_id", "username", "id", "ticket"}


def test_public_rooms_hold_nothing_personal(hall: Hall, connect: Connect) -> None:
    token = hall.sign_in("kemenag1")
    tickets = [hall.take(40) for _ in range(3)]
    listener, officer = connect(), connect(token)
    messages: list[Any] = [listener.enter(room) for room in ("board:utara", "line:40", "kiosk:utama")]
    officer.enter("counter:8")
    hall.call("POST", "/counters/8/open", token=token)
    first = hall.call("POST", "/counters/8/call-next", token=token)["ticket"]["id"]
    for act in ("recall", "start", "complete"):
        hall.call("POST", f"/counters/8/{act}", {"ticket": first}, token=token)
    hall.call("POST", "/counters/8/call-next", token=token)
    hall.call("POST", f"/tickets/{tickets[2]['token']}/cancel")
    head = hall.call("GET", "/health")["seq"]
    rooms = {"board:utara", "line:40", "kiosk:utama"}
    wait_until(lambda: rooms <= {message["room"] for message in listener.all if message["seq"] == head})
    messages += listener.all
    messages += [listener.next("beat", 8)]
    public = ("/zones/utara/board", "/services/40/line", "/kiosks/utama", "/catalogue")
    messages += [hall.call("GET", path) for path in public]
    assert "Ahmad Fauzi Rahman" in json.dumps(officer.all)
    text = json.dumps(messages, ensure_ascii=False)
    for personal in ("Ahmad", "Fauzi", "kemenag1", token, *(ticket["token"] for ticket in tickets)):
        assert personal not in text
    assert not PERSONAL & keys(messages[:3] + listener.all)


def keys(value: Any) -> set[str]:
    """List all keys in a JSON value; those of maps by language or service are left out."""
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = set() if set(value) & {"id", "en", "ban"} and all(isinstance(v, str) for v in value.values()) else set(value)
    return own.union(*map(keys, value.values()))


def test_the_beat(hall: Hall, connect: Connect) -> None:
    listener = connect()
    joined = listener.enter("board:selatan")
    beat = listener.next("beat", 8)
    health = hall.call("GET", "/health")
    assert set(beat) == {"room", "seq", "head", "at", "build"}
    assert (beat["room"], beat["build"]) == ("board:selatan", health["build"])
    assert beat["head"] >= joined["seq"] >= beat["seq"]
    assert abs(beat["at"] / 1000 - time.time()) < 5


# --- the door


@pytest.mark.parametrize("origin", ["http://evil.test", "https://127.0.0.1", "http://127.0.0.1:1", "null"])
def test_pages_of_other_sites_cannot_connect(hall: Hall, origin: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(hall.base.replace("http", "ws") + ENGINE, origin=origin, timeout=20)
    assert refused.value.status_code in (400, 403)


def test_pages_of_this_site_and_programs_can(hall: Hall) -> None:
    address = hall.base.replace("http", "ws") + ENGINE
    for options in ({"origin": hall.base}, {"suppress_origin": True}):
        raw = websocket.create_connection(address, timeout=20, **options)
        assert raw.recv().startswith("0{")
        raw.shutdown()


def test_polling_is_refused(hall: Hall) -> None:
    for query in ("EIO=4&transport=polling", "EIO=4", "transport=polling", "EIO=3&transport=polling"):
        for data in (None, b"40"):
            request = urllib.request.Request(f"{hall.base}/socket.io/?{query}", data)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=20)
            assert refused.value.code == 400
            refused.value.close()
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(hall.base, transports=["polling"], wait_timeout=3)
