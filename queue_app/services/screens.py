"""Which displays are alive: what each says of itself every few seconds, kept for the staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from queue_app.domain.clock import to_ms
from queue_app.store import tables as t
from queue_app.store.unit import Store

ALIVE_MS = 20_000
"""A display that was not heard of for so long is taken for dead."""
FORGET_MS = 7 * 24 * 3_600_000
SOUNDS = ("on", "blocked", "off", "none")
"""Speaks; held back by its browser; silent by setting; has no loudspeaker."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a display says of itself. `shown` is the label of the newest call that it showed; `legible`
    says that its capitals are large enough for its distance."""

    key: str
    zone: str
    layout: str
    sound: str
    shown: str | None
    width: int
    height: int
    legible: bool
    build: str


@dataclass(frozen=True, slots=True)
class Screen:
    """A display as it was last heard of; times in milliseconds since the epoch."""

    key: str
    zone: str
    layout: str
    sound: str
    shown: str | None
    width: int
    height: int
    legible: bool
    build: str
    first_seen_at: int
    last_seen_at: int

    def is_alive(self, now_ms: int) -> bool:
        """Whether it was heard of a moment ago."""
        return now_ms - self.last_seen_at <= ALIVE_MS


def keep_reports(store: Store, reports: Collection[tuple[Report, datetime]]) -> None:
    """Keep what displays have said since the last time."""
    if not reports:
        return
    with store.transaction() as connection:
        known = set(connection.execute(select(t.screen.c.key)).scalars())
        for report, at in reports:
            values = {**asdict(report), "last_seen_at": to_ms(at)}
            if report.key in known:
                connection.execute(update(t.screen).where(t.screen.c.key == report.key).values(**values))
            else:
                connection.execute(insert(t.screen).values(first_seen_at=to_ms(at), **values))
                known.add(report.key)


_SCREENS = select(t.screen).order_by(t.screen.c.zone, t.screen.c.first_seen_at, t.screen.c.key)


def screens(store: Store) -> Sequence[Screen]:
    """Every display that was heard of in the last week, by zone."""
    with store.read() as connection:
        return screens_of(connection)


def screens_of(connection: Connection) -> Sequence[Screen]:
    """The same, as of this moment."""
    return [Screen(**row._mapping) for row in connection.execute(_SCREENS)]


def held_back(
    screens: Collection[Screen], zones: Collection[str], shown: Mapping[str, Collection[str]], now_ms: int
) -> list[str]:
    """Those of `zones` in which no call is heard, because each display that could speak waits for a touch.

    `shown` are the zones of the displays that staff let in, by key. Where there is such a one, a window that somebody
    has opened for a try does not count.
    """
    alive = [one for one in screens if one.is_alive(now_ms)]
    silent = []
    for zone in zones:
        known = [one.sound for one in alive if zone in shown.get(one.key, ())]
        sounds = known or [one.sound for one in alive if one.key not in shown and one.zone == zone]
        if "blocked" in sounds and "on" not in sounds:
            silent.append(zone)
    return silent


def forget_screen(store: Store, key: str) -> None:
    """Forget a display that was locked out."""
    with store.transaction() as connection:
        connection.execute(delete(t.screen).where(t.screen.c.key == key))


def forget_old_screens(store: Store, now: datetime) -> None:
    """Forget displays that nobody heard of for a week."""
    with store.transaction() as connection:
        connection.execute(delete(t.screen).where(t.screen.c.last_seen_at < to_ms(now) - FORGET_MS))
