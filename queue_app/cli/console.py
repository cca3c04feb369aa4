"""Console helpers of the commands: the database with refusals as sentences, tables, questions, times."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from queue_app.cli.database import open_database, require_current
from queue_app.config import ConfigError, Settings, command
from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.store.unit_of_work import NotReadyError, Store

_REFUSAL_TEXTS = {
    "unknown_printer": "there is no such printer: {list} shows those that there are.",
    "unknown_device": "there is no such print agent, or it is revoked already: {agents} shows all.",
}


@contextmanager
def open_hall(settings: Settings) -> Iterator[Store]:
    """Open the store of the settings. Raises ConfigError with a sentence, also for a Refusal."""
    with open_database(settings) as engine:
        require_current(engine)
        try:
            yield Store(engine)
        except NotReadyError as error:
            raise ConfigError(f"there is no hall yet: run {command('hall load FILE')}.") from error
        except Refusal as refusal:
            template = _REFUSAL_TEXTS.get(refusal.code, "{detail}.")
            facts = {"list": command("printer list"), "agents": command("agent list"), "detail": refusal.code}
            raise ConfigError(template.format(**{**facts, **refusal.facts})) from refusal


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def confirm(question: str, *, yes: bool) -> bool:
    """Ask before an irreversible change. Raises ConfigError where there is no terminal to answer."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(f"{question} Nobody is there to answer: add --yes if you mean it.")
    print(f"{question} [y/N] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes", "ya"):
        return True
    print("Nothing was changed.")
    return False


def ago(at_ms: int) -> str:
    """Format the time since `at_ms` in its largest unit."""
    seconds = max(0, (to_ms(now()) - at_ms) // 1000)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below a header, columns aligned."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
