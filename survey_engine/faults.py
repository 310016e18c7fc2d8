"""What is wrong with a well-formed survey as a whole: what no single question of it can know.

A definition with faults can be stored and looked at, but not published: somebody would be
asked the wrong question, or the right one without words.

>>> from survey_engine.definition import Audience
>>> from survey_engine.expression_parser import parse
>>> late = Question(name="a", kind="note", label={"en": "A"}, relevant=parse("answered(b)"))
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(late,))
>>> faults(survey)[0].message
'A condition looks at “b”, but there is no question of that name.'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey_engine.definition import FILE, UNSEEN, Group, Kind, Question, Survey
from survey_engine.expressions import Binary, Call, Constant, Expression, Node, Reference, This, children, names, nodes
from survey_engine.situation import circles


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a well-formed survey cannot be answered as meant; ``name`` is the question or group."""

    name: str
    code: Literal[
        "unknown_question", "looks_ahead", "looks_at_note", "looks_at_itself", "words_missing", "unknown_option",
        "circle", "cannot_be_answered",
    ]  # fmt: skip
    message: str


def faults(survey: Survey) -> tuple[Fault, ...]:
    """What no single question can know: conditions that look nowhere or ahead, words that are missing."""
    found: list[Fault] = []
    for item, first in _items_with_place(survey):
        if item.relevant is not None and any(isinstance(node, This) for node in _outside_turns(item.relevant)):
            message = "“.” is the answer itself, which a condition to show it cannot know."
            found.append(Fault(item.name, "looks_at_itself", message))
        for expression, may_be_itself in _looking(item):
            found += _looks(survey, item.name, names(expression) - ({item.name} if may_be_itself else set()), first)
        if isinstance(item, Question):
            found += _words_missing(survey, item)
            found += _stuck(item)
    for name in circles(survey):
        message = f"What is worked out for “{name}” depends on itself, round in a circle. Break the circle."
        found.append(Fault(name, "circle", message))
    return tuple(dict.fromkeys(found))


def _outside_turns(expression: Expression) -> Iterator[Node]:
    """The parts of a condition in which "." is the item's own answer: in ``among`` it is that of a turn."""
    waiting: list[Node] = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        inside = isinstance(node, Call) and node.function == "among"
        waiting.extend(children(node)[:1] if inside else children(node))


def _stuck(question: Question) -> Iterator[Fault]:
    """A question that has to be answered and cannot be by everybody keeps them from sending."""
    must = question.required or question.required_if is not None
    if must and not question.may_decline and question.kind in FILE:
        yield Fault(
            question.name, "cannot_be_answered", "A picture or recording is never a duty. Allow not to give one."
        )


def _looking(item: Question | Group) -> Iterator[tuple[Expression, bool]]:
    """The conditions that a respondent's way depends on, and whether each may look at the item's own answer."""
    if item.relevant is not None:
        yield item.relevant, False
    if isinstance(item, Group):
        if item.repeat is not None and item.repeat.count is not None:
            yield item.repeat.count, False
        return
    for expression in (item.required_if, item.choice_filter, item.shuffle_seed, item.calculation, item.default):
        if expression is not None:
            yield expression, True
    if item.constraint is not None:
        yield item.constraint, True


def unknown_options(survey: Survey) -> tuple[Fault, ...]:
    """Conditions that wait for an option a question does not have: most often a spelling mistake."""
    found: list[Fault] = []
    for item, _ in _items_with_place(survey):
        for condition in (item.relevant, item.constraint if isinstance(item, Question) else None):
            for name, option in _compared(condition):
                question = survey.question_by_name.get(name)
                if question is not None and question.choices and option not in {c.name for c in question.choices}:
                    found.append(
                        Fault(item.name, "unknown_option", f"“{name}” has no option “{option}”. Check the spelling.")
                    )
    return tuple(found)


def _items_with_place(survey: Survey) -> Iterator[tuple[Question | Group, int]]:
    """Each item, and the place of its first question in reading order."""
    place = 0
    for item in survey.all_items:
        yield item, place
        place += isinstance(item, Question)


def _looks(survey: Survey, name: str, looked_at: frozenset[str], first: int) -> Iterator[Fault]:
    for other in sorted(looked_at):
        question = survey.question_by_name.get(other)
        if question is None and other not in survey.repeats:
            yield Fault(
                name, "unknown_question", f"A condition looks at “{other}”, but there is no question of that name."
            )
        elif question is not None and survey.place[other] >= first and question.calculation is None:
            message = f"A condition looks at “{other}”, which is only asked here or later. Put it earlier."
            yield Fault(name, "looks_ahead", message)
        elif question is not None and question.kind is Kind.NOTE and question.calculation is None:
            yield Fault(name, "looks_at_note", f"A condition looks at “{other}”, a note, which has no answer.")


def _words_missing(survey: Survey, question: Question) -> Iterator[Fault]:
    default = survey.languages[0]
    if question.kind in UNSEEN:
        return
    if default not in question.label:
        yield Fault(
            question.name, "words_missing", f"The label has no words in “{default}”, the survey's first language."
        )
    for choice in question.choices:
        if default not in choice.label:
            yield Fault(question.name, "words_missing", f"The option “{choice.name}” has no words in “{default}”.")


def _compared(condition: Expression | None) -> Iterator[tuple[str, str]]:
    """The pairs of question and option that a condition compares."""
    for node in nodes(condition) if condition is not None else ():
        pair: tuple[Node, ...] = ()
        if isinstance(node, Binary) and node.op in ("=", "!="):
            pair = (node.left, node.right)
        elif isinstance(node, Call) and node.function == "selected":
            pair = node.arguments
        for one, other in (pair, pair[::-1]) if pair else ():
            if (
                isinstance(one, Reference)
                and isinstance(other, Constant)
                and isinstance(other.value, str)
                and other.value
            ):
                yield one.name, other.value
