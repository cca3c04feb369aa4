"""Print jobs: one owner at a time, truthful outcomes, nothing lost silently."""

import threading

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.printer import Health
from queue_app.services.printing import print_jobs, print_requests, printer_health
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of
from queue_app.store.printers import printers as read_printers


def job_of(desk, row):
    with desk.store.read() as connection:
        return print_jobs_of(connection, row.id)[0]


def claim(desk, owner="one", lease=30):
    return print_jobs.claim(desk.store, print_jobs.printers(desk.store)[0].id, owner, lease, desk.clock())


def report(desk, job, owner, state, detail=""):
    return print_jobs.report_outcome(desk.store, job.id, owner, state, detail, desk.clock())


def test_jobs_come_in_order_and_one_at_a_time(desk) -> None:
    first, second = desk.issue(), desk.issue()
    job = claim(desk)
    assert job.slip["label"] == first.label
    assert claim(desk, "another") is None, "a printer takes one job at a time"
    assert report(desk, job, "one", "printed")
    assert claim(desk).slip["label"] == second.label
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


def see(desk, health, printer_id=1, **more):
    printer_health.report_health(
        desk.store, printer_id, printer_health.StatusReport(Health(health), **more), desk.clock()
    )


def now(desk, printer_id=1):
    with desk.store.read() as connection:
        return read_printers(connection)[printer_id]


def test_a_printer_in_trouble_is_a_fact_once(desk, clock) -> None:
    see(desk, "paper_out", detail="paper_out")
    since = now(desk).since
    clock.forward(seconds=20)
    see(desk, "paper_out", detail="paper_out")
    assert (now(desk).alarm, now(desk).since) == ("paper_out", since)
    assert now(desk).checked_at == since + 20_000
    see(desk, "ok")
    assert now(desk).alarm is None
    assert desk.facts().count("printer_state_changed") == 2


def test_the_tickets_left_are_counted_and_a_new_roll_begins_anew(desk) -> None:
    roll = {"roll_mm": 10_000, "ticket_mm": 100}
    see(desk, "ok", used_mm=1_000, **roll)
    see(desk, "ok", used_mm=500, **roll)
    assert now(desk).tickets_left == 85
    see(desk, "ok", used_mm=5_600, **roll)
    assert (now(desk).tickets_left, now(desk).alarm) == (29, "near_end"), "few are left, though no sensor says so"
    see(desk, "paper_out", **roll)
    see(desk, "ok", used_mm=100, new_roll=True, **roll)
    assert (now(desk).tickets_left, now(desk).alarm) == (99, None)
    see(desk, "ok", used_mm=100, ticket_mm=100)
    assert now(desk).tickets_left is None, "nobody knows how long the roll was"
    assert desk.facts().count("printer_state_changed") == 3


def test_a_job_whose_spooler_died_is_uncertain_and_not_printed_twice(desk, clock) -> None:
    row = desk.issue()
    job = claim(desk, lease=30)
    clock.forward(seconds=31)
    assert print_jobs.expire_stale_jobs(desk.store, clock()) == 1
    assert job_of(desk, row).state == "uncertain"
    assert claim(desk) is None
    assert not report(desk, job, "one", "printed")


def test_after_a_dead_spooler_the_next_job_cleans_once(desk, clock) -> None:
    rows = [desk.issue() for _ in range(3)]
    assert not claim(desk, "one").clean_first
    clock.forward(seconds=61)
    print_jobs.expire_stale_jobs(desk.store, clock())
    second = claim(desk, "two")
    assert (second.slip["label"], second.clean_first) == (rows[1].label, True)
    report(desk, second, "two", "queued", "off_line")
    assert claim(desk, "two").clean_first, "nothing was printed yet"
    report(desk, second, "two", "printed")
    assert not claim(desk, "two").clean_first


def test_a_process_that_is_gone_is_not_waited_for(desk) -> None:
    row, behind = desk.issue(), desk.issue()
    claim(desk, "dead")
    assert print_jobs.expire_stale_jobs(desk.store, desk.clock()) == 0
    assert claim(desk, "alive") is None
    assert print_jobs.expire_stale_jobs(desk.store, desk.clock(), gone=lambda owner: owner == "dead") == 1
    assert job_of(desk, row).state == "uncertain"
    after_death = print_jobs.claim(desk.store, 1, "alive", 30, desk.clock(), gone=lambda owner: owner == "dead")
    assert after_death.slip["label"] == behind.label


def look(desk, owner):
    return print_jobs.may_poll(desk.store, 1, owner, desk.clock())


def test_one_process_at_a_time_serves_a_printer(desk, clock) -> None:
    assert look(desk, "one")
    assert not look(desk, "two")
    desk.issue()
    assert claim(desk, "two") is None, "it knows nothing of a torn piece, and would be a second connection"
    job = claim(desk, "one")
    assert not look(desk, "one"), "it is printing"
    report(desk, job, "one", "printed")
    clock.forward(seconds=print_jobs.PRINTER_LEASE_SECONDS + 1)
    assert look(desk, "two"), "the other one has said nothing for too long"
    assert not look(desk, "one")
    print_jobs.release_printers(desk.store, "two")
    assert look(desk, "one")


# --- another printer takes over


def together(desk):
    """Put both printers of the demo hall in one zone."""
    with desk.store.transaction() as connection:
        connection.execute(t.printer.update().values(zone_id=1))


def test_a_job_moves_to_a_printer_within_reach_and_keeps_its_copy_number(desk) -> None:
    together(desk)
    row = desk.issue()
    job = claim(desk)
    assert print_jobs.requeue_elsewhere(desk.store, job.id, "one", "paper_out", desk.clock())
    moved = job_of(desk, row)
    assert (moved.printer_id, moved.state, moved.copy_no, moved.id) == (2, "queued", 1, job.id)
    assert not report(desk, job, "one", "printed"), "it is not its job any more"
    assert claim(desk) is None
    assert print_jobs.claim(desk.store, 2, "one", 30, desk.clock()).id == job.id
    assert "paper_moved" in desk.facts()


@pytest.mark.parametrize("why", ["far", "also in trouble", "not its job", "a test"])
def test_a_job_without_a_printer_within_reach_stays(desk, why) -> None:
    row = desk.issue() if why != "a test" else None
    if row is None:
        print_requests.print_test_page(desk.store, None, "utama", "id", desk.clock())
    if why != "far":
        together(desk)
    if why == "also in trouble":
        see(desk, "cover_open", 2)
    job = claim(desk)
    owner = "another" if why == "not its job" else "one"
    assert not print_jobs.requeue_elsewhere(desk.store, job.id, owner, "paper_out", desk.clock())
    assert report(desk, job, "one", "queued", "paper_out")


def test_the_printer_that_is_named_comes_first(desk) -> None:
    with desk.store.transaction() as connection:
        connection.execute(t.printer.update().where(t.printer.c.id == 1).values(fallback_id=2))
    desk.issue()
    assert print_jobs.requeue_elsewhere(desk.store, claim(desk).id, "one", "off_line", desk.clock())


def test_a_stale_job_expires(desk, clock) -> None:
    row = desk.issue()
    assert print_jobs.expire_stale_jobs(desk.store, clock()) == 0
    clock.forward(minutes=3)
    assert print_jobs.expire_stale_jobs(desk.store, clock()) == 1
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


def test_held_jobs_are_uncertain_when_the_fault_ends(desk) -> None:
    """The slip comes out by itself, unless the printer was switched off for repair; `printed` would be a guess."""
    row = desk.issue()
    report(desk, claim(desk), "one", "held", "paper_out")
    see(desk, "paper_out", detail="paper_out")
    assert job_of(desk, row).state == "held"
    see(desk, "cover_open", detail="cover_open")
    assert job_of(desk, row).state == "held"
    see(desk, "near_end", detail="paper_low")
    assert (job_of(desk, row).state, job_of(desk, row).detail) == ("uncertain", "paper_out: mended")
    assert print_requests.confirm_print(desk.store, row.token, desk.clock(), printed=False).id != job_of(desk, row).id


def test_somebody_says_that_a_new_roll_is_in(desk) -> None:
    roll = {"roll_mm": 10_000, "ticket_mm": 100}
    see(desk, "ok", used_mm=9_000, **roll)
    assert now(desk).alarm == "near_end", "few are left"
    printer_health.reset_paper_counter(desk.store, desk.officer, "utama", desk.clock())
    assert now(desk).alarm is None
    see(desk, "ok", used_mm=100, **roll)
    assert now(desk).tickets_left == 99
    with pytest.raises(Refusal) as refused:
        printer_health.reset_paper_counter(desk.store, desk.officer, "mars", desk.clock())
    assert refused.value.code == "unknown_printer"
