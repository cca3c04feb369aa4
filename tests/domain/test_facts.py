"""The payloads of the log: every kind has its dataclass, and rows of earlier versions are still read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from queue_app.domain.device import DeviceChange, DeviceKind
from queue_app.domain.events import FactKind
from queue_app.domain.fact_fields import FactDetails
from queue_app.domain.facts import (
    DETAILS,
    CatalogueChanged,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayOpened,
    DeviceChanged,
    Fact,
    OfficerSignedOut,
    OpeningPassed,
    PrinterChanged,
    PrintJobMoved,
    PrintRequested,
    decode_details,
    encode_details,
)
from queue_app.domain.print_job import PrintJobKind
from queue_app.domain.printer import Health, ReprintReason
from queue_app.domain.ticket import State, TicketClass
from queue_app.domain.ticket_facts import (
    PassedTicket,
    TicketCalled,
    TicketCancelled,
    TicketChanged,
    TicketChanges,
    TicketClosed,
    TicketCompleted,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketNoShow,
    TicketNoted,
    TicketRecalled,
    TicketReprinted,
    TicketResumed,
    TicketReturned,
    TicketStarted,
    TicketTransferred,
    TicketUndone,
)

W, C, S, H = State.WAITING, State.CALLED, State.SERVING, State.HELD
PRIORITY = TicketClass.PRIORITY
A = "A-001"
_PASSED = '{"id": 4, "label": "A-000", "class": "regular", "score": 660000.0, "start_at": 5}'
_ANNOUNCED = '"language": "id", "priority": true, "times": 2'

# As the first version stored them, letter by letter.
STORED: list[tuple[FactKind, str, FactDetails]] = [
    (
        FactKind.ISSUED,
        '{"to": "waiting", "label": "A-001", "class": "priority", "ahead": 5, "range": [20, 80]}',
        TicketIssued(to=W, label=A, ticket_class=PRIORITY, ahead=5, promised=(20, 80)),
    ),
    (
        FactKind.ISSUED,
        '{"to": "serving", "label": "A-001", "class": "regular", "ahead": 0}',
        TicketIssued(to=S, label=A, ticket_class=TicketClass.REGULAR, ahead=0),
    ),
    (
        FactKind.CALLED,
        '{"from": "waiting", "to": "called", "label": "A-001", "language": "id", "priority": true, "times": 1, '
        f'"how": "front", "class": "priority", "score": 2400000.0, "start_at": 7, "passed": {_PASSED}}}',
        TicketCalled(
            from_state=W,
            to=C,
            label=A,
            language="id",
            priority=True,
            times=1,
            how="front",
            ticket_class=PRIORITY,
            score=2_400_000.0,
            start_at=7,
            passed=PassedTicket(id=4, label="A-000", ticket_class=TicketClass.REGULAR, score=660_000.0, start_at=5),
        ),
    ),
    (
        FactKind.CALLED,
        '{"from": "waiting", "to": "called", "label": "A-001", "score": 9.0, "passed": null}',
        TicketCalled(from_state=W, to=C, label=A, score=9.0),
    ),
    (
        FactKind.RECALLED,
        f'{{"from": "called", "to": "called", "label": "A-001", {_ANNOUNCED}}}',
        TicketRecalled(from_state=C, to=C, label=A, language="id", priority=True, times=2),
    ),
    (
        FactKind.RESUMED,
        f'{{"from": "held", "to": "called", "label": "A-001", {_ANNOUNCED}, '
        '"how": "resumed", "class": "priority", "start_at": 7}',
        TicketResumed(
            from_state=H,
            to=C,
            label=A,
            language="id",
            priority=True,
            times=2,
            ticket_class=PRIORITY,
            start_at=7,
        ),
    ),
    (
        FactKind.STARTED,
        '{"from": "called", "to": "serving", "label": "A-001"}',
        TicketStarted(from_state=C, to=S, label=A),
    ),
    (
        FactKind.COMPLETED,
        '{"from": "serving", "to": "served", "label": "A-001", "mean": [300000, 310000]}',
        TicketCompleted(from_state=S, to=State.SERVED, label=A, mean=(300_000, 310_000)),
    ),
    (
        FactKind.NO_SHOW,
        '{"from": "called", "to": "no_show", "label": "A-001"}',
        TicketNoShow(from_state=C, to=State.NO_SHOW, label=A),
    ),
    (
        FactKind.RETURNED,
        '{"from": "no_show", "to": "waiting", "label": "A-001"}',
        TicketReturned(from_state=State.NO_SHOW, to=W, label=A),
    ),
    (FactKind.HELD, '{"from": "serving", "to": "held", "label": "A-001"}', TicketHeld(from_state=S, to=H, label=A)),
    (
        FactKind.TRANSFERRED,
        '{"from": "serving", "to": "waiting", "label": "A-001", "to_counter": 3, "to_service": 5, "mean": [1, 2], '
        '"first": true}',
        TicketTransferred(from_state=S, to=W, label=A, to_counter=3, to_service=5, mean=(1, 2), first=True),
    ),
    (
        FactKind.TRANSFERRED,
        '{"from": "waiting", "to": "waiting", "label": "A-001", "why": "released"}',
        TicketTransferred(from_state=W, to=W, label=A, why="released"),
    ),
    (
        FactKind.CHANGED,
        '{"from": "waiting", "to": "waiting", "label": "A-001", '
        '"changed": {"service_id": [1, 5], "ticket_class": ["regular", "priority"], "files": [1, 2]}}',
        TicketChanged(
            from_state=W,
            to=W,
            label=A,
            changed=TicketChanges(service_id=(1, 5), ticket_class=("regular", "priority"), files=(1, 2)),
        ),
    ),
    (FactKind.NOTED, "{}", TicketNoted()),
    (
        FactKind.UNDONE,
        '{"from": "served", "to": "serving", "label": "A-001"}',
        TicketUndone(from_state=State.SERVED, to=S, label=A),
    ),
    (
        FactKind.CANCELLED,
        '{"from": "waiting", "to": "cancelled", "label": "A-001", "why": "left"}',
        TicketCancelled(from_state=W, to=State.CANCELLED, label=A, why="left"),
    ),
    (
        FactKind.EXPIRED,
        '{"from": "waiting", "to": "expired", "why": "day_end"}',
        TicketExpired(from_state=W, to=State.EXPIRED, why="day_end"),
    ),
    (
        FactKind.CLOSED,
        '{"from": "serving", "to": "served", "why": "day_end"}',
        TicketClosed(from_state=S, to=State.SERVED, why="day_end"),
    ),
    (
        FactKind.REPRINTED,
        '{"label": "A-001", "copy": 2, "why": "lost", "printer": 1, "job": 8}',
        TicketReprinted(label=A, copy_no=2, why=ReprintReason.LOST, printer_id=1, job_id=8),
    ),
    (FactKind.COUNTER_OPENED, '{"taken_from": null}', CounterOpened()),
    (FactKind.COUNTER_OPENED, '{"taken_from": 7}', CounterOpened(taken_from=7)),
    (FactKind.COUNTER_CLOSED, '{"why": "handed_over"}', CounterClosed(why="handed_over")),
    (FactKind.COUNTER_PAUSED, '{"why": "meal"}', CounterPaused(why="meal")),
    (FactKind.COUNTER_RESUMED, '{"why": "meal", "ms": 60000}', CounterResumed(why="meal", ms=60_000)),
    (FactKind.SIGNED_OUT, '{"session": 12}', OfficerSignedOut(session_id=12)),
    (
        FactKind.DAY_OPENED,
        '{"from": "2026-01-02", "to": "2026-01-05"}',
        DayOpened(from_day=date(2026, 1, 2), to_day=date(2026, 1, 5)),
    ),
    (FactKind.CATALOGUE_CHANGED, "{}", CatalogueChanged()),
    (FactKind.CATALOGUE_CHANGED, '{"setting": "policy"}', CatalogueChanged(setting="policy")),
    (
        FactKind.CATALOGUE_CHANGED,
        '{"setting": "counter", "of": "7", "before": {"tiers": []}, "after": {"tiers": [[1]]}}',
        CatalogueChanged(setting="counter", of="7", before={"tiers": []}, after={"tiers": [[1]]}),
    ),
    (FactKind.CATALOGUE_CHANGED, '{"set": "notice"}', CatalogueChanged(setting="notice")),
    (FactKind.CATALOGUE_CHANGED, '{"issuing": true}', CatalogueChanged(setting="issuing", after=True)),
    (FactKind.CATALOGUE_CHANGED, '{"issuing": false}', CatalogueChanged(setting="issuing", after=False)),
    (FactKind.CATALOGUE_CHANGED, '{"hours": true}', CatalogueChanged(setting="hours")),
    (FactKind.CATALOGUE_CHANGED, '{"breaks": true}', CatalogueChanged(setting="breaks")),
    (FactKind.CATALOGUE_CHANGED, '{"template": true}', CatalogueChanged(setting="template")),
    (
        FactKind.CATALOGUE_CHANGED,
        '{"printer": "utama", "what": "added"}',
        CatalogueChanged(setting="printer", of="utama", after="added"),
    ),
    (FactKind.OPENING_PASSED, "{}", OpeningPassed()),
    (
        FactKind.PRINTER,
        '{"printer": 1, "state": "paper_out", "trouble": "paper_out"}',
        PrinterChanged(printer_id=1, state=Health.PAPER_OUT, trouble="paper_out"),
    ),
    (
        FactKind.PRINTER,
        '{"printer": 1, "state": "ok", "trouble": null, "new_roll": true}',
        PrinterChanged(printer_id=1, state=Health.OK, new_roll=True),
    ),
    (
        FactKind.PAPER_ASKED,
        '{"what": "checklist", "printer": 1, "job": 9}',
        PrintRequested(what=PrintJobKind.CHECKLIST, printer_id=1, job_id=9),
    ),
    (
        FactKind.PAPER_MOVED,
        '{"job": 9, "from": 1, "to": 2, "why": "unreachable: agent_away"}',
        PrintJobMoved(job_id=9, from_printer=1, to_printer=2, why="unreachable: agent_away"),
    ),
    (
        FactKind.DEVICE,
        '{"kind": "agent", "code": "pc-1", "what": "trouble", "trouble": "no libraqm"}',
        DeviceChanged(device_kind=DeviceKind.AGENT, code="pc-1", what=DeviceChange.TROUBLE, trouble="no libraqm"),
    ),
]


def test_every_kind_is_here() -> None:
    assert set(DETAILS) == set(FactKind)
    assert {kind for kind, _, _ in STORED} == set(FactKind)


@pytest.mark.parametrize(("kind", "payload", "details"), STORED)
def test_an_old_row_is_read(kind: FactKind, payload: str, details: FactDetails) -> None:
    assert decode_details(kind, json.loads(payload)) == details


@pytest.mark.parametrize(("kind", "payload", "details"), STORED)
def test_what_is_written_is_read_again(kind: FactKind, payload: str, details: FactDetails) -> None:
    assert decode_details(kind, json.loads(json.dumps(encode_details(details)))) == details


def test_the_keys_of_new_rows_are_those_of_old_ones() -> None:
    for kind, payload, details in STORED:
        if kind is not FactKind.CATALOGUE_CHANGED:
            stored = {key: value for key, value in json.loads(payload).items() if value is not None}
            assert json.loads(json.dumps(encode_details(details))).items() >= stored.items()


@pytest.mark.parametrize("kind", FactKind)
def test_a_row_may_lack_everything(kind: FactKind) -> None:
    assert decode_details(kind, {}) == DETAILS[kind]()


def test_a_value_without_a_meaning_gets_the_default() -> None:
    payload = {"to": "gone", "class": "vip", "range": 5, "label": "A-001", "something": 1}
    assert decode_details(FactKind.ISSUED, payload) == TicketIssued(label=A)


def test_which_services_a_fact_concerns() -> None:
    moved = Fact(1, 0, TicketTransferred(to_service=5), service_id=1)
    assert moved.service_ids() == {1, 5}
    changed = Fact(2, 0, TicketChanged(changed=TicketChanges(service_id=(1, 6))), service_id=1)
    assert changed.service_ids() == {1, 6}
    assert Fact(3, 0, OpeningPassed()).service_ids() == set()
