"""Print requests besides the ticket: copies with a reason, the visitor's confirmation, lists, summaries, tests."""

import pytest

from queue_app.adapters.printer_tools import slip_of
from queue_app.domain.errors import Refusal
from queue_app.domain.printer import ReprintReason
from queue_app.domain.ticket import Verb
from queue_app.domain.ticket_facts import TicketReprinted
from queue_app.services.printing import print_jobs, print_requests
from queue_app.store import queries
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of


def reprint(desk, officer=None, reason=ReprintReason.LOST, **fields):
    request = print_requests.ReprintRequest(reason, **fields)
    return print_requests.print_copy(desk.store, officer or desk.officer, request, desk.clock(), "http://hall.test")


def jobs_of(desk, row):
    with desk.store.read() as connection:
        return print_jobs_of(connection, row.id)


def take(desk, printer_id=1):
    """Claim and print one job."""
    job = print_jobs.claim(desk.store, printer_id, "one", 60, desk.clock())
    assert print_jobs.report_outcome(desk.store, job.id, "one", "printed", "", desk.clock())
    return job


def newest_fact(desk):
    with desk.store.read() as connection:
        return queries.facts_after(connection, 0, 10_000)[-1]


def uncertain_ticket(desk):
    """Issue a ticket whose print job is uncertain."""
    row = desk.issue()
    job = print_jobs.claim(desk.store, 1, "one", 60, desk.clock())
    print_jobs.report_outcome(desk.store, job.id, "one", "uncertain", "connection_lost", desk.clock())
    return row, job


def test_a_copy_repeats_the_first_slip_and_logs_who_and_why(desk) -> None:
    row = desk.issue()
    first = take(desk)
    paper = reprint(desk, ticket_id=row.id)
    fact = newest_fact(desk)
    assert (fact.kind, fact.staff_id, fact.ticket_id) == ("ticket_reprinted", desk.officer.id, row.id)
    assert fact.details == TicketReprinted(
        label=row.label, copy_no=2, why=ReprintReason.LOST, printer_id=1, job_id=paper.id
    )
    second = take(desk)
    assert (second.id, second.copy_no, second.slip) == (paper.id, 2, first.slip)
    assert reprint(desk, label=row.label.lower(), printer_code="lobi").id != paper.id
    assert take(desk, 2).copy_no == 3


def test_a_ticket_without_a_print_job_gets_a_copy(desk) -> None:
    row = desk.issue()
    with desk.store.transaction() as connection:
        connection.execute(t.print_job.delete())
    reprint(desk, ticket_id=row.id, printer_code="lobi")
    job = take(desk, 2)
    assert job.copy_no == 2
    assert slip_of(job.slip).url == f"http://hall.test/t/{row.token}"


def test_a_repeat_with_the_same_key_is_one_print_job(desk) -> None:
    row = desk.issue()
    first = reprint(desk, ticket_id=row.id, key="reprint-key-1")
    assert reprint(desk, ticket_id=row.id, key="reprint-key-1") == first
    with pytest.raises(Refusal, match="key_reused"):
        reprint(desk, ticket_id=row.id, key="reprint-key-1", reason=ReprintReason.OTHER)
    assert [job.copy_no for job in jobs_of(desk, row)] == [1, 2]


def test_whom_a_copy_is_refused(desk, clock, sit) -> None:
    row = desk.issue()
    stranger = sit(desk.store, clock, "bpjskes1", 0).officer
    with pytest.raises(Refusal, match="not_allowed"):
        reprint(desk, stranger, ticket_id=row.id)
    for nothing in ({"ticket_id": 99_999}, {"label": "A-999"}, {"label": "nonsense"}, {"label": "A-99999999999"}):
        with pytest.raises(Refusal, match="unknown_ticket"):
            reprint(desk, **nothing)
    with pytest.raises(Refusal, match="unknown_printer"):
        reprint(desk, ticket_id=row.id, printer_code="nirgends")
    desk.call()
    desk.act(Verb.START, row.id)
    desk.act(Verb.COMPLETE, row.id)
    with pytest.raises(Refusal, match="wrong_state"):
        reprint(desk, ticket_id=row.id)
    assert len(jobs_of(desk, row)) == 1


def test_the_visitor_has_it(desk) -> None:
    row, job = uncertain_ticket(desk)
    assert print_requests.confirm_print(desk.store, row.token, desk.clock(), printed=True).state == "printed"
    assert [(job_row.id, job_row.state) for job_row in jobs_of(desk, row)] == [(job.id, "printed")]
    with pytest.raises(Refusal, match="no_print_to_confirm"):
        print_requests.confirm_print(desk.store, row.token, desk.clock(), printed=False)


def test_the_visitor_gets_one_more_and_no_third(desk) -> None:
    row, _ = uncertain_ticket(desk)
    print_requests.confirm_print(desk.store, row.token, desk.clock(), printed=False)
    job = print_jobs.claim(desk.store, 1, "one", 60, desk.clock())
    assert job.copy_no == 2
    print_jobs.report_outcome(desk.store, job.id, "one", "uncertain", "connection_lost", desk.clock())
    with pytest.raises(Refusal, match="no_print_to_confirm"):
        print_requests.confirm_print(desk.store, row.token, desk.clock(), printed=False)
    assert newest_fact(desk).details.why == "visitor"


def test_a_late_or_needless_confirmation_is_refused(desk, clock) -> None:
    row, _ = uncertain_ticket(desk)
    clock.forward(minutes=3)
    printed = desk.issue()
    take(desk)
    for token, code in (
        (row.token, "no_print_to_confirm"),
        (printed.token, "no_print_to_confirm"),
        ("x" * 8, "unknown_ticket"),
    ):
        with pytest.raises(Refusal, match=code):
            print_requests.confirm_print(desk.store, token, clock(), printed=False)


def test_the_list_of_documents(desk, clock) -> None:
    print_requests.print_checklist(desk.store, "utama", desk.service.id, "en", clock())
    slip = slip_of(take(desk).slip)
    assert slip.documents == tuple(names["en"] for names in desk.service.documents)
    assert (slip.language, slip.zone_name) == ("en", "WITA")
    for _ in range(print_requests.CHECKLISTS_A_MINUTE - 1):
        print_requests.print_checklist(desk.store, "utama", desk.service.id, "id", clock())
    with pytest.raises(Refusal, match="too_many_checklists"):
        print_requests.print_checklist(desk.store, "utama", desk.service.id, "id", clock())
    clock.forward(minutes=1.1)
    print_requests.print_checklist(desk.store, "utama", desk.service.id, "id", clock())


def test_a_test_and_a_summary(desk, clock) -> None:
    print_requests.print_test_page(desk.store, desk.officer, "lobi", "ban", clock())
    rows = [("Nomor diambil", "12"), ("Selesai dilayani", "9")]
    print_requests.print_summary(desk.store, desk.officer, "lobi", "id", "Ringkasan", rows, clock())
    assert slip_of(take(desk, 2).slip).printer == "lobi"
    assert slip_of(take(desk, 2).slip).rows == tuple(rows)
    assert newest_fact(desk).staff_id == desk.officer.id


def test_an_agency_has_its_own_words_on_its_tickets(desk) -> None:
    with desk.store.transaction() as connection:
        connection.execute(t.hall.update().values(template={"show_hall": False, "footer": "semua"}))
        own = t.agency.c.id == desk.service.agency_id
        connection.execute(t.agency.update().where(own).values(template={"footer": "kami"}))
    desk.issue()
    assert take(desk).template == {"show_hall": False, "footer": "kami"}
    print_requests.print_test_page(desk.store, None, "utama", "id", desk.clock())
    assert take(desk).template == {"show_hall": False, "footer": "semua"}


def test_a_ticket_reminds_of_the_documents(desk) -> None:
    desk.issue()
    assert take(desk).slip["documents"] == [names["id"] for names in desk.service.documents] != []
