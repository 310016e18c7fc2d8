r"""Which questions of different surveys ask the same: so that results compare over ages and over years.

A map names concepts. Each has members (a question of a survey, in some or all of its
versions) and common values that the options of each member stand for. What has no
counterpart is left out by name, never squeezed in. A concept is either answered about
oneself or about somebody else; the two have concepts of their own, which may be shown
beside each other (``counterpart``) and are never added up. That two questions mean the
same is a judgement of people: a map is written down, read and agreed on, never guessed.

>>> read_map(b"items:\n- concept: week\n  title: The week\n  members: []\n")[0].message
'“week” needs at least one member: a question of a survey.'
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from survey_engine.answers import Answers, AnswerState
from survey_engine.authoring_nodes import AuthoringProblem, NodeReader, compose
from survey_engine.codebook import SKIPPED, Variable
from survey_engine.definition import NUMBER, Audience, Kind, Question, Survey, Voice, content_hash
from survey_engine.scales import RespondentKind
from survey_engine.scoring import counted
from survey_engine.words import Frozen, Name, Text, words

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]+$", max_length=60)]
Version = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
CommonValue: TypeAlias = str | float | tuple[str, ...]
"""A common code; a number as answered; of a question with several choices all codes, sorted."""


class Member(Frozen):
    """One survey's question for a concept.

    ``versions`` are the beginnings of the content hashes it holds for, at least eight signs
    of each; without any it holds for all. ``values`` gives an option the common code it
    stands for; a number needs none. ``left_out`` are options without a counterpart.
    """

    survey: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9\-]*$", max_length=60)]
    question: Name
    versions: tuple[Version, ...] = ()
    values: dict[str, Code] = {}
    left_out: tuple[str, ...] = ()
    note: Annotated[str, Field(max_length=1_000)] = ""

    @model_validator(mode="after")
    def _no_option_is_in_and_out(self) -> Member:
        if both := set(self.values) & set(self.left_out):
            raise ValueError(f"“{min(both)}” of “{self.question}” has a value and is left out: keep one")
        return self

    def holds_for(self, version: str) -> bool:
        """Whether it is meant for a version, given by its whole content hash."""
        return not self.versions or any(version.startswith(beginning) for beginning in self.versions)


class EquivalentItem(Frozen):
    """A concept: what its members all ask, and the common codes with their words."""

    concept: Name
    title: Text
    respondent: RespondentKind = "self"
    counterpart: Name | None = None
    values: dict[Code, Text] = {}
    members: tuple[Member, ...]
    note: Annotated[str, Field(max_length=1_000)] = ""

    @model_validator(mode="after")
    def _members_fit(self) -> EquivalentItem:
        if not self.members:
            raise ValueError(f"“{self.concept}” needs at least one member: a question of a survey")
        for place, member in enumerate(self.members):
            for option, code in member.values.items():
                if code not in self.values:
                    raise ValueError(f"“{option}” of “{member.question}” stands for “{code}”, no value of the concept")
            if any(_meet(member, other) for other in self.members[:place]):
                raise ValueError(f"“{member.survey}” has two members of “{self.concept}” for one version")
        return self


class EquivalenceMap(Frozen):
    """All concepts that are compared over surveys."""

    items: tuple[EquivalentItem, ...]

    @model_validator(mode="after")
    def _concepts_are_one_of_a_kind(self) -> EquivalenceMap:
        kinds: dict[str, RespondentKind] = {}
        for item in self.items:
            if item.concept in kinds:
                raise ValueError(f"the concept “{item.concept}” is written twice")
            kinds[item.concept] = item.respondent
        for item in self.items:
            if item.counterpart is not None and kinds.get(item.counterpart, item.respondent) == item.respondent:
                raise ValueError(
                    f"the counterpart of “{item.concept}” must be a concept of this map that is answered by somebody else"
                )
        return self


@dataclass(frozen=True, slots=True)
class MapFault:
    """Why a map does not fit the surveys; ``member`` counts from 0."""

    concept: str
    member: int
    message: str


def read_map(data: bytes, surveys: Mapping[str, Survey] | None = None) -> EquivalenceMap | tuple[AuthoringProblem, ...]:
    """The map a YAML file holds, or everything wrong with it, with lines.

    Where ``surveys`` (by name) are given, it is checked against those of them that it names;
    a survey that it names and that is not among them is a problem, too.
    """
    root = compose(data)
    if isinstance(root, AuthoringProblem):
        return (root,)
    reader = _Reader()
    found = reader.map(root)
    if found is not None and surveys is not None:
        for fault in map_faults(found, surveys):
            line = reader.lines.get((fault.concept, fault.member))
            reader.problems.append(AuthoringProblem(line, fault.message))
    return reader.result(found)


def map_faults(equivalences: EquivalenceMap, surveys: Mapping[str, Survey]) -> tuple[MapFault, ...]:
    """What a map names that its surveys do not have, or have and it forgot."""
    found = [
        MapFault(item.concept, place, message)
        for item in equivalences.items
        for place, member in enumerate(item.members)
        for message in _wrong(item, member, surveys)
    ]
    return tuple(found)


def common(
    equivalences: EquivalenceMap, survey: Survey, answers: Answers, *, today: date | None = None
) -> dict[str, CommonValue]:
    """One respondent's answers in common values, by concept.

    A concept is left out where its question was hidden, not answered, declined, answered by
    "I don't know" or by an option without a counterpart: missing is never a value. Concepts
    about oneself and about somebody else have different names, so that they cannot meet.
    """
    count, version = counted(survey, answers, today=today), content_hash(survey)
    found: dict[str, CommonValue] = {}
    for item in equivalences.items:
        member = next((one for one in item.members if one.survey == survey.name and one.holds_for(version)), None)
        answer = count.get(member.question) if member is not None else None
        if member is None or answer is None or answer.state is not AnswerState.ANSWERED:
            continue
        value = _common_value(member, answer.value)
        if value is not None:
            found[item.concept] = value
    return found


def common_columns(equivalences: EquivalenceMap, survey: Survey, language: str | None = None) -> tuple[Variable, ...]:
    """The columns that hold a survey's answers in common values, described like those of ``codebook.codebook``."""
    version, wanted = content_hash(survey), (language or survey.languages[0], survey.languages[0])
    found = []
    for item in equivalences.items:
        member = next((one for one in item.members if one.survey == survey.name and one.holds_for(version)), None)
        question = None if member is None else survey.question_by_name.get(member.question)
        if member is None or question is None:
            continue
        title, spoken = words(item.title, *wanted)
        found.append(
            Variable(
                name=f"common_{item.concept}", question=member.question, language=spoken or survey.languages[0],
                label=f"{title} (in the values that surveys of all ages and years share)", kind="common",
                voice=Voice.RESPONDENT.value, condition="", survey_version=version,
                values={code: words(said, *wanted)[0] for code, said in item.values.items()},
                missing={SKIPPED: "not asked, not answered, or answered by something without a common value"},
            )
        )  # fmt: skip
    return tuple(found)


def common_cells(
    equivalences: EquivalenceMap, survey: Survey, answers: Answers, *, today: date | None = None
) -> dict[str, str]:
    """One respondent's cells for ``common_columns``, in its order; several values are joined by a space."""
    found = common(equivalences, survey, answers, today=today)
    cells = {}
    for column in common_columns(equivalences, survey):
        value = found.get(column.name.removeprefix("common_"))
        joined = " ".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else value
        cells[column.name] = SKIPPED if joined is None else joined
    return cells


def _common_value(member: Member, value: Any) -> CommonValue | None:
    if isinstance(value, tuple):
        codes = {member.values[option] for option in value if option in member.values}
        return tuple(sorted(codes)) or None
    if isinstance(value, str):
        return member.values.get(value)
    if member.values:
        return member.values.get(f"{value:g}")
    return float(value) if isinstance(value, int | float) else None


def _meet(one: Member, other: Member) -> bool:
    """Whether two members could both be meant by one version of one survey."""
    if one.survey != other.survey:
        return False
    if not one.versions or not other.versions:
        return True
    return any(a.startswith(b) or b.startswith(a) for a in one.versions for b in other.versions)


def _wrong(item: EquivalentItem, member: Member, surveys: Mapping[str, Survey]) -> Iterator[str]:
    survey = surveys.get(member.survey)
    if survey is None:
        yield f"There is no survey “{member.survey}”. Check the spelling."
        return
    if survey.audience is Audience.PRACTITIONER and item.respondent == "self":
        yield f"“{member.survey}” is answered by practitioners, so “{item.concept}” needs the respondent “proxy”."
    if member.versions and not member.holds_for(content_hash(survey)):
        return  # meant for another version than the one at hand
    question = survey.question_by_name.get(member.question)
    if question is None:
        yield f"“{member.survey}” has no question “{member.question}”. Check the spelling."
    elif survey.repeats[question.name]:
        yield f"“{question.name}” of “{member.survey}” is asked several times, so it has no one answer to compare."
    elif question.choices and question.kind is not Kind.RANKING:
        yield from _wrong_options(member, question)
    elif question.kind not in NUMBER:
        yield f"“{question.name}” of “{member.survey}” is neither a choice nor a number, so it has no common value."


def _wrong_options(member: Member, question: Question) -> Iterator[str]:
    options = {choice.name: choice for choice in question.choices}
    for option in (*member.values, *member.left_out):
        if option not in options:
            yield f"“{question.name}” of “{member.survey}” has no option “{option}”. Check the spelling."
        elif option in member.values and options[option].means != "answer":
            yield f"“{option}” of “{question.name}” is no opinion. Leave it out."
    for option, choice in options.items():
        if choice.means == "answer" and option not in member.values and option not in member.left_out:
            yield (
                f"The option “{option}” of “{question.name}” in “{member.survey}” has no common value. Give it one, "
                "or name it under “left out”."
            )


# --- reading -----------------------------------------------------------------------------

_Made = TypeVar("_Made", bound=BaseModel)
_Read = TypeVar("_Read")


class _Reader(NodeReader):
    """Walks the tree of a map once and keeps the line of each member."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[tuple[str, int], int] = {}

    def map(self, root: yaml.Node) -> EquivalenceMap | None:
        given = self.mapping(root, ["languages", "items"], ["items"])
        self.read_languages(given.get("languages"))
        items = [self._item(node) for node in self.entries(given.get("items"))]
        return self._make(EquivalenceMap, {"items": items}, root) if not self.problems else None

    def _item(self, node: yaml.Node) -> EquivalentItem | None:
        before = len(self.problems)
        known = ["concept", "title", "respondent", "counterpart", "values", "members", "note"]
        given = self.mapping(node, known, ["concept", "title", "members"])
        made: dict[str, Any] = {
            "concept": self._of(given, "concept", self.word),
            "title": self._of(given, "title", lambda inside, _: self.text(inside)),
            "counterpart": self._of(given, "counterpart", self.word),
            "note": self._of(given, "note", self.word),
            "respondent": self._of(given, "respondent", self._respondent),
            "values": {name: self.text(inside) for name, inside in self._entries(given.get("values"))},
        }
        members = [self._member(inside, made["values"]) for inside in self.entries(given.get("members"))]
        if (str(made["concept"]), 0) in self.lines:
            self.problem(given["concept"], f"The concept “{made['concept']}” is written twice. Rename one.")
        if len(self.problems) > before:
            return None
        concept = str(made["concept"])
        for place, inside in enumerate(self.entries(given.get("members"))):
            self.lines[concept, place] = inside.start_mark.line + 1
        return self._make(EquivalentItem, _said(made) | {"members": members}, node)

    def _member(self, node: yaml.Node, codes: Collection[str]) -> Member | None:
        before = len(self.problems)
        known = ["survey", "question", "versions", "values", "left out", "note"]
        given = self.mapping(node, known, ["survey", "question"])
        made: dict[str, Any] = {key: self._of(given, key, self.word) for key in ("survey", "question", "note")}
        made["versions"] = [self.word(inside, "versions") for inside in self.entries(given.get("versions"))]
        made["left_out"] = [self.word(inside, "left out") for inside in self.entries(given.get("left out"))]
        made["values"] = {}
        for name, inside in self._entries(given.get("values")):
            code = made["values"][name] = self.word(inside, name)
            if code is not None and code not in codes:
                self.problem(inside, f"“{name}” stands for “{code}”, no value of the concept.")
        return self._make(Member, _said(made), node) if len(self.problems) == before else None

    def _entries(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, "Entries are expected here, each as its name, a colon and its value.")
            return
        seen: set[str] = set()
        for key, inside in self.pairs(node):
            if key.value in seen:
                self.problem(key, f"“{key.value[:40]}” is written twice. Keep one.")
            seen.add(key.value)
            yield key.value, inside

    def _respondent(self, node: yaml.Node, key: str) -> str | None:
        return self.one_of(node, key, {"self": "self", "proxy": "proxy"})

    def _of(self, given: Mapping[str, yaml.Node], key: str, read: Callable[[yaml.Node, str], _Read]) -> _Read | None:
        return read(given[key], key) if key in given else None

    def _make(self, kind: type[_Made], made: Mapping[str, Any], node: yaml.Node) -> _Made | None:
        try:
            return kind(**made)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                said = fault["msg"].removeprefix("Value error, ")
                where = "".join(f"“{part}”: " for part in fault["loc"][:1])
                self.problem(node, f"{where}{said[:1].upper()}{said[1:]}.")
            return None


def _said(made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if value is not None}
