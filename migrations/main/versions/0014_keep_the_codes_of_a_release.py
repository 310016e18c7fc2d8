"""Keep the codes of a release as they were when it was asked for.

A new table only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_codes",
        sa.Column("release_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_release_codes_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_codes_release_id_releases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "answer_id", name=op.f("pk_release_codes")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("release_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_codes_answer_id"), ["answer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("release_codes")
