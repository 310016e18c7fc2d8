"""What the pages of codes show: where the newest coding stands, how many people each code comes from, how well it agrees.

Reads only, apart from asking for a run. Numbers of people are protected here; words come
from people who agreed to be quoted only, and never with the identifier of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, insert, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api import agreements, audit, jobs, published
from api.audit import Actor
from api.errors import Refused
from api.models import Answer, CodingRun, DecidedCodes, Job, Response, SuggestedCodes, Wave
from api.models.columns import new_id
from api.models.jobs import JobState
from api.models.themes import RunState
from api.published import OpenedWave
from api.review import frames, sizes
from api.review.coding import CODE_ANSWERS
from api.review.frames import KeptFrame
from api.review.sizes import Size
from api.review.vectors import may_be_analysed
from nlp.agreement import Agreement, agreement
from nlp.frame_gaps import Subject, gaps_of
from nlp.frames import Code
from survey_engine.consent import Purpose
from survey_engine.disclosure import Cell, Policy

GOING_ON = (RunState.WAITING, RunState.RUNNING)
ENOUGH_REVIEWED = 50
"""Answers a person has decided on, from which agreement is shown: of fewer it says little."""
ENOUGH_OF_A_CODE = 5
"""Answers with a code (by person or computer) from which its own measures are shown."""


@dataclass(frozen=True, slots=True)
class CodeRun:
    """One run as it stands: ``state`` is ``failed`` too where the job was lost with its worker."""

    id: str
    wave_id: str
    frame: KeptFrame
    state: RunState
    finished_at: datetime | None
    message: str
    config: dict[str, Any]
    versions: dict[str, Any]

    @property
    def going_on(self) -> bool:
        """Whether it may still become something by itself."""
        return self.state in GOING_ON


@dataclass(frozen=True, slots=True)
class CodedAnswer:
    """One answer as a run coded it; ``decided`` is what a person said, None where nobody has yet.

    ``quotable``: its writer agreed to be quoted, so an officer may read it.
    """

    id: str
    person: str
    suggested: tuple[tuple[str, float], ...]
    decided: tuple[str, ...] | None
    subject: str
    subject_words: tuple[str, ...]
    quotable: bool

    def sure(self, bar: float) -> tuple[str, ...]:
        """What the computer suggests without "perhaps"."""
        return tuple(code for code, confidence in self.suggested if confidence >= bar)

    def holds(self, bar: float) -> tuple[str, ...]:
        """What counts: the person's decision where there is one, else what the computer is sure of."""
        return self.decided if self.decided is not None else self.sure(bar)


@dataclass(frozen=True, slots=True)
class Share:
    """How many people a code comes from, safe to show."""

    code: Code
    size: Size


@dataclass(frozen=True, slots=True)
class Progress:
    """How far people are; None for both where they are too few to be read without speaking of single children."""

    reviewed: int | None
    reviewable: int | None

    @property
    def left(self) -> int:
        """How many answers still wait for a person."""
        return (self.reviewable or 0) - (self.reviewed or 0)


@dataclass(frozen=True, slots=True)
class CodesPage:
    """Everything on the page of a wave's codes; ``run`` is the finished run whose suggestions there are."""

    wave: OpenedWave
    answered: Cell
    frame: KeptFrame | None
    newest: CodeRun | None
    run: CodeRun | None
    shares: tuple[Share, ...]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Lacking:
    """A subject no code of the frame holds: words at least five people use."""

    name: str
    people: Cell
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """How computer and people agree; ``measured`` is None until ``missing`` more answers are reviewed."""

    wave: OpenedWave
    run: CodeRun
    progress: Progress
    missing: int
    measured: Agreement | None
    sure_right: float | None
    lacking: tuple[Lacking, ...]


def request(session: Session, wave_id: str, actor: Actor, *, requested_by: str | None, now: datetime) -> str:
    """Ask for codes of a wave by the frame in use; the run's id. While one is going on, that one's."""
    found = session.execute(select(col(Wave.id)).where(col(Wave.id) == wave_id).with_for_update()).first()
    if found is None:
        raise Refused("not_found")
    frame = frames.in_use(session)
    if frame is None:
        raise Refused("wrong_state")
    newest = next(iter(runs(session, wave_id)), None)
    if newest is not None and newest.going_on:
        return newest.id
    run_id = new_id()
    session.execute(
        insert(CodingRun).values(
            id=run_id, wave_id=wave_id, frame_id=frame.id, state=RunState.WAITING, requested_by=requested_by,
            requested_at=now, config={}, versions={}, message="",
        )
    )  # fmt: skip
    jobs.enqueue(session, CODE_ANSWERS, {"run_id": run_id}, now=now)
    audit.record(session, actor, "codes.requested", run_id, {"wave": wave_id, "frame": frame.id}, now=now)
    return run_id


def runs(session: Session, wave_id: str) -> tuple[CodeRun, ...]:
    """The runs of a wave, the newest first."""
    rows = session.execute(
        select(
            col(CodingRun.id), col(CodingRun.frame_id), col(CodingRun.state), col(CodingRun.finished_at),
            col(CodingRun.message), col(CodingRun.config), col(CodingRun.versions),
        )
        .where(col(CodingRun.wave_id) == wave_id)
        .order_by(col(CodingRun.requested_at).desc(), col(CodingRun.id))
    ).all()  # fmt: skip
    if not rows:
        return ()
    kept = {frame.id: frame for frame in frames.kept(session)}
    alive = {
        payload["run_id"]
        for payload in session.execute(
            select(col(Job.payload)).where(
                col(Job.kind) == CODE_ANSWERS, col(Job.state).in_((JobState.WAITING, JobState.LEASED))
            )
        ).scalars()
    }
    found = []
    for row in rows:
        state = RunState(row.state)
        lost = state in GOING_ON and row.id not in alive
        found.append(
            CodeRun(
                row.id, wave_id, kept[row.frame_id], RunState.FAILED if lost else state, row.finished_at, row.message,
                row.config, row.versions,
            )
        )  # fmt: skip
    return tuple(found)


def finished(session: Session, wave_id: str) -> CodeRun | None:
    """The run whose suggestions there are; None before the first."""
    return next((run for run in runs(session, wave_id) if run.state is RunState.DONE), None)


def coded_answers(session: Session, run: CodeRun, only: str | None = None) -> tuple[CodedAnswer, ...]:
    """The answers of a run that may still be used; ``only`` one of them."""
    rows = session.execute(
        select(
            col(SuggestedCodes.id), col(SuggestedCodes.answer_id), col(SuggestedCodes.codes),
            col(SuggestedCodes.subject), col(SuggestedCodes.subject_words), sizes.person().label("person"),
            agreements.holds(Purpose.QUOTES).label("quotable"),
        )
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(
            col(SuggestedCodes.run_id) == run.id, may_be_analysed(run.wave_id),
            *([] if only is None else [col(SuggestedCodes.id) == only]),
        )
    ).all()  # fmt: skip
    decided = _decided(session, run, only)
    return tuple(
        CodedAnswer(
            row.id, row.person, tuple((code, float(confidence)) for code, confidence in row.codes),
            decided.get(row.answer_id), row.subject, tuple(row.subject_words), bool(row.quotable),
        )
        for row in rows
    )  # fmt: skip


def codes_page(session: Session, policy: Policy, wave_id: str) -> CodesPage | None:
    """The codes of one wave; None for an unknown wave."""
    wave = published.wave(session, wave_id)
    if wave is None:
        return None
    of_wave = runs(session, wave_id)
    run = next((one for one in of_wave if one.state is RunState.DONE), None)
    answered = sizes.answered(session, wave_id)
    coded = coded_answers(session, run) if run else ()
    return CodesPage(
        wave, sizes.protect_one(answered, policy), frames.in_use(session), next(iter(of_wave), None), run,
        _shares(run, coded, answered, policy) if run else (),
        progress(session, run, policy) if run else Progress(None, None),
    )  # fmt: skip


def agreement_page(session: Session, policy: Policy, wave_id: str) -> AgreementPage | None:
    """How well computer and people agree on one wave; None for an unknown wave or one that was never coded."""
    wave = published.wave(session, wave_id)
    run = finished(session, wave_id) if wave else None
    if wave is None or run is None:
        return None
    coded = coded_answers(session, run)
    bar = run.config["sure_from"]
    reviewed = [one for one in coded if one.decided is not None and one.quotable]
    missing = max(0, ENOUGH_REVIEWED - len(reviewed))
    measured, sure_right = None, None
    if not missing:
        given = [one.decided or () for one in reviewed]
        measured = agreement(run.frame.frame, given, [tuple(code for code, _ in one.suggested) for one in reviewed])
        sure_right = agreement(run.frame.frame, given, [one.sure(bar) for one in reviewed]).whole.precision
    return AgreementPage(
        wave, run, progress(session, run, policy), missing, measured, sure_right, _lacking(coded, policy)
    )


def progress(session: Session, run: CodeRun, policy: Policy) -> Progress:
    """How many of the answers an officer may read have been decided on; counted by the database, for it is on every page."""
    people, answers, reviewed = session.execute(
        select(
            func.count(func.distinct(sizes.person())),
            func.count(),
            func.coalesce(func.sum(case((is_decided(run), 1), else_=0)), 0),
        )
        .select_from(SuggestedCodes)
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(*may_be_read(run))
    ).one()
    if not people or policy.hides(people):
        return Progress(None, None)
    return Progress(int(reviewed), int(answers))


def enough_people(session: Session, run: CodeRun, policy: Policy) -> bool:
    """Whether so many people's answers may be read that reading them does not speak of single ones; stops counting there."""
    people = session.execute(
        select(sizes.person())
        .select_from(SuggestedCodes)
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(*may_be_read(run))
        .distinct()
        .limit(policy.threshold)
    ).all()
    return bool(people) and not policy.hides(len(people))


def may_be_read(run: CodeRun) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a suggestion, its ``Answer`` and ``Response``: of this run, and its writer agreed to be quoted."""
    return (
        col(SuggestedCodes.run_id) == run.id,
        may_be_analysed(run.wave_id),
        agreements.holds(Purpose.QUOTES),
    )


def is_decided(run: CodeRun) -> ColumnElement[bool]:
    """The condition on a suggestion that a person has decided on its answer by the run's frame."""
    return exists(
        select(col(DecidedCodes.id)).where(
            col(DecidedCodes.answer_id) == col(SuggestedCodes.answer_id), col(DecidedCodes.frame_id) == run.frame.id
        )
    )


def _decided(session: Session, run: CodeRun, only: str | None) -> dict[str, tuple[str, ...]]:
    rows = session.execute(
        select(col(DecidedCodes.answer_id), col(DecidedCodes.codes))
        .join(SuggestedCodes, col(SuggestedCodes.answer_id) == col(DecidedCodes.answer_id))
        .where(
            col(SuggestedCodes.run_id) == run.id,
            col(DecidedCodes.frame_id) == run.frame.id,
            *([] if only is None else [col(SuggestedCodes.id) == only]),
        )
        .order_by(col(DecidedCodes.sequence))
    )
    return {
        answer_id: tuple(codes) for answer_id, codes in rows
    }  # the last decision on an answer is the one that holds


def _shares(run: CodeRun, coded: Sequence[CodedAnswer], answered: int, policy: Policy) -> tuple[Share, ...]:
    codes = run.frame.frame.by_id
    safe = sizes.protect_themes(_counted(run, coded, policy), codes, answered, policy).themes
    # Largest first; those that are hidden in the frame's order, because theirs would tell who is the smallest.
    return tuple(
        Share(codes[code], safe[code]) for code in sorted(codes, key=lambda code: -(safe[code].people.count or 0))
    )


def _counted(run: CodeRun, coded: Sequence[CodedAnswer], policy: Policy) -> dict[str, set[str]]:
    """The people counted for each code: those an officer may read, and the others only where they are enough by themselves.

    An officer can read the first one by one and give and take their codes. Were the others added whatever
    their number, the officer could take away what is known, or add to it until a hidden number shows, and be
    left with a few people who did not agree to be read (decision 0032).
    """
    bar = run.config["sure_from"]
    known: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for one in coded:
        for code in one.holds(bar):
            (known if one.quotable else others).setdefault(code, set()).add(one.person)
    counted = {}
    for code in known.keys() | others.keys():
        read, unread = known.get(code, set()), others.get(code, set()) - known.get(code, set())
        counted[code] = read if policy.hides(len(unread)) else read | unread
    return counted


def _lacking(coded: Sequence[CodedAnswer], policy: Policy) -> tuple[Lacking, ...]:
    # Whatever was decided: else words could be taken away one person at a time until they are those of a few.
    left = [one for one in coded if one.subject]
    found = gaps_of(
        [Subject(one.subject, one.subject, one.subject_words) for one in left], [one.person for one in left]
    )
    return tuple(Lacking(gap.name, sizes.protect_one(gap.people, policy), gap.words) for gap in found)
