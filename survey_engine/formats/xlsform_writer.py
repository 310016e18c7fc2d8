"""A Survey to XLSForm, as a workbook that ODK, Kobo and pyxform read.

What XLSForm has no column for (how options look, who proposed a question, scales …) stands
in a sheet of our own, ``earshot``, which other programs pass over and our reader applies, as
long as the rest of the form still says what it said. That sheet is found by reading our own
workbook back: whatever comes back differently goes into it. The loss report says what other
programs will not know.

Cells are always written as text, never as formulas.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from babel import Locale, UnknownLocaleError

from survey_engine.definition import CHOICE, SEVERAL, Choice, Group, Kind, Question, Survey
from survey_engine.expressions import Constant, Expression, ExpressionError, Reference
from survey_engine.formats.account import Exported, Loss
from survey_engine.formats.xlsform import read_xlsform
from survey_engine.formats.xlsform_extras import fingerprint
from survey_engine.formats.xlsform_sheets import EXTRAS
from survey_engine.formats.xpath import Form, Path, write_xpath
from survey_engine.words import Media, Text

_TYPES = {
    Kind.TEXT: "text", Kind.LONG_TEXT: "text", Kind.INTEGER: "integer", Kind.DECIMAL: "decimal", Kind.RANGE: "range",
    Kind.DATE: "date", Kind.MONTH: "date", Kind.YEAR: "date", Kind.TIME: "time", Kind.SINGLE_CHOICE: "select_one",
    Kind.AGE_BAND: "select_one", Kind.MULTIPLE_CHOICE: "select_multiple", Kind.RANKING: "rank",
    Kind.ACKNOWLEDGE: "acknowledge", Kind.DRAWING: "image", Kind.PHOTO: "image", Kind.VOICE: "audio",
    Kind.NOTE: "note", Kind.CALCULATED: "calculate", Kind.HIDDEN: "hidden", Kind.LEFT_OUT: "hidden",
}  # fmt: skip
_LOOKS = {Kind.LONG_TEXT: "multiline", Kind.MONTH: "month-year", Kind.YEAR: "year", Kind.DRAWING: "draw"}
_LONGEST_CELL = 15_000
_WHAT_OTHERS_MISS = {
    "appearance": "shown in the plain way", "kind": "asked as the nearest kind there is",
    "provenance": "not passed on", "means": "an option like any other", "exclusive": "can be chosen with others",
    "may_decline": "there is no “I don't want to say”", "max_length": "any length is taken", "voice": "not known",
    "scales": "nothing is scored", "media": "files have to be sent along", "audience": "not known",
    "minutes": "not known", "introduction": "not shown", "credit": "not shown", "asks_who_helps": "not asked", "source": "not passed on",
    "read_as": "read aloud as written", "picture_says": "the picture has no words", "shuffle": "in the order written",
    "repeat": "any number of turns", "left_out": "kept as a hidden field without an answer",
}  # fmt: skip


def write_xlsform(survey: Survey) -> Exported:
    """The survey as an .xlsx workbook, and what other programs will not make of it.

    Reading it with ``read_xlsform`` gives an equal survey.
    """
    bare = _Writer(survey)
    bare.write()
    read = read_xlsform(bare.workbook(()), "form.xlsx")
    if read.survey is None:
        reasons = "; ".join(problem.message for problem in read.problems[:3])
        raise AssertionError(f"our own XLSForm cannot be read back: {reasons}")
    extras = tuple(_differences(read.survey, survey))
    loss = dict.fromkeys(bare.loss)
    for item, name, _, _ in extras:
        feature = name.rpartition("/")[2]
        if feature in _WHAT_OTHERS_MISS:
            loss[Loss(item or "survey", feature, f"other programs: {_WHAT_OTHERS_MISS[feature]}")] = None
    return Exported(bare.workbook(extras), tuple(loss))


@dataclass
class _Sheet:
    """Rows by column; a column appears when something is in it."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, **cells: str) -> dict[str, str]:
        row: dict[str, str] = {}
        self.rows.append(row)
        for column, cell in cells.items():
            self.put(row, column, cell)
        return row

    def put(self, row: dict[str, str], column: str, cell: str) -> None:
        self.columns.setdefault(column, len(self.columns))
        if cell:
            row[column] = cell


class _Writer:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.loss: list[Loss] = []
        self._sheets = {"survey": _Sheet(), "choices": _Sheet(), "settings": _Sheet()}
        self._lists: dict[str, str] = {}
        self._listed: dict[str, str] = {}
        names: dict[Path, str] = {}
        self._written: dict[str, str] = {}
        self._give_names(survey.items, (), names)
        repeats = frozenset(name for name, groups in survey.repeats.items() if groups and groups[-1].name == name)
        for column in ("type", "name"):
            self._sheets["survey"].columns.setdefault(column, len(self._sheets["survey"].columns))
        for column in ("list_name", "name"):
            self._sheets["choices"].columns.setdefault(column, len(self._sheets["choices"].columns))
        for question in survey.questions:
            if question.choices:
                self._list_of(question)
        lists: dict[str, str] = {}
        for question in survey.questions:
            if question.choices:
                lists.setdefault(self._listed[question.name], question.name)
        self._form = Form(names, repeats, lists)

    def _give_names(self, items: Sequence[Question | Group], above: Path, names: dict[Path, str]) -> None:
        for item in items:
            wanted = item.written_as or item.name
            reserved = wanted == "meta" or wanted == (self._survey.written_as or "data")
            path = (*above, wanted if not reserved and (*above, wanted) not in names else f"{wanted}_")
            names[path], self._written[item.name] = item.name, path[-1]
            if isinstance(item, Group):
                self._give_names(item.items, path, names)

    # --- sheets

    def write(self) -> None:
        """Fill the sheets."""
        self._items(self._survey.items)
        default = self._survey.languages[0]
        settings = {
            "form_title": self._survey.title.get(default, self._survey.name), "form_id": self._survey.name,
            "default_language": _column_language(default), "name": self._survey.written_as or "",
        }  # fmt: skip
        if any(len(q.option_names) < len(q.choices) for q in self._survey.questions):
            settings["allow_choice_duplicates"] = "yes"
        self._sheets["settings"].add(**{name: cell for name, cell in settings.items() if cell})

    def workbook(self, extras: Sequence[tuple[str, str, str, str]]) -> bytes:
        """The file, with the rows of our own sheet."""
        file = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(file, options) as book:
            heading = book.add_format({"bold": True, "bottom": 1})
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            for name, sheet in self._sheets.items():
                if name == "choices" and not sheet.rows:
                    continue
                page = book.add_worksheet(name)
                page.freeze_panes(1, 2)
                for column, place in sheet.columns.items():
                    page.write_string(0, place, column, heading)
                    page.set_column(place, place, 40 if column.startswith(("label", "hint")) else 18)
                for number, row in enumerate(sheet.rows, start=1):
                    for column, cell in row.items():
                        page.write_string(number, sheet.columns[column], cell, wrapped)
            if extras:
                page = book.add_worksheet(EXTRAS)
                for place, column in enumerate(("item", "field", "while", "value")):
                    page.write_string(0, place, column, heading)
                for number, (item, name, standing, value) in enumerate(extras, start=1):
                    cells = [item, name, standing]
                    cells += [value[start : start + _LONGEST_CELL] for start in range(0, len(value), _LONGEST_CELL)]
                    for place, cell in enumerate(cells):
                        page.write_string(number, place, cell)
        return file.getvalue()

    # --- rows

    def _items(self, items: Sequence[Question | Group]) -> None:
        for item in items:
            if isinstance(item, Group):
                self._group(item)
            else:
                self._question(item)

    def _group(self, group: Group) -> None:
        kind = "group" if group.repeat is None else "repeat"
        row = self._row(f"begin_{kind}", group)
        if group.repeat is not None and group.repeat.count is not None:
            self._put(row, "repeat_count", self._xpath(group, "repeat_count", group.repeat.count))
        if group.appearance == "grid":
            self._put(row, "appearance", "table-list")
        self._items(group.items)
        self._sheets["survey"].add(type=f"end_{kind}")

    def _question(self, question: Question) -> None:
        kind = _TYPES[question.kind]
        if question.kind in CHOICE:
            kind = f"{kind} {self._listed[question.name]}"
        if question.kind is Kind.CALCULATED and question.calculation is None:
            kind = "hidden"
        row = self._row(kind, question)
        self._texts(row, "guidance_hint", question.guidance)
        self._texts(row, "constraint_message", question.constraint_message)
        self._texts(row, "required_message", question.required_message)
        self._put(row, "required", "yes" if question.required else "")
        if question.required_if is not None:
            self._put(row, "required", self._xpath(question, "required", question.required_if))
        if question.read_only and question.kind is not Kind.NOTE:
            self._put(row, "readonly", "yes")
        for column in ("constraint", "calculation", "choice_filter"):
            expression: Expression | None = getattr(question, column)
            if expression is not None:
                self._put(row, column, self._xpath(question, column, expression))
        if question.default is not None:
            is_text = isinstance(question.default, Constant) and isinstance(question.default.value, str)
            said = str(question.default.value) if is_text and isinstance(question.default, Constant) else None
            self._put(row, "default", self._xpath(question, "default", question.default) if said is None else said)
        self._put(row, "parameters", self._parameters(question))
        self._put(row, "appearance", _LOOKS.get(question.kind, ""))
        self._media(row, "media::image", question.picture)
        self._media(row, "media::audio", question.audio)

    def _row(self, kind: str, item: Question | Group) -> dict[str, str]:
        row = self._sheets["survey"].add(type=kind, name=self._written[item.name])
        self._texts(row, "label", item.label)
        self._texts(row, "hint", item.hint)
        if item.relevant is not None:
            self._put(row, "relevant", self._xpath(item, "relevant", item.relevant))
        if item.read_only_if is not None:
            self._put(row, "readonly", self._xpath(item, "readonly", item.read_only_if))
        return row

    def _put(self, row: dict[str, str], column: str, cell: str) -> None:
        if cell:
            self._sheets["survey"].put(row, column, cell)

    def _texts(self, row: dict[str, str], column: str, text: Text) -> None:
        for language, words in text.items():
            self._put(row, f"{column}::{_column_language(language)}", self._piped(words))

    def _media(self, row: dict[str, str], column: str, media: Media) -> None:
        for language, name in media.items():
            self._put(row, f"{column}::{_column_language(language)}", name)

    def _piped(self, words: str) -> str:
        def theirs(found: re.Match[str]) -> str:
            written = self._written.get(found[1])
            return "…" if written is None or len(self._form.by_last[written]) > 1 else f"${{{written}}}"

        return re.sub(r"\$\{\s*([^}]*?)\s*\}", theirs, words)

    def _parameters(self, question: Question) -> str:
        given = []
        if question.kind is Kind.RANGE:
            bounds = (("start", question.least), ("end", question.most), ("step", question.step or 1))
            given += [f"{name}={_plain(value)}" for name, value in bounds if value is not None]
        if question.shuffle and question.choices:
            given.append("randomize=true")
            if isinstance(question.shuffle_seed, Reference):
                given.append(f"seed={self._xpath(question, 'parameters', question.shuffle_seed)}")
        return " ".join(given)

    def _xpath(self, item: Question | Group, column: str, expression: Expression) -> str:
        try:
            return write_xpath(expression, self._form, self._form.paths[item.name])
        except ExpressionError as error:
            self.loss.append(Loss(item.name, f"{column}: {error.message}", "other programs: left out"))
            return ""

    # --- lists of options

    def _list_of(self, question: Question) -> None:
        spaced = question.kind in SEVERAL and any(" " in name for name in question.option_names)
        key = json.dumps([spaced, [choice.model_dump(mode="json") for choice in question.choices]], sort_keys=True)
        if key not in self._lists:
            stem = re.sub(r"[^A-Za-z0-9_]", "_", question.name)[:60] + "_options"
            taken = set(self._lists.values())
            names = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
            self._lists[key] = next(name for name in names if name not in taken)
            for choice in question.choices:
                self._choice(self._lists[key], choice, question, spaced)
        self._listed[question.name] = self._lists[key]

    def _choice(self, listed: str, choice: Choice, question: Question, spaced: bool) -> None:
        name = choice.name
        if spaced and " " in name:
            name = name.replace(" ", "_")
            self.loss.append(Loss(question.name, f"option “{choice.name}”", f"other programs: called {name}"))
        sheet = self._sheets["choices"]
        row = sheet.add(list_name=listed, name=name)
        for language, words in choice.label.items():
            sheet.put(row, f"label::{_column_language(language)}", words)
        for kind, media in (("image", choice.picture), ("audio", choice.audio)):
            for language, file in media.items():
                sheet.put(row, f"media::{kind}::{_column_language(language)}", file)
        for column, cell in choice.columns.items():
            if column not in ("list_name", "name", "label") and re.fullmatch(r"[A-Za-z_][\w.\-]*", column):
                sheet.put(row, column, cell)


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


def _column_language(code: str) -> str:
    """How a column names a language: ``English (en)``."""
    if code.endswith("-x-easy"):
        return f"Easy Read ({code})"
    try:
        name = Locale.parse(code.split("-x-")[0], sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        name = code
    return f"{re.sub(r'[^A-Za-z ]', '', name).strip() or code} ({code})"


# --- what our own sheet holds


def _differences(read: Survey, survey: Survey) -> Iterator[tuple[str, str, str, str]]:
    """Every field that does not come back from the plain sheets: item, field, what it stands while, value."""
    ours, theirs = survey.model_dump(mode="json"), read.model_dump(mode="json")
    ours_items, theirs_items = list(_flat(ours["items"])), list(_flat(theirs["items"]))
    same_tree = [depth for depth, _ in ours_items] == [depth for depth, _ in theirs_items]
    if same_tree:
        for (_, item), (_, back) in zip(ours_items, theirs_items, strict=True):
            yield from _fields(back["name"], back, item, without=("items", "choices"))
            yield from _options(back, item)
    yield from _fields("", theirs, ours, without=("items",) if same_tree else ())


def _flat(items: list[dict[str, Any]], depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    for item in items:
        yield depth, item
        yield from _flat(item.get("items", []), depth + 1)


def _fields(
    name: str, back: dict[str, Any], item: dict[str, Any], *, without: tuple[str, ...], prefix: str = ""
) -> Iterator[tuple[str, str, str, str]]:
    for key in dict.fromkeys((*item, *back)):
        if key not in without and item.get(key) != back.get(key):
            value = json.dumps(item[key], ensure_ascii=False) if key in item else ""
            yield name, f"{prefix}{key}", fingerprint(back.get(key)), value


def _options(back: dict[str, Any], item: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    ours, theirs = item.get("choices", []), back.get("choices", [])
    if [choice["name"] for choice in ours] != [choice["name"] for choice in theirs] or len(
        {choice["name"] for choice in ours}
    ) < len(ours):
        yield from _fields(back["name"], {"choices": theirs}, {"choices": ours}, without=())
        return
    for choice, read in zip(ours, theirs, strict=True):
        yield from _fields(back["name"], read, choice, without=(), prefix=f"choices/{choice['name']}/")
