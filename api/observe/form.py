"""An observation as one form: its fields, its parts by whose words they hold, and what a posted form amounts to.

Everything is asked on one page, because a practitioner has two minutes and a tablet; so a
question that does not apply is there too, and left empty. Words written into one are
never dropped unseen: the page comes back and says which answer above they hang on.

Each part names whose words it holds, so that what a child said and what somebody made of
it can never be read for one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from api.pages import Summary
from api.sentences import sentence
from survey_engine import journey
from survey_engine.answers import Answer, AnswerState, Problem, check
from survey_engine.definition import Kind, Question, Survey, Voice

Fields = Mapping[str, Sequence[str]]


def field_of(question: Question) -> str:
    """The form field of a question; no other field of the form begins like this."""
    return f"answer_{question.name}"


def decline_field_of(question: Question) -> str:
    """The tick that says a question which needs an answer has none to give."""
    return f"decline_{question.name}"


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring questions that hold the same person's words; ``voice`` is None where nobody's words are asked for."""

    voice: Voice | None
    questions: tuple[Question, ...]


def parts_of(survey: Survey) -> tuple[Part, ...]:
    """The form's parts, in reading order."""
    return tuple(Part(voice, tuple(questions)) for voice, questions in groupby(survey.questions, _voice))


def _voice(question: Question) -> Voice | None:
    return question.voice if question.holds_free_text and question.voice is not Voice.RESPONDENT else None


def read_answers(survey: Survey, fields: Fields) -> dict[str, Answer] | list[Summary]:
    """The answers to store, or what to look at again, in the order of the page."""
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for question in survey.questions:
        given = _check(question, fields, journey.kept(survey, answers))
        if isinstance(given, Problem):
            problems[question.name] = given
        else:
            answers[question.name] = given
    asked = {question.name for question in journey.visible(survey, answers)}
    wrong = [
        summary
        for question in survey.questions
        if (summary := _wrong(question, question.name in asked, answers.get(question.name), problems))
    ]
    return wrong or journey.kept(survey, answers)


def _check(question: Question, fields: Fields, before: Mapping[str, Answer]) -> Answer | Problem:
    raw = fields.get(field_of(question), ())
    declined = bool(fields.get(decline_field_of(question))) and not any(value.strip() for value in raw)
    return check(question, raw, "decline" if declined else "next", before)


def _wrong(question: Question, asked: bool, given: Answer | None, problems: Mapping[str, Problem]) -> Summary | None:
    problem = problems.get(question.name)
    if asked:
        return None if problem is None else Summary(field_of(question), _sentence(question, problem))
    filled_in = given is not None and given.state is AnswerState.ANSWERED
    if filled_in or (problem is not None and problem.code not in ("required", "cannot_decline")):
        return Summary(field_of(question), _NOT_ASKED)
    return None


def _(text: str) -> str:
    """Mark for translation."""
    return text


_NOT_ASKED = _("This hangs on an answer above that says otherwise. Change that answer, or empty this one.")
_REQUIRED = _("Choose or write an answer. Or tick that there is none to give.")
_UNKNOWN = _("Choose one of the answers offered here.")


def _sentence(question: Question, problem: Problem) -> str:
    # These three speak of one question a page elsewhere; here the page has many.
    if problem.code == "required" and question.may_decline:
        return _REQUIRED
    if problem.code == "unknown_option":
        return _UNKNOWN
    return sentence(problem, _, "en", may_decline=question.may_decline)


def is_optional_choice(question: Question) -> bool:
    """Whether a page must offer "no answer" among the options, because a chosen one cannot be taken back."""
    return question.kind is Kind.SINGLE_CHOICE and not question.required
