"""Administrative measures over HTTP: what is known about the area, importing files, and the figures as JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api import measures, permissions
from api.indicators import INDICATORS
from api.metrics import service
from api.pages import Summary
from api.permissions import Action
from api.security import Principal
from api.wiring import Joined, Parts, StaffUpload, allowed, one, staff_page
from survey_engine.disclosure import Policy

router = APIRouter()

Reader = Annotated[Principal, Depends(allowed(Action.SEE_MEASURES))]
Importer = Annotated[Principal, Depends(allowed(Action.IMPORT_MEASURES))]
FIRST_YEAR, LAST_YEAR = 1990, 2100


def _(text: str) -> str:
    """Mark for translation."""
    return text


NO_FILE = _("Choose one or more files.")
NO_DAY = _("Write a day of the reporting year the return is about, for example 31 March 2026.")


@router.get("/metrics", include_in_schema=False)
def show_measures(parts: Parts, reader: Reader) -> HTMLResponse:
    """What is known about the area."""
    return _overview_page(parts, reader)


def _overview_page(
    parts: Joined, reader: Principal, *, problems: tuple[Summary, ...] = (), as_of: str = "", status: int = 200
) -> HTMLResponse:
    with parts.main.reading() as session:
        overview = service.overview(session, parts.settings.area_code)
    return staff_page(
        parts, reader, "metrics/overview.html", path="/metrics", status=status, overview=overview,
        area_name=parts.settings.area_name, area_code=parts.settings.area_code, problems=problems,
        may_import=permissions.may(reader.role, Action.IMPORT_MEASURES),
        as_of=as_of or service.last_ended_year(parts.today).isoformat(),
    )  # fmt: skip


@router.post("/metrics/import", include_in_schema=False)
def import_measures(parts: Parts, importer: Importer, upload: StaffUpload) -> HTMLResponse:
    """Import files and tell what became of each.

    Answers with the report itself and not with 303: the same files sent twice change
    nothing, and what was refused is kept nowhere it could be shown from later.
    """
    files = [(file.name, file.data) for file in upload.files.get("files", ())]
    typed = one(upload.fields, "as_of", limit=20)
    as_of = _day(typed) if typed else service.last_ended_year(parts.today)
    translate = parts.pages.translator("en")
    problems = [] if files else [Summary("files", translate(NO_FILE))]
    problems += [] if as_of else [Summary("as_of", translate(NO_DAY))]
    if problems or as_of is None:
        return _overview_page(parts, importer, problems=tuple(problems), as_of=typed, status=422)
    with parts.main.writing() as session:
        report = service.import_files(
            session, files, area_code=parts.settings.area_code, area_name=parts.settings.area_name, as_of=as_of,
            actor=importer.actor, now=parts.clock(), policy=Policy(threshold=parts.settings.disclosure_threshold),
            imported_by=importer.staff_id,
        )  # fmt: skip
    status = 200 if report.usable else 422
    return staff_page(parts, importer, "metrics/report.html", path="/metrics", status=status, report=report)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


class MeasureAnswer(BaseModel):
    """One figure. Either `value` or `symbol` says something: a suppressed figure is null with its symbol, never 0."""

    indicator: str
    version: str
    name: str
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


@router.get("/api/v1/measures")
def list_measures(
    parts: Parts,
    reader: Reader,
    indicator: Annotated[str | None, Query(max_length=80, description="Only this indicator.")] = None,
    area: Annotated[str | None, Query(pattern=r"^[A-Z]\d{8}$", description="By default the own area.")] = None,
) -> list[MeasureAnswer]:
    """The figures of one area, the newest import of each, by indicator and newest period first."""
    with parts.main.reading() as session:
        found = measures.figures(
            session,
            areas=[area or parts.settings.area_code],
            indicators=None if indicator is None else [indicator],
            breakdown=None,
        )
    return [
        MeasureAnswer(
            indicator=figure.indicator, version=figure.version,
            name=INDICATORS[figure.indicator].name if figure.indicator in INDICATORS else figure.indicator,
            area_code=figure.area_code, area_name=figure.area_name, period=figure.period,
            period_start=figure.period_start, period_end=figure.period_end, breakdown=figure.breakdown,
            value=figure.value, numerator=figure.numerator, denominator=figure.denominator, symbol=figure.symbol,
            unit=figure.unit, source=figure.source,
        )
        for figure in found
    ]  # fmt: skip
