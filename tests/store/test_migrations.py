"""Migrations go up, down and up again, and end where the code's tables are."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, insert, inspect, select

from queue_app.store import migrate
from queue_app.store.database import open_engine


def test_up_down_up_without_drift(database_url: str) -> None:
    engine = open_engine(database_url)
    assert migrate.current_revision(engine) is None
    migrate.upgrade(engine)
    assert migrate.current_revision(engine) == migrate.newest_revision()
    assert migrate.schema_drift(engine) == []
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    assert migrate.schema_drift(engine) == []
    migrate.upgrade(engine)
    engine.dispose()


def old_row(connection: Connection, name: str, **values: object) -> None:
    """Insert a row into a table as it is in the database; what it needs besides is filled by type."""
    table = Table(name, MetaData(), autoload_with=connection)
    needed = {c.name: {} if isinstance(c.type, JSON) else c.type.python_type() for c in table.c if not c.nullable}
    connection.execute(insert(table).values({**needed, **values}))


def new_rows(connection: Connection, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Read columns of a table as it is in the database."""
    table = Table(name, MetaData(), autoload_with=connection)
    return [tuple(row) for row in connection.execute(select(*(table.c[column] for column in columns)))]


def test_what_columns_hold_survives_their_new_names(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate.upgrade(engine, "0004")
    with engine.begin() as connection:
        old_row(connection, "hall", id=1, lobby={"gong": False})
        old_row(connection, "service_group", id=9, code="b", regulars=3)
        old_row(connection, "printer", id=1, torn=True)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert new_rows(connection, "hall", "display_settings") == [({"gong": False},)]
        assert (3,) in new_rows(connection, "service_group", "regular_streak")
        assert new_rows(connection, "printer", "interrupted") == [(True,)]
    migrate.downgrade(engine, "0004")
    with engine.begin() as connection:
        assert new_rows(connection, "hall", "lobby") == [({"gong": False},)]
    engine.dispose()


def test_the_texts_of_print_jobs_and_printers_become_outcomes(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate.upgrade(engine, "0005")
    texts = ["", "paper_low: not_taken", "unreachable: Connection refused: mended", "the printer was removed"]
    with engine.begin() as connection:
        old_row(connection, "printer", id=1, code="a", detail="unreachable: agent_away")
        for number, text in enumerate(texts, 1):
            old_row(connection, "print_job", id=number, printer_id=1, copy_no=number, detail=text)
    migrate.upgrade(engine)
    assert migrate.schema_drift(engine) == []
    with engine.begin() as connection:
        away = {"reason": "unreachable", "message": "agent_away"}
        assert new_rows(connection, "printer", "outcome") == [({"code": "agent_away", "facts": away, "ending": None},)]
        refused = {"reason": "unreachable", "message": "Connection refused"}
        assert sorted(new_rows(connection, "print_job", "id", "outcome")) == [
            (1, None),
            (2, {"code": "paper_low", "facts": {}, "ending": "not_taken"}),
            (3, {"code": "refused", "facts": refused, "ending": "mended"}),
            (4, {"code": "removed", "facts": {}, "ending": None}),
        ]
    migrate.downgrade(engine, "0005")
    with engine.begin() as connection:
        assert new_rows(connection, "printer", "detail") == [("unreachable: agent_away",)]
        written = enumerate([*texts[:3], "removed"], 1)
        assert sorted(new_rows(connection, "print_job", "id", "detail")) == list(written)
    engine.dispose()


def test_there_is_one_head_and_revisions_are_numbered() -> None:
    names = sorted(path.name for path in (migrate.directory() / "versions").glob("[0-9]*.py"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert migrate.newest_revision() == names[-1][:4]


def test_servers_that_start_together_migrate_once(database_url: str) -> None:
    command = [sys.executable, "-m", "queue_app.cli", "db", "upgrade", "--demo", "--database-url", database_url]
    root = Path(__file__).parent.parent.parent
    started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    outputs = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], outputs
    engine = open_engine(database_url)
    assert migrate.schema_drift(engine) == []
    engine.dispose()
