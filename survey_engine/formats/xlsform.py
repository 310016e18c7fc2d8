r"""XLSForm (the spreadsheet that ODK, Kobo and SurveyCTO read) to a Survey, with what was lost.

Three things can come of a row. It becomes a question; its place is kept but it is never
asked (``Kind.LEFT_OUT``) and *named* in ``loss``, because Earshot cannot do it, or refuses
to for the sake of children's privacy (where somebody is, which device, who they are, exactly
when); or it is a mistake in the form, told with sheet and row in ``problems``. With any
problem there is no survey.

>>> form = "survey,,,\n,type,name,label\n,text,mood,How are you?\n,geopoint,place,Where are you?\n"
>>> imported = read_xlsform(form.encode(), "mood.csv")
>>> [question.kind.value for question in imported.survey.questions], imported.loss[-1].feature
(['text', 'left_out'], 'geopoint')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from survey_engine.definition import (
    CHOICE,
    FREE_TEXT,
    MOST_TURNS,
    Audience,
    Choice,
    Group,
    Kind,
    Question,
    Repeat,
    Survey,
    turns_in_all,
)
from survey_engine.expressions import Call, Constant, Expression, ExpressionError, Logic, This
from survey_engine.faults import faults
from survey_engine.formats.account import Imported, ImportProblem
from survey_engine.formats.spreadsheet import NotReadable, Sheets, read_sheets
from survey_engine.formats.xlsform_extras import with_extras
from survey_engine.formats.xlsform_sheets import EXTRAS, Option, Row, Section, Workbook, our_name
from survey_engine.formats.xlsform_words import (
    DRAWN_LOOKS,
    KINDS,
    NOT_YET,
    PLAIN_LOOKS,
    REFUSED,
    WITH_A_MOMENT,
    WITHOUT_A_PLACE,
    says_yes,
)
from survey_engine.formats.xpath import Form, read_xpath
from survey_engine.situation import circles
from survey_engine.words import Media, Text

TURNS_IMPORTED = (20, 10, 5, 3, 2, 1)
"""How many turns a repeat may have, which XLSForm does not say: the most that the survey can hold."""
_NEEDS_WORDS = ("where somebody is", "films and other files, which show who somebody is")


def read_xlsform(data: bytes, filename: str) -> Imported:
    """The survey an XLSForm describes. ``filename`` only names a form that does not name itself."""
    try:
        sheets = read_sheets(data)
    except NotReadable as error:
        return Imported(None, problems=(ImportProblem("", None, "", str(error)),))
    if "survey" not in sheets and len(sheets) == 1:
        sheets = {"survey": next(iter(sheets.values()))}  # a workbook of one sheet need not name it
    if "survey" not in sheets:
        has = ", ".join(f"“{name}”" for name in list(sheets)[:5]) or "none"
        message = f"An XLSForm has a sheet named “survey”; this file does not (its sheets: {has})."
        return Imported(None, problems=(ImportProblem("survey", None, "", message),))
    return _Reader(sheets, filename).imported()


_PIPED = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_ROOT = re.compile(r"[^\W\d][\w.\-]{0,99}")
_OR_OTHER = re.compile(r"[ _]or[ _](?:specify[ _])?other$")
_CHOICE_TYPE = re.compile(
    r"(?P<rank>rank) (?P<ranked>\S+)|"
    r"(?P<one>select[_ ]one|select1|add select one prompt using|q select1|select one using)(?: from)? (?P<list>\S+)|"
    r"(?:select[_ ]multiple|select all that apply|add select multiple prompt using|select multiple using|q select|select)"
    r"(?: from)? (?P<lists>\S+)"
)
_YES, _NO = ("yes", "true", "true()", "1"), ("", "no", "false", "false()", "0")


class _Reader:
    """Goes once through the rows, building the survey and noting what could not come along."""

    def __init__(self, sheets: Sheets, filename: str) -> None:
        self._book = Workbook(sheets)
        self._filename = filename
        self._lists = self._book.lists()
        self._whole = self._book.form()
        self._add_other(self._whole)
        self._our: dict[tuple[str, ...], str] = {}
        self._rows: dict[str, int] = {}
        self._listed: dict[str, tuple[Choice, ...]] = {}
        self._read: dict[tuple[str, tuple[str, ...], bool], Expression | ExpressionError] = {}
        repeats: set[str] = set()
        lists: dict[str, str] = {}
        self._give_names(self._whole, repeats, lists)
        self._form = Form(self._our, frozenset(repeats), lists)

    def imported(self) -> Imported:
        items = self._items(self._whole)
        survey = None if self._book.problems else self._survey(items)
        for name in self._book.sheets.keys() - {"survey", "choices", "settings", EXTRAS}:
            if name in ("external_choices", "osm", "entities", "columns"):
                self._book.lose(f"sheet {name}", name, "the sheet is left out")
        problems = sorted(self._book.problems, key=lambda problem: (problem.sheet, problem.row or 0))
        return Imported(None if problems else survey, tuple(self._book.loss), tuple(problems))

    def _add_other(self, section: Section) -> None:
        """Lists asked with "or other" get that option, wherever else they are used."""
        for item in section.items:
            if isinstance(item, Section):
                self._add_other(item)
            elif (select := _selected_list(item.kind)) and select[2]:
                options = self._list_called(select[1])
                if options and all(option.name != "other" for option in options):
                    options.append(Option(options[-1].row, "other", {self._book.default: "Other"}, {}, {}))

    # --- names, before anything can be referred to

    def _give_names(self, section: Section, repeats: set[str], lists: dict[str, str]) -> None:
        group = self._our.get(section.row.path, "")
        for item in self._with_turns(section):
            row = item if isinstance(item, Row) else item.row
            if isinstance(item, Section) and item.kind == "flat":
                self._give_names(item, repeats, lists)
                continue
            if not row.name:  # already a problem; what is inside is still looked at
                if isinstance(item, Section):
                    self._give_names(item, repeats, lists)
                continue
            name = our_name(row.name, set(self._rows), group)
            if name != row.name:
                what = "in another group" if row.name in self._rows else "as a name of ours"
                self._book.lose(f"survey row {row.number}", f"the name {row.name} {what}", f"renamed to {name}")
            self._our[row.path], self._rows[name] = name, row.number
            if isinstance(item, Section):
                if item.kind == "repeat":
                    repeats.add(name)
                self._give_names(item, repeats, lists)
            elif select := _selected_list(row.kind):
                lists.setdefault(select[1], name)
                if select[2]:
                    other = (*row.path[:-1], f"{row.name}_other")
                    self._our[other] = our_name(other[-1], set(self._rows), group)
                    self._rows[self._our[other]] = row.number

    def _with_turns(self, section: Section) -> list[Row | Section]:
        """What a section holds; a loop holds its rows once for each option of its list, in groups."""
        if section.kind != "loop":
            return section.items
        if section.row.path:
            section.items = [self._turn(section, option) for option in self._lists.get(section.row.kind, ())]
            section.kind = "group"
            where = f"survey row {section.row.number}"
            self._book.lose(where, "loop", f"asked as {len(section.items)} groups, one for each option")
        return section.items

    def _turn(self, section: Section, option: Option) -> Section:
        words = {"name": option.name, "label": next(iter(option.label.values()), option.name)}

        def filled(said: str) -> str:
            return re.sub(r"%\((name|label)\)s", lambda found: words[found[1]], said)

        def copied(item: Row | Section, path: tuple[str, ...]) -> Row | Section:
            row = item if isinstance(item, Row) else item.row
            cells = {column: filled(cell) for column, cell in row.cells.items()}
            turned = Row(row.number, row.kind, cells, filled(row.name), (*path, filled(row.name)) if row.name else ())
            if isinstance(item, Row):
                return turned
            return Section(item.kind, turned, [copied(inner, turned.path) for inner in item.items])

        path = (*section.row.path, option.name)
        row = Row(
            section.row.number, "", {("label", lang): said for lang, said in option.label.items()}, option.name, path
        )
        return Section("group", row, [copied(item, path) for item in section.items])

    # --- the tree

    def _items(self, section: Section) -> list[Question | Group]:
        made: list[Question | Group] = []
        for item in section.items:
            if isinstance(item, Section):
                made += self._dissolved(item) if item.kind == "flat" else self._group(item)
            else:
                made += self._row(item)
        return made

    def _dissolved(self, section: Section) -> list[Question | Group]:
        """The items of a group that the form wants flat, each with the group's condition as well as its own."""
        condition = self._condition(section.row, "relevant")
        items = self._items(section)
        if condition is None:
            return items
        both = [
            condition if item.relevant is None else Logic(op="and", parts=(condition, item.relevant)) for item in items
        ]
        return [item.model_copy(update={"relevant": whole}) for item, whole in zip(items, both, strict=True)]

    def _group(self, section: Section) -> Iterator[Group]:
        row = section.row
        items = self._items(section)
        if not row.name or not items:
            return
        self._book.lose_unused("survey", row.number, row.cells)
        group: dict[str, Any] = {
            "name": self._our[row.path],
            "label": self._text(row, "label"),
            "hint": self._text(row, "hint"),
            "relevant": self._condition(row, "relevant"),
            "read_only_if": self._read_only(row)[1],
            "items": tuple(items),
            "written_as": self._written_as(row),
        }
        if section.kind == "repeat":
            group["repeat"] = Repeat(count=self._condition(row, "repeat_count"), most=TURNS_IMPORTED[0])
        if "table-list" in row.cell("appearance").lower().split() and _is_grid(items):
            group["appearance"] = "grid"
        yield from self._made(Group, row, group)

    def _row(self, row: Row) -> Iterator[Question]:
        plain = row.kind.lower()
        refused = REFUSED.get(plain) or REFUSED.get(plain.split(" ")[0])
        elsewhere = NOT_YET.get(plain) or NOT_YET.get(plain.split(" ")[0])
        external = next((start for start in NOT_YET if plain.startswith(f"{start} ")), "")
        if refused:
            self._book.lose(
                f"survey row {row.number}", plain, f"refused for privacy: Earshot does not record {refused}"
            )
            seen = refused in _NEEDS_WORDS and plain not in ("start-geopoint", "background-geopoint")
            if plain not in WITHOUT_A_PLACE and row.name and self._has_words(row, seen):
                yield from self._left_out(row, f"does not record {refused}")
        elif elsewhere or external:
            reason = elsewhere or NOT_YET[external]
            feature = external or plain.split(" ")[0]
            self._book.lose(f"survey row {row.number}", feature, f"not supported ({reason}): the row is left out")
            if plain not in WITHOUT_A_PLACE and row.name and self._has_words(row, True):
                yield from self._left_out(row, f"cannot ask it: {reason}")
        else:
            yield from self._question(row)

    def _has_words(self, row: Row, needed: bool) -> bool:
        """Whether a row that a person would see says anything; a problem where it does not."""
        if not needed or any(column in ("label", "hint") or column.startswith("media::") for column, _ in row.cells):
            return True
        message = f"“{row.name}” has neither label nor hint, so there is nothing to ask."
        self._book.problem("survey", row.number, "label", message)
        return False

    def _left_out(self, row: Row, reason: str) -> Iterator[Question]:
        question = {
            "name": self._our[row.path], "kind": Kind.LEFT_OUT, "label": self._text(row, "label"),
            "relevant": self._condition(row, "relevant"), "left_out": f"Earshot {reason}.",
            "constraint": self._condition(row, "constraint") or _built_in_rule(row),
            "read_only": self._read_only(row)[0] or KINDS.get(row.kind.lower()) is Kind.NOTE,
            "written_as": self._written_as(row),
        }  # fmt: skip
        question |= self._needs(row)
        yield from self._made(Question, row, question)

    def _question(self, row: Row) -> Iterator[Question]:
        kind, listed, with_other = self._kind_of(row)
        if kind is None or not row.name:
            return
        if kind is Kind.LEFT_OUT:
            yield from self._left_out(row, "cannot ask it: the options are answers to another question")
            return
        where = f"survey row {row.number}"
        self._book.lose_unused("survey", row.number, row.cells)
        choices = self._choices(listed) if listed else ()
        looks = set(row.cell("appearance").lower().split())
        read_only, read_only_if = self._read_only(row)
        calculation = self._condition(row, "calculation")
        if kind is Kind.CALCULATED and not row.cell("calculation") and not row.cell("default"):
            message = "The row calculates, but does not say what. Fill it in."
            self._book.problem("survey", row.number, "calculation", message)
            return
        kind = self._kind_now(row, kind, looks, read_only, calculation is not None)
        hint, label = self._text(row, "hint"), self._text(row, "label")
        pictured = any(column.startswith("media::") for column, _ in row.cells)
        if not label and not hint and kind not in (Kind.CALCULATED, Kind.HIDDEN):
            if not pictured:
                message = f"“{row.name}” has neither label nor hint, so there is nothing to ask."
                self._book.problem("survey", row.number, "label", message)
                return
            self._book.lose(where, "question without words", "a picture or sound alone cannot be read: left out")
            yield from self._left_out(row, "needs words beside a picture or a sound")
            return
        if not label and hint:
            label, hint = hint, {}
        question: dict[str, Any] = {
            "name": self._our[row.path],
            "kind": kind,
            "label": self._in_default(row, label) if label else label,
            "hint": hint,
            "guidance": self._text(row, "guidance_hint"),
            "relevant": self._condition(row, "relevant"),
            "constraint": None if kind is Kind.NOTE else self._condition(row, "constraint"),
            "constraint_message": self._text(row, "constraint_message"),
            "required_message": self._text(row, "required_message"),
            **self._offered(row, choices),
            "calculation": calculation,
            "default": self._default(row, kind),
            "read_only": read_only and kind is not Kind.NOTE,
            "read_only_if": read_only_if,
            "picture": self._media(row, "image"),
            "audio": self._media(row, "audio"),
            "written_as": self._written_as(row),
        }
        question |= self._needs(row)
        question |= self._parameters(row, kind)
        yield from self._made(Question, row, question)
        if with_other:
            yield from self._other(row)

    # --- parts of a row

    def _kind_of(self, row: Row) -> tuple[Kind | None, str, bool]:
        """The kind a row asks for, its list of options, and whether "other, say what" is one of them."""
        select = _selected_list(row.kind)
        if plain := KINDS.get(row.kind.lower()):
            return plain, "", False
        if select is None:
            message = f"“{row.kind[:60]}” is not a type of question that XLSForm has."
            self._book.problem("survey", row.number, "type", message)
            return None, "", False
        kind, listed, with_other = select
        if listed.startswith("${"):
            self._book.lose(f"survey row {row.number}", "options from answers", "not supported: the row is left out")
            return Kind.LEFT_OUT, "", False
        if not self._list_called(listed):
            message = f"The list “{listed[:60]}” is not on the sheet “choices”. Add it there or correct its name."
            self._book.problem("survey", row.number, "type", message)
            return None, "", False
        return kind, listed, with_other

    def _kind_now(self, row: Row, kind: Kind, looks: set[str], read_only: bool, calculated: bool) -> Kind:
        """The kind that a row's looks and its other columns make of it."""
        where = f"survey row {row.number}"
        odd = looks - PLAIN_LOOKS
        if kind is Kind.TEXT and "multiline" in looks:
            kind = Kind.LONG_TEXT
        elif kind is Kind.DATE and looks & {"month-year", "year"}:
            odd -= {"month-year", "year"}
            kind = Kind.MONTH if "month-year" in looks else Kind.YEAR
        elif kind is Kind.PHOTO and looks & DRAWN_LOOKS:
            odd -= DRAWN_LOOKS
            kind = Kind.DRAWING
        if row.kind.lower() in WITH_A_MOMENT:
            self._book.lose(where, row.kind.lower(), "asked as a day; the time of day is not asked")
        if odd:
            self._book.lose(where, f"appearance {' '.join(sorted(odd))[:60]}", "shown in the plain way")
        if calculated and kind not in (Kind.CALCULATED, Kind.NOTE, Kind.HIDDEN) and kind not in CHOICE:
            self._book.lose(where, f"{row.kind.lower()} with a calculation", "worked out, neither shown nor typed over")
            return Kind.CALCULATED
        return Kind.NOTE if read_only and kind in FREE_TEXT else kind

    def _choices(self, listed: str) -> tuple[Choice, ...]:
        made = self._listed.get(listed)
        if made is None:
            made = self._listed[listed] = tuple(
                choice for option in self._list_called(listed) for choice in self._choice(option)
            )
        return made

    def _offered(self, row: Row, choices: tuple[Choice, ...]) -> dict[str, Any]:
        """The options and the filter; without a filter, of two options with one name the first is kept."""
        condition = self._condition(row, "choice_filter") if choices else None
        if condition is None and len({choice.name for choice in choices}) < len(choices):
            kept = {choice.name: choice for choice in reversed(choices)}
            choices = tuple(choice for choice in choices if kept[choice.name] is choice)
            self._book.lose(f"survey row {row.number}", "two options with one name", "only the first is kept")
        return {"choices": choices, "choice_filter": condition}

    def _choice(self, option: Option) -> Iterator[Choice]:
        try:
            yield Choice(
                name=option.name, label=option.label, columns=option.columns,
                picture=self._files(option.media.get("image", {}), f"choices row {option.row}", "image"),
                audio=self._files(option.media.get("audio", {}), f"choices row {option.row}", "audio"),
            )  # fmt: skip
        except ValidationError:
            message = f"“{option.name[:40]}” cannot be an option's name: at most 100 characters, and not -6 to -9."
            self._book.problem("choices", option.row, "name", message)

    def _list_called(self, name: str) -> list[Option]:
        found = self._lists.get(name)
        if found is None:
            found = self._lists.get(next((known for known in self._lists if known.lower() == name.lower()), ""), [])
        return found

    def _other(self, row: Row) -> Iterator[Question]:
        """XLSForm's "or other": a text question that follows where "other" was chosen."""
        path = (*row.path[:-1], f"{row.name}_other")
        relevant = read_xpath(f"selected(../{row.name}, 'other')", self._form, path)
        question = {
            "name": self._our[path], "kind": Kind.TEXT, "label": {self._book.default: "Please say what."},
            "relevant": relevant, "written_as": path[-1] if path[-1] != self._our[path] else None,
        }  # fmt: skip
        yield from self._made(Question, row, question)

    def _needs(self, row: Row) -> dict[str, Any]:
        """Whether the row must be answered: always, never, or by a condition."""
        said = row.cell("required").strip().lower()
        if said in _YES or said in _NO:
            return {"required": said in _YES}
        return {"required_if": self._condition(row, "required")}

    def _read_only(self, row: Row) -> tuple[bool, Expression | None]:
        said = row.cell("readonly").strip().lower()
        if said in _YES or said in _NO:
            return said in _YES, None
        return False, self._condition(row, "readonly")

    def _default(self, row: Row, kind: Kind) -> Expression | None:
        said = row.cell("default")
        if not said:
            return None
        if kind is not Kind.HIDDEN:
            what = "no answer is filled in beforehand, because that nudges"
            self._book.lose(f"survey row {row.number}", "default", what)
        if "${" in said or (re.search(r"[a-z][a-z-]*\s*\(", said) and self._is_expression(row, said)):
            return self._condition(row, "default")
        return Constant(value=said)

    def _is_expression(self, row: Row, said: str) -> bool:
        """Whether a default is worked out, and not just words with brackets in them."""
        return not isinstance(self._understood(row, "default", said), ExpressionError)

    def _parameters(self, row: Row, kind: Kind) -> dict[str, Any]:
        given = dict(pair.split("=", 1) for pair in re.split(r"[\s,;]+", row.cell("parameters").strip()) if "=" in pair)
        given = {name.strip().lower(): value.strip() for name, value in given.items()}
        found: dict[str, Any] = {}
        if kind is Kind.RANGE:
            bounds = {"least": given.pop("start", "0" if given else "1"), "most": given.pop("end", "10")}
            bounds["step"] = given.pop("step", "1")
            try:
                found = {name: float(value) for name, value in bounds.items()}
            except ValueError:
                message = "A range needs numbers: start=0 end=10 step=1."
                self._book.problem("survey", row.number, "parameters", message)
                return {"least": 0, "most": 1}
            found["least"], found["most"] = min(found["least"], found["most"]), max(found["least"], found["most"])
            found["step"] = abs(found["step"]) or 1
        if says_yes(given.pop("randomize", "")):
            found["shuffle"] = True
            if seed := given.pop("seed", ""):
                found["shuffle_seed"] = self._expression(row, "parameters", seed)
        for name in sorted(given):
            self._book.lose(f"survey row {row.number}", f"parameter {name[:40]}", "asked in the plain way")
        return found

    def _media(self, row: Row, kind: str) -> Media:
        return self._files(self._book.text(row.cells, f"media::{kind}"), f"survey row {row.number}", kind)

    def _files(self, named: Mapping[str, str], where: str, kind: str) -> Media:
        kept: Media = {}
        for language, name in named.items():
            if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,119}", name):
                kept[language] = name
                what = "the form names it only: upload it, or it is not shown"
                self._book.lose(where, f"{kind} {name[:60]}", what)
            else:
                self._book.lose(where, kind, "its name cannot be a file's name: left out")
        return kept

    def _written_as(self, row: Row) -> str | None:
        return row.name if row.name != self._our[row.path] else None

    def _text(self, row: Row, column: str) -> Text:
        return {
            language: self._piped(row, column, words) for language, words in self._book.text(row.cells, column).items()
        }

    def _piped(self, row: Row, column: str, words: str) -> str:
        """Words with ``${name}`` in them, named our way; they show the answer to that question."""

        def ours(found: re.Match[str]) -> str:
            name = self._form.named(found[1], row.path) if found[1] else None
            if name is None:
                message = f"The words repeat the answer to “{found[1][:60]}”, but there is no question of that name."
                self._book.problem("survey", row.number, column, message)
                return "…"
            return f"${{{name}}}"

        return _PIPED.sub(ours, words) if "${" in words else words

    def _in_default(self, row: Row, label: Text) -> Text:
        default = self._book.default
        if default not in label:
            other, words = next(iter(label.items()))
            feature = f"no label in {default}"
            what = f"the words in {other} stand in until it is translated"
            self._book.lose(f"survey row {row.number}", feature, what)
            return {default: words, **label}
        return label

    def _condition(self, row: Row, column: str) -> Expression | None:
        said = row.cell(column).strip()
        return self._expression(row, column, said) if said else None

    def _expression(self, row: Row, column: str, said: str) -> Expression | None:
        read = self._understood(row, column, said)
        if not isinstance(read, ExpressionError):
            return read
        if read.unsupported:
            gone = _WITHOUT.get(column, "it does not count")
            self._book.lose(f"survey row {row.number}", f"{column}: {read.message}", f"left out: {gone}")
        else:
            message = (
                f"The {_CALLED.get(column, 'condition')} cannot be read (character {read.position + 1}): {read.message}"
            )
            self._book.problem("survey", row.number, column, message)
        return None

    def _understood(self, row: Row, column: str, said: str) -> Expression | ExpressionError:
        """What an expression means; the same words in the same place are read once."""
        of_choices = column == "choice_filter"
        here = row.path if "." in said else row.path[:-1]
        key = (said, here, of_choices)
        if key not in self._read:
            try:
                self._read[key] = read_xpath(said, self._form, row.path, of_choices=of_choices)
            except ExpressionError as error:
                self._read[key] = error
        return self._read[key]

    def _made(self, kind: type[Any], row: Row, fields: dict[str, Any]) -> Iterator[Any]:
        try:
            yield kind(**fields)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                said = str(fault["msg"]).removeprefix("Value error, ")
                column = str(fault["loc"][0]) if fault["loc"] else ""
                self._book.problem("survey", row.number, column, f"{said[:1].upper()}{said[1:]}.")

    # --- the whole

    def _survey(self, items: list[Question | Group]) -> Survey | None:
        if not items:
            self._book.problem(
                "survey", None, "", "Nothing is left to ask: the form has no question that Earshot knows."
            )
            return None
        settings = self._book.settings
        stem = re.sub(r"\.[A-Za-z]+$", "", re.split(r"[/\\]", self._filename)[-1])
        title = next((settings[key] for key in ("form_title", "set_form_title", "title") if settings.get(key)), stem)
        name = next((settings[key] for key in ("form_id", "set_form_id", "id_string") if settings.get(key)), stem)
        facts: dict[str, Any] = {
            "name": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-") or "survey",
            "title": {self._book.default: title or "Survey"},
            "audience": Audience.YOUNG_PERSON,
            "written_as": settings.get("name") if _ROOT.fullmatch(settings.get("name", "")) else None,
            "languages": (self._book.default, *(code for code in self._book.languages if code != self._book.default)),
        }
        most = next(most for most in TURNS_IMPORTED if turns_in_all(_turning(items, most)) <= MOST_TURNS or most == 1)
        if most < TURNS_IMPORTED[0] and self._form.repeats:
            self._book.lose("sheet survey", "repeats inside repeats", f"at most {most} turns of each")
        try:
            survey = Survey(**facts, items=_turning(items, most))
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                self._book.problem("survey", None, "", f"{str(fault['msg']).removeprefix('Value error, ')}.")
            return None
        survey = with_extras(survey, self._book.sheets.get(EXTRAS, ())[1:], self._book.lose)
        self._tell_faults(survey)
        return survey

    def _tell_faults(self, survey: Survey) -> None:
        """Name what can be imported but not asked like this."""
        round_in_a_circle = circles(survey)
        for fault in faults(survey):
            row = self._rows.get(fault.name)
            if fault.code == "looks_ahead":
                self._book.lose(f"survey row {row}", "condition on a later question", "kept; move it before publishing")
            elif fault.code == "circle":
                self._book.lose(f"survey row {row}", "goes round in a circle", "kept; break it before publishing")
            elif fault.code == "unknown_question" and fault.name not in round_in_a_circle:
                self._book.problem("survey", row, "relevant", fault.message)


_WITHOUT = {
    "relevant": "the question is asked of everybody", "constraint": "the answer is not checked by it",
    "calculation": "nothing is calculated", "choice_filter": "every option of the list is offered",
    "required": "the question need not be answered", "default": "nothing is filled in",
    "repeat_count": "how many is asked instead", "readonly": "it can be answered",
}  # fmt: skip
_CALLED = {"calculation": "calculation", "default": "default", "repeat_count": "number of repeats"}


def _built_in_rule(row: Row) -> Expression | None:
    """The rule that a type brings along by itself."""
    if row.kind.lower() not in ("phone number", "phone_number"):
        return None
    return Call(function="regex", arguments=(This(), Constant(value="^\\d*$")))


def _selected_list(kind: str) -> tuple[Kind, str, bool] | None:
    """The kind of choice a type names, its list, and whether it says "or other"."""
    with_other = _OR_OTHER.search(kind) is not None
    plain = _OR_OTHER.sub("", kind)
    found = _CHOICE_TYPE.fullmatch(plain) or _CHOICE_TYPE.fullmatch(plain.lower())
    if found is None:
        return None
    if found["rank"]:
        return Kind.RANKING, found["ranked"], with_other
    kind_of = Kind.SINGLE_CHOICE if found["one"] else Kind.MULTIPLE_CHOICE
    return kind_of, found["list"] or found["lists"], with_other


def _turning(items: Sequence[Question | Group], most: int) -> tuple[Question | Group, ...]:
    """The items, with at most that many turns of each repeat."""
    if most == TURNS_IMPORTED[0]:
        return tuple(items)
    changed: list[Question | Group] = []
    for item in items:
        if isinstance(item, Group):
            repeat = item.repeat and item.repeat.model_copy(update={"most": most})
            item = item.model_copy(update={"repeat": repeat, "items": _turning(item.items, most)})
        changed.append(item)
    return tuple(changed)


def _is_grid(items: list[Question | Group]) -> bool:
    """Whether items can be the rows of a grid: single choices with the same options."""
    rows = [item for item in items if isinstance(item, Question) and item.kind is Kind.SINGLE_CHOICE]
    return bool(rows) and len(rows) == len(items) and all(row.choices == rows[0].choices for row in rows)
