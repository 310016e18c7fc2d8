"""What the designer's page shows of a draft: the list on the left, what the check found, where an item can go.

Values only, made anew for each page from the draft's survey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from api.design import kinds
from api.design.preview import Said
from survey_engine.checking import check
from survey_engine.definition import UNSEEN, Group, Question, Survey
from survey_engine.editing import lookers
from survey_engine.expressions import print_expression
from survey_engine.findings import Finding
from survey_engine.words import Text, words

Translate = Callable[[str], str]


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list, with the lines inside of it."""

    name: str
    is_group: bool
    number: int
    kind: str
    label: Said
    marks: tuple[str, ...]
    condition: str
    errors: int
    advice: int
    inside: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """Where an item can be moved to from where it stands."""

    up: bool
    down: bool
    into: str
    out: bool


def findings(survey: Survey, today: date) -> tuple[Finding, ...]:
    """Everything the check says, errors first, then in reading order."""
    return check(survey, today=today)


def outline(survey: Survey, found: Sequence[Finding], language: str, translate: Translate) -> tuple[Entry, ...]:
    """The draft as a list, sections with what they hold."""
    number = iter(range(1, len(survey.questions) + 1))
    first = survey.languages[0]

    def said(text: Text) -> Said:
        return Said(*words(text, language, first))

    def entry(item: Question | Group) -> Entry:
        is_group = isinstance(item, Group)
        return Entry(
            name=item.name,
            is_group=is_group,
            number=0 if is_group else next(number),
            kind=translate(_kind_name(item)),
            label=said(item.label),
            marks=tuple(_marks(item, translate)),
            condition=print_expression(item.relevant) if item.relevant is not None else "",
            errors=sum(one.level == "error" for one in found if one.item == item.name),
            advice=sum(one.level != "error" for one in found if one.item == item.name),
            inside=tuple(entry(one) for one in item.items) if isinstance(item, Group) else (),
        )

    return tuple(entry(item) for item in survey.items)


def _kind_name(item: Question | Group) -> str:
    if isinstance(item, Question):
        return kinds.NAMES[item.kind]
    if item.repeat is not None:
        return kinds.NAMES[kinds.REPEAT]
    return kinds.NAMES[kinds.GRID if item.appearance == "grid" else kinds.SECTION]


def _marks(item: Question | Group, translate: Translate) -> Iterator[str]:
    if isinstance(item, Group):
        if item.repeat is not None and item.repeat.count is not None:
            yield translate(_("as many times as {count}")).format(count=print_expression(item.repeat.count))
        elif item.repeat is not None:
            yield translate(_("asks how many, up to {most}")).format(most=item.repeat.most)
        if item.shuffle:
            yield translate(_("in any order"))
        return
    if item.kind in UNSEEN:
        yield translate(_("nobody sees it"))
    if item.required_if is not None:
        yield translate(_("needs an answer if {condition}")).format(condition=print_expression(item.required_if))
    elif item.required:
        yield translate(_("needs an answer"))


def moves(survey: Survey, name: str) -> Moves:
    """Where the item of this name can go; ``into`` is the section right before it."""
    siblings, outer = _around(survey.items, name, False)
    place = next(number for number, item in enumerate(siblings) if item.name == name)
    before = siblings[place - 1] if place else None
    into = before.name if isinstance(before, Group) else ""
    return Moves(place > 0, place < len(siblings) - 1, into, outer)


def _around(items: tuple[Question | Group, ...], name: str, inside: bool) -> tuple[tuple[Question | Group, ...], bool]:
    for item in items:
        if item.name == name:
            return items, inside
        if isinstance(item, Group):
            found, deeper = _around(item.items, name, True)
            if found:
                return found, deeper
    return (), False


def neighbours(survey: Survey, name: str) -> tuple[str, str]:
    """The item before and after in reading order; "" at the ends."""
    names = [item.name for item in survey.all_items]
    place = names.index(name)
    return (names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else "")


@dataclass(frozen=True, slots=True)
class Nameable:
    """A question a condition can look at, with its options."""

    name: str
    label: Said
    options: tuple[tuple[str, Said], ...]


def nameable(survey: Survey, name: str, language: str) -> tuple[Nameable, ...]:
    """The questions before this item, which its conditions can look at."""
    first = survey.languages[0]
    found = []
    for item in survey.all_items:
        if item.name == name:
            break
        if isinstance(item, Question) and item.kind not in ("note", "left_out"):
            options = tuple((choice.name, Said(*words(choice.label, language, first))) for choice in item.choices)
            found.append(Nameable(item.name, Said(*words(item.label, language, first)), options))
    return tuple(found)


def looking_at(survey: Survey, name: str) -> tuple[str, ...]:
    """The items whose conditions look at this one."""
    return lookers(survey, name)
