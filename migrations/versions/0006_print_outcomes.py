"""why a print job or printer is as it is: a code, facts and an ending instead of a text

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from queue_app.domain.print_outcome import LONGEST_TEXT, Outcome, outcome_text, parse_outcome

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = ("printer", "print_job")


def upgrade() -> None:
    for name in _TABLES:
        op.add_column(name, sa.Column("outcome", sa.JSON(), nullable=True))
        table = sa.table(name, sa.column("detail", sa.String), sa.column("outcome", sa.JSON))
        # A hall has few different texts, and many jobs with each.
        texts = sa.select(table.c.detail).where(table.c.detail != "").distinct()
        for text in op.get_bind().execute(texts).scalars().all():
            outcome = parse_outcome(text)
            if outcome is not None:
                same = table.c.detail == text
                op.execute(sa.update(table).where(same).values(outcome=outcome.to_json()))
        op.drop_column(name, "detail")


def downgrade() -> None:
    for name in _TABLES:
        op.add_column(name, sa.Column("detail", sa.String(LONGEST_TEXT), nullable=False, server_default=""))
        table = sa.table(
            name, sa.column("id", sa.Integer), sa.column("detail", sa.String), sa.column("outcome", sa.JSON)
        )
        stored = sa.select(table.c.id, table.c.outcome).where(table.c.outcome.is_not(sa.null()))
        for row_id, outcome in op.get_bind().execute(stored).all():
            text = outcome_text(Outcome.from_json(outcome))
            op.execute(sa.update(table).where(table.c.id == row_id).values(detail=text))
        op.drop_column(name, "outcome")
