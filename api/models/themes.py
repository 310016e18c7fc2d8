"""Theme runs, the themes they suggested, and what an officer made of them.

Sizes are not stored as truths: they are counted from assignments to answers that still
exist, so a withdrawal changes every figure at once.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from api.models.columns import (
    defaulting,
    document,
    identifier,
    long_text,
    moment,
    one_of,
    part_of_key,
    reference,
    sealed,
    short_text,
)


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ThemeRun(SQLModel, table=True):
    """One fitting of themes over one wave's agreed, redacted texts, stored whole with how it was made."""

    __tablename__ = "theme_runs"
    __table_args__ = (one_of("state", RunState),)

    id: str = identifier()
    wave_id: str = reference("waves.id")
    state: str = short_text(10)
    requested_by: str | None = reference("staff.id", nullable=True)
    requested_at: datetime = moment()
    finished_at: datetime | None = moment(nullable=True)
    documents: int = 0
    people: int = 0
    config: dict[str, Any] = document()
    versions: dict[str, Any] = document()
    stages: list[dict[str, Any]] = document()
    message: str = long_text()
    space: dict[str, Any] | None = document(nullable=True)
    """What new answers are placed by and the next run goes on from: numbers, and the frame; no words of anybody."""


class ThemeState(StrEnum):
    """Every theme starts as the computer's suggestion; only a person approves or rejects."""

    SUGGESTED = "suggested"
    APPROVED = "approved"
    REJECTED = "rejected"
    MERGED = "merged"


class Theme(SQLModel, table=True):
    """A theme; ``suggested_label`` stays what the computer said, ``label`` is what people call it."""

    __tablename__ = "themes"
    __table_args__ = (
        one_of("state", ThemeState),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_themes_say_where"),
        UniqueConstraint("run_id", "number"),
    )

    id: str = identifier()
    run_id: str = reference("theme_runs.id", cascade=True)
    number: int
    label: str = short_text(120)
    suggested_label: str = short_text(120)
    keywords: list[str] = document()
    state: str = short_text(10)
    merged_into: str | None = reference("themes.id", nullable=True, index=False)
    centroid: bytes | None = sealed(nullable=True)
    code: str | None = short_text(80, nullable=True)
    """The code of the frame it stands for."""
    stability: str = defaulting(5, "")
    """``firm``, ``fair`` or ``loose``: how much of it is found again when some answers are left out; empty if not measured."""
    history: str = defaulting(120, "")
    """What it was in the run before, by number: ``kept``, ``new``, ``split from 3``, ``merged from 3, 5``; empty without one."""


class ThemeAssignment(SQLModel, table=True):
    """Which theme an answer was put into by a run; it goes when the answer goes."""

    __tablename__ = "theme_assignments"

    run_id: str = part_of_key("theme_runs.id")
    answer_id: str = part_of_key("answers.id", index=True)
    theme_id: str = reference("themes.id", cascade=True)
    confidence: float
    rank: int
    """0 for the most central text of its theme: the order in which quotes are offered."""


class ThemePairing(SQLModel, table=True):
    """An indicator an officer set beside a theme."""

    __tablename__ = "theme_pairings"
    __table_args__ = (UniqueConstraint("theme_id", "indicator"),)

    id: str = identifier()
    theme_id: str = reference("themes.id", cascade=True)
    indicator: str = short_text(80)
