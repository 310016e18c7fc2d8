"""A draft as somebody would meet it: one question by itself, or the real way from question to question.

Nothing that is typed while trying is stored: the answers so far travel in a hidden field
of the page and are forgotten with it. They are checked like any stranger's when they come
back. Files (a drawing, a photo, a voice) are skipped, because they would have to be kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api import asking
from api.asking import Section
from survey_engine import answers as answering
from survey_engine import journey
from survey_engine.answers import Answer, Answers, AnswerState, Problem
from survey_engine.definition import FILE, UNSEEN, Question, Survey

MOST_CARRIED = 100_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the way."""

    question: Question
    section: Section | None
    values: Sequence[str]
    problem: Problem | None
    position: int
    total: int
    has_back: bool
    answers: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The way is done; the answers by the words of their questions' names."""

    answers: Mapping[str, Answer]


def alone(survey: Survey, name: str) -> tuple[Question, Section | None, int, int] | None:
    """A question as its page shows it while nothing was answered: with its section, its place and how many there are.

    A question of a repeated section is shown in its first turn. None where it has no page.
    """
    asked = next((question for question in survey.possible if journey.split(question.name)[0] == name), None)
    if asked is None or asked.kind in UNSEEN:
        return None
    now = journey.situation(survey, {})
    is_question = name in survey.question_by_name
    section = asking.section_of(survey, {}, asked.name, now) if is_question and not survey.repeats[name] else None
    shown = [question for question in survey.questions if question.kind not in UNSEEN]
    place = next((number for number, question in enumerate(shown, 1) if question.name == name), 1)
    return asking.as_said(asked, survey, {}, now), section, place, len(shown)


def step(
    survey: Survey, carried: str, key: str, fields: Mapping[str, Sequence[str]], action: str, today: date
) -> Shown | Ended:
    """The page after an answer to ``key`` (the first page where that is ""), or before it where ``action`` is "back"."""
    answers = _carried(survey, carried)
    if not key:
        return _page_at(survey, answers, journey.after(survey, answers, None, today=today), today)
    if action == "back":
        return _page_at(survey, answers, journey.before(survey, answers, key, today=today), today)
    question = journey.asked_now(survey, answers, key, today=today)
    if question is None:
        return _page_at(survey, answers, journey.after(survey, answers, key, today=today), today)
    values = asking.typed(question, fields)
    given: Answer | Problem
    if question.kind in FILE and action == "next":
        given = answering.SKIPPED
    else:
        given = journey.check(survey, answers, key, asking.raw(question, values), action, today=today)
    if isinstance(given, Problem):
        return _page_at(survey, answers, question, today, values, given)
    answers = {**answers, key: given}
    return _page_at(survey, answers, journey.after(survey, answers, key, today=today), today)


def _page_at(
    survey: Survey, answers: Answers, question: Question | None, today: date, values: Sequence[str] | None = None,
    problem: Problem | None = None,
) -> Shown | Ended:  # fmt: skip
    if question is None:
        return Ended(journey.kept(survey, answers, today=today))
    now = journey.situation(survey, answers, today=today)
    asked = journey.asked_now(survey, answers, question.name, today=today) or question
    position, total = journey.position(survey, answers, question.name, today=today)
    return Shown(
        question=asking.as_said(asked, survey, answers, now),
        section=asking.section_of(survey, answers, question.name, now),
        values=asking.shown_again(asked, answers.get(question.name)) if values is None else values,
        problem=problem,
        position=position,
        total=total,
        has_back=journey.before(survey, answers, question.name, today=today) is not None,
        answers=json.dumps({key: [given.state.value, given.value] for key, given in answers.items()}),
    )


def _carried(survey: Survey, carried: str) -> dict[str, Answer]:
    """The answers a page brought back; whatever does not fit the survey is left out."""
    try:
        document = json.loads(carried[:MOST_CARRIED] or "{}")
    except (ValueError, RecursionError):
        return {}
    answers: dict[str, Answer] = {}
    for key, pair in document.items() if isinstance(document, dict) else ():
        question = survey.asked(key)
        is_pair = isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
        if question is None or not is_pair or pair[0] not in set(AnswerState):
            continue
        state, value = AnswerState(pair[0]), tuple(pair[1]) if isinstance(pair[1], list) else pair[1]
        if state is not AnswerState.ANSWERED:
            answers[key] = Answer(state)
        elif isinstance(value, str | int | float) or (
            isinstance(value, tuple) and all(isinstance(part, str) for part in value)
        ):
            answers[key] = Answer(state, value)
    return answers
