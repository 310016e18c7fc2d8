"""Keep surveys being written: drafts with their steps back, pictures and recordings, what advisers were asked.

New tables only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_media",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("added_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_survey_media_added_by_staff")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_survey_media")),
    )
    op.create_table(
        "survey_drafts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("based_on", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("losses", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("checklist", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'published', 'discarded')", name=op.f("ck_survey_drafts_state_known")),
        sa.ForeignKeyConstraint(
            ["based_on"], ["survey_versions.id"], name=op.f("fk_survey_drafts_based_on_survey_versions")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_survey_drafts_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_drafts")),
    )
    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_drafts_based_on"), ["based_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_drafts_created_by"), ["created_by"], unique=False)

    op.create_table(
        "adviser_links",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("draft_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_adviser_links_created_by_staff")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["survey_drafts.id"], name=op.f("fk_adviser_links_draft_id_survey_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adviser_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_adviser_links_token_hash")),
    )
    with op.batch_alter_table("adviser_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adviser_links_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "draft_steps",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("draft_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_draft_steps_by_staff")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["survey_drafts.id"], name=op.f("fk_draft_steps_draft_id_survey_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_steps")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_draft_steps_draft_id_number")),
    )
    with op.batch_alter_table("draft_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_steps_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "adviser_remarks",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("draft_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("link_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("vote", sa.Integer(), nullable=True),
        sa.Column("wording_hash", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("(kind = 'vote') = (vote IS NOT NULL)", name=op.f("ck_adviser_remarks_votes_have_a_vote")),
        sa.CheckConstraint("kind IN ('comment', 'vote', 'proposal')", name=op.f("ck_adviser_remarks_kind_known")),
        sa.CheckConstraint("state IN ('open', 'taken_up', 'refused')", name=op.f("ck_adviser_remarks_state_known")),
        sa.CheckConstraint("vote IN (-1, 0, 1)", name=op.f("ck_adviser_remarks_vote_known")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_adviser_remarks_decided_by_staff")),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["survey_drafts.id"],
            name=op.f("fk_adviser_remarks_draft_id_survey_drafts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["adviser_links.id"], name=op.f("fk_adviser_remarks_link_id_adviser_links"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adviser_remarks")),
    )
    with op.batch_alter_table("adviser_remarks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adviser_remarks_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adviser_remarks_link_id"), ["link_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("adviser_remarks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adviser_remarks_link_id"))
        batch_op.drop_index(batch_op.f("ix_adviser_remarks_draft_id"))

    op.drop_table("adviser_remarks")
    with op.batch_alter_table("draft_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_steps_draft_id"))

    op.drop_table("draft_steps")
    with op.batch_alter_table("adviser_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adviser_links_draft_id"))

    op.drop_table("adviser_links")
    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_drafts_created_by"))
        batch_op.drop_index(batch_op.f("ix_survey_drafts_based_on"))

    op.drop_table("survey_drafts")
    op.drop_table("survey_media")
