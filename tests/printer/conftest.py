"""Slips, and the simulated printer (loaded from its file: test modules cannot import each other)."""

from __future__ import annotations

import importlib.util
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from printer.face import Slip

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
    """A ticket with long names and everything on it; keyword arguments change fields."""

    def make(**changes: object) -> Slip:
        fields: dict[str, Any] = {**LONG, **changes}
        return Slip(**fields)

    return make


@pytest.fixture(scope="session")
def simulator_module() -> Any:
    """tests/printer/simulator.py."""
    path = Path(__file__).with_name("simulator.py")
    spec = importlib.util.spec_from_file_location("printer_simulator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def simulate(simulator_module: Any) -> Iterator[Callable[..., Any]]:
    """Start a simulated printer, with the arguments of `Simulator`; stopped after the test."""
    with ExitStack() as running:
        yield lambda *args, **options: running.enter_context(simulator_module.Simulator(*args, **options))
