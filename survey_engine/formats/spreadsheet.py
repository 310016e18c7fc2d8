r"""The sheets of a workbook as rows of text, whatever the file claims to be.

The kind of file is told by its first bytes, never by its name. Everything is bounded
before it is unpacked; formulas are never worked out, only the values a spreadsheet program
saved with them are read; XML entities are refused by the parser (defusedxml).

>>> sheets = read_sheets(b"survey,,\n,type,name\n,text,mood\n")
>>> sheets["survey"]
((2, ('type', 'name')), (3, ('text', 'mood')))
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import openpyxl
import xlrd

MAX_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 60_000_000
MAX_SHEETS = 60
MAX_ROWS = 10_000
MAX_COLUMNS = 250
MAX_CELL_CHARACTERS = 20_000

Row: TypeAlias = tuple[int, tuple[str, ...]]
"""A row that is not empty: its number as the spreadsheet shows it, and its cells without outer space."""

Sheets: TypeAlias = dict[str, tuple[Row, ...]]
"""Rows by the sheet's name in small letters."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a text document",
    b"<htm": "a web page",
    b"<!do": "a web page",
    b"<!DO": "a web page",
}


class NotReadable(ValueError):
    """A file that is no workbook; the message is a sentence for the person who sent it."""


def read_sheets(data: bytes) -> Sheets:
    """The sheets of an .xlsx, .xls or .csv file; raises NotReadable for anything else."""
    if len(data) > MAX_BYTES:
        raise NotReadable("The file is larger than 10 MB. Remove pictures from it and try again.")
    if not data.strip(b"\0 \t\r\n"):
        raise NotReadable("The file is empty.")
    for start, kind in _NOT_TABLES.items():
        if data.startswith(start):
            raise NotReadable(f"This is {kind}, not a spreadsheet. Send the .xlsx, .xls or .csv file itself.")
    if data.startswith(_ZIP):
        return _guarded(_sheets_of_xlsx, data)
    if data.startswith(_OLE):
        return _guarded(_sheets_of_xls, data)
    return _sheets_of_csv(data)


def _guarded(read: Callable[[bytes], Iterator[tuple[str, tuple[Row, ...]]]], data: bytes) -> Sheets:
    """What a reader of somebody else's format yields.

    Both libraries raise nearly anything on a damaged file (struct.error, KeyError,
    AssertionError, zlib.error …), so all of it means the same here: not readable.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and dates of the workbook, which we do not read
            return dict(read(data))
    except (NotReadable, MemoryError):
        raise
    except Exception as error:
        raise NotReadable(
            "The spreadsheet is damaged or protected by a password. Open it, save it anew and try again."
        ) from error


def _sheets_of_xlsx(data: bytes) -> Iterator[tuple[str, tuple[Row, ...]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > 2_000:
        raise NotReadable("The spreadsheet unpacks to something far too large. Keep only the sheets of the form.")
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise NotReadable("This is a zip file, not a spreadsheet. Unpack it and send the file inside.")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets[:MAX_SHEETS]:
            width = min(sheet.max_column or MAX_COLUMNS, MAX_COLUMNS)  # the file's own word, where it gives one
            rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=width, values_only=True)
            yield _named(sheet.title), _rows(enumerate(rows, start=1))
    finally:
        book.close()


def _sheets_of_xls(data: bytes) -> Iterator[tuple[str, tuple[Row, ...]]]:
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
    for name in book.sheet_names()[:MAX_SHEETS]:
        sheet = book.sheet_by_name(name)
        numbered = (
            (index + 1, [_xls_value(cell) for cell in sheet.row_slice(index, 0, MAX_COLUMNS)])
            for index in range(min(sheet.nrows, MAX_ROWS + 1))
            if not _EMPTY.issuperset(sheet.row_types(index, 0, MAX_COLUMNS))  # formatted rows by the thousand
        )
        yield _named(name), _rows(numbered)


_EMPTY = frozenset({xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK})


def _sheets_of_csv(data: bytes) -> Sheets:
    """XLSForm as one CSV: a sheet's name in the first column, its rows below with that column empty."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotReadable(
            "The file is neither a spreadsheet nor text in UTF-8. Save it as .xlsx and send that."
        ) from error
    if "\0" in text:
        raise NotReadable("The file is neither a spreadsheet nor a table of text. Save it as .xlsx and send that.")
    found: dict[str, list[tuple[int, list[str]]]] = {}
    name = ""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            if len(found) > MAX_SHEETS or reader.line_num > MAX_ROWS * 2:
                raise NotReadable("The table is far too long for a survey. Is it the right file?")
            if cells and cells[0].strip():
                name = _named(cells[0])
            if name and len(cells) > 1:
                found.setdefault(name, []).append((reader.line_num, cells[1:MAX_COLUMNS]))
    except csv.Error as error:
        raise NotReadable("The file is not a table: a quotation mark is opened and not closed.") from error
    return {name: _rows(rows) for name, rows in found.items()}


def _rows(numbered: Iterable[tuple[int, Sequence[Any]]]) -> tuple[Row, ...]:
    rows: list[Row] = []
    for number, values in numbered:
        if values.count(None) + values.count("") == len(values):
            continue  # thousands of formatted but empty rows are common, so look before reading each cell
        cells = tuple(_cell(value) for value in values)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if cells and number > MAX_ROWS:
            raise NotReadable(f"A sheet has more than {MAX_ROWS:,} rows, far too many for a survey.")
        if cells:
            rows.append((number, cells))
    return tuple(rows)


def _named(name: str) -> str:
    return name.strip().lower()


def _xls_value(cell: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _cell(value: Any) -> str:
    """What a cell says: whole numbers without ``.0``, truth as ``TRUE``, ``#N/A`` and the like as written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    if len(text) > MAX_CELL_CHARACTERS:
        raise NotReadable(f"A cell holds more than {MAX_CELL_CHARACTERS:,} characters. Make the text shorter.")
    return text.replace("\0", "").strip()
