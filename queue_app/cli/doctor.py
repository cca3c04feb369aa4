"""`queue-app doctor`: checks everything a hall needs, and says what is wrong and how to mend it."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from printer.diagnosis import font_trouble, text_trouble, trouble_words
from queue_app.adapters.printer_status import PrinterStatus, check_printer_status
from queue_app.cli.database import open_database
from queue_app.cli.port import port_error
from queue_app.config import ConfigError, Settings, command
from queue_app.domain.device import DeviceKind
from queue_app.services.devices import tokens
from queue_app.services.printing import print_jobs
from queue_app.services.printing.printer_health import agent_of
from queue_app.services.settings import hall_file
from queue_app.store import migrate
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store


@dataclass(frozen=True)
class Finding:
    """Result of one check; `remedy` is empty when all is well."""

    subject: str
    result: str
    remedy: str = ""
    broken: bool = False  # the check itself failed


def examine(settings: Settings) -> int:
    """Run all checks and print their findings. Return 0 if all is well, 1 if something needs doing."""
    findings = [finding for check in _CHECKS for finding in _safely(check, settings)]
    findings = _without_repeats(findings)
    for finding in findings:
        mark = "ok " if not finding.remedy else "!! "
        print(f"{mark} {finding.subject:<14.30} {finding.result}")
        if finding.remedy:
            print(f"    {'':<14} → {finding.remedy}")
    remaining = sum(1 for finding in findings if finding.remedy)
    print(f"\n{'All is well.' if not remaining else f'{remaining} thing(s) to do.'}")
    return 1 if remaining else 0


def _without_repeats(findings: list[Finding]) -> list[Finding]:
    """Drop checks that failed for a reason that another finding has given already."""
    unique: dict[str, Finding] = {}
    for finding in findings:
        unique.setdefault(finding.remedy if finding.broken else finding.subject, finding)
    return list(unique.values())


def _safely(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except (ConfigError, SQLAlchemyError) as error:
        return [Finding(check.__name__.strip("_"), "cannot be checked", str(error), broken=True)]


def _python(_settings: Settings) -> Iterator[Finding]:
    yield Finding("python", sys.version.split()[0])


def _database(settings: Settings) -> Iterator[Finding]:
    with open_database(settings) as engine:
        at, newest = migrate.current_revision(engine), migrate.newest_revision()
        yield Finding("database", f"{engine.url!r} answers")
        remedy = "" if at == newest else f"run: {command('db upgrade')}"
        yield Finding("migrations", f"at {at or 'nothing'}, this version needs {newest}", remedy)


def _time_zone(settings: Settings) -> Iterator[Finding]:
    with open_database(settings) as engine:
        if migrate.current_revision(engine) != migrate.newest_revision():
            return  # the check of the database reports that
        with Store(engine).read() as connection:
            name = connection.execute(select(t.hall.c.time_zone)).scalar_one_or_none() or "Asia/Makassar"
    try:
        now = datetime.now(UTC).astimezone(ZoneInfo(name))
    except ZoneInfoNotFoundError:
        yield Finding("time zone", f"{name} is unknown here", "run: pip install tzdata")
        return
    remedy = "" if now.year >= 2026 else "the computer's clock is wrong: set it, and keep it right by NTP"
    yield Finding("time zone", f"{name}, where it is {now:%Y-%m-%d %H:%M}", remedy)


def _fonts(_settings: Settings) -> Iterator[Finding]:
    shaping, fonts = text_trouble(), font_trouble()
    yield Finding("text shaping", "not available" if shaping else "raqm and fribidi", trouble_words(shaping or ""))
    yield Finding("ticket fonts", "not all there" if fonts else "all there", fonts or "")


def _printers(settings: Settings) -> Iterator[Finding]:
    with open_database(settings) as engine:
        if migrate.current_revision(engine) != migrate.newest_revision():
            return
        store = Store(engine)
        if hall_file.is_empty(store):
            yield Finding("hall", "no agencies yet", f"run: {command('hall load FILE')}, or {command('demo')}")
            return
        rows = print_jobs.printers(store)
        if not rows:
            yield Finding("printers", "none: numbers appear on the kiosk's screen only")
        for row in rows:
            yield _printer(row, check_printer_status(store, row, datetime.now(UTC)))
        agent_codes = {agent_of(row.url) for row in rows}
        for agent in tokens.devices(store, DeviceKind.AGENT):
            # An agent that is away is reported with its printers.
            if agent.revoked_at is None and agent.code in agent_codes and agent.trouble:
                yield Finding(f"agent {agent.code}", agent.name, trouble_words(agent.trouble))


def _printer(row: print_jobs.ConfiguredPrinter, state: PrinterStatus) -> Finding:
    details = [row.url, state.report.health.value]
    if state.tickets_left is not None:
        details.append(f"about {state.tickets_left} tickets left")
    return Finding(f"printer {row.code}", ", ".join(details), "" if state.advice is None else str(state.advice))


def _port(settings: Settings) -> Iterator[Finding]:
    address = f"{settings.host}:{settings.port}"
    error = port_error(settings)
    if error is None:
        yield Finding("port", f"{address} is free")
        return
    is_own = _is_ours(settings)
    result = f"{address}: this server is running" if is_own else f"{address} is taken ({error.strerror})"
    yield Finding("port", result, "" if is_own else "choose another by --port")


def _is_ours(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/api/v1/health")
        return b'"build"' in connection.getresponse().read(10_000)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


_CHECKS = (_python, _database, _time_zone, _fonts, _printers, _port)
