"""A survey on paper: its questions numbered in reading order, and for whom a question is, where that can be said simply.

On a phone the computer leaves out what does not concern somebody; on paper they have to
be told. A condition that is a choice of options ("Only if you said “No” at question 1")
is told as such; any other is told in general, because a hard sentence helps nobody.

>>> from survey_engine.definition import Audience, Choice, Kind, Question, Survey
>>> from survey_engine.expression_parser import parse
>>> yes_no = (Choice(name="yes", label={"en": "Yes"}), Choice(name="no", label={"en": "No"}))
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="settled", kind=Kind.SINGLE_CHOICE, label={"en": "Settled?"}, choices=yes_no),
...     Question(name="why", kind=Kind.TEXT, label={"en": "Why not?"}, relevant=parse('settled = "no"'))))
>>> [(line.number, line.only_if) for line in on_paper(survey)]
[(1, None), (2, OnlyIf(parts=(Said(number=1, options=({'en': 'No'},)),)))]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_engine.definition import CHOICE, UNSEEN, Group, Kind, Question, Survey
from survey_engine.expressions import Binary, Call, Constant, Expression, Logic, Reference
from survey_engine.piping import piped_text
from survey_engine.words import Text


@dataclass(frozen=True, slots=True)
class Said:
    """One of these options was chosen at the question of this number."""

    number: int
    options: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """For whom something is: all ``parts`` must hold. None at all: for some only, and it cannot be said simply."""

    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the sheet: a section, a note or a question. Notes and sections have the ``number`` 0.

    ``again`` marks a section that is asked once for each of several: the sheet has room for one.
    """

    item: Question | Group
    number: int
    only_if: OnlyIf | None
    again: bool = False


def on_paper(survey: Survey) -> tuple[Line, ...]:
    """Everything on the sheet in reading order; words that quote an earlier answer have an ellipsis there."""
    numbers: dict[str, int] = {}
    return tuple(_lines(survey, numbers))


def _lines(survey: Survey, numbers: dict[str, int]) -> Iterator[Line]:
    for item in survey.all_items:
        only_if = _only_if(survey, item.relevant, numbers) if item.relevant is not None else None
        if isinstance(item, Group):
            asks = item.repeat is not None and item.repeat.count is None
            how_many = survey.asked(item.name) if asks and len(survey.repeats[item.name]) == 1 else None
            if how_many is not None:
                numbers[item.name] = len(numbers) + 1
                yield Line(_said(how_many, survey), numbers[item.name], only_if)
            yield Line(item, 0, only_if, again=item.repeat is not None)
        elif item.kind not in UNSEEN:
            if item.kind is not Kind.NOTE:
                numbers[item.name] = len(numbers) + 1
            yield Line(_said(item, survey), numbers.get(item.name, 0), only_if)


def _said(question: Question, survey: Survey) -> Question:
    changed = {name: piped_text(getattr(question, name), survey, {}) for name in ("label", "hint", "guidance")}
    choices = tuple(
        choice.model_copy(update={"label": piped_text(choice.label, survey, {})}) for choice in question.choices
    )
    return question.model_copy(update={**changed, "choices": choices})


def _only_if(survey: Survey, condition: Expression, numbers: Mapping[str, int]) -> OnlyIf:
    every = condition.parts if isinstance(condition, Logic) and condition.op == "and" else (condition,)
    parts = [_one_said(survey, part, numbers) for part in every]
    return OnlyIf(tuple(part for part in parts if part is not None) if None not in parts else ())


def _one_said(survey: Survey, condition: Expression, numbers: Mapping[str, int]) -> Said | None:
    if isinstance(condition, Logic) and condition.op == "or":
        parts = [_one_said(survey, part, numbers) for part in condition.parts]
        told = [part for part in parts if part is not None]
        if len(told) < len(parts) or len({part.number for part in told}) > 1:
            return None
        return Said(told[0].number, tuple(option for part in told for option in part.options))
    match condition:
        case Binary(op="=", left=Reference(name=name), right=Constant(value=str(option))):
            pass
        case Binary(op="=", left=Constant(value=str(option)), right=Reference(name=name)):
            pass
        case Call(function="selected", arguments=(Reference(name=name), Constant(value=str(option)))):
            pass
        case _:
            return None
    question = survey.question_by_name.get(name)
    if question is None or name not in numbers or question.kind not in CHOICE:
        return None
    label = next((choice.label for choice in question.choices if choice.name == option), None)
    return None if label is None else Said(numbers[name], (label,))
