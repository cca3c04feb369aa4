"""Who speaks in a zone: one voice queue, one display at a time that holds its lease.

Several displays hang in a zone, and one of them speaks. It holds a lease of a few seconds in the database, so no two
workers can let two displays speak, and renews it while it has something to say. When it dies, the lease runs out and
the next display that asks gets it, with the list of what was spoken already. A display counts its lease as shorter than
it is: it falls silent before another can begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from queue_app.domain.clock import to_ms
from queue_app.store import tables as t
from queue_app.store.unit import Store

LEASE_MS = 4_000
SPOKEN_KEPT = 64
QUEUE_KEPT = 24
LATE_MS = 20_000
"""A call that grew older than this while nobody could speak is shown, and not spoken any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a display says when it asks for the voice: who it is, what it has spoken, and when it will speak what."""

    speaker: str
    call: int | None = None  # the call it would speak; if another has spoken it, there is nothing to hold the voice for
    spoken: Sequence[int] = ()
    queue: Sequence[tuple[int, int]] = ()  # number of the call in the log, milliseconds from now
    release: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer: may it speak, and which calls were spoken already."""

    granted: bool
    spoken: Sequence[int]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What became of a call: queued (in so many ms, None: nobody can say yet), speaking, spoken or shown (only)."""

    state: str
    in_ms: int | None = None


def ask_for_voice(store: Store, zone_id: int, asked: Asked, now: datetime) -> Turn:
    """Give the voice of a zone to this display, or keep it there, if no other display holds it."""
    now_ms = to_ms(now)
    with store.read() as connection:
        row = _row(connection, zone_id)
        if row is not None and row.speaker != asked.speaker and (row.until > now_ms or asked.call in row.spoken):
            return Turn(False, row.spoken)
    try:
        with store.transaction() as connection:
            return _take(connection, zone_id, asked, now_ms)
    except IntegrityError:
        # Two asked at once in a zone in which nobody had spoken before: the other one was first.
        return Turn(False, ())


def _take(connection: Connection, zone_id: int, asked: Asked, now_ms: int) -> Turn:
    row = _row(connection, zone_id)
    spoken = list(dict.fromkeys([*(() if row is None else row.spoken), *asked.spoken]))[-SPOKEN_KEPT:]
    values = {
        "speaker": asked.speaker,
        "until": now_ms if asked.release else now_ms + LEASE_MS,
        "spoken": spoken,
        "queue": [[seq, now_ms + wait] for seq, wait in asked.queue[:QUEUE_KEPT]],
    }
    if row is None:
        connection.execute(insert(t.zone_voice).values(zone_id=zone_id, **values))
        return Turn(True, spoken)
    if row.speaker != asked.speaker and asked.call in row.spoken:
        return Turn(False, row.spoken)
    free = (t.zone_voice.c.speaker == asked.speaker) | (t.zone_voice.c.until <= now_ms)
    done = connection.execute(update(t.zone_voice).where(t.zone_voice.c.zone_id == zone_id, free).values(**values))
    return Turn(done.rowcount == 1, spoken)


def speaker_of(connection: Connection, zone_id: int) -> str | None:
    """The display that spoke last in a zone."""
    row = _row(connection, zone_id)
    return None if row is None else str(row.speaker)


def announcement_of(connection: Connection, zone_id: int, seq: int, called_at: int, now_ms: int) -> Announcement:
    """What became of the call with number `seq` in the log."""
    row = _row(connection, zone_id)
    if row is not None and seq in row.spoken:
        return Announcement("spoken")
    # The speaker was there within the last 20 s: what waits in its list is not late, however long it waits.
    queue = [] if row is None or now_ms - row.until > LATE_MS else row.queue
    foreseen = [(queued, at - now_ms) for queued, at in queue]
    held = row is not None and row.until > now_ms
    for queued, in_ms in foreseen:
        if queued == seq:
            if not held:
                return Announcement("queued")
            return Announcement("queued", in_ms) if in_ms > 0 else Announcement("speaking")
    # Not in the speaker's list yet, which is not endless: it comes after everything that is.
    if (foreseen and seq > foreseen[-1][0]) or now_ms - called_at <= LATE_MS:
        return Announcement("queued", max(0, *(in_ms for _, in_ms in foreseen)) if held and foreseen else None)
    return Announcement("shown")


def _row(connection: Connection, zone_id: int) -> Row[Any] | None:
    return connection.execute(select(t.zone_voice).where(t.zone_voice.c.zone_id == zone_id)).one_or_none()
