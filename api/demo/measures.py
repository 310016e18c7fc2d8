"""Administrative files of the invented county, in the shapes in which real ones come.

Five open-data files as DfE publishes them (area, region, country; three reporting years;
regional and national counts to the nearest ten; counts of one to five as ``c``) and the
tables of one SSDA903 return. The return's few faulty rows are there on purpose: an import
should have something to report. Every number is invented, England's too; the country is
called "England (invented)" so that none can be mistaken for a published one.

>>> sorted(measure_files())[:2]
['care_leavers_activity.csv', 'cla_number_and_rate.csv']
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

AREA_CODE = "E10009999"
AREA_NAME = "Marlshire"
REGION = ("E12009999", "Mid Shires")
COUNTRY = ("E92000001", "England (invented)")

SUPPRESS_TO = 5
"""Counts of 1 to this are published as ``c`` (DfE, looked-after children methodology)."""

SDQ_CONCERN = 17
SDQ_MOST = 40


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


@dataclass(frozen=True, slots=True)
class Child:
    """One invented child of the return: number, day of birth, first day in care in this spell."""

    number: str
    sex: str
    born: date
    ethnic: str
    began: date
    ended: date | None
    short_breaks: bool
    moves: tuple[date, ...]

    def age_on(self, day: date) -> int:
        """Completed years of life."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def measure_files(today: date = date(2026, 11, 22), seed: int = 7) -> dict[str, bytes]:
    """All files by name, for the three reporting years (to 31 March) that had ended by ``today``."""
    random = Random(f"measures {seed}")
    year = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
    children = _children(random, year)
    files = {f"ssda903_{name}.csv": table for name, table in _return(random, children, year).items()}
    last_day = date(year, 3, 31)
    looked_after = sum(child.ended is None and not child.short_breaks and child.began <= last_day for child in children)
    home = Area(AREA_CODE, "999", AREA_NAME, POPULATION, looked_after / POPULATION * 10_000, 1.15)
    return files | _open_data(random, (*NEIGHBOURS, home), year)


# --- open data

_PLACE_COLUMNS = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "la_name", "new_la_code",
)  # fmt: skip

Counts = Mapping[tuple[str, ...], tuple[int, int]]
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
        files[f"{name}.csv"] = (mark + _csv(header, rows)).encode()
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
    sdq = {
        "SDQ score is a cause for concern": (concern, scored),
        "SDQ score is borderline": (borderline, scored),
        "SDQ score is normal": (scored - concern - borderline, scored),
        "SDQ score was received": (scored, scorable),
        "Total ages 5 to 16 years": (scorable, scorable),
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
        "health_and_sdq": {(_HEALTH, what): (count, in_care_a_year) for what, count in health.items()}
        | {(_SDQ, what): numbers for what, numbers in sdq.items()}
        # The mean is kept as the sum of scores, so that regions and the country are true means.
        | {_SDQ_AVERAGE: (round(scored * (12.2 + 2.6 * area.unrest) * random.uniform(0.99, 1.01)), scored)},
        "care_leavers_activity": {
            (age, what): (count, whole)
            for age, whole in (("17 to 18 years", part(looked_after, 0.24)), ("19 to 21 years", part(looked_after, 0.42)))
            for what, count in _activities(part, age, whole).items()
        },
        "rereferrals": {("Referrals and Re-referrals",): (part(referrals, 0.215 * area.unrest), referrals)},
    }  # fmt: skip


def _activities(part: object, age: str, whole: int) -> dict[str, int]:
    assert callable(part)
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


# --- the SSDA903 return

_ETHNIC = ("WBRI",) * 15 + ("WOTH", "MWBC", "MWAS", "MOTH", "BAFR", "BCRB", "APKN", "ABAN", "AIND", "OOTH")
_PLACES = (("U6", "PR1"),) * 5 + (("U4", "PR1"),) * 4 + (("U6", "PR4"),) * 3 + (
    ("U3", "PR1"), ("U1", "PR1"), ("K2", "PR4"), ("K2", "PR4"), ("K2", "PR1"), ("P1", "PR0"), ("S1", "PR4"),
)  # fmt: skip
_WHY_MOVED = ("CARPL", "CREQB", "CREQB", "PLACE", "CHILD", "ALLEG", "CLOSE", "LAREQ", "STAND")
_WHY_LEFT = ("E4A", "E4A", "E41", "E45", "E46", "E48", "E11")


def _children(random: Random, year: int) -> list[Child]:
    """All who were looked after in the year to 31 March, about 1,190; a little over half are 12 to 17."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    children = []
    for number in range(1, 1_191):
        years = random.choices((random.uniform(0.4, 4), random.uniform(4, 10), random.uniform(10, 18)), (14, 24, 62))[0]
        born = last - timedelta(days=min(int(years * 365.25), 17 * 365 + 360))
        new_this_year = random.random() < 0.26
        earliest = max(born + timedelta(days=3), first if new_this_year else date(year - 12, 4, 1))
        latest = last - timedelta(days=20) if new_this_year else max(first - timedelta(days=20), earliest)
        # Most spells are short: the lower of two draws of their length.
        span = max((latest - earliest).days, 0)
        began = latest - timedelta(days=min(random.randint(0, span), random.randint(0, span)))
        left = random.random() < 0.15
        ended = max(began, first) + timedelta(days=random.randint(9, 330)) if left else None
        if ended is not None and ended >= last:
            ended = None
        start, end = max(began, first) + timedelta(days=5), (ended or last) - timedelta(days=2)
        moves = random.choices((0, 1, 2, 3, 4), (66, 21, 8.5, 3.5, 1))[0]
        days = range(3, max((end - start).days, 3), 4)  # never less than three days in one place
        moved = sorted(random.sample(days, min(moves, len(days))))
        short_breaks = random.random() < 0.03
        children.append(
            Child(
                str(700_000 + number * 13), random.choice("MMMFF"), born, random.choice(_ETHNIC), began, ended,
                short_breaks, () if short_breaks else tuple(start + timedelta(days=day) for day in moved),
            )
        )  # fmt: skip
    return children


def _return(random: Random, children: Sequence[Child], year: int) -> dict[str, bytes]:
    """The tables by name. Identifiers that no measure needs (UPN, postcodes) are empty, as in a careful extract."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    header = [(child.number, child.sex, _day(child.born), child.ethnic, "", "", "") for child in children]
    episodes = [row for child in children for row in _episodes(random, child)]
    reviews = [row for child in children for row in _reviews(random, child, first, last)]
    oc2 = [
        _oc2(random, child, last)
        for child in children
        if child.ended is None and not child.short_breaks and (last - child.began).days >= 365
    ]
    missing = [row for child in children for row in _missing(random, child, first, last)]
    oc3 = [_oc3(random, 690_000 + number * 17, year) for number in range(1, 441)]
    # Faults for the report: a code that does not exist, a day that does not exist, a row sent twice.
    reviews[41] = (*reviews[41][:3], "PN9")
    reviews[97] = (*reviews[97][:2], f"31/02/{year}", reviews[97][3])
    oc2.insert(12, oc2[11])
    tables: dict[str, tuple[str, Sequence[Sequence[str]]]] = {
        "header": ("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", header),
        "episodes": (
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN", episodes,
        ),
        "reviews": ("CHILD,DOB,REVIEW,REVIEW_CODE", reviews),
        "oc2": (
            "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,"
            "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED", oc2,
        ),
        "missing": ("CHILD,DOB,MISSING,MIS_START,MIS_END", missing),
        "oc3": ("CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", oc3),
    }  # fmt: skip
    return {name: _csv(columns.split(","), rows).encode() for name, (columns, rows) in tables.items()}


def _episodes(random: Random, child: Child) -> list[tuple[str, ...]]:
    """One row per stay: each move ends one and begins the next on the same day."""
    need = random.choices(("N1", "N2", "N3", "N4", "N5", "N8"), (60, 6, 6, 10, 12, 6))[0]
    status = "V4" if child.short_breaks else random.choices(("C2", "C1", "V2"), (62, 20, 18))[0]
    starts, ends = (child.began, *child.moves), (*child.moves, child.ended)
    rows = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        where, provider = random.choice(_PLACES)
        moved = place < len(child.moves)
        rec = "X1" if moved else random.choice(_WHY_LEFT) if end else ""
        rows.append(
            (
                child.number, _day(start), "P" if place else "S", status, need, where, provider,
                _day(end) if end else "", rec, random.choice(_WHY_MOVED) if moved else "", "", "", "",
            )
        )  # fmt: skip
    return rows


def _reviews(random: Random, child: Child, first: date, last: date) -> list[tuple[str, ...]]:
    """About every six months; who is under four has PN0 and nobody else has."""
    if child.short_breaks:
        return []
    day = child.began + timedelta(days=26) if child.began >= first else first + timedelta(days=random.randint(0, 175))
    rows = []
    while day <= min(child.ended or last, last):
        codes, weights = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"), (46, 7, 4, 4, 8, 20, 11)
        code = "PN0" if child.age_on(day) < 4 else random.choices(codes, weights)[0]
        rows.append((child.number, _day(child.born), _day(day), code))
        day += timedelta(days=random.randint(160, 183))
    return rows


def _oc2(random: Random, child: Child, last: date) -> tuple[str, ...]:
    age = child.age_on(last)
    score, reason = "", "SDQ1"
    if 4 <= age <= 16:
        returned = random.random() < 0.8
        score = str(min(SDQ_MOST, max(0, round(random.gauss(15.2, 7.0))))) if returned else ""
        reason = "" if returned else random.choice(("SDQ2", "SDQ3", "SDQ4", "SDQ4", "SDQ5"))
    misuse = age >= 11 and random.random() < 0.04
    received = misuse and random.random() < 0.5
    offered = "" if not misuse or received else _flag(random.random() < 0.9)
    return (
        child.number, _day(child.born), score, reason, _flag(age >= 10 and random.random() < 0.02),
        _flag(random.random() < 0.92) if age < 5 else "", _flag(random.random() < 0.84), _flag(random.random() < 0.8),
        _flag(random.random() < 0.9), _flag(misuse), _flag(received) if misuse else "", offered,
    )  # fmt: skip


def _missing(random: Random, child: Child, first: date, last: date) -> list[tuple[str, ...]]:
    chance = 0.2 if child.age_on(last) >= 13 else 0.01
    start, end = max(child.began, first), min(child.ended or last, last) - timedelta(days=3)
    if child.short_breaks or random.random() > chance or (end - start).days < 60:
        return []
    days = sorted(random.sample(range(0, (end - start).days, 5), random.choice((1, 1, 1, 2, 4))))
    return [
        (
            child.number, _day(child.born), random.choice("MMMA"), _day(start + timedelta(days=day)),
            _day(start + timedelta(days=day + random.choice((0, 1, 1, 2)))),
        )
        for day in days
    ]  # fmt: skip


def _oc3(random: Random, number: int, year: int) -> tuple[str, ...]:
    """A care leaver who turned 17 to 21 in the year."""
    age = random.choice((17, 18, 19, 20, 21))
    born = date(year - 1 - age, 4, 1) + timedelta(days=random.randint(0, 360))
    touch = random.choices(("YES", "NO", "REFU", "NREQ", "RHOM"), (90, 5, 2, 2, 1))[0]
    if touch != "YES":
        return (str(number), _day(born), touch, "0", "0")
    active = random.choices(("F2", "F5", "F4", "F1", "P2", "P5", "G4", "G5", "G6"), (30, 16, 4, 4, 4, 4, 12, 20, 6))[0]
    home = random.choices(("B1", "D1", "E1", "U1", "Z1", "K1", "S2", "W2"), (14, 24, 4, 30, 20, 5, 2, 1))[0]
    return (str(number), _day(born), touch, active, home)


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
