"""How much is too much, in the database and in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert

from queue_app.domain.errors import Refusal
from queue_app.services.throttle import Limit, RateLimiter
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

LIMIT = Limit(3, timedelta(minutes=2))
NOW_MS = 10_000_000


def reached(store: Store, now_ms: int, address: str = "a") -> bool:
    with store.read() as connection:
        attempts = t.sign_in_attempt.c
        return LIMIT.is_reached(connection, attempts.at, now_ms, attempts.address == address)


def test_rows_of_the_time_before_are_counted(store: Store) -> None:
    for number in range(3):
        assert not reached(store, NOW_MS + 2)
        with store.transaction() as connection:
            connection.execute(insert(t.sign_in_attempt).values(username="", address="a", at=NOW_MS + number))
    assert reached(store, NOW_MS + 2)
    assert reached(store, NOW_MS + 119_999)
    assert not reached(store, NOW_MS + 120_000), "the first is two minutes old"
    assert not reached(store, NOW_MS + 2, "b")
    assert LIMIT.refusal().facts == {"minutes": 2}


class Clock:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_asks_so_often_in_so_many_seconds() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 10, clock)
    limiter.count("a")
    clock.now += 5
    limiter.count("a")
    with pytest.raises(Refusal, match="too_many_attempts"):
        limiter.count("a")
    limiter.count("b")
    clock.now += 5.1
    limiter.count("a")
    with pytest.raises(Refusal, match="too_many_attempts"):
        limiter.count("a")


def test_callers_that_are_idle_are_forgotten() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 10, clock)
    for number in range(1_000):
        limiter.count(number)
        clock.now += 1
        assert len(limiter) <= 21, "those of this window and of the one before"


def test_threads_together_get_no_more_than_one_alone() -> None:
    limiter = RateLimiter(50, 1_000)

    def allowed(_number: int) -> bool:
        try:
            limiter.count("a")
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(allowed, range(200))) == 50
