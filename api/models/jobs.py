"""Work for later, written in the same transaction as what it is about. A finished job leaves no row, hence no time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import SQLModel

from api.models.columns import document, identifier, moment, one_of, short_text


class JobState(StrEnum):
    """``waiting`` includes jobs whose worker died: their lease runs out. ``failed`` ones wait for a person."""

    WAITING = "waiting"
    LEASED = "leased"
    FAILED = "failed"


class Job(SQLModel, table=True):
    """One piece of work; ``priority`` 0 is done first (what a person must read soon)."""

    __tablename__ = "jobs"
    __table_args__ = (one_of("state", JobState), Index("ix_jobs_next", "state", "priority", "available_at"))

    id: str = identifier()
    kind: str = short_text(40)
    payload: dict[str, Any] = document()
    priority: int = 5
    state: str = short_text(10)
    attempts: int = 0
    available_at: datetime = moment()
    lease: str | None = short_text(36, nullable=True)
    error: str = short_text(80)
