"""How groups of commands are put together, those that are still to come included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from api.cli.telling import not_yet

ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_group(
    app: typer.Typer, name: str, about: str, commands: Mapping[str, Callable[..., Any]], to_come: tuple[str, ...] = ()
) -> typer.Typer:
    """A group of commands; those ``to_come`` answer "not there yet" with status 2."""
    group = typer.Typer(no_args_is_help=True, help=about)
    for command, function in commands.items():
        group.command(command)(function)
    for command in to_come:
        add_to_come(group, command, f"{name} {command}")
    group.callback()(lambda: None)  # keeps a group with one command a group
    app.add_typer(group, name=name)
    return group


def add_to_come(app: typer.Typer, command: str, whole: str) -> None:
    """A command whose work is still to be built: it says so, whatever it is given."""

    def missing(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
        not_yet(whole)

    app.command(command, context_settings=ANYTHING, help="Not there yet.")(missing)
