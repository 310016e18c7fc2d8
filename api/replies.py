"""What was written back to young people about a wave: read here by those who answer and by those who write.

Writing and publishing are ``review``'s. Nothing here knows who answered, or how many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from api.models import WaveReply
from api.models.replies import ReplyState
from survey_engine.words import Text

PARTS = ("heard", "changed", "cannot")
"""What we heard; what we changed; what we cannot change, and why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What stands in the database about one wave; ``revision`` 0 where nobody has begun."""

    parts: Mapping[str, Text] = field(default_factory=dict)
    published_on: date | None = None
    look_again_on: date | None = None
    revision: int = 0

    @property
    def is_published(self) -> bool:
        """Whether young people see it."""
        return self.published_on is not None


def of_wave(session: Session, wave_id: str) -> Reply:
    """The reply to a wave as it is being written, for staff."""
    row = session.execute(
        select(
            col(WaveReply.heard), col(WaveReply.changed), col(WaveReply.cannot), col(WaveReply.published_on),
            col(WaveReply.look_again_on), col(WaveReply.revision),
        ).where(col(WaveReply.wave_id) == wave_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return Reply()
    parts = {"heard": row.heard, "changed": row.changed, "cannot": row.cannot}
    return Reply(parts, row.published_on, row.look_again_on, row.revision)


def told(session: Session, wave_id: str) -> Reply:
    """The same as young people see it: without a word of what is not published."""
    reply = of_wave(session, wave_id)
    return reply if reply.is_published else Reply(look_again_on=reply.look_again_on)


def is_published(session: Session, wave_id: str) -> bool:
    """Whether there is something to read."""
    found = session.execute(
        select(col(WaveReply.id)).where(col(WaveReply.wave_id) == wave_id, col(WaveReply.state) == ReplyState.PUBLISHED)
    )
    return found.first() is not None
