"""Alembic's entry point: run migrations on the connection that `queue_app.store.migrate` passes in."""

from __future__ import annotations

from alembic import context

from queue_app.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
