"""Keep requests to be contacted: what was written, sealed, and an item of the reading queue that belongs to no answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONE_ORIGIN = (
    "(CASE WHEN wave_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN draft_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN asks_contact THEN 1 ELSE 0 END) = 1"
)


def upgrade() -> None:
    op.create_table(
        "contact_requests",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_requests")),
    )
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.add_column(sa.Column("asks_contact", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_constraint(op.f("ck_reading_items_of_a_wave_or_of_a_draft"), type_="check")
        batch_op.create_check_constraint(op.f("ck_reading_items_of_one_origin"), ONE_ORIGIN)


def downgrade() -> None:
    op.execute("DELETE FROM reading_items WHERE asks_contact")
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.drop_constraint(op.f("ck_reading_items_of_one_origin"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_reading_items_of_a_wave_or_of_a_draft"), "(wave_id IS NULL) <> (draft_id IS NULL)"
        )
        batch_op.drop_column("asks_contact")
    op.drop_table("contact_requests")
