"""Issuing: numbers, idempotency, refusals, and the print job in the same transaction."""

import pytest
from sqlalchemy import func, select, update

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State, TicketClass
from queue_app.services.queue import issuing
from queue_app.store import tables as t


def request(session, **changes):
    values = {
        "service_id": session.service.id,
        "ticket_class": TicketClass.REGULAR,
        "language": "id",
        "kiosk_code": "utama",
        "key": "key-of-a-visitor",
    }
    return issuing.IssueRequest(**(values | changes))


def counts(session):
    with session.store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in t.metadata.tables.values()
        }


def test_numbers_run_per_series(session) -> None:
    other = next(s for s in session.catalogue.services.values() if s.series != session.service.series)
    labels = [
        session.issue().label,
        session.issue(service=other).label,
        session.issue().label,
        session.issue(service=other).label,
    ]
    one, two = session.service.series, other.series
    assert labels == [f"{one}-001", f"{two}-001", f"{one}-002", f"{two}-002"]


def test_the_ticket_the_print_job_and_the_fact_are_one_transaction(session) -> None:
    before = counts(session)
    row = session.issue(TicketClass.PRIORITY)
    assert row.state is State.WAITING
    assert row.issued_at == row.start_at
    changed = {name: count - before[name] for name, count in counts(session).items() if count != before[name]}
    assert changed == {"ticket": 1, "print_job": 1, "log": 1, "idempotency": 1, "number_counter": 1, "service_day": 1}


def test_the_slip_says_what_the_visitor_must_know(session) -> None:
    session.issue()
    row = session.issue(TicketClass.PRIORITY)
    with session.store.read() as connection:
        slip = connection.execute(select(t.print_job.c.slip).where(t.print_job.c.ticket_id == row.id)).scalar_one()
    assert slip["label"] == row.label
    assert slip["ahead"] == 1
    assert slip["priority"] is True
    assert slip["url"] == f"http://hall.test/t/{row.token}"
    assert slip["agency"] == "Dinas Kependudukan dan Pencatatan Sipil"
    assert slip["zone"] == "Zona Utara"


def test_the_same_key_is_the_same_ticket(session) -> None:
    first = issuing.issue(session.store, request(session), session.clock(), "http://hall.test")
    before = counts(session)
    again = issuing.issue(session.store, request(session), session.clock(), "http://hall.test")
    assert (again.ticket, again.ahead, again.print_job, again.repeated) == (
        first.ticket,
        first.ahead,
        first.print_job,
        True,
    )
    assert counts(session) == before


def test_the_same_key_for_something_else_is_refused(session) -> None:
    issuing.issue(session.store, request(session), session.clock(), "http://hall.test")
    with pytest.raises(Refusal) as refused:
        issuing.issue(
            session.store, request(session, ticket_class=TicketClass.PRIORITY), session.clock(), "http://hall.test"
        )
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize(
    ("changes", "code"), [({"service_id": 999_999}, "unknown_service"), ({"kiosk_code": "nowhere"}, "unknown_kiosk")]
)
def test_what_does_not_exist_changes_nothing(session, changes, code) -> None:
    before = counts(session)
    with pytest.raises(Refusal) as refused:
        issuing.issue(session.store, request(session, **changes), session.clock(), "http://hall.test")
    assert refused.value.code == code
    assert counts(session) == before


def test_a_stopped_service_gives_no_number(session) -> None:
    with session.store.write(session.clock()) as unit:
        unit.connection.execute(update(t.service).where(t.service.c.id == session.service.id).values(issuing=False))
        unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    before = counts(session)
    with pytest.raises(Refusal) as refused:
        issuing.issue(session.store, request(session), session.clock(), "http://hall.test")
    assert refused.value.code == "service_closed"
    assert counts(session) == before


def test_a_kiosk_is_not_needed(session) -> None:
    issued = issuing.issue(session.store, request(session, kiosk_code=None), session.clock(), "http://hall.test")
    assert issued.print_job is None


def test_after_the_last_number_there_is_a_refusal(session) -> None:
    session.issue()
    with session.store.transaction() as connection:
        connection.execute(update(t.number_counter).values(last=9999))
    with pytest.raises(Refusal) as refused:
        session.issue()
    assert refused.value.code == "no_number_left"
