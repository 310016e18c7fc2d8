r"""SurveyJS's JSON to a Survey, with what was lost.

As with XLSForm three things can come of an element: a question; a place that is kept but
never asked (``Kind.LEFT_OUT``), *named* in ``loss`` because Earshot cannot do it or refuses to
for the sake of children's privacy; or a mistake, told with its place in ``problems``. Pages
that say nothing of their own dissolve, since every question is a page here; other pages and
panels become groups, a matrix a group with a question a row, a dynamic panel a repeated group.

>>> form = '{"elements": [{"type": "text", "name": "mood"}, {"type": "text", "inputType": "email", "name": "mail"}]}'
>>> imported = read_surveyjs(form.encode(), "mood.json")
>>> [question.kind.value for question in imported.survey.questions], imported.loss[0].feature
(['text', 'left_out'], 'inputType email')
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from survey_engine.definition import MOST_QUESTIONS, UNASKED, Audience, Group, Kind, Question, Repeat, Survey
from survey_engine.expressions import (
    Binary,
    Call,
    Constant,
    Expression,
    ExpressionError,
    Logic,
    Node,
    Reference,
    This,
    names,
    problem_of_size,
)
from survey_engine.faults import faults
from survey_engine.formats.account import Exported as Exported
from survey_engine.formats.account import Imported, ImportProblem, Loss
from survey_engine.formats.surveyjs_drafts import (
    DEEPEST_JSON,
    ELEMENTS,
    GONE,
    LONGEST_WORDS,
    MOST_LOSSES,
    Draft,
    Here,
    Into,
    Waiting,
    clean,
    options_of,
    within,
)
from survey_engine.formats.surveyjs_elements import Elements
from survey_engine.formats.surveyjs_expressions import Meant, Sort, looked_at, opposite, read_condition, read_typed
from survey_engine.formats.surveyjs_words import LARGEST_BYTES, LOST_OF_SURVEY, sort_of
from survey_engine.formats.surveyjs_writer import write_surveyjs as write_surveyjs
from survey_engine.situation import circles
from survey_engine.words import Text


def read_surveyjs(data: bytes, filename: str) -> Imported:
    """The survey a SurveyJS file describes. ``filename`` names it, since such a file has no name of its own."""
    form = _parsed(data)
    if isinstance(form, str):
        return Imported(None, problems=(ImportProblem("", None, "", form),))
    return _Reader(form, filename).imported()


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def _parsed(data: bytes) -> dict[str, Any] | str:
    """The form as JSON, or a sentence that says why it is none."""
    if len(data) > LARGEST_BYTES:
        return f"The file is larger than {LARGEST_BYTES // 1024 // 1024} MB. A form without pictures is far smaller."
    try:
        said = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "The file is no text in UTF-8. Save the JSON of the survey again, as UTF-8."
    depth = 0
    for found in _BRACKETS.finditer(said):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
        if depth > DEEPEST_JSON:
            return f"The file is nested more than {DEEPEST_JSON} deep. No survey is."
    try:
        form = json.loads(said, parse_constant=lambda name: None)
    except ValueError as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        return f"The file is no JSON{place}. Copy it from the JSON editor of SurveyJS again."
    if isinstance(form, dict) and isinstance(form.get("survey"), dict) and "pages" not in form:
        form = form["survey"]
    if not isinstance(form, dict) or not any(isinstance(form.get(key), list) for key in ("pages", *ELEMENTS)):
        return "A SurveyJS file is an object with “pages” or “elements”; this one has neither."
    return form


class _Reader(Elements):
    """Goes once through the file, then reads the conditions, building the survey and noting what was lost."""

    def __init__(self, form: dict[str, Any], filename: str) -> None:
        super().__init__(form)
        self._filename = filename

    def imported(self) -> Imported:
        drafts = self._pages()
        self._calculated_values(drafts)
        self._survey_properties()
        if not self._problems and not any(self._asked(drafts)):
            self._problem("", "", "Nothing is left to ask: the form has no question that Earshot knows.")
        survey = None
        if not self._problems:
            survey = self._survey(drafts)
        loss = tuple(self._loss)
        if len(loss) >= MOST_LOSSES:
            loss = (*loss, Loss("", "more of the same", f"only the first {MOST_LOSSES} losses are listed"))
        return Imported(None if self._problems else survey, loss, tuple(self._problems))

    # --- the survey's own properties

    def _calculated_values(self, drafts: list[Draft]) -> None:
        listed = self._form.get("calculatedValues")
        outermost = self._outermost(drafts)
        for index, value in enumerate(listed[:MOST_QUESTIONS] if isinstance(listed, list) else ()):
            path = f"calculatedValues[{index}]"
            name = value.get("name") if isinstance(value, dict) else None
            if not isinstance(value, dict) or not isinstance(name, str) or not name or not value.get("expression"):
                self._lose(path, "calculatedValues", "it has no name or nothing to work out: left out")
                continue
            where = f"{path} (“{name[:60]}”)"
            draft = Draft(self._named(name, where), where, Here(path, ""), {"kind": Kind.CALCULATED})
            draft.fields["label"] = {self._default: name[:1_000]}
            self._waits(draft, value, "expression", "calculation")
            self._register(draft, name, name)
            # behind the last thing it looks at
            seen = {prefix for said in looked_at(str(value["expression"])) for prefix in _prefixes(said.lower())}
            places = [drafts.index(outermost[prefix]) for prefix in seen if prefix in outermost]
            drafts.insert(max(places, default=-1) + 1, draft)
            outermost[name.lower()] = draft

    def _outermost(self, drafts: list[Draft]) -> dict[str, Draft]:
        """For every name in the form, the item of the outermost level that holds it."""
        holder = {id(one): draft for draft in drafts for one in within(draft)}
        return {path.lower(): holder[id(one)] for path, one in self._by_path.items() if id(one) in holder}

    def _survey_properties(self) -> None:
        for key, what in LOST_OF_SURVEY.items():
            if self._form.get(key):
                self._lose(key, key, what)
        triggers = self._form.get("triggers")
        for index, trigger in enumerate(triggers[:200] if isinstance(triggers, list) else ()):
            kind = trigger.get("type") if isinstance(trigger, dict) else None
            self._lose(f"triggers[{index}]", f"trigger {str(kind)[:40]}", "nothing happens by itself here")
        if self._form.get("questionOrder") == "random" or self._form.get("questionsOrder") == "random":
            self._lose("questionOrder", "questionOrder", "questions come in the order they are written in")
        if not self._form.get("locale"):
            feature = "the form does not say its language: taken to be English (en)"
            self._lose("locale", "locale", feature)

    # --- conditions

    def _look_up(self, draft: Draft, field_: Into) -> Any:
        options = options_of(draft)

        def look(name: str) -> Meant | None:
            if field_ == "choice_filter" and name in ("item", "choice"):
                return Meant(Call(function="choice", arguments=(Constant(value="name"),)), Sort.OPTION, options)
            found = self._meant(name, draft.here, 0)
            if field_ == "constraint" and found is not None and isinstance(found.node, Call):
                found = replace(found, node=_of_itself(found.node, draft.name))
            if field_ == "constraint":
                own: Kind = draft.fields["kind"]
                if name in ("$self.value", "$self", "self.value") or (
                    found is not None and isinstance(found.node, Reference) and found.node.name == draft.name
                ):
                    return Meant(This(), draft.sort or sort_of(own), options, draft.yes_no)
            return found

        return look

    def _meant(self, name: str, here: Here, depth: int) -> Meant | None:
        if depth > 3:
            return None
        repeats = here.repeats
        for prefix, level in (("panel.", 1), ("row.", 1), ("parentPanel.", 2)):
            if name.startswith(prefix):
                rest = name[len(prefix) :]
                if prefix == "row." and here.columns is not None and rest in here.columns:
                    return self._of_draft(self._drafts[here.columns[rest]])
                if len(repeats) < level:
                    return None
                found = self._columns.get(repeats[-level], {}).get(rest)
                if found is not None:
                    return self._of_draft(found)
                return self._part_of(rest, self._columns.get(repeats[-level], {}).get)
        if name in ("panelIndex", "visiblePanelIndex", "rowIndex", "visibleRowIndex") and repeats:
            position = Call(function="position", arguments=(Reference(name=repeats[-1]),))
            if name in ("rowIndex", "visibleRowIndex"):
                return Meant(position, Sort.NUMBER)
            return Meant(Binary(op="-", left=position, right=Constant(value=1)), Sort.NUMBER)
        return self._part_of(name, self._of_path)

    def _of_path(self, path: str) -> Draft | None:
        """What stands at a path; capitals do not count there where nothing is written just so."""
        if path in self._by_path:
            return self._by_path[path]
        alike_ = [draft for known, draft in self._by_path.items() if known.lower() == path.lower()]
        return alike_[0] if len(alike_) == 1 else None

    def _part_of(self, name: str, of_path: Callable[[str], Draft | None]) -> Meant | None:
        draft = of_path(name)
        if draft is not None:
            return self._of_draft(draft)
        if name.endswith(".length") and (draft := of_path(name.removesuffix(".length"))) is not None:
            whole = self._of_draft(draft)
            function = {Sort.OPTIONS: "count-selected", Sort.RANKING: "count-selected", Sort.TEXT: "string-length"}
            if whole.sort is Sort.TURNS:
                return Meant(whole.node, Sort.NUMBER)
            if whole.sort in function:
                return Meant(Call(function=function[whole.sort], arguments=(whole.node,)), Sort.NUMBER)
        if found := re.fullmatch(r"(.+)\[([0-9]{0,3})\](?:\.(.+))?", name, re.DOTALL):
            return self._turn_of(of_path(found[1]), found[2], found[3])
        return None

    def _turn_of(self, draft: Draft | None, number: str, column: str | None) -> Meant | None:
        """One option of a list, or one turn of a repeated question."""
        if draft is None:
            return None
        if draft.repeat is None:
            whole = self._of_draft(draft)
            if column is None and number and whole.sort in (Sort.OPTIONS, Sort.RANKING):
                place = Call(function="selected-at", arguments=(whole.node, Constant(value=int(number))))
                return Meant(place, Sort.OPTION, whole.options)
            return None
        found = self._columns.get(draft.name, {}).get(column or "")
        if found is None:
            return None
        read = self._of_draft(found)
        if not number:
            return read
        position = Call(function="position", arguments=(Reference(name=draft.name),))
        turn = Binary(op="=", left=position, right=Constant(value=int(number) + 1))
        return Meant(
            Call(function="among", arguments=(Reference(name=found.name), turn)), read.sort, read.options, read.yes_no
        )

    def _of_draft(self, draft: Draft) -> Meant:
        reference = Reference(name=draft.name)
        if draft.items is not None:
            return Meant(Call(function="count", arguments=(reference,)), Sort.TURNS)
        kind = draft.fields["kind"]
        sort = draft.sort or sort_of(kind)
        if sort is Sort.TRUTH:  # kept as the words true and false
            return Meant(reference, Sort.OPTION, ("true", "false"), yes_no=True)
        return Meant(reference, sort, options_of(draft), draft.yes_no)

    def _read_waiting(self, draft: Draft) -> None:
        for waiting in draft.waiting:
            where = f"{draft.where}, {waiting.written_in}"
            try:
                node = self._read(draft, waiting)
            except ExpressionError as error:
                if error.unsupported:
                    self._lose(where, error.message, GONE[waiting.into])
                    if waiting.into == "calculation":
                        self._leave_out(draft, "nothing to work out")
                        return
                else:
                    message = f"{where} cannot be read (character {error.position + 1}): {error.message} Mend it."
                    self._problem(draft.here.page, draft.here.path, message)
                continue
            self._put(draft, waiting, node)

    def _read(self, draft: Draft, waiting: Waiting) -> Expression:
        look = self._look_up(draft, waiting.into)
        if waiting.into in ("calculation", "default", "count"):
            node, sort = read_typed(waiting.said, look)
            if waiting.into == "calculation":
                draft.sort = sort
            return node
        return read_condition(waiting.said, look)

    def _put(self, draft: Draft, waiting: Waiting, node: Node) -> None:
        match waiting.into:
            case "read_only_if":
                draft.fields["read_only_if"] = opposite(node)
            case "constraint":
                draft.constraints[waiting.place] = _without_guard(node)
                self._say(draft, waiting.message, draft.where)
            case "choice_filter" if waiting.option is not None:
                draft.filters[waiting.option] = node
            case "count":
                assert draft.repeat is not None
                draft.repeat["count"] = node
            case _:
                draft.fields[waiting.into] = node

    # --- the whole

    def _asked(self, drafts: list[Draft]) -> Iterator[Draft]:
        for draft in drafts:
            if draft.items is not None:
                yield from self._asked(draft.items)
            elif draft.fields["kind"] not in UNASKED:
                yield draft

    def _survey(self, drafts: list[Draft]) -> Survey | None:
        everything = [one for draft in drafts for one in within(draft)]
        for draft in sorted(everything, key=lambda one: one.fields.get("kind") is not Kind.CALCULATED):
            self._read_waiting(draft)
        if self._problems:
            return None
        items = [item for draft in drafts if (item := self._item(draft)) is not None]
        survey = None if self._problems else self._made(tuple(items))
        if survey is None:
            return None
        survey = self._without_faults(survey)
        if survey is not None and not self._problems:
            self._tell_of_hidden_answers(survey)
        return survey

    def _item(self, draft: Draft) -> Question | Group | None:
        fields = dict(draft.fields)
        for key in ("label", "hint", "constraint_message", "required_message"):
            if key in fields:
                fields[key] = self._piped(fields[key], draft)
        try:
            if draft.items is None:
                self._put_rules(draft, fields)
                self._lose_impossible(draft, fields)
            self._lose_too_long(draft, fields)
            if draft.items is not None:
                inner = [item for one in draft.items if (item := self._item(one)) is not None]
                repeat = Repeat(**draft.repeat) if draft.repeat else None
                return Group(name=draft.name, items=tuple(inner), repeat=repeat, **fields)
            if "choices" in fields:
                fields["choices"] = tuple(
                    choice.model_copy(update={"label": self._piped(choice.label, draft)})
                    for choice in fields["choices"]
                )
            return Question(name=draft.name, **fields)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False)[:3]:
                said = fault["msg"].removeprefix("Value error, ")
                self._problem(draft.here.page, draft.here.path, f"{draft.where} cannot be taken over: {said}")
            return None

    def _put_rules(self, draft: Draft, fields: dict[str, Any]) -> None:
        self._put_filters(draft, fields)
        if rules := [rule for rule in draft.constraints if rule is not None]:
            fields["constraint"] = rules[0] if len(rules) == 1 else Logic(op="and", parts=tuple(rules))

    def _lose_impossible(self, draft: Draft, fields: dict[str, Any]) -> None:
        """What nobody may type into need not be answered: SurveyJS does not ask for it either, while it is locked."""
        locked = fields.get("read_only") or fields.get("read_only_if") is not None
        if locked and (fields.get("required") or fields.get("required_if") is not None):
            self._lose(draft.where, "required and locked", "it can be locked, so it need not be answered")
            fields.pop("required", None)
            fields.pop("required_if", None)

    def _lose_too_long(self, draft: Draft, fields: dict[str, Any]) -> None:
        for key in CONDITIONS:
            if fields.get(key) is not None and (problem := problem_of_size(fields[key])):
                self._lose(f"{draft.where}, {key}", problem, GONE[key])
                del fields[key]

    def _put_filters(self, draft: Draft, fields: dict[str, Any]) -> None:
        """The conditions of single options as one filter: options with the same condition have one column's value.

        An option's own condition stands in place of the one for all, and not beside it.
        """
        if not draft.filters:
            return
        kinds = {node: str(number) for number, node in enumerate(dict.fromkeys(draft.filters.values()), start=1)}
        column = Call(function="choice", arguments=(Constant(value=WHEN),))
        parts: list[Node] = []
        before = fields.get("choice_filter")
        if len(draft.filters) < len(fields["choices"]):
            plain = Binary(op="=", left=column, right=Constant(value="0"))
            parts.append(plain if before is None else Logic(op="and", parts=(plain, before)))
        for node, number in kinds.items():
            here = Binary(op="=", left=column, right=Constant(value=number))
            parts.append(Logic(op="and", parts=(here, node)))
        made: Node = parts[0] if len(parts) == 1 else Logic(op="or", parts=tuple(parts))
        fields["choice_filter"] = made
        fields["choices"] = tuple(
            choice.model_copy(
                update={"columns": {WHEN: kinds[draft.filters[choice.name]] if choice.name in draft.filters else "0"}}
            )
            for choice in fields["choices"]
        )

    def _piped(self, text: Text, draft: Draft) -> Text:
        """Words in which {name} of an earlier answer has become ${name}."""

        def said(found: re.Match[str]) -> str:
            name = found[1].strip()
            meant = self._meant(name, draft.here, 0)
            if meant is not None and isinstance(meant.node, Reference):
                return f"${{{meant.node.name}}}"
            if re.fullmatch(r"[A-Za-z_][\w.\[\]\-]*", name):
                self._lose(draft.where, f"{{{name[:60]}}} inside a text", "shown as …")
                return "…"
            return found[0]

        return {language: _PIPED.sub(said, words)[:LONGEST_WORDS] for language, words in text.items()}

    def _made(self, items: tuple[Question | Group, ...]) -> Survey | None:
        stem = re.sub(r"\.[A-Za-z]+$", "", re.split(r"[/\\]", self._filename)[-1])
        title = self._in_default(self._text(self._form.get("title"), "title", "title"), "title")
        introduction = self._in_default(
            self._text(self._form.get("description"), "description", "description"), "description"
        )
        whole = Draft("", "survey", Here("", ""))
        title, introduction = self._piped(title, whole), self._piped(introduction, whole)
        others = [code for code in self._languages if code != self._default]
        try:
            return Survey(
                name=re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "survey",
                title=title or {self._default: clean(stem)[:1_000] or "Survey"},
                audience=Audience.YOUNG_PERSON,
                languages=(self._default, *others),
                introduction=introduction,
                items=items,
            )
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False)[:10]:
                self._problem("", "", fault["msg"].removeprefix("Value error, "))
            return None

    def _without_faults(self, survey: Survey) -> Survey | None:
        """The survey without the conditions that look nowhere or ahead; what is wrong still is a problem."""
        place = {item.name: index for index, item in enumerate(survey.all_items)}
        round_in_circles = set(circles(survey))
        items = self._checked(survey, survey.items, place, round_in_circles)
        survey_ = self._made(items) if items != survey.items else survey
        for fault in faults(survey_) if survey_ is not None else ():
            draft = self._drafts.get(fault.name)
            self._problem(draft.here.page if draft else "", draft.here.path if draft else "", fault.message)
        return survey_

    def _checked(
        self, survey: Survey, items: tuple[Question | Group, ...], place: dict[str, int], circular: set[str]
    ) -> tuple[Question | Group, ...]:
        checked: list[Question | Group] = []
        for item in items:
            changed: dict[str, Any] = {}
            first = next((one for one in _questions_of(item)), None)
            start = survey.place[first.name] if first is not None else 0
            for key in CONDITIONS:
                condition = getattr(item, key, None)
                if condition is None:
                    continue
                why = _looks_wrong(survey, item, key, condition, start)
                if item.name in circular and key in ("relevant", "calculation"):
                    why = "it depends on itself, round in a circle"
                if why:
                    self._lose(f"{self._where(item.name)}, {key}", f"condition: {why}", GONE.get(key, "left out"))
                    changed[key] = None
            if isinstance(item, Group):
                if item.repeat is not None and item.repeat.count is not None:
                    why = _looks_wrong(survey, item, "count", item.repeat.count, start)
                    if why:
                        self._lose(f"{self._where(item.name)}, bindings", f"condition: {why}", GONE["count"])
                        changed["repeat"] = item.repeat.model_copy(update={"count": None})
                changed["items"] = self._checked(survey, item.items, place, circular)
            elif "calculation" in changed and item.kind is Kind.CALCULATED:
                changed |= {"kind": Kind.LEFT_OUT, "left_out": "nothing to work out"}
            checked.append(item.model_copy(update=changed) if changed else item)
        return tuple(checked)

    def _where(self, name: str) -> str:
        return self._taken.get(name, name)

    def _tell_of_hidden_answers(self, survey: Survey) -> None:
        """An answer that has become hidden counts on in SurveyJS unless the form says otherwise."""
        if self._form.get("clearInvisibleValues") in ("onHidden", "onHiddenContainer"):
            return
        conditional = {name for name, conditions in survey.conditions.items() if conditions}
        looked: set[str] = set()
        for item in survey.all_items:
            for key in CONDITIONS:
                condition = getattr(item, key, None)
                if condition is not None:
                    looked |= names(condition)
        if conditional & looked:
            self._lose(
                "clearInvisibleValues", "answers that have become hidden", "they do not count here, for any condition"
            )


WHEN = "when"
"""The column that says which of the conditions of single options an option has; 0 for none."""
_PIPED = re.compile(r"\{([^{}]{1,200})\}")
CONDITIONS = (
    "relevant", "required_if", "read_only_if", "constraint", "calculation", "default", "choice_filter"
)  # fmt: skip


def _without_guard(node: Node) -> Node:
    """A rule without “or it is empty”, which needs no saying here: only what is answered is checked."""
    if isinstance(node, Logic) and node.op == "or":
        unanswered = Call(function="not", arguments=(Call(function="answered", arguments=(This(),)),))
        parts = tuple(part for part in node.parts if part != unanswered)
        if len(parts) == 1:
            return parts[0]
        if len(parts) > 1:
            return Logic(op="or", parts=parts)
    return node


def _of_itself(call: Call, name: str) -> Call:
    """A function of the answer being checked, as its rule says it."""
    itself = Reference(name=name)
    return Call(function=call.function, arguments=tuple(This() if one == itself else one for one in call.arguments))


def _prefixes(name: str) -> list[str]:
    """A name and what it begins with: ``pets[0].age``, ``pets[0]``, ``pets``."""
    return [name, *(name[: found.start()] for found in re.finditer(r"[.\[]", name))]


def _questions_of(item: Question | Group) -> Iterator[Question]:
    if isinstance(item, Question):
        yield item
    else:
        for inner in item.items:
            yield from _questions_of(inner)


def _looks_wrong(survey: Survey, item: Question | Group, key: str, condition: Expression, start: int) -> str:
    """Why a condition cannot be kept; "" where it can."""
    for name in sorted(names(condition)):
        if name == item.name and key not in ("relevant", "read_only_if", "count"):
            continue
        question = survey.question_by_name.get(name)
        if question is None:
            if name not in survey.repeats:
                return f"there is no question “{name}”"
        elif question.calculation is None:
            if question.kind is Kind.NOTE:
                return "it looks at a note, which has no answer"
            if survey.place[name] >= start and key != "read_only_if":
                return f"it looks at “{name}”, which comes later"
    return ""
