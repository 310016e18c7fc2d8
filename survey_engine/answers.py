"""How what was typed becomes an answer, or a problem the respondent can mend.

Three things are different and stay so: an answer, "I don't want to say" (DECLINED) and
nothing said (SKIPPED). "Required" only ever means: answer, or say that you don't want to.
What comes in is whatever a browser or an attacker posts; it is cleaned (one Unicode form,
no control characters, no outer space) but never cut and never guessed at.

>>> from survey_engine.definition import Kind, Question
>>> age = Question(name="age", kind=Kind.INTEGER, label={"en": "How old are you?"})
>>> check(age, [" 12 "], "next", {})
Answer(state=<AnswerState.ANSWERED: 'a'>, value=12)
>>> check(age, ["twelve"], "next", {}).code
'not_a_number'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeAlias

from survey_engine.definition import FILE, FREE_TEXT, NUMBER, SEVERAL, UNASKED, WHEN, Kind, Question
from survey_engine.evaluation import holds
from survey_engine.expressions import MAX_NUMBER, Value
from survey_engine.words import Text


class AnswerState(StrEnum):
    """What a respondent did with a question; the values are what is stored."""

    ANSWERED = "a"
    DECLINED = "d"
    SKIPPED = "s"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said: text, a number, an option's name, or several (in the survey's order, ranked ones in theirs)."""

    state: AnswerState
    value: str | int | float | tuple[str, ...] | None = None


Answers: TypeAlias = Mapping[str, Answer]
"""Answers by the name of their question."""

DECLINED = Answer(AnswerState.DECLINED)
SKIPPED = Answer(AnswerState.SKIPPED)

PROBLEM_CODES: dict[str, str] = {
    "required": "nothing was said where an answer is needed; where declining is allowed, say that too",
    "cannot_decline": "this question has no “I don't want to say”",
    "not_a_number": "the text is no number (commas are refused: 1,5 and 1,000 mean different things to different people)",
    "not_whole": "a whole number is needed",
    "out_of_range": "the number is beyond `least` or `most`",
    "off_step": "the number is none of those on offer, which go up by `step`",
    "not_a_day": "the text is no day that exists, written as 2026-03-01 or 1/3/2026",
    "not_a_month": "the text is no month, written as 2026-03 or 3/2026",
    "not_a_time": "the text is no time of day, written as 14:30",
    "not_all_ranked": "`count` of `most` options have a place; all or none must",
    "ranked_twice": "two options have the same place",
    "not_a_file": "what came is no picture or recording that was kept here",
    "unknown_question": "the question is not asked, or not any more",
    "too_long": "the text has `length` characters and may have `most`",
    "unknown_option": "something was chosen that this question does not offer",
    "too_many": "`count` values were given and `most` may be",
    "exclusive": "`option` (a name) stands alone, and other options were chosen with it",
    "constraint": "the survey's own rule is not met; its own message, if it has one, is in `message`",
    "unknown_action": "the button pressed is none of next, skip, decline",
}
"""Every code a Problem can have, what it means, and which `details` come with it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something posted is not an answer. Never holds what was typed.

    ``message`` is the survey's own words (a constraint message); for every other code the
    shell has the sentence, which says what to do next.
    """

    question: str
    code: str
    details: dict[str, str | int | float] = field(default_factory=dict)
    message: Text | None = None


def check(question: Question, raw: Sequence[str], action: str, answers: Answers) -> Answer | Problem:
    """What the posted values of one question amount to.

    ``raw`` holds the posted values of the field, in any number and of any content;
    ``action`` is the button: "next", "skip" or "decline". ``answers`` are the visible
    answers given before (``journey.kept``), which the question's constraint may look at.
    What is not asked (a note, something calculated) is always SKIPPED.

    Options may be ranked by posting their names in order, or each with its place, as
    ``2:aunt``. Of a drawing, a photo or a recording the name of the kept file comes here.
    """
    if question.kind in UNASKED or question.read_only:
        return SKIPPED
    if action == "decline":
        return DECLINED if question.may_decline else Problem(question.name, "cannot_decline")
    if action == "skip":
        return _nothing_said(question)
    if action != "next":
        return Problem(question.name, "unknown_action")
    said = _given(question, raw)
    if isinstance(said, Problem):
        return said
    if not said:
        return _nothing_said(question)
    value = _typed(question, said)
    if isinstance(value, Problem):
        return value
    if question.constraint is not None and not holds(question.constraint, values(answers), this=value):
        return Problem(question.name, "constraint", message=question.constraint_message or None)
    return Answer(AnswerState.ANSWERED, value)


def values(answers: Answers) -> dict[str, Value]:
    """The answers as conditions see them: a question declined or skipped has no value."""
    return {
        name: answer.value
        for name, answer in answers.items()
        if answer.state is AnswerState.ANSWERED and answer.value is not None
    }


def to_json(answer: Answer) -> dict[str, Any]:
    """The compact form that is stored.

    >>> to_json(Answer(AnswerState.ANSWERED, ("mum", "aunt"))), to_json(DECLINED)
    ({'s': 'a', 'v': ['mum', 'aunt']}, {'s': 'd'})
    """
    if answer.value is None:
        return {"s": answer.state.value}
    return {"s": answer.state.value, "v": list(answer.value) if isinstance(answer.value, tuple) else answer.value}


def from_json(stored: Mapping[str, Any]) -> Answer:
    """The answer that was stored; raises for a shape that ``to_json`` never writes."""
    value = stored.get("v")
    if isinstance(value, list) and all(isinstance(option, str) for option in value):
        value = tuple(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | tuple | None):
        raise TypeError("a stored answer has a value of an unknown type")
    return Answer(AnswerState(stored["s"]), value)


# --- cleaning ----------------------------------------------------------------------------

_NEW_LINES = re.compile("\r\n|[\r\u2028\u2029\x85]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters but for tab and new line; half characters that no file can hold."""

_UNCOMPOSED = 3
"""Composing shortens a text at most to a third; a longer one cannot come within its limit."""


def _given(question: Question, raw: Sequence[str]) -> tuple[str, ...] | Problem:
    """The different non-empty values among those posted."""
    most = question.max_length if question.kind in FREE_TEXT else 1_000
    said: dict[str, None] = {}
    for value in raw:
        text = _clean(value, most)
        if text is None:
            return Problem(question.name, "too_long", {"length": len(value), "most": question.max_length})
        if text:
            said[text] = None
    if len(said) > 1 and question.kind not in SEVERAL:
        return Problem(question.name, "too_many", {"count": len(said), "most": 1})
    return tuple(said)


def _clean(value: str, most: int) -> str | None:
    """The text without what no reader sees; None where it is hopelessly long (normalising takes time)."""
    text = _NOT_TEXT.sub("", _NEW_LINES.sub("\n", value)).strip()
    if len(text) > most * _UNCOMPOSED:
        return None
    text = _composed(text).strip()
    unseen = all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)
    return "" if unseen else text


def _composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), so that one word has one spelling.

    Sorting a long run of combining marks takes quadratic time (60,000 of them six seconds),
    so a text with more marks on one letter than any writing has stays as it is; 30 is the
    limit of Unicode's stream-safe format (UAX 15, section 13).
    """
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > 30:
            return text
    return unicodedata.normalize("NFC", text)


def _nothing_said(question: Question) -> Answer | Problem:
    return Problem(question.name, "required") if question.required else SKIPPED


def _typed(question: Question, said: tuple[str, ...]) -> str | int | float | tuple[str, ...] | Problem:
    if question.kind in NUMBER:
        return _bounded(question, _number(question, said[0]))
    if question.kind in FREE_TEXT:
        if len(said[0]) > question.max_length:
            return Problem(question.name, "too_long", {"length": len(said[0]), "most": question.max_length})
        return said[0]
    if question.kind in WHEN:
        return _when(question, said[0])
    if question.kind in FILE:
        return said[0] if _FILE.fullmatch(said[0]) else Problem(question.name, "not_a_file")
    if question.kind is Kind.ACKNOWLEDGE:
        return "OK" if said[0] == "OK" else Problem(question.name, "unknown_option")
    if question.kind is Kind.RANKING:
        return _ranked(question, said)
    return _chosen(question, said)


_FILE = re.compile(r"[A-Za-z0-9_\-]{8,100}")


def _bounded(question: Question, number: int | float | Problem) -> int | float | Problem:
    if isinstance(number, Problem):
        return number
    least, most = question.least, question.most
    if question.kind is Kind.YEAR:
        least, most = 1900 if least is None else least, 2100 if most is None else most
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = {name: bound for name, bound in (("least", least), ("most", most)) if bound is not None}
        return Problem(question.name, "out_of_range", {**bounds})
    if question.kind is Kind.RANGE:
        step = question.step or 1
        steps = (number - (least or 0)) / step
        if abs(steps - round(steps)) > 1e-6:
            return Problem(question.name, "off_step", {"step": step})
        return int(number) if float(number).is_integer() else number
    return number


def _when(question: Question, said: str) -> str | Problem:
    """A day, month or time in ISO form; days and months may be typed as people here write them."""
    said = "".join(str(unicodedata.decimal(sign, sign)) for sign in said[:40])
    try:
        if question.kind is Kind.TIME:
            if found := re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?", said):
                return time(int(found[1]), int(found[2])).isoformat("minutes")
        elif question.kind is Kind.MONTH:
            if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", said):
                return date(int(found[1]), int(found[2]), 1).isoformat()[:7]
            if found := re.fullmatch(r"([0-9]{1,2})[/. -]([0-9]{4})", said):
                return date(int(found[2]), int(found[1]), 1).isoformat()[:7]
        elif found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", said):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        elif found := re.fullmatch(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})", said):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        pass  # a 31st of June: no such day, said below
    codes = {Kind.TIME: "not_a_time", Kind.MONTH: "not_a_month"}
    return Problem(question.name, codes.get(question.kind, "not_a_day"))


def _ranked(question: Question, said: tuple[str, ...]) -> tuple[str, ...] | Problem:
    names = {choice.name for choice in question.choices}
    if set(said) <= names:
        order = list(said)
    else:
        placed: dict[int, str] = {}
        for value in said:
            place, _, name = value.partition(":")
            if not (place.isascii() and place.isdigit() and len(place) < 4) or name not in names:
                return Problem(question.name, "unknown_option")
            if int(place) in placed or name in placed.values():
                return Problem(question.name, "ranked_twice")
            placed[int(place)] = name
        order = [placed[place] for place in sorted(placed)]
    if len(order) != len(names):
        return Problem(question.name, "not_all_ranked", {"count": len(order), "most": len(names)})
    return tuple(order)


def _chosen(question: Question, said: tuple[str, ...]) -> str | tuple[str, ...] | Problem:
    chosen = [choice for choice in question.choices if choice.name in said]
    if len(chosen) != len(said):
        return Problem(question.name, "unknown_option")
    if question.kind in (Kind.SINGLE_CHOICE, Kind.AGE_BAND):
        return chosen[0].name
    alone = next((choice for choice in chosen if choice.exclusive), None)
    if alone is not None and len(chosen) > 1:
        return Problem(question.name, "exclusive", {"option": alone.name})
    return tuple(choice.name for choice in chosen)


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def _number(question: Question, said: str) -> int | float | Problem:
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in said[:400]).replace("\u2212", "-")
    if len(said) > 400 or not _NUMBER.fullmatch(plain):
        return Problem(question.name, "not_a_number")
    number = float(plain)
    if abs(number) > MAX_NUMBER:
        return Problem(question.name, "out_of_range", {"least": -MAX_NUMBER, "most": MAX_NUMBER})
    if question.kind in (Kind.DECIMAL, Kind.RANGE):
        return number + 0.0
    whole, _, fraction = plain.partition(".")
    if fraction.strip("0"):
        return Problem(question.name, "not_whole")
    return int(whole or "0") if whole not in ("+", "-") else 0
