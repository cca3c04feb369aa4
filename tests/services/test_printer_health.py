"""How printers are known to be: what was reported, which agents are silent, what waits there meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from queue_app.domain.device import DeviceKind
from queue_app.domain.errors import Refusal
from queue_app.domain.events import FactKind
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import Health, Printer
from queue_app.services.devices import tokens
from queue_app.services.printing import printer_health
from queue_app.services.printing.printer_health import AGENT_TIMEOUT_SECONDS, StatusReport, agent_of
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of
from queue_app.store.printers import printers as read_printers
from tests.services.conftest import Hall, OfficerAtCounter

UTAMA = 1
LOBI = 2


def see(hall: Hall, health: Health, printer_id: int = UTAMA, **more: Any) -> None:
    printer_health.report_health(hall.store, printer_id, StatusReport(health, **more), hall.clock())


def printer(hall: Hall, printer_id: int = UTAMA) -> Printer:
    """A printer as it is known now."""
    with hall.store.read() as connection:
        return read_printers(connection)[printer_id]


def set_columns(hall: Hall, printer_id: int = UTAMA, **values: object) -> None:
    with hall.store.transaction() as connection:
        connection.execute(t.printer.update().where(t.printer.c.id == printer_id).values(**values))


@pytest.fixture
def agent(hall: Hall) -> str:
    """The token of the agent that serves the printer of the main kiosk."""
    set_columns(hall, url="agent://kiosk-1/usb")
    return tokens.add_device(hall.store, DeviceKind.AGENT, "kiosk-1", "PC kios", hall.clock())


def ask(hall: Hall, agent: str) -> None:
    """The agent asks the server for something, as it does every few seconds."""
    assert tokens.authenticate(hall.store, agent, "10.0.0.7", hall.clock()) is not None


def watch(hall: Hall) -> None:
    printer_health.detect_silent_agents(hall.store, hall.clock())


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("agent://kiosk-1/usb", "kiosk-1"),
        ("agent://kiosk-1", "kiosk-1"),
        ("tcp://10.0.0.9:9100", None),
        ("file:///dev/usb/lp0", None),
    ],
)
def test_who_serves_an_address(url: str, code: str | None) -> None:
    assert agent_of(url) == code


def test_only_what_somebody_must_do_is_a_fact(hall: Hall) -> None:
    with hall.nothing_changes():
        see(hall, Health.OK)
        see(hall, Health.OK, outcome=Outcome("paper_low"))
    for health in (Health.PAPER_OUT, Health.COVER_OPEN, Health.OK):
        with hall.one_fact(FactKind.PRINTER, None):
            see(hall, health)
        with hall.nothing_changes():
            see(hall, health)
    assert printer(hall).health is Health.OK


def test_a_printer_that_was_removed_is_not_reported_any_more(hall: Hall) -> None:
    with hall.nothing_changes():
        see(hall, Health.PAPER_OUT, 9_999)
    set_columns(hall, removed_at=1)
    with hall.nothing_changes():
        see(hall, Health.PAPER_OUT)


def test_a_roll_that_was_set_counts_more_than_that_of_the_address(hall: Hall) -> None:
    set_columns(hall, roll_mm=5_000)
    see(hall, Health.OK, used_mm=1_000, roll_mm=80_000, ticket_mm=100)
    assert printer(hall).tickets_left == 40
    see(hall, Health.OK, used_mm=9_000, roll_mm=80_000, ticket_mm=100)
    assert printer(hall).tickets_left == 0, "never fewer than none"


def test_a_new_roll_is_a_fact_of_whoever_says_so(hall: Hall) -> None:
    see(hall, Health.OK, used_mm=79_000, roll_mm=80_000, ticket_mm=100)
    assert printer(hall).alarm is Health.NEAR_END
    with hall.one_fact(FactKind.PRINTER, hall.officer):
        printer_health.reset_paper_counter(hall.store, hall.officer, "utama", hall.clock())
    assert (printer(hall).alarm, printer(hall).tickets_left) == (None, None)
    with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_printer"):
        printer_health.reset_paper_counter(hall.store, hall.officer, "mars", hall.clock())


def test_what_probing_found_is_kept(hall: Hall) -> None:
    printer_health.report_capabilities(hall.store, LOBI, {"model": "TM-T82", "cut": True})
    with hall.store.read() as connection:
        rows = connection.execute(select(t.printer.c.id, t.printer.c.capabilities).order_by(t.printer.c.id)).all()
    assert rows == [(UTAMA, None), (LOBI, {"model": "TM-T82", "cut": True})]


# --- agents that say nothing


def test_the_printers_of_a_silent_agent_are_off_line_until_it_speaks(hall: Hall, agent: str, clock: Any) -> None:
    ask(hall, agent)
    see(hall, Health.OK)
    clock.forward(seconds=AGENT_TIMEOUT_SECONDS)
    with hall.nothing_changes():
        watch(hall)
    clock.forward(seconds=1)
    with hall.one_fact(FactKind.PRINTER, None):
        watch(hall)
        watch(hall)
    assert printer(hall).health is Health.OFFLINE
    assert printer(hall, LOBI).health is not Health.OFFLINE, "the server itself serves that one"
    ask(hall, agent)
    see(hall, Health.OK)
    watch(hall)
    assert printer(hall).health is Health.OK


@pytest.mark.parametrize("why", ["never seen", "not there", "revoked"])
def test_an_agent_that_cannot_come_is_silent(hall: Hall, agent: str, why: str) -> None:
    see(hall, Health.OK)
    if why == "not there":
        set_columns(hall, url="agent://kiosk-9/usb")
    elif why == "revoked":
        ask(hall, agent)
        tokens.revoke_device(hall.store, DeviceKind.AGENT, "kiosk-1", hall.clock())
    watch(hall)
    assert printer(hall).health is Health.OFFLINE


@pytest.mark.parametrize("near", [True, False])
def test_what_waits_at_a_silent_agent_goes_to_a_printer_within_reach(
    session: OfficerAtCounter, hall: Hall, agent: str, near: bool
) -> None:
    row = session.issue()
    if near:
        set_columns(hall, fallback_id=LOBI)
    watch(hall)
    with hall.store.read() as connection:
        (job,) = print_jobs_of(connection, row.id)
    assert (job.state, job.printer_id) == ("queued", LOBI if near else UTAMA)
    assert len(hall.facts(FactKind.PAPER_MOVED)) == near


def test_what_is_asked_for_while_the_agent_is_silent_is_moved_too(
    session: OfficerAtCounter, hall: Hall, agent: str
) -> None:
    set_columns(hall, fallback_id=LOBI)
    watch(hall)
    row = session.issue()
    watch(hall)
    with hall.store.read() as connection:
        (job,) = print_jobs_of(connection, row.id)
    assert job.printer_id == LOBI
