"""Commands on surveys as files: read, write, check, try out. No database, no server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cli.groups import add_group
from api.cli.telling import STANDARD, not_yet, read_bytes, read_json, refuse, say, write_json
from survey_engine.definition import Survey
from survey_engine.formats.account import Imported, ImportProblem

In = Annotated[str, typer.Argument(help="A file, or - for standard input.")]
Out = Annotated[str, typer.Option("-o", "--output", help="A file, or - for standard output.")]

_BY_ENDING = {
    ".xlsx": "xlsform", ".xls": "xlsform", ".csv": "xlsform", ".yaml": "yaml", ".yml": "yaml", ".json": "surveyjs",
    ".lss": "lss",
}  # fmt: skip


def survey_import(
    file: In,
    format: Annotated[str, typer.Option(help="auto, xlsform, surveyjs, yaml (lss: not there yet)")] = "auto",
    output_file: Out = STANDARD,
) -> None:
    """Read a survey: our definition, and what was lost on the way."""
    wanted = _BY_ENDING.get(Path(file).suffix.lower(), "") if format == "auto" else format
    if wanted == "lss":
        not_yet("survey import --format lss")
    if wanted not in ("xlsform", "surveyjs", "yaml"):
        refuse(
            f"{file}: the kind of file is not clear from its name. Say --format xlsform, surveyjs or yaml.", status=2
        )
    imported = _read(wanted, read_bytes(file), Path(file).name)
    result = imported.to_json()
    write_json(result, output_file)
    for problem in imported.problems:
        parts = (problem.sheet and f"sheet {problem.sheet}", problem.row and f"row {problem.row}", problem.column)
        say(f"{file}: {', '.join(str(part) for part in parts if part)}: {problem.message}".replace(": :", ":"))
    if imported.problems:
        raise typer.Exit(1)


def survey_export(
    file: In,
    format: Annotated[str, typer.Option(help="xlsform, surveyjs or yaml")],
    output_file: Out,
) -> None:
    """Write a definition as another program's form; what that form cannot say goes to standard error."""
    from api.design import files

    if format not in files.FORMATS:
        refuse(f"--format {format}: there are xlsform, surveyjs and yaml.", status=2)
    exported = files.write(_definition(file), format)
    for loss in exported.loss:
        say(f"{loss.where}: {loss.feature}: {loss.what_happens}")
    try:
        if output_file == STANDARD:
            sys.stdout.buffer.write(exported.data)
        else:
            Path(output_file).write_bytes(exported.data)
    except OSError as fault:
        refuse(f"{output_file}: {fault.strerror or 'cannot be written'}.")


def survey_check(
    file: In,
    respondents: Annotated[int, typer.Option(min=1, help="How many people are likely to answer.")] = 100,
    threshold: Annotated[int, typer.Option(min=1, help="The smallest number of people that is shown.")] = 10,
    output_file: Out = STANDARD,
) -> None:
    """List what keeps a definition from being published (errors), and what could be asked better (advice)."""
    from survey_engine.checking import check
    from survey_engine.findings import findings_to_json

    today = datetime.now(UTC).date()
    found = check(_definition(file), today=today, respondents=respondents, threshold=threshold)
    write_json(findings_to_json(found), output_file)


def survey_walk(
    file: In,
    steps: Annotated[str, typer.Option(help="A JSON list of [path, value], answers given one after another.")],
    output_file: Out = STANDARD,
) -> None:
    """Give answers one after another, and show what the survey makes of them."""
    from survey_engine.walk import walk

    survey = _definition(file)
    given = read_json(steps)
    if not isinstance(given, list) or not all(
        isinstance(step, list) and len(step) == 2 and isinstance(step[0], str) for step in given
    ):
        refuse(f'{steps}: a JSON list of [path, value] is expected, such as [["/data/age", "12"]].')
    walked = walk(survey, [(path, value) for path, value in given], today=datetime.now(UTC).date())
    for path in walked["refused"]:
        say(f"{path}: nothing could be answered there then; the step was passed over.")
    write_json(walked, output_file)


def _read(format: str, data: bytes, name: str) -> Imported:
    if format == "xlsform":
        from survey_engine.formats.xlsform import read_xlsform

        return read_xlsform(data, name)
    if format == "surveyjs":
        from survey_engine.formats.surveyjs import read_surveyjs

        return read_surveyjs(data, name)
    from survey_engine.authoring import read_yaml

    read = read_yaml(data)
    if isinstance(read, Survey):
        return Imported(read)
    return Imported(None, problems=tuple(ImportProblem("", problem.line, "", problem.message) for problem in read))


def _definition(path: str) -> Survey:
    """A definition as ``survey import`` prints it, or the bare one."""
    stored: Any = read_json(path)
    if isinstance(stored, dict) and isinstance(stored.get("survey"), dict):
        stored = stored["survey"]
    try:
        return Survey.model_validate(stored)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the whole"
        refuse(f"{path}: no survey of ours: {where}: {fault['msg']}. Make one with: earshot survey import")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    commands: dict[str, Callable[..., None]] = {
        "import": survey_import,
        "export": survey_export,
        "check": survey_check,
        "walk": survey_walk,
    }
    add_group(app, "survey", "Surveys as files.", commands)
