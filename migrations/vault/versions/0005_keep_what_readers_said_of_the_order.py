"""Keep what screened a text, and how soon its reader found it should have been read: tiers and reasons, no words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_cases",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("screened_by", sa.String(length=60), nullable=True),
        sa.Column("reader_tier", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_cases")),
    )
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.add_column(sa.Column("screened_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("case_id", sa.String(length=36), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.drop_column("case_id")
        batch_op.drop_column("screened_by")
    op.drop_table("screening_cases")
