"""Socket.IO adapter: join a room from a known position, receive its states, leave. No other event is handled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import flask
import flask_socketio

from queue_app.domain.errors import Refusal
from queue_app.domain.staff import Officer
from queue_app.live.display_presence import DisplayPresence
from queue_app.live.rooms import ALARMS, Room, authorise_join, parse
from queue_app.live.tailer import Tailer
from queue_app.services.accounts.sessions import valid_sessions
from queue_app.services.throttle import RateLimiter
from queue_app.snapshots.moment import Json
from queue_app.store.unit_of_work import Store

logger = logging.getLogger(__name__)

_MAX_ROOMS = 8
# A page joins once or twice; whoever joins 30 times in ten seconds is broken or hostile.
_MAX_JOINS = 30
_WINDOW_SECONDS = 10.0
# A display that speaks asks about once a second, and reports every five.
_MAX_MESSAGES = 200


@dataclass
class _Listener:
    """One connected socket."""

    officer: Officer | None = None
    paired: str | None = None
    """Key of the display, if it is paired."""
    rooms: set[Room] = field(default_factory=set)


class Sockets:
    """The tailer's audience: every socket of this process and the rooms they are in."""

    def __init__(self, sio: flask_socketio.SocketIO, store: Store, clock: Callable[[], datetime]) -> None:
        self._sio = sio
        self._store = store
        self._clock = clock
        self._listeners: dict[str, _Listener] = {}
        self._present: dict[Room, int] = {}
        self._joins = RateLimiter(_MAX_JOINS, _WINDOW_SECONDS)
        self._messages = RateLimiter(_MAX_MESSAGES, _WINDOW_SECONDS)
        self.lobby = DisplayPresence(store, clock)

    def rooms(self) -> set[Room]:
        """The rooms that have at least one listener here."""
        return set(self._present)

    def send(self, event: str, message: Json, room: Room) -> None:
        """Send one message to everyone in a room."""
        self._sio.emit(event, message, to=room.name)

    def evict(self, session_id: int) -> None:
        """Disconnect the sockets of a staff session that ended."""
        for sid, listener in list(self._listeners.items()):
            if listener.officer is not None and listener.officer.session_id == session_id:
                self._sio.server.disconnect(sid, namespace="/")

    def tidy(self) -> None:
        """Disconnect the sockets of staff whose session has expired, or was ended just as the socket connected."""
        sessions = {
            listener.officer.session_id for listener in self._listeners.values() if listener.officer is not None
        }
        if sessions:
            for ended in sessions - valid_sessions(self._store, sessions, self._clock()):
                self.evict(ended)

    def listen(
        self,
        tailer: Tailer,
        officer_of: Callable[[str | None], Officer | None],
        problem: Callable[[Refusal], Json],
        paired: Callable[[], str | None],
    ) -> None:
        """Register the handlers.

        `officer_of` maps the handshake's token (or the cookie) to an officer; `paired` returns the key of the display
        that sent the handshake, if it is paired.
        """

        self.lobby.on_silence = lambda: tailer.refresh_room(ALARMS)

        @self._sio.on("connect")
        def _connect(auth: Any = None) -> None:
            token = auth.get("token") if isinstance(auth, dict) else None
            officer = officer_of(token if isinstance(token, str) else None)
            self._listeners[_sid()] = _Listener(officer, paired())

        @self._sio.on("disconnect")
        def _disconnect(*_reason: object) -> None:
            listener = self._listeners.pop(_sid(), None)
            for room in set() if listener is None else listener.rooms:
                self._left(room)

        @self._sio.on("join")
        def _join(message: Any = None, *_more: object) -> Json:
            sid = _sid()
            try:
                return {"ok": True, **self._enter(sid, message, tailer)}
            except Refusal as refusal:
                return {"ok": False, "problem": problem(refusal)}

        @self._sio.on("leave")
        def _leave(message: Any = None, *_more: object) -> Json:
            sid = _sid()
            try:
                self._leave(sid, parse(message.get("room") if isinstance(message, dict) else None))
            except Refusal as refusal:
                return {"ok": False, "problem": problem(refusal)}
            return {"ok": True}

        @self._sio.on("speak")
        def _speak(message: Any = None, *_more: object) -> Json:
            return self._answer(_sid(), message, self.lobby.speak, problem)

        @self._sio.on("report")
        def _report(message: Any = None, *_more: object) -> Json:
            return self._answer(_sid(), message, self.lobby.report, problem)

        @self._sio.on_error_default
        def _fault(_error: Exception) -> Json:
            logger.exception("a socket handler failed")
            return {"ok": False, "problem": {"code": "internal", "status": 500}}

    def _answer(
        self, sid: str, message: Any, act: Callable[[Any, str | None], Json], problem: Callable[[Refusal], Json]
    ) -> Json:
        """Handle a display's message, only if its socket is in the room of that zone's board."""
        try:
            listener = self._listeners.get(sid)
            zone = message.get("zone") if isinstance(message, dict) else None
            if listener is None or parse(f"board:{zone}") not in listener.rooms:
                raise Refusal("bad_request")
            self._messages.count(sid)
            return {"ok": True, **act(message, listener.paired)}
        except Refusal as refusal:
            return {"ok": False, "problem": problem(refusal)}

    def _enter(self, sid: str, message: Any, tailer: Tailer) -> Json:
        listener = self._listeners.get(sid)
        if listener is None or not isinstance(message, dict):
            raise Refusal("bad_request")
        self._joins.count(sid)
        last = message.get("last")
        if last is not None and (type(last) is not int or not 0 <= last < 2**53):
            raise Refusal("bad_request")
        room = parse(message.get("room"))
        with self._store.read() as connection:
            authorise_join(room, self._store.catalogue(connection), listener.officer)
        if room not in listener.rooms:
            if len(listener.rooms) >= _MAX_ROOMS:
                raise Refusal("bad_request")
            listener.rooms.add(room)
            self._present[room] = self._present.get(room, 0) + 1
            # Join first, then the snapshot: messages sent meanwhile arrive as well, and `seq` tells which
            # is newer.
            flask_socketio.join_room(room.name)
        return tailer.snapshot(room, last)

    def _leave(self, sid: str, room: Room) -> None:
        listener = self._listeners.get(sid)
        if listener is not None and room in listener.rooms:
            listener.rooms.discard(room)
            flask_socketio.leave_room(room.name)
            self._left(room)

    def _left(self, room: Room) -> None:
        self._present[room] -= 1
        if not self._present[room]:
            del self._present[room]


def _sid() -> str:
    """Return the id of the socket whose event is being handled."""
    return str(flask.request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO adds it
