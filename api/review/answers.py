"""The JSON of the desk: the shapes, and how they are made of what the pages show. Nothing here counts anything."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from api.review.beside import Beside
from api.review.desk import ThemeCard, WaveCard, WavePage
from survey_engine.collection import Mode
from survey_engine.definition import words
from survey_engine.disclosure import Cell


class CountAnswer(BaseModel):
    """A number of people, or `symbol` `c` instead: hidden to protect them."""

    count: int | None
    symbol: str


class WaveAnswer(BaseModel):
    """One asking of one survey version."""

    id: str
    survey: str
    title: str
    version: int
    label: str
    area_code: str
    area_name: str
    opens_on: date
    closes_on: date
    open: bool
    answered: CountAnswer
    answered_by_mode: dict[Mode, CountAnswer]
    """How the answers came: on a device of their own (`web`), on a tablet for many (`kiosk`), on `paper`."""


class MeasureBeside(BaseModel):
    """An indicator of the same area beside a theme; `same_period` false: the nearest period there is."""

    indicator: str
    name: str
    definition: str
    polarity: str
    unit: str
    pinned: bool
    same_period: bool
    period_start: date | None
    period_end: date | None
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    symbol: str
    source: str


class ThemeAnswer(BaseModel):
    """One theme; `approved` false: suggested by the computer and not looked at by a person."""

    id: str
    label: str
    suggested_label: str
    approved: bool
    includes: list[str]
    """The labels of themes an officer merged into it."""
    keywords: list[str]
    people: CountAnswer
    percent_of_answered: Decimal | None
    quotes: list[str]
    measures: list[MeasureBeside]


class BroadThemeAnswer(BaseModel):
    """Themes that are looked at as one: `themes` are their labels."""

    themes: list[str]
    keywords: list[str]
    people: CountAnswer
    percent_of_answered: Decimal | None
    quotes: list[str]


class ThemesAnswer(BaseModel):
    """The themes of a wave. `run` is null where none has been made."""

    wave: str
    run: str | None
    finished_at: datetime | None
    message: str
    answered: CountAnswer
    themes: list[ThemeAnswer]
    fewest: int
    """To how few these themes can be joined by `?themes=`."""
    broad: list[BroadThemeAnswer]
    """The same themes joined to as many as were asked for; empty where none was."""
    warning: str = "A figure about an area says nothing about any child who wrote, nor why they wrote it."


def wave(card: WaveCard) -> WaveAnswer:
    """One card of the desk."""
    of = card.wave
    title, _language = words(of.published.survey.title, "en")
    return WaveAnswer(
        id=of.id, survey=of.published.name, title=title, version=of.published.version, label=of.label,
        area_code=of.area_code, area_name=of.area_name, opens_on=of.opens_on, closes_on=of.closes_on,
        open=card.takes_answers, answered=_count(card.answered),
        answered_by_mode={mode: _count(cell) for mode, cell in card.by_mode.items()},
    )  # fmt: skip


def themes(shown: WavePage) -> ThemesAnswer:
    """The page of one wave."""
    run = shown.run
    return ThemesAnswer(
        wave=shown.wave.id,
        run=run.id if run else None,
        finished_at=run.finished_at if run else None,
        message=run.message if run else "",
        answered=_count(shown.answered),
        themes=[_theme(card) for card in shown.themes],
        fewest=shown.levels.fewest,
        broad=[
            BroadThemeAnswer(
                themes=list(theme.labels), keywords=list(theme.keywords), people=_count(theme.size.people),
                percent_of_answered=theme.size.percent, quotes=list(theme.quotes),
            )
            for theme in shown.levels.broad
        ],
    )  # fmt: skip


def _theme(card: ThemeCard) -> ThemeAnswer:
    return ThemeAnswer(
        id=card.id, label=card.label, suggested_label=card.suggested_label, approved=card.approved,
        includes=list(card.includes), keywords=list(card.keywords), people=_count(card.size.people), percent_of_answered=card.size.percent,
        quotes=list(card.quotes), measures=[_measure(item) for item in card.beside],
    )  # fmt: skip


def _measure(item: Beside) -> MeasureBeside:
    indicator, figure = item.indicator, item.figure
    return MeasureBeside(
        indicator=indicator.id, name=indicator.name, definition=indicator.definition, polarity=indicator.polarity,
        unit=indicator.unit, pinned=item.pinned, same_period=item.same_period,
        period_start=figure.period_start if figure else None, period_end=figure.period_end if figure else None,
        value=figure.value if figure else None, numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None, symbol=figure.symbol if figure else "x",
        source=figure.source if figure else indicator.source,
    )  # fmt: skip


def _count(cell: Cell) -> CountAnswer:
    return CountAnswer(count=cell.count, symbol=cell.symbol)
