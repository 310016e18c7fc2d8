"""Keep what people who checked the computer's masks did with them: kind, layer and sureness, never words.

A new table only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mask_checks",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("layer", sa.String(length=20), nullable=False),
        sa.Column("sureness", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint("outcome IN ('kept', 'removed', 'added')", name=op.f("ck_mask_checks_outcome_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mask_checks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("mask_checks")
