"""The command ``earshot``: everything the platform computes, from the shell and on files, without a server.

JSON goes to standard output, progress and messages to standard error. Exit status 0 =
done, 1 = the input was refused (with what, where and how to mend it), 2 = wrong usage or
not there yet. Names and shapes are a contract for outside programs: ``docs/command-line.md``.
"""

from __future__ import annotations

import typer

from api.cli import administration, files, running, surveys
from api.cli.telling import say

app = typer.Typer(
    name="earshot",
    help="Ask children well, keep what they say safe, find the themes, set them beside the measures, answer back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its pictures show the values of variables
)
running.add_to(app)
surveys.add_to(app)
files.add_to(app)
administration.add_to(app)


def main() -> None:
    """The entry point of the installed command. A database that does not answer is told in a sentence."""
    try:
        app()
    except Exception as fault:
        # Only now: commands on files start without waiting for a database's tools.
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        if not isinstance(fault, ArgumentError | SQLAlchemyError):
            raise
        say(
            f"The database cannot be used ({type(fault).__name__}). Check EARSHOT_DATABASE_URL and EARSHOT_VAULT_URL, "
            "whether it is running, and whether you may write there; then run: earshot migrate"
        )
        raise SystemExit(1) from None
