"""Make the audit trail and the agreement events append-only in the database itself.

Code that forgets the rule is refused by the database, on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

from alembic import op

from migrations.environment import APPEND_ONLY_POSTGRESQL, APPEND_ONLY_SQLITE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("audit_events", "agreement_events")


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    template = APPEND_ONLY_POSTGRESQL if postgresql else APPEND_ONLY_SQLITE
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(template.format(table=table, verb=verb))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER {table}_keeps_{verb}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")
