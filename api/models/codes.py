"""Standing code frames, the codes the computer suggests by them, and what officers decided.

The two are kept apart: a suggestion is never changed into a decision, nor the other way
round. Both go with the answer they are about; how many people a code comes from is
counted from what is still there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from api.models.columns import (
    UNORDERED,
    document,
    identifier,
    long_text,
    moment,
    one_of,
    reference,
    short_text,
)
from api.models.themes import RunState


class CodeFrame(SQLModel, table=True):
    """One version of a frame, as it was uploaded; the one used since last is the one in use."""

    __tablename__ = "code_frames"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: str = identifier()
    name: str = short_text(80)
    """The frame's own id, which its versions share."""
    number: int
    content: dict[str, Any] = document()
    added_by: str | None = reference("staff.id", nullable=True, index=False)
    added_at: datetime = moment()
    used_since: datetime = moment()


class CodingRun(SQLModel, table=True):
    """One coding of a wave's agreed, redacted answers by one version of a frame, stored whole with how it was made."""

    __tablename__ = "coding_runs"
    __table_args__ = (one_of("state", RunState),)

    id: str = identifier()
    wave_id: str = reference("waves.id")
    frame_id: str = reference("code_frames.id")
    state: str = short_text(10)
    requested_by: str | None = reference("staff.id", nullable=True, index=False)
    requested_at: datetime = moment()
    finished_at: datetime | None = moment(nullable=True)
    config: dict[str, Any] = document()
    versions: dict[str, Any] = document()
    message: str = long_text()


class SuggestedCodes(SQLModel, table=True):
    """What a run suggests for one answer: ``[[code, confidence from 0 to 1], …]``, best first; empty where nothing fits.

    ``turn``: 0 for the answer that tells most when a person codes it. ``subject`` and
    ``subject_words``: what an answer without a code is about, where the computer can say.
    """

    __tablename__ = "suggested_codes"
    __table_args__ = (UniqueConstraint("run_id", "answer_id"), UNORDERED)

    id: str = identifier()
    """What pages call the answer by: its own identifier is on none."""
    run_id: str = reference("coding_runs.id", cascade=True)
    answer_id: str = reference("answers.id", cascade=True)
    codes: list[Any] = document()
    sentiment: str = short_text(10)
    turn: int
    subject: str = short_text(200)
    subject_words: list[str] = document()


class DecidedCodes(SQLModel, table=True):
    """The codes a person gave one answer by one version of a frame; the highest ``sequence`` is the one that holds.

    Empty codes are a decision too: nothing of the frame is in it.
    """

    __tablename__ = "decided_codes"
    __table_args__ = (UniqueConstraint("answer_id", "frame_id", "sequence"), UNORDERED)

    id: str = identifier()
    answer_id: str = reference("answers.id", cascade=True)
    frame_id: str = reference("code_frames.id")
    sequence: int
    codes: list[str] = document()
    decided_by: str | None = reference("staff.id", nullable=True, index=False)
