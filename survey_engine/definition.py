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
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from survey_engine.expressions import Expression
from survey_engine.scales import Scale
from survey_engine.words import FileName, Frozen, Language, Media, Name, Text
from survey_engine.words import words as words  # what everybody reads a definition with


class Audience(StrEnum):
    """For whom a survey is written; decides its words and who may be invited, never the tone."""

    CHILD = "child"
    YOUNG_PERSON = "young_person"
    PARENT_CARER = "parent_carer"
    PRACTITIONER = "practitioner"


class Kind(StrEnum):
    """The kinds of question; each that is asked has one page component of the same name.

    An answer is a text (``TEXT``, ``LONG_TEXT``), a number (``INTEGER``, ``DECIMAL``,
    ``RANGE``), a day or part of one as ISO text (``DATE`` 2026-03-01, ``MONTH`` 2026-03,
    ``YEAR`` 2026 as a number, ``TIME`` 14:30), an option's name (``SINGLE_CHOICE``,
    ``AGE_BAND``), several in the survey's order (``MULTIPLE_CHOICE``), all in the
    respondent's order (``RANKING``), the text ``OK`` (``ACKNOWLEDGE``), or the name of a
    sealed file (``DRAWING``, ``PHOTO``, ``VOICE``). ``CALCULATED`` and ``HIDDEN`` are never
    shown; ``LEFT_OUT`` keeps the place of what another program's form had and Earshot does
    not ask: conditions read it as unanswered, nothing is ever stored for it.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"
    AGE_BAND = "age_band"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    RANKING = "ranking"
    ACKNOWLEDGE = "acknowledge"
    DRAWING = "drawing"
    PHOTO = "photo"
    VOICE = "voice"
    NOTE = "note"
    CALCULATED = "calculated"
    HIDDEN = "hidden"
    LEFT_OUT = "left_out"


Appearance = Literal["plain", "faces", "happiness", "scale", "agree", "ladder", "pictures"]
"""How the options of a choice (or the steps of a RANGE) look.

``faces`` go from very sad to very happy through neutral, ``happiness`` are five degrees of
happy (young children spread more over it: Hall, Hume and Tazzyman, IDC 2016), ``agree``
has the words of agreeing, ``ladder`` is 0 to 10 from the bottom up, ``pictures`` puts each
option's picture above its words.
"""

FREE_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
CHOICE = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.AGE_BAND, Kind.RANKING})
SEVERAL = frozenset({Kind.MULTIPLE_CHOICE, Kind.RANKING})
"""Kinds whose answer is a tuple of option names."""
NUMBER = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE, Kind.YEAR})
WHEN = frozenset({Kind.DATE, Kind.MONTH, Kind.TIME})
FILE = frozenset({Kind.DRAWING, Kind.PHOTO, Kind.VOICE})
UNSEEN = frozenset({Kind.CALCULATED, Kind.HIDDEN, Kind.LEFT_OUT})
"""Kinds that have no page."""
UNASKED = UNSEEN | {Kind.NOTE}
"""Kinds nobody answers."""


MOST_QUESTIONS = 1_000
"""Far beyond what anybody should be asked; keeps every walk over a survey short."""


LONGEST_REPEATED_NAME = 85
"""With its turns behind it, a name still fits where names are stored."""

MOST_TURNS = 5_000
"""Questions with all the turns they may be asked."""


class Voice(StrEnum):
    """Whose words a free text holds; a practitioner's reading is never analysed as a child's words."""

    RESPONDENT = "respondent"
    CHILD = "child"
    PRACTITIONER = "practitioner"


RESERVED_OPTION_NAMES = frozenset({"-6", "-7", "-8", "-9"})
"""What exports write for an answer that is missing (``codebook.MISSING``)."""


WrittenName = Annotated[str, Field(pattern=r"^[^\W\d][\w.\-]*$", max_length=100)]
"""A name as another program's form has it: any letters."""


class Choice(Frozen):
    """One option. ``exclusive`` options ("none of these") stand alone in a multiple choice.

    Names hold no outer spaces, and better none at all: a multiple choice compared as text
    is its options joined by spaces. ``means`` tells an opinion from "I don't know" and "I
    don't want to say" given as options of their own: exports code them apart, scales count
    them as missing. ``columns`` are what a choice filter can look at (XLSForm's extra columns).
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"means", "columns", "picture", "audio"})

    name: Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=100)]
    label: Text
    exclusive: bool = False
    means: Literal["answer", "dont_know", "prefer_not"] = "answer"
    columns: dict[str, str] = {}
    picture: Media = {}
    audio: Media = {}

    @model_validator(mode="after")
    def _name_is_not_reserved(self) -> Choice:
        if self.name in RESERVED_OPTION_NAMES:
            raise ValueError(f"an option cannot be named {self.name}: exports use it for a missing answer")
        return self


TURN = "~"
"""Between a repeated question's name and its turns: ``helper~2``, in a repeat inside a repeat ``helper~2~1``."""


def option_column(question: str, option: str) -> str:
    """The name of the export column that says whether an option of a multiple choice was chosen."""
    return f"{question}__{option}"


Finite = Annotated[float, Field(allow_inf_nan=False)]


class EarlierWording(Frozen):
    """Words a question had before, and why they were changed."""

    words: Text
    why: str = ""


class Refused(Frozen):
    """Something proposed for this question that was not taken up, and why."""

    proposal: str
    why: str


class Provenance(Frozen):
    """How a question came to be: who proposed it, the wordings it had, what was refused.

    ``proposed_by`` is the name of a group or a first name, as the young person chose, or ""
    where nobody wanted to be named.
    """

    proposed_by: str = ""
    earlier: tuple[EarlierWording, ...] = ()
    refused: tuple[Refused, ...] = ()


class Question(Frozen):
    """One question, or one note that asks nothing.

    ``required`` (or ``required_if``) means it must be answered *or declined*: nobody is ever
    forced to say. ``may_decline`` False (agreement to a fact a form cannot do without)
    removes the "I don't want to say" way out and is meant for practitioners' forms only.
    ``constraint`` sees the answer as ``.``; ``max_length`` counts characters, of a text only.
    ``least``, ``most`` and ``step`` bound a number; a RANGE needs the first two.
    ``calculation`` makes a value nobody types. ``default`` fills in what is HIDDEN; a
    respondent never meets an answer filled in beforehand, because it nudges.
    ``shuffle`` orders the options by the seed of the response; those that mean "don't know"
    and exclusive ones stay last. ``written_as`` is the name in the form it came from, where
    that is not unique. ``read_as`` is what is said where the words read aloud badly.
    ``left_out`` says why, for a LEFT_OUT.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({
        "required_if", "required_message", "read_only", "read_only_if", "calculation", "default", "choice_filter",
        "shuffle", "shuffle_seed", "least", "most", "step", "picture", "picture_says", "audio", "read_as",
        "written_as", "provenance", "source", "left_out", "guidance",
    })  # fmt: skip

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
    appearance: Appearance = "plain"
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 4_000
    voice: Voice = Voice.RESPONDENT
    required_if: Expression | None = None
    required_message: Text = {}
    read_only: bool = False
    read_only_if: Expression | None = None
    calculation: Expression | None = None
    default: Expression | None = None
    choice_filter: Expression | None = None
    shuffle: bool = False
    shuffle_seed: Expression | None = None
    least: Finite | None = None
    most: Finite | None = None
    step: Finite | None = None
    picture: Media = {}
    picture_says: Text = {}
    audio: Media = {}
    read_as: Text = {}
    guidance: Text = {}
    written_as: WrittenName | None = None
    provenance: Provenance | None = None
    source: Annotated[str, Field(max_length=500)] = ""
    left_out: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _choices_belong_to_choice_questions(self) -> Question:
        if (self.kind in CHOICE) != bool(self.choices):
            raise ValueError(f"choices are for choice questions, and those need some: “{self.name}”")
        # the same name under another town or county is common in filtered lists, where one of them is offered
        if self.choice_filter is None and len({choice.name for choice in self.choices}) != len(self.choices):
            raise ValueError(f"two choices of “{self.name}” have the same name")
        return self

    @model_validator(mode="after")
    def _numbers_fit(self) -> Question:
        if self.kind is Kind.RANGE and (self.least is None or self.most is None):
            raise ValueError(f"“{self.name}” needs a least and a most number")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"the least number of “{self.name}” is more than the most")
        if self.step is not None and not self.step > 0:
            raise ValueError(f"the step of “{self.name}” must be more than nought")
        return self

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names of the options, each once."""
        return tuple(dict.fromkeys(choice.name for choice in self.choices))

    @property
    def holds_free_text(self) -> bool:
        """Whether the answer is somebody's own words, which must be redacted before analysis."""
        return self.kind in FREE_TEXT


class Repeat(Frozen):
    """Asking a group's questions again for each of several ("for each person who helps you").

    How many is a number: worked out by ``count``, or asked on a page of its own before the
    group (``ask`` are its words), from nought to ``most``.
    """

    count: Expression | None = None
    ask: Text = {}
    most: Annotated[int, Field(ge=1, le=20)] = 5


class Group(Frozen):
    """A section: questions that belong together; its condition holds for everything inside.

    A ``grid`` holds single choices with the same options (rows); on a phone each row is a
    page. ``shuffle`` orders the items by the seed of the response.
    """

    LATER: ClassVar[frozenset[str]] = frozenset(
        {"hint", "repeat", "appearance", "shuffle", "written_as", "read_only_if"}
    )

    type: Literal["group"] = "group"
    name: Name
    label: Text = {}
    relevant: Expression | None = None
    items: tuple[Item, ...]
    hint: Text = {}
    repeat: Repeat | None = None
    appearance: Literal["plain", "grid"] = "plain"
    shuffle: bool = False
    read_only_if: Expression | None = None
    written_as: WrittenName | None = None


Item = Annotated[Question | Group, Field(discriminator="type")]
Group.model_rebuild()  # now that there is an Item; others read what the fields are


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Survey(Frozen):
    """One version of a survey. ``languages[0]`` is the language every text must exist in.

    ``media`` binds the name of each picture and recording to its content. ``written_as`` is
    what the form it came from calls its root. ``asks_who_helps`` puts one page before the
    first question: is somebody with you? (``collection``; for surveys that do not ask it themselves).
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"scales", "media", "written_as", "asks_who_helps"})

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9\-]*$", max_length=60)]
    title: Text
    audience: Audience
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    introduction: Text = {}
    minutes: Annotated[int, Field(ge=1, le=120)] = 5
    credit: Text = {}
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    scales: tuple[Scale, ...] = ()
    media: dict[FileName, Sha256] = {}
    written_as: WrittenName | None = None
    asks_who_helps: bool = False

    @model_validator(mode="after")
    def _names_are_unique(self) -> Survey:
        seen: set[str] = set()
        for item in _walk(self.items):
            taken = [item.name]
            if isinstance(item, Question) and item.kind in SEVERAL:
                taken += [option_column(item.name, option) for option in item.option_names]
            for name in taken:
                if name in seen:
                    raise ValueError(f"the name “{name}” is used twice")
                seen.add(name)
        for name, groups in self.repeats.items():
            if groups and len(name) > LONGEST_REPEATED_NAME:
                raise ValueError(
                    f"“{name[:20]}…” is repeated, so its name has at most {LONGEST_REPEATED_NAME} characters"
                )
        if len(self.questions) > MOST_QUESTIONS:
            raise ValueError(f"a survey has at most {MOST_QUESTIONS} questions; this one has {len(self.questions)}")
        if turns_in_all(self.items) > MOST_TURNS:
            raise ValueError(f"with all their turns the questions are more than {MOST_TURNS}: allow fewer turns")
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy; what was worked out from the old one does not come along."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

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
    def repeats(self) -> dict[str, tuple[Group, ...]]:
        """For each question and group, the repeated groups it lies in, outermost first; a group counts itself."""
        return dict(_repeats(self.items, ()))

    def asked(self, key: str) -> Question | None:
        """The question an answer's key means: a name, a name with its turns (``helper~2``), or a repeated group
        that asks how many. None for a key this survey does not know.
        """
        known = self._asked
        if key not in known:
            name, _, turns = key.partition(TURN)
            found = _question_of(self, name)
            wanted = found is not None and len(self.repeats[name]) - (name not in self.question_by_name)
            if found is None or not _are_turns(turns, wanted):
                return None
            known[key] = found.model_copy(update={"name": key})
        return known[key]

    @cached_property
    def possible(self) -> tuple[Question, ...]:
        """Everything that can have an answer or be shown, in reading order, named by key: each turn there may be,
        and before a repeated group the question of how many.
        """
        return tuple(_possible(self, self.items, ""))

    @cached_property
    def _asked(self) -> dict[str, Question]:
        return {name: question for name, question in self.question_by_name.items() if not self.repeats[name]}

    @cached_property
    def conditions(self) -> dict[str, tuple[Expression, ...]]:
        """For each question, the conditions that must all hold for it to be asked: its groups' and its own."""
        return dict(_conditions(self.items, ()))


def _walk(items: tuple[Item, ...]) -> Iterator[Question | Group]:
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from _walk(item.items)


def turns_in_all(items: tuple[Item, ...]) -> int:
    """How many questions there are with every turn they may be asked."""
    return sum(
        1 if isinstance(item, Question) else (item.repeat.most if item.repeat else 1) * max(1, turns_in_all(item.items))
        for item in items
    )


def _repeats(items: tuple[Item, ...], outer: tuple[Group, ...]) -> Iterator[tuple[str, tuple[Group, ...]]]:
    for item in items:
        if isinstance(item, Group):
            here = outer if item.repeat is None else (*outer, item)
            yield item.name, here
            yield from _repeats(item.items, here)
        else:
            yield item.name, outer


def _possible(survey: Survey, items: tuple[Item, ...], turn: str) -> Iterator[Question]:
    for item in items:
        if isinstance(item, Question):
            question = survey.asked(item.name + turn)
            assert question is not None
            yield question
        elif item.repeat is None:
            yield from _possible(survey, item.items, turn)
        else:
            how_many = survey.asked(item.name + turn)
            if how_many is not None:
                yield how_many
            for number in range(1, item.repeat.most + 1):
                yield from _possible(survey, item.items, f"{turn}{TURN}{number}")


def _question_of(survey: Survey, name: str) -> Question | None:
    question = survey.question_by_name.get(name)
    if question is not None:
        return question
    group = next((item for item in survey.all_items if item.name == name and isinstance(item, Group)), None)
    if group is None or group.repeat is None or group.repeat.count is not None:
        return None
    label = group.repeat.ask or group.label or {survey.languages[0]: group.name}
    return Question(
        name=name, kind=Kind.RANGE, label=label, least=0, most=group.repeat.most, step=1, appearance="scale"
    )


def _are_turns(turns: str, wanted: int) -> bool:
    given = turns.split(TURN) if turns else []
    return len(given) == wanted and all(re.fullmatch("[1-9][0-9]?", turn) for turn in given)


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
