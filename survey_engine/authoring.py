r"""Surveys and notices as text people can read and write: YAML in, values or *all* problems out.

A plain text means the survey's first language; a list of languages says the same words in
each. Every value is taken as it is written (``yes`` is the word yes, not a truth value),
so an option may be called ``no`` and nothing turns into a date. Every key there is, with
an example: docs/writing-surveys.md.

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

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from survey_engine.authoring_nodes import MAX_BYTES as MAX_BYTES
from survey_engine.authoring_nodes import AuthoringProblem as AuthoringProblem
from survey_engine.authoring_nodes import NodeReader, compose
from survey_engine.authoring_words import KIND_WORDS as KIND_WORDS
from survey_engine.authoring_words import SAY_WHAT, Shape, keys, shape, words_of
from survey_engine.authoring_writer import LOOKS_LIKE_A_NUMBER
from survey_engine.authoring_writer import write_yaml as write_yaml
from survey_engine.consent import About, Notice, Purpose
from survey_engine.definition import UNSEEN, Audience, Choice, Group, Kind, Question, Survey
from survey_engine.expressions import Binary, Call, Constant, Reference
from survey_engine.faults import faults, unknown_options
from survey_engine.words import Text


def read_yaml(data: bytes, *, publishable: bool = True) -> Survey | tuple[AuthoringProblem, ...]:
    """The survey a file holds, or everything that is wrong with it, in order of lines.

    ``publishable`` False also takes a survey that cannot be asked like this yet (``faults``),
    to be worked on.
    """
    root = compose(data)
    if isinstance(root, AuthoringProblem):
        return (root,)
    reader = _Reader()
    survey = reader.survey(root)
    if survey is not None and publishable:
        for fault in (*faults(survey), *unknown_options(survey)):
            reader.problems.append(AuthoringProblem(reader.lines.get(fault.name), fault.message))
    return reader.result(survey)


def read_notices(data: bytes) -> dict[Audience, Notice] | tuple[AuthoringProblem, ...]:
    """The notices a file holds, one for each audience it is worded for, or everything wrong with it."""
    root = compose(data)
    if isinstance(root, AuthoringProblem):
        return (root,)
    reader = _Reader()
    return reader.result(reader.notices(root))


_Made = TypeVar("_Made", bound=BaseModel)
_Named = TypeVar("_Named")
_Nodes = dict[str, yaml.Node]


class _FollowUp(NamedTuple):
    """What an option written with ``say what`` asks of whoever chooses it."""

    option: str
    words: Text
    node: yaml.Node


class _Reader(NodeReader):
    """Walks the tree of one file once."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self._follow_ups: list[_FollowUp] = []

    def survey(self, root: yaml.Node) -> Survey | None:
        given = self._given(Survey, root)
        self.read_languages(given.get("languages"))
        made = self._fields(Survey, given) | {"languages": self.languages}
        return None if self.problems else self._make(Survey, made, given, root)

    # --- items

    def _items(self, node: yaml.Node) -> tuple[Question | Group, ...]:
        return tuple(item for entry in self.entries(node) for item in self._item(entry))

    def _item(self, node: yaml.Node) -> Iterator[Question | Group]:
        """A question (with its follow-up) or a group; nothing where it has a problem."""
        is_group = isinstance(node, yaml.MappingNode) and any(key.value == "group" for key, _ in node.value)
        kind: type[Question] | type[Group] = Group if is_group else Question
        before = len(self.problems)
        given = self._given(kind, node)
        self._new_name(given, "group" if is_group else "name")
        made = self._fields(kind, given)
        follow_ups, self._follow_ups = ([], self._follow_ups) if is_group else (self._follow_ups, [])
        if not is_group and "label" not in given:
            made["label"] = {}
        if len(self.problems) > before:
            return
        item = self._make(kind, made, given, node)
        if item is not None:
            yield item
        if isinstance(item, Question) and follow_ups:
            yield from self._followed(item, follow_ups)

    def _new_name(self, given: _Nodes, key: str) -> None:
        node = given.get(key)
        if isinstance(node, yaml.ScalarNode) and (name := node.value.strip()):
            self._take_name(name, node)

    def _take_name(self, name: str, node: yaml.Node) -> None:
        if name in self.lines:
            self.problem(node, f"The name “{name}” is used before, in line {self.lines[name]}. Choose another.")
        else:
            self.lines[name] = node.start_mark.line + 1

    def _followed(self, question: Question, follow_ups: Sequence[_FollowUp]) -> Iterator[Question]:
        """The question behind an "other", which asks what it is."""
        first, *more = follow_ups
        for extra in more:
            self.problem(extra.node, f"“{SAY_WHAT}:” can stand at one option of a question. Keep one.")
        if question.kind not in (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE):
            self.problem(first.node, f"“{SAY_WHAT}:” is for one choice and several choices.")
        name, asked = f"{question.name}_other", Reference(name=question.name)
        self._take_name(name, first.node)
        chosen = Constant(value=first.option)
        several = question.kind is Kind.MULTIPLE_CHOICE
        made = {
            "name": name,
            "kind": Kind.TEXT,
            "label": first.words,
            "voice": question.voice,
            "relevant": Call(function="selected", arguments=(asked, chosen))
            if several
            else Binary(op="=", left=asked, right=chosen),
        }
        follow_up = self._make(Question, made, {}, first.node)
        if follow_up is not None:
            yield follow_up

    def _choices(self, node: yaml.Node) -> tuple[Choice | None, ...]:
        return tuple(self._choice(entry) for entry in self.entries(node))

    def _choice(self, node: yaml.Node) -> Choice | None:
        first = node.value[0][0] if isinstance(node, yaml.MappingNode) and node.value else None
        if not isinstance(first, yaml.ScalarNode):
            self.problem(node, "An option is written as its short name and its words, such as “aunt: My aunt”.")
            return None
        before = len(self.problems)
        known = [key for key in keys(Choice) if key not in ("name", "label")]
        if first.value == "name" and any(key.value == "label" for key, _ in node.value):
            given = self.mapping(node, ["name", "label", *known, SAY_WHAT], ("name", "label"))
            made = self._fields(Choice, given)
        else:
            given = self.mapping(node, [first.value, *known, SAY_WHAT])
            label = given.pop(first.value, None)
            made = self._fields(Choice, given) | {"name": first.value, "label": self.text(label) if label else {}}
        follow_up = self.text(given[SAY_WHAT]) if SAY_WHAT in given else {}
        choice = self._make(Choice, made, given, node) if len(self.problems) == before else None
        if choice is not None and follow_up:
            self._follow_ups.append(_FollowUp(choice.name, follow_up, given[SAY_WHAT]))
        return choice

    # --- fields, whatever their class

    def _given(self, kind: type[BaseModel], node: yaml.Node) -> _Nodes:
        """The nodes of a class's keys."""
        needed = [key for key, name in keys(kind).items() if kind.model_fields[name].is_required()]
        if kind is Survey:
            needed.remove("languages")  # English, where none is named
        if kind is Question and _unseen(node):
            needed.remove("label")
        return self.mapping(node, list(keys(kind)), needed)

    def _fields(self, kind: type[BaseModel], given: _Nodes) -> dict[str, Any]:
        """The fields that are given; None for one that has a problem is left out."""
        made: dict[str, Any] = {}
        for key, name in keys(kind).items():
            node = given.get(key)
            if node is None:
                continue
            if kind in (Survey, Group) and name == "items":
                value: Any = self._items(node)
            elif kind is Question and name == "choices":
                value = self._choices(node)
            else:
                value = self._value(node, key, shape(kind.model_fields[name].annotation))
            if value is not None:
                made[name] = value
        return made

    def _value(self, node: yaml.Node, key: str, shaped: Shape) -> Any:
        match shaped.what:
            case "text":
                return self.text(node)
            case "media":
                return self._media(node, key)
            case "condition":
                return self.condition(node, key)
            case "model":
                return self._model(node, shaped.inner)
            case "list":
                return self._listed(node, key, shaped.inner)
            case "mapping":
                return self._mapped(node, key, shaped.inner)
            case "words":
                return self.one_of(node, key, words_of(shaped.inner[0]) or {})
            case "truth":
                return self.truth(node, key)
            case "number":
                return self.number(node, key, whole=float not in shaped.inner)
        word = self.exact(node, key)
        numeric = word is not None and {int, float}.intersection(shaped.inner) and not cast(yaml.ScalarNode, node).style
        return float(word) if word and numeric and LOOKS_LIKE_A_NUMBER.fullmatch(word) else word

    def _media(self, node: yaml.Node, key: str) -> dict[str, str]:
        if isinstance(node, yaml.ScalarNode):
            named = self.exact(node, key)
            return {} if named is None else {self.languages[0]: named}
        files = {language: self.exact(file, key) for language, file in self.mapping(node, self.languages).items()}
        return {language: named for language, named in files.items() if named is not None}

    def _model(self, node: yaml.Node, kinds: Sequence[type[BaseModel]]) -> BaseModel | None:
        before = len(self.problems)
        kind = _kind_meant(node, kinds)
        given = self._given(kind, node)
        made = self._fields(kind, given)
        return self._make(kind, made, given, node) if len(self.problems) == before else None

    def _listed(self, node: yaml.Node, key: str, kinds: Sequence[Any]) -> tuple[Any, ...]:
        nodes = self.entries(node)
        every = kinds if len(kinds) > 1 else [*kinds] * len(nodes)
        return tuple(self._value(entry, key, shape(kind)) for entry, kind in zip(nodes, every, strict=False))

    def _mapped(self, node: yaml.Node, key: str, kinds: Sequence[Any]) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"“{key}:” needs entries below it, each as its name, a colon and its value.")
            return made
        for name, inside in self.pairs(node):
            known = words_of(kinds[0])
            one = name.value if known is None else self.one_of(name, key, known)
            if one in made:
                self.problem(name, f"“{name.value}” is written twice. Keep one.")
            made[one] = self._value(inside, name.value, shape(kinds[1]))
        return made

    def _make(self, kind: type[_Made], made: Mapping[str, Any], given: _Nodes, node: yaml.Node) -> _Made | None:
        try:
            return kind(**made)
        except ValidationError as error:
            called = {name: key for key, name in keys(kind).items()}
            for fault in error.errors(include_url=False, include_input=False):
                where = str(fault["loc"][0]) if fault["loc"] else ""
                key = called.get(where, where)
                told = _sentence(where, key, fault["type"], fault["msg"], fault.get("ctx", {}))
                self.problem(given.get(key, node), told)
            return None

    # --- notices

    def notices(self, root: yaml.Node) -> dict[Audience, Notice] | None:
        needed = ("version", "controller", "notices")
        given = self.mapping(root, ["version", "controller", "languages", "purposes", "notices"], needed)
        self.read_languages(given.get("languages"))
        version = self.word(given["version"], "version") if "version" in given else None
        controller = self._text(given, "controller")
        made: dict[Audience, Notice] = {}
        for audience, node in self._named(given.get("notices"), {audience.value: audience for audience in Audience}):
            notice = self._notice(node, {"version": version, "controller": controller, "audience": audience})
            if notice is not None:
                made[audience] = notice
        return made

    def _notice(self, node: yaml.Node, made: dict[str, Any]) -> Notice | None:
        before = len(self.problems)
        given = self.mapping(node, ["title", "sections", "purposes"], ("title", "sections", "purposes"))
        made["title"] = self._text(given, "title")
        made["sections"], made["purposes"] = [], []
        for about, section in self._named(given.get("sections"), {about.value: about for about in About}):
            inside = self.mapping(section, ["heading", "say"], ("heading", "say"))
            paragraphs = [self.text(paragraph) for paragraph in self.entries(inside.get("say"))]
            made["sections"].append(
                {"about": about, "heading": self._text(inside, "heading"), "paragraphs": paragraphs}
            )
        for purpose, asked in self._named(given.get("purposes"), {purpose.value: purpose for purpose in Purpose}):
            inside = self.mapping(asked, ["ask", "say"], ("ask", "say"))
            made["purposes"].append(
                {"purpose": purpose, "question": self._text(inside, "ask"), "explanation": self._text(inside, "say")}
            )
        return self._make(Notice, made, given, node) if len(self.problems) == before else None

    def _text(self, given: _Nodes, key: str) -> Text:
        return self.text(given[key]) if key in given else {}

    def _named(self, node: yaml.Node | None, known: Mapping[str, _Named]) -> Iterator[tuple[_Named, yaml.Node]]:
        if node is not None:
            for name, inside in self.mapping(node, list(known)).items():
                yield known[name], inside


def _unseen(node: yaml.Node) -> bool:
    """Whether a question's type is one that nobody sees, so that it needs no words."""
    written = node.value if isinstance(node, yaml.MappingNode) else []
    types = [value.value for key, value in written if key.value == "type" and isinstance(value, yaml.ScalarNode)]
    return bool(types) and KIND_WORDS.get(types[0].strip()) in UNSEEN


def _kind_meant(node: yaml.Node, kinds: Sequence[type[BaseModel]]) -> type[BaseModel]:
    """The class whose keys are those written; the first where none fits."""
    if len(kinds) > 1 and isinstance(node, yaml.MappingNode):
        written = {key.value: value.value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        for kind in kinds:
            known = keys(kind)
            fits = set(written) <= set(known) and all(
                key in written for key, name in known.items() if kind.model_fields[name].is_required()
            )
            told_apart = all(
                written[key] in words
                for key, name in known.items()
                if key in written and (words := words_of(kind.model_fields[name].annotation)) and len(words) == 1
            )
            if fits and told_apart:
                return kind
    return kinds[0]


_PATTERNS = {
    "languages": "A language is written as its code, such as en, cy or en-x-easy.",
    "media": "“media:” binds the plain name of a file, such as dog.png, to the 64 letters and digits of its SHA-256.",
    "picture": "“picture:” needs the plain name of a file, such as dog.png.",
    "audio": "“audio:” needs the plain name of a file, such as hello.mp3.",
}


def _sentence(where: str, key: str, code: str, message: str, limits: Mapping[str, Any]) -> str:
    """What pydantic found, in an author's words."""
    if code == "string_pattern_mismatch":
        named = "A name is made of letters, digits, “_” and “-”, starts with a letter, and has no spaces."
        return _PATTERNS.get(where, named)
    if code == "string_too_long":
        return f"“{key}:” may have at most {limits['max_length']} characters."
    if code in ("greater_than_equal", "less_than_equal"):
        small = "ge" in limits
        return f"“{key}:” is too {'small' if small else 'large'}: the limit is {limits.get('ge', limits.get('le'))}."
    if code in ("greater_than", "less_than"):
        more = "gt" in limits
        return f"“{key}:” must be {'more' if more else 'less'} than {limits.get('gt', limits.get('lt'))}."
    if code in ("too_short", "string_too_short"):
        return f"“{key}:” needs at least one entry."
    if code == "too_long":
        return f"“{key}:” may have at most {limits['max_length']} entries."
    if code == "missing":
        return f"“{key}:” is missing."
    said = message.removeprefix("Value error, ").rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
