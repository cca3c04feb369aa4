"""Print jobs: one owner at a time, truthful outcomes, nothing lost silently."""

import threading

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.print_outcome import Outcome, parse_outcome
from queue_app.domain.printer import Health
from queue_app.services.printing import print_jobs, print_requests, printer_health
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of
from queue_app.store.printers import printers as read_printers


def job_of(session, row):
    with session.store.read() as connection:
        return print_jobs_of(connection, row.id)[0]


def claim(session, owner="one", lease=30):
    return print_jobs.claim(session.store, print_jobs.printers(session.store)[0].id, owner, lease, session.clock())


def report(session, job, owner, state, detail=""):
    return print_jobs.report_outcome(session.store, job.id, owner, state, parse_outcome(detail), session.clock())


def test_jobs_come_in_order_and_one_at_a_time(session) -> None:
    first, second = session.issue(), session.issue()
    job = claim(session)
    assert job.slip["label"] == first.label
    assert claim(session, "another") is None, "a printer takes one job at a time"
    assert report(session, job, "one", "printed")
    assert claim(session).slip["label"] == second.label
    assert job_of(session, first).state == "printed"


def test_only_the_owner_can_report(session) -> None:
    row = session.issue()
    job = claim(session)
    assert not report(session, job, "another", "printed")
    assert job_of(session, row).state == "sending"
    assert report(session, job, "one", "printed")
    assert not report(session, job, "one", "failed"), "an end is an end"


def test_not_sent_goes_back_to_the_queue(session) -> None:
    row = session.issue()
    job = claim(session)
    assert report(session, job, "one", "queued", "paper out")
    assert job_of(session, row).state == "queued"
    assert claim(session).id == job.id
    assert job_of(session, row).attempts == 2


def see(session, health, printer_id=1, detail="", **more):
    printer_health.report_health(
        session.store,
        printer_id,
        printer_health.StatusReport(Health(health), parse_outcome(detail), **more),
        session.clock(),
    )


def now(session, printer_id=1):
    with session.store.read() as connection:
        return read_printers(connection)[printer_id]


def test_a_printer_in_trouble_is_a_fact_once(session, clock) -> None:
    see(session, "paper_out", detail="paper_out")
    since = now(session).since
    clock.forward(seconds=20)
    see(session, "paper_out", detail="paper_out")
    assert (now(session).alarm, now(session).since) == ("paper_out", since)
    assert now(session).checked_at == since + 20_000
    see(session, "ok")
    assert now(session).alarm is None
    assert session.facts().count("printer_state_changed") == 2


def test_the_tickets_left_are_counted_and_a_new_roll_begins_anew(session) -> None:
    roll = {"roll_mm": 10_000, "ticket_mm": 100}
    see(session, "ok", used_mm=1_000, **roll)
    see(session, "ok", used_mm=500, **roll)
    assert now(session).tickets_left == 85
    see(session, "ok", used_mm=5_600, **roll)
    assert (now(session).tickets_left, now(session).alarm) == (29, "near_end"), "few are left, though no sensor says so"
    see(session, "paper_out", **roll)
    see(session, "ok", used_mm=100, new_roll=True, **roll)
    assert (now(session).tickets_left, now(session).alarm) == (99, None)
    see(session, "ok", used_mm=100, ticket_mm=100)
    assert now(session).tickets_left is None, "nobody knows how long the roll was"
    assert session.facts().count("printer_state_changed") == 3


def test_a_job_whose_spooler_died_is_uncertain_and_not_printed_twice(session, clock) -> None:
    row = session.issue()
    job = claim(session, lease=30)
    clock.forward(seconds=31)
    assert print_jobs.expire_stale_jobs(session.store, clock()) == 1
    assert job_of(session, row).state == "uncertain"
    assert claim(session) is None
    assert not report(session, job, "one", "printed")


def test_after_a_dead_spooler_the_next_job_cleans_once(session, clock) -> None:
    rows = [session.issue() for _ in range(3)]
    assert not claim(session, "one").clean_first
    clock.forward(seconds=61)
    print_jobs.expire_stale_jobs(session.store, clock())
    second = claim(session, "two")
    assert (second.slip["label"], second.clean_first) == (rows[1].label, True)
    report(session, second, "two", "queued", "off_line")
    assert claim(session, "two").clean_first, "nothing was printed yet"
    report(session, second, "two", "printed")
    assert not claim(session, "two").clean_first


def test_a_process_that_is_gone_is_not_waited_for(session) -> None:
    row, behind = session.issue(), session.issue()
    claim(session, "dead")
    assert print_jobs.expire_stale_jobs(session.store, session.clock()) == 0
    assert claim(session, "alive") is None
    assert print_jobs.expire_stale_jobs(session.store, session.clock(), gone=lambda owner: owner == "dead") == 1
    assert job_of(session, row).state == "uncertain"
    after_death = print_jobs.claim(session.store, 1, "alive", 30, session.clock(), gone=lambda owner: owner == "dead")
    assert after_death.slip["label"] == behind.label


def look(session, owner):
    return print_jobs.may_poll(session.store, 1, owner, session.clock())


def test_one_process_at_a_time_serves_a_printer(session, clock) -> None:
    assert look(session, "one")
    assert not look(session, "two")
    session.issue()
    assert claim(session, "two") is None, "it knows nothing of a torn piece, and would be a second connection"
    job = claim(session, "one")
    assert not look(session, "one"), "it is printing"
    report(session, job, "one", "printed")
    clock.forward(seconds=print_jobs.PRINTER_LEASE_SECONDS + 1)
    assert look(session, "two"), "the other one has said nothing for too long"
    assert not look(session, "one")
    print_jobs.release_printers(session.store, "two")
    assert look(session, "one")


# --- another printer takes over


def together(session):
    """Put both printers of the demo hall in one zone."""
    with session.store.transaction() as connection:
        connection.execute(t.printer.update().values(zone_id=1))


def test_a_job_moves_to_a_printer_within_reach_and_keeps_its_copy_number(session) -> None:
    together(session)
    row = session.issue()
    job = claim(session)
    assert print_jobs.requeue_elsewhere(session.store, job.id, "one", Outcome("paper_out"), session.clock())
    moved = job_of(session, row)
    assert (moved.printer_id, moved.state, moved.copy_no, moved.id) == (2, "queued", 1, job.id)
    assert not report(session, job, "one", "printed"), "it is not its job any more"
    assert claim(session) is None
    assert print_jobs.claim(session.store, 2, "one", 30, session.clock()).id == job.id
    assert "paper_moved" in session.facts()


@pytest.mark.parametrize("why", ["far", "also in trouble", "not its job", "a test"])
def test_a_job_without_a_printer_within_reach_stays(session, why) -> None:
    row = session.issue() if why != "a test" else None
    if row is None:
        print_requests.print_test_page(session.store, None, "utama", "id", session.clock())
    if why != "far":
        together(session)
    if why == "also in trouble":
        see(session, "cover_open", 2)
    job = claim(session)
    owner = "another" if why == "not its job" else "one"
    assert not print_jobs.requeue_elsewhere(session.store, job.id, owner, Outcome("paper_out"), session.clock())
    assert report(session, job, "one", "queued", "paper_out")


def test_the_printer_that_is_named_comes_first(session) -> None:
    with session.store.transaction() as connection:
        connection.execute(t.printer.update().where(t.printer.c.id == 1).values(fallback_id=2))
    session.issue()
    assert print_jobs.requeue_elsewhere(session.store, claim(session).id, "one", Outcome("off_line"), session.clock())


def test_a_stale_job_expires(session, clock) -> None:
    row = session.issue()
    assert print_jobs.expire_stale_jobs(session.store, clock()) == 0
    clock.forward(minutes=3)
    assert print_jobs.expire_stale_jobs(session.store, clock()) == 1
    assert job_of(session, row).state == "expired"


@pytest.mark.parametrize("rounds", [10])
def test_two_spoolers_never_get_the_same_job(session, rounds) -> None:
    rows = [session.issue() for _ in range(rounds)]
    got: list[int] = []

    def work(owner: str) -> None:
        for _ in range(200):
            job = claim(session, owner)
            if job is not None:
                got.append(job.id)
                assert report(session, job, owner, "printed")
            if len(got) >= rounds:
                return

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(job_of(session, row).id for row in rows)


def test_held_jobs_are_uncertain_when_the_fault_ends(session) -> None:
    """The slip comes out by itself, unless the printer was switched off for repair; `printed` would be a guess."""
    row = session.issue()
    report(session, claim(session), "one", "held", "paper_out")
    see(session, "paper_out", detail="paper_out")
    assert job_of(session, row).state == "held"
    see(session, "cover_open", detail="cover_open")
    assert job_of(session, row).state == "held"
    see(session, "near_end", detail="paper_low")
    assert (job_of(session, row).state, job_of(session, row).outcome) == (
        "uncertain",
        Outcome("paper_out", ending="mended"),
    )
    assert (
        print_requests.confirm_print(session.store, row.token, session.clock(), printed=False).id
        != job_of(session, row).id
    )


def test_somebody_says_that_a_new_roll_is_in(session) -> None:
    roll = {"roll_mm": 10_000, "ticket_mm": 100}
    see(session, "ok", used_mm=9_000, **roll)
    assert now(session).alarm == "near_end", "few are left"
    printer_health.reset_paper_counter(session.store, session.officer, "utama", session.clock())
    assert now(session).alarm is None
    see(session, "ok", used_mm=100, **roll)
    assert now(session).tickets_left == 99
    with pytest.raises(Refusal) as refused:
        printer_health.reset_paper_counter(session.store, session.officer, "mars", session.clock())
    assert refused.value.code == "unknown_printer"
