"""DfE open data (explore education statistics): a CSV as published, into measures of the indicators we know.

Columns and categories are found by name, with every name they had in one release or
another (``indicators.yaml``); never by position. A figure keeps its symbol: ``c`` is not 0
and not missing. Columns no rule asks for are listed, not refused.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.indicators import INDICATORS, SYMBOLS, Indicator, Measure, reference
from api.metrics.recognise import ImportProblem, Table, numbered

OBSOLETE_SYMBOLS = {":": "x", "~": "low", "": "x"}
"""What files before today's rules printed, and what it is called now; blank cells were meant as not available."""

_PLACES = {
    "national": ("country_code", "country_name"),
    "regional": ("region_code", "region_name"),
    "local authority": ("new_la_code", "la_name"),
}
"""The levels at which measures are kept; others (wards, schools) say too much about few people to stand here."""

_STANDARD = {
    *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
    *("region_code", "region_name", "old_la_code", "new_la_code", "la_name"),
}

_FIRST_DAY = {"calendar year": (1, 1), "reporting year": (4, 1), "financial year": (4, 1), "tax year": (4, 6)}
_FIRST_DAY["academic year"] = (9, 1)


@dataclass(frozen=True, slots=True)
class DfeRead:
    """What a file gave: measures in the order of the rules and rows; columns and rules not used; what was odd."""

    measures: tuple[Measure, ...]
    unmapped_columns: tuple[str, ...]
    problems: tuple[ImportProblem, ...]


@dataclass(frozen=True)
class _Rule:
    """One entry of ``dfe`` in indicators.yaml, with its names replaced by the columns of this file."""

    indicator: Indicator
    value: str
    numerator: str | None
    denominator: str | None
    where: tuple[tuple[str, tuple[str, ...]], ...]
    denominator_where: tuple[str, ...]


def read_dfe(table: Table) -> DfeRead:
    """The measures of a data file recognised as ``dfe``.

    Rows with other filters are told apart by ``breakdown`` ("sex: Male"; empty for the
    total). A row whose period cannot be read, whose place has no code, or whose twin
    gives another figure is left out and reported.
    """
    columns = {_plain(column): column for column in table.columns}
    rules = [rule for entry in reference()["dfe"] if (rule := _rule(entry, columns, table)) is not None]
    used = {name for rule in rules for name in (rule.value, rule.numerator, rule.denominator) if name}
    used |= {column for rule in rules for column, _ in rule.where}
    filters = _filters(table, used)
    problems: list[ImportProblem] = []
    measures: dict[tuple[object, ...], Measure] = {}
    conflicting: set[tuple[object, ...]] = set()
    problems += _faulty_rows(table, bool(rules))
    faulty = {problem.row for problem in problems}
    for rule in rules:
        totals = _denominators(table, rule, filters) if rule.denominator_where else {}
        for number, row in numbered(table):
            if number in faulty or not _wanted(rule, row):
                continue
            measure = _measure(table, rule, number, row, filters, totals, problems)
            if measure is None:
                continue
            key = (measure.indicator, measure.area_code, measure.period, measure.breakdown)
            if key in measures and measures[key] != measure:
                conflicting.add(key)
                problems.append(_problem(table, number, rule.value, "conflicting_rows"))
            measures[key] = measure
    problems += _obsolete(table, used)
    left = [name for name in table.columns if name not in used and name not in _STANDARD and name not in filters]
    kept = tuple(measure for key, measure in measures.items() if key not in conflicting)
    return DfeRead(kept, tuple(left), tuple(dict.fromkeys(problems)))


def period_dates(time_period: str, time_identifier: str) -> tuple[date, date] | None:
    """First and last day of a period, or None where the two do not name one.

    A reporting year is children's social care's: 1 April to 31 March, named by the year
    it ends in. Six digits (``202425``) need a second part that is the next year; quarters
    (``Academic year Q2``) are counted from the year's first day.

    >>> period_dates("2024", "Reporting year")
    (datetime.date(2023, 4, 1), datetime.date(2024, 3, 31))
    >>> period_dates("202425", "Academic year")
    (datetime.date(2024, 9, 1), datetime.date(2025, 8, 31))
    >>> period_dates("201820", "Academic year"), period_dates("201", "Calendar year")
    (None, None)
    """
    year, _, quarter = re.sub(r"\s+", " ", time_identifier.strip().casefold()).partition(" q")
    if year not in _FIRST_DAY or quarter not in ("", "1", "2", "3", "4"):
        return None
    if re.fullmatch(r"\d{4}", time_period, re.ASCII) and year in ("calendar year", "reporting year"):
        first_year = int(time_period) - (year == "reporting year")
    elif re.fullmatch(r"\d{6}", time_period, re.ASCII) and year not in ("calendar year", "reporting year"):
        first_year = int(time_period[:4])
        if (first_year + 1) % 100 != int(time_period[4:]):
            return None
    else:
        return None
    if not 1900 <= first_year <= 2200:
        return None
    first = date(first_year, *_FIRST_DAY[year])
    if not quarter:
        return first, _months_later(first, 12) - timedelta(days=1)
    first = _months_later(first, 3 * (int(quarter) - 1))
    return first, _months_later(first, 3) - timedelta(days=1)


def read_figure(text: str) -> tuple[Decimal | None, str] | None:
    """A cell as (number, "") or (None, symbol); None where it is neither.

    >>> read_figure("81770"), read_figure("c"), read_figure(":"), read_figure("1e5"), read_figure("nan")
    ((Decimal('81770'), ''), (None, 'c'), (None, 'x'), None, None)
    """
    symbol = OBSOLETE_SYMBOLS.get(text, text.casefold())
    if symbol in SYMBOLS:
        return None, symbol
    if re.fullmatch(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,12})?", text, re.ASCII):
        return Decimal(text.replace(",", "")), ""
    return None


def _rule(entry: Mapping[str, Any], columns: Mapping[str, str], table: Table) -> _Rule | None:
    """The rule with this file's columns, if the file has them and at least one row it asks for."""
    value = _first(entry["value"], columns)
    where = []
    for condition in entry.get("where", ()):
        column = _condition_column(condition, columns, table)
        if column is None:
            return None
        where.append((column, tuple(_plain(category) for category in condition["is"])))
    if value is None:
        return None
    return _Rule(
        INDICATORS[entry["indicator"]],
        value,
        _first(entry.get("numerator", ()), columns),
        _first(entry.get("denominator", ()), columns),
        tuple(where),
        tuple(_plain(category) for category in entry.get("denominator_where", ())),
    )


def _condition_column(condition: Mapping[str, Any], columns: Mapping[str, str], table: Table) -> str | None:
    """The first of the possible columns in which the wanted category occurs: releases moved it between columns."""
    wanted = {_plain(category) for category in condition["is"]}
    for name in condition["column"]:
        column = columns.get(_plain(name))
        if column and any(_plain(row[column]) in wanted for _, row in numbered(table)):
            return column
    return None


def _first(names: Sequence[str], columns: Mapping[str, str]) -> str | None:
    return next((columns[_plain(name)] for name in names if _plain(name) in columns), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _filters(table: Table, used: set[str]) -> tuple[str, ...]:
    """Columns that tell rows apart: neither standard nor used by a rule, several categories that are words."""
    found = []
    for column in table.columns:
        if column in _STANDARD or column in used:
            continue
        categories = {row[column] for _, row in numbered(table)}
        if len(categories) > 1 and any(read_figure(category) is None for category in categories):
            found.append(column)
    return tuple(found)


def _wanted(rule: _Rule, row: Mapping[str, str]) -> bool:
    return all(_plain(row[column]) in categories for column, categories in rule.where)


def _place(row: Mapping[str, str]) -> tuple[str, str] | None:
    level = _plain(row["geographic_level"])
    if level not in _PLACES:
        return None
    code, name = _PLACES[level]
    return row.get(code, ""), row.get(name, "")


def _breakdown(row: Mapping[str, str], filters: Sequence[str]) -> str:
    """What a row is of beyond the rule's own conditions; empty where every filter is a total."""
    parts = [(column, row[column]) for column in filters if not _plain(row[column]).startswith(("total", "all"))]
    return "; ".join(f"{column}: {category}" for column, category in parts if category)


def _row_key(row: Mapping[str, str], filters: Sequence[str], rule: _Rule) -> tuple[object, ...]:
    """Place, period and every filter but the last condition of the rule, which the denominator's row differs in."""
    fixed = [_plain(row[column]) for column, _ in rule.where[:-1]]
    return (_place(row), row["time_period"], _breakdown(row, filters), *fixed)


def _denominators(table: Table, rule: _Rule, filters: Sequence[str]) -> dict[tuple[object, ...], Decimal | None]:
    last = rule.where[-1][0]
    column = rule.numerator or rule.value
    found = {}
    for _, row in numbered(table):
        if _plain(row[last]) in rule.denominator_where:
            figure = read_figure(row[column])
            found[_row_key(row, filters, rule)] = figure[0] if figure else None
    return found


def _measure(
    table: Table,
    rule: _Rule,
    number: int,
    row: Mapping[str, str],
    filters: Sequence[str],
    totals: Mapping[tuple[object, ...], Decimal | None],
    problems: list[ImportProblem],
) -> Measure | None:
    place = _place(row)
    dates = period_dates(row["time_period"], row["time_identifier"])
    figure = read_figure(row[rule.value])
    if place is None or dates is None:
        return None
    if figure is None:
        problems.append(_problem(table, number, rule.value, "not_a_figure"))
        return None
    first, last = dates
    indicator = rule.indicator
    if rule.denominator_where:
        denominator = totals.get(_row_key(row, filters, rule))
    else:
        denominator = _number(row, rule.denominator)
    return Measure(
        indicator=indicator.id,
        version=indicator.version,
        label=indicator.name,
        area_code=place[0],
        area_name=place[1],
        geographic_level=row["geographic_level"],
        period=row["time_period"],
        period_start=last if indicator.period == "31 March" else first,
        period_end=last,
        numerator=_number(row, rule.numerator),
        denominator=denominator,
        value=figure[0],
        symbol=figure[1],
        unit=indicator.unit,
        source=f"{indicator.source.split(';')[0]} ({table.file})",
        breakdown=_breakdown(row, filters),
    )


def _number(row: Mapping[str, str], column: str | None) -> Decimal | None:
    figure = read_figure(row[column]) if column else None
    return figure[0] if figure else None


def _faulty_rows(table: Table, mapped: bool) -> list[ImportProblem]:
    """Rows whose period or place cannot be read; levels that are not kept are no fault.

    Where no rule reads the file, only what no release may hold: digits that name no period.
    """
    problems = []
    for number, row in numbered(table):
        digits = row["time_period"]
        following = re.fullmatch(r"\d{6}", digits, re.ASCII) and (int(digits[:4]) + 1) % 100 == int(digits[4:])
        if not re.fullmatch(r"\d{4}", digits, re.ASCII) and not following:
            problems.append(_problem(table, number, "time_period", "period"))
            continue
        if not mapped:
            continue
        place = _place(row)
        if place is not None and not re.fullmatch(r"[A-Z]\d{8}", place[0], re.ASCII):
            if _PLACES[_plain(row["geographic_level"])][0] == "new_la_code" and place[0] in ("", "z", "x"):
                continue  # rows such as "unknown authority" that DfE prints without a place
            problems.append(_problem(table, number, _PLACES[_plain(row["geographic_level"])][0], "area_code"))
        elif period_dates(row["time_period"], row["time_identifier"]) is None:
            problems.append(_problem(table, number, "time_period", "period"))
    return problems


def _obsolete(table: Table, used: set[str]) -> list[ImportProblem]:
    """Each old symbol once per column, with how often: read as what it is called now."""
    found: Counter[tuple[str, str]] = Counter()
    for _, row in numbered(table):
        for column in used:
            if row[column] in OBSOLETE_SYMBOLS:
                found[column, row[column]] += 1
    return [
        ImportProblem(
            table.file,
            None,
            column,
            "obsolete_symbol",
            f"{times} cells hold {'nothing' if not symbol else repr(symbol)}, which DfE no longer uses: "
            f"read as {OBSOLETE_SYMBOLS[symbol]} ({SYMBOLS[OBSOLETE_SYMBOLS[symbol]]}).",
        )
        for (column, symbol), times in sorted(found.items())
        if column not in _STANDARD
    ]


_SENTENCES = {
    "not_a_figure": "This cell is neither a number nor one of the symbols c, z, x, k, low, u: left out.",
    "area_code": "This row has no area code of nine characters (such as E09000001): left out.",
    "period": "This period is not one we can read: four digits for a calendar or reporting year, six for others, "
    "the second part being the next year. Left out.",
    "conflicting_rows": "Another row of the same place, period and group gives another figure: both left out.",
}


def _problem(table: Table, row: int, column: str, code: str) -> ImportProblem:
    return ImportProblem(table.file, row, column, code, _SENTENCES[code])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
