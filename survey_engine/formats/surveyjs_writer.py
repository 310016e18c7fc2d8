"""A Survey as SurveyJS's JSON, and what that cannot say.

Each item of the outermost level is a page; a group is a panel, a grid a matrix, a repeated
group a dynamic panel. ``clearInvisibleValues`` is set so that an answer which has become
hidden stops counting there as it does here.

>>> from survey_engine.definition import Audience
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="mood", kind=Kind.TEXT, label={"en": "How are you?", "cy": "Sut wyt ti?"}),
... ))
>>> json.loads(write_surveyjs(survey).data)["pages"][0]["elements"][0]["title"]
{'default': 'How are you?', 'cy': 'Sut wyt ti?'}
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from survey_engine.definition import SEVERAL, UNASKED, Choice, Group, Kind, Question, Survey, Voice
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
    nodes,
)
from survey_engine.formats.account import Exported, Loss
from survey_engine.formats.surveyjs_expressions import Sort, opposite
from survey_engine.formats.surveyjs_expressions_writer import Said, Writer
from survey_engine.formats.surveyjs_markup import as_html
from survey_engine.formats.surveyjs_words import OTHER, SPECIAL, sort_of
from survey_engine.words import Text


def write_surveyjs(survey: Survey) -> Exported:
    """The survey as a JSON file (UTF-8) that survey-core 3.1 shows, and what got lost on the way."""
    writer = _Writer(survey)
    form = writer.form()
    return Exported((json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode(), tuple(writer.loss))


MOST_BUTTONS = 11
"""Steps that a rating shows side by side; more of them make a slider."""

_PIPED = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.\-]*)\s*\}")
_INPUTS = {
    Kind.TEXT: "text", Kind.INTEGER: "number", Kind.DECIMAL: "number", Kind.YEAR: "number", Kind.DATE: "date",
    Kind.MONTH: "month", Kind.TIME: "time",
}  # fmt: skip
_NOWHERE = {
    "picture": "the picture is not shown", "picture_says": "the picture is not shown",
    "audio": "the recording is not played", "read_as": "it is read aloud as it is written",
    "guidance": "there is no guidance for staff", "written_as": "its name here is written",
    "provenance": "how it came to be is not told", "source": "where it comes from is not told",
    "shuffle_seed": "the order is drawn by chance alone",
}  # fmt: skip
_NOTHING = "SurveyJS has no place for it"


class _Writer:
    """Goes once through the survey."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.loss: dict[Loss, None] = {}
        self._parents: dict[str, Group] = {}
        self._grids: set[str] = set()
        self._turns: dict[str, tuple[str, ...]] = {
            name: tuple(group.name for group in groups) for name, groups in survey.repeats.items()
        }
        for item in survey.all_items:
            if isinstance(item, Group):
                for inner in item.items:
                    self._parents[inner.name] = item
                if _is_even_grid(item):
                    self._grids.add(item.name)

    def form(self) -> dict[str, Any]:
        survey = self._survey
        self._lose("survey", "name", "the file's name is its name")
        self._lose("survey", "audience", f"for whom it is ({survey.audience.value}): {_NOTHING}")
        self._lose("survey", "minutes", f"how long it takes: {_NOTHING}")
        if survey.credit:
            self._lose("survey", "credit", _NOTHING)
        if survey.asks_who_helps:
            self._lose("survey", "asks who helps", _NOTHING)
        if survey.scales:
            self._lose("survey", "scales", f"how answers are added up: {_NOTHING}")
        if survey.media:
            self._lose("survey", "media", "pictures and recordings are not inside the file: put them beside it")
        if any(question.required and question.may_decline for question in survey.questions):
            self._lose("survey", "“I don't want to say”", "a required question has no such way out there")
        form: dict[str, Any] = {"title": self._words(survey.title, ())}
        if survey.introduction:
            form["description"] = self._words(survey.introduction, ())
        form |= {
            "locale": survey.languages[0],
            "clearInvisibleValues": "onHiddenContainer",
            "showQuestionNumbers": False,
        }
        pages = [self._element(item) for item in survey.items]
        form["pages"] = [
            {"name": f"page{number}", "elements": [element]}
            for number, element in enumerate((page for page in pages if page is not None), start=1)
        ]
        unused = [code for code in survey.languages if code not in self._languages()]
        if unused:
            self._lose("survey", f"the language {', '.join(unused)}", "nothing is written in it yet")
        return form

    # --- items

    def _element(self, item: Question | Group) -> dict[str, Any] | None:
        if isinstance(item, Question):
            return self._question(item)
        if item.written_as:
            self._lose(f"group “{item.name}”", "written_as", _NOWHERE["written_as"])
        if item.name in self._grids:
            return self._grid(item)
        if item.appearance == "grid":
            self._lose(f"group “{item.name}”", "grid", "its rows differ, so each is a question of its own")
        if item.repeat is not None:
            return self._repeated(item)
        element = {"type": "panel", "name": item.name, **self._of_group(item)}
        if item.shuffle:
            element["questionOrder"] = "random"
        element["elements"] = self._inside(item)
        if not element["elements"]:
            self._lose(f"group “{item.name}”", "group", "there is nothing in it: left out")
            return None
        return element

    def _inside(self, group: Group) -> list[dict[str, Any]]:
        return [element for item in group.items if (element := self._element(item)) is not None]

    def _of_group(self, group: Group) -> dict[str, Any]:
        here = self._turns[group.name][: -1 if group.repeat is not None else None]
        where = f"group “{group.name}”"
        element: dict[str, Any] = {}
        if group.label:
            element["title"] = self._words(group.label, here)
        if group.hint:
            element["description"] = self._words(group.hint, here)
        self._put_condition(element, "visibleIf", group.relevant, where, here)
        self._put_read_only(element, group.read_only_if, where, here)
        return element

    def _repeated(self, group: Group) -> dict[str, Any] | None:
        assert group.repeat is not None
        repeat = group.repeat
        where = f"group “{group.name}”"
        element = {"type": "paneldynamic", "name": group.name, **self._of_group(group)}
        element["maxPanelCount"] = repeat.most
        count = repeat.count
        if isinstance(count, Reference) and count.name in self._turns and not self._turns[count.name]:
            element["bindings"] = {"panelCount": count.name}
        elif isinstance(count, Constant) and isinstance(count.value, int) and 0 <= count.value <= repeat.most:
            element |= {"panelCount": int(count.value), "allowAddPanel": False, "allowRemovePanel": False}
        elif count is not None:
            self._lose(f"{where}, count", "how many turns is worked out", "whoever answers adds as many as they like")
        if repeat.ask:
            self._lose(where, "ask", "nobody is asked how many: they are added one by one")
        if group.shuffle:
            self._lose(where, "shuffle", "the questions of a turn come in their order")
        element["templateElements"] = self._inside(group)
        if not element["templateElements"]:
            self._lose(where, "group", "there is nothing in it: left out")
            return None
        return element

    def _grid(self, group: Group) -> dict[str, Any]:
        rows = [item for item in group.items if isinstance(item, Question)]
        element = {"type": "matrix", "name": group.name, **self._of_group(group)}
        for row in rows:
            self._lose_fields(row)
        element["columns"] = [
            {"value": choice.name, "text": self._words(choice.label, self._turns[group.name])}
            for choice in rows[0].choices
        ]
        for choice in rows[0].choices:
            self._lose_of_choice(choice, f"group “{group.name}”, option “{choice.name}”", exclusive=False)
        listed: list[dict[str, Any]] = []
        for row in rows:
            here = self._turns[row.name]
            listed.append({"value": row.name, "text": self._words(row.label, here)})
        element["rows"] = listed
        if rows[0].required:
            element["eachRowRequired"] = True
        if group.shuffle:
            element["rowOrder"] = "random"
        return element

    # --- questions

    def _question(self, question: Question) -> dict[str, Any] | None:
        here, where = self._turns[question.name], f"question “{question.name}”"
        if question.kind is Kind.LEFT_OUT:
            self._lose(where, "left out", "it is asked neither here nor there")
            return None
        self._lose_fields(question)
        if question.kind in (Kind.CALCULATED, Kind.HIDDEN):
            return self._calculated(question)
        element = {**self._kind(question), "name": question.name}
        element = {"type": element.pop("type"), "name": element.pop("name"), **element}
        if question.kind is Kind.NOTE:
            self._put_condition(element, "visibleIf", question.relevant, where, here)
            return element
        element["title"] = self._words(question.label, here)
        if question.hint:
            element["description"] = self._words(question.hint, here)
        if question.required:
            element["isRequired"] = True
        if question.required_message:
            element["requiredErrorText"] = self._words(question.required_message, here)
        self._put_condition(element, "visibleIf", question.relevant, where, here)
        self._put_condition(element, "requiredIf", question.required_if, where, here)
        if question.read_only:
            element["readOnly"] = True
        self._put_read_only(element, question.read_only_if, where, here)
        self._put_rules(element, question, where, here)
        if question.default is not None:
            self._lose(f"{where}, default", "default", "SurveyJS would fill it in beforehand; Earshot never does")
        return element

    def _kind(self, question: Question) -> dict[str, Any]:
        """The type of a question there, with what belongs to it alone."""
        where = f"question “{question.name}”"
        match question.kind:
            case Kind.LONG_TEXT:
                return {"type": "comment", "maxLength": question.max_length}
            case Kind.RANGE:
                return self._range(question, where)
            case Kind.SINGLE_CHOICE | Kind.AGE_BAND | Kind.MULTIPLE_CHOICE | Kind.RANKING:
                return self._choice_question(question, where)
            case Kind.ACKNOWLEDGE:
                return {"type": "checkbox", "choices": ["OK"]}
            case Kind.DRAWING:
                return {"type": "signaturepad"}
            case Kind.PHOTO:
                return {"type": "file", "acceptedTypes": "image/*", "sourceType": "file-camera", "maxFiles": 1}
            case Kind.VOICE:
                self._lose(where, "voice", "a file of sound can be chosen; nothing is recorded")
                return {"type": "file", "acceptedTypes": "audio/*", "maxFiles": 1}
            case Kind.NOTE:
                return {"type": "html", "html": self._markup(question)}
        element: dict[str, Any] = {"type": "text"}
        if question.kind is not Kind.TEXT:
            element["inputType"] = _INPUTS[question.kind]
        else:
            element["maxLength"] = question.max_length
        if question.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.YEAR):
            self._put_bounds(element, question)
        return element

    def _put_bounds(self, element: dict[str, Any], question: Question) -> None:
        least, most, step = question.least, question.most, question.step
        if question.kind is Kind.YEAR:
            self._lose(f"question “{question.name}”", "year", "it is a whole number there")
            least, most = 1900 if least is None else least, 2100 if most is None else most
        for key, value in (("min", least), ("max", most)):
            if value is not None:
                element[key] = _plain(value)
        if question.kind is Kind.DECIMAL and step is not None and float(step).is_integer():
            self._lose(f"question “{question.name}”", "step", "decimals are allowed as they are without it")
        elif step is not None or question.kind is not Kind.DECIMAL:
            element["step"] = _plain(1 if step is None else step)
            if question.kind is not Kind.DECIMAL and step == 1:
                self._lose(f"question “{question.name}”", "step", "a whole number goes up by one anyway")

    def _range(self, question: Question, where: str) -> dict[str, Any]:
        assert question.least is not None
        assert question.most is not None
        step = question.step or 1
        steps = (question.most - question.least) / step
        if question.appearance == "scale" and 1 <= steps < MOST_BUTTONS and float(steps).is_integer():
            element: dict[str, Any] = {
                "type": "rating", "rateMin": _plain(question.least), "rateMax": _plain(question.most),
                "rateCount": int(steps) + 1,
            }  # fmt: skip
            if question.step is not None:
                element["rateStep"] = _plain(question.step)
            return element
        if question.appearance != "plain":
            self._lose(where, f"appearance {question.appearance}", "it is a slider there")
        element = {"type": "slider", "min": _plain(question.least), "max": _plain(question.most)}
        if question.step is not None:
            element["step"] = _plain(question.step)
        return element

    def _choice_question(self, question: Question, where: str) -> dict[str, Any]:
        here = self._turns[question.name]
        if question.kind is Kind.AGE_BAND:
            self._lose(where, "age band", "it is a choice like any other there")
        type_ = {Kind.MULTIPLE_CHOICE: "checkbox", Kind.RANKING: "ranking"}.get(question.kind, "radiogroup")
        appearance = question.appearance
        alone = question.choice_filter is None and not question.shuffle
        rated = question.kind is Kind.SINGLE_CHOICE and alone and _is_rated(question, self._survey.languages[0])
        if appearance in ("faces", "scale") and rated:
            shown = question.choices[::-1] if appearance == "faces" else question.choices
            values = [{"value": choice.name, "text": self._words(choice.label, here)} for choice in shown]
            for choice in shown:
                self._lose_of_choice(choice, f"{where}, option “{choice.name}”", exclusive=False)
            return {
                "type": "rating",
                **({"rateType": "smileys"} if appearance == "faces" else {}),
                "rateValues": values,
            }
        pictures = appearance == "pictures" and question.kind in (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE)
        if pictures and any(choice.picture for choice in question.choices):
            type_ = "imagepicker"
        elif appearance != "plain":
            self._lose(where, f"appearance {appearance}", "options are a plain list there")
        element: dict[str, Any] = {"type": type_}
        if type_ == "imagepicker":
            element |= {"showLabel": True, **({"multiSelect": True} if question.kind is Kind.MULTIPLE_CHOICE else {})}
        special = _special(question) if question.choice_filter is None and type_ in ("radiogroup", "checkbox") else {}
        per_option = self._filter(element, question, where)
        listed = [choice for choice in question.choices if choice.name not in special]
        element["choices"] = [
            {**self._choice(choice, question, where, type_), **({"visibleIf": said} if said else {})}
            for choice, said in zip(listed, per_option or [""] * len(listed), strict=True)
        ]
        for choice in question.choices:
            if choice.name in special:
                flag, text_key = special[choice.name]
                element |= {flag: True, text_key: self._words(choice.label, here)}
        if question.shuffle:
            element["choicesOrder"] = "random"
            if any(choice.exclusive or choice.means != "answer" for choice in listed):
                self._lose(where, "shuffle", "options that stay last here are mixed with the others there")
        return element

    def _choice(self, choice: Choice, question: Question, where: str, type_: str) -> dict[str, Any]:
        here = self._turns[question.name]
        written: dict[str, Any] = {"value": choice.name, "text": self._words(choice.label, here)}
        can_stand_alone = type_ == "checkbox"
        if choice.exclusive and can_stand_alone:
            written["isExclusive"] = True
        if type_ == "imagepicker" and choice.picture:
            first = self._survey.languages[0]
            links = {("default" if code == first else code): name for code, name in choice.picture.items()}
            written["imageLink"] = links["default"] if list(links) == ["default"] else links
        place = f"{where}, option “{choice.name}”"
        self._lose_of_choice(choice, place, exclusive=can_stand_alone, picture=type_ == "imagepicker")
        return written

    def _lose_of_choice(self, choice: Choice, where: str, *, exclusive: bool, picture: bool = False) -> None:
        if choice.means != "answer":
            self._lose(where, f"means {choice.means}", "it is an answer like any other there")
        if choice.exclusive and not exclusive:
            self._lose(where, "exclusive", "it does not stand alone there")
        if choice.columns:
            self._lose(where, "columns", "what a filter looks at is written into each option's own condition")
        if choice.audio:
            self._lose(where, "audio", _NOWHERE["audio"])
        if choice.picture and not picture:
            self._lose(where, "picture", _NOWHERE["picture"])

    def _filter(self, element: dict[str, Any], question: Question, where: str) -> list[str]:
        """Put a filter of options there: one for all where it looks at names only, else one for each option."""
        rule = question.choice_filter
        if rule is None:
            return []
        here = self._turns[question.name]
        if all(_column(node) in (None, "name") for node in nodes(rule)):
            self._put_condition(element, "choicesVisibleIf", rule, where, here)
            return []
        said: list[str] = []
        for choice in question.choices:
            first = self._survey.languages[0]
            label = choice.columns.get("label") or choice.label.get(first, "")
            columns = {**choice.columns, "name": choice.name, "label": label}
            place = f"{where}, option “{choice.name}”"
            here_only = folded(rule, columns)
            if here_only == Constant(value=True):
                said.append("")
            else:
                said.append(self._condition(here_only, place, "choice_filter", here, columns=columns) or "")
        self._lose(f"{where}, choice_filter", "choice filter", "it is written as a condition of each option")
        return said

    def _calculated(self, question: Question) -> dict[str, Any] | None:
        where = f"question “{question.name}”"
        worked_out = question.calculation if question.kind is Kind.CALCULATED else question.default
        if question.kind is Kind.HIDDEN:
            self._lose(where, "hidden", "it is written as worked out, which is never shown either")
        if worked_out is None:
            self._lose(where, "calculation", "there is nothing to work out: left out")
            return None
        here = self._turns[question.name]
        conditions = self._survey.conditions[question.name]
        rule: Node = worked_out
        if conditions:
            self._lose(f"{where}, relevant", "condition", "it is part of what is worked out")
            when = conditions[0] if len(conditions) == 1 else Logic(op="and", parts=conditions)
            rule = Call(function="if", arguments=(when, rule, Constant(value="")))
        said = self._said_value(rule, where, here, conditions)
        if said is None:
            return None
        if question.label and question.label != {self._survey.languages[0]: question.name}:
            label: dict[str, Any] = {"title": self._words(question.label, here)}
        else:
            label = {}
        return {"type": "expression", "name": question.name, **label, "visible": False, "expression": said}

    def _said_value(
        self, rule: Node, where: str, here: tuple[str, ...], conditions: tuple[Expression, ...]
    ) -> str | None:
        writer = self._writer(here)
        try:
            if conditions:
                assert isinstance(rule, Call)
                said = f"iif({writer.condition(rule.arguments[0])}, {writer.value(rule.arguments[1])})"
            else:
                said = writer.value(rule)
        except ExpressionError as error:
            self._lose(f"{where}, calculation", error.message, "nothing is worked out: left out there")
            return None
        self._tell(writer, f"{where}, calculation")
        return said

    # --- rules and conditions

    def _put_rules(self, element: dict[str, Any], question: Question, where: str, here: tuple[str, ...]) -> None:
        rule = question.constraint
        if rule is None:
            if question.constraint_message:
                self._lose(where, "constraint_message", "there is no rule for it")
            return
        parts = rule.parts if isinstance(rule, Logic) and rule.op == "and" else (rule,)
        if not any(_pattern(part) is not None for part in parts):
            parts = (rule,)
        rules: list[dict[str, Any]] = []
        for part in parts:
            pattern = _pattern(part)
            if pattern is not None:
                rules.append(_regex(pattern))
                continue
            said = self._condition(part, where, "constraint", here, this=question.name)
            if said is None:
                continue
            path = self._path(question.name, here)
            guarded = f"({said})" if " " in said else said
            rules.append({"type": "expression", "expression": f"{{{path}}} empty or {guarded}"})
        if rules:
            if question.constraint_message:
                message = self._words(question.constraint_message, here)
                rules = [{**one, "text": message} for one in rules]
            element["validators"] = rules
        elif question.constraint_message:
            self._lose(where, "constraint_message", "there is no rule for it")

    def _put_condition(
        self, element: dict[str, Any], key: str, rule: Expression | None, where: str, here: tuple[str, ...]
    ) -> None:
        if rule is not None and (said := self._condition(rule, where, key, here)) is not None:
            element[key] = said

    def _put_read_only(
        self, element: dict[str, Any], rule: Expression | None, where: str, here: tuple[str, ...]
    ) -> None:
        if isinstance(rule, Constant) and rule.value is True and "readOnly" not in element:
            element["readOnly"] = True
        elif rule is not None:
            self._put_condition(element, "enableIf", opposite(rule), where, here)

    def _condition(
        self, rule: Node, where: str, what: str, here: tuple[str, ...], *, this: str = "",
        columns: dict[str, str] | None = None,
    ) -> str | None:  # fmt: skip
        writer = self._writer(here, this, columns)
        try:
            said = writer.condition(rule)
        except ExpressionError as error:
            self._lose(f"{where}, {what}", error.message, "the condition is left out there")
            return None
        self._tell(writer, f"{where}, {what}")
        return said

    def _writer(self, here: tuple[str, ...], this: str = "", columns: dict[str, str] | None = None) -> Writer:
        return Writer(self._said_of(here), this=this, columns=columns, turn_of=here[-1] if here else "")

    def _tell(self, writer: Writer, where: str) -> None:
        for note in writer.notes:
            self._lose(where, "meaning", note)

    # --- names there

    def _said_of(self, here: tuple[str, ...]) -> Callable[[str], Said | None]:
        def said_of(name: str) -> Said | None:
            path = self._path(name, here)
            question = self._survey.question_by_name.get(name)
            if path is None:
                return None
            if question is None:
                return Said(path, Sort.TURNS)
            options = ("OK",) if question.kind is Kind.ACKNOWLEDGE else tuple(c.name for c in question.choices)
            sort = sort_of(question.kind)
            if question.kind in (Kind.CALCULATED, Kind.HIDDEN) and not _is_a_number(question):
                sort = Sort.TEXT
            return Said(path, sort, options)

        return said_of

    def _path(self, name: str, here: tuple[str, ...]) -> str | None:
        """How an answer is named from a place: ``age``, ``panel.age``, ``likes.art`` in a matrix, ``pets[].age``."""
        chain = self._turns.get(name)
        question = self._survey.question_by_name.get(name)
        if chain is None or (question is not None and question.kind is Kind.NOTE):
            return None
        if question is None:
            group = next(item for item in self._survey.all_items if item.name == name)
            if not isinstance(group, Group) or group.repeat is None:
                return None
            chain = chain[:-1]
        parent = self._parents.get(name)
        plain = f"{parent.name}.{name}" if parent is not None and parent.name in self._grids else name
        if not chain:
            return plain
        if chain == here:
            return f"panel.{plain}"
        if chain == here[:-1]:
            return f"parentPanel.{plain}"
        if len(chain) == 1 and not here:
            return f"{chain[0]}[].{plain}"
        return None

    # --- words

    def _words(self, text: Text, here: tuple[str, ...]) -> str | dict[str, str]:
        first = self._survey.languages[0]
        codes = [*(code for code in self._survey.languages if code in text), *text]
        said = {("default" if code == first else code): self._unpiped(text[code], here) for code in codes}
        return said.get("default", "") if list(said) in (["default"], []) else said

    def _unpiped(self, words: str, here: tuple[str, ...]) -> str:
        if re.search(r"\{[^{}]+\}", _PIPED.sub("", words)):
            self._lose("survey", "braces in a text", "SurveyJS takes what stands in { } for the name of a question")

        def named(found: re.Match[str]) -> str:
            path = self._path(found[1], here)
            if path is None or "[]" in path:
                self._lose("survey", f"${{{found[1]}}} inside a text", "shown as …")
                return "…"
            return f"{{{path}}}"

        return _PIPED.sub(named, words)

    def _markup(self, question: Question) -> str | dict[str, str]:
        here = self._turns[question.name]
        first = self._survey.languages[0]
        written: dict[str, str] = {}
        for code in question.label:
            label = self._unpiped(question.label[code], here)
            hint = self._unpiped(question.hint[code], here) if code in question.hint else ""
            written["default" if code == first else code] = as_html(label, hint)
        if set(question.hint) - set(question.label):
            self._lose(f"question “{question.name}”", "hint", "a hint without a label in its language is left out")
        return written["default"] if list(written) == ["default"] else written

    def _languages(self) -> set[str]:
        used: set[str] = {self._survey.languages[0]}
        for text in _texts(self._survey):
            used |= set(text)
        return used

    # --- losses

    def _lose_fields(self, question: Question) -> None:
        where = f"question “{question.name}”"
        for key, what in _NOWHERE.items():
            if getattr(question, key):
                self._lose(where, key, what)
        if question.voice is not Voice.RESPONDENT:
            self._lose(where, "voice", f"whose words it holds: {_NOTHING}")
        if not question.may_decline and question.kind not in UNASKED:
            self._lose(where, "may_decline", "nobody can decline there at all")

    def _lose(self, where: str, feature: str, what_happens: str) -> None:
        self.loss[Loss(where, feature, what_happens)] = None


def _is_even_grid(group: Group) -> bool:
    """Whether a group can be one matrix: its rows differ in their words only.

    survey-core keeps the answer of a row that its condition hides, so rows have none.
    """
    if group.appearance != "grid" or group.repeat is not None or not group.items:
        return False
    first = group.items[0]
    return all(
        isinstance(row, Question)
        and isinstance(first, Question)
        and row.kind is Kind.SINGLE_CHOICE
        and row.choices == first.choices
        and row.required == first.required
        and row.appearance == "plain"
        and not row.hint
        and not row.shuffle
        and not row.read_only
        and not row.required_message
        and not row.constraint_message
        and all(
            getattr(row, key) is None
            for key in (
                "relevant",
                "constraint",
                "required_if",
                "read_only_if",
                "choice_filter",
                "default",
                "calculation",
            )
        )
        for row in group.items
    )


def _is_rated(question: Question, language: str) -> bool:
    """Whether options can be the steps of a rating: two to ten answers, each with words of its own."""
    plain = all(choice.means == "answer" and not choice.exclusive for choice in question.choices)
    worded = any(choice.label != {language: choice.name} for choice in question.choices)
    return plain and worded and 2 <= len(question.choices) <= 10


def _special(question: Question) -> dict[str, tuple[str, str]]:
    """The last options that survey-core has as options of its own ("I don't know"): their property, that of the words."""
    known = [(flags[0], value, key, alone, means) for flags, value, key, _, alone, means in SPECIAL if value != OTHER]
    found: dict[str, tuple[str, str]] = {}
    for choice in reversed(question.choices):
        if not known or choice.columns or choice.picture or choice.audio:
            break
        place = next((index for index, (_, value, *_rest) in enumerate(known) if value == choice.name), None)
        if place is None:
            break
        flag, value, key, alone, means = known[place]
        if choice.means != means or choice.exclusive != (alone and question.kind in SEVERAL):
            break
        found[value] = (flag, key)
        known = known[:place]
    return found if len(found) < len(question.choices) else {}


def folded(node: Node, columns: Mapping[str, str]) -> Node:
    """A filter as it is for one option: what its columns decide is decided."""
    match node:
        case Binary() if any(_column(side) not in (None, *columns) for side in (node.left, node.right)):
            return Constant(value=False)  # a column that is not there equals nothing
        case Binary(op="=" | "!=") if _column(node.left) is not None and isinstance(node.right, Constant):
            value = columns.get(_column(node.left) or "", "")
            if isinstance(node.right.value, str):
                return Constant(value=(value == node.right.value) is (node.op == "="))
        case Logic():
            ends = node.op == "or"
            parts = [folded(part, columns) for part in node.parts]
            parts = [part for part in parts if part != Constant(value=not ends)]
            if Constant(value=ends) in parts:
                return Constant(value=ends)
            if len(parts) < 2:
                return parts[0] if parts else Constant(value=not ends)
            return Logic(op=node.op, parts=tuple(parts))
    return node


def _column(node: Node) -> str | None:
    """The column of an option that a part of a filter looks at."""
    if isinstance(node, Call) and node.function == "choice" and isinstance(node.arguments[0], Constant):
        return str(node.arguments[0].value)
    return None


def _pattern(node: Node) -> str | None:
    """The pattern of a rule that is nothing but one."""
    if isinstance(node, Call) and node.function == "regex" and isinstance(node.arguments[0], This):
        assert isinstance(node.arguments[1], Constant)
        return str(node.arguments[1].value)
    return None


def _regex(pattern: str) -> dict[str, Any]:
    any_case = pattern.startswith("(?i)")
    inner = pattern.removeprefix("(?i)")
    rule = {"type": "regex", "regex": f"^(?:{inner})$" if "|" in inner else f"^{inner}$"}
    return {**rule, "caseInsensitive": True} if any_case else rule


def _is_a_number(question: Question) -> bool:
    """Whether what is worked out is a number, as far as its outermost part tells."""
    rule = question.calculation if question.calculation is not None else question.default
    if isinstance(rule, Call) and rule.function in ("if", "coalesce"):
        rule = rule.arguments[-1]
    if isinstance(rule, Constant):
        return not isinstance(rule.value, str | bool)
    if isinstance(rule, Call):
        return rule.function not in ("concat", "substr", "join", "string", "choice-label", "format-date", "translate")
    return not isinstance(rule, Logic | Reference)


def _texts(survey: Survey) -> Iterable[Text]:
    yield survey.title
    yield survey.introduction
    for item in survey.all_items:
        yield item.label
        yield item.hint
        if isinstance(item, Question):
            yield item.constraint_message
            yield item.required_message
            yield from (choice.label for choice in item.choices)


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number
