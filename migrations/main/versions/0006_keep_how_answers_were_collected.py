"""Keep how answers were collected and who was there, and the tablets that stand in family hubs.

Columns are added in place, with their constraints: ``responses`` is what everything about a
respondent points to, and is not made anew for this. Old answers came by people's own devices.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = (
    "mode VARCHAR(10) DEFAULT 'web' NOT NULL CONSTRAINT ck_responses_mode_known "
    "CHECK (mode IN ('web', 'kiosk', 'paper'))",
    "helped_by VARCHAR(15) CONSTRAINT ck_responses_helped_by_known "
    "CHECK (helped_by IN ('alone', 'parent_carer', 'worker', 'friend_family', 'declined'))",
    "help_reads BOOLEAN",
    "help_writes BOOLEAN",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE responses ADD COLUMN {column}")
    op.create_table(
        "kiosks",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("tablet_hash", sa.String(length=64), nullable=True),
        sa.Column("pin_hash", sa.String(length=300), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("link_hash IS NULL OR tablet_hash IS NULL", name=op.f("ck_kiosks_a_link_opens_one_tablet")),
        sa.CheckConstraint(
            "NOT ended OR (link_hash IS NULL AND tablet_hash IS NULL)",
            name=op.f("ck_kiosks_an_ended_one_has_no_way_in"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_kiosks_created_by_staff")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_kiosks_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_kiosks_link_hash")),
        sa.UniqueConstraint("tablet_hash", name=op.f("uq_kiosks_tablet_hash")),
    )
    with op.batch_alter_table("kiosks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosks_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_kiosks_wave_id"), ["wave_id"], unique=False)


def downgrade() -> None:
    op.drop_table("kiosks")
    for column in ("help_writes", "help_reads", "helped_by", "mode"):
        op.execute(f"ALTER TABLE responses DROP COLUMN {column}")
