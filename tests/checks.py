"""The checks of ``./run check`` that are ours: migrations in step with the models, no translation broken, the model card.

Run as ``python -m tests.checks migrations``, ``translations [--write]`` or ``card [--write]``; exit status 1 says what to mend.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

import api.models
from api.catalogues import broken, missing, write_source_catalogues
from api.db import Database
from api.main import alembic_config
from api.vault.tables import vault_registry
from tests import model_card


def migration_differences() -> list[str]:
    """What the models say and the migrations do not, for both databases."""
    assert api.models.__all__
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for section, metadata in (("main", SQLModel.metadata), ("vault", vault_registry.metadata)):
            dsn = f"sqlite:///{Path(folder) / section}.db"
            command.upgrade(alembic_config(section, dsn), "head")
            database = Database(dsn)
            with database.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                found += [f"{section}: {difference}" for difference in compare_metadata(context, metadata)]
            database.dispose()
    return found


def main(arguments: list[str]) -> int:
    """Run one check; its findings go to standard error."""
    if arguments[:1] == ["migrations"]:
        findings, mend = migration_differences(), "make a migration: alembic revision --autogenerate"
    elif arguments[:1] == ["translations"]:
        if "--write" in arguments:
            write_source_catalogues()
        for line in missing():  # pages say these in English, so they stop nobody
            print(line, file=sys.stderr)
        findings, mend = broken(), "run ./run fix, then mend the translations"
    elif arguments[:1] == ["card"]:
        if "--write" in arguments:
            model_card.write()
        findings, mend = model_card.stale(), "run python -m tests.checks card --write"
    else:
        raise SystemExit("usage: python -m tests.checks migrations | translations [--write] | card [--write]")
    for finding in findings:
        print(finding, file=sys.stderr)
    if findings:
        print(mend, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
