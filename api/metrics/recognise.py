r"""What is this file? By its content, never by its name, and with a sentence where it is none we know.

Every fault is a value that tells the row (the headings are row 1), the column and how to
mend it. No message repeats what stands in a cell: a cell may hold a name.

>>> recognise("x.csv", b"CHILD,DOB,REVIEW,REVIEW_CODE\n1,01/02/2010,03/04/2024,PN1\n").kind
'ssda903.reviews'
>>> recognise("x.csv", b"CHILD,DOB,REVIEW\n1,01/02/2010,03/04/2024\n")[0].message
'This looks like the SSDA903 table reviews, but the column REVIEW_CODE is missing: export the whole table.'
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from api.indicators import reference

LARGEST_FILE_BYTES = 60_000_000
"""DfE's largest file by authority read so far is 3.3 MB; a return of a large authority about as much."""

EES_COLUMNS = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
"""Mandatory in every data file of DfE's explore education statistics, in any order."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One fault of a file, or of one row of it, in words for the person who has to mend it."""

    file: str
    row: int | None
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a CSV, each with all columns; the first one is row 2. Never printed: rows may be about children."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is. ``imported`` False: known by its look, but nothing is read from it yet (``note`` says so).

    ``period``: the reporting years (or time periods) it holds; ``areas``: their codes.
    """

    file: str
    kind: str
    rows: int
    period: str
    areas: tuple[str, ...]
    imported: bool = True
    note: str = ""
    table: Table | None = field(default=None, repr=False)


_MAGIC = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
)

_SENTENCES = {
    "empty": "The file is empty: export it again.",
    "too_large": "The file is larger than any return or release: check that it is the right one.",
    "not_a_table": "This is {what}, not a table: save or export it as CSV.",
    "utf16": "The file is written in UTF-16: save it as 'CSV UTF-8 (comma delimited)'.",
    "nul_bytes": "The file holds NUL bytes, so it is damaged or no text file: export it again as CSV UTF-8.",
    "encoding": "A character in this row is not UTF-8: save the file as 'CSV UTF-8 (comma delimited)'.",
    "csv": "This row cannot be read as CSV: look for a quotation mark that is never closed.",
    "row_length": "This row has {what} values than there are headings: look for a comma outside quotation marks.",
    "delimiter": "The columns are not separated by commas: save the file as 'CSV UTF-8 (comma delimited)'.",
    "duplicate_column": "Two columns have this heading: keep one of them.",
    "columns": "These headings belong to no table we know: an SSDA903 table or a data file of explore education "
    "statistics is expected, headings in the first row.",
    "columns_missing": "This looks like {what}, but the column {missing} is missing: export the whole table.",
    "no_rows": "This is {what} with headings only: if there was nothing to return, leave the file out.",
    "ees_meta": "This file describes another one: choose the data file that came with it (the name without .meta).",
    "xml": "The XML cannot be read: export it again, it may be cut off.",
    "xml_unknown": "This XML is no children in need census: SSDA903 is read from its CSV tables.",
    "workbook_unknown": "This workbook has none of the sheets of Annex A (List 1 to List 11): save the sheet as CSV.",
}


def recognise(filename: str, data: bytes) -> Recognised | tuple[ImportProblem, ...]:
    """What a file is, with its rows where it is a table that is imported; or everything wrong with it."""
    if not data.strip():
        return (_problem(filename, "empty"),)
    if len(data) > LARGEST_FILE_BYTES:
        return (_problem(filename, "too_large"),)
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return (_problem(filename, "not_a_table", what=what),)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(filename, data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return (_problem(filename, "utf16"),)
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        return (_problem(filename, "nul_bytes", row),)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _census(filename, data)
    table = read_table(filename, data)
    return table if isinstance(table, tuple) else _csv(table)


def read_table(filename: str, data: bytes) -> Table | tuple[ImportProblem, ...]:
    """The rows of a UTF-8 CSV, byte order mark or not; headings and values without outer spaces, empty rows as {}."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (_problem(filename, "encoding", data[: error.start].count(b"\n") + 1),)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[ImportProblem] = []
    rows: list[Mapping[str, str]] = []
    columns: tuple[str, ...] = ()
    number = 0
    try:
        for number, values in enumerate(reader, start=1):
            if number == 1:
                columns = tuple(value.strip() for value in values)
                continue
            if not any(value.strip() for value in values):
                rows.append({})  # keeps the row numbers true; `numbered` passes over it
                continue
            if len(values) != len(columns):
                what = "more" if len(values) > len(columns) else "fewer"
                problems.append(_problem(filename, "row_length", number, what=what))
                rows.append({})
                continue
            rows.append(dict(zip(columns, (value.strip() for value in values), strict=True)))
    except csv.Error:
        return (*problems, _problem(filename, "csv", number + 1))
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    problems += [_problem(filename, "duplicate_column", 1, name) for name in doubled]
    return tuple(problems) or Table(filename, columns, tuple(rows))


def numbered(table: Table) -> Iterable[tuple[int, Mapping[str, str]]]:
    """The rows that hold something, each with its number in the file."""
    return ((number, row) for number, row in enumerate(table.rows, start=2) if row)


def to_json(results: Iterable[Recognised | tuple[ImportProblem, ...]]) -> dict[str, Any]:
    """What ``earshot metrics import`` prints about some files."""
    recognised: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for result in results:
        if isinstance(result, Recognised):
            recognised.append(
                {"file": result.file, "kind": result.kind, "rows": result.rows, "period": result.period}
                | {"areas": list(result.areas), "imported": result.imported, "note": result.note}
            )
        else:
            problems += [problem_json(problem) for problem in result]
    return {"recognised": recognised, "problems": problems}


def problem_json(problem: ImportProblem) -> dict[str, Any]:
    """One problem as JSON."""
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
    }


def read_date(text: str) -> date | None:
    """A day as SSDA903 writes it (``31/03/2024``) or as ISO; None for anything else, the 31st of February included.

    >>> read_date("31/03/2024"), read_date("2024-03-31"), read_date("31/02/2024"), read_date("3/4/24")
    (datetime.date(2024, 3, 31), datetime.date(2024, 3, 31), None, None)
    """
    for pattern, shape in ((r"\d\d/\d\d/\d{4}", "%d/%m/%Y"), (r"\d{4}-\d\d-\d\d", "%Y-%m-%d")):
        if re.fullmatch(pattern, text, re.ASCII):
            try:
                return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                return None
    return None


# --- CSV


def _csv(table: Table) -> Recognised | tuple[ImportProblem, ...]:
    upper = tuple(column.upper() for column in table.columns)
    lower = tuple(column.lower() for column in table.columns)
    if {"col_name", "col_type", "label"} <= set(lower):
        return (_problem(table.file, "ees_meta", 1),)
    if set(EES_COLUMNS) <= set(lower):
        return _dfe(
            _renamed(
                table, [low if low in _EES_KNOWN else column for low, column in zip(lower, table.columns, strict=True)]
            )
        )
    tables: Mapping[str, Mapping[str, list[str]]] = reference()["ssda903"]["tables"]
    fitting = [name for name, spec in tables.items() if set(spec["required"]) <= set(upper)]
    if fitting:
        # UASC has three of the header's columns and one of its own: the table most of whose columns are here
        name = max(fitting, key=lambda name: len(set(tables[name]["required"] + tables[name]["optional"]) & set(upper)))
        return _ssda903(name, _renamed(table, list(upper)))
    if len(table.columns) == 1 and any(mark in table.columns[0] for mark in ";\t|"):
        return (_problem(table.file, "delimiter", 1),)
    return (_nearly(table.file, upper, lower, tables) or _problem(table.file, "columns", 1),)


def _nearly(
    file: str, upper: tuple[str, ...], lower: tuple[str, ...], tables: Mapping[str, Mapping[str, list[str]]]
) -> ImportProblem | None:
    """A table of which most columns are there: say which are not."""
    candidates = {f"the SSDA903 table {name}": (spec["required"], upper) for name, spec in tables.items()}
    candidates["a data file of explore education statistics"] = (list(EES_COLUMNS), lower)
    share = {what: sum(name in seen for name in need) / len(need) for what, (need, seen) in candidates.items()}
    best = max(share, key=lambda what: share[what])
    if share[best] < 0.6:
        return None
    need, seen = candidates[best]
    missing = [name for name in need if name not in seen]
    return _problem(file, "columns_missing", 1, missing[0], what=best, missing=", ".join(missing))


_EES_KNOWN = frozenset(
    {*EES_COLUMNS, "region_code", "region_name", "old_la_code", "new_la_code", "la_name", "lad_code", "lad_name"}
)


def _renamed(table: Table, columns: list[str]) -> Table:
    if tuple(columns) == table.columns:
        return table
    names = dict(zip(table.columns, columns, strict=True))
    return Table(table.file, tuple(columns), tuple({names[k]: v for k, v in row.items()} for row in table.rows))


def _ssda903(name: str, table: Table) -> Recognised | tuple[ImportProblem, ...]:
    rows = [row for _, row in numbered(table)]
    if not rows:
        return (_problem(table.file, "no_rows", what=f"the SSDA903 table {name}"),)
    column = reference()["ssda903"]["period_column"].get(name)
    days = [day for row in rows if column and (day := read_date(row[column]))]
    years = sorted({reporting_year(day) for day in days})
    period = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    return Recognised(table.file, f"ssda903.{name}", len(rows), period, (), table=table)


def reporting_year(day: date) -> int:
    """The year 1 April to 31 March a day is in, named by the year it ends in, as DfE does.

    >>> reporting_year(date(2024, 3, 31)), reporting_year(date(2024, 4, 1))
    (2024, 2025)
    """
    return day.year + ((day.month, day.day) >= (4, 1))


def _dfe(table: Table) -> Recognised | tuple[ImportProblem, ...]:
    rows = [row for _, row in numbered(table)]
    if not rows:
        return (_problem(table.file, "no_rows", what="a data file of explore education statistics"),)
    periods = sorted({row["time_period"] for row in rows})
    areas = {
        row.get("new_la_code") or row.get("lad_code") or row.get("region_code") or row["country_code"] for row in rows
    }
    period = periods[0] if len(periods) == 1 else f"{periods[0]}-{periods[-1]}"
    return Recognised(table.file, "dfe", len(rows), period, tuple(sorted(areas)), table=table)


# --- XML and workbooks: known by their look

_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError)
"""What the standard library raises for archives that are cut off, encrypted or packed in ways it does not know."""


def _census(filename: str, data: bytes) -> Recognised | tuple[ImportProblem, ...]:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return (_problem(filename, "xml"),)
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    details = root.find("Header/CollectionDetails")
    if root.tag != "Message" or details is None or (details.findtext("Collection") or "").strip().upper() != "CIN":
        return (_problem(filename, "xml_unknown"),)
    year = (details.findtext("Year") or "").strip()
    authority = (root.findtext("Header/Source/LEA") or "").strip()
    areas = (authority,) if re.fullmatch(r"\d{3}", authority, re.ASCII) else ()
    children = len(root.findall("Children/Child"))
    note = "Recognised as a children in need census; nothing is imported from it yet."
    period = year if re.fullmatch(r"\d{4}", year, re.ASCII) else ""
    return Recognised(filename, "cin_census", children, period, areas, imported=False, note=note)


def _workbook(filename: str, data: bytes) -> Recognised | tuple[ImportProblem, ...]:
    """Only the list of sheets is read: it is small, and nothing else of the archive is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as part:
            listing: Element = fromstring(part.read(1_000_000), forbid_dtd=True)
    except KeyError:
        return (_problem(filename, "not_a_table", what="an archive"),)
    except (*_DAMAGED, ParseError, DefusedXmlException):
        return (_problem(filename, "not_a_table", what="a damaged workbook"),)
    names = [element.get("name", "") for element in listing.iter() if str(element.tag).endswith("}sheet")]
    lists = [name for name in names if re.match(r"list[ _]*\d{1,2}\b", name.strip(), re.IGNORECASE)]
    if len(lists) < 3:
        return (_problem(filename, "workbook_unknown"),)
    note = "Recognised as an Annex A workbook; nothing is imported from it yet."
    return Recognised(filename, "annex_a", 0, "", (), imported=False, note=note)


def _problem(file: str, code: str, row: int | None = None, column: str = "", **words: str) -> ImportProblem:
    return ImportProblem(file, row, column, code, _SENTENCES[code].format(**words))
