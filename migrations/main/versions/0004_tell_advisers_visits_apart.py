"""Tell advisers' visits apart, and keep what an officer wrote into the record.

One vote for each visit and wording; on SQLite in the order of random keys, so that the
order of rows does not tell who spoke first. New columns may be empty, so that the code of
the version before goes on working.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

VOTES = sa.text("kind = 'vote'")


def upgrade() -> None:
    # Rebuilt on SQLite, without row numbers; PostgreSQL only gets the columns.
    rebuild: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    without_rowid = {"sqlite_with_rowid": False}
    with op.batch_alter_table("adviser_remarks", recreate=rebuild, table_kwargs=without_rowid) as batch_op:
        batch_op.add_column(sa.Column("author", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("recorded", sa.Text(), nullable=True))
        batch_op.create_index(
            "one_vote_for_each_wording", ["author", "item", "wording_hash"], unique=True,
            sqlite_where=VOTES, postgresql_where=VOTES,
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("adviser_remarks") as batch_op:
        batch_op.drop_index("one_vote_for_each_wording")
        batch_op.drop_column("recorded")
        batch_op.drop_column("author")
