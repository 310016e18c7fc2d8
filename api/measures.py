"""Administrative figures as they may be shown: read from their rows, the newest import first, our own ones protected.

A published figure (DfE's) was protected by who published it and keeps its symbol. A
figure computed here from a return (``OWN_KINDS``) is not: its share, mean or count passes
``survey_engine.disclosure`` before it leaves this module, so no page, file or JSON can
show the raw one. What an indicator means is ``api.metrics.indicators``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, select
from sqlmodel import Session, col

from api.models import Measure, MeasureImport
from survey_engine.disclosure import Policy, protected_share

OWN_KINDS = frozenset({"ssda903"})
"""Kinds of import whose figures were computed from rows about children, here."""

EVERYBODY = ""
"""The breakdown of a figure that is of the whole cohort."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Either ``value`` or ``symbol`` says something; ``numerator`` and ``denominator`` where known and safe."""

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
        """The value as it is read: without the zeros of the column it was kept in."""
        if self.value is None:
            return ""
        whole = self.value == self.value.to_integral_value()
        return f"{int(self.value):,}" if whole else f"{self.value.normalize():,f}"


def figures(
    session: Session,
    policy: Policy,
    *,
    areas: Collection[str] | None = None,
    indicators: Collection[str] | None = None,
    breakdown: str | None = EVERYBODY,
) -> tuple[Figure, ...]:
    """The figures of these areas and indicators (None: of all), by indicator and area, the newest period first.

    Where a later import tells the same figure again (a revised release, a corrected
    return), the later one counts.
    """
    query = (
        select(
            col(Measure.indicator), col(Measure.indicator_version), col(Measure.area_code), col(Measure.area_name),
            col(Measure.period), col(Measure.period_start), col(Measure.period_end), col(Measure.breakdown),
            col(Measure.value), col(Measure.numerator), col(Measure.denominator), col(Measure.symbol),
            col(Measure.unit), col(Measure.source), col(MeasureImport.kind),
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
        figure = _figure(row, policy)
        key = (figure.indicator, figure.area_code, figure.period_start, figure.period_end, figure.breakdown, figure.own)
        newest.setdefault(key, figure)
    return tuple(newest.values())


def _figure(row: Row[tuple[object, ...]], policy: Policy) -> Figure:
    own = row.kind in OWN_KINDS
    value, numerator, denominator, symbol = row.value, row.numerator, row.denominator, row.symbol
    if own and not symbol:
        value, symbol = protect_own(row.unit, value, numerator, denominator, policy)
        if symbol or row.unit == "score":
            numerator = None  # of a mean it is a sum of scores, no number of people
        if symbol:
            denominator = None
    return Figure(
        row.indicator, row.indicator_version, row.area_code, row.area_name, row.period, row.period_start,
        row.period_end, row.breakdown, value, numerator, denominator, symbol, row.unit, row.source, own,
    )  # fmt: skip


def protect_own(
    unit: str, value: Decimal | None, numerator: int | None, denominator: int | None, policy: Policy
) -> tuple[Decimal | None, str]:
    """A figure computed here, or the symbol instead: a share, a mean of enough people, or a count of people.

    >>> protect_own("%", Decimal(25), 25, 100, Policy()), protect_own("%", Decimal(3), 3, 100, Policy())
    ((Decimal('25.0'), ''), (None, 'c'))
    >>> protect_own("score", Decimal("14.2"), 99, 7, Policy()), protect_own("children", Decimal(4), 4, None, Policy())
    ((None, 'c'), (None, 'c'))
    """
    if unit == "%" and numerator is not None and denominator is not None:
        share = protected_share(numerator, denominator, policy)
        return share.value, share.symbol
    people = denominator if unit == "score" else value
    if people is None or policy.hides(int(people)):
        return None, "c"  # what cannot be checked is not shown
    return value, ""
