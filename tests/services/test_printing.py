"""Print jobs: one owner at a time, honest ends, nothing lost in silence."""

import threading

import pytest

from queue_app.services import printing
from queue_app.store import views


def job_of(desk, row):
    with desk.store.read() as connection:
        return views.print_jobs_of(connection, row.id)[0]


def claim(desk, owner="one", lease=30):
    return printing.claim(desk.store, printing.printers(desk.store)[0].id, owner, lease, desk.clock())


def report(desk, job, owner, state, detail=""):
    return printing.report(desk.store, job.id, owner, state, detail, desk.clock())


def test_jobs_come_in_order_and_one_at_a_time(desk) -> None:
    first, second = desk.issue(), desk.issue()
    job = claim(desk)
    assert job.slip["label"] == first.label
    assert claim(desk, "another") is None, "a printer takes one job at a time"
    assert report(desk, job, "one", "printed")
    assert claim(desk, "another").slip["label"] == second.label
    assert job_of(desk, first).state == "printed"


def test_only_the_owner_can_report(desk) -> None:
    row = desk.issue()
    job = claim(desk)
    assert not report(desk, job, "another", "printed")
    assert job_of(desk, row).state == "sending"
    assert report(desk, job, "one", "printed")
    assert not report(desk, job, "one", "failed"), "an end is an end"


def test_not_sent_goes_back_to_the_queue(desk) -> None:
    row = desk.issue()
    job = claim(desk)
    assert report(desk, job, "one", "queued", "paper out")
    assert job_of(desk, row).state == "queued"
    assert claim(desk).id == job.id
    assert job_of(desk, row).attempts == 2


def test_a_printer_in_trouble_is_a_fact_once(desk) -> None:
    desk.issue()
    desk.issue()
    report(desk, claim(desk), "one", "queued", "paper out")
    report(desk, claim(desk), "one", "queued", "paper out")
    with desk.store.read() as connection:
        assert list(views.printer_trouble(connection).values()) == ["paper out"]
    report(desk, claim(desk), "one", "printed")
    with desk.store.read() as connection:
        assert views.printer_trouble(connection) == {}
    assert desk.facts().count("printer_state_changed") == 2


def test_a_job_whose_spooler_died_is_uncertain_and_not_printed_twice(desk, clock) -> None:
    row = desk.issue()
    job = claim(desk, lease=30)
    clock.forward(seconds=31)
    assert printing.tidy_jobs(desk.store, clock()) == 1
    assert job_of(desk, row).state == "uncertain"
    assert claim(desk) is None
    assert not report(desk, job, "one", "printed")


def test_old_paper_is_not_printed_any_more(desk, clock) -> None:
    row = desk.issue()
    assert printing.tidy_jobs(desk.store, clock()) == 0
    clock.forward(minutes=3)
    assert printing.tidy_jobs(desk.store, clock()) == 1
    assert job_of(desk, row).state == "expired"


@pytest.mark.parametrize("rounds", [10])
def test_two_spoolers_never_get_the_same_job(desk, rounds) -> None:
    rows = [desk.issue() for _ in range(rounds)]
    got: list[int] = []

    def work(owner: str) -> None:
        for _ in range(200):
            job = claim(desk, owner)
            if job is not None:
                got.append(job.id)
                assert report(desk, job, owner, "printed")
            if len(got) >= rounds:
                return

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(job_of(desk, row).id for row in rows)
