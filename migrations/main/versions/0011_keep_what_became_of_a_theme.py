"""Keep what a theme stands for, how steady it is and what became of it, and what a run needs to be gone on with.

Columns with a default only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("stability", sa.String(length=5), server_default="", nullable=False))
        batch_op.add_column(sa.Column("history", sa.String(length=120), server_default="", nullable=False))
    with op.batch_alter_table("theme_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("space", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("theme_runs", schema=None) as batch_op:
        batch_op.drop_column("space")
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.drop_column("history")
        batch_op.drop_column("stability")
        batch_op.drop_column("code")
