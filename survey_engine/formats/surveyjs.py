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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, Literal

from pydantic import ValidationError

from survey_engine import patterns
from survey_engine.definition import (
    LONGEST_REPEATED_NAME,
    MOST_QUESTIONS,
    RESERVED_OPTION_NAMES,
    UNSEEN,
    Audience,
    Choice,
    Group,
    Kind,
    Question,
    Repeat,
    Survey,
)
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
from survey_engine.formats.surveyjs_expressions import (
    Meant,
    Sort,
    constant_of,
    looked_at,
    read_condition,
    read_typed,
)
from survey_engine.formats.surveyjs_words import (
    CHOICES,
    INPUTS,
    LARGEST_BYTES,
    LOST,
    LOST_OF_SURVEY,
    OTHER,
    PLACES,
    PLAIN,
    PRIVATE_AUTOCOMPLETE,
    REFUSED_INPUTS,
    SPECIAL,
    sort_of,
)
from survey_engine.formats.surveyjs_writer import write_surveyjs as write_surveyjs
from survey_engine.formats.xlsform_words import language_code
from survey_engine.situation import circles
from survey_engine.words import Text


def read_surveyjs(data: bytes, filename: str) -> Imported:
    """The survey a SurveyJS file describes. ``filename`` names it, since such a file has no name of its own."""
    form = _parsed(data)
    if isinstance(form, str):
        return Imported(None, problems=(ImportProblem("", None, "", form),))
    return _Reader(form, filename).imported()


_DEEPEST_JSON = 200
_DEEPEST_GROUP = 20
_MOST_LOSSES = 2_000
_MOST_OPTIONS = 2_000
_MOST_STEPS = 200
_LONGEST_WORDS = 20_000
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


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
        if depth > _DEEPEST_JSON:
            return f"The file is nested more than {_DEEPEST_JSON} deep. No survey is."
    try:
        form = json.loads(said, parse_constant=lambda name: None)
    except ValueError as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        return f"The file is no JSON{place}. Copy it from the JSON editor of SurveyJS again."
    if isinstance(form, dict) and isinstance(form.get("survey"), dict) and "pages" not in form:
        form = form["survey"]
    if not isinstance(form, dict) or not any(isinstance(form.get(key), list) for key in ("pages", *_ELEMENTS)):
        return "A SurveyJS file is an object with “pages” or “elements”; this one has neither."
    return form


_ELEMENTS = ("elements", "questions")
_Field = Literal[
    "relevant", "required_if", "read_only_if", "constraint", "calculation", "default", "choice_filter", "count"
]
_GONE: dict[str, str] = {
    "relevant": "the condition is left out: it is asked of everybody",
    "required_if": "the condition is left out: the question is not required",
    "read_only_if": "the condition is left out: it can be answered",
    "constraint": "the rule is left out: the answer is not checked by it",
    "calculation": "nothing is worked out",
    "default": "no value is filled in",
    "choice_filter": "the condition is left out: every option is offered",
    "count": "respondents are asked how many",
}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An expression to read once every name is known; ``option`` where it is about one option only."""

    into: _Field
    written_in: str
    said: str
    message: Text = field(default_factory=dict)
    option: str | None = None
    place: int = -1


@dataclass(frozen=True, slots=True)
class _Here:
    """Where an element stands: its place in the file, and the repeated groups it is in, innermost last.

    ``columns`` are those of the matrix row it is in, by their names there.
    """

    path: str
    page: str
    repeats: tuple[str, ...] = ()
    columns: Mapping[str, str] | None = None
    inside: str = ""
    depth: int = 0

    def at(self, path: str) -> _Here:
        return _Here(path, self.page, self.repeats, self.columns, self.inside, self.depth)


@dataclass(slots=True)
class _Draft:
    """A question or group being made; ``items`` is None for a question."""

    name: str
    where: str
    here: _Here
    fields: dict[str, Any] = field(default_factory=dict)
    items: list[_Draft] | None = None
    waiting: list[_Waiting] = field(default_factory=list)
    constraints: list[Node | None] = field(default_factory=list)
    repeat: dict[str, Any] | None = None
    yes_no: bool = False
    sort: Sort | None = None
    after: frozenset[str] = frozenset()
    filters: dict[str, Node] = field(default_factory=dict)


class _Reader:
    """Goes once through the file, then reads the conditions, building the survey and noting what was lost."""

    def __init__(self, form: dict[str, Any], filename: str) -> None:
        self._form = form
        self._filename = filename
        self._loss: dict[Loss, None] = {}
        self._problems: list[ImportProblem] = []
        self._languages: dict[str, int] = {}
        self._default = self._default_language()
        self._taken: dict[str, str] = {}
        self._written: dict[str, int] = {}
        self._drafts: dict[str, _Draft] = {}
        self._by_path: dict[str, _Draft] = {}
        self._columns: dict[str, dict[str, _Draft]] = {}
        self._count_names(form, 0)

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
        if len(loss) >= _MOST_LOSSES:
            loss = (*loss, Loss("", "more of the same", f"only the first {_MOST_LOSSES} losses are listed"))
        return Imported(None if self._problems else survey, loss, tuple(self._problems))

    # --- languages and words

    def _default_language(self) -> str:
        """The language of what is written without one: what the form says, English, or the only one it has."""
        counted: dict[str, int] = {}
        _count_languages(self._form, counted, 0)
        said = self._form.get("locale")
        locale = said if isinstance(said, str) else ""
        if "default" not in counted and counted:
            return language_code(max(counted, key=lambda key: counted[key]).replace("_", "-")[:40])
        if not locale or locale in counted:
            return "en"
        return language_code(locale.replace("_", "-")[:40])

    def _text(self, value: Any, where: str, property_: str) -> Text:
        """A text in its languages; {} where there is none."""
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            value = {"default": value}
        if not isinstance(value, dict):
            if value is not None:
                self._lose(where, property_, "it is no text: left out")
            return {}
        text: Text = {}
        for key, words in list(value.items())[:100]:
            plain = _clean(words)
            if not plain:
                continue
            if len(plain) > _LONGEST_WORDS:
                self._lose(where, property_, f"the text is cut at {_LONGEST_WORDS} characters")
                plain = plain[:_LONGEST_WORDS].strip()
            language = self._default if key == "default" else language_code(str(key).replace("_", "-")[:40])
            text.setdefault(language, plain)
            self._languages[language] = self._languages.get(language, 0) + 1
        return text

    def _in_default(self, text: Text, where: str) -> Text:
        if text and self._default not in text:
            other, words = next(iter(text.items()))
            self._lose(
                where, f"no words in {self._default}", f"the words in {other} stand in until they are translated"
            )
            return {self._default: words, **text}
        return text

    def _label(self, element: dict[str, Any], name: str, where: str, property_: str = "title") -> Text:
        text = self._text(element.get(property_), where, property_)
        return self._in_default(text, where) or {self._default: name}

    # --- names

    def _count_names(self, value: Any, depth: int) -> None:
        """How often each name is used anywhere, so that only those used once go without their group's."""
        if depth > _DEEPEST_JSON:
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "name" and isinstance(inner, str):
                    self._written[inner] = self._written.get(inner, 0) + 1
                if key == "rows" and isinstance(inner, list):
                    for row in inner[:_MOST_OPTIONS]:
                        said = _option_value(row.get("value") if isinstance(row, dict) else row)
                        self._written[said] = self._written.get(said, 0) + 1
                self._count_names(inner, depth + 1)
        elif isinstance(value, list):
            for inner in value:
                self._count_names(inner, depth + 1)

    def _named(self, wanted: Any, where: str, *, short: str = "", repeated: bool = False) -> str:
        """A name of our own for what the form calls ``wanted``; ``short`` is taken instead where that is unique."""
        said = str(wanted) if isinstance(wanted, str | int | float) else ""
        if short and self._written.get(short, 0) <= 1 and _NAME.fullmatch(short) and short not in self._taken:
            said = short
        name = re.sub(r"[^A-Za-z0-9_.\-]+", "_", said).strip("_") if not _NAME.fullmatch(said) else said
        if not name or not re.match(r"[A-Za-z_]", name):
            name = f"q_{name}".rstrip("_") if name else "question"
        longest = LONGEST_REPEATED_NAME if repeated else 95
        base = name = name[:longest] if len(name) > longest or not _NAME.fullmatch(name) else name
        number = 2
        while name in self._taken:
            name = f"{base[: longest - 5]}_{number}"
            number += 1
        if name != said and said:
            again = base == said and "~" not in base
            self._lose(where, f"the name “{said[:60]}”{' again' if again else ''}", f"renamed to {name}")
        self._taken[name] = where
        return name

    # --- pages and elements

    def _pages(self) -> list[_Draft]:
        pages = self._form.get("pages")
        if not isinstance(pages, list):
            pages = [{"elements": next(self._form[key] for key in _ELEMENTS if isinstance(self._form.get(key), list))}]
            prefix = "elements"
        else:
            prefix = ""
        drafts: list[_Draft] = []
        for index, page in enumerate(pages):
            path = f"pages[{index}]"
            if not isinstance(page, dict):
                self._problem("", path, f"{path} is no page. It should be an object with “elements”.")
                continue
            name = page.get("name") if isinstance(page.get("name"), str) else ""
            where = f"{path} (page “{str(name)[:60]}”)" if name else path
            here = _Here(path, str(name)[:100], depth=1)
            if not any(page.get(key) not in (None, "", False) for key in _OF_GROUP):
                drafts += self._elements(page, "elements" if prefix else f"{path}.elements", here)
                self._lose_properties(page, where)
            else:
                drafts += self._group(page, path, where, here)
        return drafts

    def _elements(
        self, parent: dict[str, Any], path: str, here: _Here, keys: Sequence[str] = _ELEMENTS
    ) -> list[_Draft]:
        listed: list[Any] = next((parent[key] for key in keys if isinstance(parent.get(key), list)), [])
        drafts: list[_Draft] = []
        for index, element in enumerate(listed):
            if len(self._taken) > 3 * MOST_QUESTIONS or len(self._problems) > 100:
                if len(self._problems) <= 100:
                    self._problem(here.page, path, f"A survey has at most {MOST_QUESTIONS} questions. Split it up.")
                break
            drafts += self._element(element, f"{path}[{index}]", here)
        return drafts

    def _element(self, element: Any, path: str, here: _Here) -> list[_Draft]:
        if not isinstance(element, dict):
            self._problem(here.page, path, f"{path} is no question. It should be an object with “type” and “name”.")
            return []
        kind = element.get("type")
        name = element.get("name")
        word = "panel" if kind == "panel" else "question"
        where = f"{path} ({word} “{str(name)[:60]}”)" if isinstance(name, str) and name else path
        if not isinstance(kind, str):
            self._problem(here.page, path, f"{where} has no type. Say what kind of question it is, such as “text”.")
            return []
        if here.depth > _DEEPEST_GROUP:
            self._problem(here.page, path, f"Panels are nested more than {_DEEPEST_GROUP} deep. Take some out.")
            return []
        self._lose_properties(element, where)
        if kind == "panel":
            return self._group(element, path, where, here)
        if kind in ("image",):
            self._lose(where, "image", "pictures are not fetched from elsewhere: left out")
            return []
        if not isinstance(name, str) or not name.strip():
            if kind == "html":
                name = "note"
            else:
                self._problem(here.page, path, f"{where} has no name. Give it a short one.")
                return []
        here = here.at(path)
        made = _TYPES.get(kind, _Reader._unknown)(self, element, name, where, here)
        return made + self._comment(element, made, name, where, here) if made else []

    def _question(
        self, element: dict[str, Any], name: str, where: str, here: _Here, kind: Kind, **fields: Any
    ) -> _Draft:
        """A question with what all questions may have."""
        path = f"{here.inside}.{name}" if here.inside else name
        wanted = f"{here.inside}_{name}".replace(".", "_") if here.inside else name
        our = self._named(wanted, where, short=name if here.inside and here.columns is None else "", repeated=bool(here.repeats))
        draft = _Draft(our, where, here, {"kind": kind, **fields})
        draft.fields.setdefault("label", self._label(element, name, where))
        draft.fields.setdefault("hint", self._text(element.get("description"), where, "description"))
        draft.fields["required_message"] = self._text(element.get("requiredErrorText"), where, "requiredErrorText")
        self._register(draft, path, name)
        if kind is Kind.LEFT_OUT:
            return draft
        if element.get("isRequired") is True and kind is not Kind.NOTE:
            draft.fields["required"] = True
        if element.get("readOnly") is True:
            draft.fields["read_only"] = True
        self._waits(draft, element, "visibleIf", "relevant")
        if kind is not Kind.NOTE:
            self._waits(draft, element, "requiredIf", "required_if")
            self._waits(draft, element, "enableIf", "read_only_if")
            self._validators(draft, element)
            self._default_value(draft, element)
        if element.get("visible") is False and not element.get("visibleIf") and kind is not Kind.CALCULATED:
            self._hidden(draft)
        return draft

    def _register(self, draft: _Draft, path: str, name: str) -> None:
        self._drafts[draft.name] = draft
        if draft.here.repeats and not draft.here.inside:
            self._columns.setdefault(draft.here.repeats[-1], {}).setdefault(name, draft)
        elif draft.here.repeats:
            self._columns.setdefault(draft.here.repeats[-1], {}).setdefault(path, draft)
        else:
            if path in self._by_path:
                self._lose(draft.where, f"the name “{path[:60]}” again", "each question keeps its own answer")
            self._by_path.setdefault(path, draft)

    def _hidden(self, draft: _Draft) -> None:
        if any(waiting.into == "default" for waiting in draft.waiting) or draft.fields.get("default") is not None:
            fields = {"kind": Kind.HIDDEN, "label": draft.fields["label"]}
            if draft.fields.get("default") is not None:
                fields["default"] = draft.fields["default"]
            draft.fields = fields
            draft.waiting = [waiting for waiting in draft.waiting if waiting.into in ("default", "relevant")]
            return
        self._lose(draft.where, "visible", "hidden in the form: its place is kept, it is never asked")
        self._leave_out(draft, "hidden in the form")

    def _leave_out(self, draft: _Draft, why: str) -> None:
        draft.fields = {"kind": Kind.LEFT_OUT, "label": draft.fields["label"], "left_out": why[:300]}
        draft.waiting = [waiting for waiting in draft.waiting if waiting.into == "relevant"]
        draft.constraints = []

    def _left_out(
        self, element: dict[str, Any], name: str, where: str, here: _Here, feature: str, why: str
    ) -> list[_Draft]:
        self._lose(where, feature, why)
        return [self._question(element, name, where, here, Kind.LEFT_OUT, left_out=why[:300])]

    def _unknown(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        kind = str(element.get("type"))[:60]
        if kind.lower() in PLACES:
            why = "refused for privacy: Earshot does not record where somebody is"
        else:
            why = "not supported: its place is kept, it is never asked"
        return self._left_out(element, name, where, here, f"type {kind}", why)

    def _comment(self, element: dict[str, Any], made: list[_Draft], name: str, where: str, here: _Here) -> list[_Draft]:
        """The text beside a choice: “other”, or a comment, asked as a question of its own that follows."""
        follow: list[_Draft] = []
        first = made[0]
        if first.fields.get("kind") is Kind.LEFT_OUT or first.items is not None:
            return []
        if any(choice.name == OTHER for choice in first.fields.get("choices", ())) and any(
            element.get(key) is True for key in ("showOtherItem", "hasOther")
        ):
            label = self._text(element.get("otherPlaceholder"), where, "otherPlaceholder")
            other = self._beside(first, f"{first.name[:89]}_other", f"{name}-Comment", where, here, Kind.TEXT)
            other.fields["label"] = self._in_default(label, where) or {self._default: "Please say what."}
            other.fields["relevant"] = Call(
                function="selected", arguments=(Reference(name=first.name), Constant(value=OTHER))
            )
            follow.append(other)
        if any(element.get(key) is True for key in ("showCommentArea", "hasComment")):
            label = self._text(element.get("commentText"), where, "commentText")
            comment = self._beside(first, f"{first.name[:87]}_comment", f"{name}-Comment", where, here, Kind.LONG_TEXT)
            comment.fields["label"] = self._in_default(label, where) or {self._default: "Do you want to say more?"}
            comment.waiting = [waiting for waiting in first.waiting if waiting.into == "relevant"]
            follow.append(comment)
        return follow

    def _beside(self, first: _Draft, wanted: str, path: str, where: str, here: _Here, kind: Kind) -> _Draft:
        our = self._named(wanted, where, repeated=bool(here.repeats))
        draft = _Draft(our, where, here, {"kind": kind})
        self._drafts[our] = draft
        full = f"{here.inside}.{path}" if here.inside else path
        if here.repeats:
            self._columns.setdefault(here.repeats[-1], {}).setdefault(full, draft)
        else:
            self._by_path.setdefault(full, draft)
        return draft

    # --- what waits, rules, values filled in

    def _waits(self, draft: _Draft, element: dict[str, Any], property_: str, field_: _Field, **more: Any) -> None:
        said = element.get(property_)
        if said is None or said == "":
            return
        if not isinstance(said, str):
            self._lose(f"{draft.where}, {property_}", property_, f"it is no condition: {_GONE[field_]}")
            return
        draft.waiting.append(_Waiting(field_, property_, said, **more))

    def _validators(self, draft: _Draft, element: dict[str, Any]) -> None:
        listed = element.get("validators")
        for index, rule in enumerate(listed[:50] if isinstance(listed, list) else ()):
            where = f"{draft.where}, validators[{index}]"
            if not isinstance(rule, dict):
                self._lose(where, "validators", "it is no rule: left out")
                continue
            self._validator(draft, rule, where)
        kind = draft.fields["kind"]
        if kind is Kind.MULTIPLE_CHOICE:
            for key, op in (("minSelectedChoices", ">="), ("maxSelectedChoices", "<=")):
                if (number := _number(element.get(key))) and number > 0:
                    draft.constraints.append(_counted(op, number))

    def _validator(self, draft: _Draft, rule: dict[str, Any], where: str) -> None:
        kind = rule.get("type")
        message = self._text(rule.get("text"), where, "text")
        made: list[Node] = []
        if kind == "expression":
            if isinstance(rule.get("expression"), str) and rule["expression"]:
                waits = _Waiting("constraint", where.rpartition(", ")[2], rule["expression"], message)
                draft.waiting.append(replace(waits, place=len(draft.constraints)))
                draft.constraints.append(None)  # its place among the rules, until it is read
            return
        if kind == "numeric":
            for key, op in (("minValue", ">="), ("maxValue", "<=")):
                if (number := _number(rule.get(key))) is not None:
                    made.append(Binary.model_validate({"op": op, "left": This(), "right": Constant(value=number)}))
        elif kind == "text":
            length = Call(function="string-length", arguments=(This(),))
            for key, op in (("minLength", ">="), ("maxLength", "<=")):
                if (number := _number(rule.get(key))) and number > 0:
                    made.append(Binary.model_validate({"op": op, "left": length, "right": Constant(value=number)}))
            if rule.get("allowDigits") is False:
                made.append(_fits(r"[^0-9]*"))
        elif kind == "regex" and isinstance(rule.get("regex"), str):
            pattern = _whole_pattern(
                rule["regex"], rule.get("caseInsensitive") is True or rule.get("insensitive") is True
            )
            try:
                made.append(_fits(pattern))
            except ValidationError:
                self._lose(
                    where, "regex", "the pattern is none that is understood here: the answer is not checked by it"
                )
        elif kind == "answercount":
            for key, op in (("minCount", ">="), ("maxCount", "<=")):
                if (number := _number(rule.get(key))) and number > 0:
                    made.append(_counted(op, number))
        elif kind == "email":
            self._lose(where, "email", "refused for privacy: ask for no address; the answer is not checked")
        else:
            self._lose(where, f"validator {str(kind)[:60]}", "not known: the answer is not checked by it")
        if made:
            draft.constraints += made
            self._say(draft, message, where)

    def _say(self, draft: _Draft, message: Text, where: str) -> None:
        """Add what is said where a rule is not met; a question has one message for all its rules."""
        if not message:
            return
        before: Text = draft.fields.get("constraint_message", {})
        if before and before != message:
            self._lose(where, "text", "the messages of all rules are shown together")
            message = {
                language: " ".join(
                    dict.fromkeys(part for part in (before.get(language), message.get(language)) if part)
                )
                for language in {**before, **message}
            }
        draft.fields["constraint_message"] = message

    def _default_value(self, draft: _Draft, element: dict[str, Any]) -> None:
        asked = element.get("visible") is not False
        if (value := element.get("defaultValue")) is not None:
            constant = constant_of(value)
            if isinstance(value, list) and value and all(isinstance(one, str | int) for one in value):
                constant = constant_of(" ".join(_option_value(one) for one in value))
            if constant is None:
                self._lose(draft.where, "defaultValue", "not filled in beforehand")
            else:
                draft.fields["default"] = constant
        self._waits(draft, element, "defaultValueExpression", "default")
        if asked and (value is not None or element.get("defaultValueExpression")):
            self._lose(draft.where, "defaultValue", "not filled in beforehand: an answer nobody gave nudges")

    def _lose_properties(self, element: dict[str, Any], where: str) -> None:
        for key in list(element)[:200]:
            if key in LOST:
                if LOST[key] and element[key] not in (None, "", False, [], {}, "none"):
                    self._lose(f"{where}, {key}", key, LOST[key])
            elif key not in PLAIN and element[key] not in (None, "", False, [], {}):
                self._lose(f"{where}, {str(key)[:60]}", str(key)[:60], "not known here: left out")

    # --- kinds of questions

    def _text_question(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        input_type = str(element.get("inputType") or "text")
        if reason := REFUSED_INPUTS.get(input_type):
            why = f"refused for privacy: Earshot does not record {reason}"
            return self._left_out(element, name, where, here, f"inputType {input_type}", why)
        kind = INPUTS.get(input_type)
        if kind is None:
            why = "not supported: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, f"inputType {input_type[:40]}", why)
        if str(element.get("autocomplete") or element.get("autoComplete")) in PRIVATE_AUTOCOMPLETE:
            self._lose(where, "autocomplete", "it asks who or where somebody is: think again whether to ask it at all")
        fields: dict[str, Any] = {}
        step = _number(element.get("step"))
        if kind is Kind.DECIMAL and step is not None and step > 0 and float(step).is_integer():
            kind = Kind.INTEGER
        if kind is Kind.RANGE:
            fields = {"least": _number(element.get("min")) or 0, "most": _number(element.get("max"))}
            fields["most"] = 100 if fields["most"] is None else fields["most"]
        elif kind in (Kind.INTEGER, Kind.DECIMAL):
            fields = {"least": _number(element.get("min")), "most": _number(element.get("max"))}
        if (step is not None and step > 0 and kind in (Kind.RANGE, Kind.DECIMAL)) or (
            kind is Kind.INTEGER and step != 1
        ):
            fields["step"] = step
        if fields.get("least") is not None and fields.get("most") is not None and fields["least"] > fields["most"]:
            self._lose(where, "min", "it is more than the most: both are left out")
            fields = {"least": 0, "most": 100} if kind is Kind.RANGE else {}
        draft = self._question(element, name, where, here, kind, **fields)
        if kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
            self._bounds_in_time(draft, element, kind)
        self._longest(draft, element)
        for key in ("minErrorText", "maxErrorText"):
            if kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
                self._say(draft, self._text(element.get(key), where, key), where)
            elif element.get(key):
                self._lose(f"{where}, {key}", key, "Earshot's own sentence is shown")
        return [draft]

    def _bounds_in_time(self, draft: _Draft, element: dict[str, Any], kind: Kind) -> None:
        for key, op in (("min", ">="), ("max", "<=")):
            said = element.get(key)
            if isinstance(said, str) and kind is Kind.DATE and re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
                bound = Binary.model_validate({"op": op, "left": This(), "right": Constant(value=said)})
                draft.constraints.append(bound)
            elif said not in (None, ""):
                self._lose(f"{draft.where}, {key}", key, _GONE["constraint"])

    def _longest(self, draft: _Draft, element: dict[str, Any]) -> None:
        most = _number(element.get("maxLength"))
        if draft.fields["kind"] in (Kind.TEXT, Kind.LONG_TEXT) and most is not None and most >= 1:
            draft.fields["max_length"] = int(min(most, 20_000))

    def _long_text(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        draft = self._question(element, name, where, here, Kind.LONG_TEXT)
        self._longest(draft, element)
        return [draft]

    def _choice_question(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        written = str(element["type"])
        kind = CHOICES[written]
        if written == "imagepicker" and element.get("multiSelect") is True:
            kind = Kind.MULTIPLE_CHOICE
        choices, waiting = self._choices(element, where, kind, pictures=written == "imagepicker")
        source = self._carried(element, where)
        if source is not None:
            choices = [*source.fields["choices"], *(c for c in choices if c.name not in _names_of(source))]
        if not choices:
            why = "it has no options of its own: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, "no options", why)
        if written == "checkbox" and [choice.name for choice in choices] == ["OK"]:
            return [self._question(element, name, where, here, Kind.ACKNOWLEDGE)]
        fields: dict[str, Any] = {"choices": tuple(choices)}
        if any(choice.picture for choice in choices):
            fields["appearance"] = "pictures"
        order = element.get("choicesOrder")
        if order == "random":
            fields["shuffle"] = True
        elif order in ("asc", "desc"):
            special = {value for _, value, *_ in SPECIAL}
            plain = [choice for choice in choices if choice.name not in special]
            plain.sort(key=lambda choice: choice.label.get(self._default, choice.name).lower(), reverse=order == "desc")
            fields["choices"] = (*plain, *(choice for choice in choices if choice.name in special))
        draft = self._question(element, name, where, here, kind, **fields)
        draft.waiting += waiting
        self._waits(draft, element, "choicesVisibleIf", "choice_filter")
        if source is not None and element.get("choicesFromQuestionMode") in ("selected", "unselected"):
            taken = Call(
                function="selected",
                arguments=(Reference(name=source.name), Call(function="choice", arguments=(Constant(value="name"),))),
            )
            selected = element["choicesFromQuestionMode"] == "selected"
            draft.fields["choice_filter"] = taken if selected else Call(function="not", arguments=(taken,))
        return [draft]

    def _carried(self, element: dict[str, Any], where: str) -> _Draft | None:
        """The question whose options are taken over, if there is one before this."""
        said = element.get("choicesFromQuestion")
        if not isinstance(said, str) or not said:
            return None
        source = self._by_path.get(said)
        if source is None or not source.fields.get("choices"):
            self._lose(f"{where}, choicesFromQuestion", "choicesFromQuestion", "no such question before it: left out")
            return None
        return source

    def _choices(
        self, element: dict[str, Any], where: str, kind: Kind, key: str = "choices", pictures: bool = False
    ) -> tuple[list[Choice], list[_Waiting]]:
        found: dict[str, Choice] = {}
        waiting: list[_Waiting] = []
        listed = element.get(key)
        raw = list(listed) if isinstance(listed, list) else []
        if not raw and _number(element.get("choicesMax")):
            raw = _stepped(element.get("choicesMin"), element.get("choicesMax"), element.get("choicesStep"))
        if len(raw) > _MOST_OPTIONS:
            message = f"{where} has {len(raw)} options and may have {_MOST_OPTIONS}. Shorten the list."
            self._problem("", where.partition(" ")[0], message)
            return [], []
        for index, item in enumerate(raw):
            place = f"{where}, {key}[{index}]"
            choice = self._choice(item, place, kind, pictures)
            if choice is None:
                continue
            if choice.name in found:
                self._lose(place, "two options with one value", f"only the first “{choice.name[:40]}” is kept")
                continue
            found[choice.name] = choice
            if isinstance(item, dict) and isinstance(item.get("visibleIf"), str) and item["visibleIf"]:
                waiting.append(
                    _Waiting("choice_filter", f"{key}[{index}].visibleIf", item["visibleIf"], option=choice.name)
                )
        for flags, value, text_key, words, alone, means in SPECIAL:
            if any(element.get(flag) is True for flag in flags) and value not in found:
                label = self._text(element.get(text_key), where, text_key)
                found[value] = Choice(
                    name=value,
                    label=self._in_default(label, where) or {self._default: words},
                    exclusive=alone and kind is Kind.MULTIPLE_CHOICE,
                    means=means,
                )
        return list(found.values()), waiting

    def _choice(self, item: Any, where: str, kind: Kind, pictures: bool = False) -> Choice | None:
        value = item.get("value") if isinstance(item, dict) else item
        said = _option_value(value)
        if not said:
            self._lose(where, "option without value", "left out")
            return None
        name = said[:100].strip()
        if name in RESERVED_OPTION_NAMES:
            name = f"minus_{name[1:]}"
        if name != said:
            self._lose(where, f"the value “{said[:40]}”", f"renamed to {name[:40]}: conditions do not know it")
        label = self._text(item.get("text"), where, "text") if isinstance(item, dict) else {}
        picture: dict[str, str] = {}
        if isinstance(item, dict):
            for key in ("enableIf", "elements", "showCommentArea", "hasComment"):
                if item.get(key):
                    self._lose(f"{where}.{key}", key, "the option is offered like any other")
            if pictures and item.get("imageLink"):
                picture = self._picture(item["imageLink"], f"{where}.imageLink")
        return Choice(
            name=name,
            label=self._in_default(label, where) or {self._default: said[:1_000]},
            exclusive=kind is Kind.MULTIPLE_CHOICE and isinstance(item, dict) and item.get("isExclusive") is True,
            picture=picture,
        )

    def _picture(self, link: Any, where: str) -> dict[str, str]:
        links = link if isinstance(link, dict) else {"default": link}
        named = {
            (self._default if key == "default" else language_code(str(key)[:40])): said
            for key, said in list(links.items())[:100]
            if isinstance(said, str) and _FILE_NAME.fullmatch(said)
        }
        if len(named) < len(links):
            self._lose(where, "imageLink", "the picture is not fetched from elsewhere: add it here")
        return named

    def _yes_no(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        choices = []
        for key, value, words in (("labelTrue", "valueTrue", "Yes"), ("labelFalse", "valueFalse", "No")):
            label = self._in_default(self._text(element.get(key), where, key), where) or {self._default: words}
            said = _option_value(element.get(value)) or ("true" if value == "valueTrue" else "false")
            choices.append(Choice(name=said[:100].strip() or value, label=label))
        if choices[0].name == choices[1].name or {c.name for c in choices} & RESERVED_OPTION_NAMES:
            return self._left_out(element, name, where, here, "valueTrue", "yes and no have one value: left out")
        draft = self._question(element, name, where, here, Kind.SINGLE_CHOICE, choices=tuple(choices))
        draft.yes_no = [choice.name for choice in choices] == ["true", "false"]
        return [draft]

    def _rating(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        items = element.get("rateValues")
        if not isinstance(items, list) or not items:
            least = _number(element.get("rateMin"))
            least = 1 if least is None else least
            step = _number(element.get("rateStep")) or 1
            count = _number(element.get("rateCount"))
            most = _number(element.get("rateMax"))
            if most is None:
                most = least + ((count or 5) - 1) * step
            items = _stepped(least, most, step)
        faces = element.get("rateType") in ("smileys", "smiley")
        choices, _ = self._choices({"choices": items}, where, Kind.SINGLE_CHOICE)
        numbers = [_number(choice.name) for choice in choices]
        worded = any(choice.label != {self._default: choice.name} for choice in choices)
        if not choices:
            return self._left_out(element, name, where, here, "no values", "it has no values: it is never asked")
        if not faces and not worded and (fields := _even(numbers)):
            if element.get("rateStep") is None and fields["step"] == 1:
                del fields["step"]
            draft = self._question(element, name, where, here, Kind.RANGE, appearance="scale", **fields)
            self._ends_in_hint(draft, element)
            return [draft]
        if faces:
            choices = self._faces(element, choices[::-1], where, worded)
        appearance = "faces" if faces else "scale"
        draft = self._question(
            element, name, where, here, Kind.SINGLE_CHOICE, choices=tuple(choices), appearance=appearance
        )
        if not faces:
            self._ends_in_hint(draft, element)
        return [draft]

    def _faces(self, element: dict[str, Any], choices: list[Choice], where: str, worded: bool) -> list[Choice]:
        """Words for faces that have none: children who cannot tell a face by its drawing read or hear them."""
        if worded:
            return choices
        words = _FACE_WORDS.get(len(choices)) if self._default.startswith("en") else None
        self._lose(where, "faces without words", "each has words now, which should be looked at")
        named = [
            choice.model_copy(update={"label": {self._default: words[place] if words else choice.name}})
            for place, choice in enumerate(choices)
        ]
        for place, key in ((0, "maxRateDescription"), (-1, "minRateDescription")):
            if text := self._in_default(self._text(element.get(key), where, key), where):
                named[place] = named[place].model_copy(update={"label": text})
        return named

    def _ends_in_hint(self, draft: _Draft, element: dict[str, Any]) -> None:
        """What the ends of a scale mean, said under the question."""
        ends = [self._text(element.get(key), draft.where, key) for key in ("minRateDescription", "maxRateDescription")]
        if not any(ends):
            return
        if choices := draft.fields.get("choices"):
            values = (choices[0].name, choices[-1].name)
        else:
            values = (_option_value(draft.fields["least"]), _option_value(draft.fields["most"]))
        hint: Text = dict(draft.fields["hint"])
        for language in {**ends[0], **ends[1]}:
            said = ", ".join(
                f"{value} = {end[language]}" for value, end in zip(values, ends, strict=True) if language in end
            )
            hint[language] = f"{hint[language]}\n\n{said}" if language in hint else said
        draft.fields["hint"] = hint

    def _slider(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        if element.get("sliderType") == "range":
            why = "two ends of a range cannot be asked at once: its place is kept, it is never asked"
            return self._left_out(element, name, where, here, "sliderType range", why)
        least, most = _number(element.get("min")) or 0, _number(element.get("max"))
        most = 100 if most is None else most
        step = _number(element.get("step")) or 1
        if least > most or step <= 0:
            return self._left_out(element, name, where, here, "min", "the least is more than the most: never asked")
        fields: dict[str, Any] = {"least": least, "most": most}
        if element.get("step") is not None:
            fields["step"] = step
        return [self._question(element, name, where, here, Kind.RANGE, **fields)]

    def _file(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        accepted = str(element.get("acceptedTypes") or "").lower()
        categories = element.get("acceptedCategories")
        kinds = [part.strip() for part in accepted.split(",") if part.strip()]
        pictures = bool(kinds) and all(part.startswith("image/") or part in _PICTURES for part in kinds)
        if pictures or (not kinds and (categories == ["image"] or element.get("sourceType") == "camera")):
            return [self._question(element, name, where, here, Kind.PHOTO)]
        why = "refused for privacy: Earshot does not take films and other files, which show who somebody is"
        return self._left_out(element, name, where, here, "file", why)

    def _drawing(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        return [self._question(element, name, where, here, Kind.DRAWING)]

    def _note(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        markup = self._text(element.get("html"), where, "html")
        label: Text = {}
        hint: Text = {}
        for language, said in markup.items():
            heading, rest = _plain_text(said)
            if heading and rest:
                label[language], hint[language] = heading, rest
            elif heading or rest:
                label[language] = heading or rest
            if re.search(r"<\s*(img|video|audio|iframe|script|svg|object|embed)\b", said, re.IGNORECASE):
                self._lose(where, "html", "pictures, films and programs inside the text are left out")
        if not label:
            self._lose(where, "html", "there are no words in it: left out")
            return []
        return [self._question(element, name, where, here, Kind.NOTE, label=self._in_default(label, where), hint=hint)]

    def _expression(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        draft = self._question(element, name, where, here, Kind.CALCULATED)
        if element.get("visible") is not False:
            self._lose(where, "expression", "what is worked out is kept, and not shown")
        draft.fields = {"kind": Kind.CALCULATED, "label": draft.fields["label"]}
        draft.waiting = [waiting for waiting in draft.waiting if waiting.into == "relevant"]
        if isinstance(element.get("expression"), str) and element["expression"]:
            draft.waiting.append(_Waiting("calculation", "expression", element["expression"]))
        else:
            self._lose(where, "expression", "it says nothing to work out: its place is kept")
            self._leave_out(draft, "nothing to work out")
        return [draft]

    # --- groups

    def _group(self, element: dict[str, Any], path: str, where: str, here: _Here) -> list[_Draft]:
        written = element.get("name")
        draft = self._new_group(element, str(written or "panel"), where, here.at(path))
        inner = _Here(path, here.page, here.repeats, here.columns, here.inside, here.depth + 1)
        draft.items = self._elements(element, f"{path}.elements", inner)
        return [draft] if draft.items else []

    def _new_group(self, element: dict[str, Any], name: str, where: str, here: _Here) -> _Draft:
        draft = _Draft(self._named(name, where, repeated=bool(here.repeats)), where, here, items=[])
        label = self._text(element.get("title"), where, "title")
        draft.fields["label"] = self._in_default(label, where)
        draft.fields["hint"] = self._text(element.get("description"), where, "description")
        self._waits(draft, element, "visibleIf", "relevant")
        self._waits(draft, element, "enableIf", "read_only_if")
        if element.get("readOnly") is True:
            draft.fields["read_only_if"] = Constant(value=True)
        if element.get("visible") is False and not element.get("visibleIf"):
            self._lose(where, "visible", "hidden in the form: it is never asked")
            draft.fields["relevant"] = Constant(value=False)
        for key in ("isRequired", "requiredIf"):
            if element.get(key):
                self._lose(f"{where}, {key}", key, "a group is not required; each question says so itself")
        if element.get("questionOrder") == "random" or element.get("questionsOrder") == "random":
            draft.fields["shuffle"] = True
        return draft

    def _matrix(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        kind = Kind.MULTIPLE_CHOICE if element.get("cellType") == "checkbox" else Kind.SINGLE_CHOICE
        columns, _ = self._choices(element, where, kind, "columns")
        rows = self._rows(element, where)
        if not columns or not rows:
            return self._left_out(element, name, where, here, "matrix", "it has no rows or no columns: never asked")
        draft = self._new_group(_without_required(element), name, where, here)
        each = element.get("eachRowRequired") is True or element.get("isAllRowRequired") is True
        if (element.get("isRequired") is True or element.get("requiredIf")) and not each:
            self._lose(where, "isRequired", "one row was enough there; here no row is required")
        for key in ("validators", "defaultValue", "defaultValueExpression"):
            if element.get(key):
                self._lose(f"{where}, {key}", key, "not taken over for rows")
        if kind is Kind.SINGLE_CHOICE:
            draft.fields["appearance"] = "grid"
        if element.get("rowOrder") == "random":
            draft.fields["shuffle"] = True
        inner = _Here(here.path, here.page, here.repeats, here.columns, _joined(here.inside, name), here.depth + 1)
        for index, (value, label, row) in enumerate(rows):
            question = {"title": label, "isRequired": each, "visibleIf": row.get("visibleIf")}
            made = self._question(question, value, f"{where}, rows[{index}]", inner, kind, choices=tuple(columns))
            draft.items = [*(draft.items or []), made]
        return [draft]

    def _rows(self, element: dict[str, Any], where: str) -> list[tuple[str, Any, dict[str, Any]]]:
        """The rows of a matrix: value, words, the row itself."""
        rows: list[tuple[str, Any, dict[str, Any]]] = []
        listed = element.get("rows")
        for index, row in enumerate(listed[:MOST_QUESTIONS] if isinstance(listed, list) else ()):
            value = _option_value(row.get("value") if isinstance(row, dict) else row)
            if not value:
                self._lose(f"{where}, rows[{index}]", "row without value", "left out")
                continue
            full = row if isinstance(row, dict) else {}
            rows.append((value, full.get("text") or value, full))
        return rows

    def _matrix_of_questions(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        rows = self._rows(element, where)
        draft = self._new_group(element, name, where, here)
        for index, (value, label, row) in enumerate(rows):
            if len(self._taken) > 3 * MOST_QUESTIONS:
                self._problem(here.page, here.path, f"A survey has at most {MOST_QUESTIONS} questions. Split it up.")
                break
            place = f"{where}, rows[{index}]"
            path = f"{_joined(here.inside, name)}.{value}"
            group = self._new_group({"title": label, "visibleIf": row.get("visibleIf")}, f"{name}_{value}", place, here)
            own: dict[str, str] = {}
            inner = _Here(here.path, here.page, here.repeats, own, path, here.depth + 1)
            group.items = self._cells(element, place, inner, own)
            if group.items:
                draft.items = [*(draft.items or []), group]
        if not draft.items:
            return self._left_out(
                element, name, where, here, "matrixdropdown", "it has no rows or columns: never asked"
            )
        return [draft]

    def _cells(self, element: dict[str, Any], where: str, here: _Here, own: dict[str, str]) -> list[_Draft]:
        """The questions of a row, one for each column."""
        made: list[_Draft] = []
        columns = element.get("columns")
        for index, column in enumerate(columns[:100] if isinstance(columns, list) else ()):
            if not isinstance(column, dict):
                column = {"name": column}
            cell = str(column.get("cellType") or "default")
            kind = str(element.get("cellType") or "dropdown") if cell == "default" else cell
            question = {key: value for key, value in column.items() if key not in ("cellType", *_TOTALS)}
            question["type"] = kind
            if kind in CHOICES and not question.get("choices"):
                question["choices"] = element.get("choices")
            if any(column.get(key) for key in _TOTALS):
                self._lose(f"{where}, columns[{index}]", "totals", "nothing is added up below")
            drafts = self._element(question, f"{here.path}.columns[{index}]", here)
            if drafts and isinstance(column.get("name"), str):
                own[column["name"]] = drafts[0].name
            made += drafts
        return made

    def _repeated_panel(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        draft = self._repeated(element, name, where, here, "Panel")
        inner = _Here(here.path, here.page, (*here.repeats, draft.name), here.columns, "", here.depth + 1)
        draft.items = self._elements(element, f"{here.path}.templateElements", inner, ("templateElements",))
        return self._if_any(draft, element, name, where, here)

    def _repeated_rows(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        draft = self._repeated(element, name, where, here, "Row")
        own: dict[str, str] = {}
        inner = _Here(here.path, here.page, (*here.repeats, draft.name), own, "", here.depth + 1)
        draft.items = self._cells(element, where, inner, own)
        return self._if_any(draft, element, name, where, here)

    def _if_any(self, draft: _Draft, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        if draft.items:
            return [draft]
        self._drop(draft)
        return self._left_out(element, name, where, here, str(element["type"]), "there is nothing inside: never asked")

    def _drop(self, draft: _Draft) -> None:
        self._taken.pop(draft.name, None)
        self._drafts.pop(draft.name, None)
        self._by_path = {path: one for path, one in self._by_path.items() if one is not draft}

    def _repeated(self, element: dict[str, Any], name: str, where: str, here: _Here, word: str) -> _Draft:
        draft = self._new_group(element, name, where, here)
        few, many = _number(element.get(f"min{word}Count")), _number(element.get(f"max{word}Count"))
        start = _number(element.get(f"{word.lower()}Count"))
        fixed = start if (few == many == start and start) or _cannot_add(element, word) else None
        most = 10 if many is None else int(many)
        if not 1 <= most <= 20 or (many is None and not fixed):
            most = min(max(most, 1), 20)
            self._lose(f"{where}, max{word}Count", f"max{word}Count", f"at most {most} turns")
        draft.repeat = {"most": most}
        bindings = element.get("bindings")
        bound = bindings.get(f"{word.lower()}Count") if isinstance(bindings, dict) else None
        if isinstance(bound, str) and bound:
            draft.waiting.append(_Waiting("count", "bindings", f"{{{bound}}}"))
        elif fixed is not None:
            turns = int(min(max(fixed, 0), 20))
            draft.repeat = {"most": max(turns, 1) if many is None else most, "count": Constant(value=turns)}
        elif few or (start and start != 2):
            self._lose(where, f"min{word}Count", "respondents are asked how many, from nought on")
        self._drafts[draft.name] = draft
        self._register(draft, name, name)
        return draft

    def _texts(self, element: dict[str, Any], name: str, where: str, here: _Here) -> list[_Draft]:
        draft = self._new_group(_without_required(element), name, where, here)
        if element.get("isRequired") is True or element.get("requiredIf"):
            self._lose(where, "isRequired", "one field was enough there; here each says for itself")
        inner = _Here(here.path, here.page, here.repeats, here.columns, _joined(here.inside, name), here.depth + 1)
        items = element.get("items")
        for index, item in enumerate(items[:100] if isinstance(items, list) else ()):
            question = item if isinstance(item, dict) else {"name": item}
            made = self._element({**question, "type": "text"}, f"{here.path}.items[{index}]", inner)
            draft.items = [*(draft.items or []), *made]
        if not draft.items:
            self._taken.pop(draft.name, None)
            return self._left_out(element, name, where, here, "multipletext", "it has no fields: never asked")
        return [draft]

    # --- the survey's own properties

    def _calculated_values(self, drafts: list[_Draft]) -> None:
        listed = self._form.get("calculatedValues")
        for index, value in enumerate(listed[:MOST_QUESTIONS] if isinstance(listed, list) else ()):
            path = f"calculatedValues[{index}]"
            name = value.get("name") if isinstance(value, dict) else None
            if not isinstance(value, dict) or not isinstance(name, str) or not name or not value.get("expression"):
                self._lose(path, "calculatedValues", "it has no name or nothing to work out: left out")
                continue
            where = f"{path} (“{name[:60]}”)"
            draft = _Draft(self._named(name, where), where, _Here(path, ""), {"kind": Kind.CALCULATED})
            draft.fields["label"] = {self._default: name[:1_000]}
            self._waits(draft, value, "expression", "calculation")
            self._register(draft, name, name)
            draft.after = looked_at(str(value.get("expression")))
            self._insert(drafts, draft)

    def _insert(self, drafts: list[_Draft], draft: _Draft) -> None:
        """Put a calculation behind the last thing it looks at."""
        place = 0
        for index, other in enumerate(drafts):
            paths = {path.lower() for path, known in self._by_path.items() if known in _within(other)}
            if any(_begins(name.lower(), path) for name in draft.after for path in paths):
                place = index + 1
        drafts.insert(place, draft)

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

    def _look_up(self, draft: _Draft, field_: _Field) -> Any:
        options = _names_of(draft)

        def look(name: str) -> Meant | None:
            if field_ == "choice_filter" and name in ("item", "choice"):
                return Meant(Call(function="choice", arguments=(Constant(value="name"),)), Sort.OPTION, options)
            found = self._meant(name, draft.here, 0)
            if field_ == "constraint":
                own: Kind = draft.fields["kind"]
                if name in ("$self.value", "$self", "self.value") or (
                    found is not None and isinstance(found.node, Reference) and found.node.name == draft.name
                ):
                    return Meant(This(), draft.sort or sort_of(own), options, draft.yes_no)
            return found

        return look

    def _meant(self, name: str, here: _Here, depth: int) -> Meant | None:
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

    def _of_path(self, path: str) -> _Draft | None:
        """What stands at a path; capitals do not count there where nothing is written just so."""
        if path in self._by_path:
            return self._by_path[path]
        alike_ = [draft for known, draft in self._by_path.items() if known.lower() == path.lower()]
        return alike_[0] if len(alike_) == 1 else None

    def _part_of(self, name: str, of_path: Callable[[str], _Draft | None]) -> Meant | None:
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

    def _turn_of(self, draft: _Draft | None, number: str, column: str | None) -> Meant | None:
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

    def _of_draft(self, draft: _Draft) -> Meant:
        reference = Reference(name=draft.name)
        if draft.items is not None:
            return Meant(Call(function="count", arguments=(reference,)), Sort.TURNS)
        kind = draft.fields["kind"]
        sort = draft.sort or sort_of(kind)
        if sort is Sort.TRUTH:  # kept as the words true and false
            return Meant(reference, Sort.OPTION, ("true", "false"), yes_no=True)
        return Meant(reference, sort, _names_of(draft), draft.yes_no)

    def _read_waiting(self, draft: _Draft) -> None:
        for waiting in draft.waiting:
            where = f"{draft.where}, {waiting.written_in}"
            try:
                node = self._read(draft, waiting)
            except ExpressionError as error:
                if error.unsupported:
                    self._lose(where, error.message, _GONE[waiting.into])
                    if waiting.into == "calculation":
                        self._leave_out(draft, "nothing to work out")
                        return
                else:
                    message = f"{where} cannot be read (character {error.position + 1}): {error.message} Mend it."
                    self._problem(draft.here.page, draft.here.path, message)
                continue
            self._put(draft, waiting, node)

    def _read(self, draft: _Draft, waiting: _Waiting) -> Expression:
        look = self._look_up(draft, waiting.into)
        if waiting.into in ("calculation", "default", "count"):
            node, sort = read_typed(waiting.said, look)
            if waiting.into == "calculation":
                draft.sort = sort
            return node
        return read_condition(waiting.said, look)

    def _put(self, draft: _Draft, waiting: _Waiting, node: Node) -> None:
        match waiting.into:
            case "read_only_if":
                denied = isinstance(node, Call) and node.function == "not"
                inner = node.arguments[0] if denied else Call(function="not", arguments=(node,))  # type: ignore[union-attr]
                draft.fields["read_only_if"] = inner
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

    def _asked(self, drafts: list[_Draft]) -> Iterator[_Draft]:
        for draft in drafts:
            if draft.items is not None:
                yield from self._asked(draft.items)
            elif draft.fields["kind"] not in UNSEEN:
                yield draft

    def _survey(self, drafts: list[_Draft]) -> Survey | None:
        everything = [one for draft in drafts for one in _within(draft)]
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

    def _item(self, draft: _Draft) -> Question | Group | None:
        fields = dict(draft.fields)
        for key in ("label", "hint", "constraint_message", "required_message"):
            if key in fields:
                fields[key] = self._piped(fields[key], draft)
        try:
            if draft.items is None:
                self._put_rules(draft, fields)
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

    def _put_rules(self, draft: _Draft, fields: dict[str, Any]) -> None:
        self._put_filters(draft, fields)
        if rules := [rule for rule in draft.constraints if rule is not None]:
            fields["constraint"] = rules[0] if len(rules) == 1 else Logic(op="and", parts=tuple(rules))

    def _lose_too_long(self, draft: _Draft, fields: dict[str, Any]) -> None:
        for key in _CONDITIONS:
            if fields.get(key) is not None and (problem := problem_of_size(fields[key])):
                self._lose(f"{draft.where}, {key}", problem, _GONE[key])
                del fields[key]

    def _put_filters(self, draft: _Draft, fields: dict[str, Any]) -> None:
        """The conditions of single options as one filter: options with the same condition have one column's value."""
        if not draft.filters:
            return
        kinds = {node: str(number) for number, node in enumerate(dict.fromkeys(draft.filters.values()), start=1)}
        column = Call(function="choice", arguments=(Constant(value=_WHEN),))
        parts: list[Node] = []
        if len(draft.filters) < len(fields["choices"]):
            parts.append(Binary(op="=", left=column, right=Constant(value="0")))
        for node, number in kinds.items():
            here = Binary(op="=", left=column, right=Constant(value=number))
            parts.append(Logic(op="and", parts=(here, node)))
        made: Node = parts[0] if len(parts) == 1 else Logic(op="or", parts=tuple(parts))
        if (before := fields.get("choice_filter")) is not None:
            made = Logic(op="and", parts=(before, made))
        fields["choice_filter"] = made
        fields["choices"] = tuple(
            choice.model_copy(
                update={"columns": {_WHEN: kinds[draft.filters[choice.name]] if choice.name in draft.filters else "0"}}
            )
            for choice in fields["choices"]
        )

    def _piped(self, text: Text, draft: _Draft) -> Text:
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

        return {language: _PIPED.sub(said, words)[:_LONGEST_WORDS] for language, words in text.items()}

    def _made(self, items: tuple[Question | Group, ...]) -> Survey | None:
        stem = re.sub(r"\.[A-Za-z]+$", "", re.split(r"[/\\]", self._filename)[-1])
        title = self._in_default(self._text(self._form.get("title"), "title", "title"), "title")
        introduction = self._in_default(
            self._text(self._form.get("description"), "description", "description"), "description"
        )
        others = [code for code in self._languages if code != self._default]
        try:
            return Survey(
                name=re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "survey",
                title=title or {self._default: _clean(stem)[:1_000] or "Survey"},
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
            for key in _CONDITIONS:
                condition = getattr(item, key, None)
                if condition is None:
                    continue
                why = _looks_wrong(survey, item, key, condition, start)
                if item.name in circular and key in ("relevant", "calculation"):
                    why = "it depends on itself, round in a circle"
                if why:
                    self._lose(f"{self._where(item.name)}, {key}", f"condition: {why}", _GONE.get(key, "left out"))
                    changed[key] = None
            if isinstance(item, Group):
                if item.repeat is not None and item.repeat.count is not None:
                    why = _looks_wrong(survey, item, "count", item.repeat.count, start)
                    if why:
                        self._lose(f"{self._where(item.name)}, bindings", f"condition: {why}", _GONE["count"])
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
            for key in _CONDITIONS:
                condition = getattr(item, key, None)
                if condition is not None:
                    looked |= names(condition)
        if conditional & looked:
            self._lose(
                "clearInvisibleValues", "answers that have become hidden", "they do not count here, for any condition"
            )

    def _lose(self, where: str, feature: str, what_happens: str) -> None:
        if len(self._loss) < _MOST_LOSSES:
            self._loss[Loss(_clean(where)[:300], _clean(feature)[:200], what_happens)] = None

    def _problem(self, page: str, path: str, message: str) -> None:
        self._problems.append(ImportProblem(_clean(page), None, _clean(path)[:300], _clean(message)))


_TYPES = {
    "text": _Reader._text_question, "comment": _Reader._long_text, "boolean": _Reader._yes_no,
    "rating": _Reader._rating, "slider": _Reader._slider, "file": _Reader._file, "signaturepad": _Reader._drawing,
    "html": _Reader._note, "expression": _Reader._expression, "matrix": _Reader._matrix,
    "matrixdropdown": _Reader._matrix_of_questions, "matrixdynamic": _Reader._repeated_rows,
    "paneldynamic": _Reader._repeated_panel, "multipletext": _Reader._texts,
    **dict.fromkeys(CHOICES, _Reader._choice_question),
}  # fmt: skip

_WHEN = "when"
"""The column that says which of the conditions of single options an option has; 0 for none."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,94}")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,119}")
_PIPED = re.compile(r"\{([^{}]{1,200})\}")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".heic", ".gif")
_OF_GROUP = (
    "title",
    "description",
    "visibleIf",
    "enableIf",
    "readOnly",
    "questionOrder",
    "questionsOrder",
    "requiredIf",
)
_TOTALS = ("totalType", "totalExpression", "totalFormat", "totalDisplayStyle", "totalAlignment")
_CONDITIONS = (
    "relevant", "required_if", "read_only_if", "constraint", "calculation", "default", "choice_filter"
)  # fmt: skip
_FACE_WORDS = {
    2: ("Happy", "Unhappy"),
    3: ("Happy", "In the middle", "Unhappy"),
    4: ("Very happy", "Happy", "Unhappy", "Very unhappy"),
    5: ("Very happy", "Happy", "In the middle", "Unhappy", "Very unhappy"),
}


def _count_languages(value: Any, counted: dict[str, int], depth: int) -> None:
    """How many of the form's words are in each language, ``default`` for those that name none."""
    if depth > _DEEPEST_JSON:
        return
    if isinstance(value, list):
        for inner in value:
            _count_languages(inner, counted, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("title", "text", "html", "description") and isinstance(inner, str | dict):
                for language in inner if isinstance(inner, dict) else ("default",):
                    counted[str(language)] = counted.get(str(language), 0) + 1
            else:
                _count_languages(inner, counted, depth + 1)


def _clean(value: Any) -> str:
    """A text without what no file or database can hold, and without outer spaces."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", str(value).replace("\r\n", "\n")
    ).strip()


def _option_value(value: Any) -> str:
    """An option's value as a name: numbers as they are read, spaces single."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(_clean(value)[:1_000].split())


def _number(value: Any) -> int | float | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e12:
        return None
    return int(value) if float(value).is_integer() else value


def _stepped(least: Any, most: Any, step: Any) -> list[int | float]:
    """Numbers from the least to the most; not more than a page can show."""
    start, end, by = _number(least) or 0, _number(most) or 0, _number(step) or 1
    if by <= 0:
        return []
    numbers: list[int | float] = []
    while len(numbers) < _MOST_STEPS and start + len(numbers) * by <= end:
        numbers.append(_number(round(start + len(numbers) * by, 9)) or 0)
    return numbers


def _even(numbers: Sequence[int | float | None]) -> dict[str, Any]:
    """Least, most and step of evenly spaced numbers going up; {} where they are none."""
    if len(numbers) < 2 or any(number is None for number in numbers):
        return {}
    found = [number for number in numbers if number is not None]
    step = round(found[1] - found[0], 9)
    if step <= 0 or any(abs(b - a - step) > 1e-6 for a, b in pairwise(found)):
        return {}
    return {"least": found[0], "most": found[-1], "step": int(step) if float(step).is_integer() else step}


def _counted(op: str, number: int | float) -> Node:
    counted = Call(function="count-selected", arguments=(This(),))
    return Binary.model_validate({"op": op, "left": counted, "right": Constant(value=number)})


def _fits(pattern: str) -> Call:
    return Call(function="regex", arguments=(This(), Constant(value=pattern)))


def _whole_pattern(pattern: str, any_case: bool) -> str:
    """A pattern that JavaScript looks for anywhere, as one for the whole text."""
    inner = pattern
    if (whole := re.fullmatch(r"\^\(\?:(.*)\)\$", inner, re.DOTALL)) and patterns.problem(whole[1]) is None:
        return f"(?i){whole[1]}" if any_case else whole[1]
    starts = inner.startswith("^")
    ends = inner.endswith("$") and not inner.endswith("\\$")
    if "|" not in inner and starts and ends:
        inner = inner[1:-1]
    elif "|" in inner or starts or ends:
        inner = f"[\\s\\S]*(?:{inner})[\\s\\S]*"
    else:
        inner = f"[\\s\\S]*{inner}[\\s\\S]*"
    return f"(?i){inner}" if any_case else inner


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


def _names_of(draft: _Draft) -> tuple[str, ...]:
    if draft.fields.get("kind") is Kind.ACKNOWLEDGE:
        return ("OK",)
    return tuple(choice.name for choice in draft.fields.get("choices", ()))


def _within(draft: _Draft) -> list[_Draft]:
    return [draft, *(one for inner in draft.items or () for one in _within(inner))]


def _begins(name: str, path: str) -> bool:
    return name == path or name.startswith((f"{path}.", f"{path}["))


def _joined(inside: str, name: str) -> str:
    return f"{inside}.{name}" if inside else name


def _without_required(element: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in element.items() if key not in ("isRequired", "requiredIf")}


def _cannot_add(element: dict[str, Any], word: str) -> bool:
    plural = "Rows" if word == "Row" else "Panel"
    return element.get(f"allowAdd{plural}") is False and element.get(f"allowRemove{plural}") is False


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


class _Words(HTMLParser):
    """The words of a piece of HTML, its paragraphs apart; a heading at the start by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heading: list[str] = []
        self.rest: list[str] = []
        self._into = self.rest
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif re.fullmatch("h[1-6]", tag) and not self._said(self.rest) and not self.heading:
            self._into = self.heading
        elif tag == "br":
            self._into.append("\n")
        elif tag in ("p", "div", "li", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"):
            self._into.append("\f")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif re.fullmatch("h[1-6]", tag):
            self._into = self.rest
        elif tag in ("p", "div", "li"):
            self._into.append("\f")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._into.append(re.sub(r"[ \t\r\n]+", " ", data))

    @staticmethod
    def _said(parts: list[str]) -> str:
        joined = re.sub(r" *\n *", "\n", re.sub(r"[ \n]*\f[ \f\n]*", "\n\n", "".join(parts)))
        return joined.replace("\xa0", " ").strip()

    def words(self) -> tuple[str, str]:
        return self._said(self.heading), self._said(self.rest)


def _plain_text(markup: str) -> tuple[str, str]:
    """The heading a piece of HTML begins with, and the other words."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return parser.words()
