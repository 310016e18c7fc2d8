"""Requests for coded voice data, and their release by a second person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from api.models.columns import (
    UNORDERED,
    document,
    identifier,
    long_text,
    moment,
    one_of,
    part_of_key,
    reference,
    short_text,
)


class ReleaseState(StrEnum):
    """``requested`` → ``released`` or ``refused``; a released one can be ``ended``."""

    REQUESTED = "requested"
    RELEASED = "released"
    REFUSED = "refused"
    ENDED = "ended"


class Release(SQLModel, table=True):
    """One request. The file is made anew at each download, so what was withdrawn since is not in it."""

    __tablename__ = "releases"
    __table_args__ = (
        one_of("state", ReleaseState),
        CheckConstraint("decided_by IS NULL OR decided_by != requested_by", name="a_second_person_decides"),
    )

    id: str = identifier()
    wave_id: str = reference("waves.id")
    purpose: str = long_text()
    state: str = short_text(10)
    requested_by: str = reference("staff.id")
    requested_at: datetime = moment()
    decided_by: str | None = reference("staff.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    decision_note: str = long_text()
    manifest: dict[str, Any] | None = document(nullable=True)


class ReleaseMember(SQLModel, table=True):
    """A response that was in the request: a release can lose answers (withdrawal), never gain any."""

    __tablename__ = "release_members"

    release_id: str = part_of_key("releases.id")
    response_id: str = part_of_key("responses.id", index=True)


class ReleaseCodes(SQLModel, table=True):
    """The codes an answer had when the request was made, ``{code: how}``: what is decided later is in no file of it."""

    __tablename__ = "release_codes"
    __table_args__ = (UNORDERED,)

    release_id: str = part_of_key("releases.id")
    answer_id: str = part_of_key("answers.id", index=True)
    codes: dict[str, str] = document()
