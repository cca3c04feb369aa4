"""Work that must not hold up others: long use of the processor, or waiting inside a C library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Offload(Protocol):
    """Runs a function elsewhere, and waits for it without holding up others."""

    def __call__(self, work: Callable[[], _T], /) -> _T:
        """Return what `work` returns."""
        ...


def in_place(work: Callable[[], _T], /) -> _T:
    """Run it here and now."""
    return work()
