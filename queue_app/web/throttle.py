"""Rate limiter. In memory, for one process: it protects the process from a client that has gone mad, no more."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable

from queue_app.domain.errors import Refusal


class RateLimiter:
    """At most `maximum` requests in `seconds` for each caller. Raises Refusal too_many_attempts."""

    def __init__(self, maximum: int, seconds: float) -> None:
        self._maximum = maximum
        self._seconds = seconds
        self._requests: dict[Hashable, deque[float]] = {}

    def count(self, caller: Hashable) -> None:
        """Count one request."""
        now = time.monotonic()
        times = self._requests.setdefault(caller, deque())
        while times and times[0] < now - self._seconds:
            times.popleft()
        if len(times) >= self._maximum:
            raise Refusal("too_many_attempts", minutes=1)
        times.append(now)
