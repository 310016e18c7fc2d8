"""The waves of one survey side by side, theme by theme: what came up each time, and how many spoke of it.

Themes are the same where they stand for the same code of the same frame, or where people
gave them the same name (renamed or approved). A suggested label is no name yet: two computers' words that
happen to agree say nothing. Each number is the one on its wave's own page; no person is in two
waves as far as this program knows, so no number is less safe beside another wave's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from api import published
from api.intake import NO_COMMON_WORD
from api.models import ThemeRun
from api.models.themes import ThemeState
from api.published import OpenedWave
from api.review import desk, runs, sizes
from api.review.decisions import tidy
from api.review.sizes import Size
from survey_engine.disclosure import Cell, Policy


class Missing(StrEnum):
    """Why a wave has no number for a theme."""

    NO_THEMES = "no_themes"
    """No themes have been made of it."""
    NOT_IN_FRAME = "not_in_frame"
    """Its frame had no such code: it was not looked for."""
    NOT_FOUND = "not_found"
    """Looked for, and nobody or too few spoke of it, or an officer set it aside."""
    NO_SUCH_NAME = "no_such_name"
    """None of its themes has this name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A theme in one wave, and what an officer made part of it there."""

    size: Size
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveColumn:
    """One wave, and the frame and version its themes follow (empty without): definitions may have been others."""

    wave: OpenedWave
    answered: Cell
    frame: str


@dataclass(frozen=True, slots=True)
class Line:
    """One theme over the waves, in their order. ``code``: of a frame, empty for a name people gave."""

    label: str
    code: str
    waves: tuple[Found | Missing, ...]

    @property
    def compares(self) -> bool:
        """Whether two waves or more say something of it: a number, or that it was looked for and not found."""
        return sum(isinstance(found, Found) or found is Missing.NOT_FOUND for found in self.waves) > 1


@dataclass(frozen=True, slots=True)
class OverTimePage:
    """``lines`` that compare come first. ``left_out`` themes are only suggested and have no code: they cannot be compared."""

    wave: OpenedWave
    columns: tuple[WaveColumn, ...]
    lines: tuple[Line, ...]
    left_out: int


def over_time(session: Session, policy: Policy, wave_id: str) -> OverTimePage | None:
    """All waves of a wave's survey, the oldest first; None for an unknown wave."""
    wave = published.wave(session, wave_id)
    if wave is None:
        return None
    waves = sorted(
        (one for one in published.waves(session) if one.published.name == wave.published.name),
        key=lambda one: (one.opens_on, one.closes_on, one.label, one.id),
    )
    columns: list[WaveColumn] = []
    found: list[dict[str, Found]] = []
    labels: dict[str, str] = {}
    frames: list[tuple[bool, str, frozenset[str]]] = []
    left_out = 0
    for one in waves:
        answered = sizes.answered(session, one.id)
        run = runs.finished(session, one.id)
        frame = _frame(session, run.id) if run else {}
        called = f"{frame['id']}, {frame['version']}" if frame else ""
        columns.append(WaveColumn(one, sizes.protect_one(answered, policy), called))
        themes: dict[str, Found] = {}
        frames.append((run is not None, str(frame.get("id", "")), frozenset(code["id"] for code in frame.get("codes", ()))))  # fmt: skip
        if run:
            standing = desk.stand(session, policy, run, answered)
            for theme in standing.order:
                key = _key(standing.live[theme], str(frame.get("id", "")))
                if not key or key in themes:
                    left_out += 1
                    continue
                themes[key] = Found(standing.size(theme), standing.taken_up(theme))
                labels[key] = standing.live[theme].label  # as the newest wave has it
        found.append(themes)
    order = dict.fromkeys(key for themes in reversed(found) for key in themes)
    lines = tuple(
        Line(
            labels[key], key.rpartition("\n")[2] if key.startswith("code\n") else "",
            tuple(themes[key] if key in themes else _why(key, *frame) for themes, frame in zip(found, frames, strict=True)),
        )
        for key in order
    )  # fmt: skip
    return OverTimePage(wave, tuple(columns), tuple(sorted(lines, key=lambda line: not line.compares)), left_out)


def _frame(session: Session, run_id: str) -> Mapping[str, Any]:
    space = session.execute(select(col(ThemeRun.space)).where(col(ThemeRun.id) == run_id)).scalar_one() or {}
    frame: Mapping[str, Any] = space.get("frame") or {}
    return frame


def _key(theme: Any, frame: str) -> str:
    """What makes a theme the same one in another wave; empty where nothing does."""
    if theme.code and frame:
        return f"code\n{frame}\n{theme.code}"
    named = theme.label != theme.suggested_label or (
        theme.state == ThemeState.APPROVED and theme.label != NO_COMMON_WORD  # what was left over is not the same twice
    )
    return f"name\n{tidy(theme.label).casefold()}" if named else ""


def _why(key: str, made: bool, frame: str, codes: frozenset[str]) -> Missing:
    if not made:
        return Missing.NO_THEMES
    kind, _, rest = key.partition("\n")
    if kind == "name":
        return Missing.NO_SUCH_NAME
    of_frame, _, code = rest.partition("\n")
    return Missing.NOT_FOUND if of_frame == frame and code in codes else Missing.NOT_IN_FRAME
