"""What a participation officer writes back to young people about one wave."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from api.models.columns import document, identifier, moment, one_of, reference, short_text


class ReplyState(StrEnum):
    """``draft`` → ``published`` → ``draft`` again while it is being changed. Only a published one is shown."""

    DRAFT = "draft"
    PUBLISHED = "published"


class WaveReply(SQLModel, table=True):
    """What was heard, what changed, and what cannot change and why: each in the languages of the survey.

    ``revision`` grows with each saving and tells two officers that they write at the same
    time. ``look_again_on`` is shown also before anything is published.
    """

    __tablename__ = "wave_replies"
    __table_args__ = (
        UniqueConstraint("wave_id"),
        one_of("state", ReplyState),
        CheckConstraint("(state = 'published') = (published_on IS NOT NULL)", name="published_has_a_day"),
    )

    id: str = identifier()
    wave_id: str = reference("waves.id", index=False)
    state: str = short_text(10)
    heard: dict[str, Any] = document()
    changed: dict[str, Any] = document()
    cannot: dict[str, Any] = document()
    look_again_on: date | None = None
    published_on: date | None = None
    revision: int = 1
    written_by: str | None = reference("staff.id", nullable=True, index=False)
    updated_at: datetime = moment()
