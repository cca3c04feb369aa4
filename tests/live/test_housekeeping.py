"""What runs beside the requests, each job in its own time."""

from __future__ import annotations

import logging
import threading

import pytest

from queue_app.background import Housekeeping, Job


class Clock:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_each_job_runs_at_the_start_and_then_when_it_is_due() -> None:
    clock, ran = Clock(), list[str]()
    jobs = [Job(name, seconds, lambda name=name: ran.append(name)) for name, seconds in (("often", 5), ("rarely", 12))]
    housekeeping = Housekeeping(jobs, clock)
    rounds = []
    for _round in range(5):
        housekeeping.run_due()
        rounds.append(" ".join(ran))
        ran.clear()
        clock.now += 5
    assert rounds == ["often rarely", "often", "often", "often rarely", "often"]
    clock.now -= 4
    housekeeping.run_due()
    assert ran == [], "nothing is due yet"


def test_a_job_that_fails_is_logged_and_the_others_run(caplog: pytest.LogCaptureFixture) -> None:
    ran = []

    def fail() -> None:
        raise KeyError("not foreseen")

    clock = Clock()
    housekeeping = Housekeeping([Job("first", 5, fail), Job("second", 5, lambda: ran.append("second"))], clock)
    with caplog.at_level(logging.ERROR):
        housekeeping.run_due()
        clock.now += 5
        housekeeping.run_due()
    assert ran == ["second", "second"]
    assert [record.getMessage() for record in caplog.records] == [
        "housekeeping: first failed; trying again in 5 s",
        "housekeeping: first failed; trying again in 5 s",
    ]


def test_it_ends_when_the_server_stops() -> None:
    stopping, ran = threading.Event(), []

    def stop() -> None:
        ran.append("once")
        stopping.set()

    Housekeeping([Job("stop", 5, stop)]).run_until(stopping)
    assert ran == ["once"]
