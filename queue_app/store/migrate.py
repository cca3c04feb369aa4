"""Migrate the database to the newest revision. One process at a time, before any worker starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from queue_app.store.database import is_sqlite
from queue_app.store.tables import metadata

# Any constant: two servers that start at once wait for each other by this lock.
_ADVISORY_LOCK = 7_300_451


def directory() -> Path:
    """Return the directory of the migrations: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def newest_revision() -> str:
    """Return the revision that this version of the product needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the database; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision`; does nothing when the database is there already."""
    _run(engine, revision, command.upgrade)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" empties the database)."""
    _run(engine, revision, command.downgrade)


def schema_drift(engine: Engine) -> list[object]:
    """Return the differences between the database and the tables of the code; empty if there are none."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(directory()))
    config.attributes["connection"] = connection
    return config


def _run(engine: Engine, revision: str, step: object) -> None:
    assert callable(step)
    with engine.connect() as connection:
        if is_sqlite(engine):
            # Rebuilding a table would otherwise fire its foreign keys.
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        try:
            step(_config(connection), revision)
            connection.execute(text("COMMIT"))
        finally:
            connection.rollback()
            if is_sqlite(engine):
                connection.execute(text("PRAGMA foreign_keys=ON"))
