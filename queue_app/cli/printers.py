"""The commands `queue-app printer …`; each returns its exit code."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from printer.diagnosis import DiscoveredPrinter, advice_on_delivery
from printer.diagnosis import discover as discover_printers
from printer.paper.logo import LARGEST_FILE
from printer.ports import PrinterConfig
from printer.spooler import Spooler
from queue_app.adapters.print_jobs import PrintJobSource
from queue_app.adapters.printer_status import PrinterStatus, check_printer_status
from queue_app.adapters.printer_tools import check_printer_url, make_logo, probe_with_advice
from queue_app.adapters.processes import is_dead, process_name
from queue_app.cli.console import ago, confirm, now, open_hall, print_table
from queue_app.cli.database import preview_address
from queue_app.config import ConfigError, Settings, command
from queue_app.domain.errors import Refusal
from queue_app.domain.print_job import GOOD_STATES, PrintJobState
from queue_app.services.printing import print_jobs, print_requests
from queue_app.services.printing.printer_health import agent_of
from queue_app.services.settings.printers import (
    PrinterSettings,
    printer_settings,
    remove_printer,
    set_printer,
    set_templates,
    templates,
)
from queue_app.store.printers import PrintJobRow, print_job
from queue_app.store.unit_of_work import Store
from queue_app.web.printer_words import outcome_words

_POLL_SECONDS = 0.2
_PROOFS = {
    "ack": "acknowledges each slip: a ticket can be called printed",
    "fence": "reports when it has processed a slip",
    "status": "says only whether it is on line: a ticket is called sent, not printed",
    "none": "says nothing: a ticket is called sent, not printed",
}
_ENDS = {
    PrintJobState.PRINTED: "It was printed, the printer proved it.",
    PrintJobState.SENT: "It was sent. This printer cannot prove a print: check whether the slip is there.",
    PrintJobState.HELD: "The printer has taken it, and prints it when its trouble is over.",
    PrintJobState.UNCERTAIN: "It may have been printed: check whether the slip is there.",
    PrintJobState.FAILED: "It was not printed.",
    PrintJobState.CANCELLED: "It was cancelled.",
    PrintJobState.EXPIRED: "It was not printed within two minutes and is given up.",
}


def printer_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Print all printers with their status. Return 1 if one cannot be used."""
    with open_hall(settings) as store:
        settings_by_code = {printer.code: printer for printer in printer_settings(store)}
        states = {printer.code: check_printer_status(store, printer, now()) for printer in print_jobs.printers(store)}
    if not settings_by_code:
        print(f"There is no printer yet. Find some: {command('printer discover')}")
        return 0
    rows = [_row(printer, states[code]) for code, printer in settings_by_code.items() if code in states]
    print_table(("code", "paper", "state", "left", "seen", "kiosks", "address"), rows)
    for code, state in states.items():
        if state.advice is not None:
            print(f"\n{code}: {state.advice}")
    return 0 if all(state.usable for state in states.values()) else 1


def _row(settings: PrinterSettings, state: PrinterStatus) -> Sequence[str]:
    left = "?" if state.tickets_left is None else f"~{state.tickets_left}"
    word = state.report.health.value if state.advice is None or state.usable else _trouble(state)
    return (
        settings.code,
        f"{settings.paper_mm} mm",
        word,
        left,
        _seen(state),
        ", ".join(settings.kiosks) or "-",
        settings.url,
    )


def _trouble(state: PrinterStatus) -> str:
    health = state.report.health.value
    return health if health not in ("ok", "unknown") else "offline"


def _seen(state: PrinterStatus) -> str:
    return "now" if state.seen_at is None else f"{ago(state.seen_at)} ago"


def printer_add(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add a printer and print its status. Return 0 also if it does not answer yet."""
    url = _address(settings, arguments.address)
    with open_hall(settings) as store:
        requested = _changed(PrinterSettings(arguments.code, url), arguments)
        set_printer(store, requested, now(), new=True)
        print(f"Printer {requested.code} is added: {requested.url}, {requested.paper_mm} mm.")
        if not requested.kiosks and requested.zone is None:
            print(f"No kiosk prints there yet: {command(f'printer set {requested.code} --kiosk CODE')}")
        _report_status(store, requested.code)
    print(f"Print a test: {command(f'printer test {requested.code}')}")
    return 0


def printer_set(settings: Settings, arguments: argparse.Namespace) -> int:
    """Change the named settings of a printer."""
    with open_hall(settings) as store:
        existing = next((row for row in printer_settings(store) if row.code == arguments.code), None)
        if existing is None:
            raise Refusal("unknown_printer")
        if arguments.address is not None:
            existing = replace(existing, url=_address(settings, arguments.address))
        requested = _changed(existing, arguments)
        set_printer(store, requested, now(), new=False)
        print(f"Printer {requested.code} is set; its next slip uses that.")
        if arguments.address is not None:
            _report_status(store, requested.code)
    return 0


def _address(settings: Settings, url: str) -> str:
    if url == "preview://":
        return preview_address(settings)
    try:
        check_printer_url(url)
    except ValueError as error:
        raise ConfigError(f"“{url}” is not a printer's address: {error}") from error
    return url


def _changed(existing: PrinterSettings, arguments: argparse.Namespace) -> PrinterSettings:
    """Apply the options to `existing`; an empty word, or a roll of 0, removes a setting."""
    values = {"paper_mm": arguments.paper, "zone": arguments.zone, "fallback": arguments.fallback}
    changes: dict[str, Any] = {name: value or None for name, value in values.items() if value is not None}
    if arguments.roll is not None:
        changes["roll_m"] = arguments.roll or None
    if arguments.kiosk is not None:
        changes["kiosks"] = tuple(code for code in arguments.kiosk if code)
    if arguments.place is not None:
        changes["place"] = {**(existing.place or {}), "id": arguments.place} if arguments.place else None
    return replace(existing, **changes)


def _require_printer(store: Store, code: str) -> print_jobs.ConfiguredPrinter:
    row = next((row for row in print_jobs.printers(store) if row.code == code), None)
    if row is None:
        raise Refusal("unknown_printer")
    return row


def _report_status(store: Store, code: str) -> PrinterStatus:
    row = _require_printer(store, code)
    state = check_printer_status(store, row, now())
    _print_status(
        state.report.health.value if state.usable else _trouble(state), state.report.proof, state.report.counts_cuts
    )
    if state.seen_at is not None:
        print(f"  seen     {ago(state.seen_at)} ago, by {agent_of(row.url) or 'the running server'}")
    if state.tickets_left is not None:
        print(f"  left     about {state.tickets_left} tickets on the roll")
    if state.advice is not None:
        print(f"  → {state.advice}")
    return state


def _print_status(state: str, proof: str | None, counts_cuts: bool | None) -> None:
    print(f"  state    {state}")
    if proof is not None:
        print(f"  proof    {_PROOFS[proof]}{'; counts its cuts' if counts_cuts else ''}")


def printer_probe(settings: Settings, arguments: argparse.Namespace) -> int:
    """Check the status of a printer. Return 1 if it cannot be used now."""
    if "://" not in arguments.printer:
        with open_hall(settings) as store:
            print(f"{arguments.printer}: {_require_printer(store, arguments.printer).url}")
            return 0 if _report_status(store, arguments.printer).usable else 1
    url = _address(settings, arguments.printer)
    if agent_of(url) is not None:
        raise ConfigError("an agent's printer is asked by its agent: add it, then probe it by its short name.")
    status, advice = probe_with_advice(url)
    _print_status(status.health.value, status.proof, status.counts_cuts)
    if advice is not None:
        print(f"  → {advice}")
    return 0 if advice is None or advice.is_hint else 1


def printer_test(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print a test slip and its outcome. Return 1 if it was not printed.

    If no running server serves the printer, this process prints the slip itself.
    """
    with open_hall(settings) as store:
        row = _require_printer(store, arguments.code)
        print_jobs.expire_stale_jobs(store, now(), is_dead)
        slip = print_requests.print_test_page(store, None, row.code, arguments.language, now())
        with _serving(store, row):
            job = _outcome(store, slip.id, arguments.wait)
        state = check_printer_status(store, row, now()) if job.ended_at is None else None
    print(_ENDS.get(job.state) or _still_waiting(row, job, state))
    if job.outcome is not None:
        print(f"  why      {outcome_words(job.outcome, 'en')}")
    # A job whose printer is backing off after failures has no reason of its own yet.
    advice = advice_on_delivery(job.outcome, row.url) or (None if state is None else state.advice)
    if advice is not None:
        print(f"  → {advice}")
    return 0 if job.state in GOOD_STATES else 1


@contextmanager
def _serving(store: Store, row: print_jobs.ConfiguredPrinter) -> Iterator[None]:
    """Run a spooler for one printer meanwhile, unless a server or an agent serves it."""
    owner = process_name()
    if agent_of(row.url) is not None or not print_jobs.may_poll(store, row.id, owner, now(), is_dead):
        yield
        return
    spooler = Spooler(_OnePrinter(store, row.id), owner)
    spooler.start()
    try:
        yield
    finally:
        spooler.stop()
        print_jobs.release_printers(store, owner)


class _OnePrinter(PrintJobSource):
    """A job source limited to one printer."""

    def __init__(self, store: Store, printer_id: int) -> None:
        super().__init__(store, now, is_dead)
        self._id = printer_id

    def printers(self) -> Sequence[PrinterConfig]:
        """Return the one printer."""
        return [config for config in super().printers() if config.id == self._id]


def _outcome(store: Store, job_id: int, seconds: int) -> PrintJobRow:
    until = time.monotonic() + seconds
    while True:
        with store.read() as connection:
            job = print_job(connection, job_id)
        if job is None:
            raise ConfigError("the print job is not known any more.")
        if job.ended_at is not None or time.monotonic() >= until:
            return job
        time.sleep(_POLL_SECONDS)


def _still_waiting(row: print_jobs.ConfiguredPrinter, job: PrintJobRow, state: PrinterStatus | None) -> str:
    agent = agent_of(row.url)
    server = f"print agent {agent} has" if agent else "the server has"
    if job.state is PrintJobState.QUEUED and job.outcome is None and (agent or state is None or state.usable):
        return f"Nobody has printed it yet: {server} not fetched it. It is given up two minutes after it was asked for."
    return "It is not printed yet, and is tried again for two minutes."


def printer_remove(settings: Settings, arguments: argparse.Namespace) -> int:
    """Remove a printer, after a question. Return 1 if the answer is no."""
    with open_hall(settings) as store:
        existing = next((row for row in printer_settings(store) if row.code == arguments.code), None)
        if existing is None:
            raise Refusal("unknown_printer")
        kiosks = ", ".join(existing.kiosks)
        lost = f" Kiosk {kiosks} then prints nothing." if kiosks else ""
        if not confirm(f"Take printer {existing.code} ({existing.url}) out of use?{lost}", yes=arguments.yes):
            return 1
        remove_printer(store, existing.code, now())
    print(f"Printer {existing.code} is out of use; what waited there is cancelled.")
    return 0


def printer_logo(settings: Settings, arguments: argparse.Namespace) -> int:
    """Put a logo on the tickets of the hall or of an agency, or take it away."""
    if (arguments.file is None) != arguments.remove:
        raise ConfigError("give a PNG file, or --remove to take the logo away.")
    logo = None if arguments.file is None else _logo(arguments)
    with open_hall(settings) as store:
        hall, agencies = templates(store)
        if arguments.agency is None:
            hall = {**hall, "logo": logo}
        else:
            own = {name: value for name, value in agencies.get(arguments.agency, {}).items() if name != "logo"}
            agencies = {**agencies, arguments.agency: own if logo is None else {**own, "logo": logo}}
        set_templates(store, hall, agencies, now())
    whose = "of the hall" if arguments.agency is None else f"of {arguments.agency}"
    if logo is None:
        print(f"The tickets {whose} have no logo of their own any more.")
        return 0
    seconds = round(int(str(logo["width"])) / 8 * int(str(logo["height"])) / 960, 1)
    print(f"The next tickets {whose} have a logo of {logo['width']} x {logo['height']} dots.")
    print(f"Over a serial line of 9600 baud it takes {seconds} s; over a network or USB it costs no time.")
    return 0


def _logo(arguments: argparse.Namespace) -> dict[str, object]:
    try:
        with arguments.file.open("rb") as file:
            picture = file.read(LARGEST_FILE + 1)
        return make_logo(picture, width=arguments.width, dither=arguments.dither, threshold=arguments.threshold)
    except OSError as error:
        raise ConfigError(f"“{arguments.file}” cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"“{arguments.file}”: {error}.") from error


def printer_discover(_settings: Settings, arguments: argparse.Namespace) -> int:
    """Print printers that could be added. Return 1 if none was found that can be used now."""
    try:
        printers = discover_printers(arguments.hosts)
    except ValueError as error:
        raise ConfigError(f"“{' '.join(arguments.hosts)}”: {error}.") from error
    for printer in printers:
        print(f"{printer.address:<40} {printer.description}")
        if printer.advice is not None:
            print(f"  → {printer.advice}")
    usable = [printer for printer in printers if printer.advice is None]
    print(_discovery_advice(arguments.hosts, printers, usable))
    return 0 if usable else 1


def _discovery_advice(
    hosts: Sequence[str], printers: Sequence[DiscoveredPrinter], usable: Sequence[DiscoveredPrinter]
) -> str:
    if usable:
        return f"\nAdd one: {command(f'printer add CODE {usable[0].address}')}"
    tried = "" if hosts else f" In the network only what you name is tried: {command('printer discover 10.0.0.5')}"
    return "\nNone of them can be used yet." if printers else f"No printer is plugged in here.{tried}"
