"""Presence of displays: the reports that each display sends every few seconds, stored for the staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.sound import SoundState
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

ALIVE_MS = 20_000
"""A display without a report for so long is considered dead."""
RETENTION_MS = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class DisplayReport:
    """A report of a display about itself. `shown` is the label of the newest call that it showed; `legible`
    says that its capitals are large enough for its viewing distance."""

    key: str
    zone: str
    layout: str
    sound: SoundState
    shown: str | None
    width: int
    height: int
    legible: bool
    build: str


@dataclass(frozen=True, slots=True)
class DisplayStatus(DisplayReport):
    """The last report of a display; times in milliseconds since the epoch."""

    first_seen_at: int
    last_seen_at: int

    def is_alive(self, now_ms: int) -> bool:
        """Whether the last report is recent (ALIVE_MS)."""
        return now_ms - self.last_seen_at <= ALIVE_MS


def store_display_reports(store: Store, reports: Collection[tuple[DisplayReport, datetime]]) -> None:
    """Store the reports received since the last time."""
    if not reports:
        return
    with store.transaction() as connection:
        known_keys = set(connection.execute(select(t.screen.c.key)).scalars())
        for report, at in reports:
            values = {**asdict(report), "last_seen_at": to_ms(at)}
            if report.key in known_keys:
                connection.execute(update(t.screen).where(t.screen.c.key == report.key).values(**values))
            else:
                connection.execute(insert(t.screen).values(first_seen_at=to_ms(at), **values))
                known_keys.add(report.key)


_SCREENS = select(t.screen).order_by(t.screen.c.zone, t.screen.c.first_seen_at, t.screen.c.key)


def display_statuses(store: Store) -> Sequence[DisplayStatus]:
    """Read every display that reported in the last week, by zone."""
    with store.read() as connection:
        return read_display_statuses(connection)


def read_display_statuses(connection: Connection) -> Sequence[DisplayStatus]:
    """Read every display that reported in the last week, by zone, inside the caller's transaction."""
    return [DisplayStatus(**{**row._mapping, "sound": SoundState(row.sound)}) for row in connection.execute(_SCREENS)]


def zones_with_blocked_sound(
    screens: Collection[DisplayStatus], zones: Collection[str], shown: Mapping[str, Collection[str]], now_ms: int
) -> list[str]:
    """Return those of `zones` in which no call is spoken, because each display that could speak waits for a touch.

    `shown` are the zones of the paired displays, by key. In a zone with a paired display, unpaired windows do not
    count.
    """
    alive = [screen for screen in screens if screen.is_alive(now_ms)]
    silent = []
    for zone in zones:
        paired = [screen.sound for screen in alive if zone in shown.get(screen.key, ())]
        sounds = paired or [screen.sound for screen in alive if screen.key not in shown and screen.zone == zone]
        if SoundState.BLOCKED in sounds and SoundState.ON not in sounds:
            silent.append(zone)
    return silent


def purge_display_report(store: Store, key: str) -> None:
    """Delete the reports of a revoked display."""
    with store.transaction() as connection:
        connection.execute(delete(t.screen).where(t.screen.c.key == key))


def purge_old_display_reports(store: Store, now: datetime) -> None:
    """Delete displays that have not reported for a week."""
    with store.transaction() as connection:
        connection.execute(delete(t.screen).where(t.screen.c.last_seen_at < to_ms(now) - RETENTION_MS))
