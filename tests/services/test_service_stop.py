"""Stopping a service: no further numbers, while waiting tickets stay."""

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State
from queue_app.services.settings.service_stop import set_issuing


def test_a_stopped_service_keeps_its_line(session) -> None:
    row = session.issue()
    set_issuing(session.store, session.officer, session.service.id, issuing=False, now=session.clock())
    with pytest.raises(Refusal) as refused:
        session.issue()
    assert refused.value.code == "service_closed"
    assert session.call().id == row.id
    assert session.ticket(row.id).state is State.CALLED


def test_resuming_and_saying_it_once(session) -> None:
    for issuing in (False, False, True, True):
        set_issuing(session.store, session.officer, session.service.id, issuing=issuing, now=session.clock())
    assert session.issue().label.endswith("-001")
    assert session.facts().count("catalogue_changed") == 2


def test_who_stopped_it_is_known(hall) -> None:
    own = next(s for s in hall.catalogue().services.values() if s.agency_id == hall.officer.agency_id)
    foreign = next(s for s in hall.catalogue().services.values() if s.agency_id != hall.officer.agency_id)
    for who, service in ((hall.officer, own), (hall.supervisor, foreign), (hall.admin, foreign)):
        for issuing in (False, True):
            with hall.one_change(who):
                set_issuing(hall.store, who, service.id, issuing=issuing, now=hall.clock())
            assert hall.catalogue().services[service.id].issuing is issuing


def test_another_agency_is_out_of_reach(session) -> None:
    foreign = next(s for s in session.catalogue.services.values() if s.agency_id != session.officer.agency_id)
    for service_id, code in ((foreign.id, "not_allowed"), (999_999, "unknown_service")):
        with pytest.raises(Refusal) as refused:
            set_issuing(session.store, session.officer, service_id, issuing=False, now=session.clock())
        assert refused.value.code == code
