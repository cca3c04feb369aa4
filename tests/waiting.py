"""Waiting for what is awaited, and not for a while: the one place of the tests that lets time pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

_T = TypeVar("_T")
# Seconds. All is well if it comes; a busy machine may take its time.
LONG_ENOUGH = 40.0
_PAUSE = 0.02
_TAKES_TOUCHES = """(({ journey }) => performance.now() - journey.enteredAt >= journey.timings.settle)(
  document.querySelector("queue-kiosk"))"""


def wait_until(
    condition: Callable[[], _T],
    what: str | Callable[[], str] = "what was awaited",
    *,
    seconds: float = LONG_ENOUGH,
    page: Page | None = None,
) -> _T:
    """Ask `condition` until its answer is true, and return that; fail after so many seconds, saying what did not come.

    Where a `page` is to do something meanwhile, name it: Playwright handles its events only while it is called.
    """
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            pytest.fail(f"in {seconds:g} s this never came: {what() if callable(what) else what}")
        _pause(page)
    return answer


def assert_stays(condition: Callable[[], object], what: str, *, seconds: float, page: Page | None = None) -> None:
    """Fail as soon as `condition` is not true any more, in so many seconds.

    For what must not happen where nothing tells that it will not happen any more; each use says why that is so.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition(), what
        _pause(page)
    assert condition(), what


def _pause(page: Page | None) -> None:
    if page is None:
        time.sleep(_PAUSE)
    else:
        page.wait_for_timeout(_PAUSE * 1000)


def until_touches_count(page: Page) -> None:
    """Wait until a kiosk's screen takes touches; one that has just come takes none meant for the last one."""
    wait_until(lambda: page.evaluate(_TAKES_TOUCHES), "a screen that takes touches", page=page)


def settle(page: Page) -> None:
    """Wait until the page has drawn what it knows: after two frames every size is the new one."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
