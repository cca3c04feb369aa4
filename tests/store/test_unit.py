"""The unit of work: all or nothing, one gap-free log, listeners notified at once."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from queue_app.domain.facts import CatalogueChanged
from queue_app.store import migrate, queries
from queue_app.store import tables as t
from queue_app.store.database import open_engine, parse_url
from queue_app.store.unit_of_work import NotReadyError, Store, Unit

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_facts_are_numbered_without_a_gap(store: Store) -> None:
    with store.write(NOW) as unit:
        assert [unit.record(CatalogueChanged()) for _ in range(3)] == [1, 2, 3]
    with store.write(NOW) as unit:
        assert unit.record(CatalogueChanged()) == 4
    with store.read() as connection:
        assert [fact.seq for fact in queries.facts_after(connection, 0, 100)] == [1, 2, 3, 4]
        assert queries.log_head(connection)[0] == 4


def write_and_fail(unit: Unit) -> None:
    unit.record(CatalogueChanged())
    unit.connection.execute(t.zone.insert().values(code="lost", name={}))
    raise ZeroDivisionError


def test_a_failure_leaves_nothing_behind(store: Store) -> None:
    rung = threading.Event()
    store.on_commit(rung.set)
    with pytest.raises(ZeroDivisionError), store.write(NOW) as unit:
        write_and_fail(unit)
    assert not rung.is_set()
    with store.read() as connection:
        assert queries.log_head(connection)[0] == 0
        assert connection.execute(select(t.zone).where(t.zone.c.code == "lost")).first() is None


def test_listeners_are_notified_after_the_commit(store: Store) -> None:
    seen: list[int] = []

    def look() -> None:
        with store.read() as connection:
            seen.append(queries.log_head(connection)[0])

    store.on_commit(look)
    with store.write(NOW) as unit:
        unit.record(CatalogueChanged())
        assert seen == []
    assert seen == [1]


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as connection:
        before = queries.log_head(connection)[0]
        with store.write(NOW) as unit:
            unit.record(CatalogueChanged())
        assert queries.log_head(connection)[0] == before
    with store.read() as connection:
        assert queries.log_head(connection)[0] == before + 1


def test_the_catalogue_is_read_again_when_its_version_rises(store: Store) -> None:
    with store.read() as connection:
        first = store.catalogue(connection)
        assert store.catalogue(connection) is first
    with store.write(NOW) as unit:
        unit.connection.execute(t.hall.update().values(name="Balai Baru", catalogue_version=first.version + 1))
    with store.read() as connection:
        assert store.catalogue(connection).hall_name == "Balai Baru"


def test_without_a_hall_nothing_is_written(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate.upgrade(engine)
    with pytest.raises(NotReadyError), Store(engine).write(NOW):
        pass
    engine.dispose()


@pytest.mark.parametrize(
    "text", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgres", "queue.db", "sqlite+aiosqlite://"]
)
def test_a_url_that_is_not_ours_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"database URL|supported|must name a file"):
        parse_url(text)


def test_sqlite_is_durable_and_concurrent(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        ask = connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2, "FULL: an acknowledged ticket survives a power cut"
        assert ask("PRAGMA foreign_keys").scalar() == 1
