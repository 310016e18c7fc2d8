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
from datetime import date
from itertools import groupby

from api import asking
from api.asking import Section
from api.pages import Summary
from api.received_files import Kept, NotKept, kept
from api.sentences import FILE_SENTENCES, sentence
from survey_engine import answers as answering
from survey_engine import journey
from survey_engine.answers import Answer, Answers, AnswerState, Problem
from survey_engine.definition import FILE, UNSEEN, Kind, Question, Survey, Voice
from survey_engine.situation import Situation, plan_of

Fields = Mapping[str, Sequence[str]]
WAITING_FILE = "waiting-file"
"""Stands for the name of a file that is kept only once the whole form is in order."""


def field_of(question: Question) -> str:
    """The form field of a question; no other field of the form begins like this."""
    return f"answer_{question.name}"


def decline_field_of(question: Question) -> str:
    """The tick that says a question which needs an answer has none to give."""
    return f"decline_{question.name}"


def is_conditional(survey: Survey, question: Question) -> bool:
    """Whether a question is only asked after some answers above."""
    name = journey.split(question.name)[0]
    return bool(survey.conditions.get(name)) or bool(plan_of(survey).chains[name])


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring questions that hold the same person's words; ``voice`` is None where nobody's words are asked for."""

    voice: Voice | None
    questions: tuple[Question, ...]


def parts_of(survey: Survey) -> tuple[Part, ...]:
    """The form's parts, in reading order; a repeated group stands there with all its turns.

    Where an answer would stand in the words is an ellipsis: nothing is answered yet.
    """
    now = journey.situation(survey, {})
    asked = [asking.as_said(question, survey, {}, now) for question in survey.possible if question.kind not in UNSEEN]
    return tuple(Part(voice, tuple(questions)) for voice, questions in groupby(asked, _voice))


def sections_of(survey: Survey) -> dict[str, Section]:
    """By question, the words of the group around it, in the form as it stands before anything is answered."""
    now = _everything_open(survey)
    found = {}
    for question in survey.possible:
        section = None if question.kind in UNSEEN else asking.section_of(survey, {}, question.name, now)
        if section is not None:
            found[question.name] = section
    return found


def _voice(question: Question) -> Voice | None:
    return question.voice if question.holds_free_text and question.voice is not Voice.RESPONDENT else None


def _everything_open(survey: Survey) -> Situation:
    most = {
        name: float(group.repeat.most)
        for name, groups in survey.repeats.items()
        for group in groups
        if group.name == name and group.repeat is not None
    }
    return Situation(survey, most, fewest_turns=20)


def read_answers(
    survey: Survey, fields: Fields, files: Mapping[str, bytes], *, today: date
) -> tuple[dict[str, Answer], dict[str, Kept]] | list[Summary]:
    """The answers to store with the files among them by question, or what to look at again, in the order of the page."""
    asked = [question for question in survey.possible if question.kind not in UNSEEN]
    taken = {question.name: _taken(question, files) for question in asked if question.kind in FILE}
    answers = {question.name: given for question in asked if (given := _said(question, fields, taken)) is not None}
    now = journey.situation(survey, answers, today=today)
    seen = {question.name for question in journey.visible(survey, answers, now=now)}
    good: dict[str, Answer] = {}
    wrong: list[Summary] = []
    for question in asked:
        if question.name in seen:
            checked = _checked(survey, question, fields, taken, answers, now)
            if isinstance(checked, Answer):
                good[question.name] = checked
            else:
                wrong.append(Summary(field_of(question), checked))
        elif _is_filled_in(question, fields, taken):
            wrong.append(Summary(field_of(question), _NOT_ASKED))
    if wrong:
        return wrong
    stored = journey.kept(survey, good, today=today)
    return stored, {name: file for name, file in taken.items() if isinstance(file, Kept) and name in stored}


def _taken(question: Question, files: Mapping[str, bytes]) -> Kept | NotKept | None:
    data = files.get(field_of(question))
    return None if data is None else kept(question.kind, data)


def _raw(question: Question, fields: Fields, taken: Mapping[str, Kept | NotKept | None]) -> list[str]:
    if question.kind in FILE:
        return [WAITING_FILE] if isinstance(taken[question.name], Kept) else []
    return asking.raw(question, asking.typed(question, fields, field_of(question)))


def _pressed(question: Question, fields: Fields, raw: Sequence[str]) -> str:
    declined = bool(fields.get(decline_field_of(question))) and not any(value.strip() for value in raw)
    return "decline" if declined else "next"


def _said(question: Question, fields: Fields, taken: Mapping[str, Kept | NotKept | None]) -> Answer | None:
    """What a question by itself was answered with, whatever hangs on others; None for what is no answer."""
    alone = question.model_copy(update={"constraint": None})
    raw = _raw(question, fields, taken)
    given = answering.check(alone, raw, _pressed(question, fields, raw), {})
    return None if isinstance(given, Problem) else given


def _checked(
    survey: Survey, question: Question, fields: Fields, taken: Mapping[str, Kept | NotKept | None], answers: Answers,
    now: Situation,
) -> Answer | str:  # fmt: skip
    """The answer to a question that is asked, or the sentence about what to mend."""
    file = taken.get(question.name)
    if isinstance(file, NotKept):
        return FILE_SENTENCES[file.code]
    raw = _raw(question, fields, taken)
    given = journey.check(survey, answers, question.name, raw, _pressed(question, fields, raw), now=now)
    return _sentence(asking.as_said(question, survey, answers, now), given) if isinstance(given, Problem) else given


def _is_filled_in(question: Question, fields: Fields, taken: Mapping[str, Kept | NotKept | None]) -> bool:
    if question.kind in FILE:
        return taken[question.name] is not None
    raw = _raw(question, fields, taken)
    given = answering.check(question.model_copy(update={"constraint": None}), raw, "next", {})
    return given.code != "required" if isinstance(given, Problem) else given.state is AnswerState.ANSWERED


def _(text: str) -> str:
    """Mark for translation."""
    return text


_NOT_ASKED = _("This hangs on an answer above that says otherwise. Change that answer, or empty this one.")
_REQUIRED = _("Choose or write an answer. Or tick that there is none to give.")
_UNKNOWN = _("Choose one of the answers offered here.")
_RANK_ALL = _("Give each one a place of its own, or none at all.")


def _sentence(question: Question, problem: Problem) -> str:
    # These speak of one question a page elsewhere; here the page has many.
    if problem.code == "required" and question.may_decline and not question.required_message:
        return _REQUIRED
    if problem.code == "unknown_option":
        return _UNKNOWN
    if problem.code == "not_all_ranked":
        return _RANK_ALL
    return sentence(problem, _, "en", question=question)


def is_optional_choice(question: Question) -> bool:
    """Whether a page must offer "no answer" among the options, because a chosen one cannot be taken back."""
    return question.kind in (Kind.SINGLE_CHOICE, Kind.AGE_BAND) and not question.required
