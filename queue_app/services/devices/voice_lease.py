"""The voice lease of a zone: one display at a time speaks the zone's announcements.

Of several displays in a zone, one speaks. The speaker holds a lease of a few seconds in the database, so no two workers
can let two displays speak, and renews the lease while it has something to say. When the speaker dies, the lease expires
and the next display that requests it gets it, with the list of what was spoken already. A display assumes a shorter
lease than it has: it stops speaking before another can begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from queue_app.domain.clock import to_ms
from queue_app.domain.sound import AnnouncementState
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

LEASE_MS = 4_000
SPOKEN_KEPT = 64
QUEUE_KEPT = 24
LATE_CALL_MS = 20_000
"""A call older than this that no display could speak is only shown, and not spoken any more."""


@dataclass(frozen=True, slots=True)
class LeaseRequest:
    """A display's request for the voice lease: its key, the calls it has spoken, and when it will speak which."""

    speaker: str
    call: int | None = None  # the call it would speak; if another display has spoken it, no lease is needed
    spoken: Sequence[int] = ()
    queue: Sequence[tuple[int, int]] = ()  # log position of the call, milliseconds from now
    release: bool = False


@dataclass(frozen=True, slots=True)
class LeaseReply:
    """The reply to a lease request: whether the display may speak, and which calls were spoken already."""

    granted: bool
    spoken: Sequence[int]


@dataclass(frozen=True, slots=True)
class Announcement:
    """State of a call's announcement: queued (in `in_ms`, None: not known yet), speaking, spoken or shown (only)."""

    state: AnnouncementState
    in_ms: int | None = None


def request_voice_lease(store: Store, zone_id: int, request: LeaseRequest, now: datetime) -> LeaseReply:
    """Grant or renew the voice lease of a zone for this display, unless another display holds it."""
    now_ms = to_ms(now)
    with store.read() as connection:
        row = _row(connection, zone_id)
        if row is not None and row.speaker != request.speaker and (row.until > now_ms or request.call in row.spoken):
            return LeaseReply(False, row.spoken)
    try:
        with store.transaction() as connection:
            return _take_lease(connection, zone_id, request, now_ms)
    except IntegrityError:
        # Two displays asked at once in a zone without a lease row: the other one was first.
        return LeaseReply(False, ())


def _take_lease(connection: Connection, zone_id: int, request: LeaseRequest, now_ms: int) -> LeaseReply:
    row = _row(connection, zone_id)
    spoken = list(dict.fromkeys([*(() if row is None else row.spoken), *request.spoken]))[-SPOKEN_KEPT:]
    values = {
        "speaker": request.speaker,
        "until": now_ms if request.release else now_ms + LEASE_MS,
        "spoken": spoken,
        "queue": [[seq, now_ms + wait] for seq, wait in request.queue[:QUEUE_KEPT]],
    }
    if row is None:
        connection.execute(insert(t.zone_voice).values(zone_id=zone_id, **values))
        return LeaseReply(True, spoken)
    if row.speaker != request.speaker and request.call in row.spoken:
        return LeaseReply(False, row.spoken)
    free = (t.zone_voice.c.speaker == request.speaker) | (t.zone_voice.c.until <= now_ms)
    done = connection.execute(update(t.zone_voice).where(t.zone_voice.c.zone_id == zone_id, free).values(**values))
    return LeaseReply(done.rowcount == 1, spoken)


def speaker_of(connection: Connection, zone_id: int) -> str | None:
    """Return the display that spoke last in a zone; None if none did."""
    row = _row(connection, zone_id)
    return None if row is None else str(row.speaker)


def announcement_of(connection: Connection, zone_id: int, seq: int, called_at: int, now_ms: int) -> Announcement:
    """Return the state of the announcement of the call at log position `seq`."""
    row = _row(connection, zone_id)
    if row is not None and seq in row.spoken:
        return Announcement(AnnouncementState.SPOKEN)
    # The speaker was seen within LATE_MS: calls in its list are not late, however long they wait.
    queue = [] if row is None or now_ms - row.until > LATE_CALL_MS else row.queue
    foreseen = [(queued, at - now_ms) for queued, at in queue]
    held = row is not None and row.until > now_ms
    for queued, in_ms in foreseen:
        if queued == seq:
            if not held:
                return Announcement(AnnouncementState.QUEUED)
            return (
                Announcement(AnnouncementState.QUEUED, in_ms) if in_ms > 0 else Announcement(AnnouncementState.SPEAKING)
            )
    # Not in the speaker's list yet, which has a limit (QUEUE_KEPT): spoken after all calls that are.
    if (foreseen and seq > foreseen[-1][0]) or now_ms - called_at <= LATE_CALL_MS:
        return Announcement(
            AnnouncementState.QUEUED, max(0, *(in_ms for _, in_ms in foreseen)) if held and foreseen else None
        )
    return Announcement(AnnouncementState.SHOWN)


def _row(connection: Connection, zone_id: int) -> Row[Any] | None:
    return connection.execute(select(t.zone_voice).where(t.zone_voice.c.zone_id == zone_id)).one_or_none()
