"""One SSDA903 return of the invented county: children who were looked after in a year, and their tables.

Dates, codes and ages agree with one another as the return's rules ask (a stay begins on
the day the last one ended; PN0 is for under fours and nobody else). A few faulty rows are
there on purpose: an import should have something to report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

CHILDREN = 1_190
"""Looked after at some time in the year; about a thousand on 31 March, half of them aged 12 to 17."""

CARE_LEAVERS = 440

MOST_SCORE = 40
"""The highest total of the Strengths and Difficulties Questionnaire."""

Row = tuple[str, ...]

_ETHNIC = ("WBRI",) * 15 + ("WOTH", "MWBC", "MWAS", "MOTH", "BAFR", "BCRB", "APKN", "ABAN", "AIND", "OOTH")
_PLACES = (("U6", "PR1"),) * 5 + (("U4", "PR1"),) * 4 + (("U6", "PR4"),) * 3 + (
    ("U3", "PR1"), ("U1", "PR1"), ("K2", "PR4"), ("K2", "PR4"), ("K2", "PR1"), ("P1", "PR0"), ("S1", "PR4"),
)  # fmt: skip
_WHY_MOVED = ("CARPL", "CREQB", "CREQB", "PLACE", "CHILD", "ALLEG", "CLOSE", "LAREQ", "STAND")
_WHY_LEFT = ("E4A", "E4A", "E41", "E45", "E46", "E48", "E11")


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


def invent_children(random: Random, year: int) -> list[Child]:
    """All who were looked after in the year to 31 March; ``ended`` is empty for those who still are then."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    children = []
    for number in range(1, CHILDREN + 1):
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


def return_tables(
    random: Random, children: Sequence[Child], year: int
) -> dict[str, tuple[Sequence[str], Sequence[Row]]]:
    """The tables by name: headings and rows. Identifiers that no measure needs (UPN, postcodes) are empty, as in a careful extract."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    header: list[Row] = [(child.number, child.sex, _day(child.born), child.ethnic, "", "", "") for child in children]
    episodes = [row for child in children for row in _episodes(random, child)]
    reviews = [row for child in children for row in _reviews(random, child, first, last)]
    oc2 = [
        _oc2(random, child, last)
        for child in children
        if child.ended is None and not child.short_breaks and (last - child.began).days >= 365
    ]
    missing = [row for child in children for row in _missing(random, child, first, last)]
    oc3 = [_oc3(random, 690_000 + number * 17, year) for number in range(1, CARE_LEAVERS + 1)]
    # Faults for the report: a code that does not exist, a day that does not exist, a row sent twice.
    reviews[41] = (*reviews[41][:3], "PN9")
    reviews[97] = (*reviews[97][:2], f"31/02/{year}", reviews[97][3])
    oc2.insert(12, oc2[11])
    tables: dict[str, tuple[str, list[Row]]] = {
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
    return {name: (columns.split(","), rows) for name, (columns, rows) in tables.items()}


def _episodes(random: Random, child: Child) -> list[Row]:
    """One row per stay: each move ends one and begins the next on the same day."""
    need = random.choices(("N1", "N2", "N3", "N4", "N5", "N8"), (60, 6, 6, 10, 12, 6))[0]
    status = "V4" if child.short_breaks else random.choices(("C2", "C1", "V2"), (62, 20, 18))[0]
    starts, ends = (child.began, *child.moves), (*child.moves, child.ended)
    rows: list[Row] = []
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


def _reviews(random: Random, child: Child, first: date, last: date) -> list[Row]:
    """About every six months; who is under four has PN0 and nobody else has."""
    if child.short_breaks:
        return []
    day = child.began + timedelta(days=26) if child.began >= first else first + timedelta(days=random.randint(0, 175))
    rows: list[Row] = []
    while day <= min(child.ended or last, last):
        codes, weights = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"), (46, 7, 4, 4, 8, 20, 11)
        code = "PN0" if child.age_on(day) < 4 else random.choices(codes, weights)[0]
        rows.append((child.number, _day(child.born), _day(day), code))
        day += timedelta(days=random.randint(160, 183))
    return rows


def _oc2(random: Random, child: Child, last: date) -> Row:
    age = child.age_on(last)
    score, reason = "", "SDQ1"
    if 4 <= age <= 16:
        returned = random.random() < 0.8
        score = str(min(MOST_SCORE, max(0, round(random.gauss(15.2, 7.0))))) if returned else ""
        reason = "" if returned else random.choice(("SDQ2", "SDQ3", "SDQ4", "SDQ4", "SDQ5"))
    misuse = age >= 11 and random.random() < 0.04
    received = misuse and random.random() < 0.5
    offered = "" if not misuse or received else _flag(random.random() < 0.9)
    return (
        child.number, _day(child.born), score, reason, _flag(age >= 10 and random.random() < 0.02),
        _flag(random.random() < 0.92) if age < 5 else "", _flag(random.random() < 0.84), _flag(random.random() < 0.8),
        _flag(random.random() < 0.9), _flag(misuse), _flag(received) if misuse else "", offered,
    )  # fmt: skip


def _missing(random: Random, child: Child, first: date, last: date) -> list[Row]:
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


def _oc3(random: Random, number: int, year: int) -> Row:
    """A care leaver who turned 17 to 21 in the year."""
    age = random.choice((17, 18, 19, 20, 21))
    born = date(year - 1 - age, 4, 1) + timedelta(days=random.randint(0, 360))
    touch = random.choices(("YES", "NO", "REFU", "NREQ", "RHOM"), (90, 5, 2, 2, 1))[0]
    if touch != "YES":
        return (str(number), _day(born), touch, "0", "0")
    busy = random.random() < (0.71 if age < 19 else 0.6)
    active = random.choice(("F2", "F2", "F2", "F5", "F5", "F4", "F1", "P2", "P5") if busy else ("G4", "G5", "G5", "G6"))
    home = random.choices(("B1", "D1", "E1", "U1", "Z1", "K1", "S2", "W2"), (14, 24, 4, 30, 20, 5, 2, 1))[0]
    return (str(number), _day(born), touch, active, home)


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
