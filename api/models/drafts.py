"""Surveys being written: drafts, the steps back, pictures and recordings, what advisers were asked and answered.

A draft holds no answer of anybody. The words of an adviser's remark are a young person's
own words and live in the vault; here is only what the page needs to list and decide them.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from api.models.columns import UNORDERED, document, identifier, long_text, moment, one_of, reference, sealed, short_text

STEPS_KEPT = 50
"""How many steps back a draft remembers."""


class DraftState(StrEnum):
    """Only an open draft can be changed; a published one stays as the record of its checklist."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class SurveyDraft(SQLModel, table=True):
    """A survey being written.

    ``definition`` is a whole ``Survey``; ``revision`` grows with every change and tells two
    officers that they write at the same time. ``origin`` says in a sentence what it was begun
    from and ``losses`` what that file had and this survey has not. ``checklist`` holds, by the
    name of each thing to look at, who ticked it and when, and what they typed.
    """

    __tablename__ = "survey_drafts"
    __table_args__ = (one_of("state", DraftState),)

    id: str = identifier()
    name: str = short_text(60)
    title: str = short_text(200)
    definition: dict[str, Any] = document()
    revision: int = 1
    state: str = short_text(10)
    based_on: str | None = reference("survey_versions.id", nullable=True)
    origin: str = short_text(300)
    losses: list[dict[str, Any]] = document()
    checklist: dict[str, Any] = document()
    created_by: str | None = reference("staff.id", nullable=True)
    created_at: datetime = moment()
    updated_at: datetime = moment()


class DraftStep(SQLModel, table=True):
    """One change of a draft: its definition before, and a sentence that says what was done. For going back."""

    __tablename__ = "draft_steps"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: str = identifier()
    draft_id: str = reference("survey_drafts.id", cascade=True)
    number: int
    definition: dict[str, Any] = document()
    what: str = short_text(300)
    by: str | None = reference("staff.id", nullable=True, index=False)
    at: datetime = moment()


class SurveyMedia(SQLModel, table=True):
    """A picture or a recording, named by its content: the same file is there once, and nobody can guess its address."""

    __tablename__ = "survey_media"

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    media_type: str = short_text(40)
    content: bytes = sealed()
    file_name: str = short_text(120)
    added_by: str | None = reference("staff.id", nullable=True, index=False)
    added_at: datetime = moment()


class AdviserLink(SQLModel, table=True):
    """A way for a group of young advisers to look at a draft and say what they think. Only the token's hash is kept."""

    __tablename__ = "adviser_links"

    id: str = identifier()
    draft_id: str = reference("survey_drafts.id", cascade=True)
    token_hash: str = short_text(64, unique=True)
    label: str = short_text(100)
    created_by: str | None = reference("staff.id", nullable=True, index=False)
    created_at: datetime = moment()
    closes_on: date
    closed: bool = False


class RemarkKind(StrEnum):
    """What an adviser did: say something, vote on a question, propose other words."""

    COMMENT = "comment"
    VOTE = "vote"
    PROPOSAL = "proposal"


class RemarkState(StrEnum):
    """A remark waits until an officer says what becomes of it."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    REFUSED = "refused"


_IS_VOTE = text("kind = 'vote'")


class AdviserRemark(SQLModel, table=True):
    """One remark on one question of a draft, without its words (``vault``), with the day and no moment.

    ``wording_hash`` binds it to the words it was about; ``credit`` is how its author wants to
    be named, or "". ``author`` is the fingerprint of one visit: one vote for each wording, and
    taking back what one said. ``recorded`` is what an officer wrote into the survey's record.
    """

    __tablename__ = "adviser_remarks"
    __table_args__ = (
        one_of("kind", RemarkKind),
        one_of("state", RemarkState),
        CheckConstraint("vote IN (-1, 0, 1)", name="vote_known"),
        CheckConstraint("(kind = 'vote') = (vote IS NOT NULL)", name="votes_have_a_vote"),
        Index(
            "one_vote_for_each_wording", "author", "item", "wording_hash", unique=True,
            sqlite_where=_IS_VOTE, postgresql_where=_IS_VOTE,
        ),
        UNORDERED,
    )  # fmt: skip

    id: str = identifier()
    draft_id: str = reference("survey_drafts.id", cascade=True)
    link_id: str = reference("adviser_links.id", cascade=True)
    item: str = short_text(100)
    kind: str = short_text(10)
    vote: int | None = None
    wording_hash: str = short_text(64)
    credit: str = short_text(100)
    state: str = short_text(10)
    reply: str = long_text()
    decided_by: str | None = reference("staff.id", nullable=True, index=False)
    day: date
    author: str | None = short_text(64, nullable=True)
    recorded: str | None = long_text(nullable=True)
