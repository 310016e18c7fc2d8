"""Keep standing code frames, the codes the computer suggests by them, and what officers decided.

New tables only, so that the code of the version before goes on working.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_frames",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("added_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_code_frames_added_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_frames")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_code_frames_name_number")),
    )
    op.create_table(
        "coding_runs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("frame_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_coding_runs_state_known")
        ),
        sa.ForeignKeyConstraint(["frame_id"], ["code_frames.id"], name=op.f("fk_coding_runs_frame_id_code_frames")),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_coding_runs_requested_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_coding_runs_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_runs")),
    )
    with op.batch_alter_table("coding_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_runs_frame_id"), ["frame_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coding_runs_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "suggested_codes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sentiment", sa.String(length=10), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("subject_words", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_suggested_codes_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["coding_runs.id"], name=op.f("fk_suggested_codes_run_id_coding_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggested_codes")),
        sa.UniqueConstraint("run_id", "answer_id", name=op.f("uq_suggested_codes_run_id_answer_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("suggested_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggested_codes_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suggested_codes_run_id"), ["run_id"], unique=False)

    op.create_table(
        "decided_codes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("frame_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_decided_codes_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_decided_codes_decided_by_staff")),
        sa.ForeignKeyConstraint(["frame_id"], ["code_frames.id"], name=op.f("fk_decided_codes_frame_id_code_frames")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decided_codes")),
        sa.UniqueConstraint(
            "answer_id", "frame_id", "sequence", name=op.f("uq_decided_codes_answer_id_frame_id_sequence")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("decided_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decided_codes_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decided_codes_frame_id"), ["frame_id"], unique=False)


def downgrade() -> None:
    for table in ("decided_codes", "suggested_codes", "coding_runs", "code_frames"):
        op.drop_table(table)
