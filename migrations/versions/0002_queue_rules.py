"""queue rules: groups and their policies, hours, pauses, holds, transfers, promises

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = ["service_id", "state", "ticket_class", "start_at"]
_IS_WAITING = sa.text("state = 'waiting'")
_IS_HELD = sa.text("state = 'held'")
_WEIGHTS = '{"regular": 1, "priority": 4, "appointment": 3, "transferred": 2}'


def upgrade() -> None:
    op.create_table(
        "service_group",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("discipline", sa.String(length=12), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("ratio", sa.Integer(), nullable=False),
        sa.Column("regulars", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_group")),
        sa.UniqueConstraint("code", name=op.f("uq_service_group_code")),
    )
    op.execute(
        "INSERT INTO service_group (code, name, discipline, weights, ratio, regulars) VALUES "
        f"""('umum', '{{"id": "Umum", "en": "General", "ban": "Umum"}}', 'accumulating', '{_WEIGHTS}', 4, 0)"""
    )
    with op.batch_alter_table("hall") as hall:
        hall.add_column(sa.Column("policy", sa.JSON(), nullable=False, server_default="{}"))
        hall.add_column(sa.Column("hours", sa.JSON(), nullable=True))
    with op.batch_alter_table("hall") as hall:
        hall.alter_column("policy", server_default=None)
    with op.batch_alter_table("service") as service:
        service.add_column(sa.Column("group_id", _ID, nullable=True))
        service.add_column(sa.Column("hours", sa.JSON(), nullable=True))
        service.add_column(sa.Column("quota", sa.Integer(), nullable=True))
        service.add_column(sa.Column("mean_ms", sa.Integer(), nullable=True))
    op.execute("UPDATE service SET group_id = (SELECT id FROM service_group)")
    with op.batch_alter_table("service") as service:
        service.alter_column("group_id", existing_type=_ID, nullable=False)
        service.create_foreign_key(op.f("fk_service_group_id"), "service_group", ["group_id"], ["id"])
        service.create_index(op.f("ix_service_group_id"), ["group_id"])
    with op.batch_alter_table("counter") as counter:
        counter.add_column(sa.Column("paused_at", sa.BigInteger(), nullable=True))
        counter.add_column(sa.Column("pause_why", sa.String(length=60), nullable=True))
        counter.add_column(sa.Column("by_preference", sa.Boolean(), nullable=False, server_default=sa.false()))
        counter.add_column(sa.Column("help_after_minutes", sa.Integer(), nullable=True))
        counter.add_column(sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("counter") as counter:
        counter.alter_column("by_preference", server_default=None)
        counter.alter_column("breaks", server_default=None)
    _upgrade_ticket()
    op.create_table(
        "ticket_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("agency_id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_ticket_note_agency_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ticket_note_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_note_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_note")),
    )
    op.create_index(op.f("ix_ticket_note_ticket_id"), "ticket_note", ["ticket_id"], unique=False)
    op.create_table(
        "service_day",
        sa.Column("business_date", sa.String(length=10), nullable=False),
        sa.Column("service_id", _ID, nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("preferred", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_day_service_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_date", "service_id", name=op.f("pk_service_day")),
    )


def _upgrade_ticket() -> None:
    # Columns are added one by one: rebuilding a table with years of tickets would block the hall.
    op.add_column("ticket", sa.Column("last_called_at", sa.BigInteger(), nullable=True))
    op.add_column("ticket", sa.Column("files", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("ticket", sa.Column("front_at", sa.BigInteger(), nullable=True))
    _add_reference("for_counter_id", "counter")
    _add_reference("for_staff_id", "staff")
    op.add_column("ticket", sa.Column("held_at", sa.BigInteger(), nullable=True))
    op.add_column("ticket", sa.Column("ended_why", sa.String(length=60), nullable=True))
    op.add_column("ticket", sa.Column("promise_low", sa.Integer(), nullable=True))
    op.add_column("ticket", sa.Column("promise_high", sa.Integer(), nullable=True))
    op.execute("UPDATE ticket SET last_called_at = called_at WHERE called_at IS NOT NULL")
    op.drop_index("ix_ticket_waiting", "ticket")
    op.create_index(
        "ix_ticket_waiting",
        "ticket",
        [*_WAITING, "front_at", "for_counter_id", "for_staff_id", "files"],
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    )
    op.create_index("ix_ticket_held", "ticket", ["service_id"], sqlite_where=_IS_HELD, postgresql_where=_IS_HELD)


def _add_reference(column: str, table: str) -> None:
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE ticket ADD COLUMN {column} {kind} CONSTRAINT fk_ticket_{column} REFERENCES {table} (id)")


def downgrade() -> None:
    op.drop_table("service_day")
    op.drop_table("ticket_note")
    op.drop_index("ix_ticket_held", "ticket")
    op.drop_index("ix_ticket_waiting", "ticket")
    with op.batch_alter_table("ticket") as ticket:
        for name in (
            "promise_high",
            "promise_low",
            "ended_why",
            "held_at",
            "for_staff_id",
            "for_counter_id",
            "front_at",
            "files",
            "last_called_at",
        ):
            ticket.drop_column(name)
    op.create_index("ix_ticket_waiting", "ticket", _WAITING, sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING)
    with op.batch_alter_table("counter") as counter:
        for name in ("breaks", "help_after_minutes", "by_preference", "pause_why", "paused_at"):
            counter.drop_column(name)
    with op.batch_alter_table("service") as service:
        service.drop_index(op.f("ix_service_group_id"))
        service.drop_constraint(op.f("fk_service_group_id"), type_="foreignkey")
        for name in ("mean_ms", "quota", "hours", "group_id"):
            service.drop_column(name)
    with op.batch_alter_table("hall") as hall:
        hall.drop_column("hours")
        hall.drop_column("policy")
    op.drop_table("service_group")
