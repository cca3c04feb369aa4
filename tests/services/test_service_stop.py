"""Stopping a service: no further numbers, while waiting tickets stay."""

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.ticket import State
from queue_app.services.settings.service_stop import set_issuing


def test_a_stopped_service_keeps_its_line(desk) -> None:
    row = desk.issue()
    set_issuing(desk.store, desk.officer, desk.service.id, issuing=False, now=desk.clock())
    with pytest.raises(Refusal) as refused:
        desk.issue()
    assert refused.value.code == "service_closed"
    assert desk.call().id == row.id
    assert desk.ticket(row.id).state is State.CALLED


def test_resuming_and_saying_it_once(desk) -> None:
    for issuing in (False, False, True, True):
        set_issuing(desk.store, desk.officer, desk.service.id, issuing=issuing, now=desk.clock())
    assert desk.issue().label.endswith("-001")
    assert desk.facts().count("catalogue_changed") == 2


def test_who_stopped_it_is_known(hall) -> None:
    own = next(s for s in hall.catalogue().services.values() if s.agency_id == hall.officer.agency_id)
    foreign = next(s for s in hall.catalogue().services.values() if s.agency_id != hall.officer.agency_id)
    for who, service in ((hall.officer, own), (hall.supervisor, foreign), (hall.admin, foreign)):
        for issuing in (False, True):
            with hall.one_change(who):
                set_issuing(hall.store, who, service.id, issuing=issuing, now=hall.clock())
            assert hall.catalogue().services[service.id].issuing is issuing


def test_another_agency_is_out_of_reach(desk) -> None:
    foreign = next(s for s in desk.catalogue.services.values() if s.agency_id != desk.officer.agency_id)
    for service_id, code in ((foreign.id, "not_allowed"), (999_999, "unknown_service")):
        with pytest.raises(Refusal) as refused:
            set_issuing(desk.store, desk.officer, service_id, issuing=False, now=desk.clock())
        assert refused.value.code == code
