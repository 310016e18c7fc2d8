"""An adviser's visit: who they are to us (nobody), how they want to be named, what they vote and write, taking it back.

A young adviser's words are a child's own words: sealed into the vault and into its reading
queue in one transaction of the vault; the main database has the kind, the question and the
day. A visit is known by the fingerprint of what only its cookie holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from api import audit, intake, jobs
from api.keyring import Keyring
from api.logs import logger
from api.models import AdviserRemark
from api.models.columns import new_id
from api.models.drafts import RemarkKind, RemarkState
from api.vault import Vault, WrittenWords
from survey_engine.coproduction import Vote, wording_hash
from survey_engine.definition import UNSEEN, Question, Survey

SCREEN = "screen"
"""The job that tells the reading queue how urgent a remark is: payload ``{"response_id": …}``."""
LONGEST_PROPOSAL = 500
LONGEST_COMMENT = 1_000
MOST_TEXTS_ON_A_QUESTION = 5
"""Of one visit; enough to think again, too few to fill the reading queue."""
MOST_TEXTS_A_DAY = 300
"""Of one link: a whole class with much to say, and an end to what a machine could send."""
IS_VOTE = text("kind = 'vote'")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as advisers and officers look at it. ``open``: it can still be changed."""

    id: str
    title: str
    revision: int
    open: bool
    survey: Survey

    @property
    def looked_at(self) -> tuple[Question, ...]:
        """The questions and notes that advisers look at, in reading order."""
        return tuple(question for question in self.survey.questions if question.kind not in UNSEEN)


@dataclass(frozen=True, slots=True)
class Link:
    """A way in for one group."""

    id: str
    draft_id: str
    label: str
    closes_on: date
    closed: bool

    def takes_remarks(self, today: date) -> bool:
        """Open by staff and by date."""
        return not self.closed and today <= self.closes_on


@dataclass(frozen=True, slots=True)
class Visit:
    """One young adviser's visit. ``author`` is the fingerprint of what only their cookie holds; ``credit`` is None
    before they chose how to be named, then a name, or "" for nobody.
    """

    link: Link
    draft: Draft
    author: str
    credit: str | None
    language: str


@dataclass(frozen=True, slots=True)
class OwnRemark:
    """What this visitor wrote, and what became of it."""

    id: str
    kind: RemarkKind
    words: str
    state: RemarkState
    reply: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an officer answered to somebody's remark on a question: “you said, we did”."""

    question: Question | None
    said: str
    credit: str
    taken_up: bool
    reply: str


def author_of(keyring: Keyring, link_id: str, visitor: str) -> str:
    """What stands for one visit beside votes and words."""
    return keyring.fingerprint("adviser visitor", f"{link_id}/{visitor}")


def rename(session: Session, visit: Visit, credit: str) -> None:
    """Use another credit for what this visitor said and nobody has decided yet."""
    session.execute(
        update(AdviserRemark).where(_mine(visit), col(AdviserRemark.state) == RemarkState.OPEN).values(credit=credit)
    )


def seen_as(visit: Visit, question: Question) -> str:
    """The hash of a question as this visitor sees it."""
    return wording_hash(question, visit.language, *visit.draft.survey.languages)


def vote(session: Session, visit: Visit, question: Question, chosen: Vote, *, today: date) -> None:
    """One vote of a visitor for a wording; another one replaces it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = _row(visit, question, RemarkKind.VOTE, new_id(), today) | {"vote": int(chosen)}
    insertion = dialect.insert(AdviserRemark).values(row)
    session.execute(
        insertion.on_conflict_do_update(
            index_elements=["author", "item", "wording_hash"], index_where=IS_VOTE,
            set_={"vote": insertion.excluded.vote, "day": insertion.excluded.day},
        )
    )  # fmt: skip


def say(
    session: Session, vault: Vault, keyring: Keyring, visit: Visit, question: Question, kind: RemarkKind, said: str,
    *, sheet: str, today: date, now: datetime,
) -> str:  # fmt: skip
    """Keep what somebody wrote: the words in the vault and its reading queue, the rest here. "" or the code of a problem.

    ``sheet`` is random and belongs to the page that was filled in: sending one page twice, or
    again after a fault, is sending it once.
    """
    remark_id = str(UUID(keyring.fingerprint("adviser remark", f"{visit.author}/{kind}/{sheet}")[:32]))
    if session.execute(select(col(AdviserRemark.id)).where(col(AdviserRemark.id) == remark_id)).first():
        return ""
    problem = _too_much(session, visit, question, today)
    if problem:
        return problem
    session.execute(insert(AdviserRemark).values(_row(visit, question, kind, remark_id, today)))
    jobs.enqueue(session, SCREEN, {"response_id": remark_id}, now=now, priority=0)
    vault.keep(remark_id, [WrittenWords(question.name, visit.language, said)], unread_in_draft=visit.draft.id, now=now)
    return ""


def _too_much(session: Session, visit: Visit, question: Question, today: date) -> str:
    texts = select(func.count()).select_from(AdviserRemark).where(col(AdviserRemark.kind) != RemarkKind.VOTE)
    mine = session.execute(texts.where(_mine(visit), col(AdviserRemark.item) == question.name)).scalar_one()
    if mine >= MOST_TEXTS_ON_A_QUESTION:
        return "enough_said_here"
    of_today = texts.where(col(AdviserRemark.link_id) == visit.link.id, col(AdviserRemark.day) == today)
    return "enough_said_today" if session.execute(of_today).scalar_one() >= MOST_TEXTS_A_DAY else ""


def _row(visit: Visit, question: Question, kind: RemarkKind, remark_id: str, today: date) -> dict[str, object]:
    return {
        "id": remark_id, "draft_id": visit.draft.id, "link_id": visit.link.id, "item": question.name, "kind": kind,
        "vote": None, "wording_hash": seen_as(visit, question), "credit": visit.credit or "",
        "state": RemarkState.OPEN, "reply": "", "day": today, "author": visit.author,
    }  # fmt: skip


def _mine(visit: Visit) -> ColumnElement[bool]:
    return (col(AdviserRemark.author) == visit.author) & (col(AdviserRemark.link_id) == visit.link.id)


def own_vote(session: Session, visit: Visit, question: Question) -> Vote | None:
    """The visitor's own vote for the question as they see it."""
    chosen = session.execute(
        select(col(AdviserRemark.vote)).where(
            _mine(visit), IS_VOTE, col(AdviserRemark.item) == question.name,
            col(AdviserRemark.wording_hash) == seen_as(visit, question),
        )
    ).scalar_one_or_none()  # fmt: skip
    return None if chosen is None else Vote(chosen)


def own_remarks(session: Session, vault: Vault, visit: Visit, question: Question) -> tuple[OwnRemark, ...]:
    """What this visitor wrote about a question, for their own eyes."""
    rows = session.execute(
        select(col(AdviserRemark.id), col(AdviserRemark.kind), col(AdviserRemark.state), col(AdviserRemark.reply))
        .where(_mine(visit), col(AdviserRemark.kind) != RemarkKind.VOTE, col(AdviserRemark.item) == question.name)
        .order_by(col(AdviserRemark.kind).desc(), col(AdviserRemark.id))
    ).all()
    written = vault.words_of([row.id for row in rows]) if rows else {}
    return tuple(
        OwnRemark(
            row.id, RemarkKind(row.kind), " ".join(one.text for one in written.get(row.id, ())),
            RemarkState(row.state), row.reply,
        )
        for row in rows
    )  # fmt: skip


def take_back(session: Session, vault: Vault, visit: Visit, remark_id: str, *, now: datetime) -> bool:
    """Delete what this visitor wrote, words and all; False for what is not theirs or was decided meanwhile."""
    gone = session.execute(
        delete(AdviserRemark)
        .where(
            col(AdviserRemark.id) == remark_id, _mine(visit), col(AdviserRemark.state) == RemarkState.OPEN,
            col(AdviserRemark.kind) != RemarkKind.VOTE,
        )
        .returning(col(AdviserRemark.id))
    )  # fmt: skip
    if gone.first() is None:
        return False
    audit.record(session, audit.RESPONDENT, "remark.withdrawn", visit.draft.id, now=now)
    _forget(session, vault, remark_id, now=now)
    return True


def _forget(session: Session, vault: Vault, remark_id: str, *, now: datetime) -> None:
    # The vault is another database: erase at once, and leave a job that does it again should this fail.
    jobs.enqueue(session, intake.FORGET, {"response_id": remark_id}, now=now, priority=0)
    try:
        vault.erase(remark_id)
    except SQLAlchemyError as fault:
        # Not swallowed: the job above erases until it succeeds.
        logger().error("storage", where="vault", error_type=type(fault).__name__)


def outcomes(session: Session, of: Draft, item: str | None = None, *, but: Visit | None = None) -> tuple[Outcome, ...]:
    """What officers answered to remarks, on one question or on all: only what stands in the record, and their reply.

    ``but`` leaves out what this visitor said, where they see it anyway.
    """
    query = select(
        col(AdviserRemark.item), col(AdviserRemark.recorded), col(AdviserRemark.credit), col(AdviserRemark.state),
        col(AdviserRemark.reply),
    ).where(
        col(AdviserRemark.draft_id) == of.id, col(AdviserRemark.kind) != RemarkKind.VOTE,
        col(AdviserRemark.state) != RemarkState.OPEN,
    )  # fmt: skip
    if item is not None:
        query = query.where(col(AdviserRemark.item) == item)
    if but is not None:
        query = query.where(~_mine(but))
    found = [
        Outcome(of.survey.question_by_name.get(row.item), row.recorded or "", row.credit,
                row.state == RemarkState.TAKEN_UP, row.reply)
        for row in session.execute(query.order_by(col(AdviserRemark.id)))
    ]  # fmt: skip
    place = of.survey.place
    return tuple(sorted(found, key=lambda one: place.get(one.question.name, 0) if one.question else len(place)))
