"""A question between page and answer: what its fields hold, what they amount to, how an answer reads in words.

Shared by the pages of those who answer (``collect``) and the form of those who log
(``observe``). The components in ``frontend/templates/components/question.html`` show
exactly the values that are made here. What an answer may be is ``survey_engine.answers``'.

A day is asked in three short fields, because that is how people know it; a ranking has
one place for each option, so that it works without scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from survey_engine import journey
from survey_engine.answers import Answer, Answers
from survey_engine.definition import FREE_TEXT, Group, Kind, Question, Survey, words
from survey_engine.evaluation import key_of, text
from survey_engine.piping import is_piped, piped_text
from survey_engine.situation import Situation
from survey_engine.words import Text

Fields = Mapping[str, Sequence[str]]

PARTS = {Kind.DATE: ("day", "month", "year"), Kind.MONTH: ("month", "year")}
"""Kinds that are typed in several fields, called ``answer-day`` and so on."""
_LONGEST_PART = 100


def _(text_: str) -> str:
    """Mark for translation."""
    return text_


FILES_IN_WORDS = {
    Kind.DRAWING: _("A drawing you made"),
    Kind.PHOTO: _("A photo you sent"),
    Kind.VOICE: _("A recording of your voice"),
}


# -- fields


def typed(question: Question, fields: Fields, name: str = "answer") -> list[str]:
    """What was put into a question's fields, as its component shows it again."""
    parts = PARTS.get(question.kind)
    if parts is not None:
        apart = [next(iter(fields.get(f"{name}-{part}", ())), "").strip()[:_LONGEST_PART] for part in parts]
        return apart if any(apart) else _apart(question.kind, next(iter(fields.get(name, ())), ""))
    given = list(fields.get(name, ()))
    if question.kind is Kind.RANKING and given and all(value.partition(":")[1] == "" for value in given if value):
        return _placed([value for value in given if value])
    return given


def raw(question: Question, values: Sequence[str]) -> list[str]:
    """The same as ``survey_engine.answers.check`` takes it."""
    if question.kind in PARTS:
        return ["/".join(values)] if any(values) else []
    return list(values)


def shown_again(question: Question, given: Answer | None) -> list[str]:
    """The values of an answer that was given before, as the question's component shows them."""
    if given is None or given.value is None:
        return []
    if question.kind in PARTS:
        return _apart(question.kind, str(given.value))
    if isinstance(given.value, tuple):
        return _placed(given.value) if question.kind is Kind.RANKING else list(given.value)
    return [text(given.value)]


def fields_of(question: Question, values: Sequence[str]) -> list[tuple[str, str]]:
    """What ``shown_again`` gives as the fields of a form hold it: pairs of name and value."""
    parts = PARTS.get(question.kind)
    names = [f"answer-{part}" for part in parts] if parts else ["answer"] * len(values)
    return list(zip(names, values, strict=False))


def _apart(kind: Kind, said: str) -> list[str]:
    """A day or a month in its fields; what cannot be taken apart stands in the first.

    >>> _apart(Kind.DATE, "2026-03-01"), _apart(Kind.MONTH, "3/2026"), _apart(Kind.DATE, "soon")
    (['1', '3', '2026'], ['3', '2026'], ['soon', '', ''])
    """
    said = said.strip()[:_LONGEST_PART]
    pieces = re.split(r"[-/. ]", said)
    if len(pieces) == len(PARTS[kind]) and all(pieces):
        if len(pieces[0]) == 4 and pieces[0].isdigit():
            return [pieces[-1].lstrip("0"), *(piece.lstrip("0") for piece in pieces[-2:0:-1]), pieces[0]]
        return pieces
    return [said, *[""] * (len(PARTS[kind]) - 1)] if said else []


def _placed(order: Sequence[str]) -> list[str]:
    return [f"{place}:{name}" for place, name in enumerate(order, start=1)]


# -- how a question is said


@dataclass(frozen=True, slots=True)
class Section:
    """The group a page belongs to: its words, and in a repeated group which turn of how many this is (else 0)."""

    label: Text
    hint: Text
    turn: int = 0
    turns: int = 0


def section_of(survey: Survey, answers: Answers, key: str, now: Situation) -> Section | None:
    """The nearest group with words or turns around a page; None where there is none.

    A group's hint stands above each row of a grid and above the first question of others.
    """
    name, turn = journey.split(key)
    parent, turn_here, turns, first = now.plan.parts[name].parent, 0, 0, name
    while parent is not None:
        group = now.plan.parts[parent].item
        assert isinstance(group, Group)
        depth = len(now.plan.chains[parent])
        if group.repeat is not None and not turn_here:
            turn_here, turns = turn[depth - 1], now.how_many(key_of(parent, turn[: depth - 1]))
        if group.label or group.hint:
            told = group.appearance == "grid" or group.items[0].name == first
            hint = piped_text(group.hint, survey, answers, turn, now=now) if told else {}
            return Section(piped_text(group.label, survey, answers, turn, now=now), hint, turn_here, turns)
        first = group.name if group.items[0].name == first else ""
        parent = now.plan.parts[parent].parent
    return Section({}, {}, turn_here, turns) if turn_here else None


def as_said(question: Question, survey: Survey, answers: Answers, now: Situation) -> Question:
    """The question with earlier answers put into its words (``survey_engine.piping``)."""
    names = ("label", "hint", "guidance", "picture_says", "required_message", "constraint_message")
    piped = [name for name in names if is_piped(getattr(question, name))]
    of_options = any(is_piped(choice.label) for choice in question.choices)
    if not piped and not of_options:
        return question
    turn = journey.split(question.name)[1]

    def said(text_: Text) -> Text:
        return piped_text(text_, survey, answers, turn, now=now)

    changed: dict[str, object] = {name: said(getattr(question, name)) for name in piped}
    if of_options:
        changed["choices"] = tuple(
            choice.model_copy(update={"label": said(choice.label)}) for choice in question.choices
        )
    return question.model_copy(update=changed)


# -- an answer in words


def in_words(question: Question, given: Answer, translate: Callable[[str], str], *languages: str) -> list[str]:
    """An answer as its giver reads it, line by line: options and days in words, a ranking numbered."""
    value = given.value
    if value is None:
        return []
    if question.kind in FILES_IN_WORDS:
        return [translate(FILES_IN_WORDS[question.kind])]
    if question.kind in FREE_TEXT:
        return [str(value)]
    if question.kind is Kind.ACKNOWLEDGE:
        return [translate(_("OK"))]
    if question.choices:
        labels = {choice.name: words(choice.label, *languages)[0] for choice in question.choices}
        lines = [labels.get(name, name) for name in (value if isinstance(value, tuple) else (text(value),))]
        return [f"{place}. {line}" for place, line in enumerate(lines, 1)] if question.kind is Kind.RANKING else lines
    if question.kind is Kind.DATE:
        return [format_date(date.fromisoformat(str(value)), "long", locale=_locale(languages[0]))]
    if question.kind is Kind.MONTH:
        return [format_skeleton("yMMMM", date.fromisoformat(f"{value}-01"), locale=_locale(languages[0]))]
    return [text(value)]


def day_in_words(day: date, language: str) -> str:
    """A day as people write it in a language.

    >>> day_in_words(date(2026, 12, 6), "en-x-easy")
    '6 December 2026'
    """
    return format_date(day, "long", locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    """Where days are written as in this language; in English as in Britain."""
    plain = language.partition("-x-")[0]
    try:
        return Locale.parse("en_GB" if plain == "en" else plain, sep="-" if "-" in plain else "_")
    except (ValueError, UnknownLocaleError):
        return Locale("en", "GB")
