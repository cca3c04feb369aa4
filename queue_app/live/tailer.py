"""The log tailer: follows the log; only the tailer publishes.

Notifications make it prompt, a tick makes it certain. It sends full states, numbered by the log position, and one
moment of the database serves both the facts and the states built from them, so no announcement is lost in between.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.events import SPOKEN
from queue_app.domain.facts import Fact, OfficerSignedOut
from queue_app.live.rooms import Room, affected_rooms, build_room_state
from queue_app.snapshots.board import announcements
from queue_app.snapshots.moment import Json, Moment
from queue_app.store import queries
from queue_app.store.unit_of_work import Store

TICK_SECONDS = 0.25
COALESCE_SECONDS = 0.025
BEAT_SECONDS = 5.0
SPOKEN_MS = 20_000
AGE_MS = 60_000  # waits, stops and the order of a line change with time alone: publish again after so long
_BATCH = 500

logger = logging.getLogger(__name__)


class Audience(Protocol):
    """The listeners of this process."""

    def rooms(self) -> set[Room]:
        """The rooms that have at least one listener here."""

    def send(self, event: str, message: Json, room: Room) -> None:
        """Send one message to everyone in a room."""

    def evict(self, session_id: int) -> None:
        """Disconnect the sockets of a staff session that ended."""

    def evict_expired(self) -> None:
        """Disconnect the sockets of staff whose sign-in does not hold any more."""


class Tailer:
    """Follows the log of one store for one audience, from its present end. `run` blocks until `stop`."""

    def __init__(
        self,
        store: Store,
        audience: Audience,
        clock: Callable[[], datetime],
        build: str,
        lacking: str | None = None,
    ) -> None:
        self._store = store
        self._audience = audience
        self._clock = clock
        self._build = build
        self._lacking = lacking
        self._wake_up = threading.Event()
        self._stopped = False
        self._sent: dict[Room, int] = {}
        self._retry: set[Room] = set()
        self._snapshots: dict[Room, tuple[int, int, Json]] = {}
        self._published: dict[Room, tuple[int, Json | None]] = {}  # when a room's state was last published, and which
        store.on_commit(self._wake_up.set)
        # Before anybody can join: everything logged after the first snapshot must be published.
        with store.read() as connection:
            self._position, _ = queries.log_head(connection)

    def notify(self) -> None:
        """Wake the tailer: there may be new facts in the log."""
        self._wake_up.set()

    def refresh_room(self, room: Room) -> None:
        """Recompute the room's state; publish if it changed. For changes that no fact records."""
        _, last_state = self._published.get(room, (0, None))
        self._published[room] = (0, last_state)
        self.notify()

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped = True
        self._wake_up.set()

    def run(self) -> None:
        """Follow the log until stopped; wait for a database that is unreachable."""
        beat_at = 0.0
        while not self._stopped:
            self._wake_up.wait(TICK_SECONDS)
            self._wake_up.clear()
            try:
                published = self.follow()
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_SECONDS
                    self.send_heartbeat()
            except SQLAlchemyError:
                logger.exception("the log cannot be read; trying again")
                time.sleep(1)
            except Exception:
                logger.exception("the log tailer stumbled; going on")
                time.sleep(TICK_SECONDS)
            else:
                if published:
                    time.sleep(COALESCE_SECONDS)

    def follow(self) -> bool:
        """Publish everything that is new. Return True if there was something to publish."""
        with self._store.read() as connection:
            seq, day = queries.log_head(connection)
            now_ms, rooms = to_ms(self._clock()), self._audience.rooms()
            aged = self._aged(rooms, now_ms)
            if seq == self._position and not self._retry and not aged:
                return False
            facts = self._new_facts(connection, self._position)
            catalogue = self._store.catalogue(connection)
            moment = Moment(connection, catalogue, seq, day, now_ms, self._lacking)
            self._retry &= rooms  # a client that rejoins later begins with a snapshot
            concerns = {room for room in affected_rooms(facts, catalogue, rooms) if self._sent.get(room) != seq}
            affected = (concerns | self._retry) & rooms
            announcing = {room for room in affected | aged if room.announces}
            self._publish_all(moment, announcing, facts, aged - affected)
            # The boards come first. Then the officer's response can go out, then everybody else's screens.
            time.sleep(0)
            self._publish_all(moment, (affected | aged) - announcing, facts, aged - affected)
        self._position = seq
        self._evict(facts)
        return True

    def snapshot(self, room: Room, last: int | None) -> Json:
        """Return the state of a room now, and the announcements after position `last` that are still worth speaking.

        Raises Refusal when the catalogue has no such room.
        """
        with self._store.read() as connection:
            seq, day = queries.log_head(connection)
            catalogue = self._store.catalogue(connection)
            moment = Moment(connection, catalogue, seq, day, to_ms(self._clock()), self._lacking)
            at, state = self._cached_state(moment, room)
            news: Sequence[Json] = []
            if last is not None and room.announces and last < seq:
                calls = queries.calls_since(connection, last, moment.now_ms - SPOKEN_MS)
                news = announcements(moment.catalogue, calls, room.key)
        return {"room": room.name, "seq": seq, "at": at, "state": state, "news": news}

    def send_heartbeat(self) -> None:
        """Send every room the heartbeat: the server lives, and its state reflects this log position."""
        self._audience.evict_expired()
        at = to_ms(self._clock())
        for room in self._audience.rooms():
            message = {
                "room": room.name,
                "seq": self._sent.get(room, 0),
                "head": self._position,
                "at": at,
                "build": self._build,
            }
            self._audience.send("beat", message, room)

    def _aged(self, rooms: set[Room], now_ms: int) -> set[Room]:
        """Return the rooms last published so long ago that time alone may have changed their state."""
        # Clients that joined meanwhile got a snapshot; a clock that was set back must not make a room wait.
        self._published = {room: self._published.get(room, (now_ms, None)) for room in rooms}
        return {room for room, (at, _) in self._published.items() if not 0 <= now_ms - at < AGE_MS}

    def _new_facts(self, connection: Any, after: int) -> list[Fact]:
        facts: list[Fact] = []
        while True:
            batch = queries.facts_after(connection, after, _BATCH)
            facts += batch
            if len(batch) < _BATCH:
                return facts
            after = batch[-1].seq

    def _publish_all(self, moment: Moment, rooms: Iterable[Room], facts: Iterable[Fact], only_aged: set[Room]) -> None:
        """Publish to `rooms`; to those that are `only_aged` only if time has changed their state."""
        messages = {room: self._message(moment, room, facts) for room in rooms}
        for room, message in messages.items():
            if room in only_aged and (message is None or message["state"] == self._published[room][1]):
                self._published[room] = (moment.now_ms, self._published[room][1])
            elif message is not None:
                self._publish(room, message)

    def _message(self, moment: Moment, room: Room, facts: Iterable[Fact]) -> Json | None:
        previous = self._sent.get(room, 0)
        news: Sequence[Json] = []
        try:
            state = build_room_state(moment, room)
            if room.announces:
                # A round that broke off after the boards reads the same facts again.
                calls: Iterable[Fact] = [fact for fact in facts if fact.kind in SPOKEN and fact.seq > previous]
                if room in self._retry:
                    calls = queries.calls_since(moment.connection, previous, moment.now_ms - SPOKEN_MS)
                news = announcements(moment.catalogue, calls, room.key)
        except SQLAlchemyError:
            raise
        except Refusal:
            self._retry.discard(room)
            return None  # the room left the catalogue; clients still in it get only the heartbeat
        except Exception:
            # A room whose state cannot be built must not hold up the others; it is retried at the next tick.
            logger.exception("the state of %s cannot be built", room.name)
            self._retry.add(room)
            return None
        self._snapshots[room] = (moment.seq, moment.now_ms, state)
        return {
            "room": room.name,
            "seq": moment.seq,
            "prev": previous,
            "at": moment.now_ms,
            "state": state,
            "news": news,
        }

    def _publish(self, room: Room, message: Json) -> None:
        try:
            self._audience.send("state", message, room)
        except Exception:
            logger.exception("%s: its state cannot be sent", room.name)
            self._retry.add(room)
        else:
            self._retry.discard(room)
            self._sent[room] = message["seq"]
            if room in self._published:
                self._published[room] = (message["at"], message["state"])

    def _cached_state(self, moment: Moment, room: Room) -> tuple[int, Json]:
        """Return the state and its time, built once for all clients that reconnect at the same time."""
        cached = self._snapshots.get(room)
        if cached is not None and cached[0] == moment.seq and moment.now_ms - cached[1] < TICK_SECONDS * 1000:
            return cached[1], cached[2]
        state = build_room_state(moment, room)
        self._snapshots[room] = (moment.seq, moment.now_ms, state)
        return moment.now_ms, state

    def _evict(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            if isinstance(fact.details, OfficerSignedOut) and fact.details.session_id is not None:
                self._audience.evict(fact.details.session_id)
