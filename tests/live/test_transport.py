"""The transport against real servers: gunicorn with gevent and with threads, lean and stock."""

import concurrent.futures
import contextlib
import http.client
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import socketio

from tests.waiting import wait_until

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("transport_client", HERE / "transport_client.py")
wire = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(wire)

KINDS = ["gevent-lean", "gevent-stock", "threading-lean", "threading-stock"]


class Server:
    """One server process on a free port of this machine."""

    def __init__(self, kind, log):
        self.mode, self.flavour = kind.split("-")
        self.lean = self.flavour == "lean"
        self._log = log
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port = listener.getsockname()[1]
            with log.open("wb") as output:
                self.process = subprocess.Popen(
                    self._command(listener.fileno()),
                    env=os.environ
                    | {
                        "PYTHONPATH": f"{HERE.parents[1]}:{HERE}",
                        "TRANSPORT_LEAN": str(int(self.lean)),
                        "TRANSPORT_MODE": "gevent" if self.mode == "gevent" else "threading",
                    },
                    pass_fds=[listener.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # so that its worker can be ended with it
                )
        self.stats()

    def _command(self, number):
        if self.mode == "werkzeug":
            return [sys.executable, str(HERE / "transport_server.py"), str(number)]
        worker = {"gevent": "gevent", "threading": "gthread"}[self.mode]
        settings = str(HERE / "transport_gunicorn.py")
        bind = f"fd://{number}"
        return [
            *(sys.executable, "-m", "gunicorn", "-k", worker, "-c", settings, "-b", bind),
            "transport_server:app",
        ]

    def ask(self, method, path):
        """Send one HTTP request. Return the JSON of its response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path)
            return json.loads(connection.getresponse().read())

    def stats(self):
        """Return the server's counts of clients and tasks."""
        return self.ask("GET", "/stats")

    def wait_for(self, **expected):
        """Wait until the server's counts are these."""

        def held():
            stats = self.stats()
            return stats if all(stats[key] == value for key, value in expected.items()) else None

        return wait_until(held, lambda: f"{expected}; now {self.stats()}\n{self.log()}")

    def client(self, room=None, **options):
        """Connect a raw client and join."""
        return wire.RawClient(self.port, **options).enter(room)

    def log(self):
        """Read the server's log."""
        return self._log.read_text()

    def stop(self):
        """Stop the server as a service manager would. Return the seconds it took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    running = []

    def start(kind):
        server = Server(kind, tmp_path_factory.mktemp(kind) / "log")
        running.append(server)
        return server

    yield start
    for server in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def served(server):
    yield server
    server.stop()
    assert server.log().count("Traceback") == server.log().count("LookupError: on purpose"), server.log()


@pytest.fixture(scope="module", params=KINDS)
def server(request, start):
    yield from served(start(request.param))


@pytest.fixture(scope="module", params=[kind for kind in KINDS if kind.endswith("lean")])
def lean_server(request, start):
    yield from served(start(request.param))


@pytest.fixture
def many():
    """Open many clients at once; close them all at the end."""
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(8) as pool:

        def many(server, count, room):
            clients = list(pool.map(lambda _: server.client(room), range(count)))
            for client in clients:
                stack.enter_context(client)
            return clients

        yield many


def ticks(client, count):
    """Return the numbers of `count` messages of /emit."""
    events = [client.event() for _ in range(count)]
    assert {name for name, _ in events} == {"tick"}
    return [number for _, (number, _) in events]


# A library's client


def test_client_of_the_library_gets_answers_and_its_rooms_only(server):
    received = []
    arrived = threading.Event()
    client = socketio.Client(reconnection=False)

    @client.on("tick")
    def _tick(data):
        received.append(data)
        if data[0] == 2:
            arrived.set()

    client.connect(f"http://127.0.0.1:{server.port}", transports=["websocket"])
    try:
        assert client.call("join", "mine") == {"ok": True}
        assert client.call("echo", {"deep": [1, "é", None]}) == {"deep": [1, "é", None]}
        server.ask("POST", "/emit/other/3/10")
        server.ask("POST", "/emit/mine/3/10")
        assert arrived.wait(5)
    finally:
        client.disconnect()
    assert received == [[0, "x" * 10], [1, "x" * 10], [2, "x" * 10]]
    server.wait_for(live=0)


# The websocket


def test_fragmented_message_is_put_together(server):
    with server.client() as client:
        whole = '421["echo","überlang"]'.encode()
        client.send(wire.TEXT, whole[:12], final=False)  # in the middle of a letter
        client.send(0x9, b"between")
        client.send(0x0, whole[12:14], final=False)
        client.send(0x0, whole[14:])
        assert client.frame() == (wire.PONG, b"between")
        assert client.message() == '431["\\u00fcberlang"]'


def test_ping_is_answered_with_its_payload(server):
    with server.client() as client:
        client.send(wire.PING, b"\x00\xff" * 60)
        assert client.frame() == (wire.PONG, b"\x00\xff" * 60)


def test_close_is_answered_with_the_same_code(server):
    with server.client() as client:
        client.send(wire.CLOSE, (1001).to_bytes(2, "big"))
        assert client.close_code() == 1001
    server.wait_for(live=0)


BROKEN = {
    "oversized": ({"opcode": wire.TEXT, "payload": b"4" + b"x" * 20_000}, 1009),
    "invalid opcode": ({"opcode": 0x3}, 1002),
    "not masked": ({"opcode": wire.TEXT, "payload": b"40", "masked": False}, 1002),
    "reserved bit": ({"opcode": wire.TEXT, "payload": b"40", "reserved": 0x40}, 1002),
    "fragmented ping": ({"opcode": wire.PING, "final": False}, 1002),
    "lone continuation": ({"opcode": 0x0, "payload": b"x"}, 1002),
    "not utf-8": ({"opcode": wire.TEXT, "payload": b"4\xff\xfe"}, 1007),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_frame_ends_this_connection_and_hurts_nobody_else(server, broken):
    sent, code = BROKEN[broken]
    with server.client("hall") as other:
        with server.client("hall") as client:
            client.send(**sent)
            ended_with = client.close_code()
            assert ended_with in ((code,) if server.lean else (code, None))
        server.ask("POST", "/emit/hall/2/10")
        assert ticks(other, 2) == [0, 1]


def test_failing_handler_leaves_the_connection(server):
    with server.client() as client:
        client.text('42["fail"]')
        assert client.ask("echo", 1) == [1]
    assert "on purpose" in server.log()


def test_compression_is_never_agreed_on(server):
    offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    with server.client("hall", headers=[offer]) as client:
        assert "extensions" not in client.answer.lower()
        server.ask("POST", "/emit/hall/1/1000")
        assert ticks(client, 1) == [0]


@pytest.mark.parametrize(("origin", "status"), [("http://elsewhere.example", 400), ("http://127.0.0.1:{port}", 101)])
def test_only_pages_of_the_same_origin_are_let_in(server, origin, status):
    with wire.RawClient(server.port, headers=["Origin: " + origin.format(port=server.port)]) as client:
        assert client.status == status


def test_polling_is_refused(server):
    assert server.ask("GET", "/socket.io/?EIO=4&transport=polling") == "Invalid transport"


# What the stock stack takes, or only logs


MALFORMED = [
    *("", "x", "0{}", "5", "bAAAA", "4", "4x", "42", "42{}", "42[]", "42[1]", "44", "46", "40[]", "43{}"),
    *('42["connect"]', '42["disconnect"]', '451-["echo",{"_placeholder":true,"num":0}]'),
    "42" + "[" * 5000,
    "42" + "9" * 6000 + "[]",
]


def test_malformed_packet_ends_this_connection(lean_server):
    for packet in MALFORMED:
        with lean_server.client() as client:
            client.text(packet)
            assert client.close_code() == 1008, packet[:40]


def test_binary_message_ends_this_connection(lean_server):
    with lean_server.client() as client:
        client.send(wire.BINARY, b"x")
        assert client.close_code() == 1003


@pytest.mark.parametrize("key", ["c2hvcnQ=", "%%"])
def test_opening_needs_a_correct_key(lean_server, key):
    with wire.RawClient(lean_server.port, key=key) as client:
        assert client.status == 400


# Messages to rooms


def test_one_encoding_however_many_hear_it(server, many):
    clients = many(server, 50, "hall")
    counted = server.ask("POST", "/emit/hall/1/2000")
    assert counted["encoded"] == 1
    assert not server.lean or counted["framed"] == 1
    assert [ticks(client, 1) for client in clients] == [[0]] * 50


def test_messages_and_answers_of_one_client_keep_their_order(server):
    with server.client("mine") as client:
        for number in range(200):
            client.text(f'42{number}["count","mine",{number}]')
        expected = []
        for number in range(200):
            expected += [f'42["tick",{number}]', f"43{number}[{number}]"]
        assert [client.message() for _ in range(400)] == expected


def test_reader_that_stands_still_is_dropped_and_nobody_else_notices(server, many):
    others = many(server, 20, "hall")
    with server.client("hall", receive_buffer=4096) as asleep, concurrent.futures.ThreadPoolExecutor(20) as pool:
        reading = [pool.submit(ticks, client, 600) for client in others]
        server.ask("POST", "/emit/hall/600/4000")
        for numbers in reading:
            assert numbers.result() == list(range(600))
        server.wait_for(live=20)
        got = []
        with contextlib.suppress(wire.StreamEndedError):  # and nothing corrupt before the end
            while True:
                got.append(asleep.event()[1][0])
        assert got == list(range(len(got)))
        assert 0 < len(got) < 600


def test_reader_that_wakes_in_time_gets_everything(server):
    with server.client("hall", receive_buffer=4096) as client:
        server.ask("POST", "/emit/hall/300/4000")  # much more than the client's side of the line holds
        client.send(wire.PING, b"now")
        assert ticks(client, 300) == list(range(300))
        assert client.frame() == (wire.PONG, b"now")
        assert client.ask("echo", 1) == [1]


def test_reader_that_stays_behind_is_dropped_in_the_end(server):
    server.ask("POST", "/patience/300")
    with server.client("hall", receive_buffer=4096):
        server.ask("POST", "/emit/hall/200/4000")
        server.wait_for(live=0, sockets=0)
    server.ask("POST", "/patience/15000")


# The end


def test_nothing_is_left_of_clients_that_went(server):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        server.wait_for(live=0, sockets=0)
        left = server.stats()["left"]

        def visit(number):
            with server.client(f"room {number % 7}") as client:
                if number % 2:  # the others just vanish
                    client.send(wire.CLOSE, (1000).to_bytes(2, "big"))
                    client.close_code()

        list(pool.map(visit, range(200)))
    stats = server.wait_for(live=0, sockets=0, rooms=0, environs=0)
    assert stats["left"] - left == 200


def test_engine_close_packet_ends_the_session(server):
    with server.client("hall") as client:
        client.text("1")
        with contextlib.suppress(wire.StreamEndedError):
            client.close_code() if server.lean else client.send(wire.CLOSE)
    server.wait_for(live=0, sockets=0)


@pytest.mark.parametrize("kind", ["werkzeug-lean", "werkzeug-stock"])
def test_development_server_works_too_and_stops(start, kind):
    server = start(kind)
    with server.client("hall") as client:
        server.ask("POST", "/emit/hall/3/10")
        assert ticks(client, 3) == [0, 1, 2]
        client.send(wire.CLOSE, (1000).to_bytes(2, "big"))
        assert client.close_code() == 1000
    server.wait_for(live=0, sockets=0, rooms=0)
    with server.client() as client:
        server.ask("POST", "/stop")
        assert client.close_code() == 1012
    with wire.RawClient(server.port) as late:
        assert late.status == 503
    assert "Traceback" not in server.log(), server.log()


def test_at_the_very_end_a_stop_closes_every_client_at_once(server, many):
    clients = many(server, 30, "hall")
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        codes = [pool.submit(client.close_code) for client in clients]
        assert server.stop() < 5
        assert [code.result() for code in codes] == [1012] * 30
