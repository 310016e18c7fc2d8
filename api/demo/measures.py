"""Administrative files of the invented county, in the shapes in which real ones come.

Five open-data files as DfE publishes them: areas, region and country; three reporting
years; regional and national counts to the nearest ten; counts of one to five as ``c``.
With them the tables of one SSDA903 return (``looked_after``), whose children are the ones
the open data count. Every number is invented, England's too; the country is called
"England (invented)" so that none can be mistaken for a published one.

>>> sorted(measure_files())[:2]
['care_leavers_activity.csv', 'cla_number_and_rate.csv']
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from api.demo.looked_after import invent_children, return_tables

AREA_CODE = "E10009999"
AREA_NAME = "Marlshire"
REGION = ("E12009999", "Mid Shires")
COUNTRY = ("E92000001", "England (invented)")

SUPPRESS_TO = 5
"""Counts of 1 to this are published as ``c`` (DfE, looked-after children methodology)."""


@dataclass(frozen=True, slots=True)
class Area:
    """An authority, its children under 18, and how it differs from the average (1.0: as many moves as usual)."""

    code: str
    old_code: str
    name: str
    population: int
    looked_after_per_10000: float
    unrest: float


NEIGHBOURS = (
    Area("E10009995", "995", "Thornbeck", 98_400, 58.0, 0.9),
    Area("E10009996", "996", "Wexmoor", 61_200, 81.0, 1.05),
    Area("E10009997", "997", "Castlewick", 124_700, 66.0, 0.85),
    Area("E10009998", "998", "Oversey", 5_900, 62.0, 1.0),  # an island: small enough for suppression to show
)
POPULATION = 151_800
"""Children under 18 in Marlshire."""

ENGLAND_TO_REGION = 26
"""The invented country is this many times the invented region."""


def measure_files(today: date = date(2026, 11, 22), seed: int = 7) -> dict[str, bytes]:
    """All files by name, for the three reporting years (to 31 March) that had ended by ``today``."""
    random = Random(f"measures {seed}")  # noqa: S311 - invented people, no secret
    year = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
    children = invent_children(random, year)
    tables = return_tables(random, children, year)
    files = {f"ssda903_{name}.csv": write_csv(*table).encode() for name, table in tables.items()}
    looked_after = sum(child.ended is None and not child.short_breaks for child in children)
    home = Area(AREA_CODE, "999", AREA_NAME, POPULATION, looked_after / POPULATION * 10_000, 1.15)
    return files | _open_data(random, (*NEIGHBOURS, home), year)


# --- open data

_PLACE_COLUMNS = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "la_name", "new_la_code",
)  # fmt: skip

Counts = Mapping[Any, tuple[int, int]]
"""Rows of one area and year: the row's filters, and its count with the count it is a share of."""

_LOOKED_AFTER = "Children looked after on 31 March each year"
_STARTED = "Children starting to be looked after each year"
_CEASED = "Children ceasing to be looked after each year"
_CLA = "CLA on 31 March"
_LONG = "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years"
_SDQ = "Ages 5 to 16 years with SDQ score"
_HEALTH = "Health assessments: Children looked after all ages"
_SDQ_AVERAGE = (_SDQ, "SDQ average score")


def _open_data(random: Random, areas: Sequence[Area], year: int) -> dict[str, bytes]:
    """The five files. Regions and the country are sums, so each file is consistent in itself."""
    counts = {
        (area, period): _counts(random, area, period, year) for period in range(year, year - 3, -1) for area in areas
    }
    shapes = {
        "cla_number_and_rate": ("population_type",),
        "placement_stability": ("cla_group", "placement_stability"),
        "health_and_sdq": ("characteristic", "breakdown"),
        "care_leavers_activity": ("care_leaver_age", "breakdown"),
        "rereferrals": ("category",),
    }
    files = {}
    for name, filters in shapes.items():
        rows: list[Sequence[str]] = []
        for period in range(year, year - 3, -1):
            by_area = {area: counts[area, period][name] for area in areas}
            rows += _rows_of_year(name, period, by_area)
        header = (*_PLACE_COLUMNS, *filters, *_VALUE_COLUMNS[name])
        # Some releases start with a byte-order mark and some do not: have one of each.
        mark = "\ufeff" if name == "placement_stability" else ""
        files[f"{name}.csv"] = (mark + write_csv(header, rows)).encode()
    return files


_VALUE_COLUMNS = {
    "cla_number_and_rate": ("population_estimate", "children_count", "rate_per_10000"),
    "placement_stability": ("children_count", "children_percent"),
    "health_and_sdq": ("children_count", "children_percent"),
    "care_leavers_activity": ("care_leaver_count", "care_leaver_percent"),
    "rereferrals": ("Referrals", "Re_referrals", "Re_referrals_percent"),
}


def _counts(random: Random, area: Area, period: int, year: int) -> dict[str, Counts]:
    """One area's year. Two years ago things were a little calmer; the country's trend is the sum of such."""
    ago = year - period
    rate = area.looked_after_per_10000 - (ago and random.uniform(0.6, 1.6) * ago)
    looked_after = round(area.population * rate / 10_000)
    unrest = area.unrest * (1 - 0.06 * ago) * random.uniform(0.96, 1.04)

    def part(whole: int, share: float) -> int:
        return min(whole, max(0, round(whole * min(0.98, share * random.uniform(0.97, 1.03)))))

    long_term = part(looked_after, 0.35)
    in_care_a_year = part(looked_after, 0.69)
    scorable = part(in_care_a_year, 0.74)
    scored = part(scorable, 0.79)
    concern, borderline = part(scored, 0.41 * area.unrest), part(scored, 0.13)
    referrals = round(area.population * random.uniform(0.046, 0.054))
    health = {
        "Had their annual health assessment": part(in_care_a_year, 0.90),
        "Had their teeth checked by a dentist": part(in_care_a_year, 0.80),
        "Had their immunisations up to date": part(in_care_a_year, 0.84),
        "Total all ages": in_care_a_year,
    }
    sdq: dict[tuple[str, str], tuple[int, int]] = {
        (_SDQ, "SDQ score is a cause for concern"): (concern, scored),
        (_SDQ, "SDQ score is borderline"): (borderline, scored),
        (_SDQ, "SDQ score is normal"): (scored - concern - borderline, scored),
        (_SDQ, "SDQ score was received"): (scored, scorable),
        (_SDQ, "Total ages 5 to 16 years"): (scorable, scorable),
        # The mean is kept as the sum of scores, so that regions and the country are true means.
        _SDQ_AVERAGE: (round(scored * (12.2 + 2.6 * area.unrest) * random.uniform(0.99, 1.01)), scored),
    }
    return {
        "cla_number_and_rate": {
            (kind,): (count, area.population)
            for kind, count in (
                (_CEASED, part(looked_after, 0.37)), (_LOOKED_AFTER, looked_after), (_STARTED, part(looked_after, 0.39)),
            )
        },
        "placement_stability": {
            (_LONG, "Living with the same carer for at least 2 years"): (part(long_term, 0.70 / area.unrest), long_term),
            (_LONG, "Total children"): (long_term, long_term),
            (_CLA, "Total children"): (looked_after, looked_after),
            (_CLA, "With 3 or more placements during the year"): (part(looked_after, 0.11 * unrest), looked_after),
        },
        "health_and_sdq": {(_HEALTH, what): (count, in_care_a_year) for what, count in health.items()} | sdq,
        "care_leavers_activity": {
            (age, what): (count, whole)
            for age, whole in (("17 to 18 years", part(looked_after, 0.24)), ("19 to 21 years", part(looked_after, 0.42)))
            for what, count in _activities(part, age, whole).items()
        },
        "rereferrals": {("Referrals and Re-referrals",): (part(referrals, 0.215 * area.unrest), referrals)},
    }  # fmt: skip


def _activities(part: Callable[[int, float], int], age: str, whole: int) -> dict[str, int]:
    young = age.startswith("17")
    studying, higher = part(whole, 0.46 if young else 0.22), part(whole, 0.02 if young else 0.07)
    apprentice, working = part(whole, 0.03), part(whole, 0.13 if young else 0.22)
    active = studying + higher + apprentice + working
    unknown = part(whole, 0.05 if young else 0.08)
    return {
        "Education other than higher education": studying,
        "Higher education i.e. studies beyond A level": higher,
        "In an apprenticeship": apprentice,
        "In training or employment (excl. apprenticeship)": working,
        "Total": whole,
        "Total in education, employment or training": active,
        "Total information not known": unknown,
        "Total not in education, employment or training": whole - active - unknown,
    }


def _rows_of_year(name: str, period: int, by_area: Mapping[Area, Counts]) -> list[Sequence[str]]:
    region = _sum(by_area.values(), 1)
    country = _sum([region], ENGLAND_TO_REGION)
    when = (str(period), "Reporting year")
    rows: list[Sequence[str]] = []
    places: list[tuple[tuple[str, ...], Counts, bool]] = [
        (("National", *COUNTRY, "", "", "", "", ""), country, True),
        (("Regional", *COUNTRY, *REGION, "", "", ""), region, True),
    ]
    places += [
        (("Local authority", *COUNTRY, *REGION, area.old_code, area.name, area.code), counts, False)
        for area, counts in sorted(by_area.items(), key=lambda item: item[0].code)
    ]
    for place, counts, rounded in places:
        for filters, (count, whole) in sorted(counts.items()):
            rows.append((*when, *place, *filters, *_values(name, filters, count, whole, rounded)))
    return rows


def _sum(many: Iterable[Counts], times: int) -> Counts:
    total: dict[tuple[str, ...], tuple[int, int]] = {}
    for counts in many:
        for key, (count, whole) in counts.items():
            before = total.get(key, (0, 0))
            total[key] = (before[0] + count * times, before[1] + whole * times)
    return total


def _values(name: str, filters: tuple[str, ...], count: int, whole: int, rounded: bool) -> tuple[str, ...]:
    """The last columns of a row: shares from unrounded counts; a hidden count hides its share."""
    if filters == _SDQ_AVERAGE:
        return (f"{count / whole:.1f}" if whole > SUPPRESS_TO else "c", "z")
    shown = _shown(count, rounded)
    if name == "cla_number_and_rate":
        rate = "c" if shown == "c" else str(round(count / whole * 10_000))
        return (str(whole), shown, rate)
    if name == "rereferrals":
        share = "c" if shown == "c" else f"{count / whole * 100:.1f}"
        return (_shown(whole, rounded), shown, share)
    return (shown, "c" if shown == "c" else str(round(count / whole * 100)) if whole else "z")


def _shown(count: int, rounded: bool) -> str:
    if rounded:
        return str((count + 5) // 10 * 10)
    return "c" if 0 < count <= SUPPRESS_TO else str(count)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as case systems and DfE write it: commas, CRLF, headings first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
