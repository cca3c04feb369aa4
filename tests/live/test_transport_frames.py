"""The outbox on a pair of sockets, and the parts of the transport that need no server."""

import random
import select
import socket
import struct
import threading
import time

import flask
import pytest
import socketio

from queue_app.live import transport, websocket_frames
from tests.waiting import wait_until


def spawn(task):
    thread = threading.Thread(target=task, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    with ours, theirs:
        yield websocket_frames.Outbox(ours, spawn=spawn, poll=select.poll), theirs


def read_all(sock):
    """Return the payloads of all frames until the end of the stream, and the rest of an incomplete last one."""
    data = bytearray()
    while chunk := sock.recv(1 << 16):
        data += chunk
    payloads = []
    at = 0
    while at + 2 <= len(data):
        size, head = data[at + 1], 2
        if size == 126:
            (size,), head = struct.unpack_from("!H", data, at + 2), 4
        elif size == 127:
            (size,), head = struct.unpack_from("!Q", data, at + 2), 10
        if at + head + size > len(data):
            break
        assert data[at] in (0x81, 0x88)
        payloads.append(bytes(data[at + head : at + head + size]))
        at += head + size
    return payloads, data[at:]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frame_states_its_size(pair, size):
    outbox, theirs = pair
    outbox.put(websocket_frames.frame(0x1, b"x" * size))
    outbox.close()
    assert read_all(theirs) == ([b"x" * size], b"")


def test_frames_of_many_threads_stay_whole_and_in_order(pair, monkeypatch):
    monkeypatch.setattr(websocket_frames, "MAX_FRAMES", 10_000)
    monkeypatch.setattr(websocket_frames, "MAX_BYTES", 1 << 30)
    outbox, theirs = pair
    sizes = random.Random(7)

    def write(name):
        for number in range(200):
            outbox.put(websocket_frames.text_frame(f"{name} {number} " + "x" * sizes.randrange(9000)))

    writers = [spawn(lambda name=name: write(name)) for name in range(6)]
    reader = {}
    reading = spawn(lambda: reader.update(result=read_all(theirs)))
    for writer in writers:
        writer.join()
    wait_until(lambda: not outbox._waiting, "the reader")
    outbox.close()
    reading.join()
    payloads, rest = reader["result"]
    assert rest == b""
    seen = {name: [] for name in range(6)}
    for payload in payloads:
        name, number, _ = payload.split(b" ")
        seen[int(name)].append(int(number))
    assert seen == {name: list(range(200)) for name in range(6)}


def test_too_much_waiting_drops_the_client_and_leaves_only_whole_frames_before_the_cut(pair):
    outbox, theirs = pair
    put = 0
    while outbox.live:
        outbox.put(websocket_frames.text_frame(f"{put} " + "x" * 3000))
        put += 1
        assert put < 5000
    payloads, _ = read_all(theirs)
    assert [int(payload.split(b" ")[0]) for payload in payloads] == list(range(len(payloads)))
    assert len(payloads) <= put - websocket_frames.MAX_FRAMES
    outbox.put(b"ignored")
    outbox.close(1000)


def test_one_message_larger_than_the_bound_is_sent(pair):
    outbox, theirs = pair
    outbox.put(websocket_frames.frame(0x1, b"x" * (3 * websocket_frames.MAX_BYTES)))
    assert outbox.live
    reader = {}
    reading = spawn(lambda: reader.update(result=read_all(theirs)))
    wait_until(lambda: not outbox._waiting, "the reader")
    outbox.close()
    reading.join()
    assert [len(payload) for payload in reader["result"][0]] == [3 * websocket_frames.MAX_BYTES]


def test_close_frame_never_lands_inside_another_frame(pair):
    outbox, theirs = pair
    outbox.put(websocket_frames.frame(0x1, b"x" * (2 * websocket_frames.MAX_BYTES)))
    outbox.close(1012)
    payloads, rest = read_all(theirs)
    assert payloads == []
    assert set(rest[10:]) == {ord("x")}


def test_client_that_is_gone_is_noticed(pair):
    outbox, theirs = pair
    theirs.close()
    outbox.put(websocket_frames.text_frame("x"))
    assert not outbox.live


# The transport without a server


@pytest.fixture(params=[True, False], ids=["lean", "stock"])
def sio(request):
    return transport.build_socketio(flask.Flask("hall"), lean=request.param, async_mode="threading")


def test_flask_socketio_test_client_hears_rooms(sio):
    @sio.on("join")
    def _join(room):
        sio.server.enter_room(flask.request.sid, room)
        return room

    client = sio.test_client(sio.sockio_mw.flask_app)
    assert client.emit("join", "hall", callback=True) == "hall"
    sio.emit("tick", {"n": 1}, to="hall")
    sio.emit("tick", {"n": 2}, to="elsewhere")
    assert client.get_received() == [{"name": "tick", "args": [{"n": 1}], "namespace": "/"}]
    assert not sio.connections.open


def test_settings_are_those_for_hostile_input(sio):
    engine = sio.server.eio
    assert engine.transports == ["websocket"]
    assert engine.cors_allowed_origins is None
    assert (engine.ping_interval, engine.ping_timeout, engine.max_http_buffer_size) == (25, 20, 16_384)
    assert not any([engine.cookie, engine.http_compression, engine.allow_upgrades, sio.manage_session])


@pytest.mark.parametrize(("given", "kept"), [(["https://antrean.example"], ["https://antrean.example"]), ([], None)])
def test_no_origins_never_means_all_origins(given, kept):
    sio = transport.build_socketio(flask.Flask("hall"), async_mode="threading", allowed_origins=given)
    assert sio.server.eio.cors_allowed_origins == kept


def test_missing_internals_are_named_with_the_versions(monkeypatch):
    monkeypatch.delattr(socketio.base_manager.BaseManager, "get_participants")
    with pytest.raises(transport.TransportError, match=r"python-socketio 5\..*Manager\.get_participants"):
        transport.build_socketio(flask.Flask("hall"), async_mode="threading")


def test_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="eventlet"):
        transport.build_socketio(flask.Flask("hall"), async_mode="eventlet")


def test_silent_client_is_asked_and_then_let_go(pair):
    outbox, theirs = pair
    engine = transport.build_socketio(flask.Flask("hall"), async_mode="threading").server.eio
    client = transport._Client(engine, "sid", outbox)
    now = time.monotonic()
    client.check_ping(now + 20)
    client.check_ping(now + 26)
    client.check_ping(now + 40)
    client._obey("3")
    client.check_ping(now + 20)
    client.check_ping(now + 26)
    assert not client.closed
    client.check_ping(now + 47)
    assert client.closed
    assert not outbox.live
    assert read_all(theirs) == ([b"2", b"2", struct.pack("!H", 1001)], b"")
