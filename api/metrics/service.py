"""Files in, measures kept: everything of an upload in the caller's one transaction, nothing of it twice.

A file is told by its content, also whether it was here before: its import has an
identifier made from that content, so the same file sent twice, even at the same moment,
is one import. The tables of one upload that belong to the return (SSDA903) are computed
together; rows about children are never kept, and what is computed from them is protected
before it is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from api import audit, measures
from api.audit import Actor
from api.indicators import INDICATORS, Indicator
from api.indicators import Measure as ReadMeasure
from api.measures import Figure
from api.metrics.dfe import read_dfe
from api.metrics.protection import protect_measures
from api.metrics.recognise import ImportProblem, Recognised, Table, problem_json, recognise, reporting_year
from api.metrics.ssda903 import compute
from api.models import Measure, MeasureImport
from api.models.columns import new_id
from survey_engine.disclosure import Policy

RETURN = "ssda903"
DFE = "dfe"
COMPUTED_FROM = frozenset({"episodes", "reviews", "oc2", "oc3", "missing"})
"""The tables of the return that some indicator is computed from."""
ENGLAND = "E92000001"
PERIODS_SHOWN = 5


class Outcome(StrEnum):
    """What became of a file."""

    STORED = "stored"
    KNOWN = "known"
    NOTHING_TO_STORE = "nothing_to_store"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file of an upload. ``figures``: how many measures it gave; ``unused``: columns no indicator of ours needs."""

    file: str
    outcome: Outcome
    kind: str = ""
    rows: int = 0
    period: str = ""
    areas: int = 0
    figures: int = 0
    note: str = ""
    unused: tuple[str, ...] = ()
    problems: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an upload, file by file in the order in which they came."""

    files: tuple[FileReport, ...]

    @property
    def usable(self) -> bool:
        """Whether anything in it could be read at all."""
        return any(report.outcome is not Outcome.REFUSED for report in self.files)

    @property
    def figures(self) -> int:
        """How many figures are new."""
        return sum(report.figures for report in self.files if report.outcome is Outcome.STORED)


def last_ended_year(today: date) -> date:
    """The last day of the reporting year that ended last.

    >>> last_ended_year(date(2026, 3, 31)), last_ended_year(date(2026, 4, 1))
    (datetime.date(2025, 3, 31), datetime.date(2026, 3, 31))
    """
    return date(reporting_year(today) - 1, 3, 31)


def import_files(
    session: Session,
    files: Sequence[tuple[str, bytes]],
    *,
    area_code: str,
    area_name: str,
    as_of: date,
    actor: Actor,
    now: datetime,
    policy: Policy | None = None,
    imported_by: str | None = None,
) -> ImportReport:
    """Store what the files (name, content) hold; the caller commits.

    Tables of the return are computed for ``area_code`` and the reporting year ``as_of``
    is in; a file of DfE says itself what it is about. ``policy`` (by default a threshold
    of ten) protects what is computed here. A file that cannot be used is reported and
    does not keep the others out.
    """
    policy = policy or Policy()
    results = [recognise(name, data) for name, data in files]
    hashes = [hashlib.sha256(data).hexdigest() for _, data in files]
    reports: dict[int, FileReport] = {}
    tables: dict[str, int] = {}
    store = _Store(session, actor, now, imported_by)
    for number, (result, content_hash) in enumerate(zip(results, hashes, strict=True)):
        if not isinstance(result, Recognised):
            reports[number] = FileReport(files[number][0], Outcome.REFUSED, problems=result)
        elif result.kind == DFE and result.table is not None:
            reports[number] = _import_dfe(store, result, result.table, content_hash)
        elif result.kind.startswith(f"{RETURN}.") and result.table is not None:
            reports[number] = _sort_in(tables, number, result)
        else:
            reports[number] = _report(result, Outcome.NOTHING_TO_STORE)
    if tables:
        found = {name: results[number] for name, number in tables.items()}
        recognised = {name: result for name, result in found.items() if isinstance(result, Recognised)}
        outcomes = _import_return(
            store, recognised, [hashes[number] for number in tables.values()], area_code, area_name, as_of, policy
        )
        reports |= {number: outcomes[name] for name, number in tables.items()}
    return ImportReport(tuple(reports[number] for number in range(len(files))))


@dataclass(frozen=True, slots=True)
class _Store:
    """Where imports go, and on whose behalf."""

    session: Session
    actor: Actor
    now: datetime
    imported_by: str | None

    def keep(
        self, file_name: str, kind: str, content_hash: str, rows: int, problems: Iterable[ImportProblem],
        read: Sequence[ReadMeasure],
    ) -> bool:  # fmt: skip
        """Store one import with its measures; False when the same content is here already."""
        import_id = str(uuid5(NAMESPACE_URL, f"earshot:measures:{kind}:{content_hash}"))
        told = [problem_json(problem) for problem in problems]
        dialect = postgresql if self.session.get_bind().dialect.name == "postgresql" else sqlite
        new = self.session.execute(
            dialect.insert(MeasureImport)
            .values(
                id=import_id, file_name=file_name[:200], kind=kind, content_hash=content_hash, rows=rows,
                problems=told, imported_by=self.imported_by, imported_at=self.now,
            )
            .on_conflict_do_nothing(index_elements=["id"])
            .returning(col(MeasureImport.id))
        ).first()  # fmt: skip
        if new is None:
            return False
        self.session.execute(insert(Measure), [_row(import_id, measure) for measure in read])
        details = {"kind": kind, "rows": rows, "figures": len(read), "problems": len(told)}
        audit.record(self.session, self.actor, "measures.imported", import_id, details, now=self.now)
        return True


def _row(import_id: str, measure: ReadMeasure) -> dict[str, Any]:
    if measure.own:
        raise ValueError("a figure computed here must be protected before it is stored")
    return {
        "id": new_id(), "import_id": import_id, "indicator": measure.indicator, "indicator_version": measure.version,
        "area_code": measure.area_code, "area_name": measure.area_name[:100],
        "geographic_level": measure.geographic_level, "period": measure.period, "period_start": measure.period_start,
        "period_end": measure.period_end, "breakdown": measure.breakdown[:200],
        "numerator": _whole(measure.numerator), "denominator": _whole(measure.denominator), "value": measure.value,
        "symbol": measure.symbol, "unit": measure.unit, "source": measure.source[:300],
    }  # fmt: skip


def _whole(number: Decimal | None) -> int | None:
    return int(number) if number is not None and number == number.to_integral_value() else None


def _import_dfe(store: _Store, result: Recognised, table: Table, content_hash: str) -> FileReport:
    read = read_dfe(table)
    report = _report(
        result,
        Outcome.NOTHING_TO_STORE,
        figures=len(read.measures),
        unused=read.unmapped_columns,
        problems=read.problems,
    )
    if not read.measures:
        return report
    new = store.keep(result.file, DFE, content_hash, result.rows, read.problems, read.measures)
    return replace(report, outcome=Outcome.STORED if new else Outcome.KNOWN)


def _sort_in(tables: dict[str, int], number: int, result: Recognised) -> FileReport:
    """Put a table of the return with the others of the upload; the same table twice cannot be told apart."""
    name = result.kind.removeprefix(f"{RETURN}.")
    if name not in COMPUTED_FROM:
        return _report(result, Outcome.NOTHING_TO_STORE, note="No indicator of ours is computed from this table.")
    if name in tables:
        problem = ImportProblem(
            result.file, None, "", "table_twice",
            f"Another file of this upload is the table {name} too: send one of them, or one after the other.",
        )  # fmt: skip
        return _report(result, Outcome.REFUSED, problems=(problem,))
    tables[name] = number
    return _report(result, Outcome.NOTHING_TO_STORE)


def _import_return(
    store: _Store,
    tables: Mapping[str, Recognised],
    hashes: Iterable[str],
    area_code: str,
    area_name: str,
    as_of: date,
    policy: Policy,
) -> dict[str, FileReport]:
    """Compute the tables of one return together; a report for each by its name."""
    given = {name: result.table for name, result in tables.items() if result.table is not None}
    computed, problems = compute(given, area_code, area_name, as_of)
    safe = protect_measures(computed, policy)
    rows = sum(result.rows for result in tables.values())
    # The same tables for another area or day are other figures.
    content = hashlib.sha256("\n".join([*sorted(hashes), area_code, as_of.isoformat()]).encode()).hexdigest()
    names = ", ".join(result.file for result in tables.values())
    new = bool(safe) and store.keep(names, RETURN, content, rows, problems, safe)
    outcome = Outcome.STORED if new else Outcome.KNOWN if safe else Outcome.NOTHING_TO_STORE
    note = f"Computed for {area_name}, reporting year to 31 March {reporting_year(as_of)}."
    return {
        name: _report(
            result,
            outcome,
            figures=len(safe) if place == 0 else 0,  # they are of all tables together: told once
            note=note,
            problems=tuple(problem for problem in problems if problem.file == result.file),
        )
        for place, (name, result) in enumerate(tables.items())
    }


def _report(result: Recognised, outcome: Outcome, *, note: str = "", **more: Any) -> FileReport:
    return FileReport(
        file=result.file, outcome=outcome, kind=result.kind, rows=result.rows, period=result.period,
        areas=len(result.areas), note=note or result.note, **more,
    )  # fmt: skip


# -- what is there


@dataclass(frozen=True, slots=True)
class Period:
    """One figure of the own area, and England's of the same period where it is known."""

    figure: Figure
    england: Figure | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One indicator with its newest periods, the newest first."""

    indicator: Indicator
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """One import, as the list of files shows it."""

    file_name: str
    kind: str
    rows: int
    figures: int
    problems: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is known about one area; ``elsewhere``: there are figures, but only of other areas."""

    indicators: tuple[Shown, ...]
    imports: tuple[Imported, ...]

    @property
    def elsewhere(self) -> bool:
        """Whether files were imported and none has a figure of this area."""
        return bool(self.imports) and not self.indicators


def overview(session: Session, area_code: str) -> Overview:
    """The newest figures of an area by indicator, and the files they came from."""
    found = measures.figures(session, areas=[area_code, ENGLAND])
    england = {(f.indicator, f.period_start, f.period_end): f for f in found if f.area_code == ENGLAND}
    own: dict[str, list[Figure]] = {}
    for figure in found:
        if figure.area_code == area_code and figure.indicator in INDICATORS:
            own.setdefault(figure.indicator, []).append(figure)
    return Overview(
        tuple(
            Shown(
                INDICATORS[name],
                tuple(
                    Period(figure, england.get((figure.indicator, figure.period_start, figure.period_end)))
                    for figure in figures[:PERIODS_SHOWN]
                ),
            )
            for name, figures in sorted(own.items(), key=lambda item: list(INDICATORS).index(item[0]))
        ),
        _imports(session),
    )


def _imports(session: Session) -> tuple[Imported, ...]:
    figures = select(col(Measure.import_id), func.count().label("figures")).group_by(col(Measure.import_id)).subquery()
    rows = session.execute(
        select(
            col(MeasureImport.file_name), col(MeasureImport.kind), col(MeasureImport.rows),
            func.coalesce(figures.c.figures, 0), col(MeasureImport.problems), col(MeasureImport.imported_at),
        )
        .outerjoin(figures, figures.c.import_id == col(MeasureImport.id))
        .order_by(col(MeasureImport.imported_at).desc(), col(MeasureImport.file_name))
    )  # fmt: skip
    return tuple(Imported(file, kind, number, given, len(faults), at) for file, kind, number, given, faults, at in rows)
