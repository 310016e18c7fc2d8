"""Let a text to read belong to a draft: what young advisers write is read by a person, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.alter_column("wave_id", existing_type=sa.String(length=36), nullable=True)
        batch_op.add_column(sa.Column("draft_id", sa.String(length=36), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_reading_items_of_a_wave_or_of_a_draft"), "(wave_id IS NULL) <> (draft_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM reading_items WHERE wave_id IS NULL")
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.drop_constraint(op.f("ck_reading_items_of_a_wave_or_of_a_draft"), type_="check")
        batch_op.drop_column("draft_id")
        batch_op.alter_column("wave_id", existing_type=sa.String(length=36), nullable=False)
