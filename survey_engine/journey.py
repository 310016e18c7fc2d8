"""Which question comes next. Computed from the answers each time, never stored.

Reading order decides: a question is visible when its own condition and those of all its
groups hold over the *visible* answers before it. So an answer that has become hidden
(somebody went back and changed an earlier one) stops counting at once, for conditions
and, at submission, for good: ``kept`` leaves it out, because nobody was asked it any more.
A condition that looks forward sees nothing; ``authoring`` refuses such surveys.

Every question and note is one page. Each function goes once over the survey, tens of
microseconds for twenty questions.

>>> from survey_engine.definition import Audience, Kind, Question, Survey
>>> from survey_engine.expressions import parse
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="age", kind=Kind.INTEGER, label={"en": "How old are you?"}),
...     Question(name="work", kind=Kind.TEXT, label={"en": "Your job?"}, relevant=parse("age >= 16")),
... ))
>>> after(survey, {}, None).name, after(survey, {}, "age")
('age', None)
"""

from __future__ import annotations

from survey_engine.answers import Answer, Answers, AnswerState
from survey_engine.definition import Kind, Question, Survey
from survey_engine.expressions import Expression, Value, holds


def visible(survey: Survey, answers: Answers) -> tuple[Question, ...]:
    """The questions and notes these answers lead to, in reading order."""
    seen: list[Question] = []
    known: dict[str, Value] = {}
    decided: dict[int, bool] = {}  # a group's condition is shared by its questions: work it out once
    conditions = survey.conditions
    for question in survey.questions:
        if not all(_decide(condition, known, decided) for condition in conditions[question.name]):
            continue
        seen.append(question)
        answer = answers.get(question.name)
        if question.kind is Kind.NOTE or answer is None or answer.state is not AnswerState.ANSWERED:
            continue
        if answer.value is not None:
            known[question.name] = answer.value
    return tuple(seen)


def after(survey: Survey, answers: Answers, name: str | None) -> Question | None:
    """The next page after the named one; None when finished. The first page where ``name`` is None.

    The named page may itself have become hidden; what counts is its place in the survey.
    """
    here = -1 if name is None else survey.place[name]
    return next((question for question in visible(survey, answers) if survey.place[question.name] > here), None)


def before(survey: Survey, answers: Answers, name: str) -> Question | None:
    """The page to go back to; None on the first one."""
    here = survey.place[name]
    earlier = [question for question in visible(survey, answers) if survey.place[question.name] < here]
    return earlier[-1] if earlier else None


def position(survey: Survey, answers: Answers, name: str) -> tuple[int, int]:
    """A page's place among those visible now, counted from 1, and how many there are."""
    here = survey.place[name]
    places = [survey.place[question.name] for question in visible(survey, answers)]
    return max(1, sum(place <= here for place in places)), len(places)


def may_open(survey: Survey, answers: Answers, name: str) -> Question | None:
    """The page to show somebody who asks for this one.

    The page itself when it is visible and nothing required before it is still open; else
    the first such open page; for a page that is hidden by now the next visible one after
    it. None when no page is left (or there never was one of that name and nothing is open).
    """
    seen = visible(survey, answers)
    here = survey.place.get(name, len(survey.place))
    for question in seen:
        if survey.place[question.name] >= here:
            return question
        if _is_open(question, answers):
            return question
    return None


def unfinished(survey: Survey, answers: Answers) -> Question | None:
    """The first visible required question without an answer or an allowed "I don't want to say"."""
    return next((question for question in visible(survey, answers) if _is_open(question, answers)), None)


def kept(survey: Survey, answers: Answers) -> dict[str, Answer]:
    """The answers that count and are stored at submission: those of visible questions only.

    An answer to a question that is hidden now is dropped rather than kept "just in case":
    the respondent no longer sees it, so could neither check it nor take it back.
    """
    return {
        question.name: answers[question.name]
        for question in visible(survey, answers)
        if question.name in answers and question.kind is not Kind.NOTE
    }


def _decide(condition: Expression, known: dict[str, Value], decided: dict[int, bool]) -> bool:
    key = id(condition)
    if key not in decided:
        decided[key] = holds(condition, known)
    return decided[key]


def _is_open(question: Question, answers: Answers) -> bool:
    if not question.required or question.kind is Kind.NOTE:
        return False
    answer = answers.get(question.name)
    if answer is None or answer.state is AnswerState.SKIPPED:
        return True
    return answer.state is AnswerState.DECLINED and not question.may_decline
