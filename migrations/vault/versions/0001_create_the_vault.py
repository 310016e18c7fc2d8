"""Create the vault."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_identities")),
    )
    op.create_table(
        "originals",
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("surrogates", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("response_id", "question", name=op.f("pk_originals")),
    )
    op.create_table(
        "reading_items",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("wave_id", sa.String(length=36), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("screened", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=36), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('new', 'claimed', 'decided')", name=op.f("ck_reading_items_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_items")),
    )
    with op.batch_alter_table("reading_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_items_response_id"), ["response_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("reading_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_items_response_id"))

    op.drop_table("reading_items")
    op.drop_table("originals")
    op.drop_table("identities")
