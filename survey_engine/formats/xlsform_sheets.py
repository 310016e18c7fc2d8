"""The sheets of an XLSForm as a form's parts: settings, lists of options, rows in their groups, with their paths.

Reads structure, not meaning: which row is in which group, what a row is called, in which
languages the form speaks. What a row asks is for ``xlsform``. Mistakes are noted with sheet and
row, what is left behind with a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey_engine.formats.account import ImportProblem, Loss
from survey_engine.formats.spreadsheet import Sheets
from survey_engine.formats.xlsform_words import (
    KNOWN_SETTINGS,
    SETTINGS_LOST,
    UNUSED_COLUMNS,
    column_of,
    language_code,
    says_yes,
)
from survey_engine.words import Text

EXTRAS = "earshot"
"""The sheet in which our own exports keep what XLSForm has no column for."""

DEEPEST = 20
Cells = dict[tuple[str, str], str]
"""The cells of a row by column and language ("" where the column names none)."""

_BEGIN = re.compile(r"(?:begin|begin[_ ])[_ ]?(group|repeat|loop|lgroup|looped group)(?:(?: over |_over_)(\S+))?")
_END = re.compile(r"end[_ ]?(group|repeat|loop|lgroup|looped group)")
_NAME = re.compile(r"[^\W\d][\w.\-]{0,99}")
_OURS = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")


@dataclass(slots=True)
class Row:
    """One row of the sheet "survey" that says something; ``kind`` in the form's own words."""

    number: int
    kind: str
    cells: Cells
    name: str = ""
    path: tuple[str, ...] = ()

    def cell(self, column: str) -> str:
        """What the row has in a column that names no language."""
        return self.cells.get((column, ""), "")


@dataclass(slots=True)
class Section:
    """A group or a repeat with what is in it; the whole form is the outermost one."""

    kind: str
    row: Row
    items: list[Row | Section] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """The row of each name that is taken in here."""


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the sheet "choices"."""

    row: int
    name: str
    label: Text
    columns: dict[str, str]
    media: dict[str, Text]


class Workbook:
    """The sheets, read once; ``lost`` and ``problems`` grow while others read on."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.loss: dict[Loss, None] = {}
        self.problems: list[ImportProblem] = []
        self.languages: list[str] = []
        self.settings = self._settings()
        self.default = self._default_language()
        self.flat = says_yes(self.settings.get("flat", ""))
        self.names: dict[tuple[str, ...], str] = {}

    def lose(self, where: str, feature: str, what_happens: str) -> None:
        """Note something that does not come along."""
        self.loss[Loss(where, feature, what_happens)] = None

    def problem(self, sheet: str, row: int | None, column: str, message: str) -> None:
        """Note a mistake in the form."""
        self.problems.append(ImportProblem(sheet, row, column, message))

    # --- settings and languages

    def _settings(self) -> dict[str, str]:
        rows = self.sheets.get("settings", ())
        if len(rows) < 2:
            return {}
        headers = [re.sub(r"[\s]+", "_", header.lower().strip()) for header in rows[0][1]]
        settings = {header: cell for header, cell in zip(headers, rows[1][1], strict=False) if header and cell}
        for name in settings.keys() - KNOWN_SETTINGS:
            what = SETTINGS_LOST.get(name, "the setting is left out")
            self.lose(f"settings row {rows[1][0]}", name, what)
        return settings

    def _default_language(self) -> str:
        """The language of columns that name none; the survey's first where the form has it."""
        said = self.settings.get("default_language", "")
        if said and said.lower() != "default":
            return language_code(said)
        headers = self._headers("survey")
        if ("label", "") in headers:
            self.lose("settings", "default_language", "the form does not say its language: taken to be English (en)")
            return "en"
        return next((language for column, language in headers if column == "label" and language), "en")

    def _headers(self, sheet: str) -> list[tuple[str, str]]:
        rows = self.sheets.get(sheet, ())
        return [column_of(header) for header in rows[0][1]] if rows else []

    def _table(self, sheet: str) -> Iterator[tuple[int, Cells]]:
        """The rows under the headers: number, and cells by column and language."""
        headers = self._headers(sheet)
        twice = {header[0] for header in headers if header[0] and headers.count(header) > 1}
        for column in sorted(twice):
            self.problem(sheet, self.sheets[sheet][0][0], column, f"Two columns say “{column}”. Keep one of them.")
        for _, language in headers:
            if language and language not in self.languages:
                self.languages.append(language)
        for number, cells in self.sheets.get(sheet, ())[1:]:
            yield number, {header: cell for header, cell in zip(headers, cells, strict=False) if header[0] and cell}

    def text(self, cells: Cells, column: str) -> Text:
        """What a row says in each language."""
        text: Text = {}
        for (name, language), words in cells.items():
            if name == column:
                text.setdefault(language or self.default, _plain(words))
        return text

    # --- lists of options

    def lists(self) -> dict[str, list[Option]]:
        """The options of each list, in the order of the sheet."""
        lists: dict[str, list[Option]] = {}
        if not self.sheets.get("choices"):
            return lists
        if not {("list_name", ""), ("name", "")} <= set(self._headers("choices")):
            rows = self.sheets["choices"]
            self.problem(
                "choices", rows[0][0] if rows else None, "",
                "The sheet “choices” needs the columns list_name, name and label.",
            )  # fmt: skip
            return lists
        original = dict(zip(self._headers("choices"), self.sheets["choices"][0][1], strict=False))
        may_repeat = says_yes(self.settings.get("allow_choice_duplicates", ""))
        for row, cells in self._table("choices"):
            list_name = cells.get(("list_name", ""), "").translate(QUOTES)
            name = cells.get(("name", ""), "").translate(QUOTES)
            if not list_name and not name:
                continue
            if not list_name or not name:
                missing = "name" if list_name else "list_name"
                self.problem("choices", row, missing, f"The option has no {missing}. Fill it in.")
                continue
            options = lists.setdefault(list_name, [])
            if any(option.name == name for option in options) and not may_repeat:
                self.problem("choices", row, "name", f"The list “{list_name[:40]}” has two options “{name[:40]}”.")
            options.append(self._option(row, name, cells, original))
        return lists

    def _option(self, row: int, name: str, cells: Cells, original: dict[tuple[str, str], str]) -> Option:
        self.lose_unused("choices", row, cells)
        label = self.text(cells, "label")
        if not label:
            self.lose(f"choices row {row}", "option without label", f"its name “{name[:40]}” is shown")
        label.setdefault(self.default, next(iter(label.values()), name))
        columns = {
            re.sub(r"\s+", "_", original[header].strip()): cell
            for header, cell in cells.items()
            if header[0] not in ("list_name", "name", "label") and not header[0].startswith("media::")
        }
        media = {kind: self.text(cells, f"media::{kind}") for kind in ("image", "audio")}
        return Option(row, name, label, columns, {kind: text for kind, text in media.items() if text})

    def lose_unused(self, sheet: str, row: int, cells: Cells) -> None:
        """Note the columns of a row that nobody here reads."""
        for column, _ in cells:
            if what := UNUSED_COLUMNS.get(column):
                self.lose(f"{sheet} row {row}", column.removeprefix("media::"), what)

    # --- rows in their groups

    def form(self) -> Section:
        """The rows of the sheet "survey" as a tree; every row has its name and its path."""
        whole = Section("survey", Row(0, "survey", {}))
        open_sections = [whole]
        if ("type", "") not in self._headers("survey"):
            rows = self.sheets["survey"]
            row = rows[0][0] if rows else None
            self.problem("survey", row, "type", "The sheet “survey” needs a column “type”.")
            return whole
        for number, cells in self._table("survey"):
            kind = re.sub(r"\s+", " ", cells.get(("type", ""), "")).strip()
            if says_yes(cells.get(("disabled", ""), "")):
                continue
            if not kind:
                if cells.get(("name", "")) or self.text(cells, "label"):
                    self.problem("survey", number, "type", "The row has no type. Say what kind of question it is.")
                continue
            self._place(Row(number, kind, cells), open_sections)
        if len(open_sections) > 1:
            kind, number = open_sections[-1].kind, open_sections[-1].row.number
            message = f"This {kind} is begun and never ended: an “end {kind}” row is missing."
            self.problem("survey", number, "type", message)
        return whole

    def _place(self, row: Row, open_sections: list[Section]) -> None:
        plain = row.kind.lower()
        if ended := _END.fullmatch(plain):
            kind = _SECTIONS[ended[1]]
            if len(open_sections) == 1 or open_sections[-1].kind not in (kind, "flat" if kind == "group" else kind):
                self.problem("survey", row.number, "type", f"This ends a {kind}, but no {kind} is open here.")
            else:
                open_sections.pop()
            return
        here = open_sections[-1]
        if begun := _BEGIN.fullmatch(plain):
            if len(open_sections) > DEEPEST:
                self.problem("survey", row.number, "type", f"Groups are nested more than {DEEPEST} deep.")
            section = Section(_SECTIONS[begun[1]], row)
            if section.kind == "loop":
                row.kind = row.kind[begun.start(2) :] if begun[2] else ""
            if section.kind == "group" and self.flat:
                section.kind, row.path, section.rows = "flat", here.row.path, here.rows
            else:
                self._name(row, here)
            here.items.append(section)
            open_sections.append(section)
            return
        here.items.append(row)
        self._name(row, here)

    def _name(self, row: Row, here: Section) -> None:
        name = row.cell("name")
        if not name and row.kind.lower() == "note":
            name = f"generated_note_name_{row.number}"  # as other programs call it
        if not name:
            unnamed = row.kind.lower() in _UNNAMED
            if not unnamed:
                self.problem("survey", row.number, "name", "The row has no name. Give it a short one without spaces.")
            return
        if not _NAME.fullmatch(name):
            message = f"“{name[:60]}” cannot be a name: letters, digits, _ . - only, starting with a letter or _."
            self.problem("survey", row.number, "name", message)
            return
        if name in here.rows:
            message = f"The name “{name}” is used in row {here.rows[name]} too. Each question needs its own."
            self.problem("survey", row.number, "name", message)
            return
        here.rows[name] = row.number
        row.name, row.path = name, (*here.row.path, name)


_SECTIONS = {"group": "group", "repeat": "repeat", "loop": "loop", "lgroup": "repeat", "looped group": "repeat"}
_UNNAMED = frozenset({"audit", "background-audio", "start-geopoint"})
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
"""Quotation marks that a word processor bent, straightened as other programs do."""


def our_name(name: str, taken: set[str], group: str) -> str:
    """A name of ours for a name of the form's: the same where it can be, unique in the whole survey.

    >>> our_name("größe", set(), ""), our_name("age", {"age"}, "two"), our_name("age", {"age", "two.age"}, "two")
    ('grosse', 'two.age', 'two.age.2')
    """
    plain = name
    if not _OURS.fullmatch(plain):
        folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^A-Za-z0-9_.\-]", "_", folded)[:100]
        plain = plain if _OURS.fullmatch(plain) else f"q_{plain}"[:100]
    if plain not in taken:
        return plain
    longer = f"{group}.{plain}"[:100] if group else plain
    if longer not in taken:
        return longer
    return next(found for number in range(2, 10_000) if (found := f"{longer[:90]}.{number}") not in taken)


_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,300}>|(?<!\w)(\*\*|__)(?=\S)|(?<=\S)(\*\*|__)(?!\w)|^#{1,6} ", re.MULTILINE)


def _plain(words: str) -> str:
    """The words without the marks of Markdown and HTML, which our pages would show as they are."""
    return _MARKUP.sub("", words).strip() or words
