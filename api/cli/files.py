"""Commands on files: texts, themes, measures, tables. No database, no server."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.groups import add_group
from api.cli.running import build_model, gazetteer_or_refuse, make_screener, settings_or_refuse
from api.cli.telling import (
    output,
    progress_bar,
    read_bytes,
    read_json,
    read_jsonl,
    refuse,
    say,
    write_json,
    write_jsonl,
)  # fmt: skip

if TYPE_CHECKING:  # the language tools are loaded by the command that needs them
    from nlp.documents import Document, ThemeRun
    from nlp.frames import Frame
    from nlp.pooling import SharedThemes

In = Annotated[str, typer.Argument(help="A file, or - for standard input.")]
Out = Annotated[str, typer.Option("-o", "--output", help="A file, or - for standard output.")]

OtherModel = Annotated[str, typer.Option("--model", help="A folder with another sentence model (ONNX).")]

AT_ONCE = 256
"""Texts that are screened together: the reader is quicker with many of like length."""


# -- texts


def text_redact(
    file: In,
    output_file: Out = "-",
    known: Annotated[str, typer.Option(help="A JSON list of names the record knows.")] = "",
    gazetteer: Annotated[str, typer.Option(help="A council's lists, as `text gazetteer build` writes them.")] = "",
) -> None:
    """Mask what identifies somebody, in each text of a JSONL file."""
    from nlp.redact import redact

    names: list[str] = read_json(known) if known else []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse(f"{known}: a JSON list of names is expected.")
    lists = gazetteer_or_refuse(gazetteer or settings_or_refuse().gazetteer)

    def rows() -> Iterator[dict[str, Any]]:
        for row in read_jsonl(file, "text"):
            done = redact(row["text"], [*names, *row.get("known_names", [])], row.get("language", "en"), lists)
            spans = [[span.start, span.end, span.type, round(span.confidence, 3)] for span in done.spans]
            yield row | {"redacted": done.text, "spans": spans}

    write_jsonl(rows(), output_file)


def gazetteer_build(
    files: Annotated[list[str], typer.Argument(help="Official lists (CSV or TSV), or folders of them.")],
    output_file: Annotated[str, typer.Option("-o", "--output", help="Where the lists go, as JSON.")],
) -> None:
    """Make a council's own lists from official ones: names with counts, places, schools, recognised by their columns."""
    from nlp.gazetteer import gazetteer, official

    lists = gazetteer()
    paths = [
        path
        for given in map(Path, files)
        for path in (
            sorted(p for p in given.iterdir() if p.suffix in (".csv", ".tsv", ".txt")) if given.is_dir() else [given]
        )
    ]
    if not paths:
        refuse("No list to read: a folder holds no .csv, .tsv or .txt file. Name the files.")
    found = []
    for path in paths:
        try:
            found.append(official.read(read_bytes(str(path)).decode("utf-8-sig"), lists))
        except UnicodeDecodeError as fault:
            refuse(f"{path}: not UTF-8 at byte {fault.start}. Save it as CSV (UTF-8).")
        except (official.NotAList, csv.Error) as fault:
            refuse(f"{path}: {fault}")
        say(f"{path}: {len(found[-1].entries):,} {_LISTS[found[-1].kind]}")
    write_json(official.build(found, [path.name for path in paths]), output_file)


_LISTS = {"first": "first names", "last": "surnames", "places": "places", "schools": "schools"}


def text_screen(
    file: In,
    output_file: Out = "-",
    check: Annotated[bool, typer.Option("--check", help='Count instead, in a file that also has "label".')] = False,
    rules_alone: Annotated[bool, typer.Option("--rules-alone", help="Without the trained reader.")] = False,
) -> None:
    """Say how soon a person should read each text of a JSONL file, and why.

    With --check, lines also have "label": "concern" or "none", and "kind": "ordinary" where nothing
    even sounds alike; the output is one object of counts and shares.
    """
    from nlp.gazetteer import gazetteer
    from nlp.screen import screen_many, screened_by
    from nlp.screening_check import checked

    screener = make_screener(settings_or_refuse()) if not rules_alone else None
    reader, missing = (screener.reader, screener.missing) if screener else (None, False)
    if missing:
        say(
            "The trained reader cannot be loaded, so only rules look, and nothing is below amber: `earshot model build`."
        )

    def rows() -> Iterator[dict[str, Any]]:
        read = read_jsonl(file, "text")
        while some := list(islice(read, AT_ONCE)):
            found = screen_many(
                [row["text"] for row in some], [row.get("language", "en") for row in some], reader,
                reader_missing=missing, lists=gazetteer(),
            )  # fmt: skip
            for row, screening in zip(some, found, strict=True):
                yield row | {"tier": screening.tier, "reasons": list(screening.reasons)}

    if not check:
        write_jsonl(rows(), output_file)
        return
    screened = list(rows())
    unlabelled = [number for number, row in enumerate(screened, 1) if row.get("label") not in ("concern", "none")]
    if unlabelled:
        refuse(f'{file}, line {unlabelled[0]}: "label" is "concern" or "none".')
    write_json(checked(screened) | {"screened_by": screened_by(reader)}, output_file)


# -- themes


def themes_fit(
    file: In,
    output_file: Out = "-",
    frame: Annotated[str, typer.Option(help="A code frame as guide: its codes are the themes.")] = "",
    previous: Annotated[str, typer.Option(help="An earlier run to go on from: what it knew stays where it was.")] = "",
    themes: Annotated[int, typer.Option(help="How many themes; 0 lets the texts decide.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="The same seed and texts give the same themes.")] = 7,
    smallest: Annotated[int, typer.Option(help="People a theme needs; smaller ones join their neighbour.", min=1)] = 1,
    other_model: OtherModel = "",
) -> None:
    """Suggest themes for the texts of a JSONL file ({"id", "text", "group"?})."""
    from nlp import pipeline, runs
    from nlp.embed import ModelMissing, open_embedder
    from nlp.field import field_of

    settings = settings_or_refuse()
    guide = _read_frame(frame) if frame else None
    earlier = _read_run(previous) if previous else None
    documents = _documents(file)
    build_model(settings)
    try:
        with progress_bar() as bar:
            task = bar.add_task("Fitting themes", total=1.0)
            model = open_embedder(settings.model_dir, other_model or settings.embedding_model)
            run = pipeline.run(
                documents, model, pipeline.Config(seed=seed, themes=themes or None, smallest_theme=smallest),
                progress=lambda stage, share: bar.update(task, description=stage, completed=share),
                library=field_of(model, settings.model_dir), frame=guide, previous=earlier,
            )  # fmt: skip
    except ModelMissing as fault:
        refuse(str(fault))
    with output(output_file) as stream:
        stream.write(runs.to_json(run) + "\n")
    if run.message:
        say(run.message)


def themes_assign(
    run_file: Annotated[str, typer.Argument(metavar="RUN.json", help="A run that `themes fit` wrote.")],
    file: In,
    output_file: Out = "-",
    other_model: OtherModel = "",
) -> None:
    """Put new texts of a JSONL file into the themes of a run, without fitting again."""
    from nlp import pipeline
    from nlp.embed import ModelMissing, open_embedder
    from nlp.field import field_of

    settings = settings_or_refuse()
    run = _read_run(run_file)
    documents = _documents(file)
    build_model(settings)
    try:
        model = open_embedder(settings.model_dir, other_model or settings.embedding_model)
        assignments, stray = pipeline.assign(documents, run, model, library=field_of(model, settings.model_dir))
    except (ModelMissing, pipeline.OtherModel) as fault:
        refuse(str(fault))
    write_jsonl((asdict(assignment) for assignment in assignments), output_file)
    if stray > pipeline.FIT_AGAIN:
        say(f"{stray:.0%} of these texts are unlike those the themes were made from: fit again with --previous.")


def themes_join(
    run_file: Annotated[str, typer.Argument(metavar="RUN.json", help="A run that `themes fit` wrote.")],
    themes: Annotated[int, typer.Option(help="How many themes.", min=1)],
    output_file: Out = "-",
) -> None:
    """Join the themes of a run to few broad ones, without fitting again."""
    from nlp import runs

    with output(output_file) as stream:
        stream.write(runs.to_json(runs.joined(_read_run(run_file), themes)) + "\n")


def themes_share(
    run_file: Annotated[str, typer.Argument(metavar="RUN.json", help="A run that `themes fit` wrote.")],
    output_file: Out = "-",
    area: Annotated[str, typer.Option(help="Whose themes these are; the file's name where not given.")] = "",
    threshold: Annotated[int, typer.Option(help="Themes of fewer people stay here.", min=5)] = 10,
) -> None:
    """Write what of a run may leave its area: names, shared words, rounded sizes, middles; no text and no id."""
    from nlp import pooling

    try:
        shared = pooling.share(_read_run(run_file), area or Path(run_file).stem, threshold)
    except (pooling.CannotPool, ValueError) as fault:
        refuse(f"{run_file}: {fault}")
    with output(output_file) as stream:
        stream.write(shared.model_dump_json() + "\n")
    if shared.left_out:
        say(f"{shared.left_out} themes of fewer than {threshold} people are not in it.")


def themes_pool(
    files: Annotated[list[str], typer.Argument(help="What `themes share` wrote in each area; or runs.")],
    output_file: Out = "-",
    alike: Annotated[float, typer.Option(help="How close two themes are to be one, 0 to 1.", min=0, max=1)] = 0,
) -> None:
    """Put the themes of several areas together: which ones several have, which ones only one."""
    from nlp import pooling

    shared = [_read_shared(file) for file in files]
    try:
        pooled = pooling.pool(shared, alike or pooling.ALIKE)
    except pooling.CannotPool as fault:
        refuse(str(fault))
    write_json(pooling.to_json(pooled), output_file)


def _read_shared(file: str) -> SharedThemes:
    from pydantic import ValidationError

    from nlp import pooling

    read = read_json(file)
    if not isinstance(read, dict) or "format" not in read:
        try:
            return pooling.share(_read_run(file), Path(file).stem)
        except pooling.CannotPool as fault:
            refuse(f"{file}: {fault}")
    try:
        return pooling.SharedThemes.model_validate(read)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        refuse(f"{file}: not what `earshot themes share` has written (look at {place or 'the whole file'}).")


def _documents(file: str) -> list[Document]:
    from nlp.documents import Document

    documents = [
        # Without a group each text counts as its own person; every text here may be shown, it came from the user.
        Document(row["id"], row["text"], str(row.get("group", row["id"])), quotable=True)
        for row in read_jsonl(file, "id", "text")
    ]
    if len({document.id for document in documents}) < len(documents):
        refuse(f"{file}: two texts have the same id. Give each text an id of its own.")
    return documents


def _read_frame(file: str) -> Frame:
    from nlp.frames import Frame, read_frame

    frame = read_frame(read_bytes(file))
    if not isinstance(frame, Frame):
        for problem in frame:
            say(f"{file}: {problem.where}: {problem.message}" if problem.where else f"{file}: {problem.message}")
        raise typer.Exit(1)
    return frame


def _read_run(file: str) -> ThemeRun:
    from nlp import runs

    try:
        return runs.from_json(read_bytes(file).decode("utf-8-sig"))
    except (ValueError, KeyError, TypeError, AttributeError):
        refuse(f"{file}: not a run that `earshot themes fit` has written.")


def themes_code(
    file: In,
    frame: Annotated[str, typer.Option(help="The code frame, JSON or YAML.")],
    output_file: Out = "-",
    learn: Annotated[str, typer.Option(help="JSONL of answers a person has coded, to learn from.")] = "",
    check: Annotated[str, typer.Option(help="JSONL of other coded answers, to tell how well the codes agree.")] = "",
    ask: Annotated[int, typer.Option(help="Mark this many answers as the most instructive to code next.", min=0)] = 0,
    other_model: OtherModel = "",
) -> None:
    """Apply a standing code frame to the texts of a JSONL file ({"text", "question"?})."""
    from nlp.agreement import agreement
    from nlp.coding import Coder, UnknownCodes
    from nlp.embed import ModelMissing, open_embedder
    from nlp.field import field_of

    read = _read_frame(frame)
    rows = list(read_jsonl(file, "text"))
    to_learn, to_check = (_labelled(path) if path else [] for path in (learn, check))
    settings = settings_or_refuse()
    build_model(settings)
    try:
        model = open_embedder(settings.model_dir, other_model or settings.embedding_model)
        coder = Coder(read, field_of(model, settings.model_dir), to_learn)
    except (ModelMissing, UnknownCodes) as fault:
        refuse(str(fault))
    texts, questions = [row["text"] for row in rows], [_question(row) for row in rows]
    coded = coder.code(texts, questions)
    instructive = coder.most_instructive(texts, questions, ask) if ask else []
    ranks = {place: rank for rank, place in enumerate(instructive, 1)}
    write_jsonl(
        (
            row | {"codes": found.codes, "sure": found.sure, "sentiment": found.sentiment}
            | ({"ask": ranks[place]} if place in ranks else {})
            for place, (row, found) in enumerate(zip(rows, coded, strict=True))
        ),
        output_file,
    )  # fmt: skip
    if to_check:
        known = {row.text for row in to_learn}
        unseen = [row for row in to_check if row.text not in known]
        if len(unseen) < len(to_check):
            say(f"{len(to_check) - len(unseen)} answers to check were learnt from and are left out.")
        suggested = coder.code([row.text for row in unseen], [row.question for row in unseen])
        say(
            agreement(
                read, [set(row.codes) for row in unseen], [{code for code, _ in c.codes} for c in suggested]
            ).table()
        )


def _question(row: dict[str, Any]) -> str:
    question = row.get("question")
    return question if isinstance(question, str) else ""


def _labelled(path: str) -> list[Any]:
    from nlp.coding import Labelled

    labelled = []
    for number, row in enumerate(read_jsonl(path, "text"), 1):
        codes = row.get("codes")
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            refuse(f'{path}: answer {number} needs "codes", a list of code ids; an empty list says that no code fits.')
        labelled.append(Labelled(row["text"], tuple(codes), _question(row)))
    return labelled


# -- measures


def metrics_import(
    files: Annotated[list[str], typer.Argument(help="SSDA903 tables and DfE open-data CSVs.")],
    kind: Annotated[str, typer.Option(help="auto: by content")] = "auto",
) -> None:
    """Recognise administrative files by their content, and list what is wrong in them."""
    from api.metrics import recognise

    if kind != "auto":
        refuse("Only --kind auto is there: files are recognised by what is in them.", status=2)
    result = recognise.to_json(recognise.recognise(Path(file).name, read_bytes(file)) for file in files)
    write_json(result)
    for problem in result["problems"]:
        say(f"{problem['file']}: {problem['message']}")
    if not result["recognised"]:
        raise typer.Exit(1)


def metrics_compute(
    files: Annotated[list[str], typer.Argument(help="SSDA903 tables of one authority.")],
    as_of: Annotated[str, typer.Option("--as-of", help="A day of the reporting year, as 2026-03-31.")],
    format: Annotated[str, typer.Option(help="json or csv")] = "json",
    area: Annotated[tuple[str, str], typer.Option(help="Code and name of the authority.")] = ("", ""),
) -> None:
    """Compute indicators with their numerators and denominators (the caller's own data: nothing is suppressed)."""
    from api.indicators import measure_json
    from api.metrics.recognise import Recognised, recognise
    from api.metrics.ssda903 import compute

    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        refuse(f"--as-of {as_of}: write the day as year-month-day, for example 2026-03-31.", status=2)
    if format not in ("json", "csv"):
        refuse("--format is json or csv.", status=2)
    tables = {}
    for file in files:
        found = recognise(Path(file).name, read_bytes(file))
        if isinstance(found, Recognised) and found.kind.startswith("ssda903.") and found.table is not None:
            tables[found.kind.removeprefix("ssda903.")] = found.table
        else:
            say(f"{file}: not a table of an SSDA903 return; left out.")
    measures, problems = compute(tables, area[0], area[1], day)
    for problem in problems:
        say(f"{problem.file}: {problem.message}")
    rows = [measure_json(measure) for measure in measures]
    if not rows:
        refuse("No indicator could be computed from these files.")
    if format == "json":
        write_json(rows)
        return
    with output("-") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


# -- tables


def table_protect(
    file: In,
    count: Annotated[str, typer.Option(help="The column that holds the counts.")],
    by: Annotated[list[str], typer.Option(help="The columns that make a cell, by comma or one after another.")],
    threshold: Annotated[int, typer.Option(help="No count below this is shown.", min=5)] = 10,
    round_to: Annotated[int, typer.Option("--round", help="0, 5 or 10")] = 0,
    released: Annotated[str, typer.Option(help="A table released before, to check the difference against.")] = "",
) -> None:
    """Make a table of counts publishable: primary and complementary suppression, and an audit that tries to undo it."""
    from survey_engine import disclosure
    from survey_engine.differencing import differencing_problem

    if round_to not in (0, 5, 10):
        refuse("--round is 0, 5 or 10.", status=2)
    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(f"{file}: not a text file in UTF-8. Save the table as CSV (UTF-8).")
    reader = csv.DictReader(io.StringIO(text))
    columns = [name.strip() for names in by for name in names.split(",")]
    for name in (*columns, count):
        if name not in (reader.fieldnames or ()):
            refuse(
                f"{file}: there is no column {name!r}. The file has: {', '.join(reader.fieldnames or ()) or 'none'}."
            )
    table = disclosure.read_count_table(reader, columns, count)
    if not isinstance(table, disclosure.CountTable):
        for problem in table:
            say(f"{file}: row {problem.row}: {problem.message}" if problem.row else f"{file}: {problem.message}")
        raise typer.Exit(1)
    policy = disclosure.Policy.model_validate({"threshold": threshold, "round_to": round_to})
    protected = disclosure.protect(table, policy)
    if released:
        try:
            earlier = disclosure.from_json(read_json(released))
        except (ValueError, TypeError, KeyError, AttributeError):
            refuse(f"{released}: not a table this command has written.")
        problems = differencing_problem(earlier, protected, policy)
        if problems:
            refuse("\n".join(problems))
    write_json(disclosure.to_json(protected))


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    texts = add_group(
        app, "text", "Free text: redaction and screening.", {"redact": text_redact, "screen": text_screen}
    )
    add_group(texts, "gazetteer", "A council's own lists of names, places and schools.", {"build": gazetteer_build})
    add_group(
        app, "themes", "Themes and codes of many short texts.",
        {
            "fit": themes_fit, "assign": themes_assign, "join": themes_join, "code": themes_code, "share": themes_share,
            "pool": themes_pool,
        },
    )  # fmt: skip
    add_group(app, "metrics", "Administrative measures.", {"import": metrics_import, "compute": metrics_compute})
    add_group(app, "table", "Disclosure control.", {"protect": table_protect})
