"""Keep who has to give permission, pairs of invitations, and what was said.

The column is added in place and old waves need no permission. Three new tables; what
adults said is append-only like agreement.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.environment import APPEND_ONLY_POSTGRESQL, APPEND_ONLY_SQLITE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVENTS = "permission_events"


def upgrade() -> None:
    op.add_column("waves", sa.Column("needs_permission", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "wave_permissions",
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("adults_wave_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("notice", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["adults_wave_id"], ["waves.id"], name=op.f("fk_wave_permissions_adults_wave_id_waves")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_wave_permissions_wave_id_waves"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_wave_permissions")),
    )
    op.create_index(op.f("ix_wave_permissions_adults_wave_id"), "wave_permissions", ["adults_wave_id"])
    op.create_table(
        "invitation_pairs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("child_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("adult_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["adult_id"], ["invitations.id"], name=op.f("fk_invitation_pairs_adult_id_invitations")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["invitations.id"], name=op.f("fk_invitation_pairs_child_id_invitations")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_invitation_pairs_wave_id_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_pairs")),
        sa.UniqueConstraint("adult_id", name=op.f("uq_invitation_pairs_adult_id")),
        sa.UniqueConstraint("child_id", name=op.f("uq_invitation_pairs_child_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_invitation_pairs_wave_id"), "invitation_pairs", ["wave_id"])
    op.create_table(
        EVENTS,
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("pair_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.CheckConstraint(
            "capacity IN ('parent', 'special_guardian', 'authority')", name=op.f("ck_permission_events_capacity_known")
        ),
        sa.CheckConstraint(
            "decision IN ('agreed', 'declined', 'withdrawn')", name=op.f("ck_permission_events_decision_known")
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["invitation_pairs.id"], name=op.f("fk_permission_events_pair_id_invitation_pairs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission_events")),
        sa.UniqueConstraint("pair_id", "sequence", name=op.f("uq_permission_events_pair_id_sequence")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_permission_events_pair_id"), EVENTS, ["pair_id"])
    template = APPEND_ONLY_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else APPEND_ONLY_SQLITE
    for verb in ("UPDATE", "DELETE"):
        op.execute(template.format(table=EVENTS, verb=verb))


def downgrade() -> None:
    for table in (EVENTS, "invitation_pairs", "wave_permissions"):
        op.drop_table(table)
    op.execute("ALTER TABLE waves DROP COLUMN needs_permission")
