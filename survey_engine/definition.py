"""What a survey is: frozen values, checked when made, the same for ever once published.

A survey is a tree: groups hold questions or further groups; a condition on a group
holds for all inside it. Every text is a mapping from language code to words, so a
translation can never drift away from its question. What is *not* here: how a survey is
written down (``authoring``, ``formats``), how a form field becomes an answer
(``answers``), what comes next (``journey``).

>>> survey = Survey(
...     name="hello", title={"en": "Hello"}, audience=Audience.YOUNG_PERSON,
...     languages=("en",), items=(Question(name="mood", kind=Kind.TEXT, label={"en": "How are you?"}),),
... )
>>> [question.name for question in survey.questions]
['mood']
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from survey_engine.expressions import Expression

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
"""A BCP 47 code: ``en``, ``cy``, ``en-x-easy`` (Easy Read is a language of its own)."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]

Text = dict[Language, Words]
"""The same words in several languages. A missing language is a gap, never an empty string."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]
"""An identifier as XLSForm has it; unique among all questions and groups of a survey."""


class Frozen(BaseModel):
    """A value: never changed after it was made; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Audience(StrEnum):
    """For whom a survey is written; decides its words and who may be invited, never the tone."""

    CHILD = "child"
    YOUNG_PERSON = "young_person"
    PARENT_CARER = "parent_carer"
    PRACTITIONER = "practitioner"


class Kind(StrEnum):
    """The kinds of question of this version; each has one page component of the same name."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NOTE = "note"


FREE_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
CHOICE = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE})
NUMBER = frozenset({Kind.INTEGER, Kind.DECIMAL})


MOST_QUESTIONS = 1_000
"""Far beyond what anybody should be asked; keeps every walk over a survey short."""


class Voice(StrEnum):
    """Whose words a free text holds; a practitioner's reading is never analysed as a child's words."""

    RESPONDENT = "respondent"
    CHILD = "child"
    PRACTITIONER = "practitioner"


RESERVED_OPTION_NAMES = frozenset({"-6", "-7", "-8", "-9"})
"""What exports write for an answer that is missing (``codebook.MISSING``)."""


class Choice(Frozen):
    """One option. ``exclusive`` options ("none of these") stand alone in a multiple choice.

    Names hold no outer spaces, and better none at all: a multiple choice compared as text
    is its options joined by spaces.
    """

    name: Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=100)]
    label: Text
    exclusive: bool = False

    @model_validator(mode="after")
    def _name_is_not_reserved(self) -> Choice:
        if self.name in RESERVED_OPTION_NAMES:
            raise ValueError(f"an option cannot be named {self.name}: exports use it for a missing answer")
        return self


def option_column(question: str, option: str) -> str:
    """The name of the export column that says whether an option of a multiple choice was chosen."""
    return f"{question}__{option}"


class Question(Frozen):
    """One question, or one note that asks nothing.

    ``required`` means it must be answered *or declined*: nobody is ever forced to say.
    ``may_decline`` False (agreement to a fact a form cannot do without) removes the
    "I don't want to say" way out and is meant for practitioners' forms only.
    ``constraint`` sees the answer as ``.``; ``max_length`` counts characters.
    """

    type: Literal["question"] = "question"
    name: Name
    kind: Kind
    label: Text
    hint: Text = {}
    required: bool = False
    may_decline: bool = True
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = {}
    choices: tuple[Choice, ...] = ()
    appearance: Literal["plain", "faces", "scale"] = "plain"
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 4_000
    voice: Voice = Voice.RESPONDENT

    @model_validator(mode="after")
    def _choices_belong_to_choice_questions(self) -> Question:
        if (self.kind in CHOICE) != bool(self.choices):
            raise ValueError(f"choices are for choice questions, and those need some: “{self.name}”")
        if len({choice.name for choice in self.choices}) != len(self.choices):
            raise ValueError(f"two choices of “{self.name}” have the same name")
        return self

    @property
    def holds_free_text(self) -> bool:
        """Whether the answer is somebody's own words, which must be redacted before analysis."""
        return self.kind in FREE_TEXT


class Group(Frozen):
    """Questions that belong together; its condition holds for everything inside."""

    type: Literal["group"] = "group"
    name: Name
    label: Text = {}
    relevant: Expression | None = None
    items: tuple[Item, ...]


Item = Annotated[Question | Group, Field(discriminator="type")]


class Survey(Frozen):
    """One version of a survey. ``languages[0]`` is the language every text must exist in."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9\-]*$", max_length=60)]
    title: Text
    audience: Audience
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    introduction: Text = {}
    minutes: Annotated[int, Field(ge=1, le=120)] = 5
    credit: Text = {}
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Survey:
        seen: set[str] = set()
        for item in _walk(self.items):
            taken = [item.name]
            if isinstance(item, Question) and item.kind is Kind.MULTIPLE_CHOICE:
                taken += [option_column(item.name, choice.name) for choice in item.choices]
            for name in taken:
                if name in seen:
                    raise ValueError(f"the name “{name}” is used twice")
                seen.add(name)
        if len(self.questions) > MOST_QUESTIONS:
            raise ValueError(f"a survey has at most {MOST_QUESTIONS} questions; this one has {len(self.questions)}")
        return self

    @cached_property
    def all_items(self) -> tuple[Question | Group, ...]:
        """Every group, question and note in reading order; a group comes before what it holds."""
        return tuple(_walk(self.items))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions and notes in reading order, whatever group they are in."""
        return tuple(item for item in self.all_items if isinstance(item, Question))

    @cached_property
    def question_by_name(self) -> dict[str, Question]:
        """The same, by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def place(self) -> dict[str, int]:
        """Each question's place in reading order, counted from 0."""
        return {question.name: place for place, question in enumerate(self.questions)}

    @cached_property
    def conditions(self) -> dict[str, tuple[Expression, ...]]:
        """For each question, the conditions that must all hold for it to be asked: its groups' and its own."""
        return dict(_conditions(self.items, ()))


def _walk(items: tuple[Item, ...]) -> Iterator[Question | Group]:
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from _walk(item.items)


def _conditions(items: tuple[Item, ...], outer: tuple[Expression, ...]) -> Iterator[tuple[str, tuple[Expression, ...]]]:
    for item in items:
        here = outer if item.relevant is None else (*outer, item.relevant)
        if isinstance(item, Group):
            yield from _conditions(item.items, here)
        else:
            yield item.name, here


def content_hash(survey: Survey) -> str:
    """SHA-256 (hex) of a definition's canonical JSON: two versions are the same exactly when this is."""
    canonical = json.dumps(survey.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def words(text: Text, *languages: str) -> tuple[str, str]:
    """The words of a text in the first language that has them, and that language.

    Falls back to any language the text has, and to ``("", "")`` where it has none; the
    page marks a fallback with its own ``lang`` so that it is read aloud correctly.

    >>> words({"en": "Hello", "cy": "Helo"}, "cy", "en")
    ('Helo', 'cy')
    """
    for language in languages:
        if text.get(language):
            return text[language], language
    return next(((said, language) for language, said in text.items() if said), ("", ""))
