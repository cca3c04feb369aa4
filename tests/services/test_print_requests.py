"""Print requests besides the ticket: copies with a reason, the visitor's confirmation, lists, summaries, tests."""

import pytest

from queue_app.adapters.printer_tools import slip_of
from queue_app.domain.errors import Refusal
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import ReprintReason
from queue_app.domain.ticket import Verb
from queue_app.domain.ticket_facts import TicketReprinted
from queue_app.services.printing import print_jobs, print_requests
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of


def reprint(session, officer=None, reason=ReprintReason.LOST, **fields):
    request = print_requests.ReprintRequest(reason, **fields)
    return print_requests.print_copy(
        session.store, officer or session.officer, request, session.clock(), "http://hall.test"
    )


def jobs_of(session, row):
    with session.store.read() as connection:
        return print_jobs_of(connection, row.id)


def take(session, printer_id=1):
    """Claim and print one job."""
    job = print_jobs.claim(session.store, printer_id, "one", 60, session.clock())
    assert print_jobs.report_outcome(session.store, job.id, "one", "printed", None, session.clock())
    return job


def newest_fact(session):
    with session.store.read() as connection:
        return queries.facts_after(connection, 0, 10_000)[-1]


def uncertain_ticket(session):
    """Issue a ticket whose print job is uncertain."""
    row = session.issue()
    job = print_jobs.claim(session.store, 1, "one", 60, session.clock())
    print_jobs.report_outcome(session.store, job.id, "one", "uncertain", Outcome("connection_lost"), session.clock())
    return row, job


def test_a_copy_repeats_the_first_slip_and_logs_who_and_why(session) -> None:
    row = session.issue()
    first = take(session)
    paper = reprint(session, ticket_id=row.id)
    fact = newest_fact(session)
    assert (fact.kind, fact.staff_id, fact.ticket_id) == ("ticket_reprinted", session.officer.id, row.id)
    assert fact.details == TicketReprinted(
        label=row.label, copy_no=2, why=ReprintReason.LOST, printer_id=1, job_id=paper.id
    )
    second = take(session)
    assert (second.id, second.copy_no, second.slip) == (paper.id, 2, first.slip)
    assert reprint(session, label=row.label.lower(), printer_code="lobi").id != paper.id
    assert take(session, 2).copy_no == 3


def test_a_ticket_without_a_print_job_gets_a_copy(session) -> None:
    row = session.issue()
    with session.store.transaction() as connection:
        connection.execute(t.print_job.delete())
    reprint(session, ticket_id=row.id, printer_code="lobi")
    job = take(session, 2)
    assert job.copy_no == 2
    assert slip_of(job.slip).url == f"http://hall.test/t/{row.token}"


def test_a_repeat_with_the_same_key_is_one_print_job(session) -> None:
    row = session.issue()
    first = reprint(session, ticket_id=row.id, key="reprint-key-1")
    assert reprint(session, ticket_id=row.id, key="reprint-key-1") == first
    with pytest.raises(Refusal, match="key_reused"):
        reprint(session, ticket_id=row.id, key="reprint-key-1", reason=ReprintReason.OTHER)
    assert [job.copy_no for job in jobs_of(session, row)] == [1, 2]


def test_whom_a_copy_is_refused(session, clock, officer_at_counter) -> None:
    row = session.issue()
    stranger = officer_at_counter(session.store, clock, "bpjskes1", 0).officer
    with pytest.raises(Refusal, match="not_allowed"):
        reprint(session, stranger, ticket_id=row.id)
    for nothing in ({"ticket_id": 99_999}, {"label": "A-999"}, {"label": "nonsense"}, {"label": "A-99999999999"}):
        with pytest.raises(Refusal, match="unknown_ticket"):
            reprint(session, **nothing)
    with pytest.raises(Refusal, match="unknown_printer"):
        reprint(session, ticket_id=row.id, printer_code="nirgends")
    session.call()
    session.act(Verb.START, row.id)
    session.act(Verb.COMPLETE, row.id)
    with pytest.raises(Refusal, match="wrong_state"):
        reprint(session, ticket_id=row.id)
    assert len(jobs_of(session, row)) == 1


def test_the_visitor_has_it(session) -> None:
    row, job = uncertain_ticket(session)
    assert print_requests.confirm_print(session.store, row.token, session.clock(), printed=True).state == "printed"
    assert [(job_row.id, job_row.state) for job_row in jobs_of(session, row)] == [(job.id, "printed")]
    with pytest.raises(Refusal, match="no_print_to_confirm"):
        print_requests.confirm_print(session.store, row.token, session.clock(), printed=False)


def test_the_visitor_gets_one_more_and_no_third(session) -> None:
    row, _ = uncertain_ticket(session)
    print_requests.confirm_print(session.store, row.token, session.clock(), printed=False)
    job = print_jobs.claim(session.store, 1, "one", 60, session.clock())
    assert job.copy_no == 2
    print_jobs.report_outcome(session.store, job.id, "one", "uncertain", Outcome("connection_lost"), session.clock())
    with pytest.raises(Refusal, match="no_print_to_confirm"):
        print_requests.confirm_print(session.store, row.token, session.clock(), printed=False)
    assert newest_fact(session).details.why == "visitor"


def test_a_late_or_needless_confirmation_is_refused(session, clock) -> None:
    row, _ = uncertain_ticket(session)
    clock.forward(minutes=3)
    printed = session.issue()
    take(session)
    for token, code in (
        (row.token, "no_print_to_confirm"),
        (printed.token, "no_print_to_confirm"),
        ("x" * 8, "unknown_ticket"),
    ):
        with pytest.raises(Refusal, match=code):
            print_requests.confirm_print(session.store, token, clock(), printed=False)


def test_the_list_of_documents(session, clock) -> None:
    print_requests.print_checklist(session.store, "utama", session.service.id, "en", clock())
    slip = slip_of(take(session).slip)
    assert slip.documents == tuple(names["en"] for names in session.service.documents)
    assert (slip.language, slip.zone_name) == ("en", "WITA")
    for _ in range(print_requests.CHECKLISTS_A_MINUTE - 1):
        print_requests.print_checklist(session.store, "utama", session.service.id, "id", clock())
    with pytest.raises(Refusal, match="too_many_checklists"):
        print_requests.print_checklist(session.store, "utama", session.service.id, "id", clock())
    clock.forward(minutes=1.1)
    print_requests.print_checklist(session.store, "utama", session.service.id, "id", clock())


def test_a_test_and_a_summary(session, clock) -> None:
    print_requests.print_test_page(session.store, session.officer, "lobi", "ban", clock())
    rows = [("Nomor diambil", "12"), ("Selesai dilayani", "9")]
    print_requests.print_summary(session.store, session.officer, "lobi", "id", "Ringkasan", rows, clock())
    assert slip_of(take(session, 2).slip).printer == "lobi"
    assert slip_of(take(session, 2).slip).rows == tuple(rows)
    assert newest_fact(session).staff_id == session.officer.id


def test_an_agency_has_its_own_words_on_its_tickets(session) -> None:
    with session.store.transaction() as connection:
        connection.execute(t.hall.update().values(template={"show_hall": False, "footer": "semua"}))
        own = t.agency.c.id == session.service.agency_id
        connection.execute(t.agency.update().where(own).values(template={"footer": "kami"}))
    session.issue()
    assert take(session).template == {"show_hall": False, "footer": "kami"}
    print_requests.print_test_page(session.store, None, "utama", "id", session.clock())
    assert take(session).template == {"show_hall": False, "footer": "semua"}


def test_a_ticket_reminds_of_the_documents(session) -> None:
    session.issue()
    assert take(session).slip["documents"] == [names["id"] for names in session.service.documents] != []
