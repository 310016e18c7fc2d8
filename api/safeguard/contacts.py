"""A request to be contacted as its reader sees it: what was written, and the answers, where their writer said yes to that.

Only ``service.open_item`` calls this, for the person who has claimed the request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from api import asking
from api.models import Answer, Response, Wave
from api.models.responses import ResponseState
from api.published import version
from api.vault import Asked, Vault
from survey_engine import journey
from survey_engine.answers import Answer as GivenAnswer
from survey_engine.answers import AnswerState
from survey_engine.definition import UNASKED, Question, words


@dataclass(frozen=True, slots=True)
class Said:
    """One question with its answer in words; no lines where there is none."""

    question: Question
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkedAnswers:
    """The answers a request allows to look at. ``state``: "sent", "unsent" (nobody here can open them) or "gone"."""

    state: str
    title: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, opened; no ``answers`` where their writer did not say yes to that."""

    asked: Asked
    answers: LinkedAnswers | None


def opened(session: Session, vault: Vault, request_id: str, translate: Callable[[str], str]) -> Request | None:
    """What was written in a request; None where its time was over."""
    asked = vault.contacts.read(request_id)
    if asked is None:
        return None
    return Request(asked, _answers(session, vault, asked.response_id, translate) if asked.response_id else None)


def _answers(session: Session, vault: Vault, response_id: str, translate: Callable[[str], str]) -> LinkedAnswers:
    head = session.execute(
        select(col(Response.state), col(Response.language), col(Wave.survey_version_id))
        .join(Wave, col(Wave.id) == col(Response.wave_id))
        .where(col(Response.id) == response_id)
    ).one_or_none()
    if head is None or head.state not in (ResponseState.DRAFT, ResponseState.SUBMITTED):
        return LinkedAnswers("gone")
    survey = version(session, head.survey_version_id).survey
    title = words(survey.title, *survey.languages)[0]
    if head.state == ResponseState.DRAFT:
        return LinkedAnswers("unsent", title)
    own = {written.question: written.text for written in vault.words(response_id)}
    rows = session.execute(
        select(col(Answer.question), col(Answer.state), col(Answer.value)).where(col(Answer.response_id) == response_id)
    )
    given = {
        row.question: GivenAnswer(
            AnswerState(row.state),
            own.get(row.question, tuple(row.value) if isinstance(row.value, list) else row.value),
        )
        for row in rows
    }
    now = journey.situation(survey, given, today=None)
    languages = (head.language, survey.languages[0])
    said = tuple(
        Said(
            asking.as_said(question, survey, given, now),
            tuple(asking.in_words(question, given[question.name], translate, *languages)),
        )
        for question in survey.possible
        if question.name in given and question.kind not in UNASKED
    )
    return LinkedAnswers("sent", title, said)
