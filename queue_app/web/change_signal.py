"""Change signal: wakes waiting requests when something was committed in the hall."""

from __future__ import annotations

import threading


class ChangeSignal:
    """Broadcast condition with a generation counter: no lost wake-ups."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._generation = 0
        self.closed = False

    @property
    def generation(self) -> int:
        """Return the generation: the number of notifications so far."""
        return self._generation

    def notify(self) -> None:
        """Notify all waiters that something was committed."""
        with self._changed:
            self._generation += 1
            self._changed.notify_all()

    def wait(self, generation: int, seconds: float) -> None:
        """Wait until the generation is no longer `generation`, the signal is closed, or `seconds` have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._generation != generation, timeout=seconds)

    def close(self) -> None:
        """Wake all waiters for good, because the server stops."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
