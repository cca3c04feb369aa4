"""columns with the names that the code has

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RENAMED = (
    ("hall", "lobby", "display_settings"),
    ("service_group", "regulars", "regular_streak"),
    ("printer", "torn", "interrupted"),
)


def upgrade() -> None:
    for table, old, new in _RENAMED:
        _rename(table, old, new)


def downgrade() -> None:
    for table, old, new in _RENAMED:
        _rename(table, new, old)


def _rename(table: str, old: str, new: str) -> None:
    # Both databases rename in place: no table is copied, and no row is touched.
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
