"""The voice lease: one display of a zone speaks at a time, also when several ask at once or the speaker dies."""

from __future__ import annotations

import threading

from queue_app.domain.clock import to_ms
from queue_app.services.devices.voice_lease import (
    LATE_CALL_MS,
    LEASE_MS,
    LeaseRequest,
    announcement_of,
    request_voice_lease,
)

ZONE = 1


def ask(store, clock, who, **more):
    return request_voice_lease(store, ZONE, LeaseRequest(who, **more), clock.now)


def became(store, clock, seq, called_at):
    with store.read() as connection:
        return announcement_of(connection, ZONE, seq, called_at, to_ms(clock.now))


def test_one_holds_it_until_its_lease_is_over(store, clock) -> None:
    assert ask(store, clock, "one").granted
    assert not ask(store, clock, "two").granted
    clock.forward(milliseconds=LEASE_MS - 1)
    assert not ask(store, clock, "two").granted
    assert ask(store, clock, "one").granted
    clock.forward(milliseconds=LEASE_MS)
    assert ask(store, clock, "two").granted
    assert not ask(store, clock, "one").granted


def test_given_back_it_is_free_at_once(store, clock) -> None:
    ask(store, clock, "one")
    assert ask(store, clock, "one", release=True).granted
    assert ask(store, clock, "two").granted


def test_zones_do_not_share_it(store, clock) -> None:
    assert ask(store, clock, "one").granted
    assert request_voice_lease(store, 2, LeaseRequest("two"), clock.now).granted


def test_the_next_one_knows_what_was_spoken(store, clock) -> None:
    ask(store, clock, "one", spoken=[7, 8])
    assert list(ask(store, clock, "two").spoken) == [7, 8]
    clock.forward(milliseconds=LEASE_MS)
    turn = ask(store, clock, "two", spoken=[9])
    assert (turn.granted, list(turn.spoken)) == (True, [7, 8, 9])
    ask(store, clock, "two", release=True)
    assert not ask(store, clock, "one", call=9).granted
    assert ask(store, clock, "one", call=10).granted
    clock.forward(milliseconds=LEASE_MS)
    many = list(range(100, 300))
    assert list(ask(store, clock, "two", spoken=many).spoken) == many[-64:]


def test_of_many_that_ask_at_once_one_gets_it(store, clock) -> None:
    start, granted = threading.Barrier(6), []

    def race(who: str) -> None:
        start.wait()
        granted.append(ask(store, clock, who).granted)

    for _ in range(3):
        threads = [threading.Thread(target=race, args=(f"display-{n}",)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert granted.count(True) == 1, granted
        granted.clear()
        clock.forward(milliseconds=LEASE_MS)


def test_what_becomes_of_a_call(store, clock) -> None:
    now = to_ms(clock.now)
    assert became(store, clock, 5, now).state == "queued"
    assert became(store, clock, 5, now).in_ms is None
    ask(store, clock, "one", queue=[(4, 0), (5, 6_000)])
    assert became(store, clock, 4, now).state == "speaking"
    assert (became(store, clock, 5, now).state, became(store, clock, 5, now).in_ms) == ("queued", 6_000)
    assert became(store, clock, 6, now).in_ms == 6_000  # behind all that is known
    ask(store, clock, "one", spoken=[4], queue=[(5, 0)])
    assert became(store, clock, 4, now).state == "spoken"
    # The speaker is silent for a moment, as while the server restarts; then for too long.
    clock.forward(milliseconds=LATE_CALL_MS)
    assert became(store, clock, 5, now).state == "queued"
    clock.forward(milliseconds=LEASE_MS + 1)
    assert became(store, clock, 5, now).state == "shown"


def test_however_long_a_call_waits_behind_others_it_is_not_late(store, clock) -> None:
    now = to_ms(clock.now)
    first = [(seq, (seq - 1) * 6_000) for seq in range(1, 21)]  # a speaker tells of its next twenty
    for seconds in range(0, 90, 3):
        ask(store, clock, "one", queue=first)
        assert became(store, clock, 40, now).state == "queued", seconds
        assert became(store, clock, 40, now).in_ms == first[-1][1]
        clock.forward(seconds=3)
    ask(store, clock, "one", queue=[(40, 7_000)])
    assert became(store, clock, 40, now).in_ms == 7_000
    assert became(store, clock, 39, now).state == "shown"  # passed over
