"""What an officer makes of suggested themes: rename, merge (one or many), reject, approve, undo, set an indicator beside one.

``MOVES`` is the whole table of states. Each decision locks the themes of the run, so that
two officers cannot merge two themes into each other; what no longer fits the page
somebody acted on is refused (``wrong_state``) instead of guessed. The audit trail gets
identifiers, never the words of a label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from api import audit
from api.audit import Actor
from api.errors import Refused
from api.models import Theme, ThemePairing, ThemeRun
from api.models.columns import new_id
from api.models.themes import ThemeState


def _(text: str) -> str:
    """Mark for translation."""
    return text


LONGEST_LABEL = 120
LIVE = frozenset({ThemeState.SUGGESTED, ThemeState.APPROVED})
"""Themes that count; the others are undone with ``reopen``."""


class Decision(StrEnum):
    """What can be decided about a theme's state."""

    APPROVE = "approve"
    REJECT = "reject"
    MERGE = "merge"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table: from which states, to which, and what the audit trail calls it."""

    sources: frozenset[ThemeState]
    target: ThemeState
    kind: str


MOVES: dict[Decision, Move] = {
    Decision.APPROVE: Move(frozenset({ThemeState.SUGGESTED}), ThemeState.APPROVED, "theme.approved"),
    Decision.REJECT: Move(LIVE, ThemeState.REJECTED, "theme.rejected"),
    Decision.MERGE: Move(LIVE, ThemeState.MERGED, "theme.merged"),
    Decision.REOPEN: Move(
        frozenset({ThemeState.APPROVED, ThemeState.REJECTED, ThemeState.MERGED}), ThemeState.SUGGESTED, "theme.reopened"
    ),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """Where the theme is to be found, so that the page can be shown again."""

    wave_id: str
    run_id: str
    theme_id: str


@dataclass(frozen=True, slots=True)
class LabelProblem:
    """A label that cannot be used, and what to do about it."""

    place: Decided
    sentence: str


def decide(
    session: Session, theme_id: str, decision: Decision, actor: Actor, *, into: str = "", now: datetime
) -> Decided:
    """Move a theme along the table; ``into`` names the theme that takes up a merged one."""
    place, themes = _locked(session, theme_id)
    move = MOVES[decision]
    if themes[theme_id].state not in move.sources:
        raise Refused("wrong_state")
    target: str | None = None
    if decision is Decision.MERGE:
        target = _merge_target(themes, theme_id, into)
    session.execute(update(Theme).where(col(Theme.id) == theme_id).values(state=move.target, merged_into=target))
    details = {"run": place.run_id} | ({"into": target} if target else {})
    audit.record(session, actor, move.kind, theme_id, details, now=now)
    return place


def _merge_target(themes: dict[str, Any], theme_id: str, into: str) -> str:
    target = themes.get(into)
    if target is None or into == theme_id:  # of another run, unknown, or the theme itself: no page of ours offers it
        raise Refused("invalid_request")
    if target.state not in LIVE:
        # Merged or rejected meanwhile. Only a live theme can take one up, hence no circle can arise.
        raise Refused("wrong_state")
    return into


def rename(
    session: Session, theme_id: str, label: str, actor: Actor, *, was: str, now: datetime
) -> Decided | LabelProblem:
    """Give a live theme another label, if it can be used.

    ``was`` is the label on the page that was sent: another officer's words are not
    written over unseen.
    """
    place, themes = _locked(session, theme_id)
    theme = themes[theme_id]
    if theme.state not in LIVE or tidy(theme.label) != tidy(was):
        raise Refused("wrong_state")
    clean = tidy(label)
    problem = label_problem(clean)
    if problem:
        return LabelProblem(place, problem)
    if clean != theme.label:
        session.execute(update(Theme).where(col(Theme.id) == theme_id).values(label=clean))
        audit.record(session, actor, "theme.renamed", theme_id, {"run": place.run_id}, now=now)
    return place


def tidy(label: str) -> str:
    r"""A label without control characters and with single blanks.

    >>> tidy("  Moving \x00 house\n")
    'Moving house'
    """
    visible = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in label)
    return " ".join(visible.split())


def label_problem(label: str) -> str:
    """What to do about a label that cannot be used; empty where it can."""
    if not label:
        return _("Write a name for the theme.")
    if len(label) > LONGEST_LABEL:
        return _("Make the name shorter: at most 120 letters.")
    return ""


def keep(session: Session, run_id: str, groups: Sequence[Sequence[str]], actor: Actor, *, now: datetime) -> None:
    """Merge the themes of each group into its first; together they are all themes of the run that count.

    Each merge is a decision of its own, recorded and undone like any other. Refused where the themes
    are no longer those of the page.
    """
    themes = _themes_locked(session, run_id)
    live = {theme for theme, row in themes.items() if row.state in LIVE}
    if sorted(theme for group in groups for theme in group) != sorted(live):
        raise Refused("wrong_state")
    move = MOVES[Decision.MERGE]
    for into, *others in groups:
        for theme in others:
            session.execute(update(Theme).where(col(Theme.id) == theme).values(state=move.target, merged_into=into))
            audit.record(session, actor, move.kind, theme, {"run": run_id, "into": into}, now=now)


def reopen_merged(session: Session, run_id: str, actor: Actor, *, now: datetime) -> int:
    """Undo every merge of a run; how many there were."""
    themes = _themes_locked(session, run_id)
    merged = [theme for theme, row in themes.items() if row.state == ThemeState.MERGED]
    move = MOVES[Decision.REOPEN]
    for theme in merged:
        session.execute(update(Theme).where(col(Theme.id) == theme).values(state=move.target, merged_into=None))
        audit.record(session, actor, move.kind, theme, {"run": run_id}, now=now)
    return len(merged)


def pair(session: Session, theme_id: str, indicator: str, actor: Actor, *, now: datetime) -> Decided:
    """Set an indicator beside a live theme; doing it twice changes nothing. The caller knows the indicator."""
    place, themes = _locked(session, theme_id)
    if themes[theme_id].state not in LIVE:
        raise Refused("wrong_state")
    paired = select(col(ThemePairing.id)).where(
        col(ThemePairing.theme_id) == theme_id, col(ThemePairing.indicator) == indicator
    )
    if session.execute(paired).first() is None:
        session.execute(insert(ThemePairing).values(id=new_id(), theme_id=theme_id, indicator=indicator))
        audit.record(session, actor, "theme.paired", theme_id, {"indicator": indicator}, now=now)
    return place


def unpair(session: Session, theme_id: str, indicator: str, actor: Actor, *, now: datetime) -> Decided:
    """Take an indicator from beside a theme; doing it twice changes nothing."""
    place, _ = _locked(session, theme_id)
    gone = session.execute(
        delete(ThemePairing)
        .where(col(ThemePairing.theme_id) == theme_id, col(ThemePairing.indicator) == indicator)
        .returning(col(ThemePairing.id))
    ).first()
    if gone is not None:
        audit.record(session, actor, "theme.unpaired", theme_id, {"indicator": indicator}, now=now)
    return place


def _locked(session: Session, theme_id: str) -> tuple[Decided, dict[str, Any]]:
    """All themes of the run this theme is of, locked until the decision is committed."""
    run = session.execute(
        select(col(ThemeRun.id), col(ThemeRun.wave_id))
        .join(Theme, col(Theme.run_id) == col(ThemeRun.id))
        .where(col(Theme.id) == theme_id)
    ).first()
    if run is None:
        raise Refused("not_found")
    return Decided(run.wave_id, run.id, theme_id), _themes_locked(session, run.id)


def _themes_locked(session: Session, run_id: str) -> dict[str, Any]:
    rows = session.execute(
        select(col(Theme.id), col(Theme.label), col(Theme.state))
        .where(col(Theme.run_id) == run_id)
        .order_by(col(Theme.id))
        .with_for_update()
    ).all()
    return {row.id: row for row in rows}
