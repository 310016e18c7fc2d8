"""The JSON of the desk: the shapes, and how they are made of what the pages show. Nothing here counts anything."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from api.review.beside import Beside
from api.review.desk import ThemeCard, WaveCard, WavePage
from api.review.groups import WhoPage
from api.review.over_time import Found, Missing, OverTimePage
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


class GroupingAnswer(BaseModel):
    """By what people can be grouped."""

    by: str
    label: str


class GroupAnswer(BaseModel):
    """One group; `of` where small ones were put together."""

    label: str
    people: int
    of: list[str]


class PartAnswer(BaseModel):
    """How many people of one group spoke of a theme."""

    people: CountAnswer
    percent_of_group: Decimal | None


class ThemeByGroup(BaseModel):
    """One theme; `parts` in the order of `groups`, empty where the theme's own size or all parts are hidden."""

    themes: list[str]
    people: CountAnswer
    parts: list[PartAnswer]


class ByGroupAnswer(BaseModel):
    """The themes of a wave by one grouping."""

    wave: str
    run: str | None
    by: str | None
    possible: list[GroupingAnswer]
    answered: CountAnswer
    groups: list[GroupAnswer]
    themes: list[ThemeByGroup]
    warning: str = "Those who answered chose to. A difference between groups says nothing about why."


class ComparedWave(BaseModel):
    """One wave of the survey; `frame`: what its themes follow, empty without."""

    id: str
    label: str
    area_code: str
    area_name: str
    opens_on: date
    closes_on: date
    version: int
    frame: str
    answered: CountAnswer


class ComparedSize(BaseModel):
    """A theme in one wave: a number, or why there is none (`missing`)."""

    people: CountAnswer | None
    percent_of_answered: Decimal | None
    includes: list[str]
    missing: str


class ComparedTheme(BaseModel):
    """One theme; `waves` in the order of the waves."""

    label: str
    code: str
    waves: list[ComparedSize]


class OverTimeAnswer(BaseModel):
    """The waves of one survey side by side; `left_out` themes have no code and no name people gave."""

    survey: str
    waves: list[ComparedWave]
    themes: list[ComparedTheme]
    left_out: int
    warning: str = "Other people answered each time: a difference can come from who answered."


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


def by_group(shown: WhoPage) -> ByGroupAnswer:
    """The page of who spoke of what."""
    return ByGroupAnswer(
        wave=shown.wave.id,
        run=shown.run.id if shown.run else None,
        by=shown.chosen.id if shown.chosen else None,
        possible=[GroupingAnswer(by=grouping.id, label=grouping.label) for grouping in shown.groupings],
        answered=_count(shown.answered),
        groups=[GroupAnswer(label=group.label, people=group.people, of=list(group.of)) for group in shown.groups],
        themes=[
            ThemeByGroup(
                themes=list(row.labels), people=_count(row.size.people),
                parts=[PartAnswer(people=_count(part.people), percent_of_group=part.percent) for part in row.parts],
            )
            for row in shown.rows
        ],
    )  # fmt: skip


def over_time(shown: OverTimePage) -> OverTimeAnswer:
    """The page of waves side by side."""
    return OverTimeAnswer(
        survey=shown.wave.published.name,
        waves=[
            ComparedWave(
                id=one.wave.id, label=one.wave.label, area_code=one.wave.area_code, area_name=one.wave.area_name,
                opens_on=one.wave.opens_on, closes_on=one.wave.closes_on, version=one.wave.published.version,
                frame=one.frame, answered=_count(one.answered),
            )
            for one in shown.columns
        ],
        themes=[
            ComparedTheme(label=line.label, code=line.code, waves=[_compared(found) for found in line.waves])
            for line in shown.lines
        ],
        left_out=shown.left_out,
    )  # fmt: skip


def _compared(found: Found | Missing) -> ComparedSize:
    if isinstance(found, Missing):
        return ComparedSize(people=None, percent_of_answered=None, includes=[], missing=found.value)
    return ComparedSize(
        people=_count(found.size.people), percent_of_answered=found.size.percent, includes=list(found.includes),
        missing="",
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
