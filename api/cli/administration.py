"""Commands of whoever runs the service: accounts, exports, the audit trail; and the names of what is still to come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.groups import add_group, add_to_come
from api.cli.running import kept_settings
from api.cli.telling import not_yet, refuse, say
from api.roles import Role


def _user_add(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    role: Annotated[Role, typer.Option(help="What they are here for.")],
    name: Annotated[str, typer.Option(help="Their name as colleagues see it.")] = "",
) -> None:
    """Make an account and print a link that signs in once."""
    from api import audit, security
    from api.db import Database
    from api.keyring import Keyring
    from api.manage import service
    from api.wiring import START

    settings = kept_settings()
    keyring, now = Keyring(settings.key()), datetime.now(UTC)
    database = Database(settings.main_dsn)
    with database.writing() as session:
        made = service.add_staff(session, name=name or email, email=email, role=role, by=audit.COMMAND_LINE, now=now)
        if not isinstance(made, str):
            refuse("\n".join(problem.sentence for problem in made))
        token = security.make_sign_in_link(session, keyring, made, START[role], now=now)
    typer.echo(f"{settings.base_url}/staff/link/{token}")


def _export(
    survey: Annotated[str, typer.Argument(help="The name of the survey.")],
    output_file: Annotated[Path, typer.Option("-o", "--output", help="Where to write the file.")],
    format: Annotated[str, typer.Option(help="csv (others: not there yet)")] = "csv",
    purpose: Annotated[str, typer.Option(help="What for; only research can be exported.")] = "research",
) -> None:
    """Write a survey's released export: data, codebook and manifest in one zip."""
    if format in ("parquet", "sav", "dta", "xlsx", "qdpx", "ddi", "datapackage"):
        not_yet(f"export --format {format}")
    if format != "csv" or purpose != "research":
        refuse("--format is csv and --purpose is research.", status=2)
    from api import audit
    from api.db import Database
    from api.errors import Refused
    from api.export import service
    from api.keyring import Keyring
    from survey_engine.disclosure import Policy

    settings = kept_settings(or_demo=True)
    with Database(settings.main_dsn).writing() as session:
        release_id = service.latest_released(session, survey)
        if release_id is None:
            refuse(
                f"Nothing of {survey} is released for research. A researcher asks for it on the page Releases, "
                "and a second person releases it there."
            )
        try:
            package = service.hand_out(
                session, Keyring(settings.key()), release_id, actor=audit.COMMAND_LINE,
                policy=Policy(threshold=settings.disclosure_threshold), now=datetime.now(UTC),
            )  # fmt: skip
        except Refused as fault:
            refuse(fault.kind.sentence)
    output_file.write_bytes(package.data)
    say(f"Written to {output_file}.")


def _audit_verify() -> None:
    """Check that no line of the audit trail was changed or taken out."""
    from api import audit
    from api.db import Database

    with Database(kept_settings(or_demo=True).main_dsn).reading() as session:
        broken = audit.verify(session)
    if broken is not None:
        refuse(f"The audit trail does not hold from event {broken} on: it or the one before was changed or removed.")
    say("The audit trail is whole.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add_group(app, "user", "Accounts.", {"add": _user_add})
    add_group(app, "org", "Organisations.", {}, ("add",))
    add_group(app, "keys", "Keys.", {}, ("rotate",))
    add_group(app, "audit", "The audit trail.", {"verify": _audit_verify})
    app.command("export")(_export)
    for command in ("backup", "restore", "purge"):
        add_to_come(app, command, command)
