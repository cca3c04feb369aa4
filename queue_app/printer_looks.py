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


def state_of(store: Store, found: printing.Printer, now: datetime) -> State:
    """Check the status of a printer; one that a server or an agent serves is not probed: it takes one connection."""
    agent = agent_of(found.url)
    if agent is not None:
        return _by_agent(store, found, agent, now)
    owner = own_name()
    if not printing.may_look(store, found.id, owner, now, is_gone):
        return _remembered(store, found)
    try:
        return _asked(store, found)
    finally:
        printing.release(store, owner)


def _asked(store: Store, found: printing.Printer) -> State:
    seen, advice = ask(found.url, found.capabilities)
    with store.read() as connection:
        left = read_printers(connection)[found.id].tickets_left
    return State(seen, advice, None, left)


def _remembered(store: Store, found: printing.Printer) -> State:
    with store.read() as connection:
        row = read_printers(connection)[found.id]
    can = {} if found.capabilities is None else found.capabilities
    counts = can.get("counts_cuts")
    proof = can.get("proof")
    seen = Look(
        printer.face.Health(row.health.value),
        row.detail,
        None if proof is None else str(proof),
        None if counts is None else bool(counts),
    )
    return State(seen, advice_of(seen.health, seen.detail, found.url), row.checked_at, row.tickets_left)


def _by_agent(store: Store, found: printing.Printer, agent: str, now: datetime) -> State:
    with store.read() as connection:
        known = agents(connection)
    state = _remembered(store, found)
    if agent not in known:
        return replace(state, advice=Advice("agent_unknown", {"agent": agent}))
    if (known[agent][0] or 0) < to_ms(now) - AWAY_SECONDS * 1000:
        return replace(state, advice=Advice("agent_away"))
    return state
