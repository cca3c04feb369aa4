"""Issuing: numbers, idempotency, refusals, and the print job in the same transaction."""

import pytest
from sqlalchemy import func, select, update

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State, TicketClass
from queue_app.services.queue import issuing
from queue_app.store import tables as t


def request(desk, **changes):
    values = {
        "service_id": desk.service.id,
        "ticket_class": TicketClass.REGULAR,
        "language": "id",
        "kiosk_code": "utama",
        "key": "key-of-a-visitor",
    }
    return issuing.IssueRequest(**(values | changes))


def counts(desk):
    with desk.store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in t.metadata.tables.values()
        }


def test_numbers_run_per_series(desk) -> None:
    other = next(s for s in desk.catalogue.services.values() if s.series != desk.service.series)
    labels = [desk.issue().label, desk.issue(service=other).label, desk.issue().label, desk.issue(service=other).label]
    one, two = desk.service.series, other.series
    assert labels == [f"{one}-001", f"{two}-001", f"{one}-002", f"{two}-002"]


def test_the_ticket_the_print_job_and_the_fact_are_one_transaction(desk) -> None:
    before = counts(desk)
    row = desk.issue(TicketClass.PRIORITY)
    assert row.state is State.WAITING
    assert row.issued_at == row.start_at
    changed = {name: count - before[name] for name, count in counts(desk).items() if count != before[name]}
    assert changed == {"ticket": 1, "print_job": 1, "log": 1, "idempotency": 1, "number_counter": 1, "service_day": 1}


def test_the_slip_says_what_the_visitor_must_know(desk) -> None:
    desk.issue()
    row = desk.issue(TicketClass.PRIORITY)
    with desk.store.read() as connection:
        slip = connection.execute(select(t.print_job.c.slip).where(t.print_job.c.ticket_id == row.id)).scalar_one()
    assert slip["label"] == row.label
    assert slip["ahead"] == 1
    assert slip["priority"] is True
    assert slip["url"] == f"http://hall.test/t/{row.token}"
    assert slip["agency"] == "Dinas Kependudukan dan Pencatatan Sipil"
    assert slip["zone"] == "Zona Utara"


def test_the_same_key_is_the_same_ticket(desk) -> None:
    first = issuing.issue(desk.store, request(desk), desk.clock(), "http://hall.test")
    before = counts(desk)
    again = issuing.issue(desk.store, request(desk), desk.clock(), "http://hall.test")
    assert (again.ticket, again.ahead, again.paper, again.repeated) == (first.ticket, first.ahead, first.paper, True)
    assert counts(desk) == before


def test_the_same_key_for_something_else_is_refused(desk) -> None:
    issuing.issue(desk.store, request(desk), desk.clock(), "http://hall.test")
    with pytest.raises(Refusal) as refused:
        issuing.issue(desk.store, request(desk, ticket_class=TicketClass.PRIORITY), desk.clock(), "http://hall.test")
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize(
    ("changes", "code"), [({"service_id": 999_999}, "unknown_service"), ({"kiosk_code": "nowhere"}, "unknown_kiosk")]
)
def test_what_does_not_exist_changes_nothing(desk, changes, code) -> None:
    before = counts(desk)
    with pytest.raises(Refusal) as refused:
        issuing.issue(desk.store, request(desk, **changes), desk.clock(), "http://hall.test")
    assert refused.value.code == code
    assert counts(desk) == before


def test_a_stopped_service_gives_no_number(desk) -> None:
    with desk.store.write(desk.clock()) as unit:
        unit.connection.execute(update(t.service).where(t.service.c.id == desk.service.id).values(issuing=False))
        unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    before = counts(desk)
    with pytest.raises(Refusal) as refused:
        issuing.issue(desk.store, request(desk), desk.clock(), "http://hall.test")
    assert refused.value.code == "service_closed"
    assert counts(desk) == before


def test_a_kiosk_is_not_needed(desk) -> None:
    issued = issuing.issue(desk.store, request(desk, kiosk_code=None), desk.clock(), "http://hall.test")
    assert issued.paper is None


def test_after_the_last_number_there_is_a_refusal(desk) -> None:
    desk.issue()
    with desk.store.transaction() as connection:
        connection.execute(update(t.number_counter).values(last=9999))
    with pytest.raises(Refusal) as refused:
        desk.issue()
    assert refused.value.code == "no_number_left"
