"""The files of a release: data, codebook, manifest, a page to read first, in one archive built in memory.

The same state of the database gives the same bytes of ``data.csv`` and ``codebook.csv``;
the manifest names their SHA-256 so that anybody can check what they were given.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from api.export import cells, codes
from api.export.cells import harmless
from api.export.content import EXPORT_ID, Content
from survey_engine import coproduction
from survey_engine.codebook import MISSING, Variable
from survey_engine.coproduction import Tally
from survey_engine.definition import Survey, words
from survey_engine.disclosure import TOTAL, Cell
from survey_engine.licensed import without_licensed

FOR_THIS_RELEASE = (
    "Export ids are made for this release alone. They are in no other file, and two releases cannot be joined by them."
)
CODES_NOTE = """
What people said in their own words was coded by a frame (codebook.json); columns code_… say how each code came about.
Some are suggestions of a computer, which misses some answers and misplaces others. A code of too few people has
no column of its own. Codes are as they stood when this was asked for.
"""
EXPORT_ID_LABEL = "One row, within this release"
HOW_IT_WAS_MADE = "how-the-survey-was-made"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the archive keeps no time of its own: the same content is the same file


def archive(content: Content, votes: Mapping[str, Tally], *, made_on: date) -> bytes:
    """The release as a zip file. ``votes`` of young advisers, by the hash of the wording they were for."""
    data, book = data_csv(content), codebook_csv(content.variables)
    files = {"data.csv": data, "codebook.csv": book, "codebook.json": codebook_json(content)}
    files |= how_it_was_made(content.asked.wave.published.survey, votes)
    told = manifest(content, data, book, made_on=made_on)
    files["manifest.json"] = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    files["README.txt"] = readme(content, made_on=made_on).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content_bytes in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, content_bytes)
    return buffer.getvalue()


def file_name(content: Content) -> str:
    """What the archive is called: survey, version and release; nobody's name and no day of an answer."""
    published = content.asked.wave.published
    return f"earshot-{published.name}-v{published.version}-{content.asked.id[:8]}.zip"


def data_csv(content: Content) -> bytes:
    """One row for each time somebody answered."""
    names = [EXPORT_ID, *(variable.name for variable in content.variables)]
    return _csv(names, ([row[name] for name in names] for row in content.rows))


def codebook_csv(variables: Sequence[Variable]) -> bytes:
    """One row for each column of ``data.csv``."""
    headings = ["name", "question", "label", "language", "kind", "voice", "asked_if", "values", "missing"]
    rows = [
        [v.name, v.question, v.label, v.language, v.kind, v.voice, v.condition, _listed(v.values), _listed(v.missing)]
        for v in variables
    ]
    first = [EXPORT_ID, "", EXPORT_ID_LABEL, "en", "identifier", "", "", "", ""]
    return _csv(headings, [first, *rows])


def codebook_json(content: Content) -> bytes:
    """The same, for programs; with the code frame, where codes are in it."""
    book = {"cells": cells.RULE, "missing": MISSING, "variables": [asdict(variable) for variable in content.variables]}
    if content.asked.codes is not None:
        book["code_frame"] = content.asked.codes.frame.model_dump(mode="json")
    return (json.dumps(book, ensure_ascii=False, indent=2) + "\n").encode()


def how_it_was_made(survey: Survey, votes: Mapping[str, Tally]) -> dict[str, bytes]:
    """Who proposed which question, the wordings it had, what was refused and why: for programs and to read.

    Words of a licensed instrument are not in it.
    """
    safe, _left_out = without_licensed(survey)
    entries = coproduction.record(safe, votes)
    return {
        f"{HOW_IT_WAS_MADE}.csv": _csv(coproduction.HEADINGS, coproduction.rows(entries)),
        f"{HOW_IT_WAS_MADE}.md": coproduction.as_markdown(safe, entries).encode(),
    }


def manifest(content: Content, data: bytes, book: bytes, *, made_on: date) -> dict[str, Any]:
    """What this is, where it comes from, what was left out and why, and how to check that nothing was changed."""
    asked, wave, published = content.asked, content.asked.wave, content.asked.wave.published
    threshold = content.left_out.policy.threshold
    return {
        "release": asked.id,
        "survey": {
            "name": published.name,
            "version": published.version,
            "title": words(published.survey.title, *published.survey.languages)[0],
            "content_sha256": published.content_hash,
        },
        "notice": {"version": published.notice.version, "sha256": published.notice_hash},
        "wave": {
            "label": wave.label,
            "area_code": wave.area_code,
            "area_name": wave.area_name,
            "opens_on": wave.opens_on.isoformat(),
            "closes_on": wave.closes_on.isoformat(),
        },
        "purpose": asked.purpose,
        "requested_on": asked.requested_at.date().isoformat(),
        "released_on": asked.decided_at.date().isoformat() if asked.decided_at else None,
        "released_by": "a second person, not the one who asked",
        "made_on": made_on.isoformat(),
        "people": content.people,
        "rows": len(content.rows),
        "left_out": {
            **{reason: _told(cell) for (reason,), cell in content.left_out.cells.items() if reason != TOTAL},
            "all together": _told(content.left_out.cells[TOTAL,]),
        },
        "texts": {
            "included": [variable.name for variable in content.texts],
            "people_with_texts_not_yet_made_safe": _told(content.unchecked_texts),
        },
        "codes": codes_told(content),
        "symbols": {"c": f"hidden to protect people: fewer than {threshold}, or would give away a figure that is"},
        "columns_to_handle_with_care": [check.column for check in content.to_review],
        "missing": MISSING,
        "export_ids": FOR_THIS_RELEASE,
        "cells": cells.RULE,
        "sha256": {"data.csv": hashlib.sha256(data).hexdigest(), "codebook.csv": hashlib.sha256(book).hexdigest()},
        "software": {"name": "earshot", "version": software_version()},
    }


def codes_told(content: Content) -> dict[str, Any] | None:
    """By which frame, how and when the codes were given, and which of them have a column; None where none are in it."""
    told = content.asked.codes
    if told is None:
        return None
    frame = told.frame
    return {
        "chosen": told.chosen.value,
        "frame": {"id": frame.id, "version": frame.version, "upload": told.frame_number},
        "suggested_by_computer_on": told.coded_on,
        "sure_from": told.sure_from,
        "made_with": dict(told.versions),
        "columns": [variable.name for variable in content.variables if variable.kind == codes.KIND],
        "joined_because_of_few_people": list(told.together),
        "as_they_stood_on": content.asked.requested_at.date().isoformat(),
    }


def readme(content: Content, *, made_on: date) -> str:
    """What to read before opening the data."""
    wave = content.asked.wave
    title = words(wave.published.survey.title, *wave.published.survey.languages)[0]
    missing = "\n".join(f"  {code}  {meaning}" for code, meaning in MISSING.items())
    texts = (
        "Own words are in it, after names and places were taken out. They can still point to a person:\n"
        "quote none of them; permission to quote is another permission and was not asked for here."
        if content.texts
        else "Own words are not in it."
    )
    codes_note = CODES_NOTE if content.asked.codes is not None else ""
    return f"""{title}, version {wave.published.version}
{wave.label}, {wave.area_name}. Made on {made_on.isoformat()}.

What is in here
  data.csv       one row for each time somebody answered, UTF-8, cells apart by commas
  codebook.csv   what each column and each code means (codebook.json: the same for programs)
  {HOW_IT_WAS_MADE}.md
                 who proposed which question, the words it had before, what was refused and why (.csv: as a table)
  manifest.json  where this comes from, what was left out and why, SHA-256 of the files

Who is in it
  {content.people} people who took part and agreed that their answers may be used for research ({len(content.rows)} rows).
  {FOR_THIS_RELEASE}
  The rows are in the order of these ids, which says nothing about when somebody answered.

{texts}
{codes_note}
Codes of missing answers
{missing}

{cells.RULE}

What you agreed to
  Use it for this only: {" ".join(content.asked.purpose.split())}
  Do not try to find out who somebody is. Show no figure from fewer than {content.left_out.policy.threshold} people.
  People may delete their answers at any time. Download the release again before each
  piece of work, delete rows whose export id is no longer in it, and delete the old file.
"""


def software_version() -> str:
    """The version that made a file; a copy that runs from its folder has none."""
    try:
        return version("earshot")
    except PackageNotFoundError:
        return "not installed as a package"


def _told(cell: Cell) -> int | str:
    return cell.symbol if cell.count is None else cell.count


def _listed(values: dict[str, str]) -> str:
    return " | ".join(f"{code} = {meaning}" for code, meaning in values.items())


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()
