"""The figures of the same area and period that stand beside a theme; never as its cause, never about one child.

The period of a wave and that of a figure are the same where they overlap; a count on one
day (31 March) stands for the year that ends on it. Where none overlaps, the nearest
figure is shown and marked, because a wrong year that looks right is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from api import measures
from api.indicators import INDICATORS, Indicator, suggest_indicators
from api.measures import Figure
from api.models import ThemePairing


@dataclass(frozen=True, slots=True)
class Beside:
    """One indicator beside a theme: ``pinned`` by an officer, or only suggested by the theme's words."""

    indicator: Indicator
    pinned: bool
    figure: Figure | None
    same_period: bool


def known(indicator: str) -> bool:
    """Whether this is one of our indicators."""
    return indicator in INDICATORS


def others(standing: Sequence[Beside]) -> tuple[tuple[str, str], ...]:
    """The indicators that do not stand beside a theme yet, as (id, name) by name: what can be pinned."""
    there = {item.indicator.id for item in standing}
    left = ((indicator.id, indicator.name) for indicator in INDICATORS.values() if indicator.id not in there)
    return tuple(sorted(left, key=lambda item: item[1]))


def pinned(session: Session, theme_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The indicators an officer set beside each theme, by their name; one query for all themes."""
    rows = session.execute(
        select(col(ThemePairing.theme_id), col(ThemePairing.indicator))
        .where(col(ThemePairing.theme_id).in_(theme_ids))
        .order_by(col(ThemePairing.indicator))
    )
    found: dict[str, tuple[str, ...]] = {}
    for theme_id, indicator in rows:
        if indicator in INDICATORS:  # an indicator may leave the list in a later version of ours
            found[theme_id] = (*found.get(theme_id, ()), indicator)
    return found


def beside_themes(
    session: Session,
    words: Mapping[str, Iterable[str]],
    pins: Mapping[str, Sequence[str]],
    *,
    area_code: str,
    opens_on: date,
    closes_on: date,
) -> dict[str, tuple[Beside, ...]]:
    """For each theme (by its label and keywords) its pinned indicators, then the suggested ones, with their figures."""
    wanted = {
        theme: tuple(dict.fromkeys((*pins.get(theme, ()), *suggest_indicators(its_words))))
        for theme, its_words in words.items()
    }
    needed = {indicator for listed in wanted.values() for indicator in listed}
    found = measures.figures(session, areas=[area_code], indicators=needed) if needed else ()
    chosen = {
        indicator: nearest([figure for figure in found if figure.indicator == indicator], opens_on, closes_on)
        for indicator in needed
    }
    return {
        theme: tuple(
            Beside(
                INDICATORS[indicator],
                indicator in pins.get(theme, ()),
                chosen[indicator],
                _overlap(chosen[indicator], opens_on, closes_on) > 0,
            )
            for indicator in listed
        )
        for theme, listed in wanted.items()
    }


def nearest(figures: Sequence[Figure], opens_on: date, closes_on: date) -> Figure | None:
    """The figure whose period overlaps these days most, else the one least far away; of equals the later, then DfE's."""
    return max(
        figures,
        key=lambda figure: (_overlap(figure, opens_on, closes_on), figure.period_end, not figure.own),
        default=None,
    )


def _overlap(figure: Figure | None, opens_on: date, closes_on: date) -> int:
    """Days in common; negative or 0: the distance in days."""
    if figure is None:
        return 0
    one_day = figure.period_start == figure.period_end
    start = figure.period_end - timedelta(days=364) if one_day else figure.period_start
    return (min(figure.period_end, closes_on) - max(start, opens_on)).days + 1
