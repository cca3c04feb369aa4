"""displays: notices, the voice lease of a zone, presence, pairing and settings of displays

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("hall") as hall:
        hall.add_column(sa.Column("lobby", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("hall") as hall:
        hall.alter_column("lobby", server_default=None)
    op.create_table(
        "notice",
        sa.Column("id", _ID, nullable=False),
        sa.Column("zone_id", _ID, nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_notice_zone_id")),
    )
    op.create_table(
        "zone_voice",
        sa.Column("zone_id", _ID, autoincrement=False, nullable=False),
        sa.Column("speaker", sa.String(length=40), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.Column("queue", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_zone_voice")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_zone_voice_zone_id")),
    )
    op.create_table(
        "display_setup",
        sa.Column("device_id", _ID, autoincrement=False, nullable=False),
        sa.Column("zone_id", _ID, nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_display_setup")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_display_setup_device_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_display_setup_zone_id")),
    )
    op.create_table(
        "pairing",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pairing")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pairing_token_hash")),
    )
    op.create_table(
        "screen",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("layout", sa.String(length=12), nullable=False),
        sa.Column("sound", sa.String(length=10), nullable=False),
        sa.Column("shown", sa.String(length=20), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("legible", sa.Boolean(), nullable=False),
        sa.Column("build", sa.String(length=20), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_screen")),
    )


def downgrade() -> None:
    op.drop_table("screen")
    op.drop_table("pairing")
    op.drop_table("display_setup")
    op.drop_table("zone_voice")
    op.drop_table("notice")
    with op.batch_alter_table("hall") as hall:
        hall.drop_column("lobby")
