"""The hot statements use their indexes, however long the history; and they stay few."""

from datetime import date

import pytest
from sqlalchemy import event, text

from queue_app.store import queries, waiting_line
from queue_app.store import tables as t
from queue_app.store.printers import print_jobs_of
from queue_app.store.unit_of_work import Store

DAY = date(2026, 11, 24)


def plans(store: Store, read) -> str:
    """Return the query plan of each statement of `read`."""
    asked: list[tuple[str, object]] = []
    sqlite = store.engine.dialect.name == "sqlite"

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    with store.engine.connect() as connection:
        if not sqlite:  # with so few rows PostgreSQL would rather scan
            connection.execute(text("SET enable_seqscan = off"))
        event.listen(connection, "before_cursor_execute", note)
        read(connection)
        event.remove(connection, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        lines = [
            str(row)
            for statement, parameters in asked
            for row in connection.exec_driver_sql(explain + statement, parameters)
        ]
        connection.rollback()
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (lambda c: queries.waiting(c, [1, 2]), "ix_ticket_waiting"),
        (lambda c: queries.waiting_labels(c, [1, 2]), "ix_ticket_waiting"),
        (lambda c: queries.count_waiting(c, [1, 2]), "ix_ticket_waiting"),
        (lambda c: waiting_line.waiting_line(c, [1, 2]), "COVERING INDEX ix_ticket_waiting"),
        (lambda c: waiting_line.open_counters(c, [1, 2]), "uq_ticket_in_hand"),
        (lambda c: queries.waiting_counts(c), "ix_ticket_waiting"),
        (lambda c: queries.current_tickets(c, [1, 2]), "uq_ticket_in_hand"),
        (lambda c: queries.newest_calls(c, DAY, [1, 2], 12), "ix_ticket_board"),
        (lambda c: queries.missed_labels(c, DAY, [1, 2], 8), "ix_ticket_board"),
        (lambda c: queries.officer_day(c, DAY, 1, 1), "ix_ticket_board"),
        (lambda c: queries.newest_ended(c, DAY, 1, 1), "ix_ticket_board"),
        (lambda c: queries.newest_seqs(c, DAY, [1, 2]), "ix_ticket_board"),
        (lambda c: queries.calls_after(c, DAY, [1, 2], 0), "ix_ticket_board"),
        (lambda c: queries.held_tickets(c, [1, 2]), "ix_ticket_held"),
        (lambda c: queries.called_tickets_before(c, 0), "uq_ticket_in_hand"),
        (lambda c: queries.ticket_by_token(c, "234567892345"), ("uq_ticket_token", "sqlite_autoindex_ticket")),
        (lambda c: print_jobs_of(c, 1), ("uq_print_job_ticket_id_copy_no", "sqlite_autoindex_print_job")),
        (lambda c: queries.facts_after(c, 5, 10), ("pk_log", "INTEGER PRIMARY KEY")),
        (
            lambda c: c.execute(
                t.print_job.select().where(t.print_job.c.printer_id == 1, t.print_job.c.ended_at.is_(None))
            ),
            "ix_print_job_open",
        ),
    ],
)
def test_a_hot_statement_uses_its_index(store: Store, read, index) -> None:
    plan = plans(store, read)
    if store.engine.dialect.name == "postgresql":  # among several indexes its choice depends on the rows there are
        assert "Index" in plan
        assert "Seq Scan" not in plan, plan
        return
    names = (index,) if isinstance(index, str) else index
    assert any(name in plan for name in names), plan
    assert "SCAN ticket\n" not in plan
