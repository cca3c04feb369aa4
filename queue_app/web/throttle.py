"""Rate limiter. In memory, for one process: it protects the process from a client that has gone mad, no more."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable

from queue_app.domain.errors import Refusal


class RateLimiter:
    """At most `most` requests in `seconds` for each caller. Raises Refusal too_many_attempts."""

    def __init__(self, maximum: int, seconds: float) -> None:
        self._most = maximum
        self._seconds = seconds
        self._asked: dict[Hashable, deque[float]] = {}

    def ask(self, caller: Hashable) -> None:
        """Count one request."""
        now = time.monotonic()
        asked = self._asked.setdefault(caller, deque())
        while asked and asked[0] < now - self._seconds:
            asked.popleft()
        if len(asked) >= self._most:
            raise Refusal("too_many_attempts", minutes=1)
        asked.append(now)
