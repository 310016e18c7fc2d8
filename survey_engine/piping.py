"""An earlier answer inside a later sentence: “You said ${who}. What do they do?” asks about whom they named.

Only what is visible and answered now is ever put in; anything else is an ellipsis, so that
a sentence never shows a name of a variable or an answer that was taken back. What is put
in is plain text and looked at once only: ``${…}`` typed by somebody stays what they typed.
The page escapes it like every other text.

>>> from survey_engine.answers import Answer, AnswerState
>>> from survey_engine.definition import Audience, Kind, Question, Survey
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="pet", kind=Kind.TEXT, label={"en": "Your pet?"}),
... ))
>>> piped("How old is ${pet}?", survey, {"pet": Answer(AnswerState.ANSWERED, "Bo")}, "en")
'How old is Bo?'
>>> piped("How old is ${pet}?", survey, {}, "en")
'How old is …?'
"""

from __future__ import annotations

import re
from datetime import date

from survey_engine import journey
from survey_engine.answers import Answers
from survey_engine.definition import FILE, FREE_TEXT, Choice, Kind, Question, Survey, words
from survey_engine.evaluation import key_of, text
from survey_engine.expressions import Value
from survey_engine.situation import Situation
from survey_engine.words import Text

LONGEST_QUOTE = 60
"""Characters of a free text that are put into another sentence."""
NOTHING = "…"

_PIPE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.\-]*)\s*\}")


def is_piped(text_: Text) -> bool:
    """Whether a text has a place for an answer in any language."""
    return any("${" in said for said in text_.values())


def piped(
    said: str, survey: Survey, answers: Answers, language: str, turn: tuple[int, ...] = (), *,
    now: Situation | None = None, today: date | None = None,
) -> str:  # fmt: skip
    """The words with each ``${name}`` replaced: an option by its words, a number, a text cut at 60 characters.

    ``turn`` is the turn of the page that says it; a question of the same repeated group is
    read in that turn. ``now`` spares working the situation out again.
    """
    if "${" not in said:
        return said
    now = now or journey.situation(survey, answers, today=today)
    return _PIPE.sub(lambda found: _said_of(found[1], survey, now, language, turn), said)


def piped_text(
    text_: Text, survey: Survey, answers: Answers, turn: tuple[int, ...] = (), *,
    now: Situation | None = None, today: date | None = None,
) -> Text:  # fmt: skip
    """``piped`` for each language a text has."""
    if not is_piped(text_):
        return text_
    return {
        language: piped(said, survey, answers, language, turn, now=now, today=today) for language, said in text_.items()
    }


def _said_of(name: str, survey: Survey, now: Situation, language: str, turn: tuple[int, ...]) -> str:
    depth = len(now.plan.chains.get(name, ())) - (name not in survey.question_by_name)
    if name not in now.plan.parts or depth > len(turn):
        return NOTHING
    key = key_of(name, turn[: max(depth, 0)])
    question = survey.asked(key)
    value = now.values.get(key) if name in survey.question_by_name else now.how_many(key) or None
    if question is None or not now.relevant.get(key) or value is None:
        return NOTHING
    return _in_words(question, value, language, survey.languages[0]) or NOTHING


def _in_words(question: Question, value: Value, language: str, source: str) -> str:
    if question.kind in FILE:
        return ""
    if question.choices:
        names = value if isinstance(value, tuple) else (text(value),)
        labels = {choice.name: choice for choice in question.choices}
        return ", ".join(_label(labels[name], language, source) for name in names if name in labels)
    said = " ".join(text(value).split())
    if question.kind in FREE_TEXT or question.kind is Kind.CALCULATED:
        return said if len(said) <= LONGEST_QUOTE else said[:LONGEST_QUOTE].rstrip() + NOTHING
    if question.kind is Kind.DATE:
        year, month, day = said.split("-")
        return f"{int(day)}/{int(month)}/{year}"
    return said


def _label(choice: Choice, language: str, source: str) -> str:
    return _PIPE.sub(NOTHING, words(choice.label, language, source)[0])
