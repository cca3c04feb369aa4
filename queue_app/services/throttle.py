"""Throttles: how much is too much, counted in the database or in the memory of one process.

What is counted in the database survives a restart and is the same for all workers: wrong sign-ins, wrong tokens,
checklists. What is counted in memory protects the process from a client that has gone mad, no more.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from queue_app.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` rows of a table in the time `within`, counted in the database."""

    most: int
    within: timedelta

    def is_reached(
        self, connection: Connection, at: ColumnElement[int], now_ms: int, *which: ColumnElement[bool]
    ) -> bool:
        """Count the rows for which all of `which` hold and whose instant `at` is within the time before `now_ms`."""
        since = now_ms - round(self.within.total_seconds() * 1000)
        counted: int = connection.execute(select(func.count()).where(*which, at > since)).scalar_one()
        return counted >= self.most

    def refusal(self) -> Refusal:
        """Return the refusal too_many_attempts, which says how long to wait at most."""
        return Refusal("too_many_attempts", minutes=round(self.within.total_seconds() / 60))


class RateLimiter:
    """At most `maximum` requests in `seconds` for each caller, in memory. Callers that are idle are forgotten."""

    def __init__(self, maximum: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._maximum = maximum
        self._seconds = seconds
        self._clock = clock
        self._requests: dict[Hashable, deque[float]] = {}
        self._swept_at = clock()
        self._lock = threading.Lock()

    def count(self, caller: Hashable) -> None:
        """Count one request. Raises Refusal too_many_attempts."""
        now = self._clock()
        with self._lock:
            self._forget_idle(now)
            times = self._requests.setdefault(caller, deque())
            while times and times[0] < now - self._seconds:
                times.popleft()
            if len(times) >= self._maximum:
                raise Refusal("too_many_attempts", minutes=1)
            times.append(now)

    def _forget_idle(self, now: float) -> None:
        if now - self._swept_at < self._seconds:
            return
        self._swept_at = now
        self._requests = {caller: times for caller, times in self._requests.items() if times[-1] >= now - self._seconds}

    def __len__(self) -> int:
        """Return the number of callers that are remembered."""
        return len(self._requests)
