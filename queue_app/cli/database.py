"""Prepares a database for the server: migrations, the hall, staff accounts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from queue_app.adapters.printer_tools import check_printer_url
from queue_app.config import ConfigError, Settings, command
from queue_app.domain.role import Role
from queue_app.services.accounts.sessions import SHORTEST_PASSWORD
from queue_app.services.accounts.sessions import add_staff as add_account
from queue_app.services.settings import hall_file
from queue_app.store import migrate
from queue_app.store.database import open_engine, parse_url
from queue_app.store.unit_of_work import Store


@contextmanager
def open_database(settings: Settings) -> Iterator[Engine]:
    """Open the engine of the settings. Raises ConfigError with a sentence when the database cannot be reached."""
    if settings.is_sqlite:
        _require_folder_of(settings.database)
    try:
        engine = open_engine(settings.database)
    except ImportError as error:
        raise ConfigError("PostgreSQL needs one package more: pip install 'queue-app[postgres]'.") from error
    try:
        yield engine
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigError(f"the database {engine.url!r} cannot be used: {reason}.") from error
    finally:
        engine.dispose()


def _require_folder_of(url: str) -> None:
    path = parse_url(url).database
    if path is not None and not Path(path).parent.is_dir():
        raise ConfigError(f"there is no folder {Path(path).parent} yet: run {command('db upgrade')}, or give another.")


def demo_plan(*, opening_hours: bool = False) -> Mapping[str, Any]:
    """Return the demo hall's description; without `opening_hours` it is always open and counters have no breaks."""
    text = files("queue_app").joinpath("demo", "mpp_tabanan.json").read_text(encoding="utf-8")
    plan: dict[str, Any] = json.loads(text)
    if not opening_hours:
        plan["hall"]["hours"] = None
        plan["counters"] = [{**counter, "breaks": []} for counter in plan["counters"]]
    return plan


def prepare_database(settings: Settings, *, demo_password: str | None, opening_hours: bool = False) -> None:
    """Migrate, and make sure that there is a hall: the demo hall, or an empty one. Raises ConfigError.

    The demo hall keeps its real `opening_hours` only on request, because newcomers try it at any hour.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    with open_database(settings) as engine:
        before = migrate.current_revision(engine)
        if before != migrate.newest_revision():
            print(f"  database: migrating from {before or 'nothing'} to {migrate.newest_revision()} …", flush=True)
            migrate.upgrade(engine)
        store = Store(engine)
        hall_file.ensure_hall(store, now)
        if demo_password is not None and hall_file.is_empty(store):
            print("  database: loading the demo hall, MPP Tabanan …", flush=True)
            plan = demo_plan(opening_hours=opening_hours)
            hall_file.load_hall(store, plan, now, password=demo_password, printer_url=preview_address(settings))


def check_database(settings: Settings) -> int:
    """Check whether the database fits this version. Return 0 if it does."""
    with open_database(settings) as engine:
        at, newest = migrate.current_revision(engine), migrate.newest_revision()
        if at != newest:
            print(f"The database is at {at or 'nothing'}, this version needs {newest}: run {command('db upgrade')}.")
            return 1
        differences = migrate.schema_drift(engine)
        for difference in differences:
            print(f"The database differs from this version: {difference}", file=sys.stderr)
        print(f"The database is at {at}, as this version needs it.")
        return 1 if differences else 0


def create_account(
    settings: Settings, *, username: str, name: str, password: str, role: str, agency: str | None
) -> None:
    """Create an account. Raises ConfigError, ValueError with a sentence."""
    with open_database(settings) as engine:
        require_current(engine)
        add_account(
            Store(engine),
            username=username.strip().lower(),
            name=name,
            password=password,
            role=Role(role),
            agency_code=agency,
        )


def load_hall_file(settings: Settings, plan: Mapping[str, Any], *, password: str, printer_url: str) -> None:
    """Load a hall from its description. Raises ConfigError, ValueError with a sentence."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for address in (printer_url, *(printer.get("url", "") for printer in plan.get("printers", ()))):
        check_printer_url(address)
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigError(f"the password must have at least {SHORTEST_PASSWORD} characters.")
    url = preview_address(settings) if printer_url == "preview://" else printer_url
    with open_database(settings) as engine:
        migrate.upgrade(engine)
        try:
            loaded = hall_file.load_hall(Store(engine), plan, datetime.now(UTC), password=password, printer_url=url)
        except KeyError as error:
            raise ConfigError(f"the hall's description lacks {error} or names something it does not define.") from error
        if not loaded:
            raise ConfigError("the database holds a hall already; load into an empty one.")


def require_current(engine: Engine) -> None:
    """Require an up-to-date database. Raises ConfigError."""
    if migrate.current_revision(engine) != migrate.newest_revision():
        raise ConfigError(f"the database is not up to date: run {command('db upgrade')}.")


def preview_address(settings: Settings) -> str:
    """Return the address of a printer that draws pictures into the data folder."""
    # Relative printer folders would depend on where the server is started.
    return f"preview://{settings.preview_dir}"
