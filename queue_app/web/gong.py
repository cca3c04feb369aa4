"""A bell that many may wait for: it rings when something was committed in the hall."""

from __future__ import annotations

import threading


class Gong:
    """Rings for all who wait. Nobody misses a ring between looking and waiting: they wait for a number to change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0
        self.closed = False

    @property
    def rings(self) -> int:
        """How often it has rung."""
        return self._rings

    def ring(self) -> None:
        """Something is new."""
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Return when it has rung more than `heard` times, or was closed; at the latest after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._rings != heard, timeout=seconds)

    def close(self) -> None:
        """The server stops: nobody is to wait any more."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
