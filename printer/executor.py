"""Run blocking work elsewhere: long use of the processor, or waiting inside a C library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Executor(Protocol):
    """Runs a function elsewhere, and waits for it without blocking other greenlets."""

    def __call__(self, work: Callable[[], _T], /) -> _T:
        """Run `work` and return its result."""
        ...


def run_inline(work: Callable[[], _T], /) -> _T:
    """Run `work` in the calling thread and return its result."""
    return work()
