"""An officer decides on the codes of one answer: read it, confirm, add, take away, undo.

Who may be read is as with quotes: redacted words of people who agreed to be quoted, and only
where they are enough people not to speak of single ones. A decision is kept apart from what
the computer suggested; the audit trail says that one was made, not about whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api import audit, published
from api.audit import Actor
from api.errors import Refused
from api.models import Answer, CodingRun, DecidedCodes, Response, SuggestedCodes
from api.models.columns import new_id
from api.published import OpenedWave
from api.review import code_desk
from api.review.code_desk import CodedAnswer, CodeRun
from nlp.frames import Code
from survey_engine.definition import Question
from survey_engine.disclosure import Policy

PAGE = 50
"""Decisions on one page of those one has made."""
LOOKED_AT = 100
"""Answers next in turn of which agreement is looked up first."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """One answer beside what the computer suggests; ``revision`` counts the decisions there are of it."""

    wave: OpenedWave
    run: CodeRun
    coded: CodedAnswer
    question: Question | None
    text: str
    revision: int

    @property
    def ticked(self) -> frozenset[str]:
        """What the form begins with: the decision there is, else what the computer is sure of."""
        return frozenset(self.coded.holds(self.run.config["sure_from"]))


@dataclass(frozen=True, slots=True)
class MyDecision:
    """An answer and the codes one gave it; none means that nothing of the frame is in it."""

    id: str
    question: Question | None
    text: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """What one has decided on a wave, a page of it from ``start`` on."""

    wave: OpenedWave
    run: CodeRun
    decisions: tuple[MyDecision, ...]
    start: int
    more: bool


def next_one(session: Session, policy: Policy, wave_id: str) -> str | None:
    """The answer that tells most when a person decides on it; None when all are decided on, or none may be read."""
    run = code_desk.finished(session, wave_id)
    if run is None:
        return None
    if not code_desk.enough_people(session, run, policy):
        return None
    undecided = (col(SuggestedCodes.run_id) == run.id, ~code_desk.is_decided(run))
    in_turn = (col(SuggestedCodes.turn), col(SuggestedCodes.id))
    first = select(col(SuggestedCodes.id)).where(*undecided).order_by(*in_turn).limit(LOOKED_AT).subquery()
    query = (
        select(col(SuggestedCodes.id))
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(*code_desk.may_be_read(run), *undecided)
        .order_by(*in_turn)
        .limit(1)
    )
    # Agreement is slow to look up for thousands; one of the first few nearly always has it.
    following = session.execute(query.where(col(SuggestedCodes.id).in_(select(first.c.id)))).scalar()
    following = following or session.execute(query).scalar()
    return None if following is None else str(following)


def to_review(session: Session, policy: Policy, coded_id: str) -> ToReview:
    """One answer an officer may read; refuses any other, and one that a newer coding has taken the place of."""
    row = session.execute(
        select(
            col(CodingRun.wave_id), col(CodingRun.id), col(Answer.id), col(Answer.question), col(Answer.redacted_text)
        )
        .join(SuggestedCodes, col(SuggestedCodes.run_id) == col(CodingRun.id))
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .where(col(SuggestedCodes.id) == coded_id)
    ).first()
    if row is None:
        raise Refused("not_found")
    wave_id, run_id, answer_id, name, text = row
    wave, run = published.wave(session, wave_id), code_desk.finished(session, wave_id)
    if wave is None or run is None or run.id != run_id:
        raise Refused("not_found")
    one = next((one for one in code_desk.coded_answers(session, run, only=coded_id) if one.quotable), None)
    if one is None or not code_desk.enough_people(session, run, policy):
        raise Refused("not_found")
    question = next((question for question in wave.published.survey.questions if question.name == name), None)
    last = session.execute(_last(answer_id, run.frame.id)).first()
    return ToReview(wave, run, one, question, text or "", last.sequence if last else 0)


def decided_by(session: Session, policy: Policy, wave_id: str, who: str, *, start: int = 0) -> DecidedPage | None:
    """The answers this person was the last to decide on, ``PAGE`` from ``start`` on; None for a wave that was never coded.

    Only those an officer may read still; none where these are of too few people.
    """
    wave, run = published.wave(session, wave_id), code_desk.finished(session, wave_id)
    if wave is None or run is None:
        return None
    if not code_desk.enough_people(session, run, policy):
        return DecidedPage(wave, run, (), start, more=False)
    later = aliased(DecidedCodes)
    rows = session.execute(
        select(col(SuggestedCodes.id), col(Answer.question), col(Answer.redacted_text), col(DecidedCodes.codes))
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .join(DecidedCodes, col(DecidedCodes.answer_id) == col(Answer.id))
        .where(
            *code_desk.may_be_read(run),
            col(DecidedCodes.frame_id) == run.frame.id,
            col(DecidedCodes.decided_by) == who,
            ~exists(
                select(col(later.id)).where(
                    col(later.answer_id) == col(DecidedCodes.answer_id),
                    col(later.frame_id) == col(DecidedCodes.frame_id),
                    col(later.sequence) > col(DecidedCodes.sequence),
                )
            ),
        )
        .order_by(col(SuggestedCodes.turn), col(SuggestedCodes.id))
        .offset(start)
        .limit(PAGE + 1)
    ).all()
    questions = {question.name: question for question in wave.published.survey.questions}
    codes = run.frame.frame.by_id
    shown = tuple(
        MyDecision(
            row.id, questions.get(row.question), row.redacted_text or "", tuple(codes[code] for code in row.codes)
        )
        for row in rows[:PAGE]
    )
    return DecidedPage(wave, run, shown, start, more=len(rows) > PAGE)


def decide(
    session: Session, policy: Policy, coded_id: str, codes: frozenset[str], *, revision: str, by: str, actor: Actor,
    now: datetime,
) -> str:  # fmt: skip
    """Keep what a person decided; the wave's id. Refuses where somebody else decided since the page was made."""
    found = to_review(session, policy, coded_id)
    if not codes <= set(found.run.frame.frame.by_id):
        raise Refused("invalid_request")
    answer_id = _locked(session, coded_id)
    last = session.execute(_last(answer_id, found.run.frame.id)).first()
    sequence = last.sequence if last else 0
    if revision != str(sequence):
        raise Refused("wrong_state")
    ordered = [code.id for code in found.run.frame.frame.codes if code.id in codes]
    session.execute(
        insert(DecidedCodes).values(
            id=new_id(), answer_id=answer_id, frame_id=found.run.frame.id, sequence=sequence + 1, codes=ordered,
            decided_by=by,
        )
    )  # fmt: skip
    suggested = {code for code, _ in found.coded.suggested}
    counts = {"kept": len(codes & suggested), "added": len(codes - suggested), "removed": len(suggested - codes)}
    audit.record(session, actor, "codes.reviewed", found.run.id, counts, now=now)
    return found.wave.id


def undo(session: Session, policy: Policy, coded_id: str, *, by: str, actor: Actor, now: datetime) -> None:
    """Take back the newest decision on an answer, where it is one's own."""
    found = to_review(session, policy, coded_id)
    answer_id = _locked(session, coded_id)
    last = session.execute(_last(answer_id, found.run.frame.id)).first()
    if last is None or last.decided_by != by:
        raise Refused("wrong_state")
    session.execute(delete(DecidedCodes).where(col(DecidedCodes.id) == last.id))
    audit.record(session, actor, "codes.review_undone", found.run.id, now=now)


def _last(answer_id: str, frame_id: str) -> Any:
    return (
        select(col(DecidedCodes.id), col(DecidedCodes.sequence), col(DecidedCodes.decided_by))
        .where(col(DecidedCodes.answer_id) == answer_id, col(DecidedCodes.frame_id) == frame_id)
        .order_by(col(DecidedCodes.sequence).desc())
        .limit(1)
    )


def _locked(session: Session, coded_id: str) -> str:
    """The answer, locked until the decision is committed: of two people only the first decides."""
    return str(
        session.execute(
            select(col(SuggestedCodes.answer_id)).where(col(SuggestedCodes.id) == coded_id).with_for_update()
        ).scalar_one()
    )
