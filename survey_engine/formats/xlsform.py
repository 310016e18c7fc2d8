r"""XLSForm (the spreadsheet that ODK, Kobo and SurveyCTO read) to a Survey, with what was lost.

Three things can come of a row. It becomes a question; it is left out and *named* in
``loss`` because Earshot cannot do it, or refuses to for the sake of children's privacy
(where somebody is, which device, who they are, exactly when); or it is a mistake in the
form, told with sheet and row in ``problems``. With any problem there is no survey.

>>> form = "survey,,,\n,type,name,label\n,text,mood,How are you?\n,geopoint,place,Where are you?\n"
>>> imported = read_xlsform(form.encode(), "mood.csv")
>>> [question.name for question in imported.survey.questions], imported.loss[-1].feature
(['mood'], 'geopoint')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from survey_engine.definition import Audience, Choice, Group, Kind, Question, Survey
from survey_engine.expression_parser import parse as parse_xpath
from survey_engine.expressions import Expression, ExpressionError, names
from survey_engine.faults import faults
from survey_engine.formats.account import Imported, ImportProblem, Loss
from survey_engine.formats.spreadsheet import NotReadable, Sheets, read_sheets
from survey_engine.formats.xlsform_words import (
    KINDS,
    KNOWN_SETTINGS,
    NOT_YET,
    PLAIN_LOOKS,
    REFUSED,
    SETTINGS_LOST,
    UNUSED_COLUMNS,
    column_of,
    language_code,
    says_yes,
)
from survey_engine.words import Text


def read_xlsform(data: bytes, filename: str) -> Imported:
    """The survey an XLSForm describes. ``filename`` only names a form that does not name itself."""
    try:
        sheets = read_sheets(data)
    except NotReadable as error:
        return Imported(None, problems=(ImportProblem("", None, "", str(error)),))
    return _Form(sheets, filename).imported()


_PIPED = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_DEEPEST = 20
_LOST_CONDITIONS = {
    "looks_ahead": ("condition on a later question", "Earshot asks one question after the other"),
    "looks_at_note": ("condition on a note", "a note has no answer"),
}
_OR_OTHER = re.compile(r"[ _]or[ _](?:specify[ _])?other$")
_CHOICE_TYPE = re.compile(
    r"(?P<one>select[_ ]one|select1|select one)(?: from)? (?P<list>\S+)|"
    r"(?:select[_ ]multiple|select all that apply|select)(?: from)? (?P<lists>\S+)"
)


@dataclass(slots=True)
class _Section:
    """A group (or something left out) that has begun and not yet ended."""

    kind: str
    row: int
    group: Group | None = None
    items: list[Question | Group] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


class _Form:
    """Goes once through the sheets, building the survey and noting what could not come along."""

    def __init__(self, sheets: Sheets, filename: str) -> None:
        self._sheets = sheets
        self._filename = filename
        self._loss: dict[Loss, None] = {}
        self._problems: list[ImportProblem] = []
        self._rows: dict[str, int] = {}
        self._left_out: set[str] = set()
        self._sections = [_Section("survey", 0)]
        self._settings = self._read_settings()
        self._languages: list[str] = []
        self._default = self._default_language()

    def imported(self) -> Imported:
        if "survey" not in self._sheets:
            has = ", ".join(f"“{name}”" for name in list(self._sheets)[:5]) or "none"
            message = f"An XLSForm has a sheet named “survey”; this file does not (its sheets: {has})."
            return Imported(None, problems=(ImportProblem("survey", None, "", message),))
        self._lists = self._read_choices()
        items = self._read_survey()
        survey = None if self._problems else self._survey(items)
        for name in self._sheets.keys() - {"survey", "choices", "settings"}:
            if name in ("external_choices", "osm", "entities", "columns"):
                self._lose(f"sheet {name}", name, "the sheet is left out")
        problems = sorted(self._problems, key=lambda problem: (problem.sheet, problem.row or 0))
        return Imported(None if problems else survey, tuple(self._loss), tuple(problems))

    # --- sheets

    def _read_settings(self) -> dict[str, str]:
        rows = self._sheets.get("settings", ())
        if len(rows) < 2:
            return {}
        headers = [header.lower().strip() for header in rows[0][1]]
        settings = {header: cell for header, cell in zip(headers, rows[1][1], strict=False) if header and cell}
        for name in settings.keys() - KNOWN_SETTINGS:
            what = SETTINGS_LOST.get(name, "the setting is left out")
            self._lose(f"settings row {rows[1][0]}", name, what)
        return settings

    def _default_language(self) -> str:
        """The language of columns that name none; the survey's first where the form has it."""
        said = self._settings.get("default_language", "")
        if said and said.lower() != "default":
            return language_code(said)
        if any(
            column_of(header) == ("label", "") for _, cells in self._sheets.get("survey", ())[:1] for header in cells
        ):
            self._lose("settings", "default_language", "the form does not say its language: taken to be English (en)")
            return "en"
        for header in self._headers("survey"):
            if header[0] == "label" and header[1]:
                return header[1]
        return "en"

    def _headers(self, sheet: str) -> list[tuple[str, str]]:
        """Each header of a sheet as column and language code ("" where it names none)."""
        rows = self._sheets.get(sheet, ())
        return [column_of(header) for header in rows[0][1]] if rows else []

    def _table(self, sheet: str) -> Iterator[tuple[int, dict[tuple[str, str], str]]]:
        """The rows under the headers: number, and cells by (column, language)."""
        headers = self._headers(sheet)
        twice = {header[0] for header in headers if header[0] and headers.count(header) > 1}
        for column in sorted(twice):
            self._problem(sheet, self._sheets[sheet][0][0], column, f"Two columns say “{column}”. Keep one of them.")
        for _, language in headers:
            if language and language not in self._languages:
                self._languages.append(language)
        for number, cells in self._sheets.get(sheet, ())[1:]:
            yield number, {header: cell for header, cell in zip(headers, cells, strict=False) if header[0] and cell}

    def _read_choices(self) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, dict[str, Choice]] = {}
        if "choices" in self._sheets and not {("list_name", ""), ("name", "")} <= set(self._headers("choices")):
            row = self._sheets["choices"][0][0] if self._sheets["choices"] else None
            self._problem("choices", row, "", "The sheet “choices” needs the columns list_name, name and label.")
            return {}
        for row, cells in self._table("choices"):
            list_name, name = cells.get(("list_name", ""), ""), cells.get(("name", ""), "")
            if not list_name and not name:
                continue
            if not list_name or not name:
                missing = "name" if list_name else "list_name"
                self._problem("choices", row, missing, f"The option has no {missing}. Fill it in.")
                continue
            self._lose_columns("choices", row, cells)
            label = self._text("choices", row, cells, "label")
            if not label:
                self._lose(f"choices row {row}", "option without label", f"its name “{name[:40]}” is shown")
            label.setdefault(self._default, next(iter(label.values()), name))
            options = lists.setdefault(list_name, {})
            if name in options and says_yes(self._settings.get("allow_choice_duplicates", "")):
                self._lose(f"choices row {row}", "two options with one name", f"only the first “{name[:40]}” is kept")
                continue
            if name in options:
                self._problem("choices", row, "name", f"The list “{list_name[:40]}” has two options “{name[:40]}”.")
            try:
                options[name] = Choice(name=name, label=label)
            except ValidationError:
                message = f"“{name[:40]}” cannot be an option's name: at most 100 characters, and not -6 to -9."
                self._problem("choices", row, "name", message)
        return {list_name: tuple(options.values()) for list_name, options in lists.items()}

    def _read_survey(self) -> list[Question | Group]:
        sections = self._sections
        if ("type", "") not in self._headers("survey"):
            self._problem("survey", None, "type", "The sheet “survey” needs a column “type”.")
            return []
        for row, cells in self._table("survey"):
            kind = re.sub(r"\s+", " ", cells.get(("type", ""), "")).strip()
            if cells.get(("disabled", ""), "").lower() in ("yes", "true", "1"):
                continue
            if not kind:
                if cells.get(("name", "")) or self._text("survey", row, cells, "label"):
                    self._problem("survey", row, "type", "The row has no type. Say what kind of question it is.")
                continue
            self._row(row, kind, cells)
        if len(sections) > 1:
            message = f"This {sections[-1].kind} is begun and never ended: an “end {sections[-1].kind}” row is missing."
            self._problem("survey", sections[-1].row, "type", message)
        return sections[0].items

    def _row(self, row: int, kind: str, cells: dict[tuple[str, str], str]) -> None:
        plain = kind.lower()
        if begun := re.fullmatch(r"begin[_ ](group|repeat|loop)(?: over .*|_over_.*)?", plain):
            self._begin(row, begun[1], cells)
        elif ended := re.fullmatch(r"end[_ ](group|repeat|loop)", plain):
            self._end(row, ended[1])
        elif any(section.kind == "loop" for section in self._sections):
            self._left_out.add(cells.get(("name", ""), ""))
        elif reason := REFUSED.get(plain) or REFUSED.get(plain.split(" ")[0]):
            self._left_out.add(cells.get(("name", ""), ""))
            self._lose(f"survey row {row}", plain, f"refused for privacy: Earshot does not record {reason}")
        elif plain == "calculate" and ("calculation", "") not in cells:
            self._problem("survey", row, "calculation", "The row calculates, but does not say what. Fill it in.")
        elif (feature := plain.split(" ")[0]) in NOT_YET:
            self._left_out.add(cells.get(("name", ""), ""))
            self._lose(f"survey row {row}", feature, "not supported: the row is left out")
        else:
            self._question(row, kind, cells)

    def _begin(self, row: int, kind: str, cells: dict[tuple[str, str], str]) -> None:
        section = _Section(kind, row)
        self._sections.append(section)
        if kind == "loop":
            self._lose(f"survey row {row}", "loop", "not supported: the questions inside are left out")
            return
        if len(self._sections) > _DEEPEST:
            self._problem("survey", row, "type", f"Groups are nested more than {_DEEPEST} deep.")
        name = self._name(row, cells)
        if kind == "repeat":
            self._lose(f"survey row {row}", "repeat", "the questions inside are asked once")
        if name is None:
            return
        self._lose_columns("survey", row, cells)
        label = self._text("survey", row, cells, "label")
        relevant = self._condition(row, "relevant", cells)
        section.group = Group(name=name, label=label, relevant=relevant, items=())

    def _end(self, row: int, kind: str) -> None:
        if len(self._sections) == 1 or self._sections[-1].kind != kind:
            self._problem("survey", row, "type", f"This ends a {kind}, but no {kind} is open here.")
            return
        section = self._sections.pop()
        if section.group is not None and section.items:
            self._sections[-1].items.append(section.group.model_copy(update={"items": tuple(section.items)}))

    def _question(self, row: int, kind: str, cells: dict[tuple[str, str], str]) -> None:
        name = self._name(row, cells)
        wanted = self._kind_and_choices(row, kind)
        if name is None or wanted is None:
            return
        answer_kind, choices, with_other = wanted
        self._lose_columns("survey", row, cells)
        looks = set(cells.get(("appearance", ""), "").lower().split())
        if answer_kind is Kind.TEXT and "multiline" in looks:
            answer_kind = Kind.LONG_TEXT
        if odd := sorted(looks - PLAIN_LOOKS):
            self._lose(f"survey row {row}", f"appearance {' '.join(odd)[:60]}", "shown in the plain way")
        if says_yes(cells.get(("readonly", ""), "")) and not choices:
            answer_kind = Kind.NOTE
        hint, label = self._text("survey", row, cells, "hint"), self._text("survey", row, cells, "label")
        if not label and not hint and any(column.startswith("media::") for column, _ in cells):
            self._left_out.add(name)
            self._lose(
                f"survey row {row}", "question without words", "a picture or sound alone cannot be read: left out"
            )
            return
        if not label and not hint:
            self._problem("survey", row, "label", f"“{name}” has neither label nor hint, so there is nothing to ask.")
            return
        if not label:
            label, hint = hint, {}
        question: dict[str, Any] = {
            "name": name,
            "kind": answer_kind,
            "label": self._in_default(row, label),
            "hint": hint,
            "required": answer_kind is not Kind.NOTE and self._required(row, cells),
            "relevant": self._condition(row, "relevant", cells),
            "constraint": None if answer_kind is Kind.NOTE else self._condition(row, "constraint", cells),
            "constraint_message": self._text("survey", row, cells, "constraint_message"),
            "choices": choices,
        }
        self._sections[-1].items.append(Question.model_validate(question))
        if with_other:
            self._sections[-1].items.append(self._other(row, name))

    # --- parts of a row

    def _kind_and_choices(self, row: int, kind: str) -> tuple[Kind, tuple[Choice, ...], bool] | None:
        if plain := KINDS.get(kind.lower()):
            return plain, (), False
        with_other = _OR_OTHER.search(kind) is not None
        select = _CHOICE_TYPE.fullmatch(_OR_OTHER.sub("", kind)) or _CHOICE_TYPE.fullmatch(
            _OR_OTHER.sub("", kind.lower())
        )
        if select is None:
            self._problem("survey", row, "type", f"“{kind[:60]}” is not a type of question that XLSForm has.")
            return None
        name = select["list"] or select["lists"]
        choices = self._lists.get(name) or self._lists.get(
            next((known for known in self._lists if known.lower() == name.lower()), ""), ()
        )
        if not choices:
            message = f"The list “{name[:60]}” is not on the sheet “choices”. Add it there or correct its name."
            self._problem("survey", row, "type", message)
            return None
        if with_other and all(choice.name != "other" for choice in choices):
            choices = (*choices, Choice(name="other", label={self._default: "Other"}))
        return (Kind.SINGLE_CHOICE if select["one"] else Kind.MULTIPLE_CHOICE), choices, with_other

    def _other(self, row: int, name: str) -> Question:
        """XLSForm's "or other": a text question that follows where "other" was chosen."""
        other = f"{name[:90]}_other"
        self._rows.setdefault(other, row)
        relevant = parse_xpath(f"selected(${{{name}}}, 'other')")
        return Question(name=other, kind=Kind.TEXT, label={self._default: "Please say what."}, relevant=relevant)

    def _name(self, row: int, cells: dict[tuple[str, str], str]) -> str | None:
        name = cells.get(("name", ""), "")
        if not name:
            self._problem("survey", row, "name", "The row has no name. Give it a short one without spaces.")
            return None
        if not _NAME.fullmatch(name):
            message = f"“{name[:60]}” cannot be a name: letters, digits, _ . - only, starting with a letter or _."
            self._problem("survey", row, "name", message)
            return None
        if name in self._rows and name not in self._names_here() and self._sections[-1].group is not None:
            longer = f"{self._sections[-1].group.name}.{name}"[:100]
            if longer not in self._rows:
                self._lose(f"survey row {row}", f"the name {name} again, in another group", f"renamed to {longer}")
                self._sections[-1].renamed[name] = longer
                name = longer
        if name in self._rows:
            message = f"The name “{name}” is used in row {self._rows[name]} too. Each question needs its own."
            self._problem("survey", row, "name", message)
            return None
        self._rows[name] = row
        return name

    def _names_here(self) -> set[str]:
        return {item.name for item in self._sections[-1].items}

    def _resolved(self, name: str) -> str:
        """The question a reference means: one of its own groups before any other of that name."""
        return next((section.renamed[name] for section in self._sections[::-1] if name in section.renamed), name)

    def _text(self, sheet: str, row: int, cells: dict[tuple[str, str], str], column: str) -> Text:
        text: Text = {}
        for (name, language), words in cells.items():
            if name == column:
                if piped := _PIPED.findall(words):
                    feature = f"${{{piped[0][:60]}}} inside a text"
                    self._lose(f"{sheet} row {row}", feature, "shown as … : other answers are not repeated")
                    words = _PIPED.sub("…", words)
                text.setdefault(language or self._default, words)
        return text

    def _in_default(self, row: int, label: Text) -> Text:
        if self._default not in label:
            other, words = next(iter(label.items()))
            feature = f"no label in {self._default}"
            self._lose(f"survey row {row}", feature, f"the words in {other} stand in until it is translated")
            return {self._default: words, **label}
        return label

    def _required(self, row: int, cells: dict[tuple[str, str], str]) -> bool:
        said = cells.get(("required", ""), "")
        if says_yes(said):
            return True
        if said.lower().strip() not in ("", "no", "false", "false()", "0"):
            self._lose(f"survey row {row}", "required by a condition", "the question is not required")
        return False

    def _condition(self, row: int, column: str, cells: dict[tuple[str, str], str]) -> Expression | None:
        said = _PIPED.sub(lambda piped: f"${{{self._resolved(piped[1])}}}", cells.get((column, ""), ""))
        said = said.translate(_QUOTES)
        if not said:
            return None
        gone = "the question is asked of everybody" if column == "relevant" else "the answer is not checked by it"
        try:
            condition = parse_xpath(said)
        except ExpressionError as error:
            if error.unsupported:
                self._lose(f"survey row {row}", f"{column}: {error.message}", f"the condition is left out: {gone}")
            else:
                message = f"The condition cannot be read (character {error.position + 1}): {error.message}"
                self._problem("survey", row, column, message)
            return None
        looked_at = names(condition) - ({cells.get(("name", ""), "")} if column == "constraint" else set())
        if missing := sorted(looked_at & self._left_out):
            self._lose(f"survey row {row}", f"{column} on {missing[0]}", f"{missing[0]} is left out, so {gone}")
            return None
        return condition

    def _lose_columns(self, sheet: str, row: int, cells: dict[tuple[str, str], str]) -> None:
        for column, _ in cells:
            if what := UNUSED_COLUMNS.get(column):
                self._lose(f"{sheet} row {row}", column.removeprefix("media::"), what)

    # --- the whole

    def _survey(self, items: list[Question | Group]) -> Survey | None:
        if not items:
            self._problem("survey", None, "", "Nothing is left to ask: the form has no question that Earshot knows.")
            return None
        survey = self._named_survey(tuple(items))
        if survey is None:
            return None
        found = faults(survey)
        unmet = {fault.name for fault in found if fault.code in _LOST_CONDITIONS}
        for fault in found:
            row = self._rows.get(fault.name)
            if lost := _LOST_CONDITIONS.get(fault.code):
                self._lose(f"survey row {row}", lost[0], f"the condition is left out: {lost[1]}")
            elif fault.name not in unmet:
                self._problem("survey", row, "relevant", fault.message)
        return self._named_survey(_without_conditions(survey.items, unmet)) if unmet else survey

    def _named_survey(self, items: tuple[Question | Group, ...]) -> Survey | None:
        stem = re.sub(r"\.[A-Za-z]+$", "", re.split(r"[/\\]", self._filename)[-1])
        title = self._settings.get("form_title") or self._settings.get("title") or stem or "Survey"
        name = self._settings.get("form_id") or self._settings.get("id_string") or stem
        try:
            return Survey(
                name=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "survey",
                title={self._default: title},
                audience=Audience.YOUNG_PERSON,
                languages=(self._default, *(code for code in self._languages if code != self._default)),
                items=items,
            )
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                self._problem("survey", None, "", fault["msg"].removeprefix("Value error, "))
            return None

    def _lose(self, where: str, feature: str, what_happens: str) -> None:
        self._loss[Loss(where, feature, what_happens)] = None

    def _problem(self, sheet: str, row: int | None, column: str, message: str) -> None:
        self._problems.append(ImportProblem(sheet, row, column, message))


def _without_conditions(items: tuple[Question | Group, ...], named: set[str]) -> tuple[Question | Group, ...]:
    """The same items, without the conditions and constraints of those named."""
    kept: list[Question | Group] = []
    for item in items:
        changed: dict[str, Any] = {"relevant": None} if item.name in named else {}
        if isinstance(item, Group):
            changed["items"] = _without_conditions(item.items, named)
        elif changed:
            changed["constraint"] = None
        kept.append(item.model_copy(update=changed))
    return tuple(kept)
