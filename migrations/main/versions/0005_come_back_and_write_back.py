"""Let three words open an unsent draft, and let officers write back to those who answered.

Two new tables, so that the code of the version before goes on working. The ways into drafts
lie on SQLite in the order of their random keys, as the answers do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_words",
        sa.Column("response_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_draft_words_response_id_responses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_draft_words")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_draft_words_fingerprint")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave_replies",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("heard", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cannot", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_wave_replies_state_known")),
        sa.CheckConstraint(
            "(state = 'published') = (published_on IS NOT NULL)", name=op.f("ck_wave_replies_published_has_a_day")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_wave_replies_wave_id_waves")),
        sa.ForeignKeyConstraint(["written_by"], ["staff.id"], name=op.f("fk_wave_replies_written_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_replies")),
        sa.UniqueConstraint("wave_id", name=op.f("uq_wave_replies_wave_id")),
    )


def downgrade() -> None:
    op.drop_table("wave_replies")
    op.drop_table("draft_words")
