"""The officer's steps of co-production: links for groups, what advisers voted and wrote, a decision on each remark.

An officer is shown words only after a person of safeguarding has read them without a
concern (docs/decisions/0017). What is decided is written into the draft's definition
(``survey_engine.coproduction``), so that it goes wherever the survey goes, and audited in
the same transaction. The advisers' own steps are in ``visits``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, insert, select, update
from sqlmodel import Session, col

from api import audit, security
from api.advise.visits import IS_VOTE, Draft, Link
from api.audit import Actor
from api.errors import Refused
from api.keyring import Keyring
from api.models import AdviserLink, AdviserRemark, DraftStep, SurveyDraft
from api.models.columns import new_id
from api.models.drafts import STEPS_KEPT, DraftState, RemarkKind, RemarkState
from api.pages import Summary
from api.vault import Vault
from survey_engine import coproduction
from survey_engine.coproduction import Entry, Tally, group_problem
from survey_engine.definition import Question, Survey
from survey_engine.editing import Replace, edit
from survey_engine.words import words

LONGEST_RECORDED = 1_000
MAY_BE_SHOWN = frozenset({"no_concern"})
"""After which decision of safeguarding an officer is shown a text."""

_SURVEY = TypeAdapter(Survey)


def _(said: str) -> str:
    """Mark for translation."""
    return said


# -- drafts and links


def draft(session: Session, draft_id: str, *, lock: bool = False) -> Draft:
    """A draft; ``not_found`` for an unknown one. ``lock`` holds other writers off until the caller commits."""
    query = select(
        col(SurveyDraft.title), col(SurveyDraft.revision), col(SurveyDraft.state), col(SurveyDraft.definition)
    ).where(col(SurveyDraft.id) == draft_id)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Refused("not_found")
    survey = _SURVEY.validate_python(row.definition)
    return Draft(draft_id, row.title, row.revision, row.state == DraftState.OPEN, survey)


def links(session: Session, draft_id: str) -> tuple[Link, ...]:
    """All links of a draft, those that close last first."""
    query = _links().where(col(AdviserLink.draft_id) == draft_id)
    rows = session.execute(query.order_by(col(AdviserLink.closes_on).desc(), col(AdviserLink.label)))
    return tuple(Link(*row) for row in rows)


def link_behind(session: Session, keyring: Keyring, token: str) -> Link | None:
    """The link with this token; None for an unknown one."""
    row = session.execute(_links().where(col(AdviserLink.token_hash) == _hash(keyring, token))).one_or_none()
    return None if row is None else Link(*row)


def link(session: Session, link_id: str) -> Link | None:
    """A link by its id; None when it is gone."""
    row = session.execute(_links().where(col(AdviserLink.id) == link_id)).one_or_none()
    return None if row is None else Link(*row)


def _links() -> Select[str, str, str, date, bool]:
    return select(
        col(AdviserLink.id), col(AdviserLink.draft_id), col(AdviserLink.label), col(AdviserLink.closes_on),
        col(AdviserLink.closed),
    )  # fmt: skip


def _hash(keyring: Keyring, token: str) -> str:
    return keyring.fingerprint("adviser link", token)


GROUP_SENTENCES = {
    "name_missing": _("Write the name of the group, such as “Thursday group”."),
    "full_name": _("This looks like one person’s name. Write the name of the group, such as “Thursday group”."),
    "too_long": _("Make the name shorter: up to 40 letters."),
    "not_a_name": _("Write the name of a group, without an address or a telephone number."),
}


def make_link(
    session: Session, keyring: Keyring, draft_id: str, *, label: str, closes_on: date | None, by: Actor, today: date,
    now: datetime,
) -> str | list[Summary]:  # fmt: skip
    """Make a link for a group and return its token, known here and now only; or what stands in the way."""
    if not draft(session, draft_id).open:
        raise Refused("wrong_state")
    label = " ".join(label.split())
    code = group_problem(label)
    problems = [Summary("label", GROUP_SENTENCES[code])] if code else []
    if closes_on is None or not today <= closes_on <= today + timedelta(days=366):
        problems.append(Summary("closes_on", _("Choose a day from today up to one year ahead.")))
    if problems:
        return problems
    token, link_id = security.new_token(), new_id()
    session.execute(
        insert(AdviserLink).values(
            id=link_id, draft_id=draft_id, token_hash=_hash(keyring, token), label=label, created_by=by.id,
            created_at=now, closes_on=closes_on, closed=False,
        )
    )  # fmt: skip
    audit.record(session, by, "advisers.invited", draft_id, {"link": link_id}, now=now)
    return token


def close_link(session: Session, draft_id: str, link_id: str, *, by: Actor, now: datetime) -> None:
    """Let nobody in by this link any more; ``wrong_state`` where it was closed before."""
    closed = session.execute(
        update(AdviserLink)
        .where(
            col(AdviserLink.id) == link_id, col(AdviserLink.draft_id) == draft_id, col(AdviserLink.closed).is_(False)
        )
        .values(closed=True)
        .returning(col(AdviserLink.id))
    )
    if closed.first() is None:
        raise Refused("wrong_state")
    audit.record(session, by, "advisers.closed", draft_id, {"link": link_id}, now=now)


# -- the officer's side


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote. ``words`` is None until a person has read it without a concern; which, is not told."""

    id: str
    item: str
    kind: RemarkKind
    credit: str
    group: str
    day: date
    state: RemarkState
    recorded: str
    reply: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Discussed:
    """One question with its record so far and the remarks on it."""

    question: Question
    entry: Entry
    remarks: tuple[Remark, ...]

    @property
    def open(self) -> int:
        """How many remarks wait for a decision."""
        return sum(remark.state is RemarkState.OPEN for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Coproduction:
    """All of it for one draft. ``others`` are remarks on questions that the draft no longer has."""

    draft: Draft
    links: tuple[Link, ...]
    questions: tuple[Discussed, ...]
    others: tuple[Remark, ...]


def look(session: Session, vault: Vault, draft_id: str, *, actor: Actor, now: datetime) -> Coproduction:
    """Links, votes and remarks of a draft; showing words leaves a line in the audit trail."""
    of = draft(session, draft_id)
    written = remarks(session, vault, draft_id)
    shown = sum(remark.words is not None for remark in written)
    if shown:
        audit.record(session, actor, "remarks.read", draft_id, {"count": shown}, now=now)
    entries = {entry.question: entry for entry in coproduction.record(of.survey, votes(session, draft_id))}
    questions = tuple(
        Discussed(question, entries[question.name], tuple(one for one in written if one.item == question.name))
        for question in of.looked_at
    )
    known = {question.name for question in of.looked_at}
    others = tuple(one for one in written if one.item not in known)
    return Coproduction(of, links(session, draft_id), questions, others)


def votes(session: Session, draft_id: str) -> dict[str, Tally]:
    """The votes on a draft, by wording."""
    rows = session.execute(
        select(col(AdviserRemark.wording_hash), col(AdviserRemark.vote)).where(
            col(AdviserRemark.draft_id) == draft_id, IS_VOTE
        )
    )
    return coproduction.tallies((row[0], row[1]) for row in rows)


def remarks(session: Session, vault: Vault, draft_id: str, remark_id: str | None = None) -> tuple[Remark, ...]:
    """What was written about a draft, by question; in no order that tells who came first."""
    query = (
        select(
            col(AdviserRemark.id), col(AdviserRemark.item), col(AdviserRemark.kind), col(AdviserRemark.credit),
            col(AdviserLink.label), col(AdviserRemark.day), col(AdviserRemark.state), col(AdviserRemark.recorded),
            col(AdviserRemark.reply),
        )
        .join(AdviserLink, col(AdviserLink.id) == col(AdviserRemark.link_id))
        .where(col(AdviserRemark.draft_id) == draft_id, col(AdviserRemark.kind) != RemarkKind.VOTE)
        .order_by(col(AdviserRemark.id))
    )  # fmt: skip
    rows = session.execute(query if remark_id is None else query.where(col(AdviserRemark.id) == remark_id)).all()
    readable = _readable(vault, [row.id for row in rows]) if rows else {}
    return tuple(
        Remark(
            row.id, row.item, RemarkKind(row.kind), row.credit, row.label, row.day, RemarkState(row.state),
            row.recorded or "", row.reply, readable.get(row.id),
        )
        for row in rows
    )  # fmt: skip


def one_remark(
    session: Session, vault: Vault, draft_id: str, remark_id: str, *, actor: Actor, now: datetime
) -> tuple[Draft, Remark]:
    """One remark to decide; ``not_found`` for an unknown one. Showing its words leaves a line in the audit trail."""
    of, found = draft(session, draft_id), remarks(session, vault, draft_id, remark_id)
    if not found:
        raise Refused("not_found")
    if found[0].words is not None:
        audit.record(session, actor, "remarks.read", draft_id, {"count": 1}, now=now)
    return of, found[0]


def _readable(vault: Vault, remark_ids: Sequence[str]) -> Mapping[str, str]:
    decided = vault.decided(remark_ids)
    allowed = [remark_id for remark_id in remark_ids if MAY_BE_SHOWN.issuperset(decided.get(remark_id, ("unread",)))]
    found = vault.words_of(allowed) if allowed else {}
    return {remark_id: " ".join(one.text for one in written) for remark_id, written in found.items()}


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer decided. ``label`` are the question's words from now on, ``recorded`` what was proposed as the
    record tells it, ``reply`` why: what the advisers read, and what stands in the record.
    """

    take_up: bool | None
    recorded: str
    label: str
    reply: str
    revision: int


CHANGED_MEANWHILE = _(
    "Somebody changed this draft while you were deciding. Look at the question again, then press the button once more."
)


def decide(
    session: Session, vault: Vault, draft_id: str, remark_id: str, decision: Decision, *, by: Actor, now: datetime
) -> list[Summary]:
    """Take a remark up or refuse it; the record, the draft and the reply change together. What to mend, or nothing.

    Refuses (``wrong_state``) what was decided before and what nobody may read yet. Where somebody
    changed the draft since the page was made, that is what to look at.
    """
    found = remarks(session, vault, draft_id, remark_id)
    of = draft(session, draft_id, lock=True)
    if not found or found[0].words is None or found[0].state is not RemarkState.OPEN:
        raise Refused("wrong_state")
    if not of.open:
        raise Refused("wrong_state")
    if of.revision != decision.revision:
        return [Summary("", CHANGED_MEANWHILE)]
    remark, question = found[0], of.survey.question_by_name.get(found[0].item)
    problems = _decision_problems(remark, question, decision)
    if problems:
        return problems
    state = RemarkState.TAKEN_UP if decision.take_up else RemarkState.REFUSED
    if question is not None:
        changed = _recorded(of.survey, question, remark, decision)
        what = (
            "Took up a remark of the young advisers" if decision.take_up else "Refused a remark of the young advisers"
        )
        _write(session, of, changed, what=f"{what}: {question.name}"[:300], by=by, now=now)
    moved = session.execute(
        update(AdviserRemark)
        .where(col(AdviserRemark.id) == remark_id, col(AdviserRemark.state) == RemarkState.OPEN)
        .values(state=state, reply=decision.reply, recorded=decision.recorded or None, decided_by=by.id)
        .returning(col(AdviserRemark.id))
    )
    if moved.first() is None:
        raise Refused("wrong_state")
    details = {"remark": remark_id, "question": remark.item}
    audit.record(session, by, "remark.taken_up" if decision.take_up else "remark.refused", draft_id, details, now=now)
    return []


def _decision_problems(remark: Remark, question: Question | None, decision: Decision) -> list[Summary]:
    problems = []
    if decision.take_up is None:
        problems.append(Summary("decision", _("Choose whether you take it up.")))
    if not decision.reply:
        problems.append(Summary("reply", _("Write an answer. The young people read it, and it stands in the record.")))
    proposal_refused = remark.kind is RemarkKind.PROPOSAL and decision.take_up is False
    if proposal_refused and question is not None and not decision.recorded:
        problems.append(Summary("recorded", _("Write what was proposed, as it may stand in the record.")))
    if decision.take_up and question is not None and not decision.label:
        problems.append(Summary("label", _("Write how the question is asked from now on, or leave it as it is.")))
    return problems


def _recorded(survey: Survey, question: Question, remark: Remark, decision: Decision) -> Survey:
    language = survey.languages[0]
    if not decision.take_up:
        if not decision.recorded:
            return survey
        changed = coproduction.refused(question, decision.recorded, decision.reply)
    else:
        # A translation of the words that were changed would say something else: it is asked for anew before publishing.
        same = decision.label == words(question.label, language)[0]
        label = question.label if same else {language: decision.label}
        changed = coproduction.reworded(question, label, decision.reply, credit=remark.credit)
    edited = edit(survey, Replace(question.name, changed))
    assert not isinstance(edited, tuple)  # the same name, other words: nothing that an edit could refuse
    return edited.survey


def _write(session: Session, of: Draft, survey: Survey, *, what: str, by: Actor, now: datetime) -> None:
    if survey == of.survey:
        return
    session.execute(
        insert(DraftStep).values(
            id=new_id(), draft_id=of.id, number=of.revision, definition=of.survey.model_dump(mode="json"), what=what,
            by=by.id, at=now,
        )
    )  # fmt: skip
    _forget_old_steps(session, of.id)
    session.execute(
        update(SurveyDraft)
        .where(col(SurveyDraft.id) == of.id)
        .values(definition=survey.model_dump(mode="json"), revision=of.revision + 1, updated_at=now)
    )


def _forget_old_steps(session: Session, draft_id: str) -> None:
    numbers = select(col(DraftStep.number)).where(col(DraftStep.draft_id) == draft_id)
    oldest = session.execute(
        numbers.order_by(col(DraftStep.number).desc()).offset(STEPS_KEPT - 1).limit(1)
    ).scalar_one_or_none()
    if oldest is not None:
        session.execute(delete(DraftStep).where(col(DraftStep.draft_id) == draft_id, col(DraftStep.number) < oldest))


# -- the end


def sweep(session: Session, vault: Vault, *, today: date, kept_for: timedelta, now: datetime, most: int = 200) -> int:
    """Delete what has had its time, at most ``most`` remarks at once; how many.

    Remarks as old as answers may become go, words and all (what was decided stays in the
    survey's record; votes stay, without their visit). Words whose remark is gone (the draft was
    deleted, or the main database failed after the vault had kept them) go a day later.
    """
    old = session.execute(
        select(col(AdviserRemark.id))
        .where(col(AdviserRemark.kind) != RemarkKind.VOTE, col(AdviserRemark.day) < today - kept_for)
        .limit(most)
    ).scalars().all()  # fmt: skip
    session.execute(delete(AdviserRemark).where(col(AdviserRemark.id).in_(old)))
    session.execute(
        update(AdviserRemark)
        .where(IS_VOTE, col(AdviserRemark.day) < today - kept_for, col(AdviserRemark.author).is_not(None))
        .values(author=None)
    )
    if old:
        audit.record(session, audit.WORKER, "remarks.expired", "retention", {"count": len(old)}, now=now)
    kept = vault.kept_of_drafts(before=now - timedelta(days=1))
    there = set(session.execute(select(col(AdviserRemark.id)).where(col(AdviserRemark.id).in_(kept))).scalars())
    for remark_id in [*old, *(set(kept) - there)]:
        vault.erase(remark_id)
    return len(old)
