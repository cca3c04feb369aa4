"""Printer status for the CLI: probed directly, or else last reported by its agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import printer.face
from queue_app.domain.clock import to_ms
from queue_app.printer_probe import Advice, Look, advice_of, ask
from queue_app.processes import is_gone, own_name
from queue_app.services import printing
from queue_app.services.printers import AWAY_SECONDS, agent_of
from queue_app.store.printers import agents
from queue_app.store.printers import printers as read_printers
from queue_app.store.unit import Store


@dataclass(frozen=True, slots=True)
class State:
    """Status of a printer and what to do about it (None: nothing); `seen_at` is None if it was probed just now."""

    look: Look
    advice: Advice | None
    seen_at: int | None
    tickets_left: int | None

    @property
    def usable(self) -> bool:
        """Whether a slip would be printed now; a printer that is nearly empty or reports no status still prints."""
        return self.advice is None or self.advice.is_hint


def state_of(store: Store, printer_row: printing.Printer, now: datetime) -> State:
    """Check the status of a printer; one that a server or an agent serves is not probed: it takes one connection."""
    agent = agent_of(printer_row.url)
    if agent is not None:
        return _by_agent(store, printer_row, agent, now)
    owner = own_name()
    if not printing.may_look(store, printer_row.id, owner, now, is_gone):
        return _remembered(store, printer_row)
    try:
        return _asked(store, printer_row)
    finally:
        printing.release(store, owner)


def _asked(store: Store, printer_row: printing.Printer) -> State:
    status, advice = ask(printer_row.url, printer_row.capabilities)
    with store.read() as connection:
        left = read_printers(connection)[printer_row.id].tickets_left
    return State(status, advice, None, left)


def _remembered(store: Store, printer_row: printing.Printer) -> State:
    with store.read() as connection:
        row = read_printers(connection)[printer_row.id]
    capabilities = {} if printer_row.capabilities is None else printer_row.capabilities
    counts = capabilities.get("counts_cuts")
    proof = capabilities.get("proof")
    status = Look(
        printer.face.Health(row.health.value),
        row.detail,
        None if proof is None else str(proof),
        None if counts is None else bool(counts),
    )
    return State(status, advice_of(status.health, status.detail, printer_row.url), row.checked_at, row.tickets_left)


def _by_agent(store: Store, printer_row: printing.Printer, agent: str, now: datetime) -> State:
    with store.read() as connection:
        agents_by_code = agents(connection)
    state = _remembered(store, printer_row)
    if agent not in agents_by_code:
        return replace(state, advice=Advice("agent_unknown", {"agent": agent}))
    if (agents_by_code[agent][0] or 0) < to_ms(now) - AWAY_SECONDS * 1000:
        return replace(state, advice=Advice("agent_away"))
    return state
