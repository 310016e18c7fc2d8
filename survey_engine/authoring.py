r"""Surveys and notices as text people can read and write: YAML in, values or *all* problems out.

A plain text means the survey's first language; a list of languages says the same words in
each. Every value is taken as it is written (``yes`` is the word yes, not a truth value),
so an option may be called ``no`` and nothing turns into a date.

    survey: my-week
    title: My week
    audience: child
    languages: [en, cy]
    questions:
      - name: school
        type: one choice
        label: {en: Did you go to school?, cy: Est ti i'r ysgol?}
        required: yes
        choices:
          - yes: {en: Yes, cy: Do}
          - no: {en: No, cy: Naddo}
      - name: best
        type: long text
        label: What was the best thing?
        show if: school = "yes"

>>> read_yaml(b"survey: s\ntitle: S\naudience: child\nquestions:\n- {name: a, type: note, lable: Hello}\n")[0]
AuthoringProblem(line=5, message='There is no “lable” here. Did you mean “label”?')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from survey_engine.consent import About, Notice, Purpose
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Survey, Voice
from survey_engine.expression_parser import parse
from survey_engine.expressions import Expression, ExpressionError, print_expression
from survey_engine.faults import faults, unknown_options
from survey_engine.words import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

KIND_WORDS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "long text": Kind.LONG_TEXT,
    "whole number": Kind.INTEGER,
    "number": Kind.DECIMAL,
    "one choice": Kind.SINGLE_CHOICE,
    "several choices": Kind.MULTIPLE_CHOICE,
    "note": Kind.NOTE,
}
"""What an author writes after ``type:``."""


@dataclass(frozen=True, slots=True)
class AuthoringProblem:
    """What an author must mend; ``line`` counts from 1, None where the whole file is meant."""

    line: int | None
    message: str


def read_yaml(data: bytes) -> Survey | tuple[AuthoringProblem, ...]:
    """The survey a file holds, or everything that is wrong with it, in order of lines."""
    root = _compose(data)
    if isinstance(root, AuthoringProblem):
        return (root,)
    reader = _Reader()
    survey = reader.survey(root)
    if survey is not None:
        for fault in (*faults(survey), *unknown_options(survey)):
            reader.problems.append(AuthoringProblem(reader.lines.get(fault.name), fault.message))
    return reader.result(survey)


def read_notices(data: bytes) -> dict[Audience, Notice] | tuple[AuthoringProblem, ...]:
    """The notices a file holds, one for each audience it is worded for, or everything wrong with it."""
    root = _compose(data)
    if isinstance(root, AuthoringProblem):
        return (root,)
    reader = _Reader()
    return reader.result(reader.notices(root))


def write_yaml(survey: Survey) -> str:
    """The survey as text; reading it gives an equal survey."""
    default = survey.languages[0]
    written: dict[str, Any] = {"survey": survey.name, "title": _text_out(survey.title, default)}
    written |= {"audience": survey.audience.value, "languages": list(survey.languages), "minutes": str(survey.minutes)}
    if survey.introduction:
        written["introduction"] = _text_out(survey.introduction, default)
    if survey.credit:
        written["credit"] = _text_out(survey.credit, default)
    written["questions"] = [_item_out(item, default) for item in survey.items]
    return yaml.dump(written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


# --- reading -----------------------------------------------------------------------------

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Knows no types: every scalar is text. The C one is twenty times faster, where there is one."""

_Made = TypeVar("_Made", bound=BaseModel)
_Result = TypeVar("_Result")


def _compose(data: bytes) -> yaml.Node | AuthoringProblem:
    if len(data) > MAX_BYTES:
        return AuthoringProblem(None, "The file is larger than 1 MB. A survey is much shorter: is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return AuthoringProblem(None, "The file is not text in UTF-8. Save it as UTF-8 and try again.")
    try:
        if problem := _refused(text):
            return problem
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return AuthoringProblem(
            line, f"This is not YAML: {error.problem or error.context}. Check the spaces and marks."
        )
    except yaml.YAMLError:
        return AuthoringProblem(None, "The file holds characters that YAML does not allow. Remove them.")
    return root or AuthoringProblem(None, "The file is empty.")


def _refused(text: str) -> AuthoringProblem | None:
    """YAML that could be small and grow large, or deep: refused before any of it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if getattr(event, "anchor", None) is not None:
            return AuthoringProblem(line, "Anchors (&) and aliases (*) are not used here.")
        if getattr(event, "tag", None) not in (None, "!"):
            return AuthoringProblem(line, "Tags (!) are not used here.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return AuthoringProblem(line, "This is nested too deep.")
    return None


class _Reader:
    """Walks the tree of one file once and gathers every problem on the way."""

    def __init__(self) -> None:
        self.problems: list[AuthoringProblem] = []
        self.lines: dict[str, int] = {}
        self._default = "en"
        self._languages: tuple[str, ...] = ("en",)

    def result(self, value: _Result | None) -> _Result | tuple[AuthoringProblem, ...]:
        if self.problems or value is None:
            return tuple(sorted(self.problems, key=lambda problem: problem.line or 0))
        return value

    def survey(self, root: yaml.Node) -> Survey | None:
        keys = "survey title audience languages minutes introduction credit questions"
        given = self._mapping(root, keys.split(), needed=("survey", "title", "audience", "questions"))
        self._read_languages(given)
        made = {
            "name": self._word(given, "survey"),
            "title": self._text(given, "title"),
            "audience": self._one_of(given, "audience", {audience.value: audience for audience in Audience}),
            "languages": self._languages,
            "introduction": self._text(given, "introduction"),
            "credit": self._text(given, "credit"),
            "minutes": self._whole_number(given, "minutes") or 5,
            "items": self._items(given.get("questions")),
        }
        return None if self.problems else self._make(Survey, made, root)

    def notices(self, root: yaml.Node) -> dict[Audience, Notice] | None:
        given = self._mapping(
            root, ["version", "controller", "languages", "purposes", "notices"], ("version", "controller", "notices")
        )
        self._read_languages(given)
        version, controller = self._word(given, "version"), self._text(given, "controller")
        made: dict[Audience, Notice] = {}
        for audience, node in self._named(given.get("notices"), {audience.value: audience for audience in Audience}):
            notice = self._notice(node, {"version": version, "controller": controller, "audience": audience})
            if notice is not None:
                made[audience] = notice
        return made

    def _notice(self, node: yaml.Node, made: dict[str, Any]) -> Notice | None:
        before = len(self.problems)
        given = self._mapping(node, ["title", "sections", "purposes"], ("title", "sections", "purposes"))
        made["title"] = self._text(given, "title")
        made["sections"], made["purposes"] = [], []
        for about, section in self._named(given.get("sections"), {about.value: about for about in About}):
            inside = self._mapping(section, ["heading", "say"], ("heading", "say"))
            paragraphs = [self._text_from(paragraph) for paragraph in self._list(inside.get("say"))]
            made["sections"].append(
                {"about": about, "heading": self._text(inside, "heading"), "paragraphs": paragraphs}
            )
        for purpose, asked in self._named(given.get("purposes"), {purpose.value: purpose for purpose in Purpose}):
            inside = self._mapping(asked, ["ask", "say"], ("ask", "say"))
            made["purposes"].append(
                {"purpose": purpose, "question": self._text(inside, "ask"), "explanation": self._text(inside, "say")}
            )
        return self._make(Notice, made, node) if len(self.problems) == before else None

    # --- items

    def _items(self, node: yaml.Node | None) -> tuple[Question | Group, ...]:
        items = (self._item(item) for item in self._list(node))
        return tuple(item for item in items if item is not None)

    def _item(self, node: yaml.Node) -> Question | Group | None:
        is_group = isinstance(node, yaml.MappingNode) and any(key.value == "group" for key, _ in node.value)
        before = len(self.problems)
        made = self._group(node) if is_group else self._question(node)
        if len(self.problems) > before:
            return None
        return self._make(Group, made, node) if is_group else self._make(Question, made, node)

    def _group(self, node: yaml.Node) -> dict[str, Any]:
        given = self._mapping(node, ["group", "label", "show if", "questions"], ("group", "questions"))
        return {
            "name": self._new_name(given, "group", node),
            "label": self._text(given, "label"),
            "relevant": self._condition(given, "show if"),
            "items": self._items(given.get("questions")),
        }

    def _question(self, node: yaml.Node) -> dict[str, Any]:
        keys = [key for key, _ in _QUESTION_KEYS]
        given = self._mapping(node, keys, ("name", "type", "label"))
        looks = {"plain": "plain", "faces": "faces", "scale": "scale"}
        made = {
            "name": self._new_name(given, "name", node),
            "kind": self._one_of(given, "type", KIND_WORDS),
            "label": self._text(given, "label"),
            "hint": self._text(given, "hint"),
            "required": self._truth(given, "required"),
            "may_decline": self._truth(given, "may decline"),
            "relevant": self._condition(given, "show if"),
            "constraint": self._condition(given, "rule"),
            "constraint_message": self._text(given, "rule says"),
            "choices": tuple(self._choice(choice) for choice in self._list(given.get("choices"))),
            "appearance": self._one_of(given, "looks like", looks),
            "max_length": self._whole_number(given, "longest"),
            "voice": self._one_of(given, "voice", {voice.value: voice for voice in Voice}),
        }
        return {key: value for key, value in made.items() if value is not None}

    def _new_name(self, given: Mapping[str, yaml.Node], key: str, node: yaml.Node) -> str | None:
        name = self._word(given, key)
        if name is not None and name in self.lines:
            self._problem(node, f"The name “{name}” is used before, in line {self.lines[name]}. Choose another.")
        elif name is not None:
            self.lines[name] = node.start_mark.line + 1
        return name

    def _choice(self, node: yaml.Node) -> Choice | None:
        first = node.value[0][0] if isinstance(node, yaml.MappingNode) and node.value else None
        if not isinstance(first, yaml.ScalarNode):
            self._problem(node, "An option is written as its short name and its words, such as “aunt: My aunt”.")
            return None
        before = len(self.problems)
        name = first.value
        given = self._mapping(node, [name, "stands alone"], ())
        made = {
            "name": name,
            "label": self._text(given, name),
            "exclusive": self._truth(given, "stands alone") or False,
        }
        return self._make(Choice, made, node) if len(self.problems) == before else None

    # --- values

    def _problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(AuthoringProblem(node.start_mark.line + 1, message))

    def _make(self, kind: type[_Made], made: Mapping[str, Any], node: yaml.Node) -> _Made | None:
        try:
            return kind(**made)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                where = str(fault["loc"][0]) if fault["loc"] else ""
                self._problem(node, _sentence(where, fault["type"], fault["msg"], fault.get("ctx", {})))
            return None

    def _mapping(self, node: yaml.Node, keys: list[str], needed: tuple[str, ...]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._problem(node, f"Something with {', '.join(f'“{key}:”' for key in needed)} is expected here.")
            return {}
        given: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in keys:
                near = get_close_matches(name, keys, n=1)
                self._problem(key, f"There is no “{name}” here." + (f" Did you mean “{near[0]}”?" if near else ""))
            elif name in given:
                self._problem(key, f"“{name}” is written twice. Keep one.")
            else:
                given[name] = value
        for name in needed:
            if name not in given and not any(get_close_matches(name, [k.value for k, _ in node.value if k.value], n=1)):
                self._problem(node, f"“{name}:” is missing.")
        return given

    def _named(self, node: yaml.Node | None, known: Mapping[str, _Result]) -> Iterator[tuple[_Result, yaml.Node]]:
        if node is None:
            return
        for name, inside in self._mapping(node, list(known), ()).items():
            yield known[name], inside

    def _list(self, node: yaml.Node | None) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._problem(node, "A list is expected here: each entry on its own line after a dash.")
            return []
        return list(node.value)

    def _word(self, given: Mapping[str, yaml.Node], key: str) -> str | None:
        node = given.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self._problem(node, f"“{key}:” needs some words after it.")
            return None
        return str(node.value).strip()

    def _text(self, given: Mapping[str, yaml.Node], key: str) -> Text:
        node = given.get(key)
        return {} if node is None else self._text_from(node)

    def _text_from(self, node: yaml.Node) -> Text:
        if isinstance(node, yaml.ScalarNode):
            if not node.value.strip():
                self._problem(node, "Some words are expected here. If there is nothing to say, leave the key out.")
            return {self._default: node.value}
        said: Text = {}
        for language, words in self._mapping(node, list(self._languages), ()).items():
            if not isinstance(words, yaml.ScalarNode) or not words.value.strip():
                self._problem(words, f"The words in “{language}” are missing. If there are none yet, leave it out.")
            else:
                said[language] = words.value
        return said

    def _one_of(self, given: Mapping[str, yaml.Node], key: str, known: Mapping[str, _Result]) -> _Result | None:
        word = self._word(given, key)
        if word is None:
            return None
        if word not in known:
            self._problem(given[key], f"“{key}: {word[:40]}” is not known. It can be: {', '.join(known)}.")
        return known.get(word)

    def _truth(self, given: Mapping[str, yaml.Node], key: str) -> bool | None:
        return self._one_of(given, key, {"yes": True, "no": False, "true": True, "false": False})

    def _whole_number(self, given: Mapping[str, yaml.Node], key: str) -> int | None:
        word = self._word(given, key)
        if word is None:
            return None
        if not (word.isascii() and word.isdigit() and len(word) < 7):
            self._problem(given[key], f"“{key}:” needs a whole number after it.")
            return None
        return int(word)

    def _condition(self, given: Mapping[str, yaml.Node], key: str) -> Expression | None:
        word = self._word(given, key)
        if word is None:
            return None
        try:
            return parse(word)
        except ExpressionError as error:
            self._problem(given[key], f"“{key}:” at character {error.position + 1}: {error.message}")
            return None

    def _read_languages(self, given: Mapping[str, yaml.Node]) -> None:
        listed = [node.value for node in self._list(given.get("languages")) if isinstance(node, yaml.ScalarNode)]
        if listed:
            self._languages, self._default = tuple(dict.fromkeys(listed)), listed[0]


def _sentence(where: str, code: str, message: str, limits: Mapping[str, Any]) -> str:
    """What pydantic found, in an author's words."""
    key = _YAML_KEYS.get(where, where)
    if code == "string_pattern_mismatch" and where == "languages":
        return "A language is written as its code, such as en, cy or en-x-easy."
    if code == "string_pattern_mismatch":
        return "A name is made of letters, digits, “_” and “-”, starts with a letter, and has no spaces."
    if code == "string_too_long":
        return f"“{key}:” may have at most {limits['max_length']} characters."
    if code in ("greater_than_equal", "less_than_equal"):
        return f"“{key}:” is too {'small' if 'ge' in limits else 'large'}: the limit is {limits.get('ge', limits.get('le'))}."
    if code == "too_short":
        return f"“{key}:” needs at least one entry."
    said = message.removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."


# --- writing -----------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes every scalar plainly, as the reader takes every scalar as text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # yaml's own way of saying so

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists are set in under their key


def _write_words(dumper: _Dumper, words: str) -> yaml.Node:
    style = "|" if "\n" in words else None
    if not words.replace("\n", "").isprintable():
        style = '"'  # the only one that writes odd characters so that they come back
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _write_words)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


_QUESTION_KEYS: tuple[tuple[str, str], ...] = (
    ("name", "name"),
    ("type", "kind"),
    ("label", "label"),
    ("hint", "hint"),
    ("required", "required"),
    ("may decline", "may_decline"),
    ("show if", "relevant"),
    ("rule", "constraint"),
    ("rule says", "constraint_message"),
    ("looks like", "appearance"),
    ("longest", "max_length"),
    ("voice", "voice"),
    ("choices", "choices"),
)
"""How each field of a question is called in YAML, in the order of writing."""

_YAML_KEYS = {field: key for key, field in _QUESTION_KEYS} | {"items": "questions"}


def _text_out(text: Text, default: str) -> Any:
    return text[default] if list(text) == [default] else dict(text)


def _item_out(item: Question | Group, default: str) -> dict[str, Any]:
    if isinstance(item, Question):
        return _question_out(item, default)
    written: dict[str, Any] = {"group": item.name}
    if item.label:
        written["label"] = _text_out(item.label, default)
    if item.relevant is not None:
        written["show if"] = print_expression(item.relevant)
    written["questions"] = [_item_out(inner, default) for inner in item.items]
    return written


def _question_out(question: Question, default: str) -> dict[str, Any]:
    kind_word = {kind: word for word, kind in KIND_WORDS.items()}
    write: dict[str, Callable[[Any], Any]] = {
        "kind": lambda kind: kind_word[kind],
        "label": lambda text: _text_out(text, default),
        "hint": lambda text: _text_out(text, default),
        "constraint_message": lambda text: _text_out(text, default),
        "required": _yes_or_no,
        "may_decline": _yes_or_no,
        "relevant": print_expression,
        "constraint": print_expression,
        "choices": lambda choices: [_choice_out(choice, default) for choice in choices],
    }
    written: dict[str, Any] = {}
    for key, name in _QUESTION_KEYS:
        value = getattr(question, name)
        if value != Question.model_fields[name].default:
            written[key] = write.get(name, str)(value)
    return written


def _choice_out(choice: Choice, default: str) -> dict[str, Any]:
    written = {choice.name: _text_out(choice.label, default)}
    return written | {"stands alone": "yes"} if choice.exclusive else written
