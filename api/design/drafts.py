"""Drafts of surveys: begun, changed one step at a time, taken back, ticked off, published or put away.

Two officers may have the same draft open. Every change says which revision it was made
on; where somebody else was quicker, nothing is changed and the page keeps what was typed.
Each change leaves the definition as it was before (the last ``STEPS_KEPT``) and an audit
event in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from api import audit
from api.audit import Actor
from api.errors import Refused
from api.models import AdviserLink, DraftStep, Staff, SurveyDraft, SurveyMedia, SurveyVersion
from api.models.columns import new_id
from api.models.drafts import STEPS_KEPT, DraftState
from survey_engine import editing
from survey_engine.coproduction import remembering
from survey_engine.definition import Survey, content_hash
from survey_engine.editing import Edited, EditProblem, Operation
from survey_engine.formats.account import Loss
from survey_engine.words import words

_SURVEY = TypeAdapter(Survey)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands."""

    id: str
    survey: Survey
    revision: int
    state: DraftState
    based_on: str | None
    origin: str
    losses: tuple[Loss, ...]
    checklist: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether it can be changed."""
        return self.state is DraftState.OPEN

    @property
    def hash(self) -> str:
        """The content hash its survey has now."""
        return content_hash(self.survey)


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft in the list of all."""

    id: str
    title: str
    name: str
    audience: str
    state: str
    origin: str
    updated_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the draft first; how it stands now, and who did what last."""

    draft: Draft
    by: str
    what: str


def title_of(survey: Survey) -> str:
    """A survey's title in its first language, short enough for a list."""
    return words(survey.title, survey.languages[0])[0][:200]


# --- looking -------------------------------------------------------------------------------


def listed(session: Session, *states: DraftState) -> tuple[Listed, ...]:
    """Drafts in these states, the one that was changed last first."""
    rows = session.execute(
        select(
            col(SurveyDraft.id), col(SurveyDraft.title), col(SurveyDraft.name), col(SurveyDraft.definition),
            col(SurveyDraft.state), col(SurveyDraft.origin), col(SurveyDraft.updated_at), col(Staff.display_name),
        )
        .outerjoin(Staff, col(Staff.id) == col(SurveyDraft.created_by))
        .where(col(SurveyDraft.state).in_(states))
        .order_by(col(SurveyDraft.updated_at).desc(), col(SurveyDraft.id))
    ).all()  # fmt: skip
    return tuple(
        Listed(
            row.id, row.title, row.name, row.definition["audience"], row.state, row.origin, row.updated_at,
            row.display_name or "",
        )
        for row in rows
    )  # fmt: skip


def read(session: Session, draft_id: str, *, lock: bool = False) -> Draft:
    """One draft; refuses (``not_found``) an unknown one. ``lock`` lets nobody else change it meanwhile."""
    query = select(
        col(SurveyDraft.id), col(SurveyDraft.definition), col(SurveyDraft.revision), col(SurveyDraft.state),
        col(SurveyDraft.based_on), col(SurveyDraft.origin), col(SurveyDraft.losses), col(SurveyDraft.checklist),
    ).where(col(SurveyDraft.id) == draft_id)  # fmt: skip
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Draft(
        row.id, _SURVEY.validate_python(row.definition), row.revision, DraftState(row.state), row.based_on, row.origin,
        tuple(Loss(**loss) for loss in row.losses), row.checklist,
    )  # fmt: skip


def last_step(session: Session, draft_id: str) -> str:
    """What was done last and can be taken back; "" where nothing can."""
    newest = _newest_step(session, draft_id)
    return newest.what if newest is not None else ""


def _newest_step(session: Session, draft_id: str) -> Any:
    return session.execute(
        select(col(DraftStep.id), col(DraftStep.what), col(DraftStep.definition), col(Staff.display_name))
        .outerjoin(Staff, col(Staff.id) == col(DraftStep.by))
        .where(col(DraftStep.draft_id) == draft_id)
        .order_by(col(DraftStep.number).desc())
        .limit(1)
    ).one_or_none()


# --- beginning -----------------------------------------------------------------------------


def start(
    session: Session, survey: Survey, *, origin: str, based_on: str | None = None, losses: Sequence[Loss] = (),
    by: Actor, now: datetime,
) -> str:  # fmt: skip
    """Begin a draft with this survey; its id."""
    draft_id = new_id()
    session.execute(
        insert(SurveyDraft).values(
            id=draft_id, name=survey.name, title=title_of(survey), definition=survey.model_dump(mode="json"),
            revision=1, state=DraftState.OPEN, based_on=based_on, origin=origin[:300],
            losses=[asdict(loss) for loss in losses], checklist={}, created_by=_staff(by), created_at=now,
            updated_at=now,
        )
    )  # fmt: skip
    details = {"survey": survey.name, "questions": len(survey.questions), "losses": len(losses)}
    audit.record(session, by, "survey.draft_started", draft_id, details, now=now)
    return draft_id


def free_name(session: Session, wish: str) -> str:
    """A short name that no published survey and no open draft has: the wish, or with a number behind it."""
    published = session.execute(select(col(SurveyVersion.name)).distinct()).scalars()
    drafted = session.execute(select(col(SurveyDraft.name)).distinct()).scalars()
    taken = {*published, *drafted}
    number, name = 2, wish
    while name in taken:
        name, number = f"{wish[:55]}-{number}", number + 1
    return name


# --- changing ------------------------------------------------------------------------------


def change(
    session: Session, draft_id: str, revision: int, operation: Operation, what: str, *, by: Actor, now: datetime,
    why: str = "",
) -> Edited | tuple[EditProblem, ...] | Conflict:  # fmt: skip
    """Make one change on the revision somebody looked at; the problems, or the conflict, where it was not made.

    Once others have seen the words (young advisers, or everybody in a published version), or
    where a reason is given, a changed question keeps the wording it had, and ``why``.
    """
    draft = _still_open(session, draft_id)
    if draft.revision != revision:
        return conflict(session, draft)
    edited = editing.edit(draft.survey, operation)
    if not isinstance(edited, Edited) or edited.survey == draft.survey:
        return edited
    if why or draft.based_on is not None or _has_advisers(session, draft_id):
        edited = replace(edited, survey=remembering(draft.survey, edited.survey, why))
    session.execute(
        insert(DraftStep).values(
            id=new_id(), draft_id=draft_id, number=revision, definition=draft.survey.model_dump(mode="json"),
            what=what[:300], by=_staff(by), at=now,
        )
    )  # fmt: skip
    _forget_old_steps(session, draft_id)
    details = {"change": type(operation).__name__.lower(), "item": edited.name, "revision": revision + 1}
    _keep(session, draft, edited.survey, "survey.draft_changed", details, by=by, now=now)
    return edited


def _has_advisers(session: Session, draft_id: str) -> bool:
    found = select(col(AdviserLink.id)).where(col(AdviserLink.draft_id) == draft_id).limit(1)
    return session.execute(found).first() is not None


def undo(session: Session, draft_id: str, revision: int, *, by: Actor, now: datetime) -> str | Conflict:
    """Take the last change back; the sentence that said what it was, "" where there was none."""
    draft = _still_open(session, draft_id)
    if draft.revision != revision:
        return conflict(session, draft)
    step = _newest_step(session, draft_id)
    if step is None:
        return ""
    session.execute(delete(DraftStep).where(col(DraftStep.id) == step.id))
    earlier = _SURVEY.validate_python(step.definition)
    _keep(session, draft, earlier, "survey.draft_undone", {"revision": revision + 1}, by=by, now=now)
    return str(step.what)


def _keep(
    session: Session, draft: Draft, survey: Survey, kind: str, details: Mapping[str, Any], *, by: Actor, now: datetime
) -> None:
    session.execute(
        update(SurveyDraft)
        .where(col(SurveyDraft.id) == draft.id)
        .values(
            definition=survey.model_dump(mode="json"), name=survey.name, title=title_of(survey),
            revision=draft.revision + 1, updated_at=now,
        )
    )  # fmt: skip
    audit.record(session, by, kind, draft.id, details, now=now)


def _still_open(session: Session, draft_id: str) -> Draft:
    draft = read(session, draft_id, lock=True)
    if not draft.is_open:
        raise Refused("draft_closed")
    return draft


def conflict(session: Session, draft: Draft) -> Conflict:
    """How a draft stands now, with who changed it last and how."""
    newest = _newest_step(session, draft.id)
    return Conflict(draft, newest.display_name or "" if newest else "", newest.what if newest else "")


def _forget_old_steps(session: Session, draft_id: str) -> None:
    numbers = select(col(DraftStep.number)).where(col(DraftStep.draft_id) == draft_id)
    oldest = session.execute(
        numbers.order_by(col(DraftStep.number).desc()).offset(STEPS_KEPT - 1).limit(1)
    ).scalar_one_or_none()
    if oldest is not None:
        session.execute(delete(DraftStep).where(col(DraftStep.draft_id) == draft_id, col(DraftStep.number) < oldest))


# --- putting away ----------------------------------------------------------------------------


def discard(session: Session, draft_id: str, *, by: Actor, now: datetime) -> None:
    """Put a draft away; it can be taken out again."""
    _move(session, draft_id, DraftState.OPEN, DraftState.DISCARDED, "survey.draft_discarded", by=by, now=now)


def take_out(session: Session, draft_id: str, *, by: Actor, now: datetime) -> None:
    """Take a draft out again that was put away."""
    _move(session, draft_id, DraftState.DISCARDED, DraftState.OPEN, "survey.draft_reopened", by=by, now=now)


def forget(session: Session, draft_id: str, *, by: Actor, now: datetime) -> None:
    """Delete a draft that was put away, for good, with its steps and what advisers were asked about it."""
    if read(session, draft_id, lock=True).state is not DraftState.DISCARDED:
        raise Refused("wrong_state")
    session.execute(delete(SurveyDraft).where(col(SurveyDraft.id) == draft_id))
    audit.record(session, by, "survey.draft_deleted", draft_id, now=now)


def _move(
    session: Session, draft_id: str, before: DraftState, after: DraftState, kind: str, *, by: Actor, now: datetime
) -> None:
    if read(session, draft_id, lock=True).state is not before:
        raise Refused("wrong_state")
    values = {"state": after, "updated_at": now}
    session.execute(update(SurveyDraft).where(col(SurveyDraft.id) == draft_id).values(**values))
    audit.record(session, by, kind, draft_id, now=now)


# --- ticking off and publishing --------------------------------------------------------------


def tick(session: Session, draft_id: str, item: str, entry: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Note that somebody looked at one thing before publishing, and what they typed about it."""
    draft = _still_open(session, draft_id)
    checklist = dict(draft.checklist) | {item: dict(entry)}
    session.execute(update(SurveyDraft).where(col(SurveyDraft.id) == draft_id).values(checklist=checklist))
    told = {name: entry[name] for name in ("reference", "signed_by", "signed_on") if name in entry}
    audit.record(session, by, "survey.ticked", draft_id, {"item": item, "revision": draft.revision} | told, now=now)


def untick(session: Session, draft_id: str, item: str, *, by: Actor, now: datetime) -> None:
    """Take a tick away again."""
    draft = _still_open(session, draft_id)
    checklist = {name: entry for name, entry in draft.checklist.items() if name != item}
    session.execute(update(SurveyDraft).where(col(SurveyDraft.id) == draft_id).values(checklist=checklist))
    audit.record(session, by, "survey.unticked", draft_id, {"item": item}, now=now)


def was_published(session: Session, draft_id: str, wave_id: str, *, by: Actor, now: datetime) -> None:
    """Close a draft whose survey was published; its steps go, its checklist stays."""
    draft = _still_open(session, draft_id)
    session.execute(
        update(SurveyDraft).where(col(SurveyDraft.id) == draft_id).values(state=DraftState.PUBLISHED, updated_at=now)
    )
    session.execute(delete(DraftStep).where(col(DraftStep.draft_id) == draft_id))
    details = {"wave": wave_id, "content_hash": draft.hash}
    audit.record(session, by, "survey.draft_published", draft_id, details, now=now)


# --- pictures and recordings -----------------------------------------------------------------


def keep_file(
    session: Session, *, sha256: str, media_type: str, content: bytes, file_name: str, by: Actor, now: datetime
) -> None:
    """Store a picture or recording under the hash of its content; the same content is stored once."""
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    stored = session.execute(
        made(SurveyMedia)
        .values(
            sha256=sha256, media_type=media_type, content=content, file_name=file_name, added_by=_staff(by),
            added_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(SurveyMedia.sha256))
    )  # fmt: skip
    if stored.first() is None:
        return
    audit.record(session, by, "survey.media_added", sha256, {"bytes": len(content), "type": media_type}, now=now)


def _staff(by: Actor) -> str | None:
    return None if by is audit.COMMAND_LINE else by.id
