"""Administrative figures as they are kept: where two imports tell the same one, the newer counts.

All of them may be shown: published figures (DfE's) were protected by who published them
and keep their symbol, our own, computed from a return (``OWN_KINDS``), are protected
before they are stored (``api.metrics``). What an indicator means is ``api.indicators``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from api.models import Measure, MeasureImport

OWN_KINDS = frozenset({"ssda903"})
"""Kinds of import whose figures were computed here."""

EVERYBODY = ""
"""The breakdown of a figure that is of the whole cohort."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Either ``value`` or ``symbol`` says something; ``numerator`` and ``denominator`` where they are told."""

    indicator: str
    version: str
    area_code: str
    area_name: str
    period: str
    period_start: date
    period_end: date
    breakdown: str
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    symbol: str
    unit: str
    source: str
    own: bool

    @property
    def number(self) -> str:
        """The value as it is read: without the zeros of the column it was kept in; empty where there is a symbol."""
        return "" if self.value is None else readable(self.value)


def readable(value: Decimal) -> str:
    """A number without trailing zeros, thousands apart.

    >>> readable(Decimal("64.000000")), readable(Decimal("81770")), readable(Decimal("14.900000"))
    ('64', '81,770', '14.9')
    """
    whole = value == value.to_integral_value()
    return f"{int(value):,}" if whole else f"{value.normalize():,f}"


def figures(
    session: Session,
    *,
    areas: Collection[str] | None = None,
    indicators: Collection[str] | None = None,
    breakdown: str | None = EVERYBODY,
) -> tuple[Figure, ...]:
    """The figures of these areas and indicators (None: of all), by indicator and area, the newest period first.

    Where a later import tells the same figure again (a revised release, a corrected
    return), the later one counts. ``breakdown`` None: those of groups too.
    """
    query = (
        select(
            col(Measure.indicator), col(Measure.indicator_version), col(Measure.area_code), col(Measure.area_name),
            col(Measure.period), col(Measure.period_start), col(Measure.period_end), col(Measure.breakdown),
            col(Measure.value), col(Measure.numerator), col(Measure.denominator), col(Measure.symbol),
            col(Measure.unit), col(Measure.source), col(MeasureImport.kind).in_(OWN_KINDS),
        )
        .join(MeasureImport, col(MeasureImport.id) == col(Measure.import_id))
        .order_by(
            col(Measure.indicator), col(Measure.area_code), col(Measure.period_end).desc(),
            col(MeasureImport.imported_at).desc(), col(MeasureImport.id), col(Measure.breakdown),
        )
    )  # fmt: skip
    if areas is not None:
        query = query.where(col(Measure.area_code).in_(areas))
    if indicators is not None:
        query = query.where(col(Measure.indicator).in_(indicators))
    if breakdown is not None:
        query = query.where(col(Measure.breakdown) == breakdown)
    newest: dict[tuple[object, ...], Figure] = {}
    for row in session.execute(query):
        figure = Figure(*row)
        key = (figure.indicator, figure.area_code, figure.period_start, figure.period_end, figure.breakdown, figure.own)
        newest.setdefault(key, figure)
    return tuple(newest.values())
