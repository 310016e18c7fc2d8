"""Keep who checked which translations of the pages.

A new table only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "language_checks",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("sentences", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=False),
        sa.Column("checked_as", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_language_checks_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language_checks")),
    )
    op.create_index(op.f("ix_language_checks_language"), "language_checks", ["language"])
    op.create_index(op.f("ix_language_checks_staff_id"), "language_checks", ["staff_id"])


def downgrade() -> None:
    op.drop_table("language_checks")
