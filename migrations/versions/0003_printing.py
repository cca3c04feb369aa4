"""printing: health, rolls, fallbacks and leases of printers; other kinds of slips; templates; devices

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW_IN_PRINTER = (
    "place",
    "zone_id",
    "fallback_id",
    "capabilities",
    "roll_mm",
    "used_mm",
    "tickets_left",
    "health",
    "detail",
    "health_since",
    "checked_at",
    "server",
    "served_until",
    "torn",
    "removed_at",
)


def upgrade() -> None:
    with op.batch_alter_table("hall") as hall:
        hall.add_column(sa.Column("template", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("hall") as hall:
        hall.alter_column("template", server_default=None)
    with op.batch_alter_table("agency") as agency:
        agency.add_column(sa.Column("template", sa.JSON(), nullable=True))
    _upgrade_printer()
    _upgrade_print_job()
    op.create_table(
        "device",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_device_kind_code")),
    )


def _upgrade_printer() -> None:
    with op.batch_alter_table("printer") as printer:
        printer.drop_column("trouble")  # the next status query or print job reports the health
        printer.add_column(sa.Column("place", sa.JSON(), nullable=True))
        printer.add_column(sa.Column("zone_id", _ID, nullable=True))
        printer.add_column(sa.Column("fallback_id", _ID, nullable=True))
        printer.add_column(sa.Column("capabilities", sa.JSON(), nullable=True))
        printer.add_column(sa.Column("roll_mm", sa.Integer(), nullable=True))
        printer.add_column(sa.Column("used_mm", sa.Integer(), nullable=False, server_default="0"))
        printer.add_column(sa.Column("tickets_left", sa.Integer(), nullable=True))
        printer.add_column(sa.Column("health", sa.String(length=12), nullable=False, server_default="unknown"))
        printer.add_column(sa.Column("detail", sa.String(length=200), nullable=False, server_default=""))
        printer.add_column(sa.Column("health_since", sa.BigInteger(), nullable=True))
        printer.add_column(sa.Column("checked_at", sa.BigInteger(), nullable=True))
        printer.add_column(sa.Column("server", sa.String(length=60), nullable=True))
        printer.add_column(sa.Column("served_until", sa.BigInteger(), nullable=True))
        printer.add_column(sa.Column("torn", sa.Boolean(), nullable=False, server_default=sa.false()))
        printer.add_column(sa.Column("removed_at", sa.BigInteger(), nullable=True))
        printer.create_foreign_key(op.f("fk_printer_zone_id"), "zone", ["zone_id"], ["id"])
        printer.create_foreign_key(op.f("fk_printer_fallback_id"), "printer", ["fallback_id"], ["id"])
    with op.batch_alter_table("printer") as printer:
        for name in ("used_mm", "health", "detail", "torn"):
            printer.alter_column(name, server_default=None)


def _upgrade_print_job() -> None:
    with op.batch_alter_table("print_job", table_kwargs={"sqlite_autoincrement": True}) as job:
        job.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="ticket"))
        job.add_column(sa.Column("reason", sa.String(length=20), nullable=True))
        job.add_column(sa.Column("staff_id", _ID, nullable=True))
        job.alter_column("ticket_id", existing_type=_ID, nullable=True)
        job.create_foreign_key(op.f("fk_print_job_staff_id"), "staff", ["staff_id"], ["id"])
    with op.batch_alter_table("print_job", table_kwargs={"sqlite_autoincrement": True}) as job:
        job.alter_column("kind", server_default=None)


def downgrade() -> None:
    op.drop_table("device")
    op.execute("DELETE FROM print_job WHERE ticket_id IS NULL")
    with op.batch_alter_table("print_job", table_kwargs={"sqlite_autoincrement": True}) as job:
        job.drop_constraint(op.f("fk_print_job_staff_id"), type_="foreignkey")
        job.alter_column("ticket_id", existing_type=_ID, nullable=False)
        for name in ("staff_id", "reason", "kind"):
            job.drop_column(name)
    with op.batch_alter_table("printer") as printer:
        printer.drop_constraint(op.f("fk_printer_fallback_id"), type_="foreignkey")
        printer.drop_constraint(op.f("fk_printer_zone_id"), type_="foreignkey")
        for name in reversed(_NEW_IN_PRINTER):
            printer.drop_column(name)
        printer.add_column(sa.Column("trouble", sa.String(length=200), nullable=True))
    with op.batch_alter_table("agency") as agency:
        agency.drop_column("template")
    with op.batch_alter_table("hall") as hall:
        hall.drop_column("template")
