"""How long a survey takes: the words read and the things done, for the readers it is written for.

An estimate to set the announced minutes by, before anybody has tried; what a pilot measures
is better. Reading rates are measured ones; what each kind of answer takes is our own guess,
in one table to be corrected.

>>> from survey_engine.definition import Survey
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="mood", kind=Kind.LONG_TEXT, label={"en": "What made you smile this week?"}),))
>>> round(seconds(survey))
49
"""

from __future__ import annotations

from survey_engine.definition import UNSEEN, Audience, Group, Kind, Question, Survey, words
from survey_engine.wording import words_in

WORDS_A_MINUTE: dict[Audience, int] = {
    # medians of silent reading before a test of what was read: US National Assessment of Educational Progress,
    # report 02-R-09 (1972): 117 at age 9, 165–173 at 13, 195 at 17, 186–188 at 26 to 35
    Audience.CHILD: 115,
    Audience.YOUNG_PERSON: 165,
    Audience.PARENT_CARER: 185,
    Audience.PRACTITIONER: 185,
}

SECONDS_TO_ANSWER: dict[Kind, float] = {
    # our own guesses, to be corrected by pilots
    Kind.TEXT: 20, Kind.LONG_TEXT: 45, Kind.INTEGER: 8, Kind.DECIMAL: 10, Kind.RANGE: 6, Kind.DATE: 15, Kind.MONTH: 10,
    Kind.YEAR: 8, Kind.TIME: 10, Kind.AGE_BAND: 5, Kind.SINGLE_CHOICE: 5, Kind.MULTIPLE_CHOICE: 9, Kind.RANKING: 20,
    Kind.ACKNOWLEDGE: 3, Kind.DRAWING: 90, Kind.PHOTO: 40, Kind.VOICE: 45, Kind.NOTE: 0,
}  # fmt: skip
SECONDS_A_PAGE = 1.0
"""To press "next" and for the page to come."""
SHARE_ASKED = 0.5
"""How many are thought to meet a question that has a condition."""
TURNS_TAKEN = 2
"""How many turns of a repeated group are thought to be taken, where it allows as many."""


def seconds(survey: Survey, language: str = "") -> float:
    """The seconds a reader of the survey's audience needs, in a language (the first one where it is not given)."""
    return _read(survey, _said(survey.introduction, survey, language)) + _seconds(survey, survey.items, language)


def minutes(survey: Survey) -> int:
    """The same in whole minutes, at least one."""
    return max(1, round(seconds(survey) / 60))


def _seconds(survey: Survey, items: tuple[Question | Group, ...], language: str) -> float:
    total = 0.0
    for item in items:
        share = 1.0 if item.relevant is None else SHARE_ASKED
        if isinstance(item, Group):
            turns = 1 if item.repeat is None else min(TURNS_TAKEN, item.repeat.most)
            read = _read(survey, _said(item.label, survey, language) + " " + _said(item.hint, survey, language))
            total += share * (read + turns * _seconds(survey, item.items, language))
        elif item.kind not in UNSEEN:
            total += share * (
                _read(survey, page(item, survey, language)) + SECONDS_TO_ANSWER[item.kind] + SECONDS_A_PAGE
            )
    return total


def page(question: Question, survey: Survey, language: str = "") -> str:
    """The words of a question's page, each text on a line of its own: label, hint, options."""
    texts = (question.label, question.hint, *(choice.label for choice in question.choices))
    return "\n".join(said for said in (_said(text, survey, language) for text in texts) if said)


def _said(text: dict[str, str], survey: Survey, language: str) -> str:
    return words(text, language or survey.languages[0], survey.languages[0])[0]


def _read(survey: Survey, text: str) -> float:
    return len(words_in(text)) * 60 / WORDS_A_MINUTE[survey.audience]
