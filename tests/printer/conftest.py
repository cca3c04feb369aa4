"""Slips, and the simulated printer."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from printer.ports import Slip
from tests.printer.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WITA = timezone(timedelta(hours=8))
LONG = {
    "label": "B-012",
    "hall": "Mal Pelayanan Publik Kabupaten Tabanan",
    "agency": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "service": "SIP tenaga kesehatan",
    "zone": "Zona Utara",
    "issued_at": datetime(2026, 11, 23, 10, 42, tzinfo=WITA),
    "zone_name": "WITA",
    "ahead": 12,
    "wait_range": (25, 40),
    "url": "http://antre.tabanankab.go.id/t/k7Qm2ZxR",
    "language": "id",
    "priority": True,
    "documents": (),
    "footer": "Jl. Gatot Subroto, Sanggulan, Kediri, Tabanan. Simpan tiket ini sampai layanan selesai.",
}


@pytest.fixture(scope="session")
def make_slip() -> Callable[..., Slip]:
    """Make a ticket with long names and all parts; keyword arguments change fields."""

    def make(**changes: object) -> Slip:
        fields: dict[str, Any] = {**LONG, **changes}
        return Slip(**fields)

    return make


@pytest.fixture
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Start a simulated printer, with the arguments of `Simulator`; stopped after the test."""
    with ExitStack() as running:
        yield lambda *args, **options: running.enter_context(Simulator(*args, **options))
