"""The lean transport: Socket.IO over websockets alone, one encoding a message and one task a client.

Stock python-socketio puts every message through each client's own queue, writer task, reader task and ping task.
Here a message to a room becomes one packet and one frame, written straight to each socket that has room for it.
A reader that falls behind has a bounded queue of its own (see `frames`) and delays nobody.

Leans on internals of python-engineio >=4.15,<4.16, python-socketio >=5.18,<5.19 and simple-websocket >=1.1,<1.2.
`build_socketio` looks for them and raises `TransportError` if they are gone; `lean=False` is the stock path.
With gevent, emit from the server's own thread only.
"""

from __future__ import annotations

import inspect
import logging
import select
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import engineio
import flask
import flask_socketio
import gevent.select
import simple_websocket
import socketio
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from wsproto.frame_protocol import CloseReason

from queue_app.live import websocket_frames
from queue_app.live.websocket_frames import ConnectionClosing, Inbox, Outbox, WholeFrames, text_frame

_PING_INTERVAL_S = 25
_PING_TIMEOUT_S = 20
_MAX_MESSAGE_BYTES = 16 * 1024  # what a client may send; ours may be larger

_POLLS: Mapping[str, Callable[[], Any]] = {"gevent": gevent.select.poll, "threading": select.poll}
# Reserved events: the library would run their handlers with any arguments a client sends.
_RESERVED = ("connect", "disconnect")
_PING = text_frame("2")  # Engine.IO packet types are digits: 0 open, 1 close, 2 ping, 3 pong, 4 message

_log = logging.getLogger(__name__)
# The libraries otherwise log every packet as soon as the application logs at level INFO.
_protocol_log = logging.getLogger(f"{__name__}.protocol")
_protocol_log.setLevel(logging.ERROR)


class TransportError(RuntimeError):
    """The installed libraries are not those that the transport was made for."""


class MalformedPacketError(ValueError):
    """A client sent a packet that no Socket.IO client sends."""


@dataclass
class _Connections:
    """The open websockets of one process."""

    open: set[Outbox] = field(default_factory=set)
    stopping: bool = False

    def admit(self, outbox: Outbox) -> None:
        """Register a connection, or close it at once if shutdown has begun."""
        self.open.add(outbox)
        if self.stopping:
            outbox.close(CloseReason.SERVICE_RESTART)


class _Packet(socketio.packet.Packet):  # type: ignore[misc]  # the library publishes no types
    """Text packets of the expected shape; a binary one would be collected in memory until it is complete."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """Read a packet. Raises MalformedPacketError."""
        try:
            attachments: int = super().decode(encoded_packet)
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise MalformedPacketError("not a packet") from None
        data = self.data
        a_list = isinstance(data, list)
        fits = {
            socketio.packet.CONNECT: data is None or isinstance(data, dict),
            socketio.packet.DISCONNECT: True,
            socketio.packet.EVENT: a_list and data and isinstance(data[0], str) and data[0] not in _RESERVED,
            socketio.packet.ACK: a_list,
        }
        if attachments or not fits.get(self.packet_type):
            raise MalformedPacketError("not an expected packet")
        return 0


class _Manager(socketio.Manager):  # type: ignore[misc]  # the library publishes no types
    """Sends a message to a room as one encoding and one frame."""

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Emit as the base class does: to all clients of a namespace or to those in a room."""
        if callback:  # every client gets an id of its own
            super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        packet = self.server.packet_class(data=[event, *arguments], namespace=namespace)
        message = engineio.packet.Packet(engineio.packet.MESSAGE, packet.encode())
        framed = text_frame(message.encode())
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid] if skip_sid else []
        clients: dict[str, _Client] = self.server.eio.sockets
        for sid, engine_sid in self.get_participants(namespace, to or room):
            if skipped and sid in skipped:
                continue
            client = clients.get(engine_sid)
            if client is not None:
                client.outbox.put(framed)
            else:  # Flask-SocketIO's test client
                self.server._send_eio_packet(engine_sid, message)


class _Client:
    """One Engine.IO session on one websocket: that part of engineio.Socket which a websocket needs."""

    __slots__ = ("_asked", "_due", "_reason", "_server", "closed", "outbox", "session", "sid")

    connected = upgraded = True  # no transport to upgrade from

    def __init__(self, server: _LeanEngine, sid: str, outbox: Outbox) -> None:
        self._server = server
        self._reason = server.reason.TRANSPORT_CLOSE
        self._asked = False
        self._due = time.monotonic() + server.ping_interval
        self.sid = sid
        self.outbox = outbox
        self.session: dict[str, Any] = {}
        self.closed = False

    def open(self) -> None:
        """Send the client the session's parameters."""
        server = self._server
        terms = {
            "sid": self.sid,
            "upgrades": [],
            "pingInterval": server.ping_interval * 1000,
            "pingTimeout": server.ping_timeout * 1000,
            "maxPayload": server.max_http_buffer_size,
        }
        self.send(engineio.packet.Packet(engineio.packet.OPEN, terms))

    def send(self, packet: Any) -> None:
        """Send one Engine.IO packet, after all that was sent before."""
        self.outbox.put(text_frame(packet.encode()))

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the session; the client's own task notifies the application."""
        self._leave(CloseReason.NORMAL_CLOSURE, reason or self._server.reason.SERVER_DISCONNECT)

    def check_ping(self, now: float) -> None:
        """Ping the client when it is time; end the session if the last ping was not answered."""
        if now < self._due:
            return
        if self._asked:
            self._leave(CloseReason.GOING_AWAY, self._server.reason.PING_TIMEOUT)
        else:
            self._asked = True
            self._due = now + self._server.ping_timeout
            self.outbox.put(_PING)

    def serve(self, sock: Any) -> None:
        """Read until the connection ends, then notify the application."""
        inbox = Inbox(self.outbox, self._server.max_http_buffer_size)
        try:
            while data := sock.recv(4096):
                for text in inbox.take(data):
                    self._obey(text)
                self._server.sleep(0)  # gevent reads on without a switch while there is something to read
        except ConnectionClosing as ending:
            self.outbox.close_after_drain(ending.code)
        except OSError:
            pass  # the connection is gone, as it is after an empty read
        finally:
            self.closed = True
            self.outbox.close()
            self._server._trigger_event("disconnect", self.sid, self._reason, run_async=False)

    def _leave(self, code: int, reason: str) -> None:
        if not self.closed:
            self.closed = True
            self._reason = reason
            self.outbox.close(code)

    def _obey(self, text: str) -> None:
        match text[:1]:
            case "4" if len(text) > 1:
                try:
                    self._server.handlers["message"](self.sid, text[1:])
                except MalformedPacketError:
                    raise ConnectionClosing(CloseReason.POLICY_VIOLATION) from None
                except Exception:
                    _log.exception("a handler of a message failed")
            case "3":
                self._asked = False
                self._due = time.monotonic() + self._server.ping_interval
            case "1":
                self._reason = self._server.reason.CLIENT_DISCONNECT
                raise ConnectionClosing(CloseReason.NORMAL_CLOSURE)
            case _:
                raise ConnectionClosing(CloseReason.POLICY_VIOLATION)


class _LeanEngine(engineio.Server):  # type: ignore[misc]  # the library publishes no types
    """An Engine.IO server whose clients come by websocket only; one task pings all of them."""

    start_service_task: bool

    def __init__(self, connections: _Connections, **options: Any) -> None:
        super().__init__(**options)
        self.connections = connections
        self._starting = threading.Lock()

    def _handle_connect(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        transport: str,
        jsonp_index: int | None = None,
    ) -> Any:
        answer = websocket_frames.handshake_response(environ)
        if answer is None:
            refusal = self._bad_request("Invalid websocket upgrade")
            refusal["headers"] += [("Sec-WebSocket-Version", "13")]
            return refusal
        if self.connections.stopping:
            return {**self._bad_request("Stopping"), "status": "503 SERVICE UNAVAILABLE"}
        self._start_pings()
        _, sock = websocket_frames.socket_of(environ)
        client = _Client(self, self.generate_id(), _outbox(sock, self))
        self.sockets[client.sid] = client
        self.connections.admit(client.outbox)
        try:
            self._trigger_event("connect", client.sid, environ)
            client.outbox.put(answer)
            client.open()
            client.serve(sock)
        finally:
            self.connections.open.discard(client.outbox)
            self.sockets.pop(client.sid, None)
        websocket_frames.release_socket(environ)

    def _start_pings(self) -> None:
        """Start the ping task at the first client, because the process may fork before."""
        with self._starting:
            if self.start_service_task:
                self.start_service_task = False
                self.service_task_event = self.create_event()
                self.service_task_handle = self.start_background_task(self._service_task)

    def _service_task(self) -> None:
        while not self.service_task_event.wait(1.0):
            now = time.monotonic()
            for client in list(self.sockets.values()):
                client.check_ping(now)


class _LeanServer(socketio.Server):  # type: ignore[misc]  # the library publishes no types
    """A Socket.IO server on the lean engine."""

    def _engineio_server_class(self) -> type[_LeanEngine]:
        return _LeanEngine


def build_socketio(
    app: flask.Flask,
    *,
    lean: bool = True,
    async_mode: str = "gevent",
    allowed_origins: Iterable[str] | None = None,
) -> flask_socketio.SocketIO:
    """Build Socket.IO on `app`: websockets only, no compression, text only, incoming messages of at most 16 KiB.

    `async_mode` is "gevent" or "threading". Events of one client are handled one after the other. Pages of the
    same origin may connect, or else those of `allowed_origins` ("https://host"), and clients that state none.
    Raises TransportError if the libraries have changed.
    """
    if async_mode not in _POLLS:
        raise ValueError(f"unknown async_mode {async_mode!r}")
    _check_libraries()
    options: dict[str, Any] = {
        "async_mode": async_mode,
        "async_handlers": False,
        "serializer": _Packet,
        "transports": ["websocket"],
        "allow_upgrades": False,
        "cookie": None,
        "http_compression": False,
        "ping_interval": _PING_INTERVAL_S,
        "ping_timeout": _PING_TIMEOUT_S,
        "max_http_buffer_size": _MAX_MESSAGE_BYTES,
        # An empty list would mean to python-engineio that everybody may.
        "cors_allowed_origins": list(allowed_origins or ()) or None,
        "logger": _protocol_log,
        "engineio_logger": _protocol_log,
    }
    sio = flask_socketio.SocketIO(app, path="socket.io", manage_session=False, **options)
    sio.connections = connections = _Connections()
    if lean:
        sio.server = _LeanServer(client_manager=_Manager(), connections=connections, **options)
        sio.sockio_mw.engineio_app = sio.server
    else:
        engine = sio.server.eio
        driver = engine._async["websocket"]
        if not issubclass(driver, SimpleWebSocketWSGI):
            raise TransportError("gevent-websocket is installed, but the stock path needs simple-websocket")
        engine._async = {**engine._async, "websocket": _stock_websocket(driver, connections)}
    return sio


def close_all(sio: flask_socketio.SocketIO) -> None:
    """Send Close 1012 (service restart) to every client, cut the connections at once, and accept no more.

    Not from a signal handler: with gevent, let a greenlet do it.
    """
    sio.connections.stopping = True
    for outbox in list(sio.connections.open):
        outbox.close(CloseReason.SERVICE_RESTART)


def _stock_websocket(driver: Any, connections: _Connections) -> Callable[[Any, Any], Any]:
    """Return the websocket class of the stock stack, with whole frames, a bounded message, and no compression."""

    def wrap(handler: Any, server: Any) -> Callable[..., Any]:
        stock = driver(handler, server)
        stock.server_args["max_message_size"] = server.max_http_buffer_size

        def wake() -> None:  # simple-websocket may do so before it has noted that the connection has ended
            if hasattr(stock, "ws"):
                stock.ws.event.set()

        def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            if connections.stopping:
                start_response("503 SERVICE UNAVAILABLE", [("Content-Type", "text/plain")])
                return [b"Stopping"]
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            key, sock = websocket_frames.socket_of(environ)
            outbox = _outbox(sock, server)
            environ[key] = WholeFrames(sock, outbox, wake)
            connections.admit(outbox)
            try:
                return stock(environ, start_response)
            finally:
                if hasattr(stock, "ws"):
                    stock.ws.thread.join(1.0)  # it may still be answering a Close frame
                outbox.close()
                connections.open.discard(outbox)
                server.sockets.pop(handler.__self__.sid, None)  # the library leaves it for a later sweep

        return run

    return wrap


def _outbox(sock: Any, engine: Any) -> Outbox:
    return Outbox(sock, spawn=engine.start_background_task, poll=_POLLS[engine.async_mode])


def _check_libraries() -> None:
    needed: dict[Any, Iterable[str]] = {
        engineio.Server: ("_service_task", "_trigger_event", "_bad_request", "generate_id", "start_background_task"),
        socketio.Server: ("_engineio_server_class", "_send_eio_packet"),
        socketio.Manager: ("emit", "get_participants"),
        socketio.packet.Packet: ("encode", "decode", "uses_binary_events"),
        simple_websocket.Server: ("_thread", "_handle_events"),
    }
    lost = [f"{owner.__name__}.{name}" for owner, names in needed.items() for name in names if not hasattr(owner, name)]
    connect = getattr(engineio.Server, "_handle_connect", None)
    arguments = list(inspect.signature(connect).parameters) if connect else []
    if arguments != ["self", "environ", "start_response", "transport", "jsonp_index"]:
        lost.append("Server._handle_connect")
    if lost:
        names = ("python-engineio", "python-socketio", "simple-websocket")
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        raise TransportError(f"{versions}: the live transport does not find {', '.join(lost)}")
