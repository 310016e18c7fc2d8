"""Administrative measures: aggregates by area and period, with their definition and suppression. Never child-level rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, Numeric
from sqlmodel import Field, SQLModel

from api.models.columns import document, identifier, moment, reference, short_text


class MeasureImport(SQLModel, table=True):
    """One imported file: what it was, how much of it was understood, and what was wrong in it."""

    __tablename__ = "measure_imports"

    id: str = identifier()
    file_name: str = short_text(200)
    kind: str = short_text(60)
    content_hash: str = short_text(64)
    rows: int
    problems: list[dict[str, Any]] = document()
    imported_by: str | None = reference("staff.id", nullable=True)
    imported_at: datetime = moment()


class Measure(SQLModel, table=True):
    """One figure. ``symbol`` says why a value is missing (c, z, x, k, low, u); a missing value is never a zero."""

    __tablename__ = "measures"
    __table_args__ = (Index("ix_measures_place_and_period", "area_code", "indicator", "period_end"),)

    id: str = identifier()
    import_id: str = reference("measure_imports.id", cascade=True)
    indicator: str = short_text(80)
    indicator_version: str = short_text(40)
    area_code: str = short_text(9)
    area_name: str = short_text(100)
    geographic_level: str = short_text(40)
    period: str = short_text(40)
    period_start: date
    period_end: date
    breakdown: str = short_text(200)
    numerator: int | None = Field(default=None)
    denominator: int | None = Field(default=None)
    value: Any = Field(default=None, sa_column=Column(Numeric(18, 6), nullable=True))
    symbol: str = short_text(5)
    unit: str = short_text(40)
    source: str = short_text(300)
