"""What can be measured, in words a participation officer can read, and which themes it belongs beside.

The definitions, the columns of each release and the code lists are data
(``indicators.yaml``, with sources and dates), because DfE changes them nearly every year.

>>> INDICATORS["reviews_participation"].polarity
'high is good'
>>> suggest_indicators(["moving", "new", "house"])
('placements_3_or_more', 'placement_stability_long_term')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

SYMBOLS = {
    "c": "confidential: hidden because few people are behind it",
    "z": "not applicable",
    "x": "not available",
    "k": "rounds to 0 but is not 0",
    "low": "rounds to 0 but is not 0",
    "u": "low reliability",
}
"""What a published figure can be instead of a number; a state of its own, never 0 and never missing."""


class Indicator(BaseModel):
    """One measure, defined once. ``version`` names the definition where several are in use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: Literal["%", "per 10,000", "score", "children"]
    polarity: Literal["high is good", "low is good", "context"]
    period: Literal["year", "31 March"]
    cohort: str
    source: str
    caveat: str = ""


class Pair(BaseModel):
    """A family of themes (words that begin like its keywords) and the indicators shown beside it by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str
    keywords: tuple[str, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """The figure of one indicator for one area and period.

    Either ``value`` or ``symbol`` says something: a suppressed figure is ``None`` with
    ``c``. ``numerator`` and ``denominator`` are people (or reviews, referrals…) as far as
    the source tells them. ``period`` is the source's own ("2024", "202425");
    ``period_start`` and ``period_end`` are the days it spans, both the same for a count on
    31 March. ``breakdown`` is empty for everybody. ``own`` is True for a figure computed
    from child-level rows here: it is *not yet* protected and must pass through
    ``api.metrics.protection`` before anybody sees it; a published one has been already.
    """

    indicator: str
    version: str
    label: str
    area_code: str
    area_name: str
    geographic_level: str
    period: str
    period_start: date
    period_end: date
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    symbol: str
    unit: str
    source: str
    breakdown: str = ""
    own: bool = False


@cache
def reference() -> Mapping[str, Any]:
    """The whole of ``indicators.yaml``, read once."""
    loaded: dict[str, Any] = yaml.safe_load(files("api").joinpath("indicators.yaml").read_text("utf-8"))
    return loaded


def measure_json(measure: Measure) -> dict[str, Any]:
    """One measure as ``earshot metrics compute`` prints it; decimals as numbers, days as ISO."""
    return {
        "indicator": measure.indicator,
        "version": measure.version,
        "label": measure.label,
        "area": measure.area_code,
        "area_name": measure.area_name,
        "geographic_level": measure.geographic_level,
        "period": measure.period,
        "period_start": measure.period_start.isoformat(),
        "period_end": measure.period_end.isoformat(),
        "numerator": _number(measure.numerator),
        "denominator": _number(measure.denominator),
        "value": _number(measure.value),
        "unit": measure.unit,
        "symbol": measure.symbol,
        "source": measure.source,
        "breakdown": measure.breakdown,
    }


def suggest_indicators(theme_words: Iterable[str]) -> tuple[str, ...]:
    """The indicators to show beside a theme with these keywords: families by number of matching words, best first.

    A word matches a keyword it begins with ("moved", "moving" ↔ "mov"). No match: empty;
    a person chooses. Side by side means same area and period, never that one causes the other.
    """
    words = [word.casefold() for phrase in theme_words for word in phrase.split()]
    ranked = []
    for place, pair in enumerate(PAIRS):
        hits = sum(word.startswith(keyword) for word in words for keyword in pair.keywords)
        if hits:
            ranked.append((-hits, place, pair))
    ranked.sort(key=lambda item: item[:2])
    return tuple(dict.fromkeys(indicator for _, _, pair in ranked for indicator in pair.indicators))


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


INDICATORS: dict[str, Indicator] = {entry["id"]: Indicator.model_validate(entry) for entry in reference()["indicators"]}
"""Every indicator by its id."""

PAIRS: tuple[Pair, ...] = tuple(Pair.model_validate(entry) for entry in reference()["pairs"])
"""Default pairs of theme families and indicators, most specific first."""
