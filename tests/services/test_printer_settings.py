"""Printers and what is on a ticket, as they are set by an administrator or at the server's keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from queue_app.domain.errors import Refusal
from queue_app.domain.print_outcome import Outcome
from queue_app.domain.printer import Health
from queue_app.domain.staff import Officer
from queue_app.services.printing import printer_health
from queue_app.services.settings.printers import (
    PrinterSettings,
    printer_settings,
    remove_printer,
    set_printer,
    set_templates,
    templates,
)
from queue_app.store.printers import print_jobs_of
from queue_app.store.printers import printers as read_printers
from queue_app.store.printers import template as template_of
from tests.services.conftest import Hall, OfficerAtCounter

NEW = PrinterSettings("balai", "tcp://10.0.0.9:9100")
SPARE = PrinterSettings("cadangan", "tcp://10.0.0.8:9100")


def add(hall: Hall, wanted: PrinterSettings = NEW, by: Officer | None = None) -> None:
    set_printer(hall.store, wanted, hall.clock(), by, new=True)


def change(hall: Hall, wanted: PrinterSettings, by: Officer | None = None) -> None:
    set_printer(hall.store, wanted, hall.clock(), by, new=False)


def remove(hall: Hall, code: str, by: Officer | None = None) -> None:
    remove_printer(hall.store, code, hall.clock(), by)


def settings_of(hall: Hall) -> dict[str, PrinterSettings]:
    """All printers as they are set, by their code."""
    return {printer.code: printer for printer in printer_settings(hall.store)}


def health_of(hall: Hall, code: str) -> Health:
    """How a printer is known to be."""
    with hall.store.read() as connection:
        return next(printer.health for printer in read_printers(connection).values() if printer.code == code)


def ids(hall: Hall) -> dict[int, str]:
    """The codes of the printers in use, by id."""
    with hall.store.read() as connection:
        return {id: printer.code for id, printer in read_printers(connection).items()}


def test_a_printer_is_added_as_it_was_described(hall: Hall) -> None:
    wanted = replace(
        NEW, paper_mm=58, kiosks=("utama",), zone="tengah", fallback="lobi", place={"id": "Balai"}, roll_m=80
    )
    with hall.one_change(hall.admin):
        add(hall, wanted, hall.admin)
    assert settings_of(hall)["balai"] == wanted
    assert health_of(hall, "balai") is Health.UNKNOWN
    with hall.one_change(None):
        add(hall, SPARE)
    assert settings_of(hall)["cadangan"] == SPARE, "what is left out is not set"


def test_a_kiosk_prints_at_one_printer(hall: Hall) -> None:
    assert settings_of(hall)["utama"].kiosks == ("utama",)
    add(hall, replace(NEW, kiosks=("utama", "lobi")))
    assert {code: printer.kiosks for code, printer in settings_of(hall).items()} == {
        "utama": (),
        "lobi": (),
        "balai": ("utama", "lobi"),
    }
    change(hall, replace(NEW, kiosks=("lobi",)))
    assert settings_of(hall)["balai"].kiosks == ("lobi",)
    assert hall.catalogue().kiosks["utama"].printer_id is None, "it is not named any more, and prints nothing"


def test_another_address_is_another_printer_to_be_looked_at(hall: Hall) -> None:
    add(hall)
    number = next(id for id, code in ids(hall).items() if code == "balai")
    printer_health.report_health(
        hall.store, number, printer_health.StatusReport(Health.PAPER_OUT, Outcome("paper_out")), hall.clock()
    )
    with hall.one_change(hall.admin):
        change(hall, replace(NEW, paper_mm=58), hall.admin)
    assert health_of(hall, "balai") is Health.PAPER_OUT, "it is the same machine"
    change(hall, replace(NEW, url="tcp://10.0.0.10:9100"))
    assert health_of(hall, "balai") is Health.UNKNOWN
    assert ids(hall)[number] == "balai"


def test_one_that_is_removed_leaves_nobody_waiting_for_it(session: OfficerAtCounter, hall: Hall) -> None:
    row = session.issue()
    change(hall, replace(settings_of(hall)["lobi"], fallback="utama"))
    with hall.one_change(hall.admin):
        remove(hall, "utama", hall.admin)
    with hall.store.read() as connection:
        (job,) = print_jobs_of(connection, row.id)
    assert job.state == "cancelled"
    assert settings_of(hall).keys() == {"lobi"}
    assert settings_of(hall)["lobi"].fallback is None
    assert hall.catalogue().kiosks["utama"].printer_id is None
    session.issue()  # without a paper, but with a number


def test_a_code_may_come_back_after_its_removal(hall: Hall) -> None:
    before = {code: id for id, code in ids(hall).items()}
    printer_health.report_health(
        hall.store, before["lobi"], printer_health.StatusReport(Health.COVER_OPEN), hall.clock()
    )
    remove(hall, "lobi")
    add(hall, PrinterSettings("lobi", "tcp://10.0.0.9:9100"))
    assert {code: id for id, code in ids(hall).items()} == before, "its old papers are still known by it"
    assert health_of(hall, "lobi") is Health.UNKNOWN


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"code": "utama"}, "code"),
        ({"paper_mm": 76}, "paper_mm"),
        ({"roll_m": 0}, "roll_m"),
        ({"roll_m": 1_001}, "roll_m"),
        ({"place": {"en": "Hall"}}, "place"),
        ({"zone": "mars"}, "zone"),
        ({"fallback": "mars"}, "fallback"),
        ({"fallback": "balai"}, "fallback"),
        ({"kiosks": ("utama", "mars")}, "kiosks"),
    ],
)
def test_a_wrong_printer_is_refused_by_its_field(hall: Hall, wrong: dict[str, Any], field: str) -> None:
    before = settings_of(hall)
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall, replace(NEW, **wrong), hall.admin)
    assert refused.value.facts["field"] == field
    assert settings_of(hall) == before


def test_none_stands_in_for_another_once_it_is_removed(hall: Hall) -> None:
    remove(hall, "lobi")
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        add(hall, replace(NEW, fallback="lobi"))
    assert refused.value.facts["field"] == "fallback"


def test_what_is_not_there_is_neither_changed_nor_removed(hall: Hall) -> None:
    remove(hall, "lobi")
    for code in ("lobi", "mars"):
        with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_printer"):
            change(hall, replace(NEW, code=code))
        with hall.nothing_changes(), pytest.raises(Refusal, match="unknown_printer"):
            remove(hall, code)


ACTS: dict[str, Callable[[Hall, Officer], None]] = {
    "add": lambda hall, who: add(hall, NEW, who),
    "change": lambda hall, who: change(hall, PrinterSettings("utama", "tcp://10.0.0.9"), who),
    "remove": lambda hall, who: remove(hall, "utama", who),
    "template": lambda hall, who: set_templates(hall.store, {}, {}, hall.clock(), who),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_administrators(hall: Hall, act: str) -> None:
    for who in (hall.officer, hall.supervisor):
        with hall.nothing_changes(), pytest.raises(Refusal, match="not_allowed"):
            ACTS[act](hall, who)


# --- what is on a ticket


def test_an_agency_differs_from_the_hall_where_it_says_so(hall: Hall) -> None:
    hall_template, own = {"show_hall": False, "footer": "Mal"}, {"footer": "Simpan tiket ini"}
    with hall.one_change(hall.admin):
        set_templates(hall.store, hall_template, {"disdukcapil": own, "dinkes": {}}, hall.clock(), hall.admin)
    assert templates(hall.store) == (hall_template, {"disdukcapil": own})
    by_code = {agency.code: agency.id for agency in hall.catalogue().agencies.values()}
    with hall.store.read() as connection:
        assert template_of(connection, by_code["disdukcapil"]) == {**hall_template, **own}
        assert template_of(connection, by_code["dinkes"]) == hall_template
        assert template_of(connection, None) == hall_template
    with hall.one_change(None):
        set_templates(hall.store, {}, {}, hall.clock())
    assert templates(hall.store) == ({}, {}), "an agency that is not named has nothing of its own"


def test_an_agency_that_is_not_there_is_named(hall: Hall) -> None:
    with hall.nothing_changes(), pytest.raises(Refusal, match="bad_setting") as refused:
        set_templates(hall.store, {"show_qr": False}, {"mars": {}}, hall.clock(), hall.admin)
    assert (refused.value.facts["field"], refused.value.facts["value"]) == ("agencies", "mars")
    assert templates(hall.store) == ({}, {})
